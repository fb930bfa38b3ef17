"""Closed numbers, nested roots, large factorials; duplication and reflection in the gamma family."""

from __future__ import annotations

import pytest

from lossproof.notation import Scope, complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee import equal
from lossproof.referee.judge import difference
from lossproof.referee.prove import prove_zero
from lossproof.referee.verdict import Status

RIGHT = [
    ("sqrt(3+2*sqrt(2))", "1+sqrt(2)", ""),
    ("factorial(1000)/factorial(998)", "999000", ""),
    ("sqrt(5+2*sqrt(6))", "sqrt(2)+sqrt(3)", ""),
    ("gamma(x)*gamma(1-x)", "pi/sin(pi*x)", "0<x<1"),
    ("gamma(x)*gamma(x+1/2)", "2^(1-2*x)*sqrt(pi)*gamma(2*x)", "x>0"),
    ("digamma(1-x)-digamma(x)", "pi*cos(pi*x)/sin(pi*x)", "0<x<1"),
    ("digamma(2*x)", "digamma(x)/2+digamma(x+1/2)/2+log(2)", "x>0"),
    ("factorial(2*n)/(4^n*factorial(n)^2)", "gamma(n+1/2)/(sqrt(pi)*gamma(n+1))", "n integer >= 0"),
    ("diff(sum(xlogy(y[m], y[m]/exp(b*x[m])),m,1,M), b)", "-sum(x[m]*y[m],m,1,M)", "M integer>=1; y[m]>=0"),
    (
        "2*sum(xlogy(y[m], y[m]/exp(b*x[m]))-(y[m]-exp(b*x[m])),m,1,M)",
        "2*sum(xlogy(y[m],y[m])-b*x[m]*y[m]-y[m]+exp(b*x[m]),m,1,M)",
        "M integer>=1; y[m]>=0",
    ),
    (
        "diff(2*sum(xlogy(y[m], y[m]/exp(b*x[m]))-(y[m]-exp(b*x[m])),m,1,M), b)",
        "2*sum(x[m]*(exp(b*x[m])-y[m]),m,1,M)",
        "M integer>=1; y[m] integer >=0",
    ),
    ("sqrt(2)*sqrt(3)", "sqrt(6)", ""),
    ("(1+sqrt(5))/2-1", "2/(1+sqrt(5))", ""),
    ("log(2+sqrt(3))", "-log(2-sqrt(3))", ""),
    ("tanh(log(2))", "3/5", ""),
    ("exp(log(3)/2)", "sqrt(3)", ""),
    ("(sqrt(2)+sqrt(3))^2", "5+2*sqrt(6)", ""),
    ("log(8)/log(2)", "3", ""),
    ("2^(1/3)*4^(1/3)", "2", ""),
    ("(7+5*sqrt(2))^(1/3)", "1+sqrt(2)", ""),
    ("sin(pi/6)", "1/2", ""),
    ("erf(0)", "0", ""),
    ("factorial(10)", "3628800", ""),
    ("binomial(1000,2)", "499500", ""),
    ("gamma(1/2)", "sqrt(pi)", ""),
    ("gamma(5/2)", "3*sqrt(pi)/4", ""),
    ("sqrt(x+2*sqrt(x-1))", "1+sqrt(x-1)", "x>=1"),
    ("sqrt(x-2*sqrt(x-1))", "Abs(sqrt(x-1)-1)", "x>=1"),
    ("sin(pi*x)", "Abs(sin(pi*x))", "0<x<1"),
    ("trigamma(1-x)+trigamma(x)", "(pi/sin(pi*x))^2", "0<x<1"),
]
WRONG = [
    ("sqrt(3+2*sqrt(2))", "1+sqrt(3)", ""),
    ("sqrt(3-2*sqrt(2))", "1-sqrt(2)", ""),
    ("factorial(1000)/factorial(998)", "998000", ""),
    ("gamma(x)*gamma(1-x)", "pi/cos(pi*x)", "0<x<1"),
    ("gamma(x)*gamma(x+1/2)", "2^(2*x)*sqrt(pi)*gamma(2*x)", "x>0"),
    ("(5*sqrt(2)-7)^(1/3)", "1-sqrt(2)", ""),
    ("digamma(2*x)", "digamma(x)/2+digamma(x+1/2)/2", "x>0"),
    ("sqrt(x+2*sqrt(x-1))", "1-sqrt(x-1)", "x>=1"),
    ("sqrt(x-2*sqrt(x-1))", "sqrt(x-1)-1", "x>=1"),
    ("sin(pi*x)", "Abs(sin(pi*x))", "0<x<2"),
]


@pytest.mark.parametrize(("lhs", "rhs", "where"), RIGHT)
def test_the_value_is_proved(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED


@pytest.mark.parametrize(("lhs", "rhs", "where"), WRONG)
def test_another_value_has_no_proof(lhs: str, rhs: str, where: str) -> None:
    left, right = parse_tree(lhs), parse_tree(rhs)
    assumptions = complete_assumptions(parse_assumptions(where), left, right)
    scope = Scope(assumptions)
    assert prove_zero(difference(left, right, scope), assumptions, scope) is None
