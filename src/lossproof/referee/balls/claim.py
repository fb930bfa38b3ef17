"""One claim, compiled: both sides, their clauses, and what the balls say at a point.

lhs - rhs excludes 0                     the point refutes
radius < 2^-100 times the terms' size    the point agrees
neither                                  more bits, up to a bound; then the point is not decided
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import combinations
from typing import Literal

from flint import acb, arb, fmpq

from lossproof.notation import tree
from lossproof.notation.assumptions import Assumptions, Group, IndexRange
from lossproof.notation.traverse import free_names, walk
from lossproof.referee.balls import scalars
from lossproof.referee.balls.clauses import Clauses
from lossproof.referee.balls.evaluate import Run, Scope, compile_tree, nodes_in
from lossproof.referee.balls.jets import number_of
from lossproof.referee.balls.points import Point
from lossproof.referee.balls.scalars import LeavesReals, OutOfDomain, Scalar, TooLarge, Undecided, Unusable

Order = Literal["==", ">="]

PRECISIONS = (160, 512, 1536, 4096)
DEEP = (4096,)
_AGREEMENT_BITS = 100
_AGREEMENT = arb(2) ** -_AGREEMENT_BITS
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
    """The outcome at one point with its evidence.

    ``spread`` is the radius of the difference relative to the size of both sides; ``reason`` says why a side
    has no value.
    """

    outcome: Outcome
    left: Scalar | None = None
    right: Scalar | None = None
    difference: Scalar | None = None
    spread: arb | None = None
    reason: str = ""
    leaves_reals: bool = False
    too_large: bool = False


@dataclass(slots=True)
class Meter:
    """What has been spent on a claim, in nodes evaluated at the usual precision."""

    spent: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """``lhs == rhs`` or ``lhs >= rhs`` under clauses, compiled once; ``nodes`` is the size of both sides."""

    left: Run
    right: Run
    scope: Scope
    clauses: Clauses
    comparison: Order
    numbers: tuple[fmpq, ...]
    kinks: tuple[Run, ...]
    nodes: int
    meter: Meter = field(default_factory=Meter)

    @classmethod
    def of(cls, lhs: tree.Node, rhs: tree.Node, assumptions: Assumptions, comparison: Order) -> Claim:
        """Compile both sides and the clauses of the names that they use."""
        scope = Scope(dict(assumptions.definitions))
        left, right = compile_tree(lhs, scope), compile_tree(rhs, scope)
        formulas = [lhs, rhs, *(body for _, body in assumptions.definitions)]
        sizes, indices = _sizes(formulas, assumptions), _indices(formulas)
        kinks = tuple(compile_tree(kink, scope) for kink in _kinks(formulas))
        clauses = Clauses(assumptions, scope, sizes, indices - sizes)
        return cls(left, right, scope, clauses, comparison, _numbers(formulas), kinks, nodes_in(lhs) + nodes_in(rhs))

    def at(self, point: Point, principal: bool = False, precisions: Iterable[int] = PRECISIONS) -> Finding:
        """What the balls say at ``point``."""
        finding = Finding(Outcome.UNDECIDED)
        for bits in precisions:
            finding = self._at(point, bits, principal)
            if finding.outcome is not Outcome.UNDECIDED or finding.too_large:
                return finding
        return finding

    def _at(self, point: Point, bits: int, principal: bool) -> Finding:
        with scalars.precision(bits):
            self.meter.spent += self.nodes * _weight(bits)
            left = self._side(self.left, point, principal, bits)
            right = self._side(self.right, point, principal, bits)
            if isinstance(left, Unusable) or isinstance(right, Unusable):
                return _unusable(left, right)
            return self._compare(left, right, bits)

    def _side(self, run: Run, point: Point, principal: bool, bits: int) -> Scalar | Unusable:
        state = self.scope.state(point.numbers, point, principal)
        try:
            value = number_of(run(state))
        except Unusable as reason:
            return reason
        finally:
            self.meter.spent += state.spent * _weight(bits)
        return value if scalars.is_finite(value) else Undecided("a ball without end")

    def _compare(self, left: Scalar, right: Scalar, bits: int) -> Finding:
        difference = scalars.subtract(left, right)
        width = _spread(difference, left, right, bits)
        outcome = self._outcome(difference, bool(width < _AGREEMENT))
        return Finding(outcome, left, right, difference, width)

    def _outcome(self, difference: Scalar, is_tiny: bool) -> Outcome:
        if self.comparison == ">=" and not isinstance(difference, acb):
            if difference < 0:
                return Outcome.REFUTES
            return Outcome.AGREES if difference >= 0 or is_tiny else Outcome.UNDECIDED
        if _excludes_zero(difference):
            return Outcome.REFUTES
        return Outcome.AGREES if is_tiny else Outcome.UNDECIDED


def _weight(bits: int) -> int:
    return 1 + bits // 512


def _unusable(left: Scalar | Unusable, right: Scalar | Unusable) -> Finding:
    sides = [side for side in (left, right) if isinstance(side, Unusable)]
    outside = [side for side in sides if isinstance(side, OutOfDomain)]
    first = (outside or sides)[0]
    return Finding(
        _outcome(isinstance(left, OutOfDomain), isinstance(right, OutOfDomain), len(sides) > len(outside)),
        reason=str(first),
        too_large=any(isinstance(side, TooLarge) for side in sides),
        leaves_reals=bool(outside) and all(isinstance(side, LeavesReals) for side in outside),
    )


def _outcome(left_outside: bool, right_outside: bool, unclear: bool) -> Outcome:
    if left_outside and right_outside:
        return Outcome.BOTH_UNDEFINED
    if unclear:
        return Outcome.UNDECIDED
    return Outcome.LEFT_UNDEFINED if left_outside else Outcome.RIGHT_UNDEFINED


def _excludes_zero(difference: Scalar) -> bool:
    if isinstance(difference, fmpq):
        return bool(difference)
    return not difference.contains(0)


def _spread(difference: Scalar, left: Scalar, right: Scalar, bits: int) -> arb:
    """The radius of the difference relative to the size of both sides.

    Where both may be 0 there is nothing to measure against but 1, and more bits than usual are asked for.
    """
    if isinstance(difference, fmpq):
        return arb(0)
    size = scalars.ball(left).abs_lower() + scalars.ball(right).abs_lower()
    if size > 0:
        return difference.rad() / size
    return difference.rad() * arb(2) ** (_ZERO_BITS - _AGREEMENT_BITS) if bits > _ZERO_BITS else arb(1)


def _sizes(formulas: Iterable[tree.Node], assumptions: Assumptions) -> frozenset[str]:
    """The names in the ends of sums, of index ranges and of groups over a range."""
    ranges: list[tree.Reduction | IndexRange | Group] = [
        *(node for formula in formulas for node in walk(formula) if isinstance(node, tree.Reduction)),
        *(domain for domain in assumptions.scalars.values() if isinstance(domain, IndexRange)),
        *assumptions.groups,
    ]
    ends = [end for each in ranges for end in (each.low, each.high) if end is not None]
    found = frozenset(name for end in ends for name in free_names(end))
    return found - {name for name, domain in assumptions.scalars.items() if isinstance(domain, IndexRange)}


def _indices(formulas: Iterable[tree.Node]) -> frozenset[str]:
    """The names that stand in ``[...]`` or in ``delta``."""
    places = [n for f in formulas for n in walk(f)]
    data = [index for n in places if isinstance(n, tree.Indexed) for index in n.indices]
    deltas = [a for n in places if isinstance(n, tree.Call) and n.function == "delta" for a in n.arguments]
    return frozenset(name for index in (*data, *deltas) for name in free_names(index))


_LOOKS_AT = {"Abs", "sign", "Heaviside"}
_COMPARES = {"Max", "Min", "delta"}
_MOST_KINKS = 24


def _kinks(formulas: Iterable[tree.Node]) -> list[tree.Node]:
    """What is compared with 0 in the claim, as far as no index of a sum stands in it."""
    nodes = [node for formula in formulas for node in walk(formula)]
    bound = {node.index for node in nodes if isinstance(node, tree.Reduction)}
    found = dict.fromkeys(kink for node in nodes for kink in _compared(node))
    return [kink for kink in found if not free_names(kink) & bound][:_MOST_KINKS]


def _compared(node: tree.Node | tree.Condition) -> list[tree.Node]:
    if isinstance(node, tree.Comparison):
        return [tree.Binary("-", node.left, node.right)]
    if isinstance(node, tree.Call) and node.function in _LOOKS_AT:
        return [node.arguments[0]]
    if isinstance(node, tree.Call) and node.function in _COMPARES:
        return [tree.Binary("-", left, right) for left, right in combinations(node.arguments, 2)]
    return []


def _numbers(formulas: Iterable[tree.Node]) -> tuple[fmpq, ...]:
    """Numbers that stand in the claim, their negatives and their neighbours."""
    literals = {n.value for f in formulas for n in walk(f) if isinstance(n, tree.Number)}
    found: dict[fmpq, None] = {}
    for literal in sorted(literals):
        value = fmpq(literal.numerator, literal.denominator)
        for near in (value, value + 1, value - 1, value + fmpq(1, 999), value - fmpq(1, 999), 2 * value, value / 2):
            found.update({near: None, -near: None})
        if value:
            found.update({1 / value: None, -1 / value: None})
    return tuple(found)
