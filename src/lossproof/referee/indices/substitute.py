"""Replacing indexed data for every index.

substitute_indexed(sum(log(P[m]), m, 0, M-1), P[m], 1 - x[m])  ->  sum(log(1 - x[m]), m, 0, M-1)
P[k] becomes 1 - x[k], P[0] becomes 1 - x[0]
"""

from __future__ import annotations

import sympy as sp

from lossproof.referee.indices.expressions import BINDERS, fresh_index, replace_free, variables


def substitute_indexed(expr: sp.Expr, element: sp.Indexed, replacement: sp.Expr) -> sp.Expr:
    """Put ``replacement`` for ``element`` at every index, its letter exchanged for the index at each place.

    A symbol in the element's index stands for any index; what is not a symbol (``P[0]``) must be met exactly.
    Bound indices of ``expr`` that occur free in the replacement are renamed first, so that nothing is captured.
    """
    letters = {index for index in element.indices if isinstance(index, sp.Symbol)}
    return _substituted(expr, element, replacement, variables(replacement) - letters)


def _substituted(expr: sp.Basic, element: sp.Indexed, replacement: sp.Expr, free: frozenset[sp.Symbol]) -> sp.Basic:
    if isinstance(expr, sp.Indexed) and expr.base == element.base and len(expr.indices) == len(element.indices):
        met = _match(element, tuple(_substituted(i, element, replacement, free) for i in expr.indices))
        if met is not None:
            return replace_free(replacement, met)
    if not expr.args or expr.is_Symbol:
        return expr
    if isinstance(expr, sp.Indexed):
        return expr.base[tuple(_substituted(index, element, replacement, free) for index in expr.indices)]
    if isinstance(expr, BINDERS):
        expr = _renamed(expr, free, (element, replacement))
    args = tuple(_substituted(argument, element, replacement, free) for argument in expr.args)
    return expr if args == expr.args else expr.func(*args)


def _match(element: sp.Indexed, indices: tuple[sp.Expr, ...]) -> dict[sp.Basic, sp.Basic] | None:
    """What the letters of ``element`` stand for at these indices; None when they do not fit."""
    met: dict[sp.Basic, sp.Basic] = {}
    for letter, index in zip(element.indices, indices, strict=True):
        if isinstance(letter, sp.Symbol):
            if met.setdefault(letter, index) != index:
                return None
        elif letter != index:
            return None
    return met


def _renamed(expr: sp.Expr, free: frozenset[sp.Symbol], taken: tuple[sp.Expr, ...]) -> sp.Expr:
    """The same sum with bound indices that are not among ``free``."""
    for index in [limit[0] for limit in expr.limits if limit[0] in free]:
        new = fresh_index(index, (expr, *taken))
        expr = _with_bound(expr, index, new)
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
    return expr.func(replace_free(expr.function, {old: new}), *limits)
