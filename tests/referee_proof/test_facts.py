"""Facts answer True, False or None, and an answer that is not None holds at every admissible point."""

from __future__ import annotations

import pytest
import sympy as sp

from lossproof.notation import Scope, complete_assumptions, parse_assumptions, parse_tree, to_sympy
from lossproof.notation.assumptions import Assumptions, Interval
from lossproof.notation.tree import Name
from lossproof.referee.facts.facts import Facts


def facts(where: str, text: str = "0") -> tuple[Facts, sp.Expr]:
    node = parse_tree(text)
    assumptions = complete_assumptions(parse_assumptions(where), node)
    scope = Scope(assumptions)
    return Facts(assumptions, scope), to_sympy(node, scope)


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("0 < yp < 1", "1 - yp"),
        ("0 < yp < 1", "yp*(1 - yp)"),
        ("x real", "(x - 1)^2 + 1"),
        ("x real; y real", "x^2 - 2*x*y + y^2 + 1"),
        ("0 < p < 1; t in {0, 1}", "t*p + (1 - t)*(1 - p)"),
        ("0 <= k <= n; k integer; n integer", "n - k + 1"),
        ("(p1, p2, p3) simplex", "1 - p1 - p2"),
        ("z real", "2 - erfc(z)"),
        ("z real", "1 - sigmoid(z)"),
        ("0 < p < 1", "p^2 - p + 1"),
        ("k in 0..M-1; M integer >= 1", "M - k"),
        ("x > 0", "trigamma(x)"),
        ("u real", "exp(exp(u)) - 1"),
        ("M integer >= 1", "sum(exp(x[m]), m, 0, M-1)"),
        ("x != 0", "x^2"),
    ],
)
def test_what_is_positive_is_known_to_be(where: str, text: str) -> None:
    known, expr = facts(where, text)
    assert known.is_positive(expr) is True
    assert known.is_negative(expr) is False
    assert known.is_nonzero(expr) is True


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("0 <= yp <= 1", "1 - yp"),
        ("x real", "x"),
        ("x real", "(x - 1)^2"),
        ("0 <= k <= n; k integer; n integer", "n - k"),
        ("x real; y real", "x^2 - 2*x*y + y^2"),
        ("t in {0, 1}", "t"),
        ("M integer >= 0", "sum(exp(x[m]), m, 0, M-1)"),
        ("x real", "x^4 - x^2"),
        ("0 < a < 1; 0 < b < 1", "1 - a - b"),
    ],
)
def test_what_can_be_zero_is_not_called_positive(where: str, text: str) -> None:
    known, expr = facts(where, text)
    assert known.is_positive(expr) is None


def test_a_case_narrows_the_facts_and_only_there() -> None:
    known, z = facts("z real", "z")
    inside = known.with_condition(z, ">")
    assert inside.is_positive(z) is True
    assert inside.is_positive(sp.exp(z) - 1) is True
    assert known.is_positive(z) is None


def test_linear_facts_are_chained() -> None:
    known, _ = facts("")
    a, b, c = (known.scope.symbol(name) for name in "abc")
    inside = known.with_condition(a - b, ">").with_condition(b - c, ">=")
    assert inside.is_positive(a - c) is True
    assert inside.with_condition(c - a, ">=").is_impossible()
    assert not inside.is_impossible()


def test_an_index_is_an_integer_in_its_range_and_nowhere_else() -> None:
    known, size = facts("M integer >= 1", "M")
    m = known.scope.index("m")
    inside = known.with_range(m, sp.Integer(0), size - 1)
    assert inside.is_nonnegative(m) is True
    assert inside.is_positive(size - m) is True
    assert inside.is_integer(m + size) is True
    assert inside.index_range(m) == (0, size - 1)
    assert known.index_range(m) is None


def test_the_values_of_finite_quantities() -> None:
    known, _ = facts("t in {0, 1/2, 1}; (a, b) one-hot; 2 <= n <= 4; n integer; x real")
    symbol = known.scope.symbol
    assert known.values(symbol("t")) == (0, sp.Rational(1, 2), 1)
    assert known.values(symbol("a")) == (0, 1)
    assert known.values(symbol("n")) == (2, 3, 4)
    assert known.values(symbol("x")) is None


def test_ends_of_domains_that_refer_to_each_other_do_not_hang() -> None:
    circle = Assumptions({"a": Interval(high=Name("b")), "b": Interval(low=Name("a"))})
    known = Facts(circle, Scope(circle))
    a, b = known.scope.symbol("a"), known.scope.symbol("b")
    assert known.is_nonnegative(b - a) is True
    assert known.is_positive(b) is None


@pytest.mark.parametrize(
    ("text", "where", "positive"),
    [
        ("1 + xi*(y-mu)/s", "s > 0; xi > 0; y > mu", True),
        ("x*y - x*z", "x > 0; y > z", True),
        ("(a-b)*(c-d)", "a > b; c > d", True),
        ("n - y + phi*(1 - mu)", "phi > 0; 0 < mu < 1; 0 <= y <= n", True),
        ("n - y + phi*(1 - mu)", "phi > 0; 0 < mu < 2; 0 <= y <= n", False),
        ("x*y - x*z", "y > z", False),
        ("x*y - x*z", "x > 0; y > t", False),
    ],
)
def test_a_product_of_two_demands_is_a_demand(text: str, where: str, positive: bool) -> None:
    known, expr = facts(where, text)
    assert known.is_positive(expr) is (True if positive else None)
