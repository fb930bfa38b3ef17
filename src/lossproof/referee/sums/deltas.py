"""Kronecker deltas and Iverson brackets: canonical form, picking a term, order of two indices."""

from __future__ import annotations

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import total
from lossproof.referee.sums.expressions import Bracket, Range, bracketed, slope, spread, variables
from lossproof.referee.sums.summation import Outcome, Summation, alone

_WIDEST_STEP = 4


def delta(a: sp.Expr, b: sp.Expr, context: Context) -> sp.Expr:
    """``delta(a, b)``, decided where the facts allow, else solved for its last index."""
    difference = spread(a - b)
    if difference.is_Rational:
        return sp.S.One if difference == 0 else sp.S.Zero
    if context.less(0, difference) is True or context.less(difference, 0) is True:
        return sp.S.Zero
    if context.at_least_zero(difference) is True and context.at_least_zero(-difference) is True:
        return sp.S.One
    solved = solution(difference)
    return sp.KroneckerDelta(a, b) if solved is None else sp.KroneckerDelta(*solved)


def solution(difference: sp.Expr) -> tuple[sp.Symbol, sp.Expr] | None:
    """(s, r) with ``difference = 0`` saying ``s = r``; bound indices are solved for first, inner before outer."""
    for symbol in sorted(variables(difference), key=_rank, reverse=True):
        rate = slope(difference, symbol)
        if rate in (1, -1):
            return symbol, spread(symbol - rate * difference)
    return None


def _rank(symbol: sp.Symbol) -> tuple[bool, int, str]:
    return symbol.name.startswith("_"), len(symbol.name), symbol.name


def delta_picks(summation: Summation, context: Context) -> Outcome | None:
    """``sum of delta(i, r)*f(i) = [low <= r <= high]*f(r)``"""
    for factor in summation.factors:
        if not isinstance(factor, sp.KroneckerDelta):
            continue
        difference = spread(factor.args[0] - factor.args[1])
        for r in reversed(summation.ranges):
            rate = slope(difference, r.index)
            if rate in (1, -1):
                value = spread(r.index - rate * difference)
                rest = [f for f in summation.factors if f != factor]
                return _picked(summation.with_body(rest), r, value, context)
    return None


def _picked(summation: Summation, r: Range, value: sp.Expr, context: Context) -> Outcome | None:
    others = context.open(*(other for other in summation.ranges if other != r))
    if not others.is_integer(value):
        return None
    kept = []
    for inside in (spread(value - r.low), spread(r.high - value)):
        holds = others.at_least_zero(inside)
        if holds is False:
            return ()
        if holds is None:
            kept.append(Bracket(inside))
    picked = summation.without(r.index, value)
    if kept and not total(picked.body, others):
        return None
    return alone(picked.with_body((*picked.factors, *kept)))


def decided_bracket(summation: Summation, context: Context) -> Outcome | None:
    """A bracket whose condition always, or never, holds in the ranges."""
    inside = context.open(*summation.ranges)
    for factor in summation.factors:
        condition = bracketed(factor)
        holds = None if condition is None else inside.at_least_zero(condition)
        if holds is not None:
            rest = [f for f in summation.factors if f != factor]
            return alone(summation.with_body(rest)) if holds else ()
        if condition is not None and inside.less(condition, 0) is True:
            return ()
    return None


def ordered_pair(summation: Summation) -> tuple[sp.Expr, sp.Symbol, sp.Symbol, int] | None:
    """(factor, i, j, c) for the only bracket ``[i - j + c >= 0]`` between two indices of the sum."""
    between = [(f, e) for f in summation.factors if (e := bracketed(f)) is not None and _between(e, summation)]
    if len(between) != 1:
        return None
    factor, inside = between[0]
    moving = sorted(variables(inside) & summation.indices, key=lambda symbol: slope(inside, symbol) or 0)
    rates = [slope(inside, symbol) for symbol in moving]
    if rates != [-1, 1]:
        return None
    later, earlier = moving
    offset = spread(inside - earlier + later)
    return (factor, earlier, later, int(offset)) if offset.is_Integer else None


def _between(inside: sp.Expr, summation: Summation) -> bool:
    return len(variables(inside) & summation.indices) == 2


def strict_order(summation: Summation, context: Context) -> Outcome | None:
    """``[j <= i + c]`` between two indices is ``[j < i]`` with whole diagonals added or taken away."""
    pair = ordered_pair(summation)
    if pair is None or pair[3] == -1 or abs(pair[3]) > _WIDEST_STEP:
        return None
    factor, i, j, offset = pair
    rest = [f for f in summation.factors if f != factor]
    if offset < 0 and not all(total(f, context.open(*summation.ranges)) for f in rest):
        return None
    steps, sign = (range(offset + 1), 1) if offset >= 0 else (range(offset + 1, 0), -1)
    diagonals = [(sp.Integer(sign), (summation.with_body((*rest, sp.KroneckerDelta(j, i + step))),)) for step in steps]
    return ((sp.S.One, (summation.with_body((*rest, Bracket(i - j - 1))),)), *diagonals)


def square_ranges(summation: Summation, context: Context) -> Outcome | None:
    """Over pairs ``j < i`` both indices may run through the same range: what is added is 0."""
    pair = ordered_pair(summation)
    if pair is None or pair[3] != -1:
        return None
    later, earlier = summation.range_of(pair[1]), summation.range_of(pair[2])
    starts = context.at_least_zero(earlier.low + 1 - later.low) is True
    ends = context.at_least_zero(earlier.high + 1 - later.high) is True
    low = earlier.low if starts else later.low
    high = later.high if ends else earlier.high
    squared = summation.with_range(Range(later.index, low, later.high))
    squared = squared.with_range(Range(earlier.index, earlier.low, high))
    if squared == summation or not total(summation.body, context.open(*squared.ranges)):
        return None
    return alone(squared)
