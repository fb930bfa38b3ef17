"""Does every clause hold at a point? Asked once more of every counterexample, straight from the clauses.

Nothing is shared with how points are drawn: ends are read and compared afresh, rows of groups are added up.
What cannot be told (an irrational end that the point meets to the last bit) does not count as satisfied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from flint import fmpq

from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval
from lossproof.notation.tree import Node
from lossproof.referee.balls import scalars
from lossproof.referee.balls.evaluate import compile_tree
from lossproof.referee.balls.jets import number_of
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.scalars import Scalar, Unusable
from lossproof.referee.balls.state import Scope
from lossproof.referee.balls.ties import Ties

_BITS = 1024


def satisfies(point: Point, assumptions: Assumptions) -> bool:
    """Whether the values of ``point`` satisfy every clause that speaks of them."""
    reader = _Reader(point, assumptions)
    try:
        with scalars.precision(_BITS):
            return all(reader.facts()) and Ties.of(assumptions, reader.scope()).hold(point)
    except (Unusable, KeyError):
        return False


class _Reader:
    """The clauses, read at one point."""

    def __init__(self, point: Point, assumptions: Assumptions) -> None:
        self.point = point
        self.assumptions = assumptions
        self.known: dict[Node, Scalar] = {}

    def scope(self) -> Scope:
        """A scope of its own that knows the quantities of the point."""
        scope = Scope(dict(self.assumptions.definitions))
        for name in self.point.numbers:
            scope.slot(name)
        scope.arrays.update({name: len(key) for name, key in self.point.elements})
        return scope

    def facts(self) -> Iterator[bool]:
        """Whether each clause holds, one after the other."""
        for name, number in self.point.numbers.items():
            yield self.holds(number, self.assumptions.scalar(name))
        for (name, _), number in self.point.elements.items():
            yield self.holds(number, self.assumptions.array(name))
        for group in self.assumptions.groups:
            yield from (_is_group(group.kind, row) for row in self.rows(group))

    def holds(self, number: fmpq, domain: Domain) -> bool:
        if isinstance(domain, FiniteSet):
            return Fraction(int(number.p), int(number.q)) in domain.values
        if isinstance(domain, IndexRange):
            domain = Interval(domain.low, domain.high, integer=True)
        if domain.integer and number.q != 1:
            return False
        above = domain.low is None or self.side(number, domain.low) >= int(domain.low_open)
        below = domain.high is None or self.side(number, domain.high) <= -int(domain.high_open)
        return above and below and all(self.side(number, end) != 0 for end in domain.excluded)

    def side(self, number: fmpq, end: Node) -> int:
        """The sign of number - end."""
        return scalars.sign(number - self.value(end))

    def value(self, node: Node) -> Scalar:
        if node not in self.known:
            scope = Scope(dict(self.assumptions.definitions))
            run = compile_tree(node, scope)
            self.known[node] = number_of(run(scope.state(self.point.numbers, self.point)))
        return self.known[node]

    def rows(self, group: Group) -> Iterator[Sequence[fmpq]]:
        """The values that the group binds together at this point."""
        if group.low is None or group.high is None:
            if group.members[0] in self.point.numbers:
                yield [self.point.numbers[member] for member in group.members]
            return
        name = group.members[0]
        keys = [key for other, key in self.point.elements if other == name]
        if not keys:
            return
        first = scalars.integer_of(self.value(group.low), "the end of a range")
        last = scalars.integer_of(self.value(group.high), "the end of a range")
        for before in {key[:-1] for key in keys if first <= key[-1] <= last}:
            yield [self.point.elements[name, (*before, place)] for place in range(first, last + 1)]
        if last < first:
            yield []


def _is_group(kind: str, values: Sequence[fmpq]) -> bool:
    if kind == "one-hot":
        return sorted(values) == [fmpq(0)] * (len(values) - 1) + [fmpq(1)]
    return bool(values) and min(values) > 0 and sum(values, fmpq(0)) == 1
