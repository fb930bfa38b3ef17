"""Induction on the end of a range: both sides agree at the low end and grow alike."""

from __future__ import annotations

import pytest

from lossproof.notation import Scope, complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee import equal
from lossproof.referee.judge import difference
from lossproof.referee.prove import prove_zero
from lossproof.referee.verdict import Status
from lossproof.words.codes import Way

RIGHT = [
    ("digamma(y+t)-digamma(t)", "sum(1/(t+j), j, 0, y-1)", "y integer >= 0; t > 0"),
    ("sum(j*factorial(j), j, 1, n)", "factorial(n+1)-1", "n integer >= 1"),
    ("sum(j*r^j, j, 0, n)", "r*(1-(n+1)*r^n+n*r^(n+1))/(1-r)^2", "n integer >= 0; r != 1"),
    ("sum(x[2*i], i, 1, N) + sum(x[2*i-1], i, 1, N)", "sum(x[i], i, 1, 2*N)", "N integer >= 1; x[i] real"),
    ("sum(h[t]*prod(1-h[s],s,1,t-1),t,1,n)", "1-prod(1-h[s],s,1,n)", "n integer >= 1; 0<h[t]<1"),
    ("sum(h[t]*prod(1-h[s],s,1,t-1),t,1,n)", "1-prod(1-h[s],s,1,n)", "n integer >= 1; h[t] real"),
    ("diff(sum(exp(-l)*l^k/factorial(k),k,0,n),l)", "-exp(-l)*l^n/factorial(n)", "n integer >= 0; l > 0"),
    ("sum(k*l^k/factorial(k),k,0,n)", "l*sum(l^k/factorial(k),k,0,n-1)", "n integer >= 1; l > 0"),
    ("sum(binomial(j+k,k),j,0,n)", "binomial(n+k+1,k+1)", "n integer >= 0;k integer>=0"),
    ("sum(loggamma(k),k,1,n)", "sum((n-k)*log(k),k,1,n)", "n integer >= 1"),
    ("trigamma(y+t)", "trigamma(t)-sum(1/(t+j)^2,j,0,y-1)", "y integer >= 0; t > 0"),
    ("sum((-1)^k*k,k,1,2*n)", "n", "n integer >= 0"),
]
WRONG = [
    ("digamma(y+t)-digamma(t)", "sum(1/(t+j), j, 1, y)", "y integer >= 0; t > 0"),
    ("sum(j*factorial(j), j, 1, n)", "factorial(n+1)", "n integer >= 1"),
    ("sum(1,k,1,n)+delta(n,7)", "n", "n integer>=1"),
    ("sum(x[k],k,1,n)", "sum(x[k],k,1,n)+indicator(n>=9)", "n integer>=1"),
    ("sum(1/(k-5),k,6,n)*0+indicator(n<9)", "1", "n integer>=1"),
    ("sum(x[k],k,1,n)/(n-3)", "sum(x[k],k,1,n)/(n-3)+indicator(n>3)", "n integer>=1"),
    ("sum(k,k,1,n)/(n-3)*(n-3)", "n*(n+1)/2+indicator(n>3)", "n integer>=1"),
    ("sum(1,i,1,k)", "k+indicator(k>n)", "n integer>=1; k integer>=1"),
    ("sum(1,i,k,n)", "n-k+1", "n integer>=0; k integer >=0"),
    # the chain breaks where a step has no value, or where something else moves along with the size
    ("sum(1, k, 1, n)/(n-4)^2*(n-4)^2", "n + indicator(n > 4)", "n integer >= 1"),
    ("sum(1, k, 1, n) + 0*log(n-4)", "n + indicator(n > 4)", "n integer >= 1"),
    ("sum(y, k, 1, n)", "n*y + indicator(n > 5)*y", "n integer >= 1; 0 <= y <= n"),
    ("sum(y, k, 1, n)", "n*y + indicator(n > 5)*y", "n integer >= 1; n != 5; y real"),
]


@pytest.mark.parametrize(("lhs", "rhs", "where"), RIGHT)
def test_both_sides_start_and_grow_alike(lhs: str, rhs: str, where: str) -> None:
    verdict = equal(lhs, rhs, where)
    assert verdict.status is Status.PROVED
    assert any(said.code is Way.BY_INDUCTION for said in verdict.ways)


@pytest.mark.parametrize(("lhs", "rhs", "where"), WRONG)
def test_a_claim_that_fails_somewhere_on_the_way_has_no_proof(lhs: str, rhs: str, where: str) -> None:
    left, right = parse_tree(lhs), parse_tree(rhs)
    assumptions = complete_assumptions(parse_assumptions(where), left, right)
    scope = Scope(assumptions)
    assert prove_zero(difference(left, right, scope), assumptions, scope) is None
