"""exp, log, log1p and expm1 that a compiler can vectorise: straight arithmetic, no branch, no call into libm.

    exp(x)   = 2^k exp(r)                        x = k log 2 + r,  |r| <= log(2)/2
    expm1(x) = 2^k (expm1(r) + (1 - 2^-k))
    log(x)   = k log 2 + log(1 + f)              x = 2^k (1 + f),  1 + f in [sqrt(1/2), sqrt(2))
    log(1+f) = f - (f^2/2 - s (f^2/2 + R(s^2)))  s = f / (2 + f)

Laws of this file. Every function takes and gives one float64 and is right for every float64: subnormals, both
infinities and NaN included. A product and a sum may be contracted to one fused multiply-add; nothing may be
reassociated, because the rounding trick in the range reduction (add a large number, subtract it) would fold
to nothing. Choices are conditional expressions between values that are already computed.

The polynomials are minimax (Remez at 60 digits); the relative error each one leaves is noted beside it, and
`tests/lowering/test_elementary.py` measures all of it again. The form of the logarithm is that of FreeBSD's
``s_log1p.c`` (Sun Microsystems, 1993). float32 is served by computing in float64 and rounding once.
"""

from __future__ import annotations

import numpy as np
from numba import njit

inlined = njit(error_model="numpy", fastmath={"contract"}, forceinline=True)
"""For everything that is inlined into a loop: no reassociation, no branch for ZeroDivisionError."""

as_written = njit(error_model="numpy", forceinline=True)
"""The same for what must be computed as it is written, with nothing contracted: sums of two floats."""

called = njit(error_model="numpy", forceinline=False)
"""For what stays a function of its own; said, because what an inlined function calls inherits that."""

ROUNDER = 6755399441055744.0  # 1.5 * 2^52: adding it leaves the nearest integer in the low bits
LOG2_E = 1.4426950408889634
LOG_2_HIGH = 0.6931471803691238  # 33 bits, so that k * LOG_2_HIGH is exact for |k| < 2^20
LOG_2_LOW = 1.9082149292705877e-10
SQRT_HALF_BITS = 0x3FE6A09E667F3BCD
SMALLEST_NORMAL = 2.2250738585072014e-308
TWO_TO_54 = 18014398509481984.0


@inlined
def power_of_two(k: np.int64 | int) -> float:
    """2^k for an integer -1022 <= k <= 1023, by writing the exponent's bits."""
    return np.int64((k + 1023) << 52).view(np.float64)


@inlined
def reduced(x: float) -> tuple[float, np.int64]:
    """(r, k) with x = k log 2 + r, |r| <= log(2)/2 and k an integer below 2^19."""
    shifted = x * LOG2_E + ROUNDER
    rounded = shifted - ROUNDER
    r = (x - rounded * LOG_2_HIGH) - rounded * LOG_2_LOW
    k = (np.float64(shifted).view(np.int64) << 40) >> 40
    return r, k


@inlined
def expm1_near_zero(r: float) -> float:
    """exp(r) - 1 = r + r^2 Q(r) for |r| <= log(2)/2; Q leaves 2^-56.8 of exp(r)."""
    q = 2.511004989584109e-08
    q = q * r + 2.7632655759330035e-07
    q = q * r + 2.7557242336680408e-06
    q = q * r + 2.4801487326012343e-05
    q = q * r + 0.00019841269886591
    q = q * r + 0.0013888888947820891
    q = q * r + 0.008333333333322207
    q = q * r + 0.04166666666652199
    q = q * r + 0.16666666666666674
    q = q * r + 0.500000000000001
    return r + r * r * q


@inlined
def exp(x: float) -> float:
    """e^x to 1 ulp; scaled in two steps, so that a subnormal result is rounded once."""
    clipped = -746.0 if x < -746.0 else x
    clipped = 710.0 if clipped > 710.0 else clipped
    r, k = reduced(clipped)
    first = k >> 1
    return (1.0 + expm1_near_zero(r)) * power_of_two(first) * power_of_two(k - first)


@inlined
def expm1(x: float) -> float:
    """e^x - 1 to 2 ulp, also where x is so small that the result is x."""
    clipped = -40.0 if x < -40.0 else x
    clipped = 710.0 if clipped > 710.0 else clipped
    r, k = reduced(clipped)
    first = k >> 1
    inverse = power_of_two(-(1000 if k > 1000 else k))
    return (expm1_near_zero(r) + (1.0 - inverse)) * power_of_two(first) * power_of_two(k - first)


@inlined
def split(x: float) -> tuple[float, np.int64]:
    """(f, k) with x = 2^k (1 + f) and 1 + f in [sqrt(1/2), sqrt(2)), for a normal x > 0."""
    bits = np.float64(x).view(np.int64)
    k = (bits - SQRT_HALF_BITS) >> 52
    return np.int64(bits - (k << 52)).view(np.float64) - 1.0, k


@inlined
def log_tail(f: float) -> tuple[float, float]:
    """s R(s^2) and s, where log(1+f) = f - (f^2/2 - s (f^2/2 + R)), |f| < 0.42; R leaves 2^-58.6."""
    s = f / (2.0 + f)
    z = s * s
    q = 0.1481051999047693
    q = q * z + 0.1531316437511218
    q = q * z + 0.18183571541168006
    q = q * z + 0.2222219909089345
    q = q * z + 0.28571428729284787
    q = q * z + 0.39999999999519825
    q = q * z + 0.666666666666671
    return s, z * q


@inlined
def log_from_parts(f: float, k: float, correction: float) -> float:
    """k log 2 + log(1+f) + correction, the small terms first."""
    s, tail = log_tail(f)
    half_square = 0.5 * f * f
    small = s * (half_square + tail) + (k * LOG_2_LOW + correction)
    return k * LOG_2_HIGH + (f - (half_square - small))


@inlined
def log(x: float) -> float:
    """log x to 1 ulp; -inf at 0, NaN below."""
    tiny = x < SMALLEST_NORMAL
    f, k = split(x * TWO_TO_54 if tiny else x)
    result = log_from_parts(f, np.float64(k - 54 if tiny else k), 0.0)
    result = result if x < np.inf else x
    return result if x > 0.0 else (-np.inf if x == 0.0 else np.nan)


@inlined
def log1p(x: float) -> float:
    """log(1 + x) to 1 ulp; -inf at -1, NaN below.

    What 1 + x loses by rounding is known exactly and comes back as a correction of first order.
    """
    y = 1.0 + x
    lost = (1.0 - (y - x)) if x > 1.0 else (x - (y - 1.0))
    f, k = split(y)
    result = log_from_parts(f, np.float64(k), lost / y)
    result = result if x < np.inf else x
    return result if x > -1.0 else (-np.inf if x == -1.0 else np.nan)


@inlined
def log1p_of_unit(x: float) -> float:
    """log(1 + x) to 1 ulp for 0 <= x <= 1 only: no splitting into exponent and fraction; R leaves 2^-58.5."""
    s = x / (2.0 + x)
    z = s * s
    q = 0.17057613592757817
    q = q * z + 0.08329807741952737
    q = q * z + 0.1210555602379668
    q = q * z + 0.13301469655037096
    q = q * z + 0.15386483554526728
    q = q * z + 0.18181749656553692
    q = q * z + 0.2222222373459264
    q = q * z + 0.2857142855302751
    q = q * z + 0.4000000000010313
    q = q * z + 0.666666666666665
    half_square = 0.5 * x * x
    return x - (half_square - s * (half_square + z * q))
