"""Canonical names of bound indices, so that equal sums are structurally equal.

    sum over l, k of a[l]*q[l, k]   ->   Sum(a[_1]*q[_1, _2], (_1, ...), (_2, ...))

Indices are named by what they do in the body; where two do the same, every order is tried and the smallest
text wins. Numbers count from the innermost sum, so that a kernel reads the same wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, permutations, product

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import total
from lossproof.referee.sums.deltas import ordered_pair
from lossproof.referee.sums.expressions import (
    Bracket,
    Range,
    canonical_index,
    key,
    replace_free,
    variables,
)
from lossproof.referee.sums.summation import Outcome, Summation

_MOST_ORDERS = 48


def named(summation: Summation) -> Summation:
    """The same sum with canonical index names, outermost range last to be named."""
    height = _height(summation.body)
    orders = list(_orders(summation))[:_MOST_ORDERS]
    return min((_renamed(summation, order, height) for order in orders), key=_text)


def _height(body: sp.Expr) -> int:
    """The largest number of a canonical index that is bound inside the body."""
    names = (symbol.name for symbol in body.atoms(sp.Symbol))
    return max((int(name[1:]) for name in names if name.startswith("_") and name[1:].isdigit()), default=0)


def _orders(summation: Summation) -> Iterator[tuple[Range, ...]]:
    """Every order of the ranges in which indices that do different things keep their places."""
    if len(summation.ranges) == 1:
        yield summation.ranges
        return
    texts = roles(summation)
    role = {r: (texts[r], key(r.low, True), key(r.high, True)) for r in summation.ranges}
    alike = [tuple(group) for _, group in groupby(sorted(summation.ranges, key=role.__getitem__), role.__getitem__)]
    for choice in product(*(permutations(group) for group in alike)):
        yield tuple(r for group in choice for r in group)


def roles(summation: Summation) -> dict[Range, str]:
    """What each index does: the factors it stands in, itself marked and the other indices hidden."""
    if len(summation.ranges) == 1:
        return {summation.ranges[0]: ""}
    return {r: _role(summation, r.index) for r in summation.ranges}


def _role(summation: Summation, index: sp.Symbol) -> str:
    marked = {index: sp.Symbol("@", integer=True)}
    factors = (f for f in summation.factors if index in variables(f))
    return " ".join(sorted(key(replace_free(f, marked), True) for f in factors))


def _renamed(summation: Summation, order: tuple[Range, ...], height: int) -> Summation:
    names = {r.index: canonical_index(height + 1 + place) for place, r in enumerate(order)}
    ranges = tuple(
        Range(names[r.index], replace_free(r.low, names), replace_free(r.high, names)) for r in reversed(order)
    )
    return Summation(replace_free(summation.body, names), ranges)


def _text(summation: Summation) -> tuple[str, ...]:
    ends = (key(end) for r in reversed(summation.ranges) for end in (r.low, r.high))
    return (key(summation.body), *ends)


def order_of_a_pair(summation: Summation, context: Context) -> Outcome | None:
    """``[i < j] = 1 - [j < i] - delta(i, j)``: of the two ways to order a pair, one is canonical.

    Where both ways read the same, the sum over ordered pairs is half of all pairs without the diagonal.
    """
    pair = ordered_pair(summation)
    if pair is None or pair[3] != -1:
        return None
    factor, i, j, _ = pair
    rest = [f for f in summation.factors if f != factor]
    mirrored = summation.with_body((*rest, Bracket(j - i - 1)))
    here, there = _text(named(summation)), _text(named(mirrored))
    if here < there or not all(total(f, context.open(*summation.ranges)) for f in rest):
        return None
    everything = (sp.S.One, (summation.with_body(rest),))
    diagonal = (-sp.S.One, (summation.with_body((*rest, sp.KroneckerDelta(i, j))),))
    if here > there:
        return (everything, diagonal, (-sp.S.One, (mirrored,)))
    half = sp.Rational(1, 2)
    return ((half, everything[1]), (-half, diagonal[1]))
