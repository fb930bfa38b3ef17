"""Points at which a claim is tried exactly where it changes its form, though no rational number is there.

indicator(x^2 >= 2) = indicator(x^2 > 2)     fails at x = sqrt(2) alone
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from lossproof.referee.balls.exact_places import ANY, Place, zeros, zeros_alone
from lossproof.referee.balls.irrational import Exact
from lossproof.referee.balls.kinks import Difference, Kink, Mover
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.scalars import Unusable
from lossproof.referee.balls.values import Range

if TYPE_CHECKING:
    from lossproof.referee.balls.claim import Claim

_POINTS = 2
_MOST_PLACES = 6
_MOST_MOVERS = 4


@dataclass(frozen=True, slots=True)
class ExactPoint:
    """A point with one scalar at a zero of ``kink``."""

    point: Point
    kink: Kink


def exact_points(claim: Claim, drawn: Iterator[Point]) -> Iterator[ExactPoint]:
    """Each zero of what the claim looks at, with the other quantities where they were drawn."""
    bases = list(islice(drawn, _POINTS))
    for kink in claim.kinks:
        for base in bases if kink.name is None else bases[:1]:
            for name, place in islice(_places(claim, kink, base), _MOST_PLACES):
                if claim.comparison != "==" and not _has_formula(place):
                    continue
                for other in [base] if kink.name is None else bases:
                    yield ExactPoint(_moved(other, name, place), kink)


def _has_formula(place: Place) -> bool:
    """Whether it can be put in where a formula is wanted: a counterexample of an inequality becomes a line."""
    return not isinstance(place, Exact) or place.root.node is not None


def _places(claim: Claim, kink: Kink, base: Point) -> Iterator[tuple[str, Place]]:
    if kink.name is not None:
        yield from ((kink.name, place) for place in zeros_alone(kink.node, kink.name))
        return
    unknown = Point(base.numbers, base.elements, base.fill, ANY)
    for mover in islice(_movers(claim, unknown), _MOST_MOVERS):
        difference = Difference(kink, claim.scope, mover)
        for place in zeros(difference.at):
            assert isinstance(mover.place, str)
            yield mover.place, place


def _movers(claim: Claim, base: Point) -> Iterator[Mover]:
    """The scalars that may have any value of an interval."""
    clauses = claim.clauses
    for name in clauses.order:
        if name in clauses.sizes or name in clauses.indices or clauses.members(name):
            continue
        try:
            domain = clauses.domain(name, base)
        except Unusable:
            continue
        if isinstance(domain, Range) and not domain.integer:
            yield Mover(base, name, domain)


def _moved(base: Point, name: str, place: Place) -> Point:
    root = place.root if isinstance(place, Exact) else None
    numbers: dict[str, Any] = {**base.numbers, name: place}
    return Point(numbers, dict(base.elements), base.fill, root)
