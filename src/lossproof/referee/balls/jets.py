"""Derivatives by arithmetic with nilpotent units, over exact rationals and balls.

    f(a + h) = f(a) + f'(a)·h + f''(a)/2·h² + ...        with h a sum of products of units ε_i, ε_i² = 0

Each `diff` that is being evaluated has its own unit, so nested and mixed derivatives need no rule of their
own: ``diff(diff(f, x), y)`` is the coefficient of ε₁ε₀. A jet is a dict from the set of units in a product
(a bit mask) to its coefficient; a function enters only through its Taylor coefficients at a number.

What moves stays a jet where it stands still for a moment, as x² does at 0: a comparison that is decided there by
equality is one that changes nearby. x - x, an affine function of the units without any of them, is a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb, fmpq

from lossproof.referee.balls import scalars
from lossproof.referee.balls.scalars import ONE, ZERO, OutOfDomain, Scalar

Parts = dict[int, Scalar]


class Jet:
    """A number with infinitesimal parts; always has a part 0 and at least one other, which may be 0.

    ``affine`` says that there is nothing beyond the parts: no higher term of a Taylor series was cut off.
    """

    __slots__ = ("affine", "parts")

    def __init__(self, parts: Parts, affine: bool = False) -> None:
        self.parts = parts
        self.affine = affine

    @property
    def number(self) -> Scalar:
        """The part without units."""
        return self.parts[0]


Value = Scalar | Jet


def _jet(parts: Parts, affine: bool) -> Value:
    """The parts as a jet, or as a plain number where nothing moves."""
    if affine:
        parts = {mask: part for mask, part in parts.items() if mask == 0 or not scalars.is_zero(part)}
    return Jet(parts, affine) if len(parts) > 1 else parts.get(0, ZERO)


def _is_affine(value: Value) -> bool:
    return not isinstance(value, Jet) or value.affine


def parts_of(value: Value) -> Parts:
    """The parts of a jet or of a plain number."""
    return value.parts if isinstance(value, Jet) else {0: value}


def number_of(value: Value) -> Scalar:
    """The value without its infinitesimal parts."""
    return value.parts[0] if isinstance(value, Jet) else value


def inexact(value: Value) -> Value:
    """The same with balls for irrational numbers that are known exactly."""
    if isinstance(value, Jet):
        return Jet({mask: scalars.inexact(part) for mask, part in value.parts.items()}, value.affine)
    return scalars.inexact(value)


def unit(bit: int) -> Jet:
    """ε: the unit of one `diff`."""
    return Jet({0: ZERO, bit: ONE}, affine=True)


def coefficient(value: Value, bit: int) -> Value:
    """The coefficient of the unit ``bit``: the derivative by what was moved along it."""
    if not isinstance(value, Jet):
        return ZERO
    parts = {mask ^ bit: part for mask, part in value.parts.items() if mask & bit}
    return _jet({0: ZERO} | parts, value.affine)


def add(left: Value, right: Value) -> Value:
    """left + right."""
    if type(left) is arb is type(right):
        return left + right
    if not isinstance(left, Jet) and not isinstance(right, Jet):
        return scalars.tame(left + right)
    return _merge(left, right, scalars.add)


def subtract(left: Value, right: Value) -> Value:
    """left - right."""
    if type(left) is arb is type(right):
        return left - right
    if not isinstance(left, Jet) and not isinstance(right, Jet):
        return scalars.tame(left - right)
    return _merge(left, right, scalars.subtract)


def negative(value: Value) -> Value:
    """-value."""
    if not isinstance(value, Jet):
        return -value
    return Jet({mask: -part for mask, part in value.parts.items()}, value.affine)


def multiply(left: Value, right: Value) -> Value:
    """left · right."""
    if type(left) is arb is type(right):
        return left * right
    if not isinstance(left, Jet) and not isinstance(right, Jet):
        return scalars.multiply(left, right)
    if not isinstance(left, Jet) or not isinstance(right, Jet):
        return _scaled(left, right)
    parts: Parts = {}
    for mask, part in parts_of(left).items():
        for other, factor in parts_of(right).items():
            if not mask & other:
                product = scalars.multiply(part, factor)
                both = mask | other
                parts[both] = scalars.add(parts[both], product) if both in parts else product
    return _jet(parts, affine=False)


def _scaled(left: Value, right: Value) -> Value:
    """A jet times a plain number; 0 times a jet is a constant."""
    number, moving = (right, left) if isinstance(left, Jet) else (left, right)
    assert not isinstance(number, Jet)
    affine = _is_affine(moving) or scalars.is_zero(number)
    return _jet({mask: scalars.multiply(part, number) for mask, part in parts_of(moving).items()}, affine)


def divide(left: Value, right: Value) -> Value:
    """left / right; outside the domain where right = 0."""
    if not isinstance(right, Jet):
        if not isinstance(left, Jet):
            return scalars.divide(left, right)
        return _jet({mask: scalars.divide(part, right) for mask, part in left.parts.items()}, left.affine)
    return multiply(left, power(right, fmpq(-1)))


def power(base: Value, exponent: Value, principal: bool = False) -> Value:
    """base ^ exponent; with an infinitesimal exponent exp(b·log a), for a > 0."""
    if isinstance(exponent, Jet):
        raise TypeError("an infinitesimal exponent is written with exp and log")
    if not isinstance(base, Jet):
        return scalars.power(base, exponent, principal)
    if exponent in (ZERO, ONE):
        return base if exponent == ONE else ONE
    return compose(base, lambda at, count: _binomial_series(at, exponent, count, principal))


def compose(argument: Jet, taylor: Callable[[Scalar, int], Sequence[Scalar]]) -> Value:
    """f(a + h) from the ``count`` Taylor coefficients of f at a, by Horner's rule in h."""
    units = 0
    for mask in argument.parts:
        units |= mask
    series = taylor(argument.number, units.bit_count() + 1)
    step = Jet({**argument.parts, 0: ZERO})
    value: Value = series[-1]
    for part in reversed(series[:-1]):
        value = add(multiply(value, step), part)
    return Jet(dict.fromkeys(argument.parts, ZERO) | parts_of(value))


def sign(value: Value) -> int:
    """-1, 0 or 1; a zero that moves is a kink or a touch, where nothing is differentiable by this evaluator."""
    side = scalars.sign(number_of(value))
    if side == 0 and isinstance(value, Jet):
        raise OutOfDomain("a derivative at a kink or a jump")
    return side


def _merge(left: Value, right: Value, operate: Callable[[Scalar, Scalar], Scalar]) -> Value:
    first, second = parts_of(left), parts_of(right)
    merged = {m: operate(first.get(m, ZERO), second.get(m, ZERO)) for m in first.keys() | second.keys()}
    return _jet(merged, _is_affine(left) and _is_affine(right))


def _binomial_series(base: Scalar, exponent: Scalar, count: int, principal: bool) -> list[Scalar]:
    """The coefficients C(b, j)·a^(b-j) of (a + h)^b."""
    series: list[Scalar] = []
    factor: Scalar = ONE
    for j in range(count):
        rest = scalars.subtract(exponent, fmpq(j))
        vanishes = scalars.is_zero(factor)
        series.append(ZERO if vanishes else scalars.multiply(factor, scalars.power(base, rest, principal)))
        factor = scalars.divide(scalars.multiply(factor, rest), fmpq(j + 1))
    return series
