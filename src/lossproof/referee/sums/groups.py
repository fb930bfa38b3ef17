"""One-hot and simplex groups over a range: the last index of ``t[m, j]`` runs through the group.

    sum of t[j] over the group = 1        t[i]*t[j] = delta(i, j)*t[i]        f(t) = sum of t[j]*f(e_j)   one-hot

``e_j`` has a 1 at place j and 0 elsewhere; the last rule takes a whole vector out of a logarithm or a product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import may_leave, total
from lossproof.referee.sums.expressions import BINDERS, Range, base_and_exponent, binder, spread, variables
from lossproof.referee.sums.replacing import map_elements
from lossproof.referee.sums.summation import Outcome, Summation, alone, split_factors

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


def vector_of(element: sp.Basic, context: Context, kinds: tuple[str, ...]) -> Row | None:
    """The group's vector that ``element`` has the name and the leading indices of."""
    group = context.facts.named_group(element) if isinstance(element, sp.Indexed) else None
    if group is None or group.kind not in kinds or group.low is None:
        return None
    return Row(element.base, tuple(element.indices[:-1]), *context.facts.group_range(group))


def row_of(element: sp.Basic, context: Context) -> Row | None:
    """The one-hot vector that an element belongs to, if its place is proved to be in the range."""
    row = vector_of(element, context, ("one-hot",))
    if row is None:
        return None
    place = element.indices[-1]
    inside = context.at_least_zero(place - row.low) is True and context.at_least_zero(row.high - place) is True
    return row if inside else None


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
    """A group adds up to 1 over its range; over nearly that range, to 1 less what is left out, plus what is added."""
    for r in summation.ranges:
        having, rest = split_factors(summation, r.index)
        others = tuple(other for other in summation.ranges if other != r)
        bounds = frozenset().union(*(variables(end) for other in others for end in (other.low, other.high)))
        found = _group_sum(having[0], r, context.open(*others)) if len(having) == 1 and r.index not in bounds else None
        if found is not None and may_leave(rest, (r,), context.open(*others)):
            return alone(Summation(sp.Mul(found, *rest), others, True))
    return None


def _group_sum(element: sp.Expr, r: Range, context: Context) -> sp.Expr | None:
    """The sum over ``r`` of one element of a group."""
    row = vector_of(element, context, ("one-hot", "simplex"))
    if row is None or element.indices[-1] != r.index or any(r.index in variables(i) for i in row.leading):
        return None
    lengths = (r.length, spread(row.high - row.low + 1))
    if not all(context.at_least_zero(length) is True for length in lengths):
        return None
    before = _between(row.low, r.low, row)
    after = _between(spread(r.high + 1), spread(row.high + 1), row)
    return None if before is None or after is None else sp.S.One - before - after


def _between(first: sp.Expr, end: sp.Expr, row: Row) -> sp.Expr | None:
    """The sum of the members from ``first`` to before ``end``, negative when ``end`` comes first; None if long."""
    count = spread(end - first)
    if not count.is_Integer or abs(count) > _MOST_LEFT_OUT:
        return None
    start = first if count > 0 else end
    total = sp.Add(*(row.at(spread(start + step)) for step in range(abs(int(count)))))
    return total if count > 0 else -total


def by_members(kernel: sp.Expr, context: Context) -> sp.Expr | None:
    """``f(t) = sum of t[j]*f(e_j)`` for the first one-hot vector that a sum or product inside runs over."""
    rows = sorted(summed_rows(kernel, context), key=str)
    return _over_members(kernel, rows[0], context) if rows else None


def product_by_members(factors: tuple[sp.Expr, ...], context: Context) -> sp.Expr | None:
    """A product whose factors depend on one one-hot vector more than once is taken member by member."""
    rows = {row for f in factors for row in summed_rows(f, context)}
    for row in sorted(rows, key=str):
        if sum(abs(base_and_exponent(f)[1]) for f in factors if _mentions(f, row)) > 1:
            found = _over_members(sp.Mul(*factors), row, context)
            if found is not None:
                return found
    return None


def _over_members(expr: sp.Expr, row: Row, context: Context) -> sp.Expr | None:
    """The sum over members, if every ``f(e_j)`` has a value and not only the one that counts."""
    unit, r = _at_a_member(expr, row, context)
    inside = context.open(r)
    unit = inside.normal(unit)
    return binder(sp.Sum, row.at(r.index) * unit, r.limit) if total(unit, inside) else None


def _at_a_member(expr: sp.Expr, row: Row, context: Context) -> tuple[sp.Expr, Range]:
    """``f(e_j)`` and the range of j."""
    place = context.fresh()
    unit = map_elements(
        expr,
        lambda element: sp.KroneckerDelta(element.indices[-1], place) if _belongs(element, row) else None,
        frozenset((place,)),
    )
    return unit, Range(place, row.low, row.high)


def at_a_member(expr: sp.Expr, context: Context) -> tuple[sp.Expr, Context] | None:
    """``f(e_j)`` for the first one-hot vector that a sum inside runs over, and the place with j in the range."""
    rows = sorted(summed_rows(expr, context), key=str)
    if not rows:
        return None
    unit, r = _at_a_member(expr, rows[0], context)
    inside = context.open(r)
    return inside.normal(unit), inside


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
        if context.facts.named_group(expr) is not None:
            yield expr, context
        return
    if isinstance(expr, BINDERS):
        context = context.open(*(Range(*limit) for limit in reversed(expr.limits)))
    for argument in expr.args:
        yield from _elements(argument, context)
