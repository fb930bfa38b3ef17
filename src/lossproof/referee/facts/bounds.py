"""Interval arithmetic with exact ends: between which numbers does an expression lie?

    bounds(1 - yp) = (0, 1)   for 0 < yp < 1
    bounds(exp(z)) = (0, oo)  for real z

An end is a rational number or infinite; an open end is not attained. Ends that are irrational are rounded
outwards, so that a bound is always true, if not always the best one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import parse
from lossproof.notation.function_domains import image
from lossproof.notation.functions import called, demands
from lossproof.referee.algebra.enclosure import NO_BOUND, Ends, enclosure, value

if TYPE_CHECKING:
    from lossproof.referee.facts.facts import Facts


@dataclass(frozen=True, slots=True)
class Bounds:
    """Numbers from ``low`` to ``high`` (None: no bound); an open end is not attained."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    def __neg__(self) -> Bounds:
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return Bounds(low, high, self.high_open, self.low_open)

    def __add__(self, other: Bounds) -> Bounds:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Bounds(low, high, self.low_open or other.low_open, self.high_open or other.high_open)

    def meet(self, other: Bounds) -> Bounds:
        """Both bounds at once."""
        low, low_open = _tighter(self.low, self.low_open, other.low, other.low_open, max)
        high, high_open = _tighter(self.high, self.high_open, other.high, other.high_open, min)
        return Bounds(low, high, low_open, high_open)

    @property
    def signs(self) -> frozenset[int]:
        """Which of -1, 0, 1 the sign can be."""
        negative = self.low is None or self.low < 0
        positive = self.high is None or self.high > 0
        zero = not (
            (self.low is not None and (self.low > 0 or (self.low == 0 and self.low_open)))
            or (self.high is not None and (self.high < 0 or (self.high == 0 and self.high_open)))
        )
        return frozenset(s for s, can in ((-1, negative), (0, zero), (1, positive)) if can)


ALL = Bounds()
POSITIVE = Bounds(Fraction(0), None, True)
NONNEGATIVE = Bounds(Fraction(0), None)


def exactly(value: Fraction | int) -> Bounds:
    """The one number ``value``."""
    return Bounds(Fraction(value), Fraction(value))


def product(a: Bounds, b: Bounds) -> Bounds:
    """``x*y`` for x in a and y in b."""
    if a == b == ALL:
        return ALL
    corners = [_corner(x, y) for x in _ends(a) for y in _ends(b)]
    low = min(corners, key=lambda end: (end[0], end[1]))
    high = max(corners, key=lambda end: (end[0], not end[1]))
    return Bounds(_finite(low[0]), _finite(high[0]), low[1], high[1])


def power(base: Bounds, exponent: int) -> Bounds:
    """``x^n`` for a positive integer n."""
    if exponent % 2 == 0 and base.signs >= {-1, 1}:
        top = max(_extent(base.low), _extent(base.high))
        return Bounds(Fraction(0), _finite(top**exponent if top != _INFINITE else top))
    ends = [
        (None if end is None else end**exponent, is_open)
        for end, is_open in ((base.low, base.low_open), (base.high, base.high_open))
    ]
    if exponent % 2 == 0 and 1 not in base.signs:
        ends.reverse()
    return Bounds(ends[0][0], ends[1][0], ends[0][1], ends[1][1])


def reciprocal(base: Bounds) -> Bounds:
    """``1/x`` for x != 0; no bound where the sign of x is open."""
    if base.signs <= {1}:
        low = Fraction(0) if base.high is None else 1 / base.high
        high = None if not base.low else 1 / base.low
        return Bounds(low, high, base.high is None or base.high_open, base.low_open)
    if base.signs <= {-1}:
        return -reciprocal(-base)
    if base.signs <= {0, 1}:
        return POSITIVE
    return -POSITIVE if base.signs <= {0, -1} else ALL


def bounds(expr: sp.Expr, facts: Facts) -> Bounds:
    """Between which numbers ``expr`` lies wherever the facts hold and it is defined."""
    known = facts.memory.bounds
    if expr not in known:
        known[expr] = ALL  # ends of domains that refer to each other in a circle stop here
        known[expr] = _bounds(expr, facts) if facts.is_real(expr) else ALL
    return known[expr]


def _bounds(expr: sp.Expr, facts: Facts) -> Bounds:
    if expr.is_Rational:
        return exactly(Fraction(int(expr.p), int(expr.q)))
    if expr.is_number and (ends := enclosure(expr)) is not None:
        return _around(ends).meet(_of_function(expr, facts))
    if expr.is_Symbol or isinstance(expr, sp.Indexed):
        return facts.atom_bounds(expr)
    if expr.is_Add:
        return reduce(Bounds.__add__, (bounds(term, facts) for term in expr.args))
    if expr.is_Mul:
        return reduce(product, (bounds(factor, facts) for factor in expr.args))
    if expr.is_Pow and not isinstance(expr, sp.exp):
        return _power_bounds(expr, facts)
    rule = _RULES.get(expr.func.__name__, _of_function)
    return rule(expr, facts)


def _power_bounds(expr: sp.Expr, facts: Facts) -> Bounds:
    base, exponent = expr.as_base_exp()
    inside = bounds(base, facts)
    if exponent.is_Integer:
        whole = power(inside, abs(int(exponent)))
        return whole if exponent > 0 else reciprocal(whole)
    base_signs = inside.signs & facts.signs(base)
    if exponent.is_Rational:
        if not base_signs <= {0, 1}:
            return ALL  # not real where the base is negative
        return POSITIVE if exponent < 0 or base_signs <= {1} else NONNEGATIVE
    return POSITIVE if base_signs <= {1} else ALL


def _of_function(expr: sp.Expr, facts: Facts) -> Bounds:
    """The image of a function of the table, between the values at the ends where it only goes up or down.

    Nothing is known where an argument may lie beyond the domain: there the function is not real, or another branch.
    """
    found = called(expr)
    if found is None or not all(bounds(demand, facts).signs <= {0, 1} for demand, _ in demands(*found)):
        return ALL
    name, arguments = found
    between = _image(name)
    if FUNCTIONS[name].monotone:
        inside = bounds(arguments[0], facts)
        turned = FUNCTIONS[name].monotone == "decreasing"
        between = between.meet(_between_values(name, _turned(inside) if turned else inside))
    return between


@cache
def _image(name: str) -> Bounds:
    said = image(name)
    low, high = (_around(enclosure(parse(end)) or NO_BOUND) if end else ALL for end in (said.low, said.high))
    return Bounds(low.low, high.high, said.low_open or low.low_open, said.high_open or high.high_open)


def _between_values(name: str, ends: Bounds) -> Bounds:
    """From the value at the low end to that at the high one; an end is open where what it is the value of is."""
    low = ALL if ends.low is None else _around(value(name, ends.low))
    high = ALL if ends.high is None else _around(value(name, ends.high))
    low_open = low.low_open or (ends.low_open and low.low == low.high)
    high_open = high.high_open or (ends.high_open and high.low == high.high)
    return Bounds(low.low, high.high, low_open, high_open)


def _turned(ends: Bounds) -> Bounds:
    return Bounds(ends.high, ends.low, ends.high_open, ends.low_open)


def _extreme(pick: Callable[..., Fraction], is_max: bool) -> Callable[[sp.Expr, Facts], Bounds]:
    def rule(expr: sp.Expr, facts: Facts) -> Bounds:
        inside = [bounds(argument, facts) for argument in expr.args]
        lows, highs = [b.low for b in inside], [b.high for b in inside]
        known_low = [b for b in lows if b is not None]
        known_high = [b for b in highs if b is not None]
        low = pick(known_low) if known_low and (is_max or len(known_low) == len(lows)) else None
        high = pick(known_high) if known_high and (not is_max or len(known_high) == len(highs)) else None
        return Bounds(low, high)

    return rule


def _absolute(expr: sp.Expr, facts: Facts) -> Bounds:
    inside = bounds(expr.args[0], facts)
    if inside.signs <= {0, 1}:
        return inside
    if inside.signs <= {0, -1}:
        return -inside
    return Bounds(Fraction(0), _finite(max(_extent(inside.low), _extent(inside.high))))


def _factorial(expr: sp.Expr, facts: Facts) -> Bounds:
    """At whole numbers 1 or more."""
    return Bounds(Fraction(1), None) if facts.is_integer(expr.args[0]) else _of_function(expr, facts)


def _polygamma(expr: sp.Expr, facts: Facts) -> Bounds:
    """For x > 0 the derivatives of digamma alternate in sign: trigamma > 0."""
    order, argument = expr.args
    if order in (0, 1):
        return _of_function(expr, facts)
    if not (order.is_Integer and order > 0 and bounds(argument, facts).signs <= {1}):
        return ALL
    return POSITIVE if order % 2 else -POSITIVE


def _sine(expr: sp.Expr, facts: Facts) -> Bounds:
    """sin(pi*x) > 0 for 0 < x < 1."""
    half_turns = bounds(expr.args[0] / sp.pi, facts)
    upper = half_turns.meet(_HALF_TURN) == half_turns
    strict = upper and half_turns.signs <= {1} and (-half_turns + exactly(1)).signs <= {1}
    return Bounds(Fraction(0) if upper else -_ONE, _ONE, strict)


def _piecewise(expr: sp.Expr, facts: Facts) -> Bounds:
    return reduce(_hull, (bounds(value, facts) for value, _ in expr.args))


def _sum(expr: sp.Expr, facts: Facts) -> Bounds:
    """Only the sign is kept: a sum of positive terms over a range that is not empty is positive."""
    inside = bounds(expr.function, _within(expr, facts)).signs
    if inside <= {0, 1}:
        return POSITIVE if inside <= {1} and _nonempty(expr, facts) else NONNEGATIVE
    if inside <= {0, -1}:
        return -POSITIVE if inside <= {-1} and _nonempty(expr, facts) else -NONNEGATIVE
    return ALL


def _product_sign(expr: sp.Expr, facts: Facts) -> Bounds:
    inside = bounds(expr.function, _within(expr, facts)).signs
    if inside <= {1}:
        return POSITIVE
    return NONNEGATIVE if inside <= {0, 1} else ALL


def _within(expr: sp.Expr, facts: Facts) -> Facts:
    for index, low, high in reversed(expr.limits):
        facts = facts.with_range(index, low, high)
    return facts


def _nonempty(expr: sp.Expr, facts: Facts) -> bool:
    return all(bounds(high - low, facts).signs <= {0, 1} for _, low, high in expr.limits)


_RULES: dict[str, Callable[[sp.Expr, Facts], Bounds]] = {
    "factorial": _factorial,
    "polygamma": _polygamma,
    "sin": _sine,
    "Abs": _absolute,
    "Max": _extreme(max, True),
    "Min": _extreme(min, False),
    "Piecewise": _piecewise,
    "Sum": _sum,
    "Product": _product_sign,
}
"""What more is known than an image and a direction."""

_ONE = Fraction(1)
_HALF_TURN = Bounds(Fraction(0), _ONE)
_INFINITE = float("inf")
_End = tuple[Fraction | float, bool]


def _ends(b: Bounds) -> tuple[_End, _End]:
    low: _End = (-_INFINITE, True) if b.low is None else (b.low, b.low_open)
    high: _End = (_INFINITE, True) if b.high is None else (b.high, b.high_open)
    return low, high


def _corner(x: _End, y: _End) -> _End:
    """0 times an infinite end is 0; a product that is 0 by a closed end is attained."""
    if x[0] == 0 or y[0] == 0:
        attained = (x[0] == 0 and not x[1]) or (y[0] == 0 and not y[1])
        return Fraction(0), not attained
    if abs(x[0]) == _INFINITE or abs(y[0]) == _INFINITE:
        return (_INFINITE if (x[0] > 0) == (y[0] > 0) else -_INFINITE), True
    return x[0] * y[0], x[1] or y[1]


def _finite(value: Fraction | float) -> Fraction | None:
    return value if isinstance(value, Fraction) else None


def _extent(end: Fraction | None) -> Fraction | float:
    return _INFINITE if end is None else abs(end)


def _hull(a: Bounds, b: Bounds) -> Bounds:
    low = None if a.low is None or b.low is None else min(a.low, b.low)
    high = None if a.high is None or b.high is None else max(a.high, b.high)
    low_open = all(x.low_open or x.low != low for x in (a, b))
    high_open = all(x.high_open or x.high != high for x in (a, b))
    return Bounds(low, high, low_open, high_open)


def _tighter(
    a: Fraction | None, a_open: bool, b: Fraction | None, b_open: bool, pick: Callable[..., Fraction]
) -> tuple[Fraction | None, bool]:
    if a is None or b is None:
        return (b, b_open) if a is None else (a, a_open)
    if a == b:
        return a, a_open or b_open
    return (a, a_open) if pick(a, b) == a else (b, b_open)


def _around(ends: Ends) -> Bounds:
    low, high = ends
    return Bounds(low, high, low != high and low is not None, low != high and high is not None)
