"""Replacing elements of data wherever they stand, under sums too, without catching an index.

sum(log(P[m]), m, 0, M-1) with 1 - x[m] for P[m]  ->  sum(log(1 - x[m]), m, 0, M-1)
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from lossproof.referee.sums.expressions import BINDERS, binder, fresh_index, rebuilt, replace_free

Image = Callable[[sp.Indexed], "sp.Expr | None"]
"""What an element becomes; None leaves it."""


def map_elements(expr: sp.Basic, image: Image, free: frozenset[sp.Symbol]) -> sp.Basic:
    """Put ``image(element)`` for every element of data; ``free`` are the symbols that images bring along."""
    if not expr.args or expr.is_Symbol:
        return expr
    if isinstance(expr, sp.Indexed):
        element = expr.base[tuple(map_elements(index, image, free) for index in expr.indices)]
        found = image(element)
        return element if found is None else found
    if isinstance(expr, BINDERS):
        expr = _renamed(expr, free)
    args = tuple(map_elements(argument, image, free) for argument in expr.args)
    return rebuilt(expr, args)


def _renamed(expr: sp.Expr, free: frozenset[sp.Symbol]) -> sp.Expr:
    """The same sum with bound indices that are not among ``free``."""
    for index in [limit[0] for limit in expr.limits if limit[0] in free]:
        expr = _with_bound(expr, index, fresh_index(index, (expr, *free)))
    return expr


def _with_bound(expr: sp.Expr, old: sp.Symbol, new: sp.Symbol) -> sp.Expr:
    """``old`` bound under the name ``new``: in the body and in the bounds of limits further in."""
    limits, inside = [], True
    for index, low, high in expr.limits:
        if index == old:
            limits.append((new, low, high))
            inside = False
        elif inside:
            limits.append((index, replace_free(low, {old: new}), replace_free(high, {old: new})))
        else:
            limits.append((index, low, high))
    return binder(type(expr), replace_free(expr.function, {old: new}), *limits)
