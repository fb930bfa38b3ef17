"""Numbers in two floats, high + low with |low| <= ulp(high)/2: sums, products and series with 100 binary digits.

After Dekker (1971). Laws of this file: those of `named_numpy`. Nothing may be contracted or reassociated: `two_product`
takes products apart, and a fused multiply-add would count twice what was taken apart.
"""

from __future__ import annotations

from typing import Any

from numpy import arctan, sqrt
from numpy import ndarray as Array

Pair = tuple[Any, Any]

SPLITTER = 134217729.0  # 2^27 + 1


def two_sum(a: Array, b: Array) -> Pair:
    """a + b rounded, and what was lost."""
    s = a + b
    back = s - a
    return s, (a - (s - back)) + (b - back)


def two_product(a: Array, b: Any) -> Pair:
    """a b rounded, and what was lost."""
    p = a * b
    c, d = SPLITTER * a, SPLITTER * b
    a_high, b_high = c - (c - a), d - (d - b)
    a_low, b_low = a - a_high, b - b_high
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


def joined(high: Array, low: Array) -> Pair:
    """The same sum without overlap, where |high| >= |low|."""
    s = high + low
    return s, low - (s - high)


def pair_sum(a: Pair, b: Pair) -> Pair:
    """a + b of numbers in two parts."""
    s, lost = two_sum(a[0], b[0])
    t, more = two_sum(a[1], b[1])
    s, lost = joined(s, lost + t)
    return joined(s, lost + more)


def pair_product(a: Pair, b: Pair) -> Pair:
    """a b of numbers in two parts."""
    p, lost = two_product(a[0], b[0])
    return joined(p, lost + (a[0] * b[1] + a[1] * b[0]))


def pair_quotient(a: Pair, b: Pair) -> Pair:
    """a/b of numbers in two parts."""
    q = a[0] / b[0]
    p, lost = two_product(q, b[0])
    return joined(q, (((a[0] - p) - lost) + a[1] - q * b[1]) / b[0])


def ratio(p: float, q: float) -> Pair:
    """p/q of whole numbers in two parts."""
    return pair_quotient((p, 0.0), (q, 0.0))


def pair_sqrt(x: Pair) -> Pair:
    """The square root of a number in two parts."""
    root = sqrt(x[0])
    p, lost = two_product(root, root)
    return joined(root, (((x[0] - p) - lost) + x[1]) / (2.0 * root))


def expm1_pair(s: Pair) -> Pair:
    """e^s - 1 for |s| <= 0.022: the series, its small terms in one part."""
    x = s[0]
    q = 2.08767569878681e-09 * x * (1.0 + x / 13.0) + 2.505210838544172e-08
    q = (((q * x + 2.755731922398589e-07) * x + 2.7557319223985893e-06) * x + 2.48015873015873e-05) * x
    q = q + 0.0001984126984126984
    r = pair_sum(pair_product(s, (q, 0.0 * q)), ratio(1.0, 720.0))
    r = pair_sum(pair_product(s, r), ratio(1.0, 120.0))
    r = pair_sum(pair_product(s, r), ratio(1.0, 24.0))
    r = pair_sum(pair_product(s, r), ratio(1.0, 6.0))
    r = pair_sum(pair_product(s, r), (0.5, 0.0))
    return pair_sum(s, pair_product(pair_product(s, s), r))


def sine_pair(y: Pair) -> Pair:
    """sin y for |y| <= 1/16: the series, its small terms in one part."""
    v = pair_product(y, y)
    x = v[0]
    q = 2.7557319223985893e-06 - x * (2.505210838544172e-08 - x * (1.6059043836821613e-10 - x * 7.647163731819816e-13))
    r = pair_sum(pair_product((-v[0], -v[1]), (q, 0.0 * q)), ratio(1.0, 5040.0))
    r = pair_sum(pair_product((-v[0], -v[1]), r), ratio(1.0, 120.0))
    r = pair_sum(pair_product((-v[0], -v[1]), r), ratio(1.0, 6.0))
    r = pair_sum(pair_product((-v[0], -v[1]), r), (1.0, 0.0))
    return pair_product(y, r)


def arctan_pair(x: Pair) -> Pair:
    """arctan x for 0 <= x <= 1: y + (x cos y - sin y)/(cos y + x sin y), where y is the float nearest to it."""
    y = arctan(x[0])
    s = sine_pair((0.0625 * y, 0.0 * y))
    for _ in range(4):
        square = pair_product(s, s)
        cosine = pair_sqrt(pair_sum((1.0, 0.0), (-square[0], -square[1])))
        s = pair_product((2.0 * s[0], 2.0 * s[1]), cosine)
    square = pair_product(s, s)
    c = pair_sqrt(pair_sum((1.0, 0.0), (-square[0], -square[1])))
    above = pair_sum(pair_product(x, c), (-s[0], -s[1]))
    return pair_sum((y, 0.0 * y), pair_quotient(above, pair_sum(c, pair_product(x, s))))
