"""Expressions as rational functions of whatever is not arithmetic, without looking into functions."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from lossproof.referee.algebra.ratios import Kernel, Ratio, Table, TooLarge

_LARGEST_POWER = 24


def plain_ratio(expr: sp.Expr, table: Table) -> Ratio:
    """``expr`` over ``table``: sums, products and whole powers are carried out, all else is a kernel."""
    if expr.is_Rational:
        return table.number(Fraction(int(expr.p), int(expr.q)))
    if expr.is_Add or expr.is_Mul:
        first, *rest = (plain_ratio(argument, table) for argument in expr.args)
        for part in rest:
            first = first + part if expr.is_Add else first * part
        return first
    if expr.is_Pow and expr.exp.is_Integer and abs(expr.exp) <= _LARGEST_POWER:
        return plain_ratio(expr.base, table) ** int(expr.exp)
    return table.kernel(expr, lambda: Kernel("opaque", expr))


def proportional(a: sp.Expr, b: sp.Expr) -> bool:
    """Is ``a`` a rational multiple of ``b``, and neither of them zero?"""
    table = Table()
    try:
        first, second = plain_ratio(a, table), plain_ratio(b, table)
        return not first.is_zero and (first / second).constant is not None
    except (TooLarge, ZeroDivisionError):
        return False
