"""Letters for parts that both sides of a rule have: what holds for any numbers is confirmed once for all such parts."""

from __future__ import annotations

import pytest

from lossproof.notation import parse_assumptions, read_pair
from lossproof.notation.text import to_text
from lossproof.referee import judge
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.balls.opaque_parts import with_letters
from lossproof.referee.prove.rule_text import SpotCheck


def lettered(before: str, after: str, taken: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    found = with_letters(*read_pair(before, after), taken)
    return None if found is None else tuple(map(to_text, found))


def check(before: str, after: str, where: str = "") -> SpotCheck:
    sides = read_pair(before, after)
    return SpotCheck("constants out", *sides, parse_assumptions(where), sides)


@pytest.mark.parametrize(
    ("before", "after", "general"),
    [
        ("sum(-sum(w[j]*x[m, j], j, 1, d)*c, m, 1, M)", "-c*sum(sum(w[k]*x[n, k], k, 1, d), n, 1, M)",
         ("sum(-part1[m]*c, m, 1, M)", "-c*sum(part1[n], n, 1, M)")),
        ("delta(m, n)*(x[m] + y[m])", "delta(m, n)*(x[n] + y[n])", ("delta(m, n)*part1[m]", "delta(m, n)*part1[n]")),
        ("exp(a*u[1] + 1)", "e*exp(a*u[1])", ("exp(part1 + 1)", "e*exp(part1)")),
        ("sum(p[i]*q[j] + q[i], i, 1, j)", "sum(q[i] + p[i]*q[j], i, 1, j)",
         ("sum(part1[i, j] + q[i], i, 1, j)", "sum(q[i] + part1[i, j], i, 1, j)")),
        ("Abs(exp(x[1]) - 2)*(exp(x[1]) - 2)", "0", ("Abs(part1)*part1", "0")),
    ],
)  # fmt: skip
def test_a_part_that_stands_twice_is_a_letter_at_its_places(before: str, after: str, general: tuple[str, str]) -> None:
    assert lettered(before, after) == general


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("log(x[1])*2", "2*log(x[1])"),  # no value at x[1] = -1: a rule that loses it would lose nothing
        ("x[1]^(-1) + 1", "1 + x[1]^(-1)"),
        ("x[1]^y[1] + 1", "1 + x[1]^y[1]"),
        ("2/x[1] + 1", "1 + 2/x[1]"),
        ("diff((a*u[1])^2, a)", "2*(a*u[1])*u[1]"),  # a letter would not move with a
        ("exp(x[1]) + 1", "1 + exp(x[1])"),  # positive, and as short as a letter
        ("indicator(x[1] > 0)^2", "indicator(x[1] > 0)"),
        ("sum(c^i, i, 0, M - 1)", "(c^(M - 1)*c - 1)/(c - 1)"),  # of whole numbers
        ("a + b", "c"),
    ],
)
def test_what_may_have_no_value_or_is_no_number_of_any_kind_stays(before: str, after: str) -> None:
    assert lettered(before, after) is None


def test_a_letter_is_no_name_that_is_in_use() -> None:
    assert lettered("part1*(x[1] + 1)^2", "(x[1] + 1)^2*part1", ("part1", "x")) == ("part1*part2", "part2*part1")


def test_what_holds_for_any_parts_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(judge, "agree_or_refute", lambda *a, **n: asked.append(a) or agree_or_refute(*a, **n))
    judge._is_confirmed.cache_clear()
    assert judge.is_confirmed(check("sum(-(a[i] + b[i])*c, i, 1, M)", "-c*sum(a[i] + b[i], i, 1, M)"))
    assert judge.is_confirmed(check("sum(-(u[m]*v[m])*z, m, 1, K)", "-z*sum(u[m]*v[m], m, 1, K)"))
    assert len(asked) == 1


def test_what_holds_for_these_parts_alone_is_confirmed_and_what_does_not_is_not() -> None:
    """(x^2 + 1) is positive and the letter for it is not; a lost factor and a lost value are found with letters too."""
    assert judge.is_confirmed(check("Abs(x[1]^2 + 1)", "x[1]^2 + 1"))
    assert not judge.is_confirmed(check("Abs(x[1]^3 + 1)", "x[1]^3 + 1"))
    assert not judge.is_confirmed(check("sum((a[i] + b[i])*c, i, 1, M)", "c^2*sum(a[i] + b[i], i, 1, M)"))
    assert not judge.is_confirmed(check("sum((a[i] + b[i])*c, i, 1, M)", "c*sum(a[i] + b[i], i, 1, M)*sqrt(c)/sqrt(c)"))
    assert not judge.is_confirmed(check("sum(i*log(c), i, 1, M)", "log(c)*sum(i, i, 1, M)", "M integer >= 0"))
