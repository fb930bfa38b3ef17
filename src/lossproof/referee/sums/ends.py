"""Rules that bring sums of the same terms to common ends: `lines` plans the points, these rules go there.

sum over 1..M-1 = sum over 0..M-1 - x[0]        sum over 0..M-1 = sum over 0..k-1 + sum over k..M-1
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import total
from lossproof.referee.sums.expressions import Range, spread, variables
from lossproof.referee.sums.summation import Outcome, Summation

# A year of weeks and a little more.
_FURTHEST = 60


def moved_end(summation: Summation, r: Range, points: tuple[sp.Expr, ...], context: Context) -> Outcome | None:
    """A range whose end is in the class of a planned point is stretched or cut to it, the terms between added."""
    if any(r.index in variables(other.low) | variables(other.high) for other in summation.ranges):
        return None
    if context.at_least_zero(r.length) is not True:
        return None
    for point in points:
        for new, between, sign in _towards(r, point):
            if sign < 0 and not total(summation.body, context.open(*summation.with_range(between).ranges)):
                continue
            if context.at_least_zero(new.length) is True:
                places = (spread(between.low + step) for step in range(int(between.length)))
                terms = ((sp.Integer(sign), (summation.without(r.index, place),)) for place in places)
                return ((sp.S.One, (summation.with_range(new),)), *terms)
    return None


def _towards(r: Range, point: sp.Expr) -> Iterator[tuple[Range, Range, int]]:
    """(new range, the terms between, their sign) for each end of ``r`` that differs from ``point`` by a number."""
    below, above = spread(r.low - point), spread(point - r.high - 1)
    if below.is_Integer and 0 < abs(below) <= _FURTHEST:
        new = Range(r.index, point, r.high)
        first, last, sign = (point, r.low - 1, -1) if below > 0 else (r.low, point - 1, 1)
        yield new, Range(r.index, spread(first), spread(last)), sign
    if above.is_Integer and 0 < abs(above) <= _FURTHEST:
        new = Range(r.index, r.low, spread(point - 1))
        first, last, sign = (r.high + 1, point - 1, -1) if above > 0 else (point, r.high, 1)
        yield new, Range(r.index, spread(first), spread(last)), sign


def split_at(summation: Summation, r: Range, points: tuple[sp.Expr, ...], context: Context) -> Outcome | None:
    """A range that contains a planned point is split there."""
    for point in points:
        inside = point not in (r.low, spread(r.high + 1))
        if (
            inside
            and context.at_least_zero(point - r.low) is True
            and context.at_least_zero(r.high + 1 - point) is True
        ):
            below = summation.with_range(Range(r.index, r.low, spread(point - 1)))
            above = summation.with_range(Range(r.index, point, r.high))
            return ((sp.S.One, (below,)), (sp.S.One, (above,)))
    return None
