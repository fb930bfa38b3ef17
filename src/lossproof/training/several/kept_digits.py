"""Whether the plain form that a fit sums up keeps its digits where the fit ended: a few rows against balls.

    error = |computed - true| / (|true| + root mean square of that function over the rows)

What the rounding of the data alone would change is no fault of the form: a residual that is a millionth of a millionth
of its observation keeps four digits in any form. A plain form is chosen at points of ordinary size
(`lowering.forms.plain_form`); the answer may lie elsewhere.
"""

from __future__ import annotations

import math

import numpy as np
import sympy

from lossproof.lowering.each_row import each_row, spread
from lossproof.lowering.measure.truth import true_ball, true_balls
from lossproof.lowering.numbers.rounding import rounded
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.several.rows_loss import RowsLoss

LOOKED_AT = 8  # rows: those with the smallest and the largest predictors, and some between
SIZED_BY = 1 << 7  # rows that say how large a function is
ENOUGH = 1e-9  # of a function's size: a sum of such rows has its eight digits
ROUNDINGS = 32  # units of the last place by which each number of a row may be off: those of a model of a few terms


def lost_digits(rows: RowsLoss, t: Vector) -> str:
    """A row whose value or slope at ``t`` (p,) is further off than `ENOUGH`, in words; empty where none is found."""
    loss, u = rows.loss, rows.map.predictors(t)
    some = _some_rows(u)
    sized = np.append(some, spread(u.shape[1], SIZED_BY))
    values, slopes, _ = each_row(loss, len(sized))(u[:, sized], rows.observed[sized])
    names = ["value", *(f"slope by {predictor.name}" for predictor in loss.predictors)]
    published, computed = (loss.value, *loss.slopes), np.vstack([values, slopes])
    sizes = np.sqrt(np.square(computed).mean(axis=1)).tolist()
    for place, row in enumerate(some.tolist()):
        point = (*u[:, row].tolist(), *rows.observed[row].tolist())
        balls = true_balls(published, loss.arguments, point)
        for name, expr, ball, size, found in zip(
            names, published, balls, sizes, computed[:, place].tolist(), strict=True
        ):
            true = rounded(ball)
            error, kept = abs(found - true), ENOUGH * (abs(true) + size)
            if math.isfinite(true) and not error <= kept and not error <= kept + _of_the_data(rows, expr, point, true):
                return f"the {name} of row {row} is computed as {found!r}, and {true!r} is right"
    return ""


def _of_the_data(rows: RowsLoss, expr: sympy.Expr, point: tuple[float, ...], true: float) -> float:
    """What `ROUNDINGS` in each argument of ``expr`` change at ``point``: no form could promise less."""
    total = 0.0
    for k, x in enumerate(point):
        beside = (*point[:k], x + ROUNDINGS * math.ulp(x), *point[k + 1 :])
        total += abs(rounded(true_ball(expr, rows.loss.arguments, beside)) - true)
    return total


def _some_rows(u: Matrix) -> np.ndarray:
    """At most `LOOKED_AT` places of rows."""
    ends = np.concatenate([np.argmin(u, axis=1), np.argmax(u, axis=1)])[: LOOKED_AT // 2]
    return np.unique(np.concatenate([ends, spread(u.shape[1], LOOKED_AT - len(ends))]))
