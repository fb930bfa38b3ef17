"""Try a claim at many points: agreement everywhere, or a counterexample in small numbers.

agree_or_refute(log(x^2), 2*log(x), x > 0)    64 points agree, largest radius 1e-47
agree_or_refute(sqrt(x^2), x, x real)         refuted at x = -1
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from flint import arb

from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Node
from lossproof.referee.balls.claim import DEEP, PRECISIONS, Claim, Finding, Order, Outcome
from lossproof.referee.balls.points import Point, Sampler
from lossproof.referee.balls.shrink import shrink
from lossproof.referee.balls.witness import readable, witness
from lossproof.referee.verdict import Witness

_ATTEMPTS_PER_POINT = 4
_MOST_BEYOND_REALS = 64
_DEEP_POINTS = range(8, 97, 8)
# In nodes: about a twentieth of a second, and some seconds.
_CHEAP = 60_000
_MOST_WORK = 4_000_000


@dataclass(frozen=True, slots=True)
class Agreement:
    """What trying a claim at many points found.

    ``points`` is how many lay in the domain of both sides and agreed, ``radius`` the largest radius of the
    ball of the difference among them, relative to the size of both sides. ``witness`` is the counterexample,
    or None; ``beyond_reals`` says that a side of it is not a real number there (log of a negative number) and
    that principal complex values were compared. ``out_of_domain`` is a sentence when no point lies in both
    domains, ``one_sided`` one when a single side has no value at ``lhs_undefined`` or ``rhs_undefined``
    points. ``undecided`` counts points at which the balls stayed too wide or the work too large, and
    ``not_decided`` is a sentence when there are such points and none that agrees. ``exhaustive`` says that
    the clauses leave finitely many points and that all of them were compared exactly and agree.
    """

    points: int
    radius: str
    witness: Witness | None = None
    out_of_domain: str | None = None
    one_sided: str | None = None
    lhs_undefined: int = 0
    rhs_undefined: int = 0
    undecided: int = 0
    not_decided: str | None = None
    beyond_reals: bool = False
    exhaustive: bool = False


@dataclass(slots=True)
class _Tally:
    """What the points said so far, with the simplest point of each kind of trouble."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    widest: arb = field(default_factory=lambda: arb(0))
    simplest: dict[Outcome, tuple[Point, Finding]] = field(default_factory=dict)
    beyond: list[Point] = field(default_factory=list)

    def count(self, point: Point, finding: Finding) -> None:
        self.outcomes[finding.outcome] += 1
        if finding.outcome is not Outcome.AGREES:
            known = self.simplest.get(finding.outcome)
            if known is None or _length(point) < _length(known[0]):
                self.simplest[finding.outcome] = point, finding
        if finding.outcome is Outcome.AGREES and finding.spread is not None:
            self.widest = self.widest.max(finding.spread)
        if finding.leaves_reals:
            self.beyond.append(point)

    @property
    def agreed(self) -> int:
        return self.outcomes[Outcome.AGREES]


def _length(point: Point) -> int:
    """How much there is to read in a point."""
    return sum(len(str(value)) for value in (*point.numbers.values(), *point.elements.values()))


def agree_or_refute(
    lhs: Node,
    rhs: Node,
    assumptions: Assumptions,
    *,
    points: int = 64,
    seed: int = 0,
    comparison: Order = "==",
    minimise: bool = True,
) -> Agreement:
    """Compare both sides in balls at ``points`` or more points that satisfy every clause.

    The same seed gives the same points. More than ``points`` are tried while that is cheap, fewer when the
    clauses leave only finitely many. Some are compared at 2048 bits, so that a difference of e^-1000 is one.
    ``minimise=False`` leaves a counterexample as it was found, for who only asks whether there is one.
    Raises CallerError for a tree that is not in the grammar.
    """
    claim = Claim.of(lhs, rhs, assumptions, comparison)
    sampler = Sampler(claim.clauses, claim.numbers, claim.kinks, Random(seed))
    tally = _Tally()
    for number, point in enumerate(sampler.points(_ATTEMPTS_PER_POINT * points), 1):
        precisions = DEEP if number in _DEEP_POINTS else PRECISIONS
        finding = claim.at(point, precisions=precisions)
        # Elements are drawn while they are read, so that only now can every clause be looked at.
        if not claim.clauses.holds(point):
            continue
        if finding.outcome is Outcome.REFUTES:
            return _refuted(claim, point, tally, minimise, precisions=precisions)
        tally.count(point, finding)
        if claim.meter.spent > (_CHEAP if tally.agreed >= points else _MOST_WORK):
            break
    if found := _beyond_the_reals(claim, tally, minimise):
        return found
    every = sampler.count is not None and tally.agreed == sampler.count and tally.widest == 0
    return replace(_agreement(claim, tally), exhaustive=every)


def _beyond_the_reals(claim: Claim, tally: _Tally, minimise: bool) -> Agreement | None:
    """A refutation by principal values where a side is not real: log(x^2) = 2 log(x) fails at x = -1."""
    if claim.comparison != "==":
        return None
    for point in tally.beyond[:_MOST_BEYOND_REALS]:
        finding = claim.at(point, principal=True)
        if finding.outcome is Outcome.REFUTES:
            return _refuted(claim, point, tally, minimise, principal=True)
    return None


def _refuted(
    claim: Claim,
    point: Point,
    tally: _Tally,
    minimise: bool,
    principal: bool = False,
    precisions: tuple[int, ...] = PRECISIONS,
) -> Agreement:
    found = _agreement(claim, tally)
    if minimise:
        point, finding = shrink(claim, point, principal, precisions)
    else:
        finding = claim.at(point, principal, precisions)
    outside = found.out_of_domain if principal else None
    shown = witness(claim, point, finding, principal)
    return replace(found, witness=shown, out_of_domain=outside, beyond_reals=principal)


def _agreement(claim: Claim, tally: _Tally) -> Agreement:
    return Agreement(
        points=tally.agreed,
        radius=tally.widest.str(3, radius=False) if tally.widest > 0 else "0",
        out_of_domain=_out_of_domain(claim, tally),
        one_sided=_one_sided(claim, tally),
        lhs_undefined=tally.outcomes[Outcome.LEFT_UNDEFINED],
        rhs_undefined=tally.outcomes[Outcome.RIGHT_UNDEFINED],
        undecided=tally.outcomes[Outcome.UNDECIDED],
        not_decided=_not_decided(claim, tally),
    )


_SIDES = {
    Outcome.LEFT_UNDEFINED: "the left side has no value",
    Outcome.RIGHT_UNDEFINED: "the right side has no value",
    Outcome.BOTH_UNDEFINED: "neither side has a value",
    Outcome.UNDECIDED: "the comparison stays open",
}


def _out_of_domain(claim: Claim, tally: _Tally) -> str | None:
    if tally.agreed or tally.outcomes[Outcome.UNDECIDED]:
        return None
    if not tally.outcomes:
        return "No point satisfies every clause."
    return f"No point lies in the domain of both sides: {_trouble(claim, tally, tuple(_SIDES))}."


def _not_decided(claim: Claim, tally: _Tally) -> str | None:
    if tally.agreed or not tally.outcomes[Outcome.UNDECIDED]:
        return None
    return f"No point could be decided: {_trouble(claim, tally, tuple(_SIDES))}."


def _one_sided(claim: Claim, tally: _Tally) -> str | None:
    outcomes = (Outcome.LEFT_UNDEFINED, Outcome.RIGHT_UNDEFINED)
    if not tally.agreed or not any(tally.outcomes[outcome] for outcome in outcomes):
        return None
    return f"The sides are not defined at the same points: {_trouble(claim, tally, outcomes)}."


def _trouble(claim: Claim, tally: _Tally, outcomes: tuple[Outcome, ...]) -> str:
    """ "the right side has no value at 20 of 84 points (log is not real there), for example at x = -1"."""
    total = sum(tally.outcomes.values())
    kinds = [outcome for outcome in outcomes if tally.outcomes[outcome]]
    return "; ".join(_trouble_of(claim, tally, outcome, total) for outcome in kinds)


def _trouble_of(claim: Claim, tally: _Tally, outcome: Outcome, total: int) -> str:
    point, finding = tally.simplest[outcome]
    values = ", ".join(f"{name} = {value}" for name, value in readable(claim, point).items())
    reason = finding.reason or "too little is known"
    where = f", for example at {values}" if values else ""
    return f"{_SIDES[outcome]} at {tally.outcomes[outcome]} of {total} points ({reason}{where})"
