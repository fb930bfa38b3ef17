"""Clauses on names that stand for a formula: no point that breaks one is looked at."""

from __future__ import annotations

import pytest

from lossproof.notation import complete_assumptions, parse_assumptions, parse_tree
from lossproof.notation.assumptions import FiniteSet, Interval
from lossproof.referee.balls import Agreement, Given, agree_or_refute

POSITIVE = parse_assumptions("v > 0").scalar("v")
BINARY = parse_assumptions("v in {0, 1}").scalar("v")
WHOLE = parse_assumptions("v integer >= 2").scalar("v")
BELOW_A = parse_assumptions("a real; v < a").scalar("v")


def judged(lhs: str, rhs: str, *given: Given) -> Agreement:
    left, right = parse_tree(lhs), parse_tree(rhs)
    return agree_or_refute(left, right, complete_assumptions(parse_assumptions(""), left, right), given=given)


@pytest.mark.parametrize(
    ("lhs", "rhs", "body", "letters", "domain"),
    [
        ("Abs(w*x)", "w*x", "w*x", (), POSITIVE),
        ("sign(x^2 - x)", "0", "x", (), BINARY),
        ("Max(x/3, 2)", "x/3", "x/3", (), WHOLE),
        ("Max(2*x, a)", "a", "2*x", (), BELOW_A),
        ("sum(Abs(w*x[m]), m, 0, M)", "w*sum(x[m], m, 0, M)", "w*x[m]", ("m",), POSITIVE),
    ],
)
def test_a_claim_holds_where_a_formula_keeps_its_clause(
    lhs: str, rhs: str, body: str, letters: tuple[str, ...], domain: Interval | FiniteSet
) -> None:
    assert judged(lhs, rhs).witness is not None
    agreement = judged(lhs, rhs, Given(parse_tree(body), letters, domain))
    assert agreement.witness is None
    assert agreement.points


def test_a_counterexample_keeps_the_clause_too() -> None:
    witness = judged("sum(w*x[m], m, 0, M)", "1", Given(parse_tree("w*x[m]"), ("m",), POSITIVE)).witness
    assert witness is not None
    assert float(witness.lhs) > 0


def test_a_clause_that_nothing_keeps_leaves_no_point() -> None:
    agreement = judged("x", "x", Given(parse_tree("-exp(x)"), (), POSITIVE))
    assert agreement.out_of_domain is not None
