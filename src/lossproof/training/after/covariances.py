"""Covariances that do not take the model at its word: the sandwich A^-1 B A^-1, by rows or by groups.

    A = sum_m a_m H_m      B = sum_m a_m s_m s_m'      HC1: times n/(n - p)
    HC2: s_m / sqrt(1 - h_m)    HC3: s_m / (1 - h_m)      h_m the leverage of a row, with one predictor
    groups: B = sum_g s_g s_g', s_g = sum of a group's scores, times G/(G - 1) (n - 1)/(n - p)

(White 1980; MacKinnon and White 1985; Liang and Zeger 1986; the factors are statsmodels'.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import linalg

from lossproof.errors import CallerError, DataError, counted
from lossproof.training.after.rows_again import scores, weights_of, work_of
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.several.fit_several import Work

if TYPE_CHECKING:
    from lossproof.training.result import Fit

KINDS = ("observed", "robust", "HC0", "HC1", "HC2", "HC3")


def sandwich(fit: Fit, kind: str, groups: Any) -> Matrix:
    """The covariance (p, p) of the parameters. Raises CallerError and DataError."""
    if kind not in KINDS[1:]:
        raise CallerError(f"kind: {kind!r} was given; known are {', '.join(map(repr, KINDS))}.")
    work = work_of(fit)
    t = work.inner(fit.params)
    each, counts, n = scores(work, t), weights_of(work), work.rows.total_weight
    bread = linalg.inv(work.rows.at(t)[2] * n)
    if groups is not None:
        each = _by_group(each * counts[:, None], groups)
        counts, factor = np.ones(len(each)), _group_factor(len(each), n, t.size)
    else:
        factor = n / (n - t.size) if kind == "HC1" else 1.0
        each = _adjusted(work, t, each, bread, kind)
    meat = each.T @ (counts[:, None] * each)
    return np.asarray(work.back @ bread @ (factor * meat) @ bread @ work.back.T)


def leverages(work: Work, t: Vector, bread: Matrix) -> Vector:
    """h_m = l''_m z_m' A^-1 z_m (M,), with one predictor; they sum to p."""
    if len(work.designs) > 1:
        raise CallerError("leverage: it needs a loss of one predictor.")
    (z,) = work.rows.map.Z  # type: ignore[attr-defined]
    curvature = work.rows.rows(t)[2][0, 0]
    return np.asarray(curvature * np.einsum("ij,jk,ik->i", z, bread, z))


def _adjusted(work: Work, t: Vector, each: Matrix, bread: Matrix, kind: str) -> Matrix:
    power = {"HC2": 0.5, "HC3": 1.0}.get(kind, 0.0)
    return each / (1 - leverages(work, t, bread))[:, None] ** power if power else each


def _by_group(each: Matrix, groups: Any) -> Matrix:
    labels = np.asarray(groups).ravel()
    if labels.shape != (len(each),):
        raise DataError(
            f"groups: {counted(labels.size, 'label was', 'labels were')} given;"
            f" the fit has {counted(len(each), 'row')}."
        )
    _, place = np.unique(labels, return_inverse=True)
    if place.max() < 1:
        raise DataError("groups: all rows are of one group; at least two are needed.")
    summed = np.zeros((place.max() + 1, each.shape[1]))
    np.add.at(summed, place, each)
    return summed


def _group_factor(groups: int, n: float, p: int) -> float:
    return groups / (groups - 1) * (n - 1) / (n - p)
