"""Points at which a claim is tried: every clause holds at each of them.

    sizes      the least that is allowed and the next few, and such that sums have terms: `sizes`
    finite     every combination of the values of finite sets and one-hot groups comes up when they are few
    the rest   by styles that take turns: `styles`

The same seed gives the same points, whatever the names are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from lossproof.referee.balls.drawing import Drawing, Stock
from lossproof.referee.balls.indices_to_try import Indices
from lossproof.referee.balls.point import Point

if TYPE_CHECKING:
    from lossproof.referee.balls.claim import Claim

_ATTEMPTS = 12
_MOST_MISSES = 32


@dataclass(frozen=True, slots=True)
class Sampler:
    """Draws points that satisfy the clauses of a claim."""

    stock: Stock

    @classmethod
    def of(cls, claim: Claim, seed: int) -> Sampler:
        """The sampler of a claim; another seed is another stream of points."""
        indices = Indices.of(claim.numbers, claim.ties.span_data)
        stock = Stock(
            claim.clauses, claim.numbers, indices, claim.kinks, claim.ranges, claim.depth, claim.nodes, Random(seed)
        )
        stock.orders_data = claim.ties.order_data
        return cls(stock)

    @property
    def count(self) -> int | None:
        """How many points there are; None where the clauses leave more than finitely many combinations."""
        return self.stock.count

    def points(self, attempts: int) -> Iterator[Point]:
        """At most ``attempts`` points; fewer when the clauses leave only finitely many, or none that is found."""
        self.stock.enumerates = self.count is not None and self.count <= attempts
        misses = 0
        for number in range(attempts if self.count is None else min(attempts, self.count)):
            point = self._point(number)
            misses = 0 if point is not None else misses + 1
            if point is not None:
                yield point
            elif misses == _MOST_MISSES:
                return

    def _point(self, number: int) -> Point | None:
        for _ in range(_ATTEMPTS):
            point = Drawing(self.stock, number).point()
            if point is not None:
                return point
        return None
