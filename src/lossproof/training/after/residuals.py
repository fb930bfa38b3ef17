"""Rows against the model: what is left of each.

    response   y - E                 deviance   sign(y - E) sqrt(2 (l - least l))
    pearson    that over its standard deviation, up to the dispersion
    quantile   the normal's quantile of F(y), and of a random place between F(y - 1) and F(y) for counts

(Dunn and Smyth 1996.) Quantile residuals of a model that is true are normal, whatever the family.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from lossproof.errors import CallerError
from lossproof.lowering import Loss
from lossproof.lowering.prediction import excess
from lossproof.training.after.class_probabilities import labels_of, residuals_of_classes
from lossproof.training.after.law import law_of
from lossproof.training.after.mean_of_rows import has_formula, mean_of
from lossproof.training.after.rows_again import one_predictor, work_of
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.several.fit_several import Work

if TYPE_CHECKING:
    from lossproof.training.result import Fit


def residuals(fit: Fit, kind: str, seed: int) -> Vector:
    """(M,) of the ``kind``, with classes (M, K); ``seed`` draws the places of quantile residuals.

    Raises CallerError and DataError.
    """
    if kind not in (*RESIDUALS, "quantile"):
        raise CallerError(f"kind: {kind!r} was given; known are {', '.join(map(repr, (*RESIDUALS, 'quantile')))}.")
    if labels_of(fit.model) is not None and (kind != "quantile" or fit.model.categorical):
        return residuals_of_classes(fit, kind)
    work = work_of(fit)
    u, observed = work.predictors(fit.params), work.rows.observed
    if kind == "quantile":
        return quantile(fit, u, observed, seed)
    return RESIDUALS[kind](fit, work, u, observed)


def _response(fit: Fit, work: Work, u: Matrix, observed: Matrix) -> Vector:
    return np.asarray(observed[:, -1] - mean_of(fit.model, u, observed[:, :-1]).value)


def _pearson(fit: Fit, work: Work, u: Matrix, observed: Matrix) -> Vector:
    if not has_formula(fit.model):
        return _over_its_spread(fit.model, u, observed)
    mean = mean_of(fit.model, u, observed[:, :-1]).value
    slope = work.rows.rows(work.inner(fit.params))[1][0]
    return np.asarray(-slope / np.sqrt(fit.model.compile("numpy").curvature(u[0], mean)))


def _over_its_spread(loss: Loss, u: Matrix, observed: Matrix) -> Vector:
    mean = mean_of(loss, u, observed[:, :-1]).value
    variance = np.empty(len(mean))
    for rows, y, p in law_of(loss, u, observed[:, :-1]).nodes():
        variance[rows] = (np.where(p > 0, y - mean[rows, None], 0.0) ** 2 * p).sum(axis=1)
    return np.asarray((observed[:, -1] - mean) / np.sqrt(variance))


def _deviance(fit: Fit, work: Work, u: Matrix, observed: Matrix) -> Vector:
    one_predictor(fit, "residuals('deviance')")
    y = observed[:, -1]
    apart = np.maximum(excess(fit.model, u[0], y), 0.0)
    return np.asarray(np.sign(y - mean_of(fit.model, u, observed[:, :-1]).value) * np.sqrt(2 * apart))


def quantile(fit: Fit, u: Matrix, observed: Matrix, seed: int) -> Vector:
    """Quantile residuals (M,); of squares with a dispersion of its own, y - yp over its root."""
    y = observed[:, -1]
    if is_bell(fit.model):
        return np.asarray((y - mean_of(fit.model, u, observed[:, :-1]).value) / np.sqrt(fit.dispersion))
    below, at, above = law_of(fit.model, u, observed[:, :-1]).tails(y)
    share = np.random.default_rng(seed).random(len(y))
    lower, upper = below + share * at, above + (1 - share) * at
    return np.where(lower <= upper, special.ndtri(lower), -special.ndtri(upper))


def is_bell(loss: Loss) -> bool:
    """Whether the loss is a square with a dispersion of its own: the target is normal around its mean."""
    curvature = loss.curvatures[0][0]
    return loss.dispersion == "pearson" and len(loss.predictors) == 1 and bool(curvature == 1) and loss.mean is not None


RESIDUALS: dict[str, Callable[[Fit, Work, Matrix, Matrix], Vector]] = {
    "response": _response,
    "pearson": _pearson,
    "deviance": _deviance,
}
