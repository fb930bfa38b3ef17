"""The referee's answer to an obligation, by its kind."""

from __future__ import annotations

from collections.abc import Callable

from lossproof.referee.judge import judge_claim
from lossproof.referee.steps.convexity import convex
from lossproof.referee.steps.obligations import Kind, Obligation
from lossproof.referee.steps.relations import at_least, bends_one_way, same_optimum
from lossproof.referee.verdict import Verdict

ANSWERS: dict[Kind, Callable[[Obligation], Verdict]] = {
    Kind.EQUAL: lambda o: judge_claim(o.lhs, o.rhs, o.assumptions, o.given),
    Kind.SAME_OPTIMUM: lambda o: same_optimum(o.lhs, o.rhs, o.assumptions, frozenset(o.varying)),
    Kind.AT_LEAST: lambda o: at_least(o.lhs, o.rhs, o.assumptions, given=o.given),
    Kind.MORE_THAN: lambda o: at_least(o.lhs, o.rhs, o.assumptions, strict=True, given=o.given),
    Kind.ONE_WAY: lambda o: bends_one_way(o.lhs, o.assumptions, o.given),
    Kind.CONVEX: lambda o: convex(o.lhs, o.rhs, frozenset(o.varying), o.assumptions, o.given),
}


def answer(obligation: Obligation) -> Verdict:
    """The verdict on what ``obligation`` asks."""
    return ANSWERS[obligation.kind](obligation)
