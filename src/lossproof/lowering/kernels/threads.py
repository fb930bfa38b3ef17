"""Work on all cores: plain threads around kernels that let go of the interpreter.

Threads of Python rather than Numba's own: they may be used from any thread of the caller (joblib, Dask), and the
kernels compile in a third of the time without ``parallel=True``. Which thread takes which part never shows in a
result: each part has a place of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from numba.core import config

_POOL: ThreadPoolExecutor | None = None


def thread_count() -> int:
    """As many as Numba would use: ``NUMBA_NUM_THREADS``, else the cores that this process may run on."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(int(vars(config)["NUMBA_NUM_THREADS"]), usable))


def run_parts(part: Callable[[int], None], count: int, threads: int) -> None:
    """Calls part(0), ..., part(count - 1), shared among ``threads`` threads; the caller's is one of them."""
    numbers = iter(range(count))
    helpers = min(threads, count) - 1
    futures = [_pool().submit(_drain, part, numbers) for _ in range(helpers)]
    try:
        _drain(part, numbers)
    finally:
        for future in futures:
            future.result()


def _drain(part: Callable[[int], None], numbers: Iterator[int]) -> None:
    for number in numbers:
        part(number)


def _pool() -> ThreadPoolExecutor:
    global _POOL
    if _POOL is None:
        _POOL = ThreadPoolExecutor(max(1, thread_count() - 1), thread_name_prefix="lossproof")
    return _POOL


def _forget_pool() -> None:
    """A forked child has none of its parent's threads."""
    global _POOL
    _POOL = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
