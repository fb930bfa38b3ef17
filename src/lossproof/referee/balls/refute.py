"""Try a claim at many points: agreement everywhere, or a counterexample in small numbers.

agree_or_refute(log(x^2), 2*log(x), x > 0)    64 points agree, largest radius 1e-47
agree_or_refute(sqrt(x^2), x, x real)         refuted at x = -1
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from flint import acb, arb, fmpq

from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Node
from lossproof.referee.balls import scalars
from lossproof.referee.balls.claim import DEEP, PRECISIONS, Claim, Finding, Order, Outcome
from lossproof.referee.balls.points import Point, Sampler
from lossproof.referee.balls.scalars import Scalar
from lossproof.referee.balls.shrink import shrink
from lossproof.referee.verdict import Witness

_ATTEMPTS_PER_POINT = 4
_DEEP_EVERY = 8
# In nodes: about a twentieth of a second, and some seconds.
_CHEAP = 100_000
_MOST_WORK = 4_000_000
_DIGITS = 17
_WITNESS_BITS = 4096


@dataclass(frozen=True, slots=True)
class Agreement:
    """What trying a claim at many points found.

    ``points`` is how many lay in the domain of both sides and agreed, ``radius`` the largest radius of the
    ball of the difference among them, relative to the size of both sides. ``witness`` is the counterexample,
    or None; ``beyond_reals`` says that a side of it is not a real number there (log of a negative number) and
    that principal complex values were compared. ``out_of_domain`` is a sentence when no point lies in both
    domains, ``one_sided`` one when a single side has no value at ``lhs_undefined`` or ``rhs_undefined``
    points. ``undecided`` counts points at which the balls stayed too wide.
    """

    points: int
    radius: str
    witness: Witness | None = None
    out_of_domain: str | None = None
    one_sided: str | None = None
    lhs_undefined: int = 0
    rhs_undefined: int = 0
    undecided: int = 0
    beyond_reals: bool = False


@dataclass(slots=True)
class _Tally:
    """What the points said so far, with the first point of each kind of trouble."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    widest: arb = field(default_factory=lambda: arb(0))
    first: dict[Outcome, tuple[Point, Finding]] = field(default_factory=dict)
    beyond: list[Point] = field(default_factory=list)

    def count(self, point: Point, finding: Finding) -> None:
        self.outcomes[finding.outcome] += 1
        self.first.setdefault(finding.outcome, (point, finding))
        if finding.outcome is Outcome.AGREES and finding.spread is not None:
            self.widest = self.widest.max(finding.spread)
        if finding.leaves_reals:
            self.beyond.append(point)

    @property
    def agreed(self) -> int:
        return self.outcomes[Outcome.AGREES]


def agree_or_refute(
    lhs: Node,
    rhs: Node,
    assumptions: Assumptions,
    *,
    points: int = 64,
    seed: int = 0,
    comparison: Order = "==",
) -> Agreement:
    """Compare both sides in balls at ``points`` or more points that satisfy every clause.

    The same seed gives the same points. More than ``points`` are tried while that is cheap, fewer when the
    clauses leave only finitely many. Every eighth is compared at 4096 bits, so that a difference of e^-1000
    is one. Raises CallerError for a tree that is not in the grammar.
    """
    claim = Claim.of(lhs, rhs, assumptions, comparison)
    sampler = Sampler(claim.clauses, claim.numbers, claim.kinks, Random(seed))
    tally = _Tally()
    for number, point in enumerate(sampler.points(_ATTEMPTS_PER_POINT * points), 1):
        finding = claim.at(point, precisions=PRECISIONS if number % _DEEP_EVERY else DEEP)
        if finding.outcome is Outcome.REFUTES:
            return _refuted(claim, point, finding, tally, principal=False)
        tally.count(point, finding)
        if claim.meter.spent > (_CHEAP if tally.agreed >= points else _MOST_WORK):
            break
    return _beyond_the_reals(claim, tally) or _agreement(claim, tally)


def _beyond_the_reals(claim: Claim, tally: _Tally) -> Agreement | None:
    """A refutation by principal values where a side is not real: log(x^2) = 2 log(x) fails at x = -1."""
    if claim.comparison != "==":
        return None
    for point in tally.beyond:
        finding = claim.at(point, principal=True)
        if finding.outcome is Outcome.REFUTES:
            return _refuted(claim, point, finding, tally, principal=True)
    return None


def _refuted(claim: Claim, point: Point, finding: Finding, tally: _Tally, principal: bool) -> Agreement:
    found = _agreement(claim, tally)
    point, _ = shrink(claim, point, finding, principal)
    outside = found.out_of_domain if principal else None
    witness = _witness(claim, point, principal)
    return replace(found, witness=witness, out_of_domain=outside, beyond_reals=principal)


def _agreement(claim: Claim, tally: _Tally) -> Agreement:
    return Agreement(
        points=tally.agreed,
        radius=tally.widest.str(3, radius=False) if tally.widest > 0 else "0",
        out_of_domain=_out_of_domain(claim, tally),
        one_sided=_one_sided(claim, tally),
        lhs_undefined=tally.outcomes[Outcome.LEFT_UNDEFINED],
        rhs_undefined=tally.outcomes[Outcome.RIGHT_UNDEFINED],
        undecided=tally.outcomes[Outcome.UNDECIDED],
    )


_SIDES = {
    Outcome.LEFT_UNDEFINED: "the left side has no value",
    Outcome.RIGHT_UNDEFINED: "the right side has no value",
    Outcome.BOTH_UNDEFINED: "neither side has a value",
    Outcome.UNDECIDED: "the balls stay too wide to decide",
}


def _out_of_domain(claim: Claim, tally: _Tally) -> str | None:
    if tally.agreed:
        return None
    if not tally.outcomes:
        return "No point satisfies every clause."
    return f"No point lies in the domain of both sides: {_trouble(claim, tally, tuple(_SIDES))}."


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
    point, finding = tally.first[outcome]
    values = ", ".join(f"{name} = {value}" for name, value in readable(claim, point).items())
    where = f", for example at {values}" if values else ""
    return f"{_SIDES[outcome]} at {tally.outcomes[outcome]} of {total} points ({finding.reason}{where})"


def _witness(claim: Claim, point: Point, principal: bool) -> Witness:
    finding = claim.at(point, principal, precisions=(512, _WITNESS_BITS))
    values = (finding.left, finding.right, finding.difference)
    left, right, difference = (decimal(value) for value in values if value is not None)
    return Witness(readable(claim, point), left, right, difference)


def decimal(value: Scalar) -> str:
    """About 17 correct digits; a complex value as ``-0.5+3.14159j``."""
    with scalars.precision(_WITNESS_BITS):
        if isinstance(value, acb):
            imaginary = _digits(value.imag)
            return f"{_digits(value.real)}{'' if imaginary.startswith('-') else '+'}{imaginary}j"
        return _digits(value)


def _digits(value: fmpq | arb) -> str:
    if isinstance(value, fmpq) and value.q == 1 and abs(value.p) < 10**_DIGITS:
        return str(value)
    if not isinstance(value, fmpq) and value.contains(0):
        return "0"
    text: str = arb(value).str(_DIGITS, radius=False)
    mantissa, mark, exponent = text.partition("e")
    if "." in mantissa and not arb(value).rad() > 0:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + mark + exponent


def readable(claim: Claim, point: Point) -> dict[str, object]:
    """The point as text: scalars in the order of first use, then indexed data as lists.

    A list covers the touched range of an index; where that does not start at 0, an entry "first index of x"
    says where it starts. Two indices give a list of lists.
    """
    shown: dict[str, object] = {name: str(point.numbers[name]) for name in claim.scope.free}
    for name in dict.fromkeys(name for name, _ in point.elements):
        low, high = _corners(point, name)
        shown[name if name not in shown else f"{name}[]"] = _nested(point, name, low, high, ())
        if any(low):
            shown[f"first index of {name}"] = str(low[0]) if len(low) == 1 else [str(index) for index in low]
    return shown


def _corners(point: Point, name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    keys = [key for other, key in point.elements if other == name]
    axes = list(zip(*keys, strict=True))
    return tuple(map(min, axes)), tuple(map(max, axes))


def _nested(
    point: Point, name: str, low: tuple[int, ...], high: tuple[int, ...], above: tuple[int, ...]
) -> list[object]:
    depth = len(above)
    places = [(*above, place) for place in range(low[depth], high[depth] + 1)]
    if depth + 1 < len(low):
        return [_nested(point, name, low, high, place) for place in places]
    return [str(point.element(name, place)) for place in places]
