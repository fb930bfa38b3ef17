"""Exponents beyond what polynomials are taken apart with: FLINT would end the whole process over them."""

from __future__ import annotations

import pytest
import sympy as sp

from lossproof.referee import Status, equal
from lossproof.referee.algebra.ratios import Ratio, Table, TooLarge, ratio
from lossproof.referee.sums.fractions import cancelled, factored
from lossproof.referee.sums.partial import parted

x, y = sp.symbols("x y", positive=True)
HUGE = 10**15


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("sum(expit(1e15)-logsumexp(y),m,n,3)", "sum(expit(1e15)-logsumexp(y),m,n,3)*1+0", "0<x<1"),
        ("sum(tanh(1e300)*x[m],m,0,M)", "sum(tanh(1e300)*x[m],m,0,M)*1+0", ""),
        ("sum((x[m]^(1/9973)+y)/(1+x[m]^(1/9967)),m,0,M)", "sum((y+x[m]^(1/9973))/(x[m]^(1/9967)+1),m,0,M)", "x[m]>0"),
    ],
)
def test_a_claim_with_a_huge_exponent_is_proved_equal_to_itself(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED


def test_a_sum_with_a_huge_exponent_stays_whole() -> None:
    for expr in (x**HUGE + y, x**HUGE + x, x ** sp.Rational(HUGE + 1, HUGE) + y):
        assert factored(expr) == (1, ((expr, 1),))
        term = y / (1 + expr) / (1 + x)
        assert cancelled(term + y / (1 + x)) == term + y / (1 + x)
    assert parted(x**HUGE / (1 + x)) == x**HUGE / (1 + x)
    assert parted(1 / (x * (1 + x**HUGE))) == 1 / (x * (1 + x**HUGE))


def test_what_is_modest_is_taken_apart_however_high_it_starts() -> None:
    assert factored(x ** (HUGE + 1) + x**HUGE * y) == (1, ((x + y, 1), (x, HUGE)))
    assert parted(1 / (x * (1 + x))) == 1 / x - 1 / (1 + x)


def test_rational_functions_of_huge_degree_are_too_large() -> None:
    table = Table(2)
    one, a = table.one, table.unknowns[0]
    high = table.context.from_dict({(HUGE, 0): 1, (0, 0): 1})
    with pytest.raises(TooLarge):
        ratio(table, a + 1, high)
    with pytest.raises(TooLarge):
        Ratio(table, high, one).factors()
