"""Clauses on quantities that stand for a formula: with ``u[m] > 0`` and ``u[m] = w*x[m]``, w*x[m] > 0 for each m met.

A definition is put in before anything is judged; the clause on the name stays a condition on what was put in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from flint import fmpq

from lossproof.notation import tree
from lossproof.notation.assumptions import Domain, FiniteSet, IndexRange, Interval
from lossproof.notation.traverse import walk
from lossproof.referee.balls import scalars
from lossproof.referee.balls.evaluate import compile_tree
from lossproof.referee.balls.jets import number_of
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.scalars import Scalar, Unusable
from lossproof.referee.balls.state import Run, Scope, State

_BITS = 256


@dataclass(frozen=True, slots=True)
class Given:
    """``body`` lies in ``domain`` for every value of the index ``letters``."""

    body: tree.Node
    letters: tuple[str, ...]
    domain: Domain


@dataclass(frozen=True, slots=True)
class Condition:
    """A `Given`, compiled into the scope of a claim; ``places`` says where each letter stands in indexed data."""

    run: Run
    slots: tuple[int, ...]
    places: tuple[tuple[tuple[str, int], ...], ...]
    domain: Domain
    ends: tuple[Run | None, ...]

    @classmethod
    def of(cls, given: Given, scope: Scope) -> Condition:
        """Compile the formula, with its letters as bound indices, and the ends of the domain."""
        inner, slots = scope, []
        for letter in given.letters:
            inner, slot = inner.inside(letter)
            slots.append(slot)
        places = tuple(tuple(_places(given.body, letter)) for letter in given.letters)
        ends = tuple(None if end is None else compile_tree(end, scope) for end in _ends(given.domain))
        return cls(compile_tree(given.body, inner), tuple(slots), places, given.domain, ends)

    def holds(self, state: State, point: Point) -> bool:
        """Whether the clause holds at the point, for every index at which an element has been read."""
        try:
            with scalars.precision(_BITS):
                return all(self._holds(state, indices) for indices in product(*self._met(point)))
        except Unusable:
            return False

    def _met(self, point: Point) -> list[list[int]]:
        met = [
            {key[at] for name, at in places for other, key in point.elements if other == name} for places in self.places
        ]
        return [sorted(indices) or [0] for indices in met]

    def _holds(self, state: State, indices: tuple[int, ...]) -> bool:
        for slot, index in zip(self.slots, indices, strict=True):
            state.count(slot, index)
        value = number_of(self.run(state))
        if isinstance(self.domain, FiniteSet):
            held = (fmpq(each.numerator, each.denominator) for each in self.domain.values)
            return any(scalars.is_zero(scalars.subtract(value, each)) for each in held)
        if _is_whole(self.domain) and not (isinstance(value, fmpq) and value.q == 1):
            return False
        low, high, *excluded = (None if end is None else _side(value, number_of(end(state))) for end in self.ends)
        low_open, high_open = _openness(self.domain)
        return (low is None or low >= low_open) and (high is None or high <= -high_open) and 0 not in excluded


def _places(body: tree.Node, letter: str) -> Iterator[tuple[str, int]]:
    for part in walk(body):
        if isinstance(part, tree.Indexed):
            yield from ((part.name, at) for at, index in enumerate(part.indices) if index == tree.Name(letter))


def _side(value: Scalar, end: Scalar) -> int:
    return scalars.sign(scalars.subtract(value, end))


def _ends(domain: Domain) -> tuple[tree.Node | None, ...]:
    if isinstance(domain, FiniteSet):
        return ()
    return (domain.low, domain.high, *(domain.excluded if isinstance(domain, Interval) else ()))


def _is_whole(domain: Domain) -> bool:
    return isinstance(domain, IndexRange) or (isinstance(domain, Interval) and domain.integer)


def _openness(domain: Domain) -> tuple[int, int]:
    return (int(domain.low_open), int(domain.high_open)) if isinstance(domain, Interval) else (0, 0)
