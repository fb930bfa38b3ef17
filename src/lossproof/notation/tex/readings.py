"""Why a formula is not read: it is beyond what a scalar formula says, or a place in it is not understood.

Where a text can be read in two ways, the grammar asks `Choices`; all ways are found by reading again with
other answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lossproof.errors import RejectedText

T = TypeVar("T")

MAX_READINGS = 12


class NotUnderstood(RejectedText):
    """A place in a formula of which nothing is guessed; ``place`` is where it stands in the text."""

    def __init__(self, sentence: str, place: int | None = None) -> None:
        super().__init__(sentence)
        self.place = place


class Beyond(NotUnderstood):
    """Mathematics that no scalar formula of the text grammar can say; the sentence names it."""


class NeedsComponent(NotUnderstood):
    """A vector stands where a number is needed: the formula holds component by component, if at all."""


@dataclass
class Choices:
    """Answers to the questions that one reading asks, in the order asked; 0 where none was prepared."""

    prepared: tuple[int, ...] = ()
    asked: list[tuple[int, str]] = field(default_factory=list)

    def choose(self, ways: tuple[str, ...]) -> int:
        """Which of ``ways``, each in words, this reading takes."""
        place = len(self.asked)
        answer = self.prepared[place] if place < len(self.prepared) else 0
        self.asked.append((len(ways), ways[answer]))
        return answer


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """One way of reading, and what it took, in words, where there was a choice and it was not the usual one."""

    value: T
    taken: tuple[str, ...]


def readings(read: Callable[[Choices], T], most: int = MAX_READINGS) -> Iterator[Reading[T]]:
    """Every way of reading, the usual one first; ways that fail are passed over, except when the first does."""
    waiting: list[tuple[int, ...]] = [()]
    given = 0
    while waiting and given < most:
        prepared = waiting.pop(0)
        choices = Choices(prepared)
        try:
            value = read(choices)
        except NotUnderstood:
            if not prepared:
                raise
            continue
        given += 1
        answers = [*prepared, *[0] * (len(choices.asked) - len(prepared))]
        yield Reading(value, tuple(words for answer, (_, words) in zip(answers, choices.asked, strict=False) if answer))
        for place in range(len(prepared), len(choices.asked)):
            ways = choices.asked[place][0]
            waiting += [(*answers[:place], other) for other in range(1, ways)]
