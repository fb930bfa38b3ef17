"""Products over symbolic ranges: positive ones become the exponential of a sum, others keep their factors apart.

prod of f(i) = exp(sum of log f(i))          f(i) > 0: the one canonical direction
prod of c*g(i)^n = c^(high-low+1) * (prod of g(i))^n
prod of |g(i)| = |prod of g(i)|
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sympy as sp

from lossproof.referee.sums import ends, naming, ranges
from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import may_leave
from lossproof.referee.sums.expressions import Range, binder, replace_free, spread, variables
from lossproof.referee.sums.functions_of_sums import Factor, is_positive, sign_of, split
from lossproof.referee.sums.summation import Summation

Multiplied = Callable[[Iterable[sp.Expr], Context], sp.Expr]
"""Multiplies normal forms out, at a place."""


def product(expr: sp.Product, context: Context, multiplied: Multiplied) -> sp.Expr:
    """The normal form of a product; one of several ranges is a product of products."""
    *inner, (index, low, high) = expr.limits
    r = Range(context.fresh(), context.normal(low), context.normal(high))
    function = binder(sp.Product, expr.function, *inner) if inner else expr.function
    body = context.open(r).argument(replace_free(function, {index: r.index}))
    whole = context.is_integer(r.low) and context.is_integer(r.high)
    found = _settled(body, r, context) if whole else [_kept(naming.named(Summation(body, (r,))), context)]
    context.note("product", binder(sp.Product, body, r.limit), sp.Mul(*found))
    return multiplied((context.normal(part) for part in found), context)


def _settled(body: sp.Expr, r: Range, context: Context) -> list[sp.Expr]:
    """The product as factors: written out, as exponential, constants to the length, irreducible products."""
    if context.less(r.high, r.low) is True:
        return [sp.S.One]
    if r.length.is_Integer and r.length <= ranges.MOST_WRITTEN_OUT:
        places = (spread(r.low + step) for step in range(int(r.length)))
        return [replace_free(body, {r.index: place}) for place in places]
    inside = context.open(r)
    if is_positive(body, inside):
        return [sp.exp(binder(sp.Sum, sp.log(body), r.limit))]
    content, factors = split(body, inside)
    constants = [_constant(value, r, context) for value in (sign_of(content), abs(content))]
    return constants + [_factor(factor, r, context) for factor in factors]


def _constant(value: sp.Expr, r: Range, context: Context) -> sp.Expr:
    """``prod of c = c^length``, where the length is proved not to be negative, and c has a value if it is 0."""
    if value == 1:
        return sp.S.One
    known = context.at_least_zero(r.length) is True and may_leave((value,), (r,), context)
    return value**r.length if known else _irreducible(value, r, context)


def _factor(factor: Factor, r: Range, context: Context) -> sp.Expr:
    base, exponent = factor.base, factor.exponent
    if factor.positive:
        return sp.exp(exponent * binder(sp.Sum, sp.log(base), r.limit))
    if not exponent.is_Integer:
        return _irreducible(base**exponent, r, context)
    if r.index not in variables(base):
        return _constant(base, r, context) ** exponent
    if isinstance(base, sp.Abs):
        return sp.Abs(_irreducible(base.args[0], r, context), evaluate=False) ** exponent
    return _irreducible(base, r, context) ** exponent


def _irreducible(factor: sp.Expr, r: Range, context: Context) -> sp.Expr:
    """A product that is only shifted, named, or split where another product of the same factors ends."""
    terms = Summation(factor, (r,))
    moved = ranges.shift_or_reverse(terms, context)
    if moved is not None:
        return _as_product(moved[0][1][0])
    canonical = naming.named(terms)
    points = context.session.lines.meet(("product", canonical.body), r, inward=True)
    for rule in (ends.moved_end, ends.split_at):
        parts = rule(terms, r, points, context)
        if parts is not None and all(sign == 1 for sign, _ in parts):
            return sp.Mul(*(_as_product(piece) for _, pieces in parts for piece in pieces))
    return _kept(canonical, context)


def _kept(terms: Summation, context: Context) -> sp.Expr:
    """A product that no rule touches again."""
    kernel = _as_product(terms)
    context.session.normal_forms[kernel, context.ranges] = kernel
    return kernel


def _as_product(terms: Summation) -> sp.Expr:
    return terms.body if not terms.ranges else binder(sp.Product, terms.body, *(r.limit for r in terms.ranges))
