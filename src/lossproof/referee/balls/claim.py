"""One claim, compiled: both sides, their clauses, and what the balls say at a point.

lhs - rhs excludes 0                     the point refutes
radius < 2^-100 times the terms' size    the point agrees
neither                                  more bits, up to a bound; then the point is not decided
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from flint import acb, arb, fmpq

from lossproof.notation import tree
from lossproof.notation.assumptions import Assumptions, IndexRange
from lossproof.notation.traverse import free_names, walk
from lossproof.referee.balls import scalars
from lossproof.referee.balls.clauses import Clauses
from lossproof.referee.balls.evaluate import Run, Scope, compile_tree
from lossproof.referee.balls.jets import number_of
from lossproof.referee.balls.points import Point
from lossproof.referee.balls.scalars import LeavesReals, OutOfDomain, Scalar, Undecided, Unusable

Order = Literal["==", ">="]

PRECISIONS = (160, 512, 1536, 4096)
_AGREEMENT_BITS = 100
# Where both sides may be 0 there is nothing to measure against but 0 itself.
_ZERO_BITS = 400


class Outcome(Enum):
    """What one point says."""

    AGREES = auto()
    REFUTES = auto()
    LEFT_UNDEFINED = auto()
    RIGHT_UNDEFINED = auto()
    BOTH_UNDEFINED = auto()
    UNDECIDED = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome at one point with its evidence; ``reason`` says why a side has no value."""

    outcome: Outcome
    left: Scalar | None = None
    right: Scalar | None = None
    difference: Scalar | None = None
    reason: str = ""
    leaves_reals: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """``lhs == rhs`` or ``lhs >= rhs`` under clauses, compiled once."""

    left: Run
    right: Run
    scope: Scope
    clauses: Clauses
    comparison: Order
    numbers: tuple[fmpq, ...]

    @classmethod
    def of(cls, lhs: tree.Node, rhs: tree.Node, assumptions: Assumptions, comparison: Order) -> Claim:
        """Compile both sides and the clauses of the names that they use."""
        scope = Scope(dict(assumptions.definitions))
        left, right = compile_tree(lhs, scope), compile_tree(rhs, scope)
        formulas = [lhs, rhs, *(body for _, body in assumptions.definitions)]
        sizes, indices = _sizes(formulas, assumptions), _indices(formulas)
        clauses = Clauses(assumptions, scope, sizes, indices - sizes)
        return cls(left, right, scope, clauses, comparison, _numbers(formulas))

    def at(self, point: Point, principal: bool = False, precisions: Iterable[int] = PRECISIONS) -> Finding:
        """What the balls say at ``point``."""
        finding = Finding(Outcome.UNDECIDED)
        for bits in precisions:
            finding = self._at(point, bits, principal)
            if finding.outcome is not Outcome.UNDECIDED:
                return finding
        return finding

    def _at(self, point: Point, bits: int, principal: bool) -> Finding:
        with scalars.precision(bits):
            left = self._side(self.left, point, principal)
            right = self._side(self.right, point, principal)
            if isinstance(left, Unusable) or isinstance(right, Unusable):
                return _unusable(left, right)
            return self._compare(left, right, bits)

    def _side(self, run: Run, point: Point, principal: bool) -> Scalar | Unusable:
        numbers = dict(point.numbers)
        try:
            value = number_of(run(self.scope.state(numbers, point, principal)))
        except Unusable as reason:
            return reason
        return value if scalars.is_finite(value) else Undecided("a ball without end")

    def _compare(self, left: Scalar, right: Scalar, bits: int) -> Finding:
        difference = scalars.subtract(left, right)
        refuted = difference < 0 if self.comparison == ">=" else _excludes_zero(difference)
        if refuted:
            return Finding(Outcome.REFUTES, left, right, difference)
        settled = (self.comparison == ">=" and difference >= 0) or _tiny(difference, left, right, bits)
        return Finding(Outcome.AGREES if settled else Outcome.UNDECIDED, left, right, difference)


def _unusable(left: Scalar | Unusable, right: Scalar | Unusable) -> Finding:
    sides = [side for side in (left, right) if isinstance(side, Unusable)]
    outside = [side for side in sides if isinstance(side, OutOfDomain)]
    first = (outside or sides)[0]
    return Finding(
        _outcome(isinstance(left, OutOfDomain), isinstance(right, OutOfDomain), len(sides) > len(outside)),
        reason=str(first),
        leaves_reals=bool(outside) and all(isinstance(side, LeavesReals) for side in outside),
    )


def _outcome(left_outside: bool, right_outside: bool, unclear: bool) -> Outcome:
    if left_outside and right_outside:
        return Outcome.BOTH_UNDEFINED
    if unclear:
        return Outcome.UNDECIDED
    return Outcome.LEFT_UNDEFINED if left_outside else Outcome.RIGHT_UNDEFINED


def radius(difference: Scalar) -> arb:
    """The largest distance of a number in the ball from its midpoint."""
    if type(difference) is fmpq:
        return arb(0)
    return difference.complex_rad() if type(difference) is acb else difference.rad()


def _excludes_zero(difference: Scalar) -> bool:
    if type(difference) is fmpq:
        return bool(difference)
    return not difference.contains(0)


def _tiny(difference: Scalar, left: Scalar, right: Scalar, bits: int) -> bool:
    """Whether the ball of the difference says that it is 0, as far as numbers of this size can."""
    if scalars.is_zero(difference):
        return True
    size = scalars.ball(left).abs_lower() + scalars.ball(right).abs_lower()
    width = abs(radius(difference))
    if size > 0:
        return bool(width < size * arb(2) ** -_AGREEMENT_BITS)
    return bits > _ZERO_BITS and bool(width < arb(2) ** -_ZERO_BITS)


def _sizes(formulas: Iterable[tree.Node], assumptions: Assumptions) -> frozenset[str]:
    """The names in the ends of sums, of index ranges and of groups over a range."""
    ends = [end for f in formulas for n in walk(f) if isinstance(n, tree.Reduction) for end in (n.low, n.high)]
    domains = [*assumptions.scalars.values(), *assumptions.groups]
    ranges = [d for d in domains if isinstance(d, IndexRange) or getattr(d, "members", None)]
    ends += [end for d in ranges for end in (d.low, d.high) if end is not None]  # type: ignore[attr-defined]
    found = frozenset(name for end in ends for name in free_names(end))
    return found - {name for name, domain in assumptions.scalars.items() if isinstance(domain, IndexRange)}


def _indices(formulas: Iterable[tree.Node]) -> frozenset[str]:
    """The names that stand in ``[...]`` or in ``delta``."""
    places = [n for f in formulas for n in walk(f)]
    data = [index for n in places if isinstance(n, tree.Indexed) for index in n.indices]
    deltas = [a for n in places if isinstance(n, tree.Call) and n.function == "delta" for a in n.arguments]
    return frozenset(name for index in (*data, *deltas) for name in free_names(index))


def _numbers(formulas: Iterable[tree.Node]) -> tuple[fmpq, ...]:
    """Numbers that stand in the claim, their negatives and their neighbours."""
    literals = {n.value for f in formulas for n in walk(f) if isinstance(n, tree.Number)}
    found: dict[fmpq, None] = {}
    for literal in sorted(literals):
        value = fmpq(literal.numerator, literal.denominator)
        for near in (value, value + 1, value - 1, value + fmpq(1, 1000), value - fmpq(1, 1000), 2 * value):
            found.update({near: None, -near: None})
        if value:
            found.update({1 / value: None, -1 / value: None})
    return tuple(found)
