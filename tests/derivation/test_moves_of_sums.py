"""Sums taken apart, groups that add up to 1, and slopes of Max and Min."""

from __future__ import annotations

import pytest
import sympy as sp

from lossproof.errors import MoveError
from lossproof.moves import adds_up_to_one, apart, differentiate, in_stable_names, solve_for_zero, without_constants
from lossproof.notation.functions import logsumexp
from lossproof.referee import Status, equal

M, K = (sp.Symbol(name, integer=True, positive=True) for name in "MK")
m, k = sp.symbols("m k", integer=True)
a, b, s, u, mu = sp.symbols("a b s u mu", real=True)
x, t = (sp.IndexedBase(sp.Symbol(name, real=True)) for name in "xt")
OVER = (m, 0, M - 1)


def test_a_sum_comes_apart() -> None:
    assert apart(sp.Sum(a + b * x[m], OVER)) == M * a + b * sp.Sum(x[m], OVER)
    squares = sp.Sum(x[m] ** 2, OVER) - 2 * mu * sp.Sum(x[m], OVER) + M * mu**2
    assert apart(sp.Sum((x[m] - mu) ** 2, OVER)) == squares
    assert apart(sp.Sum(sp.Sum(x[m] * t[k], (k, 1, K)), OVER)) == sp.Sum(x[m], OVER) * sp.Sum(t[k], (k, 1, K))
    assert apart(sp.log(sp.Sum(a * sp.exp(x[m]), OVER))) == sp.log(a * sp.Sum(sp.exp(x[m]), OVER))


@pytest.mark.parametrize("whole", [sp.Sum(x[m], OVER), sp.Sum(sp.exp(a * x[m]), OVER), a * b])
def test_what_is_one_sum_does_not_come_apart(whole: sp.Expr) -> None:
    with pytest.raises(MoveError, match="no sum"):
        apart(whole)


def test_a_group_adds_up_to_one_over_its_own_index_only() -> None:
    whole = sp.Sum(t[k] * (a + x[k]), (k, 1, K))
    assert adds_up_to_one(whole, t[k]) == a + sp.Sum(t[k] * x[k], (k, 1, K))
    assert adds_up_to_one(sp.Sum(t[m, k] * x[m], (k, 1, K)), t[m, k]) == x[m]
    for other in (sp.Sum(t[k] * x[k], (k, 1, K)), sp.Sum(t[m, k], OVER), sp.Sum(x[k], (k, 1, K))):
        with pytest.raises(MoveError, match="none of them is 1"):
            adds_up_to_one(other, t[m, k] if other.has(m) else t[k])


@pytest.mark.parametrize("expr", [sp.Max(0, 1 - s * u), sp.Min(u, s), sp.Max(u, 2 * u, 1), 3 * sp.Max(u**2, u)])
def test_the_slope_of_the_largest_is_that_of_the_largest(expr: sp.Expr) -> None:
    assert equal(sp.Derivative(expr, u), differentiate(expr, u)).status is Status.PROVED


def test_a_logarithm_of_exponentials_gets_its_name() -> None:
    assert in_stable_names(sp.log(sp.exp(a) + sp.exp(b))) == logsumexp(a, b)
    assert in_stable_names(sp.log(1 + sp.exp(a) + sp.exp(b))) == logsumexp(0, a, b)
    with pytest.raises(MoveError, match="spells out no function"):
        in_stable_names(sp.log(sp.exp(a) + u))


def test_a_zero_is_found_through_a_sum() -> None:
    assert solve_for_zero(sp.Sum(2 * (mu - x[m]), OVER) / s, mu) == sp.Sum(x[m], OVER) / M
    with pytest.raises(MoveError, match="not linear"):
        solve_for_zero(sp.Sum(sp.exp(mu) - x[m], OVER), mu)


def test_terms_that_hold_no_quantity_are_left_out_also_inside_sums() -> None:
    whole = -sp.Sum((x[m] - u) ** 2 / s + sp.log(s), OVER) / M + a
    assert without_constants(whole, u, x) == -sp.Sum((x[m] - u) ** 2 / s, OVER) / M
    assert without_constants(a * (u**2 + b), u) == a * u**2
    for kept, message in ((u * a, "every term"), (a, "no term")):
        with pytest.raises(MoveError, match=message):
            without_constants(kept, u)
