"""One claim, compiled: both sides, their clauses, and what the balls say at a point.

lhs - rhs excludes 0                     the point refutes
radius < 2^-100 times the terms' size    the point agrees
neither                                  more bits, up to a bound; then the point is not decided
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from typing import Literal

from flint import acb, arb, fmpq

from lossproof.notation import tree
from lossproof.notation.assumptions import Assumptions, FiniteSet
from lossproof.notation.traverse import free_names
from lossproof.referee.balls import scalars
from lossproof.referee.balls import where_to_look as hints
from lossproof.referee.balls.clauses import Clauses, CompiledDomain
from lossproof.referee.balls.evaluate import GAMMA_FAMILY, compile_tree
from lossproof.referee.balls.given import Condition, Given
from lossproof.referee.balls.jets import number_of
from lossproof.referee.balls.kinks import Kink
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.scalars import Inexact, LeavesReals, OutOfDomain, Scalar, TooLarge, Undecided, Unusable
from lossproof.referee.balls.state import WORK_AT_ONE_POINT, Run, Scope, State
from lossproof.referee.balls.ties import Ties, is_connected
from lossproof.words.codes import Reason, Said, Trouble

Order = Literal["==", ">="]

PRECISIONS = (160, 512, 1536, 4096)
DEEP = (2048, 4096)
MOST_BITS = 1_000_000
# In nodes at the usual precision: some seconds.
MOST_WORK = 4_000_000
_AGREEMENT_BITS = 100
_AGREEMENT = arb(2) ** -_AGREEMENT_BITS
_ZERO_BITS = 400
# What a node costs with more bits, as measured for exp and lgamma between 160 and 262 144 bits.
_BITS_OF_ONE, _BITS_POWER, _GAMMA_BITS = 512, 1.65, 4096
_PER_ELEMENT = 10
_ROUNDS = 3


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
    has no value. ``is_hollow`` says that every sum and product over a symbolic range was empty, ``hidden`` how many
    bits deep a difference may lie.
    """

    outcome: Outcome
    left: Scalar | None = None
    right: Scalar | None = None
    difference: Scalar | None = None
    spread: arb | None = None
    reason: Reason | Said | None = None
    leaves_reals: bool = False
    too_large: bool = False
    is_hollow: bool = False
    hidden: int = 0


@dataclass(slots=True)
class Meter:
    """What has been spent on a claim, in nodes evaluated at the usual precision, and what may be."""

    spent: int = 0
    most: int = MOST_WORK

    def allow(self, work: int) -> None:
        """Give the claim so much work from now."""
        self.most = self.spent + work

    @property
    def left(self) -> int:
        """The work that may still be spent."""
        return self.most - self.spent

    @property
    def is_over(self) -> bool:
        """Whether the work is used up."""
        return self.left <= 0


@dataclass(frozen=True, slots=True)
class Claim:
    """``lhs == rhs`` or ``lhs >= rhs`` under clauses, compiled once; ``nodes`` is the size of both sides.

    ``depth`` says how many of the ``ranges`` of its sums stand in one another.

    ``is_gamma`` says that a function of the gamma family is called, whose cost grows faster with the bits,
    ``is_endless`` that there is a sum or integral without end.
    """

    left: Run
    right: Run
    scope: Scope
    clauses: Clauses
    comparison: Order
    numbers: tuple[fmpq, ...]
    kinks: tuple[Kink, ...]
    ranges: tuple[CompiledDomain, ...]
    depth: int
    nodes: int
    is_gamma: bool
    is_endless: bool
    ties: Ties
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
        ties = Ties.of(assumptions, scope)
        _bring_in_what_binds(assumptions, scope)
        sides = hints.look(lhs), hints.look(rhs)
        formulas = [*sides, *_definitions_used(assumptions, *sides)]
        kinks = tuple(Kink.of(kink, scope) for kink in hints.kinks(formulas))
        ranges = tuple(CompiledDomain.of(each, scope) for each in hints.ranges(formulas))
        tied = [
            hints.look(side) for tie in assumptions.ties if is_connected(tie, scope) for side in (tie.left, tie.right)
        ]
        sizes = hints.sizes([*formulas, *tied], assumptions)
        indices = hints.indices(formulas) - sizes
        counts = hints.compared_whole(formulas, assumptions) - sizes - indices
        nodes, is_gamma = sum(side.nodes for side in sides), hints.calls_any(formulas, GAMMA_FAMILY)
        # Below 0 a factorial has no value: where one may be taken of a count, most counts are not negative.
        mostly_positive = counts if is_gamma else frozenset[str]()
        clauses = Clauses(assumptions, scope, sizes, indices | counts, mostly_positive, hints.compared(formulas))
        depth = min(len(ranges), hints.depth(sides, scope.definitions))
        numbers = hints.numbers(formulas)
        is_endless = any(formula.is_endless for formula in formulas)
        return cls(
            left,
            right,
            scope,
            clauses,
            comparison,
            numbers,
            kinks,
            ranges,
            depth,
            nodes,
            is_gamma,
            is_endless,
            ties,
            conditions,
        )

    def holds(self, point: Point) -> bool:
        """Whether every clause holds at a point at which both sides have been read."""
        if not (self.clauses.holds(point) and self._ties_hold(point)):
            return False
        self.meter.spent += _PER_ELEMENT * len(point.elements)
        state = self.scope.state(point.numbers, point)
        return all(condition.holds(state, point) for condition in self.conditions)

    def settled(self, point: Point, principal: bool = False, precisions: Sequence[int] = PRECISIONS) -> Finding:
        """What the balls say once the ties hold of what is read at ``point``, which may change for that."""
        if not self.ties.held:
            return self.at(point, principal, precisions)
        self._settle(point)
        finding = self.at(point, principal, precisions)
        for _ in range(_ROUNDS):
            if not self._settle(point):
                break
            finding = self.at(point, principal, precisions)
        return finding

    def _settle(self, point: Point) -> bool:
        """Make the ties true where they are not; whether anything was moved."""
        before = self.ties.spent
        moved = self.ties.settle(point, self.clauses)
        self.meter.spent += self.ties.spent - before
        return moved

    def _ties_hold(self, point: Point) -> bool:
        before = self.ties.spent
        hold = self.ties.hold(point)
        self.meter.spent += self.ties.spent - before
        return hold

    def at(self, point: Point, principal: bool = False, precisions: Iterable[int] = PRECISIONS) -> Finding:
        """What the balls say at ``point``."""
        finding = _NOTHING_FOUND
        for bits in precisions:
            if self.meter.is_over:
                return Finding(Outcome.UNDECIDED, reason=Trouble.MUCH_WORK(), too_large=True)
            finding = self._at(point, bits, principal)
            if finding.outcome is not Outcome.UNDECIDED or finding.too_large:
                return finding
        return finding

    def cost(self, bits: int) -> int:
        """The work of evaluating both sides once, sums counted as one term."""
        return self.nodes * self._weight(bits)

    def _weight(self, bits: int) -> int:
        return _weight(bits, self.is_gamma)

    def _at(self, point: Point, bits: int, principal: bool) -> Finding:
        with scalars.precision(bits):
            self.meter.spent += self.cost(bits)
            most = min(WORK_AT_ONE_POINT, max(0, self.meter.left) // self._weight(bits))
            states = [self.scope.state(point.numbers, point, principal, most) for _ in range(2)]
            states[1].known = states[0].known
            left, right = self._side(self.left, states[0], bits), self._side(self.right, states[1], bits)
            if isinstance(left, Unusable) or isinstance(right, Unusable):
                return _unusable(left, right, states)
            return self._compare(left, right, bits, states)

    def _side(self, run: Run, state: State, bits: int) -> Scalar | Unusable:
        try:
            value = number_of(run(state))
        except Unusable as reason:
            return reason
        finally:
            self.meter.spent += state.spent * self._weight(bits)
        return value if scalars.is_finite(value) else Undecided("a ball without end")

    def _compare(self, left: Scalar, right: Scalar, bits: int, states: Sequence[State]) -> Finding:
        difference = scalars.inexact(scalars.subtract(left, right))
        left, right = scalars.inexact(left), scalars.inexact(right)
        width = _spread(difference, left, right, bits)
        outcome = self._outcome(difference, bool(width < _AGREEMENT))
        return Finding(outcome, left, right, difference, width, is_hollow=_are_hollow(states), hidden=_hidden(states))

    def _outcome(self, difference: Scalar, is_tiny: bool) -> Outcome:
        if self.comparison == ">=" and not isinstance(difference, acb):
            if difference < 0:
                return Outcome.REFUTES
            return Outcome.AGREES if difference >= 0 or is_tiny else Outcome.UNDECIDED
        if _excludes_zero(difference):
            return Outcome.REFUTES
        return Outcome.AGREES if is_tiny else Outcome.UNDECIDED


_NOTHING_FOUND = Finding(Outcome.UNDECIDED)


@lru_cache(maxsize=1024)
def _weight(bits: int, is_gamma: bool) -> int:
    dear = max(1, bits // _GAMMA_BITS) if is_gamma else 1
    return dear * (1 + int((bits / _BITS_OF_ONE) ** _BITS_POWER))


def _are_hollow(states: Sequence[State]) -> bool:
    """Whether there were ranges on either side, and all of them empty."""
    return any(state.ranges for state in states) and not any(state.filled for state in states)


def _hidden(states: Sequence[State]) -> int:
    return max(state.hidden for state in states)


def _definitions_used(assumptions: Assumptions, *formulas: hints.Formula) -> list[hints.Formula]:
    """The formulas of the defined names that stand in ``formulas``, and of those that stand in these."""
    used = frozenset[str]().union(*(formula.names for formula in formulas))
    found = []
    for name, body in assumptions.definitions:
        if name in used:
            found.append(hints.look(body))
            used |= found[-1].names
    return found


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


def _unusable(left: Scalar | Unusable, right: Scalar | Unusable, states: Sequence[State]) -> Finding:
    sides = [side for side in (left, right) if isinstance(side, Unusable)]
    outside = [side for side in sides if isinstance(side, OutOfDomain)]
    first = (outside or sides)[0]
    return Finding(
        _outcome(isinstance(left, OutOfDomain), isinstance(right, OutOfDomain), len(sides) > len(outside)),
        reason=Reason(first.reason),
        too_large=any(isinstance(side, TooLarge) for side in sides),
        leaves_reals=bool(outside) and all(isinstance(side, LeavesReals) for side in outside),
        is_hollow=_are_hollow(states),
        hidden=_hidden(states),
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


def _spread(difference: Inexact, left: Scalar, right: Scalar, bits: int) -> arb:
    """The radius of the difference relative to the size of both sides.

    Where both may be 0 there is nothing to measure against but 1, and more bits than usual are asked for.
    """
    if isinstance(difference, fmpq):
        return arb(0)
    size = scalars.ball(left).abs_lower() + scalars.ball(right).abs_lower()
    if size > 0:
        return difference.rad() / size
    return difference.rad() * arb(2) ** (_ZERO_BITS - _AGREEMENT_BITS) if bits > _ZERO_BITS else arb(1)
