"""Relations beyond equality, each with a proof and with balls: inequalities and "the optimum stays where it is".

at_least      lhs - rhs >= 0 by the signs of its parts
same_optimum  after = g(before), g an identity, log or exp with multiples of one sign and constants free of what varies
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from lossproof.notation import Scope, complete_assumptions, data_names, free_names, walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.renaming import Renaming
from lossproof.notation.tree import Binary, Derivative, Indexed, Name, Node, Number
from lossproof.referee.alphabet import under_numbered_names
from lossproof.referee.balls import Given, agree_or_refute
from lossproof.referee.facts.facts import Facts
from lossproof.referee.judge import attempted, combined, difference, judge_claim, refuted
from lossproof.referee.prove import Proof, prove_nonnegative, prove_positive
from lossproof.referee.prove.parts import sign_of_parts
from lossproof.referee.steps.links import links
from lossproof.referee.verdict import Rule, Status, Verdict, Witness
from lossproof.words.codes import Said, Way

ZERO = Number(Fraction(0))


def at_least(
    lhs: Node, rhs: Node, assumptions: Assumptions, *, strict: bool = False, given: Sequence[Given] = ()
) -> Verdict:
    """lhs >= rhs, or lhs > rhs where ``strict``, at every point that satisfies the assumptions."""

    def judge(sides: Sequence[Node], clauses: Assumptions, conditions: Sequence[Given], _: Renaming) -> Verdict:
        return _at_least(sides[0], sides[1], clauses, strict, conditions)

    return under_numbered_names(judge, (lhs, rhs), assumptions, given)


def _at_least(lhs: Node, rhs: Node, assumptions: Assumptions, strict: bool, given: Sequence[Given]) -> Verdict:
    assumptions = complete_assumptions(assumptions, lhs, rhs)
    agreement = agree_or_refute(lhs, rhs, assumptions, comparison=">=", given=given)
    if agreement.witness is not None:
        return refuted(agreement, assumptions)
    if agreement.out_of_domain is not None:
        return Verdict(Status.UNDECIDED, (agreement.out_of_domain,))
    verdict = combined(agreement, attempted(lambda: proof_of_order(lhs, rhs, assumptions, strict)), assumptions)
    if strict and verdict.status is Status.CORROBORATED:
        return replace(verdict, status=Status.UNDECIDED, ways=(Way.MAY_MEET(),))
    return verdict


def proof_of_order(lhs: Node, rhs: Node, assumptions: Assumptions, strict: bool) -> Proof | None:
    """A proof of lhs >= rhs, or > where ``strict``, by the signs of the parts, or else of the whole."""
    scope = Scope(assumptions)
    facts, above = Facts(assumptions, scope), difference(lhs, rhs, scope)
    return sign_of_parts(above, facts, strict) or (prove_positive if strict else prove_nonnegative)(above, facts)


def bends_one_way(curvature: Node, assumptions: Assumptions, given: Sequence[Given] = ()) -> Verdict:
    """curvature > 0 everywhere, or < 0 everywhere: a place of slope 0 is then the only optimum; >= 0 is not enough."""
    up = at_least(curvature, ZERO, assumptions, strict=True, given=given)
    if up.status is Status.PROVED:
        return up
    down = at_least(ZERO, curvature, assumptions, strict=True, given=given)
    return up if down.status is Status.REFUTED else down


def same_optimum(before: Node, after: Node, assumptions: Assumptions, varying: frozenset[str]) -> Verdict:
    """after = g(before) with g strictly monotone in what ``varying`` moves: the optimum stays at its place."""

    def judge(lines: Sequence[Node], clauses: Assumptions, _: Sequence[Given], names: Renaming) -> Verdict:
        return _same_optimum(lines[0], lines[1], clauses, frozenset(map(names.name, varying)))

    return under_numbered_names(judge, (before, after), assumptions)


def _same_optimum(before: Node, after: Node, assumptions: Assumptions, varying: frozenset[str]) -> Verdict:
    assumptions = complete_assumptions(assumptions, before, after)
    if still := _nothing_varies(before, after, varying):
        return still
    found: Verdict | None = None
    for link in links(before, after, assumptions, varying):
        judged = judge_claim(link.line, link.formula, assumptions)
        if link.open is not None:
            unknown = Verdict(Status.UNDECIDED, (Way.SIGN_NOT_KNOWN(factor=link.open),), judged.evidence)
            found = found or (unknown if judged.status is Status.PROVED else None)
        elif judged.status is Status.PROVED:
            rules = (*judged.evidence.rules, Rule("strictly monotone", before, after))
            return Verdict(Status.PROVED, link.ways, replace(judged.evidence, rules=rules))
        elif judged.status is Status.CORROBORATED:
            found = Verdict(Status.CORROBORATED, (*link.ways, *judged.ways), judged.evidence)
    if found is not None and found.status is Status.CORROBORATED:
        return found
    return _not_monotone(before, after, assumptions, varying) or found or NO_LINK


NO_LINK = Verdict(Status.UNDECIDED, (Way.NO_MONOTONE_FUNCTION(),))


def _nothing_varies(before: Node, after: Node, varying: frozenset[str]) -> Verdict | None:
    """Undecided, with what to do, where no quantity that an optimum is looked for in stands in either line."""
    if varying & (free_names(before) | data_names(before) | free_names(after) | data_names(after)):
        return None
    why = Way.NEITHER_LINE_HOLDS(names=tuple(sorted(varying))) if varying else Way.NOTHING_VARIES()
    return Verdict(Status.UNDECIDED, (why,))


def _not_monotone(before: Node, after: Node, assumptions: Assumptions, varying: frozenset[str]) -> Verdict | None:
    """A counterexample: here both lines rise together, there one rises where the other falls."""
    for quantity in _movable(before, varying):
        slopes = Binary("*", Derivative(before, quantity), Derivative(after, quantity))
        falls = agree_or_refute(slopes, ZERO, assumptions, comparison=">=").witness
        rises = agree_or_refute(ZERO, slopes, assumptions, comparison=">=").witness
        if falls and rises:
            return Verdict(Status.REFUTED, (_two_places(quantity, rises),), witness=falls)
    return None


def _two_places(quantity: Name | Indexed, rises: Witness) -> Said:
    point = tuple(f"{name} = {value}" for name, value in rises.point.items())
    return Way.TWO_PLACES(quantity=quantity, point=point)


def _movable(node: Node, varying: frozenset[str]) -> list[Name | Indexed]:
    """One quantity of each varying name: the scalar, or the first element of indexed data."""
    found: dict[str, Name | Indexed] = {}
    for part in walk(node):
        if isinstance(part, Name) and part.name in varying:
            found.setdefault(part.name, part)
        if isinstance(part, Indexed) and part.name in varying:
            found.setdefault(part.name, Indexed(part.name, (ZERO,) * len(part.indices)))
    return list(found.values())
