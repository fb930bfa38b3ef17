"""Numbers with 100 binary digits and any exponent, for formulas whose parts overflow or cancel on the way.

    x = (high + low) 2^(512 e)      2^-256 <= |high| < 2^256 or 0,  |low| <= ulp(high)/2,  e a whole number

A wide number is the tuple (high, low, e) of floats, the first two of them a pair of `pairs_of_floats`. An
exponential of 1e5 is an ordinary number here, only that of an exponential of 1e308 is infinite; and a difference of two
numbers that agree in forty binary digits has sixty left. ``wide`` makes one from a float, ``narrow`` rounds it back;
``wide_log`` is the wide ``log``.

Laws of this file: those of `pairs_of_floats`.
"""

from __future__ import annotations

from typing import Any

from numpy import absolute, floor, log, maximum, minimum, sqrt, where
from numpy import ndarray as Array

from lossproof.lowering.numbers.pairs_of_floats import (
    Pair,
    arctan_pair,
    expm1_pair,
    joined,
    pair_product,
    pair_quotient,
    pair_sum,
    ratio,
    two_product,
)

Wide = tuple[Any, Any, Any]

UP = 2.0**512
DOWN = 2.0**-512
TOP = 2.0**256
BOTTOM = 2.0**-256
NOTHING = -1e400  # the exponent of 0: minus infinity
LARGEST = 1e308
CERTAIN = 4611686018427387904.0  # 2^62: above, e^x is known by its exponent alone
NEAR_ZERO = 2.0**-12  # below, series
STEP = 354.891356446692  # 512 log 2
STEP_REST = 1.1873519686893054e-14
STEP_THIRD = 2.9223467204691006e-31
LN2 = 0.6931471805599453
LN2_REST = 2.3190468138462996e-17
HALF_LOG_2_PI = 0.9189385332046728
HALF_LOG_2_PI_REST = -3.8782941580672414e-17
SHIFT = 24  # Stirling's series has 96 digits from here on


def rescaled(x: Pair, e: Array) -> Wide:
    """x 2^(512 e) with x brought one step nearer to the middle of the range."""
    high, low = joined(x[0], x[1])
    size = absolute(high)
    large, small = size >= TOP, (size < BOTTOM) & (size > 0.0)
    factor = where(large, DOWN, where(small, UP, 1.0))
    step = where(large, 1.0, where(small, -1.0, 0.0))
    gone = (size == 0.0) | (e + step == NOTHING)
    return where(gone, 0.0, high * factor), where(gone, 0.0, low * factor), where(gone, NOTHING, e + step)


def wide(x: Array) -> Wide:
    """The float x, exactly."""
    high, low, e = rescaled((x, 0.0 * x), 0.0 * x)
    return rescaled((high, low), e)


def plain(x: Wide) -> Pair:
    """x in two floats; the largest float where it is too large, 0 where it is too small."""
    high, low, e = x
    factor = where(e == 0.0, 1.0, where(e > 0.0, UP, where(e >= -2.0, DOWN, 0.0)))
    again = where(e > 1.0, UP, where(e == -2.0, DOWN, 1.0))
    return maximum(-LARGEST, minimum(LARGEST, high * factor * again)), where(e > 1.0, 0.0, low * factor * again)


def narrow(x: Wide) -> Array:
    """x rounded to a float."""
    high, low, e = x
    up = where(e >= 1.0, UP, 1.0)
    down = where(e <= -1.0, DOWN, 1.0)
    once = (high + low) * up * down
    twice = once * where(e >= 2.0, UP, 1.0) * where(e <= -2.0, DOWN, 1.0)
    return twice * where(e >= 3.0, UP, 1.0) * where(e <= -3.0, DOWN, 1.0)


def wide_where(condition: Array, yes: Wide, no: Wide) -> Wide:
    """``where`` for wide numbers."""
    return where(condition, yes[0], no[0]), where(condition, yes[1], no[1]), where(condition, yes[2], no[2])


def wide_negative(x: Wide) -> Wide:
    """-x."""
    return -x[0], -x[1], x[2]


def wide_absolute(x: Wide) -> Wide:
    """|x|."""
    return wide_where(x[0] < 0.0, wide_negative(x), x)


def wide_sum(x: Wide, y: Wide) -> Wide:
    """x + y."""
    e = maximum(x[2], y[2])
    a, b = where(x[2] == e, 0.0, x[2] - e), where(y[2] == e, 0.0, y[2] - e)
    first = where(a == 0.0, 1.0, where(a == -1.0, DOWN, 0.0))
    second = where(b == 0.0, 1.0, where(b == -1.0, DOWN, 0.0))
    return rescaled(pair_sum((x[0] * first, x[1] * first), (y[0] * second, y[1] * second)), e)


def wide_difference(x: Wide, y: Wide) -> Wide:
    """x - y."""
    return wide_sum(x, wide_negative(y))


def wide_product(x: Wide, y: Wide) -> Wide:
    """x y."""
    return rescaled(pair_product((x[0], x[1]), (y[0], y[1])), x[2] + y[2])


def wide_quotient(x: Wide, y: Wide) -> Wide:
    """x/y."""
    return rescaled(pair_quotient((x[0], x[1]), (y[0], y[1])), x[2] - y[2])


def wide_maximum(x: Wide, y: Wide) -> Wide:
    """The larger of x and y."""
    return wide_where(wide_difference(x, y)[0] > 0.0, x, y)


def wide_minimum(x: Wide, y: Wide) -> Wide:
    """The smaller of x and y."""
    return wide_where(wide_difference(x, y)[0] < 0.0, x, y)


def wide_sqrt(x: Wide) -> Wide:
    """The square root: that of the high part, and one step of Newton's."""
    high, low, e = x
    root = sqrt(high)
    p, lost = two_product(root, root)
    positive = where(root > 0.0, root, 1.0)
    half = 0.5 * where(high == 0.0, 0.0, e)
    odd = half - floor(half)
    factor = where(odd == 0.0, 1.0, TOP)
    rest = (((high - p) - lost) + low) / (2.0 * positive)
    return rescaled((root * factor, rest * factor), half - odd)


def two_to(n: Array) -> Array:
    """2^n for a whole number from -511 to 511, digit by digit."""
    left, power, base = n + 512.0, DOWN + 0.0 * n, 2.0
    for _ in range(10):
        half = floor(0.5 * left)
        power = power * where(left - 2.0 * half > 0.0, base, 1.0)
        left, base = half, base * base if base < TOP else UP
    return power


def wide_exp(x: Wide) -> Wide:
    """e^x = 2^(512 k + n) (1 + q)^16, where q is small; 2^(x/log 2) where x is so large that its digits end before."""
    high, low = plain(x)
    known = absolute(high) < CERTAIN
    far = (x[0] / STEP) * where(x[2] > 0.0, UP, 1.0) * where(x[2] > 1.0, UP, 1.0) * where(x[2] > 2.0, -NOTHING, 1.0)
    k = where(known, floor(high / STEP + 0.5), far)
    p, lost = two_product(where(known, k, 0.0), STEP)
    rest = pair_product((where(known, -k, 0.0), 0.0 * high), (STEP_REST, STEP_THIRD))
    near = pair_sum((where(known, high - p, 0.0), 0.0 * high), (where(known, low - lost, 0.0), 0.0 * high))
    r = pair_sum(near, rest)
    more = floor(r[0] / STEP + 0.5)  # where k is so large that its half is lost
    r, k = pair_sum(r, pair_product((-more, 0.0 * high), (STEP, STEP_REST))), k + more
    n = floor(r[0] / LN2 + 0.5)
    t = pair_sum(r, pair_product((-n, 0.0 * n), (LN2, LN2_REST)))
    q = expm1_pair((0.0625 * t[0], 0.0625 * t[1]))
    for _ in range(4):
        q = pair_product(q, pair_sum(q, (2.0, 0.0)))
    one = pair_sum(q, (1.0, 0.0))
    power = two_to(n)
    return rescaled((one[0] * power, one[1] * power), k)


def log1p_wide_series(z: Wide) -> Wide:
    """log(1 + z) for |z| < 2^-12: z (1 - z/2 + z^2/3 - ...)."""
    s = plain(z)
    x = s[0]
    q = 0.2 - x * (1.0 / 6.0 - x * (1.0 / 7.0 - x * (0.125 - x / 9.0)))
    r = pair_sum(pair_product((-s[0], -s[1]), (q, 0.0 * q)), (0.25, 0.0))
    r = pair_sum(pair_product((-s[0], -s[1]), r), ratio(1.0, 3.0))
    r = pair_sum(pair_product((-s[0], -s[1]), r), (0.5, 0.0))
    r = pair_sum(pair_product((-s[0], -s[1]), r), (1.0, 0.0))
    return wide_product(z, (r[0], r[1], 0.0 * x))


def log_by_newton(x: Wide) -> Wide:
    """y + t - t^2/2 + 512 e log 2, where y is the logarithm of the high part and t = x e^-y - 1."""
    high, low, e = x
    y = log(high)
    inverse = wide_exp((-y, 0.0 * y, 0.0 * y))
    t = plain(wide_sum(wide_product((high, low, 0.0 * y), inverse), (-1.0 + 0.0 * y, 0.0 * y, 0.0 * y)))
    mantissa = pair_sum((y, 0.0 * y), pair_sum(t, (-0.5 * t[0] * t[0], 0.0 * y)))
    return wide_sum(rescaled(mantissa, 0.0 * y), wide_product(wide(e), (STEP + 0.0 * y, STEP_REST + 0.0 * y, 0.0 * y)))


def is_small(x: Wide) -> Array:
    """Whether |x| is so small that series are used."""
    return (absolute(x[0]) < NEAR_ZERO) & (x[2] <= 0.0) | (x[2] < 0.0)


def wide_log(x: Wide) -> Wide:
    """log x, accurate near 1 too."""
    z = wide_sum(x, wide(-1.0 + 0.0 * x[0]))
    return wide_where(is_small(z), log1p_wide_series(z), log_by_newton(x))


def wide_log1p(z: Wide) -> Wide:
    """log(1 + z), accurate near 0 too."""
    return wide_where(is_small(z), log1p_wide_series(z), log_by_newton(wide_sum(z, wide(1.0 + 0.0 * z[0]))))


def wide_expm1(x: Wide) -> Wide:
    """e^x - 1, accurate near 0 too."""
    s = plain(x)
    inside = is_small(x)
    s = (where(inside, s[0], 0.0), where(inside, s[1], 0.0))
    q = 1.0 / 24.0 + s[0] * (1.0 / 120.0 + s[0] * (1.0 / 720.0 + s[0] / 5040.0))
    r = pair_sum(pair_product(s, (q, 0.0 * q)), ratio(1.0, 6.0))
    r = pair_sum(pair_product(s, r), (0.5, 0.0))
    r = pair_sum(pair_product(s, r), (1.0, 0.0))
    series = wide_product(x, (r[0], r[1], 0.0 * q))
    return wide_where(inside, series, wide_sum(wide_exp(x), wide(-1.0 + 0.0 * x[0])))


def wide_softplus(x: Wide) -> Wide:
    """log(1 + e^x)."""
    rest = wide_log1p(wide_exp(wide_negative(wide_absolute(x))))
    return wide_sum(wide_where(x[0] > 0.0, x, wide(0.0 * x[0])), rest)


def wide_expit(x: Wide) -> Wide:
    """1/(1 + e^-x)."""
    one = wide(1.0 + 0.0 * x[0])
    return wide_quotient(one, wide_sum(one, wide_exp(wide_negative(x))))


def wide_logit(p: Wide) -> Wide:
    """log(p/(1 - p))."""
    return wide_log(wide_quotient(p, wide_difference(wide(1.0 + 0.0 * p[0]), p)))


def wide_log1mexp(x: Wide) -> Wide:
    """log(1 - e^-x) for x > 0."""
    near = wide_log(wide_negative(wide_expm1(wide_negative(x))))
    far = wide_log1p(wide_negative(wide_exp(wide_negative(x))))
    return wide_where((x[2] < 0.0) | (x[2] == 0.0) & (x[0] < 0.7), near, far)


def wide_xlogy(x: Wide, y: Wide) -> Wide:
    """x log y, and 0 for x = 0."""
    zero = x[0] == 0.0
    return wide_where(zero, x, wide_product(x, wide_log(wide_where(zero, wide(1.0 + 0.0 * x[0]), y))))


def wide_logsumexp(first: Wide, *others: Wide) -> Wide:
    """log(e^a + e^b + ...): the largest, and log1p of what the others add to it."""
    top, rest = first, wide(0.0 * first[0])
    for term in others:
        above = wide_difference(term, top)
        small = wide_exp(wide_negative(wide_absolute(above)))
        grown = wide_product(wide_sum(wide(1.0 + 0.0 * first[0]), rest), small)
        rest = wide_where(above[0] > 0.0, grown, wide_sum(rest, small))
        top = wide_where(above[0] > 0.0, term, top)
    return wide_sum(top, wide_log1p(rest))


def wide_odds(first: Wide, *others: Wide) -> Wide:
    """(e^b + e^c + ...)/e^a."""
    whole = wide(0.0 * first[0])
    for term in others:
        whole = wide_sum(whole, wide_exp(wide_difference(term, first)))
    return whole


def wide_softmax(first: Wide, *others: Wide) -> Wide:
    """e^first / (e^first + e^other + ...)."""
    one = wide(1.0 + 0.0 * first[0])
    return wide_quotient(one, wide_sum(one, wide_odds(first, *others)))


def wide_surprisal(first: Wide, *others: Wide) -> Wide:
    """-log softmax(first, others)."""
    return wide_log1p(wide_odds(first, *others))


def wide_times_exp(factor: Wide, x: Wide) -> Wide:
    """factor e^x."""
    return wide_product(factor, wide_exp(x))


def wide_power(x: Wide, n: int) -> Wide:
    """x^n for a whole number n >= 1."""
    product = x
    for _ in range(n - 1):
        product = wide_product(product, x)
    return product


def wide_relative_log1p(x: Wide) -> Wide:
    """log(1 + x)/x, which is 1 at 0."""
    one = wide(1.0 + 0.0 * x[0])
    zero = x[0] == 0.0
    return wide_where(zero, one, wide_quotient(wide_log1p(x), wide_where(zero, one, x)))


def wide_bose(x: Wide) -> Wide:
    """x/(e^x - 1), which is 1 at 0."""
    one = wide(1.0 + 0.0 * x[0])
    zero = x[0] == 0.0
    return wide_where(zero, one, wide_quotient(x, wide_where(zero, one, wide_expm1(x))))


def wide_bose_fall(x: Wide) -> Wide:
    """(x - 1 + bose(x))/x = 1/2 + x/12 - x^3/720 + ..."""
    inside = is_small(x)
    s = plain(x)
    v = s[0] * s[0]
    slope = pair_sum(ratio(1.0, 12.0), (v * (v / 30240.0 - 1.0 / 720.0), 0.0 * v))
    series = pair_sum(pair_product(s, slope), (0.5, 0.0))
    rest = wide_sum(wide_sum(x, wide(-1.0 + 0.0 * v)), wide_bose(x))
    direct = wide_quotient(rest, wide_where(inside, wide(1.0 + 0.0 * v), x))
    return wide_where(inside, (series[0], series[1], 0.0 * v), direct)


def wide_relative_log1p_fall(x: Wide) -> Wide:
    """(log(1 + x)/x - 1/(1 + x))/x = 1/2 - 2 x/3 + 3 x^2/4 - ..."""
    inside, s = is_small(x), plain(x)
    t = (-s[0], -s[1])
    q = 0.8 + t[0] * (5.0 / 6.0 + t[0] * (6.0 / 7.0 + t[0] * (0.875 + t[0] * (8.0 / 9.0))))
    r = pair_sum(pair_product(t, (q, 0.0 * q)), (0.75, 0.0))
    r = pair_sum(pair_product(t, r), ratio(2.0, 3.0))
    r = pair_sum(pair_product(t, r), (0.5, 0.0))
    one = wide(1.0 + 0.0 * s[0])
    difference = wide_difference(wide_relative_log1p(x), wide_quotient(one, wide_sum(one, x)))
    return wide_where(inside, (r[0], r[1], 0.0 * s[0]), wide_quotient(difference, wide_where(inside, one, x)))


def wide_atan(x: Wide) -> Wide:
    """arctan x; a number below 2^-40 by its series, one above 1 by its reciprocal."""
    size = wide_absolute(x)
    large = (size[2] > 0.0) | (size[2] == 0.0) & (size[0] > 1.0)
    one = wide(1.0 + 0.0 * x[0])
    z = wide_where(large, wide_quotient(one, wide_where(large, size, one)), size)
    tiny = (z[2] < 0.0) | (z[0] < 2.0**-40)
    middle = arctan_pair(plain(wide_where(tiny, one, z)))
    cube = wide_product(z, wide_product(z, z))
    third = (-0.3333333333333333 + 0.0 * x[0], -1.850371707708594e-17 + 0.0 * x[0], 0.0 * x[0])
    angle = wide_where(tiny, wide_sum(z, wide_product(cube, third)), (middle[0], middle[1], 0.0 * x[0]))
    quarter = (1.5707963267948966 + 0.0 * x[0], 6.123233995736766e-17 + 0.0 * x[0], 0.0 * x[0])
    turned = wide_where(large, wide_difference(quarter, angle), angle)
    return wide_where(x[0] < 0.0, wide_negative(turned), turned)


def wide_cauchycdf(x: Wide) -> Wide:
    """1/2 + arctan(x)/pi; the small tail keeps its relative accuracy."""
    pi = (3.141592653589793 + 0.0 * x[0], 1.2246467991473532e-16 + 0.0 * x[0], 0.0 * x[0])
    tail = (x[0] < 0.0) & ((x[2] > 0.0) | (x[2] == 0.0) & (x[0] < -0.5))
    one = wide(1.0 + 0.0 * x[0])
    small = wide_atan(wide_quotient(one, wide_where(tail, wide_negative(x), one)))
    half = wide_sum(wide(0.5 + 0.0 * x[0]), wide_quotient(wide_atan(x), pi))
    return wide_where(tail, wide_quotient(small, pi), half)


def wide_logcauchycdf(x: Wide) -> Wide:
    """log(1/2 + arctan(x)/pi)."""
    far = wide_log1p(wide_negative(wide_cauchycdf(wide_negative(x))))
    return wide_where(x[0] > 0.0, far, wide_log(wide_cauchycdf(x)))
