"""An index is what it is worth: however it is written, the element of data is the same one, in sums and outside."""

from __future__ import annotations

import pytest

from lossproof.referee import equal
from lossproof.referee.verdict import Status

SLOPE = "diff(sum((x[t]-a*x[t-1])^2, t, 1, M), x[k])"


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("x[k+1]", "x[1+k]", "k integer"),
        ("x[2*k-k]", "x[k]", "k integer"),
        ("exp(x[k+1])*exp(x[k])", "exp(x[k]+x[1+k])", "k integer"),
        ("diff(x[k+1]^2, x[k+1])", "2*x[1+k]", "k integer"),
        ("diff(x[1+k]*x[k], x[k+1])", "x[k]", "k integer"),
        ("w[i+1]*y/(w[1+i])", "y", "i integer"),
        ("Abs(x[k+1]) + t[1+k]^2 - t[k+1]", "Abs(x[1+k])", "t[m] in {0, 1}"),
        (SLOPE, "2*(x[k]-a*x[k-1]) - 2*a*(x[k+1]-a*x[k])", "M integer >= 3; k in 1..M-1; a real"),
        ("sum(x[m]*y[k+1], m, 1, M)", "y[1+k]*sum(x[j], j, 1, M)", "M integer >= 1; k integer"),
    ],
)
def test_an_index_may_be_written_in_any_way(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED


@pytest.mark.parametrize(("lhs", "rhs"), [("x[k+1]", "x[k]"), ("x[2*k-k]", "x[k+1]"), ("x[k-1]*x[1]", "x[1]*x[1-k]")])
def test_other_elements_are_told_apart(lhs: str, rhs: str) -> None:
    assert equal(lhs, rhs, "k integer").status is Status.REFUTED
