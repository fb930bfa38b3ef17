"""Where is an expression proved to have a value? What may be moved to a place where it did not stand before.

    delta(i, k)*f(i) = delta(i, k)*f(k)        f(k) has a value for every i, not for i = k alone
    sum of c*f(i)    = c * sum of f(i)         c has a value, or the range is not empty
    f(y)             = (1 - y)*f(0) + y*f(1)   f(0) and f(1) both have values

A rule that puts an expression where it was not evaluated before asks `total` first: otherwise the new side has no
value at points where the old one has, and nothing is proved there.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp
from sympy.core.relational import Relational

from lossproof.notation.functions import called, demands
from lossproof.referee.facts.facts import Facts
from lossproof.referee.sums.context import Context, Session
from lossproof.referee.sums.expressions import BINDERS, Bracket, Range, variables

Moving = frozenset[sp.Symbol]


def total(expr: sp.Basic, context: Context, moving: Moving | None = None) -> bool:
    """Is ``expr`` proved to have a value wherever the facts hold and its indices run?

    With ``moving``: has it one for all values of these symbols, or for none of them?
    """
    if moving is not None and not variables(expr) & moving:
        return True
    if isinstance(expr, BINDERS):
        return _total_over_ranges(expr, context, moving)
    if isinstance(expr, sp.Indexed):
        return all(context.is_integer(index) and total(index, context, moving) for index in expr.indices)
    if isinstance(expr, sp.Piecewise):
        parts = (part for pair in expr.args for part in pair.args)
        return expr.args[-1].cond == sp.true and _all_total(parts, context, moving)
    return _has_value(expr, context) and _all_total(expr.args, context, moving)


def defined_along(expr: sp.Expr, symbol: sp.Symbol, facts: Facts) -> bool:
    """Is ``expr`` proved to have a value for all values of ``symbol``, or for none?"""
    nowhere = Context(facts, Session(lambda inside, facts: inside, lambda inside, context: inside))
    return total(expr, nowhere, frozenset((symbol,)))


def _all_total(parts: Iterable[sp.Basic], context: Context, moving: Moving | None = None) -> bool:
    return all(total(part, context, moving) for part in parts)


def _total_over_ranges(expr: sp.Expr, context: Context, moving: Moving | None) -> bool:
    for index, low, high in reversed(expr.limits):
        if not all(context.is_integer(end) and total(end, context, moving) for end in (low, high)):
            return False
        context = context.open(Range(index, low, high))
        if moving is not None and (variables(low) | variables(high)) & moving:
            moving = moving | {index}
    return total(expr.function, context, moving)


def _has_value(expr: sp.Basic, context: Context) -> bool:
    """Whether the node has a value where its arguments have one."""
    if isinstance(expr, sp.exp) or not expr.args:
        return not expr.has(sp.zoo, sp.nan, sp.oo, -sp.oo, sp.I)
    if isinstance(expr, sp.Pow):
        return _is_defined_power(expr.base, expr.exp, context)
    if (found := called(expr)) is not None:
        return all(_holds(demand, strict, context) for demand, strict in demands(*found))
    if isinstance(expr, sp.polygamma):
        return context.is_positive(expr.args[1])
    return expr.is_Add or expr.is_Mul or isinstance(expr, Bracket | Relational | sp.And | sp.Or | sp.Not)


def _holds(demand: sp.Expr, strict: bool, context: Context) -> bool:
    return context.is_positive(demand) if strict else context.at_least_zero(demand) is True


def _is_defined_power(base: sp.Expr, exponent: sp.Expr, context: Context) -> bool:
    """b^n for whole n >= 0 or b != 0; b^a for b > 0, or b >= 0 and a > 0."""
    if context.is_integer(exponent):
        return context.at_least_zero(exponent) is True or context.is_nonzero(base)
    return context.is_positive(base) or (context.is_positive(exponent) and context.at_least_zero(base) is True)


def may_leave(factors: Iterable[sp.Expr], ranges: Iterable[Range], context: Context) -> bool:
    """May ``factors`` leave the sum over ``ranges``: do they have values even where nothing is added?"""
    return _all_total(factors, context) or nonempty(ranges, context)


def nonempty(ranges: Iterable[Range], context: Context) -> bool:
    """Is there something to add for all ``ranges``, outermost first?"""
    for r in ranges:
        if context.at_least_zero(r.high - r.low) is not True:
            return False
        context = context.open(r)
    return True
