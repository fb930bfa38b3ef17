"""Numbers that keep apart what is exact, a fraction and a ball beside it: sums, products, powers, exp and log.

    x = exact + rest        1 + tanh(-1000) = (1 - 1) + 2e^-2000/(1 + e^-2000)
    log(x) = log(t) + log(1 + (x - t)/t)      log(1 + e^1000) - 1000 = (1000 - 1000) + log(1 + e^-1000)

A ball of p digits loses what is 10^p times smaller than its middle. Constants and inputs in fractions cancel without a
loss, whatever is left of them; and a number that is an exponential, or a sum in which one exponential stands out,
remembers the exponent, which is its logarithm.

Laws of this file. An operation never answers wrongly: where a ball is too wide to decide, the result is not finite.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from flint import arb, ctx, fmpq

from lossproof.lowering.numbers.rounding import Ball

MOST_BITS = 20_000  # of an exact part; longer ones join the ball
LONGEST_PRODUCT = 16  # higher powers by exp and log

Exact = Any  # fmpq: python-flint has no types


class Split:
    """``exact + rest``; ``logarithm()`` where the number knows its own."""

    __slots__ = ("exact", "logarithm", "rest")

    def __init__(self, exact: Exact, rest: Ball, logarithm: Callable[[], Split] | None = None) -> None:
        self.exact = exact
        self.rest = rest
        self.logarithm = logarithm

    def total(self) -> Ball:
        """The number as one ball."""
        return self.rest if self.exact == 0 else self.rest + arb(self.exact)

    def sign(self) -> int | None:
        """-1, 0 or 1; None where the ball does not tell."""
        if self.rest.is_zero():
            return int(self.exact > 0) - int(self.exact < 0)
        total = self.total()
        return 1 if total > 0 else (-1 if total < 0 else None)


ZERO, ONE, TWO, HALF = fmpq(0), fmpq(1), fmpq(2), fmpq(1, 2)
UNKNOWN = Split(ZERO, arb("nan"))


def of_ball(ball: Ball) -> Split:
    """A number of which nothing is known but the ball."""
    return Split(ZERO, ball)


def of_fraction(exact: Exact) -> Split:
    """A fraction, exactly where it is not too long."""
    if exact.height_bits() > MOST_BITS:
        return of_ball(arb(exact))
    return Split(exact, arb(0))


def negative(x: Split) -> Split:
    return Split(-x.exact, -x.rest)


def summed(*terms: Split) -> Split:
    """The sum; where one positive term is larger than all others together, its logarithm leads to that of the sum."""
    exact = sum((term.exact for term in terms), ZERO)
    rest = sum((term.rest for term in terms), arb(0))
    whole = of_fraction(exact)
    return Split(whole.exact, rest + whole.rest, _log_of_sum(terms))


def _log_of_sum(terms: Sequence[Split]) -> Callable[[], Split] | None:
    for place, term in enumerate(terms):
        if term.logarithm is None:
            continue
        others = sum((other.total() for k, other in enumerate(terms) if k != place), arb(0))
        log_of_term = term.logarithm
        share = others * negative(log_of_term()).total().exp()
        if bool(abs(share) < 1):
            return lambda: summed(log_of_term(), of_ball(share.log1p()))
    return None


def product(*factors: Split) -> Split:
    return reduce(times, factors)


def times(x: Split, y: Split) -> Split:
    if is_nothing(x) or is_nothing(y):
        return Split(ZERO, x.total() * y.total())
    if x.logarithm is not None and y.logarithm is not None:
        return exp(summed(x.logarithm(), y.logarithm()))
    logarithm = _log_of_product(x, y)
    if x.exact == 0 or y.exact == 0:
        return Split(ZERO, x.total() * y.total(), logarithm)
    whole = of_fraction(x.exact * y.exact)
    rest = arb(x.exact) * y.rest + arb(y.exact) * x.rest + x.rest * y.rest
    return Split(whole.exact, rest + whole.rest, logarithm)


def _log_of_product(x: Split, y: Split) -> Callable[[], Split] | None:
    one = x if x.logarithm is not None else y
    other = y if one is x else x
    if one.logarithm is None or not bool(other.total() > 0):
        return None
    known = one.logarithm
    return lambda: summed(known(), log(other))


def is_nothing(x: Split) -> bool:
    return x.exact == 0 and bool(x.rest.is_zero())


def leads(x: Split) -> bool:
    """Whether the exact part is far larger than the rest."""
    return x.exact != 0 and bool(abs(x.rest) * 2 < abs(arb(x.exact)))


def inverse(x: Split) -> Split:
    if leads(x):
        return Split(1 / x.exact, -x.rest / (arb(x.exact) * x.total()))
    if x.logarithm is not None:
        return exp(negative(x.logarithm()))
    return Split(ZERO, 1 / x.total())


def power(x: Split, exponent: Split) -> Split:
    n = exponent.exact
    if not exponent.rest.is_zero():
        return exp(times(exponent, log(x)))
    if n == HALF:
        return root(x)
    if n.q == 1 and abs(int(n.p)) <= LONGEST_PRODUCT:
        whole = product(*[x] * abs(int(n.p))) if n != 0 else of_fraction(ONE)
        return whole if n >= 0 else inverse(whole)
    if n.q == 1:
        return of_ball(x.total() ** int(n.p))
    if n.q == 2 and abs(int(n.p)) <= LONGEST_PRODUCT:
        whole = product(*[root(x)] * abs(int(n.p)))
        return whole if n >= 0 else inverse(whole)
    return exp(times(exponent, log(x)))


def root(x: Split) -> Split:
    known = x.logarithm
    logarithm = None if known is None else lambda: times(of_fraction(HALF), known())
    if x.exact > 0 and leads(x):
        above, below = math.isqrt(int(x.exact.p)), math.isqrt(int(x.exact.q))
        if above * above == int(x.exact.p) and below * below == int(x.exact.q):
            exact = fmpq(above, below)
            return Split(exact, x.rest / (arb(exact) + x.total().sqrt()), logarithm)
    return Split(ZERO, x.total().sqrt(), logarithm)


def exp(x: Split) -> Split:
    total = x.total()
    if bool(abs(total) < 0.5):
        return Split(ONE, near_zero(total, arb.expm1))
    return Split(ZERO, total.exp(), lambda: x)


def near_zero(x: Ball, function: Callable[[Ball], Ball]) -> Ball:
    """f(x) = x (1 + rest), |rest| < |x|, which python-flint gives few digits of where x is tiny."""
    tiny = arb(2) ** -ctx.prec
    return x * arb(1, tiny) if bool(abs(x) < tiny) else function(x)


def log(x: Split) -> Split:
    above = Split(x.exact - 1, x.rest).total()
    if bool(abs(above) < 0.5):
        return of_ball(above.log1p())
    if x.logarithm is not None and not leads(x) and x.total() > 0:
        return x.logarithm()
    return of_ball(x.total().log())
