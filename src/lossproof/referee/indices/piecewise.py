"""Conditions on indices as polynomials in deltas and brackets.

Piecewise((a, i < k), (b, True)) = [k - i - 1 >= 0]*a + (1 - [k - i - 1 >= 0])*b
"""

from __future__ import annotations

from functools import reduce
from operator import mul

import sympy as sp

from lossproof.referee.indices.context import Context
from lossproof.referee.indices.expressions import Bracket, slope, spread, variables
from lossproof.referee.indices.naming import total

_FREE_MARK = "_"


def decided(expr: Bracket, context: Context) -> sp.Expr:
    """``[e >= 0]`` decided, or in canonical form."""
    inside = context.normal(expr.args[0])
    holds = context.at_least_zero(inside)
    if holds is not None:
        return sp.S.One if holds else sp.S.Zero
    if context.less(inside, 0) is True:
        return sp.S.Zero
    if not any(v.name.startswith(_FREE_MARK) for v in variables(inside)) and _leads_negative(inside):
        return 1 - Bracket(spread(-inside - 1))
    return Bracket(inside)


def _leads_negative(inside: sp.Expr) -> bool:
    """Of ``[e >= 0]`` and ``1 - [-e - 1 >= 0]`` the one whose first symbol by name is positive is kept."""
    first = min(variables(inside), key=lambda symbol: symbol.name)
    return (slope(inside, first) or 0) < 0


def as_brackets(expr: sp.Piecewise, context: Context) -> sp.Expr | None:
    """Cases on indices as one polynomial, if every value is defined in every case; else None."""
    total_value, none_before = sp.S.Zero, sp.S.One
    for value, condition in expr.args:
        holds = _polynomial(condition, context)
        if holds is None or not total(value, context):
            return None
        total_value += none_before * holds * value
        none_before *= 1 - holds
    return total_value


def _polynomial(condition: sp.Basic, context: Context) -> sp.Expr | None:
    """1 where the condition holds and 0 elsewhere, from deltas and brackets."""
    if condition in (sp.true, sp.false):
        return sp.S.One if condition == sp.true else sp.S.Zero
    if isinstance(condition, sp.And | sp.Or | sp.Not):
        parts = [_polynomial(part, context) for part in condition.args]
        return None if None in parts else _JUNCTIONS[type(condition)](parts)
    rule = _COMPARISONS.get(type(condition))
    if rule is None:
        return None
    difference = spread(condition.lhs - condition.rhs)
    return rule(difference) if _on_indices(difference, context) else None


_JUNCTIONS = {
    sp.And: lambda parts: reduce(mul, parts),
    sp.Or: lambda parts: 1 - reduce(mul, [1 - part for part in parts]),
    sp.Not: lambda parts: 1 - parts[0],
}
_COMPARISONS = {
    sp.Eq: lambda d: sp.KroneckerDelta(d, 0),
    sp.Ne: lambda d: 1 - sp.KroneckerDelta(d, 0),
    sp.Ge: lambda d: Bracket(d),
    sp.Gt: lambda d: Bracket(d - 1),
    sp.Le: lambda d: Bracket(-d),
    sp.Lt: lambda d: Bracket(-d - 1),
}


def _on_indices(difference: sp.Expr, context: Context) -> bool:
    """Whether ``difference`` compares indices: integer, linear, with at least one index that runs in a range."""
    return context.is_affine_integer(difference) and any(
        context.facts.index_range(v) is not None for v in variables(difference)
    )
