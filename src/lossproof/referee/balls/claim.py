"""One claim, compiled: both sides, their clauses, and what the balls say at a point.

lhs - rhs excludes 0                     the point refutes
radius < 2^-100 times the terms' size    the point agrees
neither                                  more bits, up to a bound; then the point is not decided
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from math import inf
from time import monotonic
from typing import Literal

from flint import acb, arb, fmpq

from lossproof.notation import tree
from lossproof.notation.assumptions import Assumptions, FiniteSet
from lossproof.notation.traverse import free_names
from lossproof.referee.balls import scalars
from lossproof.referee.balls import where_to_look as hints
from lossproof.referee.balls.clauses import Clauses
from lossproof.referee.balls.evaluate import Run, Scope, compile_tree, nodes_in
from lossproof.referee.balls.given import Condition, Given
from lossproof.referee.balls.jets import number_of
from lossproof.referee.balls.points import Point
from lossproof.referee.balls.scalars import LeavesReals, OutOfDomain, Scalar, TooLarge, Undecided, Unusable
from lossproof.words.codes import Said, Trouble

Order = Literal["==", ">="]

PRECISIONS = (160, 512, 1536, 4096)
DEEP = (2048, 4096)
MOST_BITS = 300_000
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
    reason: str | Said = ""
    leaves_reals: bool = False
    too_large: bool = False


@dataclass(slots=True)
class Meter:
    """What has been spent on a claim, in nodes evaluated at the usual precision, and when its time is over."""

    spent: int = 0
    stop: float = inf

    def allow(self, seconds: float) -> None:
        """Give the claim so much time from now."""
        self.stop = monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether the time is used up."""
        return monotonic() > self.stop


@dataclass(frozen=True, slots=True)
class Claim:
    """``lhs == rhs`` or ``lhs >= rhs`` under clauses, compiled once; ``nodes`` is the size of both sides.

    ``bits`` are those at which the numbers in it may show a difference that fewer bits hide.
    """

    left: Run
    right: Run
    scope: Scope
    clauses: Clauses
    comparison: Order
    numbers: tuple[fmpq, ...]
    kinks: tuple[Run, ...]
    nodes: int
    bits: int
    conditions: tuple[Condition, ...] = ()
    meter: Meter = field(default_factory=Meter)

    @classmethod
    def of(
        cls,
        lhs: tree.Node,
        rhs: tree.Node,
        assumptions: Assumptions,
        comparison: Order,
        given: Sequence[Given] = (),
    ) -> Claim:
        """Compile both sides, the clauses of the names that they use, and what is given besides."""
        scope = Scope(dict(assumptions.definitions))
        left, right = compile_tree(lhs, scope), compile_tree(rhs, scope)
        conditions = tuple(Condition.of(each, scope) for each in given)
        _bring_in_what_binds(assumptions, scope)
        formulas = [lhs, rhs, *(body for _, body in assumptions.definitions)]
        kinks = tuple(compile_tree(kink, scope) for kink in hints.kinks(formulas))
        sizes = hints.sizes(formulas, assumptions)
        clauses = Clauses(assumptions, scope, sizes, hints.indices(formulas) - sizes)
        nodes, bits = nodes_in(lhs) + nodes_in(rhs), hints.deep_bits([*formulas, *clauses.ends()], MOST_BITS)
        return cls(left, right, scope, clauses, comparison, hints.numbers(formulas), kinks, nodes, bits, conditions)

    def holds(self, point: Point) -> bool:
        """Whether every clause holds at a point at which both sides have been read."""
        if not self.clauses.holds(point):
            return False
        state = self.scope.state(point.numbers, point, stop=self.meter.stop)
        return all(condition.holds(state, point) for condition in self.conditions)

    def at(self, point: Point, principal: bool = False, precisions: Iterable[int] = PRECISIONS) -> Finding:
        """What the balls say at ``point``."""
        finding = Finding(Outcome.UNDECIDED)
        for bits in precisions:
            if self.meter.is_over:
                return Finding(Outcome.UNDECIDED, reason=Trouble.NO_TIME(), too_large=True)
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
        state = self.scope.state(point.numbers, point, principal, self.meter.stop)
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


def _bring_in_what_binds(assumptions: Assumptions, scope: Scope) -> None:
    """Names that the claim does not use but that bound one it uses: ``0 < x < y`` says that y > 0."""
    added = True
    while added:
        added = False
        for name, domain in assumptions.scalars.items():
            ends = () if isinstance(domain, FiniteSet) else (domain.low, domain.high)
            bounded = {used for end in ends if end is not None for used in free_names(end)}
            if name not in scope.free and bounded & set(scope.free):
                compile_tree(tree.Name(name), scope)
                added = True


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
