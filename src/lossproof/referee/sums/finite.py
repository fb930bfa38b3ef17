"""Quantities with finitely many values: data in {0, 1}, one-hot members, deltas, brackets.

f(y) = (1 - y)*f(0) + y*f(1)                  for y in {0, 1}; Lagrange's formula for any finite set
y^2 = y,   t[i]*t[j] = delta(i, j)*t[i],   delta(i, j)*f(i) = delta(i, j)*f(j)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import total
from lossproof.referee.sums.deltas import solution
from lossproof.referee.sums.expressions import (
    BINDERS,
    base_and_exponent,
    bracketed,
    key,
    replace_free,
    spread,
    undefined,
    variables,
)
from lossproof.referee.sums.groups import by_members

_BINARY = (sp.S.Zero, sp.S.One)
_MOST_VALUES = 6
MOST_ATOMS = 4
"""A function of more finite quantities than this is left alone: it would have too many cases."""


def values(atom: sp.Basic, context: Context) -> tuple[sp.Rational, ...] | None:
    """The finitely many values of a quantity, or None."""
    if isinstance(atom, sp.KroneckerDelta) or bracketed(atom) is not None:
        return _BINARY
    if not isinstance(atom, sp.Symbol | sp.Indexed) or not _declared(atom, context):
        return None
    found = context.facts.values(atom)
    return found if found is not None and 2 <= len(found) <= _MOST_VALUES else None


def _declared(atom: sp.Expr, context: Context) -> bool:
    """Whether a set or a group names ``atom``; sizes and indices are not told apart by their values."""
    return context.facts.group(atom) is not None or type(context.facts.domain(atom)).__name__ == "FiniteSet"


def finite_atoms(expr: sp.Basic, context: Context, bound: frozenset[sp.Symbol] = frozenset()) -> Iterator[sp.Expr]:
    """The finite quantities in ``expr`` that no inner sum binds."""
    if variables(expr) & bound and not expr.args:
        return
    if values(expr, context) is not None:
        if not variables(expr) & bound:
            yield expr
        return
    if isinstance(expr, BINDERS):
        bound = bound | {limit[0] for limit in expr.limits}
    if not isinstance(expr, sp.Indexed):
        for argument in expr.args:
            yield from finite_atoms(argument, context, bound)


def interpolated(kernel: sp.Expr, context: Context) -> sp.Expr | None:
    """``f(y)`` as a polynomial in the first finite quantity inside whose values all give f(value) a value."""
    whole = by_members(kernel, context)
    if whole is not None:
        return whole
    atoms = sorted(set(finite_atoms(kernel, context)), key=key)
    if len(atoms) > MOST_ATOMS or kernel in atoms:
        return None
    for atom in atoms:
        points = values(atom, context) or ()
        at = [_at(kernel, atom, point, context) for point in points]
        if not any(value is None for value in at):
            return sp.Add(*(value * basis(atom, points, k) for k, value in enumerate(at)))
    return None


def _at(kernel: sp.Expr, atom: sp.Expr, point: sp.Rational, context: Context) -> sp.Expr | None:
    value = replace_free(kernel, {atom: point})
    if undefined(value):
        return None
    value = context.normal(value)
    return value if total(value, context) else None


@lru_cache(maxsize=1 << 12)
def basis(atom: sp.Expr, points: tuple[sp.Rational, ...], place: int) -> sp.Expr:
    """Lagrange's polynomial: 1 where ``atom`` is the point at ``place``, 0 at the other points."""
    here = points[place]
    return spread(sp.Mul(*((atom - p) / (here - p) for p in points if p != here)))


@lru_cache(maxsize=1 << 12)
def _reduced_power(atom: sp.Expr, points: tuple[sp.Rational, ...], exponent: int) -> sp.Expr:
    """``atom^exponent`` as a polynomial of degree below the number of points."""
    return spread(sp.Add(*(p**exponent * basis(atom, points, k) for k, p in enumerate(points))))


def finite_power(factors: tuple[sp.Expr, ...], context: Context) -> sp.Expr | None:
    """``y^2 = y`` for y in {0, 1}: the degree stays below the number of values."""
    for factor in factors:
        base, exponent = base_and_exponent(factor)
        if exponent == 1 or not isinstance(exponent, sp.Integer):
            continue
        points = values(base, context)
        if points is not None and (exponent >= len(points) or (exponent < 0 and 0 not in points)):
            return sp.Mul(_reduced_power(base, points, int(exponent)), *(f for f in factors if f != factor))
    return None


def delta_substitutes(factors: tuple[sp.Expr, ...], context: Context) -> sp.Expr | None:
    """``delta(i, j)*f(i) = delta(i, j)*f(j)``, where f(j) has a value whatever i is"""
    for factor in factors:
        if not isinstance(factor, sp.KroneckerDelta):
            continue
        solved = solution(spread(factor.args[0] - factor.args[1]))
        if solved is not None and any(solved[0] in variables(f) for f in factors if f != factor):
            rest = [replace_free(f, {solved[0]: solved[1]}) for f in factors if f != factor]
            if all(total(f, context) for f in rest):
                return sp.Mul(factor, *rest)
    return None
