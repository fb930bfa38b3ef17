"""Rules for numbers, atoms, sums and products: what a rational function is made of."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from lossproof.referee.algebra.ratios import Ratio
from lossproof.referee.proof.normal import Normaliser, Rule
from lossproof.referee.proof.record import NotProved, Undefined


def _number(n: Normaliser, expr: sp.Expr) -> Ratio:
    return n.table.number(Fraction(int(expr.p), int(expr.q)))


def _atom(n: Normaliser, expr: sp.Expr) -> Ratio:
    return n.opaque(expr, "atom")


def _add(n: Normaliser, expr: sp.Expr) -> Ratio:
    total = n.ratio(expr.args[0])
    for term in expr.args[1:]:
        total = total + n.ratio(term)
    return total


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
    **dict.fromkeys(("Symbol", "Dummy", "Indexed", "Pi", "EulerGamma"), _atom),
    "Add": _add,
    "Mul": _mul,
    **dict.fromkeys(("NaN", "ComplexInfinity", "Infinity", "NegativeInfinity", "ImaginaryUnit"), _undefined),
    "Float": _inexact,
}
