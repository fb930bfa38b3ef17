"""A claim that a reader typed, put to the referee: an equation, an inequality, convexity, where an optimum is.

f is convex in w, z     its second derivative along every line is at least 0; the reader gives it, or SymPy does
g has the optimum of f  some strictly monotone function leads from f to g
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import sympy as sp

from lossproof.errors import CallerError
from lossproof.notation import Scope, assumptions_text, from_sympy, read_formula, to_sympy, walk
from lossproof.notation.assumptions import Assumptions, Interval, Tie
from lossproof.notation.evaluated import evaluated
from lossproof.notation.traverse import fresh_name
from lossproof.notation.tree import Binary, Indexed, Name, Node
from lossproof.referee.balls import Given
from lossproof.referee.judge import claim_of, judge_claim, or_our_bug
from lossproof.referee.steps.convexity import STRENGTH, convex, has_kinks
from lossproof.referee.steps.relations import ZERO, at_least, same_optimum
from lossproof.referee.verdict import Status, Verdict
from lossproof.site.try_it.reader_question import Asked, Asks

Shows = Literal["sides", "curvature", "chord", "places"]
"""What the numbers of a counterexample are: both sides, a curvature below 0, a chord below the function, a place."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The two sides and what is assumed, read; ``right`` is None where a curvature is left to SymPy."""

    left: Node
    right: Node | None
    assumptions: Assumptions
    relation: Asks
    varying: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict, and what the numbers of its counterexample are."""

    verdict: Verdict
    shows: Shows = "sides"


class Unclear(CallerError):
    """A question that lacks something; ``what`` names the sentence that asks for it."""

    def __init__(self, what: Literal["names_missing", "name_not_there", "curvature_missing"], name: str = "") -> None:
        super().__init__(f"{what}: {name}")
        self.what, self.name = what, name


def read(asked: Asked) -> Claim:
    """The question as trees. RejectedText for text that is no mathematics, Unclear where names are missing."""
    left_to_sympy = asked.relation is Asks.CONVEX and not asked.rhs.strip()
    left, right, assumptions = claim_of(asked.lhs, asked.lhs if left_to_sympy else asked.rhs, asked.where)
    varying = _names(asked.varying, left) if asked.relation.varies else frozenset[str]()
    return Claim(left, None if left_to_sympy else right, assumptions, asked.relation, varying)


def judged(claim: Claim) -> Judged:
    """The referee's answer to ``claim``."""
    return or_our_bug(lambda: _JUDGES[claim.relation](claim))


def _names(text: str, left: Node) -> frozenset[str]:
    """The names in which the left side varies."""
    written = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if not written:
        raise Unclear("names_missing")
    there = {part.name for part in walk(left) if isinstance(part, Name | Indexed)}
    return frozenset(_name(part, there) for part in written)


def _name(text: str, there: set[str]) -> str:
    found = read_formula(text)
    if not isinstance(found, Name | Indexed) or found.name not in there:
        raise Unclear("name_not_there", text)
    return found.name


def _equal(claim: Claim) -> Judged:
    return Judged(judge_claim(claim.left, _right(claim), claim.assumptions))


def _ordered(claim: Claim) -> Judged:
    """One side is never less than the other; its counterexample has the sides as they were given."""
    turned, strict = claim.relation in (Asks.AT_MOST, Asks.LESS_THAN), "=" not in claim.relation
    sides = (_right(claim), claim.left) if turned else (claim.left, _right(claim))
    verdict = at_least(*sides, claim.assumptions, strict=strict)
    if turned and (witness := verdict.witness) is not None:
        verdict = replace(verdict, witness=replace(witness, lhs=witness.rhs, rhs=witness.lhs))
    return Judged(verdict)


def _convex(claim: Claim) -> Judged:
    """Two questions: is the second derivative what is said, and is it never negative? The weaker answer counts."""
    spaces = _half_spaces(claim)
    if not spaces:
        return _convex_under(claim, ())
    others = tuple(tie for tie in claim.assumptions.ties if tie not in spaces)
    rest = replace(claim, assumptions=replace(claim.assumptions, ties=others))
    found = _convex_under(rest, tuple(spaces.values()))
    said = (*found.verdict.evidence.assumptions, *assumptions_text(Assumptions(ties=tuple(spaces))))
    evidence = replace(found.verdict.evidence, assumptions=said)
    return replace(found, verdict=replace(found.verdict, evidence=evidence))


def _convex_under(claim: Claim, given: tuple[Given, ...]) -> Judged:
    kinks = has_kinks(claim.left, claim.assumptions)
    curvature = claim.right or (ZERO if kinks else _curvature(claim))
    whole = Judged(convex(claim.left, curvature, claim.varying, claim.assumptions, given), "chord")
    if kinks and claim.right is None:
        return whole
    signed = Judged(at_least(curvature, ZERO, claim.assumptions, given=given), "curvature")
    return max(signed, whole, key=lambda each: STRENGTH.index(each.verdict.status))


def _half_spaces(claim: Claim) -> dict[Tie, Given]:
    """The ties that are linear in what varies: on one side of a plane a line between two points stays there."""
    plain = replace(claim, assumptions=replace(claim.assumptions, ties=()))
    found = ((tie, _half_space(tie, plain)) for tie in claim.assumptions.ties)
    return {tie: space for tie, space in found if space is not None}


def _half_space(tie: Tie, claim: Claim) -> Given | None:
    if tie.order not in (">", ">=", "<", "<="):
        return None
    above = Binary("-", tie.left, tie.right) if tie.order[0] == ">" else Binary("-", tie.right, tie.left)
    if convex(above, ZERO, claim.varying, claim.assumptions).status is not Status.PROVED:
        return None
    return Given(above, tie.letters, Interval(ZERO, None, low_open="=" not in tie.order))


def _same_optimum(claim: Claim) -> Judged:
    return Judged(same_optimum(claim.left, _right(claim), claim.assumptions, claim.varying), "places")


def _curvature(claim: Claim) -> Node:
    """``sum over i, j of v_i v_j d2f/dw_i dw_j``, of plain names."""
    if any(isinstance(part, Indexed) and part.name in claim.varying for part in walk(claim.left)):
        raise Unclear("curvature_missing")
    names = sorted(claim.varying)
    taken = frozenset(part.name for part in walk(claim.left) if isinstance(part, Name | Indexed))
    scope = Scope(claim.assumptions)
    line = [to_sympy(Name(fresh_name(f"v_{name}", taken)), scope) for name in names]
    variables = [to_sympy(Name(name), scope) for name in names]
    whole = evaluated(to_sympy(claim.left, scope))
    pairs = [(i, j) for i in range(len(names)) for j in range(len(names))]
    return from_sympy(sp.Add(*(line[i] * line[j] * sp.diff(whole, variables[i], variables[j]) for i, j in pairs)))


def _right(claim: Claim) -> Node:
    assert claim.right is not None
    return claim.right


ORDERS = (Asks.AT_LEAST, Asks.AT_MOST, Asks.MORE_THAN, Asks.LESS_THAN)
_JUDGES: dict[Asks, Callable[[Claim], Judged]] = {
    Asks.EQUAL: _equal,
    **dict.fromkeys(ORDERS, _ordered),
    Asks.CONVEX: _convex,
    Asks.SAME_OPTIMUM: _same_optimum,
}
