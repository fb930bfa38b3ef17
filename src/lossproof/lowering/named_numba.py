"""The named functions of stable formulas for Numba: scalar, inlined into loops, built on `elementary`.

    softplus(x)  = log(1 + e^x)        = max(x, 0) + log1p(e^-|x|)
    expit(x)     = 1 / (1 + e^-x)      = d or e d, with e = e^-|x| and d = 1/(1 + e)
    logit(p)     = log(p / (1 - p))    = log1p((2p - 1)/(1 - p)) for 1/4 <= p <= 3/4
    xlogy(x, y)  = x log y             = 0 for x = 0

Generated modules import what they use from here under exactly these names.
"""

from __future__ import annotations

import math

import numpy as np

from lossproof.lowering.elementary import exp, expm1, inlined, log, log1p, log1p_of_unit

__all__ = [
    "absolute",
    "exp",
    "expit",
    "expm1",
    "heaviside",
    "log",
    "log1p",
    "logit",
    "maximum",
    "minimum",
    "sign",
    "softplus",
    "sqrt",
    "where",
    "xlogy",
]


@inlined
def absolute(x: float) -> float:
    """|x|."""
    return abs(x)


@inlined
def sqrt(x: float) -> float:
    """The square root; NaN below 0."""
    return math.sqrt(x) if x >= 0.0 else np.nan


@inlined
def where(condition: bool, yes: float, no: float) -> float:
    """``yes`` where the condition holds and ``no`` elsewhere."""
    return yes if condition else no


@inlined
def maximum(x: float, y: float) -> float:
    """The larger; the second where either is NaN."""
    return x if x > y else y


@inlined
def minimum(x: float, y: float) -> float:
    """The smaller; the second where either is NaN."""
    return x if x < y else y


@inlined
def sign(x: float) -> float:
    """-1, 0 or 1."""
    return (1.0 if x > 0.0 else 0.0) - (1.0 if x < 0.0 else 0.0)


@inlined
def heaviside(x: float, at_zero: float) -> float:
    """0 below 0, 1 above, ``at_zero`` between."""
    return 1.0 if x > 0.0 else (0.0 if x < 0.0 else at_zero)


@inlined
def softplus(x: float) -> float:
    """log(1 + e^x), right to 2 ulp for every x."""
    return maximum(0.0, x) + log1p_of_unit(exp(-abs(x)))


@inlined
def expit(x: float) -> float:
    """1 / (1 + e^-x), right to 2 ulp for every x; the small tail keeps its relative accuracy."""
    e = exp(-abs(x))
    d = 1.0 / (1.0 + e)
    return d if x >= 0.0 else e * d


@inlined
def logit(p: float) -> float:
    """log(p / (1 - p)) for 0 <= p <= 1, accurate near p = 1/2 too, where it vanishes."""
    middle = log1p((2.0 * p - 1.0) / (1.0 - p))
    ends = log(p) - log1p(-p)
    return middle if abs(p - 0.5) <= 0.25 else ends


@inlined
def xlogy(x: float, y: float) -> float:
    """x log y, and 0 for x = 0 whatever y is."""
    return 0.0 if x == 0.0 else x * log(y)
