"""Balls of python-flint and the floats they round to: formats, rounding to the nearest, when a ball says enough."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

Ball = Any
GUARD_BITS = 17


@dataclass(frozen=True, slots=True)
class Format:
    """A binary floating-point format: its precision and exponents. float64 has (53, -1074, 1024)."""

    name: str
    digits: int
    lowest: int  # exponent of the smallest subnormal number
    top: int  # 2^top is the first power of two that is too large

    def ulp_exponent(self, value: float) -> int:
        """The exponent of the last place of ``value``, which is 2^lowest for 0 and subnormal numbers."""
        return max(math.frexp(value)[1] - self.digits, self.lowest) if value else self.lowest

    def ulp_exponents(self, values: np.ndarray) -> np.ndarray:
        """`ulp_exponent` of each."""
        return np.where(values == 0.0, self.lowest, np.maximum(np.frexp(values)[1] - self.digits, self.lowest))


FLOAT64 = Format("float64", 53, -1074, 1024)
FLOAT32 = Format("float32", 24, -149, 128)


def settled(ball: Ball, form: Format = FLOAT64) -> bool:
    """Whether the ball is far smaller than the last place of what it rounds to, or wholly out of range."""
    if not ball.is_finite():
        return False
    if ball.is_exact() or ball.rel_accuracy_bits() > form.digits + GUARD_BITS:
        return True
    if bool(abs(ball) < arb(2) ** (form.lowest - GUARD_BITS)):
        return True
    return bool(abs(ball) > arb(2) ** (form.top + 1))


def rounded(ball: Ball, form: Format = FLOAT64) -> float:
    """The middle of the ball rounded to the nearest float of ``form``; infinite where it is too large."""
    if not ball.is_finite():
        return math.nan
    mantissa, exponent = (int(part) for part in ball.mid().man_exp())
    size = mantissa.bit_length() + exponent
    if mantissa == 0 or size < form.lowest - 1:
        return 0.0
    if size > form.top:
        return math.inf if mantissa > 0 else -math.inf
    drop = max(mantissa.bit_length() - form.digits, form.lowest - exponent)
    return _rounded_integer(mantissa, exponent, drop, form)


def _rounded_integer(mantissa: int, exponent: int, drop: int, form: Format) -> float:
    """mantissa 2^exponent without its last ``drop`` bits, to the nearest, ties to even."""
    if drop > 0:
        kept, rest = mantissa >> drop, mantissa & ((1 << drop) - 1)
        half = 1 << (drop - 1)
        kept += rest > half or (rest == half and kept & 1)
        mantissa, exponent = kept, exponent + drop
    if abs(mantissa).bit_length() + exponent > form.top:
        return math.inf if mantissa > 0 else -math.inf
    return math.ldexp(mantissa, exponent)
