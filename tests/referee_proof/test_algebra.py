"""The exact algebra underneath: rational functions over kernels, linear reasoning, bounded unknowns."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from lossproof.referee.algebra.linear import constraint, contradictory
from lossproof.referee.algebra.plain import plain_ratio
from lossproof.referee.algebra.ratios import Kernel, Ratio, Table, TooLarge, ratio
from lossproof.referee.facts.bounds import ALL, POSITIVE, Bounds, exactly, power, product, reciprocal
from lossproof.referee.facts.positivity import polynomial_signs

X, Y, Z = sp.symbols("x y z", real=True)
UNIT = Bounds(Fraction(0), Fraction(1), True, True)
CLOSED_UNIT = Bounds(Fraction(0), Fraction(1))


def with_root_of_two() -> tuple[Table, Ratio, Ratio]:
    table = Table()
    x = table.kernel(X, lambda: Kernel("atom", X))
    place = table.place("root", lambda: Kernel("root", sp.sqrt(2)))
    table.relate(place, 2, table.context.constant(2))
    return table, x, Ratio(table, table.unknowns[place], table.one)


def test_equal_rational_functions_have_equal_keys() -> None:
    table = Table()
    first = plain_ratio((X**2 - Y**2) / (X - Y), table)
    assert first.key == plain_ratio(Y + X, table).key
    assert first.key != plain_ratio(Y - X, table).key
    assert (first - plain_ratio(X + Y, table)).is_zero


def test_roots_leave_the_denominator() -> None:
    table, x, root = with_root_of_two()
    assert (root * root).constant == 2
    assert (table.number(1) / root).to_expr() == sp.sqrt(2) / 2
    assert ((x + root) * (x - root) - x * x + table.number(2)).is_zero
    assert (table.number(1) / (x + root) - (x - root) / (x * x - table.number(2))).is_zero


def test_division_by_zero_and_explosion_are_named() -> None:
    table = Table()
    zero = plain_ratio(X - X, table)
    with pytest.raises(ZeroDivisionError):
        table.number(1) / zero
    many = plain_ratio(sp.Add(*sp.symbols("a:9")), table)
    with pytest.raises(TooLarge):
        many**40
    with pytest.raises(TooLarge):
        plain_ratio(sp.Add(*sp.symbols("b:60")), Table())


def test_terms_and_factors_add_and_multiply_to_the_whole() -> None:
    table = Table()
    value = plain_ratio((2 * X**2 + 4 * X * Y + 2 * Y**2) / (3 * Z), table)
    total = table.number(0)
    for coefficient, term in value.terms():
        total = total + term.times(coefficient)
    assert (total - value).is_zero
    content, factors = value.factors()
    assert content == Fraction(2, 3)
    assert sorted(power for _, power in factors) == [-1, 2]


def test_a_vanishing_denominator_is_not_made_by_rationalising() -> None:
    """|x| has the relation |x|^2 = x^2, which is no field: 1/(x + |x|) must stay as it is."""
    table = Table()
    x = table.kernel(X, lambda: Kernel("atom", X))
    place = table.place("abs", lambda: Kernel("abs", sp.Abs(X)))
    table.relate(place, 2, x.num**2)
    absolute = Ratio(table, table.unknowns[place], table.one)
    assert not ratio(table, table.one, (x + absolute).num).den.is_zero()
    assert ((x + absolute) * (x - absolute)).is_zero


@pytest.mark.parametrize(
    ("facts", "follows"),
    [
        ([(X - Y, True), (Y - Z, False)], (X - Z, True)),
        ([(X, False), (Y - X, False)], (Y, False)),
        ([(X - 1, False), (Y - 1, False)], (X + Y - 2, False)),
        ([(2 * X - 3, True), (-X + 2, False)], (X - 1, True)),
    ],
)
def test_linear_consequences_are_found(facts: list[tuple[sp.Expr, bool]], follows: tuple[sp.Expr, bool]) -> None:
    known = [constraint(expr, strict) for expr, strict in facts]
    conclusion, strict = follows
    assert contradictory([*known, constraint(-conclusion, not strict)])
    assert not contradictory(known)
    assert not contradictory([*known, constraint(-conclusion - 10, False), constraint(X + 100, False)][: len(known)])


def test_what_does_not_follow_is_not_claimed() -> None:
    assert not contradictory([constraint(X - Y, True), constraint(Y, False), constraint(5 - X, False)])
    assert not contradictory([constraint(X, False), constraint(-X, False)])
    assert contradictory([constraint(X, True), constraint(-X, False)])


def test_interval_arithmetic_keeps_open_ends() -> None:
    assert product(UNIT, UNIT) == UNIT
    assert (UNIT + exactly(1)).signs == {1}
    assert (-UNIT).signs == {-1}
    assert power(Bounds(Fraction(-2), Fraction(1)), 2) == Bounds(Fraction(0), Fraction(4))
    assert power(Bounds(Fraction(-3), Fraction(-2)), 2) == Bounds(Fraction(4), Fraction(9))
    assert (reciprocal(UNIT).low, reciprocal(UNIT).low_open, reciprocal(UNIT).high) == (1, True, None)
    assert reciprocal(Bounds(Fraction(-1), Fraction(1))) == ALL
    assert product(POSITIVE, Bounds(Fraction(0), None)).signs == {0, 1}
    assert product(CLOSED_UNIT, ALL).signs == ALL.signs


@pytest.mark.parametrize(
    ("expr", "bounds", "signs"),
    [
        (X * Y + (1 - X) * (1 - Y), {X: CLOSED_UNIT, Y: UNIT}, {1}),
        (X * Y + (1 - X) * (1 - Y), {X: CLOSED_UNIT, Y: CLOSED_UNIT}, {0, 1}),
        (X**2 - 2 * X * Y + Y**2 + 1, {}, {1}),
        (X**2 - 2 * X * Y + Y**2, {}, {0, 1}),
        (X**2 + X * Y + Y**2, {}, {0, 1}),
        (X - X**2, {X: UNIT}, {1}),
        (X - X**2, {X: CLOSED_UNIT}, {0, 1}),
        (X**2 - 1, {X: Bounds(Fraction(1), None)}, {0, 1}),
        (X**2 - 1, {X: Bounds(None, Fraction(-1), False, True)}, {1}),
        (X**2 - 3 * X + 1, {}, {-1, 0, 1}),
        (X * Y, {X: POSITIVE}, {-1, 0, 1}),
    ],
)
def test_signs_of_polynomials_in_bounded_unknowns(
    expr: sp.Expr, bounds: dict[sp.Symbol, Bounds], signs: set[int]
) -> None:
    table = Table()
    value = plain_ratio(expr, table)
    between = {place: bounds.get(kernel.expr, ALL) for place, kernel in enumerate(table.kernels)}
    assert polynomial_signs(table, value.num, between) == signs
