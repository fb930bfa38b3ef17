"""Whether the plain form that a fit sums up keeps its digits where the fit ended: a few rows against balls.

    error = |computed - true| / (|true| + root mean square of that function over the rows)

A plain form is chosen at points of ordinary size (`lowering.forms.plain_form`); the answer may lie elsewhere.
"""

from __future__ import annotations

import math

import numpy as np

from lossproof.lowering.measure.truth import true_ball
from lossproof.lowering.numbers.rounding import rounded
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.several.rows_loss import RowsLoss

LOOKED_AT = 8  # rows: those with the smallest and the largest predictors, and some between
ENOUGH = 1e-9  # of a function's size: a sum of such rows has its eight digits


def lost_digits(rows: RowsLoss, t: Vector) -> str:
    """A row whose value or slope at ``t`` (p,) is further off than `ENOUGH`, in words; empty where none is found."""
    loss, u = rows.loss, rows.map.predictors(t)
    values, slopes, _ = rows.rows(t)
    published = {"value": (loss.value, values)}
    for predictor, expr, column in zip(loss.predictors, loss.slopes, slopes, strict=True):
        published[f"slope by {predictor.name}"] = (expr, column)
    some = _some_rows(u)
    for name, (expr, computed) in published.items():
        size = math.sqrt(float(np.mean(np.square(computed))))
        for row in some.tolist():
            true = rounded(true_ball(expr, loss.arguments, (*u[:, row].tolist(), *rows.observed[row].tolist())))
            if math.isfinite(true) and not abs(float(computed[row]) - true) <= ENOUGH * (abs(true) + size):
                return f"the {name} of row {row} is computed as {float(computed[row])!r}, and {true!r} is right"
    return ""


def _some_rows(u: Matrix) -> np.ndarray:
    """At most `LOOKED_AT` places of rows."""
    ends = np.concatenate([np.argmin(u, axis=1), np.argmax(u, axis=1)])[: LOOKED_AT // 2]
    between = np.linspace(0, u.shape[1] - 1, LOOKED_AT - len(ends)).astype(int)
    return np.unique(np.concatenate([ends, between]))
