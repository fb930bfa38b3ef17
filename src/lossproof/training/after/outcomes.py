"""Rows against the model, effects of features, and fits against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lossproof.errors import CallerError, DataError
from lossproof.lowering.code.formula_code import numpy_function
from lossproof.lowering.prediction import excess, mean_function
from lossproof.training.after.hypotheses import Test, chi_squared
from lossproof.training.after.rows_again import one_predictor, weights_of, work_of
from lossproof.training.arrays import Matrix, Vector

if TYPE_CHECKING:
    from lossproof.training.result import Fit

RESIDUALS = ("response", "pearson", "deviance")


def residuals(fit: Fit, kind: str) -> Vector:
    """(M,): y - yp; that over its standard deviation, up to the dispersion; or sign(y - yp) sqrt(2 (l - least l))."""
    if kind not in RESIDUALS:
        raise CallerError(f"kind: {kind!r} was given; known are {', '.join(map(repr, RESIDUALS))}.")
    one_predictor(fit, "residuals")
    work = work_of(fit)
    u, y = work.predictors(fit.params)[0], work.rows.observed[:, -1]
    mean = mean_function(fit.model)(u)
    if kind == "response":
        return np.asarray(y - mean)
    if kind == "deviance":
        return np.asarray(np.sign(y - mean) * np.sqrt(2 * np.maximum(excess(fit.model, u, y), 0.0)))
    slope = work.rows.rows(work.inner(fit.params))[1][0]
    expected = fit.model.compile("numpy").curvature(u, mean)
    return np.asarray(-slope / np.sqrt(expected))


@dataclass(frozen=True, eq=False)
class Effects:
    """How much the mean changes with each feature: ``values`` (d,), ``standard_errors`` (d,), by ``names``."""

    kind: str
    names: tuple[str, ...]
    values: Vector
    standard_errors: Vector

    def __str__(self) -> str:
        rows = zip(self.names, self.values, self.standard_errors, strict=True)
        return "\n".join(f"{name:<20} {value:12.6g} {error:12.6g}" for name, value, error in rows)


def effects(fit: Fit, kind: str) -> Effects:
    """d yp/d x_j = yp'(u) w_j, averaged over the rows ("average") or at their means ("means"), by the delta method."""
    if kind not in ("average", "means"):
        raise CallerError(f"kind: {kind!r} was given; it is 'average' or 'means'.")
    one_predictor(fit, "effects")
    work = work_of(fit)
    (design,), counts = work.designs, weights_of(work)
    X = np.column_stack([design.X, *[np.ones(len(design.X))] * design.intercept])
    u = work.predictors(fit.params)[0]
    if kind == "means":
        X, u = np.average(X, axis=0, weights=counts)[None], np.array([np.average(u, weights=counts)])
        counts = np.ones(1)
    first, second = (_derivative(fit, u, order) for order in (1, 2))
    d = len(design.names)
    w, share = fit.params[:d], counts / counts.sum()
    slope, bent = float(share @ first), (share * second) @ X
    gradient = np.outer(w, bent)
    gradient[:, :d] += slope * np.eye(d)
    errors = np.sqrt(np.diag(gradient @ fit.covariance() @ gradient.T))
    return Effects(kind, design.names, slope * w, errors)


def _derivative(fit: Fit, u: Vector, order: int) -> Vector:
    """The derivative of the mean (M,)."""
    (letter,) = fit.model.predictors
    found = numpy_function((letter,), fit.model.mean.diff(letter, order))(u)  # type: ignore[union-attr]
    return np.asarray(np.broadcast_to(found, u.shape), dtype=np.float64)


def mean_interval(fit: Fit, X: Any, level: float, offset: Any) -> Matrix:
    """(M, 3): yp and the ends of its interval, by the standard error of u: mean(u), mean(u -+ quantile se)."""
    if not 0 < level < 1:
        raise DataError(f"level: {level!r} was given; a number between 0 and 1 is needed, such as 0.95.")
    one_predictor(fit, "interval")
    u, values = fit.linear_predictor(X, offset), np.asarray(X, dtype=np.float64)
    rows = np.column_stack([values, *[np.ones(len(values))] * fit.intercept])
    spread = np.sqrt(np.einsum("ij,jk,ik->i", rows, fit.covariance(), rows))
    reach, mean = fit.quantile(level) * spread, mean_function(fit.model)
    ends = np.sort(np.column_stack([mean(u - reach), mean(u + reach)]), axis=1)
    return np.column_stack([mean(u), ends])


@dataclass(frozen=True)
class Comparison:
    """Fits side by side: parameters, log-likelihood, AIC, BIC; the likelihood-ratio test where one has more
    parameters and both have a likelihood, which is valid where the smaller model is a part of the larger."""

    rows: tuple[tuple[str, int, float, float, float], ...]
    ratio: Test | None

    def __str__(self) -> str:
        head = f"{'':<24} {'params':>6} {'loglik':>14} {'AIC':>14} {'BIC':>14}"
        lines = [
            f"{name:<24} {p:>6} {loglik:>14.8g} {aic:>14.8g} {bic:>14.8g}" for name, p, loglik, aic, bic in self.rows
        ]
        return "\n".join([head, *lines, *([str(self.ratio)] if self.ratio else [])])


def compare(fit: Fit, other: Fit) -> Comparison:
    """The two side by side. DataError where they were not fitted to as many rows."""
    if (fit.rows, fit.total_weight) != (other.rows, other.total_weight):
        raise DataError(f"other: it has {other.rows} rows of weight {other.total_weight:g}, this one {fit.rows}.")
    small, large = sorted((fit, other), key=lambda each: each.rank)
    gained, df = 2 * (large.loglik - small.loglik), large.rank - small.rank
    ratio = chi_squared("lr", max(0.0, gained), df) if df and np.isfinite(gained) else None
    rows = tuple((each.model.name, each.rank, each.loglik, each.aic, each.bic) for each in (fit, other))
    return Comparison(rows, ratio)
