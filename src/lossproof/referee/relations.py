"""Relations beyond equality, each with a proof and with balls: inequalities and "the optimum stays where it is".

at_least      lhs - rhs >= 0 by the signs of its parts
same_optimum  after = a*g(before) + b, g one of identity, log, exp; a and b free of what varies, a of one sign
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import sympy as sp

from lossproof.derivation.evaluated import evaluated
from lossproof.notation import Scope, complete_assumptions, from_sympy, to_sympy, to_text, walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node, Number
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.facts import Facts
from lossproof.referee.judge import combined, difference, judge_claim, refuted
from lossproof.referee.parts import sign_of_parts
from lossproof.referee.proof import prove_nonnegative, prove_positive
from lossproof.referee.verdict import Rule, Status, Verdict, Witness

ZERO = Number(Fraction(0))


def at_least(lhs: Node, rhs: Node, assumptions: Assumptions, *, strict: bool = False) -> Verdict:
    """lhs >= rhs, or lhs > rhs where ``strict``, at every point that satisfies the assumptions."""
    assumptions = complete_assumptions(assumptions, lhs, rhs)
    agreement = agree_or_refute(lhs, rhs, assumptions, comparison=">=")
    if agreement.witness is not None:
        return refuted(agreement, assumptions)
    if agreement.out_of_domain is not None:
        return Verdict(Status.UNDECIDED, agreement.out_of_domain)
    scope = Scope(assumptions)
    facts, above = Facts(assumptions, scope), difference(lhs, rhs, scope)
    proof = sign_of_parts(above, facts, strict) or (prove_positive if strict else prove_nonnegative)(above, facts)
    verdict = combined(agreement, proof, assumptions)
    if strict and verdict.status is Status.CORROBORATED:
        return replace(verdict, status=Status.UNDECIDED, method="no proof that the two sides never meet")
    return verdict


def same_optimum(before: Node, after: Node, assumptions: Assumptions, varying: frozenset[str]) -> Verdict:
    """after = g(before) with g strictly monotone in what ``varying`` moves: the optimum stays at its place."""
    assumptions = complete_assumptions(assumptions, before, after)
    found: Verdict | None = None
    for link in _links(before, after, assumptions, varying):
        judged = judge_claim(after, link.formula, assumptions)
        if judged.status is Status.PROVED:
            rules = (*judged.evidence.rules, Rule("strictly monotone", to_text(before), link.method))
            return Verdict(Status.PROVED, link.method, replace(judged.evidence, rules=rules))
        if judged.status is Status.CORROBORATED:
            found = Verdict(Status.CORROBORATED, f"{link.method}; {judged.method}", judged.evidence)
    return found or _not_monotone(before, after, assumptions, varying) or NO_LINK


NO_LINK = Verdict(Status.UNDECIDED, "no strictly monotone function was found that leads from one line to the other")


class Link(NamedTuple):
    """A candidate ``a*g(before) + b`` with the reason why it is strictly monotone."""

    formula: Node
    method: str


def _links(before: Node, after: Node, assumptions: Assumptions, varying: frozenset[str]) -> Iterator[Link]:
    scope = Scope(assumptions)
    facts = Facts(assumptions, scope)
    first, second = (evaluated(to_sympy(node, scope)) for node in (before, after))
    factor, constant = _scale(second, varying)
    own_factor, own_constant = _scale(first, varying)
    ratio = factor / own_factor
    yield from _link(facts, before, ratio, constant - ratio * own_constant, "")
    if facts.is_positive(first):
        yield from _link(facts, Call("log", (before,)), factor, constant, "log is strictly increasing")
    yield from _link(facts, Call("exp", (before,)), factor, constant, "exp is strictly increasing")


def _link(facts: Facts, inner: Node, factor: sp.Expr, constant: sp.Expr, reason: str) -> Iterator[Link]:
    turn = _turn(facts, factor)
    if turn is None or not constant.is_finite:
        return
    formula = Binary("+", Binary("*", from_sympy(factor), inner), from_sympy(constant))
    reasons = [reason, *([turn.format(factor=to_text(from_sympy(factor)))] if factor != 1 else [])]
    yield Link(formula, "; ".join(filter(None, reasons)) or "adding what does not vary moves no optimum")


def _turn(facts: Facts, factor: sp.Expr) -> str | None:
    if facts.is_positive(factor):
        return "times {factor} > 0 keeps the optimum"
    return "times {factor} < 0 turns the maximum into the minimum" if facts.is_negative(factor) else None


def _scale(expr: sp.Expr, varying: frozenset[str]) -> tuple[sp.Expr, sp.Expr]:
    """(a, b) of ``expr = a*(what varies) + b``."""
    moving = [symbol for symbol in expr.free_symbols if symbol.is_Symbol and symbol.name in varying]
    constant, rest = expr.as_independent(*moving, as_Add=True)
    factor, _ = sp.factor_terms(rest).as_independent(*moving, as_Add=False)
    return factor, constant


def _not_monotone(before: Node, after: Node, assumptions: Assumptions, varying: frozenset[str]) -> Verdict | None:
    """A counterexample: here both lines rise together, there one rises where the other falls."""
    for quantity in _movable(before, varying):
        slopes = Binary("*", Derivative(before, quantity), Derivative(after, quantity))
        falls = agree_or_refute(slopes, ZERO, assumptions, comparison=">=").witness
        rises = agree_or_refute(ZERO, slopes, assumptions, comparison=">=").witness
        if falls and rises:
            return Verdict(Status.REFUTED, _two_places(quantity, rises), witness=falls)
    return None


def _two_places(quantity: Name | Indexed, rises: Witness) -> str:
    point = ", ".join(f"{name} = {value}" for name, value in rises.point.items())
    return f"as {to_text(quantity)} grows, both lines move the same way at {point}, and opposite ways at the witness"


def _movable(node: Node, varying: frozenset[str]) -> list[Name | Indexed]:
    """One quantity of each varying name: the scalar, or the first element of indexed data."""
    found: dict[str, Name | Indexed] = {}
    for part in walk(node):
        if isinstance(part, Name) and part.name in varying:
            found.setdefault(part.name, part)
        if isinstance(part, Indexed) and part.name in varying:
            found.setdefault(part.name, Indexed(part.name, (ZERO,) * len(part.indices)))
    return list(found.values())
