"""Rules that need an integer or a place in a range, and that do nothing without it."""

from __future__ import annotations

import pytest

from lossproof.referee import Status, equal

ROW = "t one-hot over 1..K; K integer >= 2"


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("cos(2*pi*n)", "1", "n integer"),
        ("sin(pi*n)", "0", "n integer"),
        ("cos(pi*n)", "(-1)^n", "n integer"),
        ("cos(x + 3*pi*n*k)", "(-1)^(n*k)*cos(x)", "n integer; k integer"),
        ("sum(cos(2*pi*m)*x[m], m, 0, M)", "sum(x[m], m, 0, M)", "M integer >= 0"),
        ("t[i]*t[j]", "delta(i,j)*t[i]", f"{ROW}; i in 1..K; j in 1..K"),
        ("t[m,i]*t[m,j]*x", "delta(i,j)*t[m,j]*x", f"{ROW}; i in 1..K; j in 1..K"),
        ("t[1]*t[2]", "0", ROW),
        ("delta(x^3,c)*(x^3-c)^b", "delta(x^3,c)*(1-b)", "b in {0, 1}"),
    ],
)
def test_what_is_true_of_whole_numbers_is_proved(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("cos(2*pi*n)", "1", "n real"),
        ("cos(pi*n)", "1", "n integer"),
        ("sin(pi*n/2)", "0", "n integer"),
        ("cos(pi*n/2)", "(-1)^n", "n integer"),
        ("t[i]*t[j]", "delta(i,j)*t[i]", f"{ROW}; i in 0..K; j in 0..K"),
        ("t[m,i]*t[k,j]", "delta(i,j)*t[m,i]", f"{ROW}; i in 1..K; j in 1..K"),
    ],
)
def test_what_is_not_is_refuted(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.REFUTED
