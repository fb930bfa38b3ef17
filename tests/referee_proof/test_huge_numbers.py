"""Numbers that are huge, tiny, or as good as 1: enclosed, or not at all."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
import sympy as sp

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import parse_tree
from lossproof.notation.functions import CONSTRUCTORS, definition
from lossproof.referee import Status, equal
from lossproof.referee.algebra.enclosure import enclosure, value

MANY = [Fraction(10) ** n for n in (4900, 300, 15, 6, -15, -300, -4900)]
PLAIN = [Fraction(n, 7) for n in (-33, -20, -7, -2, 0, 1, 5, 7, 9, 30, 70)]
OF_ONE = sorted(row.name for row in FUNCTIONS.values() if row.most == 1 and not row.same_as)


@pytest.mark.parametrize("function", OF_ONE)
def test_a_value_is_enclosed_wherever_it_lies(function: str) -> None:
    for at in MANY:
        for low, high in (value(function, at), value(function, -at)):
            assert low is None or high is None or low <= high


@pytest.mark.parametrize("function", OF_ONE)
def test_a_value_lies_where_mpmath_finds_it(function: str) -> None:
    for at in PLAIN:
        low, high = value(function, at)
        written = definition(CONSTRUCTORS[function](sp.Rational(at.numerator, at.denominator)))
        if low is None or high is None:
            continue
        with mpmath.workdps(60):
            found = sp.lambdify((), written, "mpmath")()
        with mpmath.workdps(60):
            ends = [mpmath.mpf(end.numerator) / end.denominator for end in (low, high)]
            assert ends[0] - mpmath.mpf(10) ** -50 <= found <= ends[1] + mpmath.mpf(10) ** -50
            assert ends[1] - ends[0] < 1e-20 * (1 + abs(found))


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        (sp.exp(1) - 2, 1),
        (1 - sp.erf(30), 1),
        (sp.erf(30) - 1, -1),
        (sp.exp(sp.exp(40)), 1),
        (5 - sp.exp(100000), -1),
        (sp.exp(-sp.exp(40)), 1),
        (sp.sqrt(2) - sp.Rational(141421356237, 10**11), 1),
        (sp.pi ** sp.Rational(1, 3) - 2, -1),
        (sp.log(6) - sp.log(2) - sp.log(3), 0),
        (sp.erf(100) - 1, 0),
        (sp.atan(sp.Rational(1, 2)) + sp.atan(sp.Rational(1, 3)) - sp.pi / 4, 0),
    ],
)
def test_a_sign_is_known_or_left_open(number: sp.Expr, sign: int) -> None:
    low, high = enclosure(number) or (None, None)
    assert (low is not None and low >= 0) == (sign > 0)
    assert (high is not None and high <= 0) == (sign < 0)


def test_exact_numbers_are_exact_and_what_has_no_value_has_no_bound() -> None:
    assert value("exp", Fraction(0)) == (1, 1)
    assert value("normcdf", Fraction(0)) == (Fraction(1, 2), Fraction(1, 2))
    assert enclosure(sp.log(-2, evaluate=False)) == (None, None)
    assert enclosure(sp.loggamma(-3, evaluate=False)) == (None, None)
    assert enclosure(sp.Sum(sp.Symbol("k"), (sp.Symbol("k"), 1, 3))) is None


@pytest.mark.parametrize(
    ("formula", "where"),
    [
        ("sign(expit(1e20))", ""),
        ("x*softplus(1e30)", ""),
        ("softplus(cosh(x))", "x > 1e300"),
        ("x*log1mexp(erfc(1e15))", ""),
        ("x*normcdf(1e300)", ""),
        ("erf(sigmoid(lognormcdf(-1e300)))", ""),
        ("x*cosh(softplus(y))", "y > 1e300"),
        ("sum(log1mexp(1e300)*x[m], m, 0, M)", ""),
        ("sum(gamma(log1mexp(10^20))*x[m], m, 0, M)", ""),
        ("sum(log1mexp(1)^(y + 1e15)*x[m], m, 0, M)", "y < -1e15"),
        ("sum((a + b)^900*x[m], m, 0, M)", ""),
        ("sum(digamma(log1p(1e15))*x[m], m, 0, M)", ""),
    ],
)
def test_a_claim_with_huge_numbers_is_answered(formula: str, where: str) -> None:
    verdict = equal(parse_tree(formula), parse_tree(f"({formula})*1 + 0"), where)
    assert verdict.status is not Status.REFUTED
    assert not verdict.evidence.failure
