"""One-hot and simplex groups over a range: the last index of ``t[m, j]`` runs through the group.

    sum of t[j] over the group = 1        t[i]*t[j] = delta(i, j)*t[i]        f(t) = sum of t[j]*f(e_j)   one-hot

``e_j`` has a 1 at place j and 0 elsewhere; the last rule takes a whole vector out of a logarithm or a product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from lossproof.referee.indices.context import Context
from lossproof.referee.indices.expressions import BINDERS, Range, base_and_exponent, binder, spread, variables
from lossproof.referee.indices.substitute import map_elements
from lossproof.referee.indices.summation import Outcome, Summation

_MOST_LEFT_OUT = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One vector of a group: ``t[leading..., low..high]``."""

    base: sp.IndexedBase
    leading: tuple[sp.Expr, ...]
    low: sp.Expr
    high: sp.Expr

    def at(self, place: sp.Expr) -> sp.Expr:
        """The member at a place."""
        return self.base[(*self.leading, place)]


def row_of(element: sp.Basic, context: Context, kinds: tuple[str, ...] = ("one-hot",)) -> Row | None:
    """The group's vector that an element belongs to, if its place is proved to be in the range."""
    if not isinstance(element, sp.Indexed):
        return None
    group = context.facts.group(element)
    if group is None or group.kind not in kinds or group.low is None:
        return None
    low, high = context.facts.group_range(group)
    *leading, place = element.indices
    inside = context.at_least_zero(place - low) is True and context.at_least_zero(high - place) is True
    return Row(element.base, tuple(leading), low, high) if inside else None


def pair_of_one_hot(factors: tuple[sp.Expr, ...], context: Context) -> sp.Expr | None:
    """``t[i]*t[j] = delta(i, j)*t[i]``"""
    members = [(f, row) for f in factors if (row := row_of(f, context)) is not None]
    for n, (first, row) in enumerate(members):
        for second, other in members[n + 1 :]:
            if row == other:
                rest = [f for f in factors if f != second]
                return sp.Mul(sp.KroneckerDelta(first.indices[-1], second.indices[-1]), *rest)
    return None


def group_total(summation: Summation, context: Context) -> Outcome | None:
    """A group adds up to 1 over its range; over nearly all of it, to 1 less what is left out."""
    if len(summation.ranges) != 1 or not isinstance(summation.body, sp.Indexed):
        return None
    element, (r,) = summation.body, summation.ranges
    row = row_of(element, context.open(r), ("one-hot", "simplex"))
    if row is None or element.indices[-1] != r.index or any(r.index in variables(i) for i in row.leading):
        return None
    before, after = spread(r.low - row.low), spread(row.high - r.high)
    few = all(n.is_Integer and 0 <= n <= _MOST_LEFT_OUT for n in (before, after))
    if not few or context.at_least_zero(r.length) is not True:
        return None
    left_out = [row.low + step for step in range(int(before))] + [row.high - step for step in range(int(after))]
    return ((sp.S.One - sp.Add(*(row.at(spread(place)) for place in left_out)), ()),)


def by_members(kernel: sp.Expr, context: Context) -> sp.Expr | None:
    """``f(t) = sum of t[j]*f(e_j)`` for the first one-hot vector that a sum or product inside runs over."""
    rows = sorted(summed_rows(kernel, context), key=str)
    return _over_members(kernel, rows[0], context) if rows else None


def product_by_members(factors: tuple[sp.Expr, ...], context: Context) -> sp.Expr | None:
    """A product whose factors depend on one one-hot vector more than once is taken member by member."""
    rows = {row for f in factors for row in summed_rows(f, context)}
    for row in sorted(rows, key=str):
        if sum(abs(base_and_exponent(f)[1]) for f in factors if _mentions(f, row)) > 1:
            return _over_members(sp.Mul(*factors), row, context)
    return None


def _over_members(expr: sp.Expr, row: Row, context: Context) -> sp.Expr | None:
    place = context.fresh()
    unit = map_elements(
        expr,
        lambda element: sp.KroneckerDelta(element.indices[-1], place) if _belongs(element, row) else None,
        frozenset((place,)),
    )
    return binder(sp.Sum, row.at(place) * unit, (place, row.low, row.high))


def _belongs(element: sp.Indexed, row: Row) -> bool:
    return element.base == row.base and element.indices[:-1] == row.leading


def _mentions(expr: sp.Basic, row: Row) -> bool:
    return any(_belongs(element, row) for element in expr.atoms(sp.Indexed))


def summed_rows(expr: sp.Basic, context: Context) -> set[Row]:
    """The one-hot vectors that a sum or product in ``expr`` runs over, each with all its places in the range."""
    if not context.facts.assumptions.groups:
        return set()
    found: dict[Row, bool] = {}
    outside: set[tuple[sp.Basic, ...]] = set()
    for element, inside in _elements(expr, context):
        row = row_of(element, inside)
        leading = (element.base, *element.indices[:-1])
        if row is None or any(variables(i) - variables(expr) for i in row.leading):
            outside.add(leading)
        else:
            found[row] = found.get(row, False) or inside.ranges != context.ranges
    return {row for row, summed in found.items() if summed and (row.base, *row.leading) not in outside}


def _elements(expr: sp.Basic, context: Context) -> Iterator[tuple[sp.Indexed, Context]]:
    """Every element of a group in ``expr``, with the place where it stands."""
    if isinstance(expr, sp.Indexed):
        if context.facts.group(expr) is not None:
            yield expr, context
        return
    if isinstance(expr, BINDERS):
        context = context.open(*(Range(*limit) for limit in reversed(expr.limits)))
    for argument in expr.args:
        yield from _elements(argument, context)
