"""Putting values in without letting SymPy evaluate: its constructors of Max, Abs and powers compare and factor.

put_in(Max(x, y), {x: 0})  ->  Max(0, y)          as it stands
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from lossproof.referee.sums.expressions import BINDERS, rebuilt, replace_free

_PLAIN = (sp.Tuple, sp.logic.boolalg.BooleanFunction, sp.Piecewise)


def put_in(expr: sp.Basic, values: Mapping[sp.Expr, sp.Expr]) -> sp.Basic:
    """``expr`` with free symbols and free elements of data replaced; bound indices are left alone."""
    if expr in values:
        return values[expr]
    if not expr.args or not values:
        return expr
    if isinstance(expr, (*BINDERS, sp.Indexed)):
        return replace_free(expr, values)
    args = tuple(put_in(argument, values) for argument in expr.args)
    if args == expr.args:
        return expr
    return rebuilt(expr, args) if isinstance(expr, _PLAIN) else expr.func(*args, evaluate=False)
