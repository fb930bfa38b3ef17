"""Conditions on indices as polynomials in deltas and brackets.

Piecewise((a, i < k), (b, True)) = [k - i - 1 >= 0]*a + (1 - [k - i - 1 >= 0])*b
"""

from __future__ import annotations

from functools import reduce
from operator import mul

import sympy as sp

from lossproof.notation.into_sympy import piecewise
from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import total
from lossproof.referee.sums.expressions import Bracket, slope, spread, variables

_BOUND = "_"
_WIDEST_STEP = 4


def decided(expr: Bracket, context: Context) -> sp.Expr:
    """``[e >= 0]`` decided, or in canonical form."""
    found = _decided(context.normal(expr.args[0]), context)
    return found if found.is_number or isinstance(found, Bracket) else context.normal(found)


def _decided(inside: sp.Expr, context: Context) -> sp.Expr:
    holds = context.at_least_zero(inside)
    if holds is not None:
        return sp.S.One if holds else sp.S.Zero
    if context.less(inside, 0) is True:
        return sp.S.Zero
    return Bracket(inside) if any(v.name.startswith(_BOUND) for v in variables(inside)) else _of_parameters(inside)


def _of_parameters(inside: sp.Expr) -> sp.Expr:
    """``[e + c >= 0] = [e >= 0]`` with whole diagonals added or taken away, the first symbol of e positive."""
    first = min(variables(inside), key=lambda symbol: symbol.name)
    if (slope(inside, first) or 0) < 0:
        return 1 - _of_parameters(spread(-inside - 1))
    offset = inside.as_coeff_Add()[0]
    if offset == 0 or not offset.is_Integer or abs(offset) > _WIDEST_STEP:
        return Bracket(inside)
    rest = inside - offset
    steps, sign = (range(-int(offset), 0), 1) if offset > 0 else (range(-int(offset)), -1)
    return Bracket(rest) + sign * sp.Add(*(sp.KroneckerDelta(rest, step) for step in steps))


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


def before_switch(expr: sp.Piecewise, context: Context) -> sp.Expr | None:
    """``f*Piecewise((1, c), (0, True))`` for ``Piecewise((f, c), (0, True))``, where ``f`` has a value everywhere."""
    values = {value for value, _ in expr.args} - {sp.S.Zero}
    if len(values) != 1 or len(expr.args) == 1 or expr.args[-1].cond != sp.true:
        return None
    (value,) = values
    if value == 1 or not total(value, context):
        return None
    return value * piecewise((sp.S.Zero if each == 0 else sp.S.One, condition) for each, condition in expr.args)


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
