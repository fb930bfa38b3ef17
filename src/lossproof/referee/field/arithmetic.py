"""Rules for numbers, atoms, sums and products: what a rational function is made of."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from lossproof.referee.algebra.ratios import Ratio
from lossproof.referee.field.normal import Normaliser, Rule
from lossproof.referee.field.record import NotProved, Undefined


def _number(n: Normaliser, expr: sp.Expr) -> Ratio:
    return n.table.number(Fraction(int(expr.p), int(expr.q)))


def _atom(n: Normaliser, expr: sp.Expr) -> Ratio:
    return n.opaque(expr, "atom")


def _element(n: Normaliser, expr: sp.Expr) -> Ratio:
    """x[1 + k] and x[k + 1] are one kernel, as are x[2*k - k] and x[k]."""
    return n.opaque(expr.base[tuple(n.expr(index) for index in expr.indices)], "atom")


def _add(n: Normaliser, expr: sp.Expr) -> Ratio:
    """Terms over the same denominator are added first: what cancels does not meet other denominators."""
    by_denominator: dict[str, Ratio] = {}
    for coefficient, term in _terms(expr, Fraction(1)):
        value = n.ratio(term).times(coefficient)
        key = str(value.den)
        by_denominator[key] = by_denominator[key] + value if key in by_denominator else value
    total = n.table.number(0)
    for value in by_denominator.values():
        total = total + value
    return total


def _terms(expr: sp.Expr, coefficient: Fraction) -> Iterator[tuple[Fraction, sp.Expr]]:
    """The terms of a sum of sums and of rational multiples of sums."""
    if expr.is_Add:
        for term in expr.args:
            yield from _terms(term, coefficient)
        return
    numbers = [factor for factor in expr.args if factor.is_Rational] if expr.is_Mul else []
    rest = [factor for factor in expr.args if not factor.is_Rational] if numbers else []
    if len(rest) == 1:
        for number in numbers:
            coefficient = coefficient * Fraction(int(number.p), int(number.q))
        yield from _terms(rest[0], coefficient)
    else:
        yield coefficient, expr


def _mul(n: Normaliser, expr: sp.Expr) -> Ratio:
    total = n.ratio(expr.args[0])
    for factor in expr.args[1:]:
        total = total * n.ratio(factor)
    return total


def _undefined(n: Normaliser, expr: sp.Expr) -> Ratio:
    raise Undefined(f"{expr} is not a real number")


def _inexact(n: Normaliser, expr: sp.Expr) -> Ratio:
    raise NotProved("a floating-point number is not exact")


RULES: dict[str, Rule] = {
    **dict.fromkeys(("Zero", "One", "NegativeOne", "Half", "Integer", "Rational"), _number),
    **dict.fromkeys(("Symbol", "Dummy", "Pi"), _atom),
    "Indexed": _element,
    "Add": _add,
    "Mul": _mul,
    **dict.fromkeys(("NaN", "ComplexInfinity", "Infinity", "NegativeInfinity", "ImaginaryUnit"), _undefined),
    "Float": _inexact,
}
