"""One claim judged: the proof and the balls, which share nothing, must both say yes.

| balls                  | proof                        | verdict       |
| ---------------------- | ---------------------------- | ------------- |
| a counterexample       | (not asked)                  | refuted       |
| enough points agree    | found, every rule checked    | proved        |
| enough points agree    | none, or a rule unchecked    | corroborated  |
| too few points agree   | none                         | undecided     |
| no point in the domain | (not asked)                  | undecided     |

A proof half that breaks down has found no proof: what the balls say stands, and the evidence names the failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

import sympy as sp

from lossproof.errors import InternalError, LossproofError
from lossproof.notation import (
    Scope,
    assumptions_text,
    complete_assumptions,
    parse_assumptions,
    put_in_formulas,
    read_pair,
    to_sympy,
)
from lossproof.notation.arranged import arranged
from lossproof.notation.assumptions import REAL, Assumptions, Interval
from lossproof.notation.renaming import Renaming, names_assumed, names_written
from lossproof.notation.tex import is_latex
from lossproof.notation.tex.counts import with_counts
from lossproof.notation.tex.tex_or_text import are_latex, where_meant
from lossproof.notation.traverse import free_names
from lossproof.notation.tree import Node
from lossproof.referee.alphabet import under_numbered_names
from lossproof.referee.balls import Agreement, Given, agree_or_refute
from lossproof.referee.balls.opaque_parts import with_letters
from lossproof.referee.facts.work import OutOfWork
from lossproof.referee.free_symbols import quick_free_symbols
from lossproof.referee.prove import Application, Proof, prove_zero
from lossproof.referee.prove.closed_totals import NoClosedForm
from lossproof.referee.prove.rule_text import SpotCheck, rules_of, spot_checks
from lossproof.referee.verdict import Evidence, Rule, Status, Verdict
from lossproof.words.codes import RuleName, Said, Way

ENOUGH_POINTS = 8
SPOT_POINTS = 6
# Of a rule between formulas that are smooth everywhere; others are tried at more points while that is cheap.
ENOUGH_SPOTS = 12
MOST_CHECKED_RULES = 500
# Another stream of points than that of the claim: what one is blind to, the other may see.
SPOT_STREAM = 1
_BARE = (REAL, Interval(integer=True))
Answer = TypeVar("Answer")


def equal(lhs: str | sp.Expr | Node, rhs: str | sp.Expr | Node, where: str = "") -> Verdict:
    """Is ``lhs = rhs`` wherever ``where`` holds? Text of the grammar, LaTeX, SymPy expressions or trees.

    In LaTeX the upper end of a sum of which ``where`` says nothing is no smaller than an empty sum asks for: the
    verdict's evidence has the clause.

    Raises RejectedText for text that is not in the grammar, CallerError for what is no formula,
    InternalError where the referee itself fails: that is a bug, and never a verdict.
    """
    left, right, assumptions = claim_of(lhs, rhs, where)
    return or_our_bug(lambda: judge_claim(left, right, assumptions))


def claim_of(lhs: str | sp.Expr | Node, rhs: str | sp.Expr | Node, where: str) -> tuple[Node, Node, Assumptions]:
    """Both sides of a claim and what is assumed, read; what `equal` says of its arguments and of LaTeX holds here."""
    left, right = read_pair(lhs, rhs)
    assumptions = parse_assumptions(where_meant(where, (lhs, rhs), (left, right)))
    if isinstance(lhs, sp.Expr) or isinstance(rhs, sp.Expr):
        left, right = arranged((left, right), assumptions)
    if are_latex((lhs, rhs)) or any(isinstance(side, str) and is_latex(side) for side in (lhs, rhs)):
        assumptions = with_counts(assumptions, left, right)
    return left, right, assumptions


def or_our_bug(judge: Callable[[], Answer]) -> Answer:
    """The answer; InternalError where the referee fails in a way that is not among its answers."""
    try:
        return judge()
    except LossproofError:
        raise
    except Exception as error:
        cause = type(error).__name__
        raise InternalError(f"The referee failed on this claim ({cause}: {error}); please report it.") from error


def judge_claim(lhs: Node, rhs: Node, assumptions: Assumptions, given: Sequence[Given] = ()) -> Verdict:
    """The verdict on ``lhs = rhs``: proof and numerical agreement together.

    ``given`` are clauses on names whose definitions have been put in: they narrow the points, the proof does without.
    """
    return under_numbered_names(_judge, (lhs, rhs), assumptions, given)


def _judge(sides: Sequence[Node], assumptions: Assumptions, given: Sequence[Given], _: Renaming) -> Verdict:
    if _judged.known is None:
        return _judge_now(sides, assumptions, given)
    asked = tuple(sides), _clauses(assumptions), tuple(given)
    if asked not in _judged.known:
        _judged.known[asked] = _judge_now(sides, assumptions, given)
    return _judged.known[asked]


@dataclass(slots=True)
class _Judged:
    """What was asked under numbered names, with the verdict; None outside `judged_once`."""

    known: dict[tuple[object, ...], Verdict] | None = None


_judged = _Judged()


def judge_nothing_twice() -> None:
    """From now on a claim that was judged before, under whatever names, has the verdict that it had.

    The steps of a chapter ask much the same: a published curvature is that of a step, its sign another step.
    """
    _judged.known = {}


@contextmanager
def judged_once() -> Iterator[None]:
    """Within it `judge_nothing_twice` holds."""
    outer = _judged.known
    judge_nothing_twice()
    try:
        yield
    finally:
        _judged.known = outer


def _judge_now(sides: Sequence[Node], assumptions: Assumptions, given: Sequence[Given]) -> Verdict:
    assumptions, (lhs, rhs) = put_in_formulas(assumptions, *sides)
    assumptions = complete_assumptions(assumptions, lhs, rhs)
    agreement = agree_or_refute(lhs, rhs, assumptions, given=given)
    if agreement.witness is not None:
        return refuted(agreement, assumptions)
    if outside := agreement.out_of_domain or mostly_one_sided(agreement):
        return Verdict(Status.UNDECIDED, (outside,), evidence(agreement, assumptions))
    scope = Scope(assumptions)
    attempt = attempted(lambda: prove_zero(difference(lhs, rhs, scope), assumptions, scope))
    return combined(agreement, attempt, assumptions)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the proof half came to: a proof with its rules as formulas, or none, and then why if it broke down.

    ``unchecked`` is the name of a rule that balls did not confirm on points of its own, ``missing`` says what the proof
    would need.
    """

    proof: Proof | None = None
    rules: tuple[Rule, ...] = ()
    unchecked: RuleName | None = None
    failure: str = ""
    missing: Said | None = None


@quick_free_symbols()
def attempted(find: Callable[[], Proof | None]) -> Attempt:
    """The proof that ``find`` comes back with, every rule of it checked; an exception on the way is no proof."""
    try:
        proof = find()
        if proof is None:
            return Attempt()
        checks = spot_checks(proof)
        unchecked = next((rule.name for rule in unchecked_rules(proof, checks)), None)
        return Attempt(proof, rules_of(checks), unchecked)
    except MemoryError:
        raise
    except OutOfWork:
        return Attempt(missing=Way.OUT_OF_WORK())
    except NoClosedForm as error:
        return Attempt(missing=error.said)
    except Exception as error:
        return Attempt(failure=f"{type(error).__name__}: {error}".removesuffix(": "))


def mostly_one_sided(agreement: Agreement) -> Said | None:
    """What says so when one side alone is defined at more points than both sides are.

    Kinks and zeros of denominators are few; a line that has no value where the other has one is a different line.
    """
    lonely = agreement.lhs_undefined + agreement.rhs_undefined
    return agreement.one_sided if lonely > agreement.points else None


def difference(lhs: Node, rhs: Node, scope: Scope) -> sp.Expr:
    """``lhs - rhs`` as it stands: SymPy is not to cancel anything on its own account."""
    negative = sp.Mul(sp.S.NegativeOne, to_sympy(rhs, scope), evaluate=False)
    return sp.Add(to_sympy(lhs, scope), negative, evaluate=False)


def combined(agreement: Agreement, attempt: Attempt, assumptions: Assumptions) -> Verdict:
    """The verdict where no counterexample was found."""
    found, proof = evidence(agreement, assumptions, attempt), attempt.proof
    absent = _absent(attempt)
    agree = Way.POINTS_AGREE(points=agreement.points)
    if agreement.points == 0 or (proof is None and agreement.points < ENOUGH_POINTS):
        few = Way.TOO_FEW_POINTS(points=agreement.points)
        said = (few,) if agreement.not_decided is None else (few, agreement.not_decided)
        return Verdict(Status.UNDECIDED, said if proof else (absent, *said), found)
    if proof is None:
        reach = (Way.UP_TO(sizes=agreement.reach),) if agreement.reach else ()
        missed = (Way.ZEROS_NOT_TRIED(formulas=agreement.missed),) if agreement.missed else ()
        return Verdict(Status.CORROBORATED, (absent, agree, *reach, *missed), found)
    if attempt.unchecked is not None:
        return Verdict(Status.CORROBORATED, (agree, Way.RULE_NOT_CONFIRMED(rule=attempt.unchecked)), found)
    return Verdict(Status.PROVED, _ways(agreement, proof), found)


def _absent(attempt: Attempt) -> Said:
    """Why there is no proof."""
    if attempt.failure:
        return Way.PROOF_FAILED(failure=attempt.failure)
    return attempt.missing or Way.NO_PROOF()


def _ways(agreement: Agreement, proof: Proof) -> tuple[Said, ...]:
    defined = Way.WHERE_DEFINED()
    return proof.ways if agreement.one_sided is None or defined in proof.ways else (defined, *proof.ways)


def refuted(agreement: Agreement, assumptions: Assumptions) -> Verdict:
    """The verdict with a counterexample."""
    way = Way.COMPLEX_COUNTEREXAMPLE() if agreement.beyond_reals else Way.COUNTEREXAMPLE()
    return Verdict(Status.REFUTED, (way,), evidence(agreement, assumptions), agreement.witness)


def unchecked_rules(proof: Proof, checks: Sequence[SpotCheck | None]) -> Iterable[Application]:
    """The rules of a proof that balls do not confirm on points of their own; ``checks`` are those of its rules.

    A rule may enlarge the domain and never narrow it: what has no value any more would be proved equal to anything.
    In a proof of very many rules the last ones are not checked, and so not confirmed.
    """
    for place, (application, check) in enumerate(zip(proof.applications, checks, strict=True)):
        if place >= MOST_CHECKED_RULES or check is None or not is_confirmed(check):
            yield application


def is_confirmed(check: SpotCheck) -> bool:
    """Do balls agree at points of the rule's own, and nowhere miss a value that was there before?

    That a range is empty is what some rules are about: such points count here. The lines of a chapter have many rules
    in common, under whatever names and with whatever in them: each is looked at once, first with letters for its parts.
    """
    sides = check.before, check.after
    taken = {*names_written(*sides), *names_assumed(check.assumptions)}
    in_general = with_letters(*sides, taken)
    return (in_general is not None and _agree(*in_general, check.assumptions)) or _agree(*sides, check.assumptions)


def _agree(before: Node, after: Node, held: Assumptions) -> bool:
    assumptions = _needed(before, after, held)
    names = Renaming.in_order((*names_written(before, after), *names_assumed(assumptions)))
    assumptions = names.assumptions(assumptions)
    return _is_confirmed(_Asked(names.of(before), names.of(after), _clauses(assumptions), assumptions))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Two sides and what is said of the names in them; ``clauses`` are the assumptions as a value to compare."""

    before: Node
    after: Node
    clauses: tuple[object, ...]
    assumptions: Assumptions = field(compare=False)


@lru_cache(maxsize=2000)
def _is_confirmed(asked: _Asked) -> bool:
    found = agree_or_refute(
        asked.before,
        asked.after,
        asked.assumptions,
        points=SPOT_POINTS,
        seed=SPOT_STREAM,
        enough=ENOUGH_SPOTS,
        minimise=False,
    )
    return found.witness is None and found.points + found.hollow > 0 and not found.rhs_undefined


def _needed(before: Node, after: Node, held: Assumptions) -> Assumptions:
    """What is assumed, but for names that stand nowhere: that they are whole or real numbers says nothing."""
    used = free_names(before) | free_names(after)
    said = {name: domain for name, domain in held.scalars.items() if name in used or domain not in _BARE}
    return replace(held, scalars=said)


def _clauses(held: Assumptions) -> tuple[object, ...]:
    """Everything that is assumed, as a value to compare."""
    scalars, arrays, letters = (
        tuple(sorted(each.items(), key=itemgetter(0))) for each in (held.scalars, held.arrays, held.letters)
    )
    return scalars, arrays, letters, held.groups, held.definitions, held.ties, held.formulas


def evidence(agreement: Agreement, assumptions: Assumptions, attempt: Attempt | None = None) -> Evidence:
    """What supports a verdict."""
    attempt = attempt or Attempt()
    clauses = tuple(assumptions_text(assumptions))
    return Evidence(attempt.rules, agreement.points, agreement.radius, clauses, attempt.failure)
