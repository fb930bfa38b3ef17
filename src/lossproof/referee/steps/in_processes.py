"""Tasks done by several processes, of which this one is one: what begins at once need not wait for another to start.

The others take the longest tasks first and this one the shortest, so that they end at about the same time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from typing import TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")
AHEAD = 2  # tasks that another process has: the one it does and the next


def in_processes(
    work: Callable[[Task], Answer],
    tasks: Sequence[Task],
    lengths: Sequence[int],
    jobs: int,
    begin: Callable[[], None],
) -> Iterator[tuple[int, Answer]]:
    """``work`` of each task, with its place, as soon as it is there; ``begin`` is called first in a new process.

    ``lengths`` say which tasks are longer than which. An error of ``work`` is raised here.
    """
    others = min(jobs, len(tasks)) - 1
    if others < 1:
        yield from ((place, work(task)) for place, task in enumerate(tasks))
        return
    waiting = deque(sorted(range(len(tasks)), key=lambda place: -lengths[place]))
    doing: dict[Future[Answer], int] = {}
    with ProcessPoolExecutor(others, mp_context=get_context("spawn"), initializer=begin) as pool:
        while waiting or doing:
            while waiting and len(doing) < AHEAD * others:
                place = waiting.popleft()
                doing[pool.submit(work, tasks[place])] = place
            if waiting:
                place = waiting.pop()
                yield place, work(tasks[place])
            done, _ = wait(doing, timeout=0 if waiting else None, return_when=FIRST_COMPLETED)
            yield from ((doing.pop(each), each.result()) for each in done)
