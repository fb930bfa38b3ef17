"""New rows: the mean with its interval, and the interval of one observation.

    mean          mean(u -+ c se(u)) with one predictor; else E -+ c se(E), on the scale of the target's ends
    observation   quantiles of the target's law at the fit, as if its parameters were known; of squares with a
                  dispersion of its own, yp -+ c sqrt(phi + se(yp)^2)

c is the normal's quantile, or Student's where the dispersion was estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from lossproof.errors import CallerError, DataError
from lossproof.lowering import family
from lossproof.lowering.prediction import mean_function
from lossproof.training.after.class_probabilities import class_means, free_predictors, labels_of, probabilities, spread
from lossproof.training.after.effects import other_columns
from lossproof.training.after.law import law_of
from lossproof.training.after.mean_of_rows import has_formula, mean_of
from lossproof.training.after.residuals import is_bell
from lossproof.training.arrays import Matrix, Vector

if TYPE_CHECKING:
    from lossproof.training.result import Fit

KINDS = ("mean", "observation")


def interval(fit: Fit, X: Any, level: float, offset: Any, kind: str, columns: Mapping[str, Any] | None) -> Matrix:
    """(M, 3): the mean of new rows and the ends of the interval; with classes (M, K, 3), the probability of each.

    Raises CallerError and DataError.
    """
    if not 0 < level < 1:
        raise DataError(f"level: {level!r} was given; a number between 0 and 1 is needed, such as 0.95.")
    if kind not in KINDS:
        raise CallerError(f"kind: {kind!r} was given; known are {', '.join(map(repr, KINDS))}.")
    u, others = predictors(fit, X, offset, columns)
    if labels_of(fit.model) is not None:
        if kind != "mean":
            raise CallerError(f"kind: {fit.model.name} predicts a class, so there is no interval of one observation.")
        return _of_classes(fit, X, u, others, level)
    if kind == "mean":
        return _of_the_mean(fit, X, u, others, level)
    if is_bell(fit.model):
        mean, reach = u[0], fit.quantile(level) * np.sqrt(fit.dispersion + _variance(fit, fit.columns_of_each(X)))
        return np.column_stack([mean, mean - reach, mean + reach])
    law, mean = law_of(fit.model, u, others), mean_of(fit.model, u, others).value
    return np.column_stack([mean, law.quantile((1 - level) / 2), law.quantile((1 + level) / 2)])


def predictors(fit: Fit, X: Any, offset: Any, columns: Mapping[str, Any] | None) -> tuple[Matrix, Matrix]:
    """u (q, M) of new rows and their other columns (M, c)."""
    u = np.atleast_2d(fit.linear_predictor(X, offset).T)
    rows = max((len(values) for values in (columns or {}).values() if np.ndim(values)), default=u.shape[1])
    u = np.repeat(u, rows, axis=1) if u.shape[1] == 1 else u
    return u, other_columns(fit.model, columns, u.shape[1], None)


def means(fit: Fit, X: Any, offset: Any, columns: Mapping[str, Any] | None) -> Vector | Matrix:
    """The mean (M,) of new rows, from the law of the target; with classes the probability of each (M, K)."""
    rows = predictors(fit, X, offset, columns)
    if labels_of(fit.model) is not None:
        return probabilities(fit.model, *rows)
    return mean_of(fit.model, *rows).value


def _of_classes(fit: Fit, X: Any, u: Matrix, others: Matrix, level: float) -> Matrix:
    """(M, K, 3): the probability of each class and the ends of its interval."""
    tables, c = fit.columns_of_each(X), fit.quantile(level)
    free = free_predictors(fit)
    tables = tables * len(free) if len(tables) == 1 else tables
    found = spread(fit, class_means(fit.model, u, others), tables, free)
    return np.stack([np.column_stack([P, *_on_the_scale(P, c * error, 0.0, 1.0)]) for P, error in found], axis=1)


def _of_the_mean(fit: Fit, X: Any, u: Matrix, others: Matrix, level: float) -> Matrix:
    c, tables = fit.quantile(level), fit.columns_of_each(X)
    if has_formula(fit.model):
        mean, reach = mean_function(fit.model), c * np.sqrt(_variance(fit, tables))
        return np.column_stack([mean(u[0]), np.sort(np.column_stack([mean(u[0] - reach), mean(u[0] + reach)]), axis=1)])
    found = mean_of(fit.model, u, others)
    moved = [slope[:, None] * table for slope, table in zip(found.slopes, tables, strict=True)]
    reach = c * np.sqrt(_variance(fit, moved))
    return np.column_stack([found.value, *_on_the_scale(found.value, reach, *family.ends(fit.model.domain))])


def _variance(fit: Fit, tables: list[Matrix]) -> Vector:
    """The variance (M,) of a row's sum over predictors, where ``tables`` say how it moves with the parameters."""
    rows = max(len(table) for table in tables)
    G = np.hstack([np.broadcast_to(table, (rows, table.shape[1])) for table in tables])
    return np.asarray(np.einsum("ij,jk,ik->i", G, fit.covariance(), G))


def _on_the_scale(mean: Vector, reach: Vector, low: float, high: float) -> tuple[Vector, Vector]:
    """mean -+ reach, by the logarithm of the distance to an end of the target where there is one, by its logit."""
    with np.errstate(all="ignore"):
        if np.isfinite(low) and np.isfinite(high):
            share = (mean - low) / (high - low)
            wide = reach / (high - low) / (share * (1 - share))
            ends = (special.expit(special.logit(share) + sign * wide) for sign in (-1, 1))
            first, second = (low + (high - low) * end for end in ends)
            return first, second
        if np.isfinite(low):
            return low + (mean - low) * np.exp(-reach / (mean - low)), low + (mean - low) * np.exp(reach / (mean - low))
    return mean - reach, mean + reach
