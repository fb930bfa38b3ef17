"""The gamma function's logarithm and its derivatives as wide numbers, and how much they grow from x to x + n.

    log Gamma(z) = (z - 1/2) log z - z + log(2 pi)/2 + stirling(z)      z >= 24
    log Gamma(x) = log Gamma(x + 24) - log(x (x + 1) ... (x + 23))

The growth log Gamma(x + n) - log Gamma(x) of a large x is no difference of two logarithms: from x = 24 on it is
written with log1p(n/x). Laws of this file: those of `wide`.
"""

from __future__ import annotations

from numpy import absolute
from numpy import ndarray as Array

from lossproof.lowering.numbers.pairs_of_floats import Pair, pair_product, pair_sum, ratio
from lossproof.lowering.numbers.wide import (
    HALF_LOG_2_PI,
    HALF_LOG_2_PI_REST,
    SHIFT,
    Wide,
    plain,
    wide,
    wide_difference,
    wide_exp,
    wide_log,
    wide_log1p,
    wide_product,
    wide_quotient,
    wide_sum,
    wide_where,
)


def constant(value: float, like: Wide) -> Wide:
    """A float as a wide number of the same shape."""
    return wide(value + 0.0 * like[0])


def beyond_shift(x: Wide) -> Array:
    """Whether x >= 24."""
    return (x[2] > 0.0) | (x[2] == 0.0) & (x[0] >= SHIFT)


def shifted(x: Wide) -> Wide:
    """x where it is at least 24, x + 24 elsewhere."""
    return wide_where(beyond_shift(x), x, wide_sum(x, constant(24.0, x)))


def reciprocal(z: Wide) -> Wide:
    """1/z."""
    return wide_quotient(constant(1.0, z), z)


def series_of(w: Pair, first: Pair, second: Pair, third: Pair, fourth: Pair, rest: Array) -> Pair:
    """first + w (second + w (third + w (fourth + w rest)))."""
    r = pair_sum(pair_product(w, (rest, 0.0 * rest)), fourth)
    r = pair_sum(pair_product(w, r), third)
    r = pair_sum(pair_product(w, r), second)
    return pair_sum(pair_product(w, r), first)


def as_wide(x: Pair) -> Wide:
    """A number in two parts of ordinary size."""
    return x[0], x[1], 0.0 * x[0]


def stirling(z: Wide) -> Wide:
    """1/(12 z) - 1/(360 z^3) + ... for z >= 24."""
    inverse = reciprocal(z)
    w = plain(wide_product(inverse, inverse))
    v = w[0]
    q = -1.3924322169059011 + v * (13.402864044168393 - v * (156.84828462600203 - v * 2193.1033333333335))
    q = 0.00641025641025641 + v * (-0.029550653594771242 + v * (0.17964437236883057 + v * q))
    q = 1.0 / 1188.0 + v * (-0.0019175269175269176 + v * q)
    r = series_of(w, ratio(1.0, 12.0), ratio(-1.0, 360.0), ratio(1.0, 1260.0), ratio(-1.0, 1680.0), q)
    return wide_product(inverse, as_wide(r))


def digamma_tail(z: Wide) -> Wide:
    """1/(12 z^2) - 1/(120 z^4) + ... for z >= 24."""
    inverse = reciprocal(z)
    square = wide_product(inverse, inverse)
    w = plain(square)
    v = w[0]
    q = -26.456212121212122 + v * (281.46014492753625 - v * (3607.5105463980462 - v * 54827.583333333336))
    q = 1.0 / 12.0 + v * (-0.4432598039215686 + v * (3.0539543302701198 + v * q))
    q = 1.0 / 132.0 + v * (-0.021092796092796094 + v * q)
    r = series_of(w, ratio(1.0, 12.0), ratio(-1.0, 120.0), ratio(1.0, 252.0), ratio(-1.0, 240.0), q)
    return wide_product(square, as_wide(r))


def trigamma_tail(z: Wide) -> Wide:
    """1/(6 z^3) - 1/(30 z^5) + ... for z >= 24."""
    inverse = reciprocal(z)
    square = wide_product(inverse, inverse)
    w = plain(square)
    v = w[0]
    q = -529.1242424242424 + v * (6192.123188405797 - v * (86580.25311355312 - v * 1425517.1666666667))
    q = 7.0 / 6.0 + v * (-7.092156862745098 + v * (54.971177944862156 + v * q))
    q = 5.0 / 66.0 + v * (-0.2531135531135531 + v * q)
    r = series_of(w, ratio(1.0, 6.0), ratio(-1.0, 30.0), ratio(1.0, 42.0), ratio(-1.0, 30.0), q)
    return wide_product(wide_product(inverse, square), as_wide(r))


def product_of_steps(x: Wide) -> Wide:
    """x (x + 1) ... (x + 23), and 1 for x >= 24."""
    far = beyond_shift(x)
    small = plain(wide_where(far, constant(1.0, x), x))
    product = (1.0 + 0.0 * small[0], 0.0 * small[0])
    for k in range(1, SHIFT):
        product = pair_product(product, pair_sum(small, (1.0 * k, 0.0)))
    return wide_where(far, constant(1.0, x), wide_product(x, as_wide(product)))


def wide_loggamma(x: Wide) -> Wide:
    """log Gamma(x) for x > 0."""
    z = shifted(x)
    logarithm = wide_log(z)
    main = wide_product(z, wide_sum(logarithm, constant(-1.0, z)))
    half = wide_product(constant(-0.5, z), logarithm)
    zero = 0.0 * z[0]
    small = wide_sum((HALF_LOG_2_PI + zero, HALF_LOG_2_PI_REST + zero, zero), stirling(z))
    whole = wide_sum(main, wide_sum(half, small))
    general = wide_difference(whole, wide_log(product_of_steps(x)))
    return near_its_zeros(x, general)


def near_its_zeros(x: Wide, general: Wide) -> Wide:
    """log Gamma(x): its series about 1 and 2 where x is close to them, else ``general``."""
    d = wide_sum(x, constant(-1.0, x))
    s = plain(d)
    rest = s[0] * (0.8224670334241132 - s[0] * (0.40068563438653143 - s[0] * 0.27058080842778454))
    one = pair_sum((-0.5772156649015329, 4.942915152430645e-18), (rest, 0.0 * rest))
    general = wide_where(is_close(d), wide_product(d, as_wide(one)), general)
    d = wide_sum(x, constant(-2.0, x))
    s = plain(d)
    rest = s[0] * (0.3224670334241132 - s[0] * (0.0673523010531981 - s[0] * 0.020580808427784546))
    two = pair_sum((0.42278433509846713, 4.942915152430645e-18), (rest, 0.0 * rest))
    return wide_where(is_close(d), wide_product(d, as_wide(two)), general)


def is_close(d: Wide) -> Array:
    """Whether |d| is so small that four terms of a series are enough."""
    return (d[2] < 0.0) | (d[2] == 0.0) & (absolute(d[0]) < 2.0**-24)


def wide_digamma(x: Wide) -> Wide:
    """The derivative of log Gamma(x) for x > 0."""
    z = shifted(x)
    half = wide_product(constant(-0.5, z), reciprocal(z))
    tail = wide_difference(wide_sum(wide_log(z), half), digamma_tail(z))
    return wide_difference(tail, sum_of_reciprocals(x, 0.0))


def wide_trigamma(x: Wide) -> Wide:
    """The second derivative of log Gamma(x) for x > 0."""
    inverse = reciprocal(shifted(x))
    half = wide_product(constant(0.5, x), wide_product(inverse, inverse))
    tail = wide_sum(inverse, wide_sum(half, trigamma_tail(shifted(x))))
    return wide_sum(tail, sum_of_reciprocals(x, 1.0))


def sum_of_reciprocals(x: Wide, squares: float) -> Wide:
    """1/x + 1/(x + 1) + ... + 1/(x + 23), or of their squares where ``squares`` is 1, and 0 for x >= 24."""
    far = beyond_shift(x)
    total = constant(0.0, x)
    for k in range(SHIFT):
        inverse = reciprocal(wide_sum(x, constant(1.0 * k, x)))
        total = wide_sum(total, wide_where(squares + 0.0 * x[0] > 0.0, wide_product(inverse, inverse), inverse))
    return wide_where(far, constant(0.0, x), total)


def wide_gamma(x: Wide) -> Wide:
    """Gamma(x) for x > 0."""
    return wide_exp(wide_loggamma(x))


def wide_loggamma_growth(x: Wide, n: Wide) -> Wide:
    """log Gamma(x + n) - log Gamma(x), for x > 0 and x + n > 0."""
    z = wide_sum(x, n)
    direct = wide_difference(wide_loggamma(z), wide_loggamma(x))
    slow = wide_product(wide_sum(z, constant(-0.5, z)), wide_log1p(wide_quotient(n, x)))
    far = wide_sum(wide_product(n, wide_sum(wide_log(x), constant(-1.0, x))), slow)
    small = wide_difference(stirling(shifted(z)), stirling(shifted(x)))
    return wide_where(beyond_shift(x) & beyond_shift(z), wide_sum(far, small), direct)


def wide_digamma_growth(x: Wide, n: Wide) -> Wide:
    """digamma(x + n) - digamma(x), for x > 0 and x + n > 0."""
    z = wide_sum(x, n)
    direct = wide_difference(wide_digamma(z), wide_digamma(x))
    grown = wide_quotient(n, wide_product(x, z))
    far = wide_sum(wide_log1p(wide_quotient(n, x)), wide_product(constant(0.5, x), grown))
    small = wide_difference(digamma_tail(shifted(x)), digamma_tail(shifted(z)))
    return wide_where(beyond_shift(x) & beyond_shift(z), wide_sum(far, small), direct)


def wide_trigamma_growth(x: Wide, n: Wide) -> Wide:
    """trigamma(x + n) - trigamma(x), for x > 0 and x + n > 0."""
    z = wide_sum(x, n)
    direct = wide_difference(wide_trigamma(z), wide_trigamma(x))
    grown = wide_quotient(n, wide_product(x, z))
    sums = wide_sum(constant(1.0, x), wide_product(constant(0.5, x), wide_sum(reciprocal(x), reciprocal(z))))
    small = wide_difference(trigamma_tail(shifted(z)), trigamma_tail(shifted(x)))
    far = wide_difference(small, wide_product(grown, sums))
    return wide_where(beyond_shift(x) & beyond_shift(z), far, direct)
