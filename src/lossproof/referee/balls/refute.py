"""Try a claim at many points: agreement everywhere, or a counterexample in small numbers.

agree_or_refute(log(x^2), 2*log(x), x > 0)    64 points agree, largest radius 1e-47
agree_or_refute(sqrt(x^2), x, x real)         refuted at x = -1
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache, reduce

from flint import arb, fmpq

from lossproof.notation import tree
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.traverse import substitute_tree
from lossproof.notation.tree import Node
from lossproof.referee.balls.claim import DEEP, MOST_BITS, MOST_WORK, PRECISIONS, Claim, Finding, Order, Outcome
from lossproof.referee.balls.clauses import has_names
from lossproof.referee.balls.exact_places import reaches_all
from lossproof.referee.balls.exact_points import exact_points
from lossproof.referee.balls.given import Given
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.points import Sampler
from lossproof.referee.balls.satisfied import satisfies
from lossproof.referee.balls.shrink import shrink
from lossproof.referee.balls.ties import is_connected
from lossproof.referee.balls.witness import readable, witness
from lossproof.referee.verdict import Witness
from lossproof.words.codes import Said, Trouble

_USUAL_POINTS = 64
_ENDLESS_POINTS = 12
_ATTEMPTS_PER_POINT = 5
_MOST_BEYOND_REALS = 64
_DEEP_POINTS = range(8, 97, 8)
# In nodes at the usual precision: about a twentieth of a second; and some seconds for numbers of many bits.
_CHEAP = 45_000
_WORK_DEEPER = 3_000_000
_WORK_TO_SHOW = 200_000
_DEEPER_POINTS = 6
_SHOWN_BITS, _SPARE_BITS = 60, 512
_MOST_EXHAUSTIVE = 4096
_WORK_EXACT = 100_000
_EXACT_STREAM = 2
_SEARCHES_FOR_THE_REST = 48


@dataclass(frozen=True, slots=True)
class Agreement:
    """What trying a claim at many points found.

    ``points`` is how many different ones lay in the domain of both sides and agreed, ``radius`` the largest
    radius of the ball of the difference among them, relative to the size of both sides. ``witness`` is the
    counterexample, or None; ``beyond_reals`` says that a side of it is not a real number there (log of a negative
    number) and that principal complex values were compared. ``out_of_domain`` is said when no point lies in
    both domains, ``one_sided`` when a single side has no value at ``lhs_undefined`` or ``rhs_undefined``
    points. ``undecided`` counts points at which the balls stayed too wide or the work too large, and
    ``not_decided`` is said when there are such points and none that agrees. ``hollow`` counts points that
    say nothing, because every sum and product over a symbolic range was empty there. ``exhaustive`` says that
    the clauses leave finitely many points and that all of them were compared exactly and agree. ``reach`` says how
    far the sizes went, as "M = 60". ``missed`` are formulas at whose zeros the claim may change its form and that are
    zero at no rational number: points lie on both sides of them, none on them.
    """

    points: int
    radius: str
    witness: Witness | None = None
    out_of_domain: Said | None = None
    one_sided: Said | None = None
    lhs_undefined: int = 0
    rhs_undefined: int = 0
    undecided: int = 0
    not_decided: Said | None = None
    beyond_reals: bool = False
    exhaustive: bool = False
    hollow: int = 0
    reach: tuple[str, ...] = ()
    missed: tuple[Node, ...] = ()


@dataclass(slots=True)
class _Tally:
    """What the points said so far, with the simplest point of each kind of trouble."""

    sizes: tuple[str, ...]
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    widest: arb = field(default_factory=lambda: arb(0))
    simplest: dict[Outcome, tuple[Point, Finding]] = field(default_factory=dict)
    beyond: list[Point] = field(default_factory=list)
    inexact: list[tuple[int, Point]] = field(default_factory=list)
    seen: set[object] = field(default_factory=set)
    hollow: int = 0
    reach: dict[str, fmpq] = field(default_factory=dict)

    def count(self, point: Point, finding: Finding) -> None:
        """Take a point into account, once."""
        key = point.key()
        if key in self.seen:
            return
        self.seen.add(key)
        if finding.is_hollow and finding.outcome is Outcome.AGREES:
            self.hollow += 1
            return
        self.outcomes[finding.outcome] += 1
        if finding.outcome is Outcome.AGREES:
            self.reach.update({n: max(point.numbers[n], self.reach.get(n, point.numbers[n])) for n in self.sizes})
        else:
            known = self.simplest.get(finding.outcome)
            if known is None or _length(point) < _length(known[0]):
                self.simplest[finding.outcome] = point, finding
        if finding.outcome is Outcome.AGREES and finding.spread is not None:
            self.widest = self.widest.max(finding.spread)
        if finding.leaves_reals:
            self.beyond.append(point)
        open_to_doubt = finding.outcome is Outcome.UNDECIDED or (finding.spread is not None and finding.spread > 0)
        if open_to_doubt and finding.hidden > _SHOWN_BITS:
            self.inexact.append((finding.hidden, point))

    def deepest(self) -> list[tuple[int, Point]]:
        """The points at which a difference may hide, with the bits that show it: the cheapest of each magnitude."""
        chosen: list[tuple[int, Point]] = []
        for hidden, point in sorted(self.inexact, key=lambda each: each[0]):
            if len(chosen) < _DEEPER_POINTS // 2 or hidden > 2 * chosen[-1][0]:
                chosen.append((hidden, point))
        return chosen[:_DEEPER_POINTS]

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
    points: int = _USUAL_POINTS,
    seed: int = 0,
    comparison: Order = "==",
    minimise: bool = True,
    given: Sequence[Given] = (),
    enough: int | None = None,
) -> Agreement:
    """Compare both sides in balls at ``points`` or more points that satisfy every clause.

    The same seed gives the same points. More than ``points`` are tried while that is cheap, fewer when the
    clauses leave only finitely many; not more than ``enough`` where the claim changes its form nowhere and ``points``
    agree: what is analytic on both sides differs nearly everywhere or nowhere. Some are compared at 2048 bits, so
    that a difference of e^-1000 is one.
    ``given`` are conditions beyond the clauses, on formulas that stand for a name.
    ``minimise=False`` leaves a counterexample as it was found, for who only asks whether there is one.
    Raises CallerError for a tree that is not in the grammar.
    """
    claim = Claim.of(lhs, rhs, assumptions, comparison, given)
    points = min(points, _ENDLESS_POINTS) if claim.is_endless else points
    sampler = Sampler.of(claim, seed)
    trial = _Trial(claim, assumptions, minimise)
    deep = range(0) if claim.is_endless else _DEEP_POINTS
    usual = PRECISIONS[:2] if claim.is_endless else PRECISIONS
    for number, point in enumerate(sampler.points(_attempts(claim, sampler, points)), 1):
        if found := trial.at(point, DEEP if number in deep else usual):
            return found
        if claim.meter.spent > (_CHEAP if trial.tally.agreed >= points else MOST_WORK):
            break
        if number == enough and trial.tally.agreed >= points and not claim.kinks:
            break
    if found := trial.beyond_the_reals() or trial.deeper(_WORK_DEEPER * points // _USUAL_POINTS):
        return found
    if points >= _USUAL_POINTS and (found := trial.where_it_changes()):
        return found
    tally = trial.tally
    missed = tuple(node for node in sampler.stock.missed if node not in trial.reached)
    every = sampler.count is not None and tally.agreed == sampler.count and tally.widest == 0
    return replace(_agreement(claim, tally), exhaustive=every, missed=missed)


def _attempts(claim: Claim, sampler: Sampler, points: int) -> int:
    """How many points are tried: all of them where they are few."""
    usual = _ATTEMPTS_PER_POINT * points
    few = sampler.count is not None and sampler.count <= _MOST_EXHAUSTIVE and sampler.count * claim.nodes <= _CHEAP
    return max(usual, sampler.count or 0) if few else usual


@dataclass(slots=True)
class _Trial:
    """A claim being tried, and what its points said so far."""

    claim: Claim
    assumptions: Assumptions
    minimise: bool
    tally: _Tally = field(init=False)
    reached: set[Node] = field(default_factory=set)

    def __post_init__(self) -> None:
        clauses = self.claim.clauses
        self.tally = _Tally(tuple(name for name in clauses.order if name in clauses.sizes))

    def at(self, point: Point, precisions: tuple[int, ...]) -> Agreement | None:
        """Try one point; the refutation, if it is one."""
        finding = self.claim.settled(point, precisions=precisions)
        # Elements are drawn while they are read, so that only now can every clause be looked at.
        if not self.claim.holds(point):
            return None
        if finding.outcome is Outcome.REFUTES:
            return self.refuted(point, finding, precisions=precisions)
        self.tally.count(point, finding)
        return None

    def beyond_the_reals(self) -> Agreement | None:
        """A refutation by principal values where a side is not real: log(x^2) = 2 log(x) fails at x = -1."""
        if self.claim.comparison != "==":
            return None
        for point in self.tally.beyond[:_MOST_BEYOND_REALS]:
            finding = self.claim.at(point, principal=True)
            if finding.outcome is Outcome.REFUTES and (found := self.refuted(point, finding, principal=True)):
                return found
        return None

    def deeper(self, work: int) -> Agreement | None:
        """A refutation with as many bits as the values ask for: expit(10^5) = 1 fails at 300 000."""
        self.claim.meter.allow(work)
        for hidden, point in self.tally.deepest():
            bits = 2 * hidden + _SPARE_BITS if 2 * hidden < MOST_BITS // 4 else hidden + _SPARE_BITS
            if bits > MOST_BITS or self.claim.cost(bits) > self.claim.meter.left:
                return None
            finding = self.claim.at(point, precisions=(bits,))
            if finding.outcome is Outcome.REFUTES and (found := self.refuted(point, finding, precisions=(bits,))):
                return found
            # The cheapest may cost what it must, those that come after it only what is cheap.
            self.claim.meter.allow(min(self.claim.meter.left, work // 10))
        return None

    def where_it_changes(self) -> Agreement | None:
        """A refutation where a difference that the claim looks at is exactly 0: indicator(x^2 > 2) at sqrt(2)."""
        claim = self.claim
        if claim.is_endless or claim.ties.held or not claim.kinks:
            return None
        claim.meter.allow(_WORK_EXACT)
        open_kinks: set[Node] = set()
        for exact in exact_points(claim, Sampler.of(claim, _EXACT_STREAM).points(_SEARCHES_FOR_THE_REST)):
            finding = claim.at(exact.point)
            if exact.kink.name is not None and reaches_all(exact.kink.node):
                self.reached.add(exact.kink.node)
            if not claim.holds(exact.point):
                continue
            if finding.outcome is Outcome.REFUTES and (found := self.refuted(exact.point, finding)):
                return found
            if finding.outcome is Outcome.UNDECIDED:
                open_kinks.add(exact.kink.node)
        self.reached -= open_kinks
        return None

    def refuted(
        self, point: Point, finding: Finding, principal: bool = False, precisions: tuple[int, ...] = PRECISIONS
    ) -> Agreement | None:
        """The refutation at ``point`` or at a simpler one; None where ``point`` does not satisfy every clause."""
        claim = self.claim
        if not satisfies(point, self.assumptions):
            return None
        if not self.rest_is_possible():
            return Agreement(0, "0", out_of_domain=_NO_POINT)
        if self.minimise and point.root is None:
            simpler = shrink(claim, point, finding, principal, precisions)
            point, finding = simpler if satisfies(simpler[0], self.assumptions) else (point, finding)
        found = _agreement(claim, self.tally)
        outside = found.out_of_domain if principal else None
        claim.meter.allow(_WORK_TO_SHOW)
        shown = witness(claim, point, finding, principal)
        return replace(found, witness=shown, out_of_domain=outside, beyond_reals=principal)

    def rest_is_possible(self) -> bool:
        """Whether the clauses on quantities that are not in the claim can be satisfied: else nothing is refuted."""
        rest = _quantities_besides(self.claim, self.assumptions)
        return rest is None or _is_possible(rest, _Itself(self.assumptions))


@dataclass(frozen=True, slots=True, eq=False)
class _Itself:
    """Clauses that are equal to themselves alone: what is asked of them again and again is the same object."""

    clauses: Assumptions

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.clauses is self.clauses

    def __hash__(self) -> int:
        return id(self.clauses)


@lru_cache(maxsize=64)
def _is_possible(rest: Node, held: _Itself) -> bool:
    """Whether some values satisfy the clauses on the quantities in ``rest``; the wrong versions of a claim all ask."""
    claim = Claim.of(rest, rest, held.clauses, "==")
    for point in Sampler.of(claim, 0).points(_SEARCHES_FOR_THE_REST):
        found = claim.settled(point, precisions=PRECISIONS[:1])
        if found.outcome is Outcome.AGREES and satisfies(point, held.clauses):
            return True
    return False


def _quantities_besides(claim: Claim, assumptions: Assumptions) -> Node | None:
    """A formula of the quantities that are not in the claim and whose clauses may contradict each other.

    Clauses whose ends are numbers cannot, the reader has seen to it.
    """
    nodes: list[Node] = [
        tree.Name(name)
        for name, domain in assumptions.scalars.items()
        if name not in claim.scope.free and has_names(domain)
    ]
    for group in assumptions.groups:
        first = group.members[0]
        if group.low is None or group.high is None:
            nodes += [tree.Name(first)] if first not in claim.scope.free else []
        elif first not in claim.scope.arrays:
            nodes.append(tree.Indexed(first, (group.low,)))
    for tie in assumptions.ties:
        if not is_connected(tie, claim.scope):
            firsts: dict[tree.Name | tree.Indexed | str, Node] = dict.fromkeys(tie.letters, tree.Number(Fraction(1)))
            nodes += [substitute_tree(side, firsts) for side in (tie.left, tie.right)]
    return reduce(lambda left, right: tree.Binary("+", left, right), nodes) if nodes else None


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
        hollow=tally.hollow,
        reach=tuple(f"{name} = {largest}" for name, largest in tally.reach.items()),
    )


_NO_POINT = Trouble.NO_POINT()
_SIDES = {
    Outcome.LEFT_UNDEFINED: Trouble.LEFT_UNDEFINED,
    Outcome.RIGHT_UNDEFINED: Trouble.RIGHT_UNDEFINED,
    Outcome.BOTH_UNDEFINED: Trouble.BOTH_UNDEFINED,
    Outcome.UNDECIDED: Trouble.OPEN,
}


def _out_of_domain(claim: Claim, tally: _Tally) -> Said | None:
    if tally.agreed or tally.outcomes[Outcome.UNDECIDED]:
        return None
    if tally.hollow:
        return Trouble.HOLLOW(count=tally.hollow)
    if not tally.outcomes:
        return _NO_POINT
    return Trouble.NO_COMMON_DOMAIN(places=_places(claim, tally, tuple(_SIDES)))


def _not_decided(claim: Claim, tally: _Tally) -> Said | None:
    if tally.agreed or not tally.outcomes[Outcome.UNDECIDED]:
        return None
    return Trouble.NOT_DECIDED(places=_places(claim, tally, tuple(_SIDES)))


def _one_sided(claim: Claim, tally: _Tally) -> Said | None:
    outcomes = (Outcome.LEFT_UNDEFINED, Outcome.RIGHT_UNDEFINED)
    if not tally.agreed or not any(tally.outcomes[outcome] for outcome in outcomes):
        return None
    return Trouble.ONE_SIDED(places=_places(claim, tally, outcomes))


def _places(claim: Claim, tally: _Tally, outcomes: tuple[Outcome, ...]) -> tuple[Said, ...]:
    """ "the right side has no value at 20 of 84 points (log is not real there, for example at x = -1)"."""
    total = sum(tally.outcomes.values())
    kinds = [outcome for outcome in outcomes if tally.outcomes[outcome]]
    return tuple(_place(claim, tally, outcome, total) for outcome in kinds)


def _place(claim: Claim, tally: _Tally, outcome: Outcome, total: int) -> Said:
    point, finding = tally.simplest[outcome]
    values = tuple(f"{name} = {value}" for name, value in readable(claim, point)[0].items())
    return _SIDES[outcome](
        count=tally.outcomes[outcome],
        total=total,
        reason=finding.reason or Trouble.LITTLE_KNOWN(),
        example=Trouble.EXAMPLE(values=values) if values else (),
    )
