"""One line on stderr when compiling takes over a second, so that nobody wonders what the first call does."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 1.0


@contextmanager
def announced(is_compiled: object, name: str) -> Iterator[None]:
    """While the body runs what has to be compiled first, which is not kept: says so if it takes longer than a second.

    Once for a loss in a process, however many of its kernels are compiled and from however many threads.
    """
    if is_compiled or name in _SAID:
        yield
        return
    timer = threading.Timer(SECONDS, _say, [name])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


_SAID: set[str] = set()
_LOCK = threading.Lock()


def _say(name: str) -> None:
    with _LOCK:
        if name in _SAID:
            return
        _SAID.add(name)
    print(
        f"lossproof: compiling the loss of {name} for this machine; the result is kept for the next time",
        file=sys.stderr,
        flush=True,
    )
