"""The named functions of stable formulas, one text for every back end; what runs here is NumPy, the reference.

    softplus(x)  log(1 + e^x)  = max(x, 0) + log1p(e^-|x|)
    expit(x)     1/(1 + e^-x)  = (1 or e)/(1 + e),  e = e^-|x|
    normcdf(x)   Phi(x)        = e^(-x^2/2) / (sqrt(2 pi) (|x| + excess(|x|)))  for x < 0

Laws of this file. A function is straight text without branches, made of what every back end has under NumPy's
name, of numbers, of the polynomials in `series`, and of other functions of this file. The same text is compiled by
Numba (where ``exp`` is one number's), run by NumPy and traced by JAX, and an exported module contains it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy import absolute, arctan, exp, expm1, log, log1p, maximum, minimum, where
from numpy import log1p as log1p_of_unit
from numpy import ndarray as Array

from lossproof.lowering.numbers.series import (
    bose_fall_series,
    digamma_series,
    digamma_tail_series,
    hazard_fall_series,
    hazard_fall_tail_series,
    loggamma_series,
    normal_center_series,
    normal_excess_series,
    stirling_series,
    trigamma_tail_series,
)

LOG_2 = 0.6931471805599453
SQRT_2 = 1.4142135623730951
SQRT_2_PI = 2.5066282746310002
HALF_LOG_2_PI_LESS_HALF = 0.41893853320467274  # log(2 pi)/2 - 1/2
PI = 3.141592653589793
DIGAMMA_ROOT = 1.4616321449683622
DIGAMMA_ROOT_REST = 9.549995429965697e-17  # the root less the float above
EXP_MINUS_156_OVER_SQRT_2_PI = 7.095302060250425e-69  # right to 60 bits, as few of its kind are
TO_20_BITS = 6442450944.0  # 1.5 * 2^32: adding and subtracting it rounds to multiples of 2^-20


def softplus(x: Array) -> Array:
    """log(1 + e^x), for every x."""
    return maximum(0.0, x) + log1p_of_unit(exp(-absolute(x)))


def expit(x: Array) -> Array:
    """1 / (1 + e^-x), for every x; the small tail keeps its relative accuracy."""
    e = exp(-absolute(x))
    return where(x >= 0.0, 1.0, e) / (1.0 + e)


def logit(p: Array) -> Array:
    """log(p / (1 - p)), accurate near p = 1/2 too, where it vanishes."""
    middle = log1p((2.0 * p - 1.0) / (1.0 - p))
    return where(absolute(p - 0.5) <= 0.25, middle, log(p) - log1p(-p))


def xlogy(x: Array, y: Array) -> Array:
    """x log y, and 0 for x = 0 whatever y is."""
    return where(x == 0.0, 0.0, x * log(where(x == 0.0, 1.0, y)))


def log1mexp(x: Array) -> Array:
    """log(1 - e^-x) for x > 0 (Maechler 2012)."""
    return where(x < LOG_2, log(-expm1(-x)), log1p(-exp(-x)))


def logsumexp(first: Array, *others: Array) -> Array:
    """log(e^a + e^b + ...): the largest, and log1p of what the others add to it."""
    top, rest = first, first - first
    for term in others:
        small = exp(-absolute(term - top))
        rest = where(term > top, (1.0 + rest) * small, rest + small)
        top = maximum(top, term)
    return top + log1p(rest)


def softmax(first: Array, *others: Array) -> Array:
    """e^first / (e^first + e^other + ...)."""
    top = first
    for term in others:
        top = maximum(top, term)
    mine = exp_of_difference(first, top)
    whole = mine
    for term in others:
        whole = whole + exp_of_difference(term, top)
    return mine / whole


def surprisal(first: Array, *others: Array) -> Array:
    """-log softmax(first, others): how far the largest is above the first, and log1p of what the rest add."""
    top, rest = first, first - first
    for term in others:
        small = exp_of_difference(minimum(term, top), maximum(term, top))
        rest = where(term > top, (1.0 + rest) * small, rest + small)
        top = maximum(top, term)
    return (top - first) + log1p(rest)


def times_exp(factor: Array, x: Array) -> Array:
    """factor e^x, where e^x alone may overflow or vanish; beyond 1500 either every factor does or none."""
    inside = maximum(-700.0, minimum(700.0, x))
    beyond = exp(0.5 * maximum(-800.0, minimum(800.0, x - inside)))
    return factor * exp(inside) * beyond * beyond


def exp_of_difference(a: Array, b: Array) -> Array:
    """e^(a - b) for a <= b; what a - b loses by rounding is known exactly and put back."""
    difference = maximum(-800.0, a - b)
    back = difference - a
    lost = (a - (difference - back)) - (b + back)
    e = exp(difference)
    return e + e * where(difference > -800.0, lost, 0.0)


def exp_of_square(x: Array, factor: float, lift: float) -> Array:
    """e^(factor x^2 + lift) for 0 <= x <= 40: the square in two parts, of which the large one is exact."""
    high = (x + TO_20_BITS) - TO_20_BITS
    low = factor * (x - high) * (x + high)
    e = exp(factor * (high * high) + lift)
    return e + e * (low * (1.0 + low * (0.5 + low / 6.0)))


def normal_excess(y: Array) -> Array:
    """phi(y)/Phi(-y) - y for y >= 0: from sqrt(2/pi) down to 1/y."""
    return normal_excess_series((y - 4.0) / (y + 4.0)) / (1.0 + 0.5 * y)


def normal_tail(y: Array) -> Array:
    """Phi(-y) for y >= 0."""
    return exp_of_square(minimum(40.0, y), -0.5, 0.0) / (SQRT_2_PI * (y + normal_excess(y)))


def clipped(x: Array) -> Array:
    """x between -1 and 1, where the polynomials about 0 hold."""
    return maximum(-1.0, minimum(1.0, x))


def normal_center(x: Array) -> Array:
    """Phi(x) - 1/2 for |x| <= 1; something finite elsewhere."""
    inside = clipped(x)
    return inside * normal_center_series(inside * inside)


def normcdf(x: Array) -> Array:
    """P(Z <= x) for a standard normal Z; the small tail keeps its relative accuracy."""
    tail = normal_tail(absolute(x))
    return where(absolute(x) < 1.0, 0.5 + normal_center(x), where(x < 0.0, tail, 1.0 - tail))


def lognormcdf(x: Array) -> Array:
    """log normcdf(x), for every x."""
    y = absolute(x)
    left = -(0.5 * y) * y - log(SQRT_2_PI * (y + normal_excess(y)))
    right = log1p(-where(y < 1.0, 0.5 - normal_center(x), normal_tail(y)))
    return where(x < -1.0, left, where(x < 0.0, log(0.5 + normal_center(x)), right))


def normpdf(x: Array) -> Array:
    """e^(-x^2/2) / sqrt(2 pi); the small tail keeps its relative accuracy."""
    return exp_of_square(minimum(40.0, absolute(x)), -0.5, 0.0) / SQRT_2_PI


def clip(x: Array, low: Array, high: Array) -> Array:
    """x between low and high; high where the two are the wrong way round."""
    return minimum(maximum(x, low), high)


def normhazard(x: Array) -> Array:
    """phi(x)/Phi(x), the derivative of lognormcdf."""
    y = absolute(x)
    right = exp_of_square(minimum(40.0, y), -0.5, 0.0) / (SQRT_2_PI * normcdf(maximum(-1.0, x)))
    return where(x < -0.5, y + normal_excess(y), right)


def normhazard_fall(x: Array) -> Array:
    """normhazard(x) (x + normhazard(x)), minus the second derivative of lognormcdf.

    On the right the exponential is lifted by e^156 until the end, or subnormal results would lose places.
    """
    y = absolute(x)
    high, lifted = minimum(40.0, maximum(1.0, x)), exp_of_square(minimum(40.0, y), -0.5, 156.0)
    right = lifted * ((high + normhazard(high)) / normcdf(high)) * EXP_MINUS_156_OVER_SQRT_2_PI
    center = hazard_fall_series(clipped(x))
    return where(x < -1.0, hazard_fall_tail_series((y - 4.0) / (y + 4.0)), where(x <= 1.0, center, right))


def erfc(x: Array) -> Array:
    """1 - erf(x); the small tail keeps its relative accuracy."""
    y = absolute(x)
    z = SQRT_2 * y
    tail = exp_of_square(minimum(40.0, y), -1.0, 0.0) / (0.5 * SQRT_2_PI * (z + normal_excess(z)))
    return where(y < 0.7, 1.0 - 2.0 * normal_center(SQRT_2 * x), where(x < 0.0, 2.0 - tail, tail))


def loggamma(x: Array) -> Array:
    """log Gamma(x) for x > 0, accurate near its zeros 1 and 2 too."""
    near = where(x < 0.75, 1.0 + x, minimum(3.0, x))
    from_one = where(x < 0.75, x, minimum(3.0, x) - 1.0)
    middle = from_one * (near - 2.0) * loggamma_series(near - 1.875)
    far = maximum(3.0, x)
    stirling = (far - 0.5) * (log(far) - 1.0) + HALF_LOG_2_PI_LESS_HALF + stirling_series(1.0 / far - 1.0 / 6.0) / far
    return where(x > 3.0, stirling, middle - where(x < 0.75, log(x), 0.0))


def digamma(x: Array) -> Array:
    """The derivative of loggamma for x > 0; 1.46163... is its zero."""
    near = where(x < 1.0, 1.0 + x, minimum(2.0, x))
    middle = ((near - DIGAMMA_ROOT) - DIGAMMA_ROOT_REST) * digamma_series(near - 1.5)
    far = maximum(2.0, x)
    tail = log(far) - 0.5 / far - digamma_tail_series(1.0 / far - 0.25) / far / far
    return where(x > 2.0, tail, middle - where(x < 1.0, 1.0 / x, 0.0))


def trigamma(x: Array) -> Array:
    """The second derivative of loggamma for x > 0."""
    far = where(x < 4.0, x + 4.0, x)
    inverse = 1.0 / far
    tail = inverse * (1.0 + inverse * (0.5 + inverse * trigamma_tail_series(inverse - 0.125)))
    one, two, three = 1.0 / (x + 1.0), 1.0 / (x + 2.0), 1.0 / (x + 3.0)
    steps = (1.0 / x) / x + (one * one + (two * two + three * three))
    return tail + where(x < 4.0, steps, 0.0)


def beta(x: Array, y: Array) -> Array:
    """Gamma(x) Gamma(y) / Gamma(x + y) for x, y > 0."""
    return exp(betaln(x, y))


def betaln(x: Array, y: Array) -> Array:
    """log beta(x, y) for x, y > 0."""
    return loggamma(x) + loggamma(y) - loggamma(x + y)


def loggamma_growth(x: Array, n: Array) -> Array:
    """log Gamma(x + n) - log Gamma(x)."""
    return loggamma(x + n) - loggamma(x)


def digamma_growth(x: Array, n: Array) -> Array:
    """digamma(x + n) - digamma(x)."""
    return digamma(x + n) - digamma(x)


def trigamma_growth(x: Array, n: Array) -> Array:
    """trigamma(x + n) - trigamma(x)."""
    return trigamma(x + n) - trigamma(x)


def cauchycdf(x: Array) -> Array:
    """1/2 + arctan(x)/pi, the distribution of Cauchy; the small tail keeps its relative accuracy."""
    tail = arctan(-1.0 / minimum(-0.5, x)) * (1.0 / PI)
    return where(x < -0.5, tail, 0.5 + arctan(x) * (1.0 / PI))


def logcauchycdf(x: Array) -> Array:
    """log cauchycdf(x)."""
    return where(x > 0.0, log1p(-cauchycdf(-absolute(x))), log(cauchycdf(x)))


def either(inside: Array, near: Callable[..., Array], far: Callable[..., Array], *arguments: Array) -> Array:
    """near(*arguments) where inside, far(*arguments) elsewhere, which is computed there alone."""
    whole = np.broadcast_arrays(inside, *arguments)
    outside = ~whole[0]
    result = np.array(np.broadcast_to(1.0 * near(*arguments), outside.shape))
    if outside.any():
        result[outside] = far(*(argument[outside] for argument in whole[1:]))
    return result


def bose(x: Array) -> Array:
    """x/(e^x - 1), and 1 at 0."""
    some = where(x == 0.0, 1.0, minimum(1000.0, x))
    return where(x == 0.0, 1.0, some / expm1(some))


def bose_fall(x: Array) -> Array:
    """(x - 1 + bose(x))/x."""
    far = where(absolute(x) > 1.0, x, 2.0)
    return where(absolute(x) > 1.0, (far - 1.0 + bose(far)) / far, bose_fall_series(clipped(x)))


def relative_log1p(x: Array) -> Array:
    """log(1 + x)/x, and 1 at 0."""
    some = where(x == 0.0, 1.0, x)
    return where(x == 0.0, 1.0, log1p(some) / some)


def relative_log1p_fall(x: Array) -> Array:
    """(log(1 + x)/x - 1/(1 + x))/x for x >= 0; it cancels for small x."""
    some = where(x < 1e-3, 1.0, x)
    series = 0.5 - x * (2.0 / 3.0 - x * (0.75 - x * (0.8 - x * (5.0 / 6.0 - x * (6.0 / 7.0)))))
    return where(x < 1e-3, series, (log1p(some) / some - 1.0 / (1.0 + some)) / some)
