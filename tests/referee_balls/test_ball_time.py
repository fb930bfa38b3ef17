"""Every question is answered within seconds: by a verdict, or by saying that there was no time."""

from __future__ import annotations

from time import monotonic

import pytest

from lossproof.notation import complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee.balls import agree_or_refute, refute
from lossproof.referee.balls.refute import Agreement

CHAIN = "; ".join(f"a{i} < a{i + 1}" for i in range(1, 120))
MEMBERS = ", ".join(f"b{i}" for i in range(1, 13))
ORDERED = "; ".join(f"b{i} < b{i + 1}" for i in range(1, 12)) + f"; ({MEMBERS}) simplex"


def judged(lhs: str, rhs: str, where: str = "") -> Agreement:
    left, right = parse_tree(lhs), parse_tree(rhs)
    return agree_or_refute(left, right, complete_assumptions(parse_assumptions(where), left, right))


@pytest.mark.parametrize(
    ("lhs", "rhs", "where", "is_true"),
    [
        ("sum(p[k], k, 1, K)", "1", "p simplex over 1..K; K integer >= 200000", True),
        ("p[1] + x", "x", "p simplex over 1..K; K integer >= 200000", False),
        ("a1 + x", "x + a1", CHAIN, True),
        ("a1", "a120", CHAIN, False),
        ("b1", "b2", ORDERED, False),
        ("Max(b1, b2)", "b2", ORDERED, True),
        ("x", "Abs(x)", "y > 0; 0 < x < exp(y)", True),
        ("x", "Max(x, 1)", "y > 0; x > exp(y)", True),
        ("sign(expit(10^20))*x", "x", "", True),
        ("x*softplus(10^30)", "10^30*x", "", True),
        ("digamma(x)*expit(10^5)", "digamma(x)", "", True),
    ],
)
def test_an_answer_takes_seconds(lhs: str, rhs: str, where: str, is_true: bool) -> None:
    start = monotonic()
    agreement = judged(lhs, rhs, where)
    assert monotonic() - start < 30, "about 5 on a quiet machine"
    assert (agreement.witness is None) == is_true
    assert agreement.points or not is_true


@pytest.mark.parametrize(
    ("lhs", "where"),
    [
        ("sum(sum(i*j, i, 1, 1000), j, 1, 1000)", ""),
        ("sum(p[k], k, 1, K)", "p simplex over 1..K; K integer >= 10^12"),
        ("sum(p[k], k, 1, K)", "p simplex over 1..K; p[m] < 1e-300"),
        ("sum(t[k], k, 1, K)", "t one-hot over 1..K; K integer > 1e300"),
        ("sum(x*y, m, 0, n)", "(x, y, n) simplex; x >= exp(y)"),
        ("x*y*n", "(x, y, n) simplex; x >= exp(y) + 1"),
    ],
)
def test_what_is_too_large_or_nowhere_is_said_to_be(lhs: str, where: str) -> None:
    start = monotonic()
    agreement = judged(lhs, "1", where)
    assert monotonic() - start < 30
    assert (agreement.points, agreement.witness) == (0, None)
    assert agreement.not_decided or agreement.out_of_domain


def test_when_the_time_is_over_no_more_points_are_tried(monkeypatch) -> None:
    monkeypatch.setattr(refute, "_SECONDS", -1.0)
    monkeypatch.setattr(refute, "_SECONDS_PER_POINT", 0.0)
    agreement = judged("x", "x")
    assert agreement.points == 0
    assert "no time left" in str(agreement.not_decided)


def test_a_sum_is_left_when_the_time_is_over(monkeypatch) -> None:
    monkeypatch.setattr(refute, "_SECONDS", 0.2)
    monkeypatch.setattr(refute, "_SECONDS_PER_POINT", 0.0)
    start = monotonic()
    agreement = judged("sum(exp(exp(-i*x)), i, 1, 50000)", "sum(exp(exp(-i*x)), i, 0, 49999)", "x > 1")
    assert monotonic() - start < 3
    assert agreement.points <= 4
