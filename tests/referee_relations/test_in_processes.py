"""Tasks shared with other processes: each is done once, the answers come with their places, an error comes through."""

from __future__ import annotations

import gc
import math

import pytest

from lossproof.referee.steps.in_processes import in_processes


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_each_task_is_done_once_and_comes_with_its_place(jobs: int) -> None:
    squares = [place**2 for place in range(7)]
    found = list(in_processes(math.isqrt, squares, [3, 1, 9, 1, 5, 2, 8], jobs, gc.enable))
    assert sorted(found) == [(place, place) for place in range(7)]


def test_this_process_takes_the_shortest() -> None:
    done_here: list[int] = []

    class Task:
        def __init__(self, number: int) -> None:
            self.number = number

        def __index__(self) -> int:
            done_here.append(self.number)
            return self.number

        def __reduce__(self) -> tuple[type[int], tuple[int]]:
            return int, (self.number,)

    tasks = [Task(number) for number in range(6)]
    assert sorted(in_processes(math.isqrt, tasks, [60, 50, 40, 30, 20, 10], 2, gc.enable)) == [
        (0, 0), (1, 1), (2, 1), (3, 1), (4, 2), (5, 2)
    ]  # fmt: skip
    assert done_here[0] == 5
    assert 0 not in done_here


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_comes_through(jobs: int) -> None:
    with pytest.raises(ValueError, match="nonnegative"):
        list(in_processes(math.isqrt, [4, -1, 9], [1, 2, 3], jobs, gc.enable))
