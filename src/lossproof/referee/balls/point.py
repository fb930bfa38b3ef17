"""One point: values of the scalars, and of the elements of indexed data that were touched so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import fmpq

from lossproof.referee.balls.clauses import Element, Row
from lossproof.referee.balls.irrational import Root
from lossproof.referee.balls.state import Key

Fill = Callable[["Point", str, Key], None]


@dataclass(slots=True)
class Point:
    """Values of the scalars, and of the elements of indexed data that were touched so far.

    Elements get their value when they are first touched, so that whatever index a claim reaches has one. ``root`` is
    the irrational number that one of the scalars is made of, where there is one.
    """

    numbers: dict[str, fmpq]
    elements: dict[Element, fmpq]
    fill: Fill
    root: Root | None = None

    def element(self, name: str, indices: Key) -> fmpq:
        """The number at ``name[indices]``; chosen now when it is asked for the first time."""
        found = self.elements.get((name, indices))
        if found is None:
            self.fill(self, name, indices)
            found = self.elements[name, indices]
        return found

    def key(self) -> tuple[object, ...]:
        """The same for two points exactly when they are the same point."""
        numbers = tuple((value.p, value.q) for value in self.numbers.values())
        return numbers, frozenset((place, value.p, value.q) for place, value in self.elements.items())


def fill_row(point: Point, row: Row, values: Sequence[fmpq]) -> None:
    """Give every element of a one-hot or simplex row its value."""
    point.elements.update(zip(row.keys, values, strict=True))
