"""Rules about ranges: empty, short, dependent, narrowed by a bracket, shifted, reversed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import total
from lossproof.referee.sums.expressions import (
    Bracket,
    Range,
    base_and_exponent,
    bracketed,
    key,
    replace_free,
    slope,
    spread,
    variables,
)
from lossproof.referee.sums.summation import Outcome, Summation, alone, split_factors

MOST_WRITTEN_OUT = 6


def empty_range(summation: Summation, context: Context) -> Outcome | None:
    """``high < low`` for one of the ranges: nothing is added."""
    inside = context
    for r in summation.ranges:
        if inside.less(r.high, r.low) is True:
            return ()
        inside = inside.open(r)
    return None


def few_terms(summation: Summation, context: Context) -> Outcome | None:
    """A range of known small length is written out."""
    for r in summation.ranges:
        if r.length.is_Integer and 1 <= r.length <= MOST_WRITTEN_OUT:
            places = [spread(r.low + step) for step in range(int(r.length))]
            return tuple((sp.S.One, (summation.without(r.index, place),)) for place in places)
    return None


def dependent_range(summation: Summation, context: Context) -> Outcome | None:
    """A bound that moves with another index becomes a fixed one and a bracket."""
    for r in summation.ranges:
        if not (variables(r.low) | variables(r.high)) & summation.indices:
            continue
        low, high = _extreme(r.low, summation, -1), _extreme(r.high, summation, 1)
        if low is None or high is None:
            return None
        kept = [Bracket(spread(e)) for e in _moving(r, summation)]
        widened = summation.with_range(Range(r.index, low, high))
        if not total(summation.body, context.open(*widened.ranges)):
            return None
        return alone(widened.with_body((*summation.factors, *kept), True))
    return None


def _moving(r: Range, summation: Summation) -> Iterator[sp.Expr]:
    if variables(r.low) & summation.indices:
        yield r.index - r.low
    if variables(r.high) & summation.indices:
        yield r.high - r.index


def _extreme(bound: sp.Expr, summation: Summation, direction: int) -> sp.Expr | None:
    """The largest (1) or smallest (-1) value of a bound while the indices in it run, as a fixed expression."""
    for _ in range(len(summation.ranges)):
        moving = sorted(variables(bound) & summation.indices, key=lambda symbol: symbol.name)
        if not moving:
            return bound
        rate = slope(bound, moving[0])
        if rate is None:
            return None
        outer = summation.range_of(moving[0])
        end = outer.high if rate * direction > 0 else outer.low
        bound = spread(replace_free(bound, {moving[0]: end}))
    return None if variables(bound) & summation.indices else bound


def narrowing_bracket(summation: Summation, context: Context) -> Outcome | None:
    """``[i >= a]`` with a fixed ``a`` inside a sum over i cuts the range."""
    for factor in summation.factors:
        inside = bracketed(factor)
        moving = variables(inside) & summation.indices if inside is not None else frozenset()
        if inside is None or len(moving) != 1:
            continue
        r = summation.range_of(next(iter(moving)))
        narrowed = _narrowed(r, inside, context)
        if narrowed is not None:
            rest = [f for f in summation.factors if f != factor]
            return alone(summation.with_range(narrowed).with_body(rest))
    return None


def _narrowed(r: Range, inside: sp.Expr, context: Context) -> Range | None:
    """``r`` cut by ``inside >= 0``, where it is known which of the two bounds is the tighter one."""
    rate = slope(inside, r.index)
    if rate not in (1, -1):
        return None
    end = spread(r.index - rate * inside)
    if rate == 1:
        if context.at_least_zero(end - r.low) is True:
            return Range(r.index, end, r.high)
        return r if context.at_least_zero(r.low - end) is True else None
    if context.at_least_zero(r.high - end) is True:
        return Range(r.index, r.low, end)
    return r if context.at_least_zero(end - r.high) is True else None


def shift_or_reverse(summation: Summation, context: Context) -> Outcome | None:
    """The index is chosen so that the first data element reads ``x[i]``: x[m-1], x[M-1-m] move the range."""
    for r in summation.ranges:
        if any(r.index in variables(other.low) | variables(other.high) for other in summation.ranges):
            continue
        found = list(_places_of(summation, r.index))
        wanted = min((place.name for place in found), default="")
        candidates = [(p.rate, p.offset) for p in found if p.name == wanted and _is_movable(p, summation, context)]
        best = min(candidates, key=lambda move: _reads(found, *move), default=(1, sp.S.Zero))
        if _reads(found, *best) < _reads(found, 1, sp.S.Zero):
            return alone(_moved(summation, r, *best))
    return None


def slanted(summation: Summation, context: Context) -> Outcome | None:
    """``y[j - i]`` reads ``y[j]`` where j moves with i: fewer places with two indices in them, then."""
    for r in summation.ranges:
        if any((variables(other.low) | variables(other.high)) & summation.indices for other in summation.ranges):
            continue
        inside = context.open(*summation.ranges)
        for place in _places_of(summation, r.index):
            names = variables(place.offset) & summation.indices
            if place.rate in (1, -1) and names and inside.is_integer(place.offset):
                moved = _moved(summation, r, place.rate, place.offset)
                if _mixed(moved) < _mixed(summation):
                    rest = tuple(other for other in moved.ranges if other.index != r.index)
                    return alone(replace(moved, ranges=(*rest, moved.range_of(r.index))))
    return None


def _mixed(summation: Summation) -> int:
    """How many places of data hold more than one of the indices."""
    elements = (e for f in summation.factors if bracketed(f) is None for e in f.atoms(sp.Indexed))
    return sum(len(variables(spread(place)) & summation.indices) > 1 for e in elements for place in e.indices)


@dataclass(frozen=True, slots=True)
class Place:
    """One place ``rate*i + offset`` where an index stands; ``name`` says in what, ``role`` how it is used there."""

    name: str
    role: str
    rate: sp.Rational
    offset: sp.Expr


def _places_of(summation: Summation, index: sp.Symbol) -> Iterator[Place]:
    for factor in summation.factors:
        base, exponent = base_and_exponent(factor)
        if bracketed(factor) is None and not (base == index and exponent > 0):
            for name, place in _places(factor, index):
                rate = slope(place, index)
                if rate is not None:
                    yield Place(name, f"{type(base).__name__}^{exponent}", rate, spread(place - rate * index))


def _is_movable(place: Place, summation: Summation, context: Context) -> bool:
    """Whether the place can become the index itself: its offset is a fixed whole number, its rate 1 or -1."""
    names = variables(place.offset)
    fixed = names <= variables(summation.body) and not names & summation.indices
    return place.rate in (1, -1) and fixed and context.is_integer(place.offset)


def _reads(places: list[Place], rate: sp.Rational, offset: sp.Expr) -> list[tuple[str, str, bool, bool, str]]:
    """How the places read, in order, when ``rate*i + offset`` is the index; rules compare this."""
    return sorted(_as_read(p, p.rate * rate, spread(p.offset - p.rate * rate * offset)) for p in places)


def _as_read(place: Place, rate: sp.Rational, offset: sp.Expr) -> tuple[str, str, bool, bool, str]:
    return place.name, place.role, bool(rate < 0), bool(offset != 0), key(offset, True)


def _moved(summation: Summation, r: Range, rate: sp.Rational, offset: sp.Expr) -> Summation:
    """``rate*i + offset`` becomes the new index, under the old name."""
    old = spread(rate * (r.index - offset))
    body = replace_free(summation.body, {r.index: old})
    ends = [spread(rate * end + offset) for end in (r.low, r.high)]
    low, high = ends if rate == 1 else reversed(ends)
    return Summation(body, summation.ranges, True).with_range(Range(r.index, low, high))


def _places(expr: sp.Basic, index: sp.Symbol) -> Iterator[tuple[str, sp.Expr]]:
    """Where ``index`` occurs: in data, sorted by its name, else in arguments and denominators."""
    if index not in variables(expr):
        return
    if isinstance(expr, sp.Indexed):
        for position, place in enumerate(expr.indices):
            if index in variables(place):
                yield f"data {expr.base.label} {position}", place
        return
    if isinstance(expr, sp.Expr) and slope(expr, index) is not None:
        yield "~", expr
        return
    for argument in expr.args:
        yield from _places(argument, index)


def start_at_zero(summation: Summation, context: Context) -> Outcome | None:
    """Powers ``r^i`` alone do not fix a start: the range begins at 0 and the power goes out."""
    for r in summation.ranges:
        having, _ = split_factors(summation, r.index)
        if r.low != 0 and having and all(_is_power_of_index(f, r.index) for f in having):
            return alone(_moved(summation, r, 1, -r.low))
    return None


def _is_power_of_index(factor: sp.Expr, index: sp.Symbol) -> bool:
    base, exponent = factor.as_base_exp()
    if base == index:
        return bool(exponent.is_Integer and exponent > 0)
    return index not in variables(base) and index not in variables(spread(exponent / index))
