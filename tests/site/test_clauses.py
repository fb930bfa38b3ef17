"""An assumption is printed as mathematics and says the same as its clause."""

from __future__ import annotations

import pytest

from lossproof.site.assumed import clause_latex, relevant


@pytest.mark.parametrize(
    ("clause", "latex"),
    [
        ("x real", r"x \in \mathbb{R}"),
        ("x > 0", "x > 0"),
        ("x <= 1", r"x \le 1"),
        ("0 < yp < 1", r"0 < \mathit{yp} < 1"),
        ("0 <= k <= n", r"0 \le k \le n"),
        ("x != 0", r"x \ne 0"),
        ("M integer >= 1", r"M \in \mathbb{Z},\ M \ge 1"),
        ("yt in {0, 1}", r"\mathit{yt} \in \{0, 1\}"),
        ("k in 0..M-1", r"k \in \{0, \dots, M - 1\}"),
        ("yt[m] in {0, 1}", r"\mathit{yt}_{m} \in \{0, 1\}"),
        ("(a, b) one-hot", r"a, b \in \{0, 1\},\ a + b = 1"),
        ("p simplex over 1..K", r"p_{k} > 0,\ \sum_{k=1}^{K} p_{k} = 1"),
        ("mu = exp(eta)", r"\mu = e^{\eta}"),
        ("a + b = 1", "a + b = 1"),
        ("c[k] < c[k+1]", "c_{k} < c_{k + 1}"),
        ("0 <= y[m] <= n[m]", r"y_{m} \ge 0,\ y_{m} \le n_{m}"),
        ("eta[m] = w*x[m]", r"\eta_{m} = w x_{m}"),
    ],
)
def test_a_clause_as_mathematics(clause: str, latex: str) -> None:
    assert clause_latex(clause) == latex


def test_open_and_closed_ends_are_told_apart() -> None:
    assert clause_latex("0 < p < 1") != clause_latex("0 <= p <= 1")


def test_clauses_about_other_quantities_are_left_out() -> None:
    clauses = ("a > 0", "yt[m] in {0, 1}", "(s, t) simplex", "M integer >= 1")
    found = frozenset({("yt", True), ("t", False)})
    assert relevant(clauses, found) == ("yt[m] in {0, 1}", "(s, t) simplex")
    assert relevant(clauses, frozenset({("yt", False), ("M", True)})) == ()


def test_a_clause_that_ties_quantities_is_about_each_of_them() -> None:
    clauses = ("a + b = 1", "c[k] < c[k+1]", "eta[m] = w*x[m]")
    assert relevant(clauses, frozenset({("b", False)})) == ("a + b = 1",)
    assert relevant(clauses, frozenset({("c", True), ("k", False)})) == ("c[k] < c[k+1]",)
    assert relevant(clauses, frozenset({("eta", True)})) == ("eta[m] = w*x[m]",)
