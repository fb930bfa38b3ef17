"""Sign analysis and bounds against the value at random points: never a wrong answer."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from lossproof.notation import Scope, parse_assumptions
from lossproof.referee.facts.facts import Facts

ASSUMPTIONS = parse_assumptions("0 < p < 1; 0 <= q <= 1; x real; y >= 2; n integer >= 0; t in {0, 1}; z < -1")
SCOPE = Scope(ASSUMPTIONS)
FACTS = Facts(ASSUMPTIONS, SCOPE)
NAMES = ("p", "q", "x", "y", "n", "t", "z")
P, Q, X, Y, N, T, Z = (SCOPE.symbol(name) for name in NAMES)

POINTS = st.tuples(
    st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50),
    st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)]),
    st.fractions(-4, 4, max_denominator=9),
    st.fractions(2, 6, max_denominator=9),
    st.integers(0, 5).map(Fraction),
    st.sampled_from([Fraction(0), Fraction(1)]),
    st.fractions(-5, Fraction(-10, 9), max_denominator=9),
)
LEAVES = st.sampled_from([P, Q, X, Y, N, T, Z, 1 - P, 1 - Q, sp.Integer(1), sp.Integer(-2), sp.Rational(1, 2)])


def _grown(inner: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda pair: pair[0] + pair[1]),
        pairs.map(lambda pair: pair[0] - pair[1]),
        pairs.map(lambda pair: pair[0] * pair[1]),
        inner.map(lambda expr: expr**2),
        inner.map(sp.exp),
        inner.map(sp.Abs),
        inner.map(sp.tanh),
        pairs.map(lambda pair: sp.Max(*pair)),
    )


EXPRESSIONS = st.recursive(LEAVES, _grown, max_leaves=5)


def value(expr: sp.Expr, point: tuple[Fraction, ...]) -> sp.Float:
    numbers = (sp.Rational(each.numerator, each.denominator) for each in point)
    return expr.xreplace(dict(zip((P, Q, X, Y, N, T, Z), numbers, strict=True))).evalf(40, maxn=200, chop=True)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(EXPRESSIONS, st.lists(POINTS, min_size=3, max_size=6))
def test_no_point_has_a_sign_that_was_ruled_out(expr: sp.Expr, points: list[tuple[Fraction, ...]]) -> None:
    possible, between = FACTS.signs(expr), FACTS.bounds(expr)
    for point in points:
        number = value(expr, point)
        if abs(number) > 1e-25:
            assert (1 if number > 0 else -1) in possible, (expr, point, number)
        else:
            assert 0 in possible, (expr, point, number)
        assert between.low is None or number >= between.low - Fraction(1, 10**20), (expr, point, between)
        assert between.high is None or number <= between.high + Fraction(1, 10**20), (expr, point, between)


def test_the_expressions_reach_both_answers() -> None:
    """The generator is no use if everything is open or everything is decided."""
    assert FACTS.signs(X * P) == {-1, 0, 1}
    assert FACTS.signs(Y * P - Z) == {1}
