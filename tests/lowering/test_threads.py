"""Every part is run once, errors come back to the caller, and a forked child starts its own threads."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest

from lossproof.lowering.kernels import threads


@pytest.mark.parametrize("count", [0, 1, 2, 9, 200])
@pytest.mark.parametrize("helpers", [1, 2, 5])
def test_every_part_is_run_once(count: int, helpers: int) -> None:
    ran = np.zeros(count, dtype=int)

    def part(k: int) -> None:
        ran[k] += 1

    threads.run_parts(part, count, helpers)
    assert (ran == 1).all()


def test_an_error_in_a_part_reaches_the_caller() -> None:
    def part(k: int) -> None:
        if k == 7:
            raise FloatingPointError("part seven")

    with pytest.raises(FloatingPointError, match="part seven"):
        threads.run_parts(part, 20, 3)


def test_it_may_be_used_from_many_threads_at_once() -> None:
    results = np.zeros(8)

    def caller(place: int) -> None:
        seen: list[int] = []
        threads.run_parts(seen.append, 50, 2)
        results[place] = len(seen)

    callers = [threading.Thread(target=caller, args=(place,)) for place in range(8)]
    for thread in callers:
        thread.start()
    for thread in callers:
        thread.join(20)
    assert (results == 50).all()


def test_there_is_at_least_one_thread_and_not_more_than_cores() -> None:
    assert 1 <= threads.thread_count() <= (os.cpu_count() or 1)
