"""The named functions of split numbers, each by a formula that keeps what is exact apart.

Laws of this file: those of `split_numbers`.
"""

from __future__ import annotations

import math

from flint import arb, ctx

from lossproof.lowering.numbers.rounding import Ball
from lossproof.lowering.numbers.split_choices import absolute, largest
from lossproof.lowering.numbers.split_numbers import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Split,
    exp,
    inverse,
    is_nothing,
    log,
    near_zero,
    negative,
    of_ball,
    of_fraction,
    summed,
    times,
)


def log1p(x: Split) -> Split:
    return log(summed(of_fraction(ONE), x))


def expm1(x: Split) -> Split:
    return summed(exp(x), of_fraction(-ONE))


def softplus(x: Split) -> Split:
    return log1p(exp(x))


def expit(x: Split) -> Split:
    return inverse(summed(of_fraction(ONE), exp(negative(x))))


def logit(p: Split) -> Split:
    return summed(log(p), negative(log(summed(of_fraction(ONE), negative(p)))))


def log1mexp(x: Split) -> Split:
    return log(negative(expm1(negative(x))))


def xlogy(x: Split, y: Split) -> Split:
    return x if is_nothing(x) else times(x, log(y))


def logsumexp(*terms: Split) -> Split:
    """The largest term, and the logarithm of 1 and what the others add."""
    top = largest(*terms)
    return summed(top, log(summed(*(exp(summed(term, negative(top))) for term in terms))))


def normcdf(x: Split) -> Split:
    if bool(x.total() > 1):
        return summed(of_fraction(ONE), negative(_normal_tail(x)))
    return _normal_tail(negative(x))


def erfc(x: Split) -> Split:
    """2 Phi(-sqrt(2) x), with x^2 as it stands in the exponent."""
    if bool(x.total() < -1):
        return summed(of_fraction(TWO), negative(erfc(negative(x))))
    if _is_far(y := x.total() * arb(2).sqrt()):
        return times(of_fraction(TWO), _far_tail(times(x, x), y))
    return of_ball(x.total().erfc())


def _normal_tail(x: Split) -> Split:
    """Phi(-x)."""
    if _is_far(y := x.total()):
        return _far_tail(times(of_fraction(HALF), times(x, x)), y)
    return of_ball((y / arb(2).sqrt()).erfc() / 2)


def _is_far(y: Ball) -> bool:
    """Whether Mills' series reaches the precision: its smallest term is about e^(-y^2/2)."""
    return bool(y * y > 2 * ctx.prec)


def _far_tail(half_square: Split, y: Ball) -> Split:
    """exp(-y^2/2) (1/y - 1/y^3 + 1*3/y^5 - ...)/sqrt(2 pi); what is left out is smaller than its first term."""
    term = 1 / (y * (2 * arb.pi()).sqrt())
    enough = abs(term) * arb(2) ** -ctx.prec
    series, square, k = arb(0), 1 / (y * y), 0
    while not bool(abs(term) < enough):
        series, k = series + term, k + 1
        term = term * square * (1 - 2 * k)
    return times(exp(negative(half_square)), of_ball(series + arb(0, abs(term).upper())))


def erf(x: Split) -> Split:
    total = x.total()
    if bool(abs(total) < 1):
        return of_ball(total.erf())
    return summed(of_fraction(ONE), negative(erfc(x)))


def tanh(x: Split) -> Split:
    """1 - 2/(e^2x + 1), and minus that on the left."""
    total = x.total()
    if bool(abs(total) < 1):
        return of_ball(near_zero(total, arb.tanh))
    doubled = exp(times(of_fraction(TWO), absolute(x)))
    rest = times(of_fraction(-TWO), inverse(summed(doubled, of_fraction(ONE))))
    right = summed(of_fraction(ONE), rest)
    return right if total > 0 else negative(right)


def cosh(x: Split) -> Split:
    return times(of_fraction(HALF), summed(exp(x), exp(negative(x))))


def sinh(x: Split) -> Split:
    return times(of_fraction(HALF), summed(exp(x), negative(exp(negative(x)))))


def gamma(x: Split) -> Split:
    return Split(ZERO, x.total().gamma(), lambda: of_ball(x.total().lgamma()))


def factorial(x: Split) -> Split:
    return gamma(summed(x, of_fraction(ONE)))


def polygamma(order: Split, x: Split) -> Split:
    """(-1)^(n+1) n! zeta(n+1, x), and the digamma function for n = 0."""
    n = int(order.exact.p)
    if n == 0:
        return of_ball(x.total().digamma())
    return of_ball(arb((-1) ** (n + 1) * math.factorial(n)) * arb(n + 1).zeta(x.total()))


def trigamma(x: Split) -> Split:
    return polygamma(of_fraction(ONE), x)
