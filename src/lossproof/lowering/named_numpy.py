"""The named functions of stable formulas for NumPy: short, readable, the reference for the compiled ones.

    softplus(x) = max(x, 0) + log1p(e^-|x|)      expit(x) = (1 or e) / (1 + e), e = e^-|x|
    logit(p)    = log1p((2p - 1)/(1 - p)) near 1/2, log(p) - log1p(-p) elsewhere

A module written by `Loss.export("python")` contains the text of the functions that it uses, found by name;
so each one stands alone with nothing but ``np`` and functions of this file.
"""

from __future__ import annotations

import numpy as np
from numpy import absolute, exp, expm1, heaviside, log, log1p, maximum, minimum, sign, sqrt, where

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


def softplus(x: np.ndarray) -> np.ndarray:
    """log(1 + e^x), for every x."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def expit(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x), for every x; the small tail keeps its relative accuracy."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def logit(p: np.ndarray) -> np.ndarray:
    """log(p / (1 - p)), accurate near p = 1/2 too, where it vanishes."""
    middle = np.log1p((2 * p - 1) / (1 - p))
    return np.where(np.abs(p - 0.5) <= 0.25, middle, np.log(p) - np.log1p(-p))


def xlogy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x log y, and 0 for x = 0 whatever y is."""
    return np.where(x == 0, 0, x * np.log(np.where(x == 0, 1, y)))
