"""What the named functions are made of, for Numba: scalar, inlined into loops; the names are NumPy's.

The exponentials and logarithms are our own (`elementary`), because they vectorise; what is rarer comes from libm.
"""

from __future__ import annotations

import math

import numpy as np

from lossproof.lowering.numbers.elementary import exp, expm1, inlined, log, log1p, log1p_of_unit

__all__ = [
    "absolute",
    "arccos",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctanh",
    "cos",
    "cosh",
    "erf",
    "exp",
    "expm1",
    "floor",
    "gamma",
    "heaviside",
    "inlined",
    "log",
    "log1p",
    "log1p_of_unit",
    "maximum",
    "minimum",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "tanh",
    "where",
]


@inlined
def absolute(x: float) -> float:
    return abs(x)


@inlined
def sqrt(x: float) -> float:
    """NaN below 0, without a branch."""
    return math.sqrt(x) if x >= 0.0 else np.nan


@inlined
def where(condition: bool, yes: float, no: float) -> float:
    return yes if condition else no


@inlined
def maximum(x: float, y: float) -> float:
    """The second where either is NaN."""
    return x if x > y else y


@inlined
def minimum(x: float, y: float) -> float:
    """The second where either is NaN."""
    return x if x < y else y


@inlined
def sign(x: float) -> float:
    return (1.0 if x > 0.0 else 0.0) - (1.0 if x < 0.0 else 0.0)


@inlined
def heaviside(x: float, at_zero: float) -> float:
    return 1.0 if x > 0.0 else (0.0 if x < 0.0 else at_zero)


@inlined
def sin(x: float) -> float:
    return math.sin(x)


@inlined
def cos(x: float) -> float:
    return math.cos(x)


@inlined
def tanh(x: float) -> float:
    return math.tanh(x)


@inlined
def sinh(x: float) -> float:
    return math.sinh(x)


@inlined
def cosh(x: float) -> float:
    return math.cosh(x)


@inlined
def arctan(x: float) -> float:
    return math.atan(x)


@inlined
def arcsin(x: float) -> float:
    return math.asin(x) if absolute(x) <= 1.0 else np.nan


@inlined
def arccos(x: float) -> float:
    return math.acos(x) if absolute(x) <= 1.0 else np.nan


@inlined
def arcsinh(x: float) -> float:
    return math.asinh(x)


@inlined
def arctanh(x: float) -> float:
    return math.atanh(x) if absolute(x) < 1.0 else x / (1.0 - x * x)


@inlined
def erf(x: float) -> float:
    return math.erf(x)


@inlined
def gamma(x: float) -> float:
    return math.gamma(x)


@inlined
def floor(x: float) -> float:
    return np.floor(x)
