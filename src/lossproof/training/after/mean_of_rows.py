"""The mean of the target in a row and how it moves with the predictors, for any likelihood.

    E = sum_y y P(y)      dE/du_p = -sum_y (y - E) r_p P(y)      d2E/du_p du_s = sum_y (y - E)(r_p r_s - h_ps) P(y)

r and h are slope and curvature of the loss, for P = exp(-l). Where the loss has one predictor and a formula of its mean
that formula is taken.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lossproof.errors import CallerError
from lossproof.lowering import Loss
from lossproof.lowering.code.formula_code import numpy_function
from lossproof.lowering.each_row import each_row
from lossproof.training.after.law import law_of
from lossproof.training.arrays import Matrix, Vector

_FAR, _SETTLED = 1e6, 1e-7  # so many mean distances out a place may add so much of them


class Mean(NamedTuple):
    """``value`` (M,), ``slopes`` (q, M) and ``curvatures`` (q, q, M) in the predictors."""

    value: Vector
    slopes: Matrix
    curvatures: Matrix


def mean_of(loss: Loss, u: Matrix, columns: Matrix) -> Mean:
    """The mean at predictors u (q, M) and other columns (M, c). Raises CallerError where there is none."""
    if loss.categorical:
        raise CallerError(f"{loss.name} predicts a class, which has no mean.")
    if has_formula(loss):
        return _by_formula(loss, u)
    q, M = u.shape
    found = Mean(np.empty(M), np.empty((q, M)), np.empty((q, q, M)))
    for rows, y, p in law_of(loss, u, columns).nodes():
        parts = _by_law(loss, u[:, rows], columns[rows], y, p)
        for whole, part in zip(found, parts, strict=True):
            whole[..., rows] = part
    return found


def has_formula(loss: Loss) -> bool:
    """Whether the mean is a formula of one predictor alone."""
    return not loss.columns and loss.mean is not None


def _by_formula(loss: Loss, u: Matrix) -> Mean:
    (letter,) = loss.predictors
    orders = [numpy_function((letter,), loss.mean.diff(letter, k) if k else loss.mean) for k in range(3)]  # type: ignore[union-attr]
    with np.errstate(all="ignore"):
        value, slope, curvature = (np.broadcast_to(each(u[0]), u[0].shape).astype(np.float64) for each in orders)
    return Mean(value, slope[None], curvature[None, None])


def _by_law(loss: Loss, u: Matrix, columns: Matrix, y: Matrix, p: Matrix) -> Mean:
    value = (y * p).sum(axis=1)
    apart = np.where(p > 0, y - value[:, None], 0.0)
    _refuse_endless(loss, apart, p)
    m, K = p.shape
    observed = np.column_stack([np.repeat(columns, K, axis=0), np.where(p > 0, y, value[:, None]).ravel()])
    _, r, h = each_row(loss, 1)(np.repeat(u, K, axis=1), np.asfortranarray(observed))
    counted = np.where(p > 0, apart * p, 0.0)
    r, h = (np.where(counted != 0, each.reshape(*each.shape[:-1], m, K), 0.0) for each in (r, h))
    slopes = -(counted * r).sum(axis=-1)
    return Mean(value, slopes, (counted * (r[:, None] * r[None] - h)).sum(axis=-1))


def _refuse_endless(loss: Loss, apart: Matrix, p: Matrix) -> None:
    """CallerError where the places farthest out still count, as in a Cauchy distribution."""
    farthest = np.abs(apart).argmax(axis=1)[:, None]
    distance = (np.abs(apart) * p).sum(axis=1)
    far, chance = (np.abs(np.take_along_axis(each, farthest, axis=1)[:, 0]) for each in (apart, p))
    if ((far > _FAR * distance) & (far * chance > _SETTLED * distance)).any():
        raise CallerError(f"the target of {loss.name} has no mean here: its tails fall too slowly.")
