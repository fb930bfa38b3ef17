"""Work is bounded and counted, never timed: one answer on every machine, or a sentence that it was too much."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossproof.notation import complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee import balls
from lossproof.referee.balls import agree_or_refute, refute
from lossproof.referee.balls.claim import MOST_WORK, Claim
from lossproof.referee.balls.refute import Agreement

SYMMETRIC = "A[i,j] = A[j,i]; K integer >= 40"
CHAIN = "; ".join(f"a{i} < a{i + 1}" for i in range(1, 120))
MEMBERS = ", ".join(f"b{i}" for i in range(1, 13))
ORDERED = "; ".join(f"b{i} < b{i + 1}" for i in range(1, 12)) + f"; ({MEMBERS}) simplex"
# All stages together: points, numbers of many bits, a smaller counterexample and its values.
MOST = 3 * MOST_WORK


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> list[Claim]:
    """Every claim that is compiled, with its meter."""
    held: list[Claim] = []
    compiled = Claim.of

    def remembered(*arguments: object) -> Claim:
        held.append(compiled(*arguments))
        return held[-1]

    monkeypatch.setattr(Claim, "of", remembered)
    return held


def judged(lhs: str, rhs: str, where: str = "") -> Agreement:
    left, right = parse_tree(lhs), parse_tree(rhs)
    return agree_or_refute(left, right, complete_assumptions(parse_assumptions(where), left, right))


def tried(agreement: Agreement) -> int:
    """At how many points both sides were evaluated."""
    return agreement.points + agreement.undecided


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
        ("sum(sum(A[i,j], i, 1, K), j, 1, K)", "sum(sum(A[j,i], i, 1, K), j, 1, K)", SYMMETRIC, True),
        ("sum(c[k], k, 1, K)", "K*c[1]", "c[k] < c[k+1]; K integer >= 300", False),
    ],
)
def test_the_work_of_an_answer_is_bounded(claims: list[Claim], lhs: str, rhs: str, where: str, is_true: bool) -> None:
    agreement = judged(lhs, rhs, where)
    assert 0 < sum(claim.meter.spent for claim in claims) < MOST
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
def test_what_is_too_large_or_nowhere_is_said_to_be(claims: list[Claim], lhs: str, where: str) -> None:
    agreement = judged(lhs, "1", where)
    assert sum(claim.meter.spent for claim in claims) < MOST
    assert (agreement.points, agreement.witness) == (0, None)
    assert agreement.not_decided or agreement.out_of_domain


def test_when_the_work_is_used_up_no_more_points_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    formula = "sum(exp(exp(-i*x)), i, 1, 5000)", "sum(exp(exp(-(i+1)*x)), i, 0, 4999)", "x > 1"
    many = tried(judged(*formula))
    monkeypatch.setattr(refute, "MOST_WORK", 100_000)
    assert 0 < tried(judged(*formula)) <= 4 < many


def test_no_clock_is_read_in_this_room() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(balls.__file__).parent.glob("*.py"))
    assert "monotonic" not in sources
    assert "import time" not in sources
    assert "from time" not in sources


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("{0}^2", "{0}*{1}", "{0} > 0; 0 < {1} < 1"),
        ("sum({2}[{3}]*{0}, {3}, 1, {4})", "{4}*{0}", "{4} integer >= 2; {2}[{3}] > 0"),
        ("{0} + {1}", "1", "0 < {0} < {1}; {1} < {4}"),
        ("Max({0}, {1})", "Abs({0}-{1})", ""),
    ],
)
def test_the_counterexample_does_not_depend_on_the_alphabet(lhs: str, rhs: str, where: str) -> None:
    names = [
        ("x", "y", "a", "m", "M"),
        ("z", "b", "q", "k", "A"),
        ("b", "z", "zz", "n", "t"),
        ("n9", "n8", "B", "i", "c"),
    ]
    found = []
    for letters in names:
        witness = judged(lhs.format(*letters), rhs.format(*letters), where.format(*letters)).witness
        assert witness is not None
        found.append((list(witness.point.values()), witness.lhs, witness.rhs))
    assert all(each == found[0] for each in found)
