"""What the sign of a split number decides: sizes, the larger of two, conditions and the piece that holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from flint import fmpq

from lossproof.lowering.numbers.split_numbers import ONE, UNKNOWN, ZERO, Split, negative, of_fraction, summed


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
