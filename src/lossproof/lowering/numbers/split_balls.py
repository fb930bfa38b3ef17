"""Balls that keep apart what is exact: formulas of any shape at any float, right to the last place.

    x = exact + rest        1 + tanh(-1000) = (1 - 1) + 2e^-2000/(1 + e^-2000)
    log(x) = log(t) + log(1 + (x - t)/t)      log(1 + e^1000) - 1000 = (1000 - 1000) + log(1 + e^-1000)

A ball of p digits loses what is 10^p times smaller than its middle. Here a number is a fraction and a ball beside
it, so that constants and inputs cancel without a loss, whatever is left of them; and a number that is an exponential,
or a sum in which one exponential stands out, remembers the exponent, which is its logarithm. What still cancels gets
more digits, up to `PRECISIONS`.

Laws of this file. An operation never answers wrongly: where a ball is too wide to decide, the result is not finite.
It is slow (about a microsecond an operation), and asked only where no formula in floats is right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache, reduce
from threading import RLock
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from lossproof.lowering.numbers.rounding import FLOAT64, Ball, Format, rounded, settled

PRECISIONS = (128, 320, 1280, 2560, 5120)
MOST_BITS = 20_000  # of an exact part; longer ones join the ball
LONGEST_PRODUCT = 16  # higher powers by exp and log
LOCK = RLock()  # python-flint has one precision for all threads

Exact = Any  # fmpq: python-flint has no types
Instruction = tuple[Any, ...]
Program = tuple[Instruction, ...]
"""Steps as (operation, places of earlier steps); ("argument", n) and ("number", p, q) stand at the leaves."""


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
    if max(int(exact.p).bit_length(), int(exact.q).bit_length()) > MOST_BITS:
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
    return reduce(_times, factors)


def _times(x: Split, y: Split) -> Split:
    if _is_nothing(x) or _is_nothing(y):
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


def _is_nothing(x: Split) -> bool:
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
        return exp(_times(exponent, log(x)))
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
    return exp(_times(exponent, log(x)))


def root(x: Split) -> Split:
    known = x.logarithm
    logarithm = None if known is None else lambda: _times(of_fraction(HALF), known())
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
    return x if _is_nothing(x) else _times(x, log(y))


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
        return _times(of_fraction(TWO), _far_tail(_times(x, x), y))
    return of_ball(x.total().erfc())


def _normal_tail(x: Split) -> Split:
    """Phi(-x)."""
    if _is_far(y := x.total()):
        return _far_tail(_times(of_fraction(HALF), _times(x, x)), y)
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
    return _times(exp(negative(half_square)), of_ball(series + arb(0, abs(term).upper())))


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
    doubled = exp(_times(of_fraction(TWO), absolute(x)))
    rest = _times(of_fraction(-TWO), inverse(summed(doubled, of_fraction(ONE))))
    right = summed(of_fraction(ONE), rest)
    return right if total > 0 else negative(right)


def cosh(x: Split) -> Split:
    return _times(of_fraction(HALF), summed(exp(x), exp(negative(x))))


def sinh(x: Split) -> Split:
    return _times(of_fraction(HALF), summed(exp(x), negative(exp(negative(x)))))


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


def absolute(x: Split) -> Split:
    return by_sign(x, negative(x), x, x)


def by_sign(x: Split, below: Split, at_zero: Split, above: Split) -> Split:
    """One of three by the sign of x."""
    sign = x.sign()
    return UNKNOWN if sign is None else (below, at_zero, above)[sign + 1]


def sign(x: Split) -> Split:
    return by_sign(x, *(of_fraction(fmpq(n)) for n in (-1, 0, 1)))


def heaviside(x: Split, at_zero: Split) -> Split:
    return by_sign(x, of_fraction(ZERO), at_zero, of_fraction(ONE))


def largest(*terms: Split) -> Split:
    return reduce(lambda x, y: by_sign(summed(y, negative(x)), x, x, y), terms)


def smallest(*terms: Split) -> Split:
    return reduce(lambda x, y: by_sign(summed(y, negative(x)), y, x, x), terms)


def holds(order: str, left: Split, right: Split) -> bool | None:
    """A comparison; None where the balls do not tell."""
    sign = summed(left, negative(right)).sign()
    return None if sign is None else ORDERS[order](sign)


ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda s: s < 0,
    "<=": lambda s: s <= 0,
    ">": lambda s: s > 0,
    ">=": lambda s: s >= 0,
    "==": lambda s: s == 0,
    "!=": lambda s: s != 0,
}


def every(*conditions: bool | None) -> bool | None:
    """All of them, where one that fails decides."""
    return False if False in conditions else (None if None in conditions else True)


def some(*conditions: bool | None) -> bool | None:
    """One of them, where one that holds decides."""
    return True if True in conditions else (None if None in conditions else False)


def chosen(*pieces: Any) -> Split:
    """The value before the first condition that holds: (value, condition, value, condition, ...)."""
    for value, condition in zip(pieces[::2], pieces[1::2], strict=True):
        if condition is None:
            return UNKNOWN
        if condition:
            return value
    return UNKNOWN


def of_one_ball(function: Callable[[Ball], Ball]) -> Callable[[Split], Split]:
    """A function that balls alone are enough for."""
    return lambda x: of_ball(function(x.total()))


OPERATIONS: dict[str, Callable[..., Any]] = {
    "Abs": absolute,
    "Add": summed,
    "And": every,
    "Exp1": lambda: of_ball(arb.const_e()),
    "Heaviside": heaviside,
    "Max": largest,
    "Min": smallest,
    "Mul": product,
    "Or": some,
    "Pi": lambda: of_ball(arb.pi()),
    "Piecewise": chosen,
    "Pow": power,
    "atan": of_one_ball(lambda x: x.atan()),
    "cos": of_one_ball(lambda x: x.cos()),
    "cosh": cosh,
    "digamma": of_one_ball(lambda x: x.digamma()),
    "erf": erf,
    "erfc": erfc,
    "exp": exp,
    "expit": expit,
    "expm1": expm1,
    "factorial": factorial,
    "gamma": gamma,
    "log": log,
    "log1mexp": log1mexp,
    "log1p": log1p,
    "loggamma": of_one_ball(lambda x: x.lgamma()),
    "logit": logit,
    "lognormcdf": lambda x: log(normcdf(x)),
    "logsumexp": logsumexp,
    "normcdf": normcdf,
    "number": lambda p, q: of_fraction(fmpq(p, q)),
    "polygamma": polygamma,
    "sign": sign,
    "sin": of_one_ball(lambda x: x.sin()),
    "sinh": sinh,
    "softplus": softplus,
    "tanh": tanh,
    "trigamma": trigamma,
    "truth": bool,
    "xlogy": xlogy,
}
LEAVES = ("number", "truth")


def is_known(name: str) -> bool:
    """Whether there is an operation of that name, here or among those of balls."""
    return name in OPERATIONS or hasattr(arb, name)


@cache
def operation(name: str) -> Callable[..., Any]:
    """The operation of that name; what stands in no row here is python-flint's own, of one ball."""
    return OPERATIONS.get(name) or of_one_ball(getattr(arb, name))


@lru_cache(maxsize=1 << 14)
def ball_of(program: Program, point: tuple[float, ...], form: Format = FLOAT64) -> Ball:
    """A ball around the program's last step that settles its rounding; not finite where no precision does.

    Kept, because the forms of one formula are measured at the same points, and the hard ones take milliseconds.
    """
    with LOCK:
        before = ctx.prec
        try:
            for precision in PRECISIONS:
                ctx.prec = precision
                ball = _run(program, [of_fraction(fmpq(*x.as_integer_ratio())) for x in point]).total()
                if settled(ball, form):
                    return ball
        finally:
            ctx.prec = before
    return arb("nan")


def _run(program: Program, point: Sequence[Split]) -> Split:
    steps: list[Any] = []
    for name, *places in program:
        if name == "argument":
            steps.append(point[places[0]])
        elif name in LEAVES:
            steps.append(OPERATIONS[name](*places))
        elif name in ORDERS:
            steps.append(holds(name, steps[places[0]], steps[places[1]]))
        else:
            steps.append(operation(name)(*(steps[place] for place in places)))
    result = steps[-1]
    return result if isinstance(result, Split) else UNKNOWN


class Exactly:
    """A function of arrays that runs a program at every point and rounds once; nan where it cannot tell."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def __call__(self, *columns: Any) -> np.ndarray:
        arrays = np.broadcast_arrays(*(np.asarray(column, dtype=np.float64) for column in columns))
        points = zip(*(array.ravel().tolist() for array in arrays), strict=True)
        return np.array([self.at(point) for point in points]).reshape(arrays[0].shape)

    def at(self, point: tuple[float, ...]) -> float:
        """The value at one point of floats."""
        return rounded(ball_of(self.program, point)) if all(map(math.isfinite, point)) else math.nan

    def correct(self, u: np.ndarray, observed: np.ndarray, places: np.ndarray, row: np.ndarray) -> None:
        """row[i] for the places i among samples u (q, n) and observed (c + 1, n), the target last."""
        for i in places.tolist():
            row[i] = self.at((*u[:, i].tolist(), *observed[:, i].tolist()))


@cache
def exactly(program: Program) -> Exactly:
    """The function of a program, one for each."""
    return Exactly(program)
