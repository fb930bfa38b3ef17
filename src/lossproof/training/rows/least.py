"""The least loss that any prediction could have, summed over samples: it depends on the targets alone."""

from __future__ import annotations

import math

import numpy as np

from lossproof.lowering import Objective
from lossproof.lowering.prediction import FAR, best_predictor, functions
from lossproof.training.arrays import Vector

_AT_ONCE = 1 << 14


def least_losses(rows: Objective) -> tuple[float, float]:
    """The sum over the samples of a block of their least loss, and what rounding may do to a loss close to it.

    0 with several classes; nan with several predictors otherwise.
    """
    if len(rows.loss.predictors) > 1:
        return 0.0 if rows.loss.categorical else math.nan, 0.0
    different, counts = _different(rows.y, rows.weights)
    sums, roundings = [], []
    for start in range(0, different.size, _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        y, times = different[part], counts[part]
        best = best_predictor(rows.loss, y)
        with np.errstate(all="ignore"):
            least = functions(rows.loss).value(best, y)
            size = np.abs(least) + np.where(np.abs(best) < FAR, np.abs(best * y), 0.0)
        sums.append(float(times @ least))
        roundings.append(float(times @ size) * float(np.finfo(float).eps))
    return math.fsum(sums), math.fsum(roundings)


def _different(y: Vector, weights: Vector) -> tuple[Vector, Vector]:
    """The values of y and how often each counts; two classes are told at a glance, without sorting."""
    ones, zeros = y == 1, y == 0
    if np.count_nonzero(ones) + np.count_nonzero(zeros) == y.size:
        classes = (zeros, ones)
        counts = [weights @ own if weights.size else np.count_nonzero(own) for own in classes]
        return np.array([0.0, 1.0]), np.array(counts, dtype=np.float64)
    different, place = np.unique(y, return_inverse=True)
    return different, np.bincount(place, weights if weights.size else None, different.size).astype(np.float64)
