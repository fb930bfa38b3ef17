"""How far the samples are from what is predicted: the dispersion, and the spread of the scores.

phi = sum_m a_m r_m^2 / h_m(yp_m) / (n - p)     Pearson: RSS/(n-p) for Gauss
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from lossproof.lowering import Objective
from lossproof.lowering.prediction import functions, mean_function
from lossproof.training.arrays import Vector
from lossproof.training.minimise.task import Task
from lossproof.training.rows.coordinates import Coordinates

AT_ONCE = 1 << 14
_ENTRIES = 1 << 20


def root_dispersion(task: Task, v: Vector, rank: int) -> tuple[float, str]:
    """sqrt(phi), as phi is the square of a unit that need not be a float, and where it is from.

    Whether the family fixes the dispersion is the loss's to say; nan where no sample is left to estimate it.
    """
    loss = task.data.loss
    if loss.dispersion == "fixed" or loss.mean is None:
        return 1.0, "fixed"
    root = math.hypot(*task.data.each(partial(root_pearson, task.coordinates, task.problem.whole(v))))
    free = task.data.total_weight - rank
    return root / math.sqrt(free) if free > 0 else math.nan, loss.dispersion


def dispersion_of(rows: Objective, coordinates: Coordinates, v: Vector) -> float:
    """About the dispersion, from some of the rows: 1 where the family fixes it."""
    if rows.loss.dispersion == "fixed" or rows.loss.mean is None:
        return 1.0
    return root_pearson(coordinates, v, rows) ** 2 / rows.total_weight


def spread_of_scores(rows: Objective, coordinates: Coordinates, v: Vector) -> float:
    """The root of the mean square of the slopes: about that of the scores, too, as columns have spread 1."""
    return float(np.sqrt(squared_slopes(coordinates, v, rows) / rows.total_weight))


def predictors_of(coordinates: Coordinates, v: Vector, rows: Objective) -> Iterator[tuple[Vector, Vector, Vector]]:
    """u, y and the weights of the rows of a block, a stretch at a time; u (n, q) with q > 1 predictors."""
    q = len(rows.loss.predictors)
    step = max(1, min(AT_ONCE, _ENTRIES // coordinates.width))
    for start in range(0, len(rows.y), step):
        part = slice(start, start + step)
        u = coordinates.matrix(rows.X[part]) @ v.reshape(q, -1).T
        u = u + rows.offset[part] if rows.offset.size else u
        weights = rows.weights[part] if rows.weights.size else np.ones(len(u))
        yield u[:, 0] if q == 1 else u, rows.y[part], weights


def root_pearson(coordinates: Coordinates, v: Vector, rows: Objective) -> float:
    """sqrt(sum a r^2 / h(yp)) over the rows of a block, with one predictor."""
    f, mean = functions(rows.loss), mean_function(rows.loss)
    parts = predictors_of(coordinates, v, rows)
    return math.hypot(*(_norm(np.sqrt(a) * f.slope(u, y) / np.sqrt(f.curvature(u, mean(u)))) for u, y, a in parts))


def _norm(r: Vector) -> float:
    """sqrt(sum r^2) in units of the largest, so that no square is too large or too small for a float."""
    unit = float(np.abs(r).max(initial=0.0))
    return unit * float(np.sqrt(np.sum((r / unit) ** 2))) if 0 < unit < np.inf else unit


def squared_slopes(coordinates: Coordinates, v: Vector, rows: Objective) -> float:
    """sum a r^2 over the rows of a block, of the largest of several slopes."""
    total = 0.0
    for u, y, weights in predictors_of(coordinates, v, rows):
        squares = functions(rows.loss).slope(u, y) ** 2
        total += float((squares if squares.ndim == 1 else squares.max(axis=1)) @ weights)
    return total
