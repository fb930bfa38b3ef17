"""Numbers of the independent evaluator: exact rationals while they last, then balls that hold the true value.

    fmpq   an exact rational                      decides comparisons, indices and integers exactly
    arb    a real ball                            decides a comparison only when the whole ball does
    acb    a complex ball, principal values       only where a claim is followed beyond the reals
    Exact  an irrational number that is known     decides whether it is 0, and what undoes a function

Every operation either returns a number that encloses the true value or raises one of

    Unusable
    ├── OutOfDomain      the formula has no value here (log of 0, division by 0, a pole, a kink)
    │   └── LeavesReals  no *real* value: log or an irrational power of a negative number
    ├── Undecided        the ball is too wide to tell; more precision may help
    └── TooLarge         the work is bounded and the bound is reached
"""

from __future__ import annotations

from typing import Literal

from flint import acb, arb, ctx, fmpq

from lossproof.referee.balls.irrational import LARGEST_DEGREE, Exact, exact_root
from lossproof.words.codes import ReasonName

Inexact = fmpq | arb | acb
Scalar = Inexact | Exact

ZERO = fmpq(0)
ONE = fmpq(1)
HALF = fmpq(1, 2)

# A rational longer than this is worth no more than a ball, and costs more.
_EXACT_BITS = 4096
_SERIES_TERMS = 16


class Unusable(Exception):
    """The formula gives no number at this point, and why."""

    def __init__(self, reason: ReasonName) -> None:
        super().__init__(reason)
        self.reason: ReasonName = reason


class OutOfDomain(Unusable):
    """The formula has no value at this point, whatever the precision."""


class LeavesReals(OutOfDomain):
    """The formula has no real value at this point; a principal complex value may exist."""


class Undecided(Unusable):
    """The ball is too wide to decide; try again with more bits."""


class TooLarge(Unusable):
    """A sum, a nesting or a number exceeds what the evaluator spends on one point."""


def precision(bits: int) -> _Precision:
    """Work with ``bits`` bits, and put flint's global context back afterwards."""
    return _Precision(bits)


class _Precision:
    """What `precision` gives to ``with``: a generator would cost more than many a formula inside."""

    __slots__ = ("bits", "saved")

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.saved = ctx.prec, ctx.cap
        ctx.prec, ctx.cap = self.bits, _SERIES_TERMS

    def __exit__(self, *_: object) -> None:
        ctx.prec, ctx.cap = self.saved


def tame(number: Scalar) -> Scalar:
    """The same number: a rational that has grown too long becomes a ball, a complex ball on the axis real."""
    if type(number) is arb:  # as most are
        return number
    if isinstance(number, fmpq):
        return number if number.height_bits() <= _EXACT_BITS else arb(number)
    if isinstance(number, acb) and number.imag.is_zero():
        return number.real
    return number


def key(number: object) -> object:
    """What stands for a number in a table: flint hashes a rational by way of a fraction, at some cost."""
    return (number.p, number.q) if isinstance(number, fmpq) else number


def ball(number: Scalar) -> arb | acb:
    """The number as a ball, at the precision in force."""
    if isinstance(number, Exact):
        return number.ball()
    return arb(number) if isinstance(number, fmpq) else number


def inexact(number: Scalar) -> Inexact:
    """The number as what every function can be applied to."""
    return number.ball() if isinstance(number, Exact) else number


def is_finite(number: Scalar) -> bool:
    """Whether the enclosure says anything at all."""
    return isinstance(number, fmpq) or number.is_finite()


def is_zero(number: Scalar) -> bool:
    """Whether the number is known to be exactly 0."""
    return not number if isinstance(number, fmpq) else number.is_zero()


def sign(number: Scalar) -> int:
    """-1, 0 or 1; raises Undecided where the ball holds both signs, OutOfDomain beyond the reals."""
    if isinstance(number, acb):
        raise OutOfDomain("an ordering of numbers that are not real")
    if number > 0:
        return 1
    if number < 0:
        return -1
    if is_zero(number):
        return 0
    raise Undecided("a comparison that the ball does not decide")


def nonzero(number: Scalar, reason: ReasonName) -> Scalar:
    """The number itself; raises OutOfDomain(reason) where it is 0, Undecided where it might be."""
    if is_zero(number):
        raise OutOfDomain(reason)
    if not isinstance(number, fmpq) and number.contains(0):
        raise Undecided(reason)
    return number


def add(left: Scalar, right: Scalar) -> Scalar:
    """left + right."""
    return tame(left + right)


def subtract(left: Scalar, right: Scalar) -> Scalar:
    """left - right."""
    return tame(left - right)


def multiply(left: Scalar, right: Scalar) -> Scalar:
    """left · right; an exact zero stays exact."""
    if isinstance(left, fmpq) and not left and is_finite(right):
        return ZERO
    if isinstance(right, fmpq) and not right and is_finite(left):
        return ZERO
    return tame(left * right)


def divide(left: Scalar, right: Scalar) -> Scalar:
    """left / right; outside the domain where right = 0."""
    nonzero(right, "a division by zero")
    if isinstance(left, fmpq) and not left and is_finite(right):
        return ZERO
    return tame(left / right)


Whole = Literal["an index", "the end of a range"]
_NOT_WHOLE: dict[Whole, ReasonName] = {
    "an index": "an index that is not an integer",
    "the end of a range": "the end of a range that is not an integer",
}
_MOVING: dict[Whole, ReasonName] = {
    "an index": "a derivative by an index",
    "the end of a range": "a derivative by the end of a range",
}
_NOT_EXACT: dict[Whole, ReasonName] = {
    "an index": "an index that is not known exactly",
    "the end of a range": "the end of a range that is not known exactly",
}


def integer_of(number: object, what: Whole) -> int:
    """The exact integer as an int; outside the domain where ``what`` is not an integer."""
    if isinstance(number, fmpq):
        if number.q == 1:
            return int(number.p)
        raise OutOfDomain(_NOT_WHOLE[what])
    number = number.ball() if isinstance(number, Exact) else number
    if isinstance(number, arb) and not number.contains_integer():
        raise OutOfDomain(_NOT_WHOLE[what])
    if not isinstance(number, arb | acb):
        raise OutOfDomain(_MOVING[what])
    raise Undecided(_NOT_EXACT[what])


def power(base: Scalar, exponent: Scalar, principal: bool = False) -> Scalar:
    """base ^ exponent; 0^0 = 1 and 0^b = 0 for b > 0.

    A negative base needs an exact integer exponent; with ``principal`` it has exp(b·log a) instead.
    """
    exponent = inexact(exponent)
    if isinstance(exponent, fmpq) and exponent.q == 1:
        return integer_power(base, exponent)
    if isinstance(base, acb) or isinstance(exponent, acb):
        return tame(acb(ball(nonzero(base, "a power of zero"))) ** acb(exponent))
    side = sign(base)
    if side == 0:
        return _power_of_zero(exponent)
    if side < 0:
        return _power_of_negative(base, exponent, principal)
    return _power_of_positive(base, exponent)


def integer_power(base: Scalar, exponent: fmpq) -> Scalar:
    """base ^ n for an exact integer n, exact where the result stays short."""
    n = int(exponent.p)
    if n < 0:
        nonzero(base, "a division by zero")
    if isinstance(base, Exact):
        return base**n if abs(n) <= LARGEST_DEGREE else tame(base.ball() ** n)
    if isinstance(base, fmpq) and abs(n) * base.height_bits() <= _EXACT_BITS:
        return base**n
    if isinstance(base, fmpq) and is_zero(base):
        return ZERO
    return tame(ball(base) ** n)


def _power_of_zero(exponent: Scalar) -> Scalar:
    if sign(exponent) > 0:
        return ZERO
    if is_zero(exponent):
        return ONE
    raise OutOfDomain("a negative power of zero")


def _power_of_negative(base: Scalar, exponent: Scalar, principal: bool) -> Scalar:
    if isinstance(exponent, arb) and exponent.contains_integer():
        raise Undecided("a power of a negative number with an exponent that may be an integer")
    if not principal:
        raise LeavesReals("a power of a negative number")
    return tame(acb(ball(base)) ** acb(ball(exponent)))


def _power_of_positive(base: Scalar, exponent: Scalar) -> Scalar:
    base = inexact(base)
    if isinstance(exponent, fmpq) and isinstance(base, fmpq) and exponent.q == 2:
        root = exact_root(base)
        if root is not None:
            return integer_power(root, fmpq(exponent.p))
    return tame(ball(base) ** ball(exponent))
