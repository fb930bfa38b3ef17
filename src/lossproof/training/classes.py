"""Losses over several classes: which they are, and what they predict.

    P(yt = k) = exp(-l(u, k)),   k = 0..K-1,   u = (u_0, ..., u_{K-1})

A loss with K predictors that does not change when the same number is added to all of them determines only their
differences: one class is the reference, its coefficients stay 0.
"""

from __future__ import annotations

import numpy as np

from lossproof.lowering import Loss
from lossproof.training.arrays import Matrix
from lossproof.training.prediction import compiled

_PROBES = 16
_ROUNDING = 1e-12


def is_categorical(loss: Loss) -> bool:
    """Whether ``loss`` has a predictor for each class and sees their differences only: its slopes sum to 0."""
    q = len(loss.predictors)
    if q == 1:
        return False
    u = np.random.default_rng(0).normal(size=(_PROBES, q))
    with np.errstate(all="ignore"):
        slopes = compiled(loss).slope(u, np.arange(_PROBES) % q)
    return bool(np.abs(slopes.sum(axis=1)).max() <= _ROUNDING * np.abs(slopes).max())


def probabilities(loss: Loss, u: Matrix) -> Matrix:
    """P(yt = k) (M, K) at the predictors u (M, K)."""
    value = compiled(loss).value
    return np.exp(-np.column_stack([value(u, np.full(len(u), float(k))) for k in range(u.shape[1])]))
