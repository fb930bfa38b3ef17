"""Sums in closed form: the binomial theorem and its moments; sums over pairs that mirror each other."""

from __future__ import annotations

import pytest

from lossproof.notation import Scope, complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee import equal
from lossproof.referee.judge import difference
from lossproof.referee.prove import prove_zero
from lossproof.referee.verdict import Status

THREE_WAYS = "indicator(s[i] > s[j]) + indicator(s[i] < s[j]) + indicator(s[i] == s[j])"
RESPONSIBILITY = "a[c]*f[m,c]/sum(a[l]*f[m,l], l, 1, K)"
RIGHT = [
    ("sum(binomial(n,y)*p^y*(1-p)^(n-y), y, 0, n)", "1", "n integer >= 0; 0 < p < 1"),
    ("sum(y*binomial(n,y)*p^y*(1-p)^(n-y), y, 0, n)", "n*p", "n integer >= 0; 0 < p < 1"),
    ("sum((-1)^j*binomial(n,j), j, 0, n)", "0", "n integer >= 1"),
    ("sum((y-n*p)^2*binomial(n,y)*p^y*(1-p)^(n-y), y, 0, n)", "n*p*(1-p)", "n integer >= 0; 0 < p < 1"),
    ("sum(binomial(n,j)*a^j*b^(n-j), j, 0, n)", "(a+b)^n", "n integer>=0"),
    ("sum(binomial(n,j), j, 0, n)", "2^n", "n integer>=0"),
    ("sum(j*binomial(n,j), j, 0, n)", "n*2^(n-1)", "n integer>=1"),
    ("sum(binomial(n,j)*exp(t*j)*p^j*(1-p)^(n-j), j, 0, n)", "(1-p+p*exp(t))^n", "n integer>=0; 0<p<1; t real"),
    ("sum(factorial(n)/(factorial(j)*factorial(n-j))*x^j, j, 0, n)", "(1+x)^n", "n integer>=0"),
    ("sum(y*(y-1)*binomial(n,y)*p^y*(1-p)^(n-y), y, 0, n)", "n*(n-1)*p^2", "n integer >= 0; 0 < p < 1"),
    ("sum(binomial(n,j)*(-1)^j*2^(n-j), j, 0, n)", "1", "n integer>=0"),
    ("sum(binomial(n,y)*p^y*(1-p)^(n-y), y, 0, n)", "1", "n integer >= 0; 0 <= p <= 1"),
    (
        f"sum(sum({THREE_WAYS}, i, 1, N), j, 1, N)",
        "N^2",
        "N integer >= 1; s[i] real",
    ),
    ("sum(sum(sign(s[i]-s[j]), i, 1, N), j, 1, N)", "0", "N integer >= 1"),
    (
        f"sum(sum({RESPONSIBILITY}, c, 1, K), m, 1, M)",
        "M",
        "K integer >= 1; M integer >= 1; a[c] > 0; f[m,c] > 0",
    ),
]
WRONG = [
    ("sum((-1)^j*binomial(n,j), j, 0, n)", "0", "n integer >= 0"),
    ("sum(j*(-1)^j*binomial(n,j), j, 0, n)", "0", "n integer >= 0"),
    ("sum(binomial(n,j)*a^j*b^(n-j), j, 0, n)", "(a-b)^n", "n integer>=0"),
    ("sum(binomial(n,j), j, 0, n-1)", "2^n", "n integer>=0"),
    ("sum(binomial(n,j), j, 0, n)", "2^n", "n integer"),
    ("sum(sum(x[i]-x[j], j, 1, i), i, 1, N)", "0", "N integer >= 1"),
    ("sum(sum(sum(x[i]-x[j], k, 1, i), j, 1, N), i, 1, N)", "0", "N integer >= 1"),
    ("sum(sum(indicator(s[i] > s[j]) + indicator(s[i] < s[j]), i, 1, N), j, 1, N)", "N^2", "N integer >= 1"),
]


@pytest.mark.parametrize(("lhs", "rhs", "where"), RIGHT)
def test_the_closed_form_is_proved(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED


@pytest.mark.parametrize(("lhs", "rhs", "where"), WRONG)
def test_another_closed_form_has_no_proof(lhs: str, rhs: str, where: str) -> None:
    left, right = parse_tree(lhs), parse_tree(rhs)
    assumptions = complete_assumptions(parse_assumptions(where), left, right)
    scope = Scope(assumptions)
    assert prove_zero(difference(left, right, scope), assumptions, scope) is None
