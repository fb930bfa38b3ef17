"""Geometric sums.

sum of q^i for i = 0..n = (q^(n+1) - 1)/(q - 1)     q != 1 by the facts, or because something is divided by q - 1
q * sum of q^i = sum of q^i + q^(n+1) - 1           always
"""

from __future__ import annotations

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import may_leave
from lossproof.referee.sums.expressions import Range, factors_of, replace_free, spread, terms_of, variables
from lossproof.referee.sums.fractions import inverse, monomial
from lossproof.referee.sums.summation import Outcome, Summation


def is_power_of(factor: sp.Expr, index: sp.Symbol) -> bool:
    """Whether ``factor`` is ``b^(t*index)`` with b and t free of the index."""
    base, exponent = factor.as_base_exp()
    return index not in variables(base) and index not in variables(sp.cancel(exponent / index))


def ratio(body: sp.Expr, r: Range) -> sp.Expr | None:
    """The q of a body ``q^i`` that runs from 0; None for anything else."""
    powers = body != 1 and r.low == 0 and all(is_power_of(f, r.index) for f in factors_of(body))
    return replace_free(body, {r.index: sp.S.One}) if powers else None


def closed_form(summation: Summation, context: Context) -> Outcome | None:
    """The sum in closed form where the facts say that q is not 1."""
    if len(summation.ranges) != 1:
        return None
    (r,) = summation.ranges
    q = ratio(summation.body, r)
    if q is None or context.at_least_zero(r.high + 1) is not True or context.facts.is_nonzero(q - 1) is not True:
        return None
    return ((_closed(summation.body, r, q), ()),) if may_leave((q,), (r,), context) else None


def _closed(body: sp.Expr, r: Range, q: sp.Expr) -> sp.Expr:
    return (_last(body, r) - 1) * inverse(spread(q - 1))


def _last(body: sp.Expr, r: Range) -> sp.Expr:
    return replace_free(body, {r.index: r.high + 1})


def times_ratio(factors: tuple[sp.Expr, ...], context: Context) -> sp.Expr | None:
    """A geometric sum that is multiplied by its ratio, or divided by its ratio less 1."""
    for kernel in factors:
        if not isinstance(kernel, sp.Sum) or len(kernel.limits) != 1:
            continue
        r = Range(*kernel.limits[0])
        q = ratio(kernel.function, r)
        if q is None or context.at_least_zero(r.high + 1) is not True:
            continue
        rest = sp.Mul(*(f for f in factors if f != kernel))
        if _divided_by(rest, spread(q - 1)):
            return rest * _closed(kernel.function, r, q)
        if _has_factor(rest, q):
            return rest / q * (kernel + _last(kernel.function, r) - 1)
    return None


def _divided_by(rest: sp.Expr, divisor: sp.Expr) -> bool:
    below = monomial(rest).compounds
    return any(below.get(d, 0) < 0 for d in (divisor, spread(-divisor)))


def _has_factor(rest: sp.Expr, q: sp.Expr) -> bool:
    """Whether the monomial ``rest`` holds every power that stands in ``q``, with the same sign."""
    if len(terms_of(q)) != 1:
        return False
    there, wanted = monomial(rest).powers, monomial(q).powers
    return bool(wanted) and all(there.get(k, 0) * n > 0 and abs(there[k]) >= abs(n) for k, n in wanted.items())
