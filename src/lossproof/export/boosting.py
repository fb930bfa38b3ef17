"""Objectives for tree boosters: the slope and the curvature of the loss at each row's raw score.

    gradient_m = w_m dl/du (u_m, y_m)         hessian_m = w_m f d2l/du2 (u_m, y_m)

Both libraries want per row and per predictor one gradient and one positive second derivative; with q predictors
the diagonal of the curvature stands for the whole matrix, times a factor f that makes it an upper bound. Which f the
library itself takes for its built-in objectives is in `CONVENTIONS`, found by comparing trees: with the same f the
trees are the library's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss

LARGEST = float(np.finfo(np.float32).max)  # the libraries keep float32; what overflows empties the model silently

Array = np.ndarray


@dataclass(frozen=True)
class Convention:
    """What a library does with a custom objective, from which version on, and where its trees were compared."""

    library: str
    since: str
    compared: str
    factor: Callable[[int], float]
    start: str
    regularisers: str


CONVENTIONS = {
    "xgboost": Convention(
        library="XGBoost",
        since="2.1",
        compared="3.2.0",
        factor=lambda q: 1.0 if q == 1 else 2.0,
        start="base_score, as a raw score with a custom objective (0.5 unless given)",
        regularisers="lambda=1; count:poisson also max_delta_step=0.7",
    ),
    "lightgbm": Convention(
        library="LightGBM",
        since="4.0",
        compared="4.7.0",
        factor=lambda q: 1.0 if q == 1 else q / (q - 1),
        start="0; boost_from_average has no effect, give init_score",
        regularisers="lambda_l2=0; poisson multiplies its hessian by exp(0.7)",
    ),
    "sklearn": Convention(
        library="scikit-learn",
        since="1.9",
        compared="1.9.1",
        factor=lambda q: 1.0,
        start="the constant with the least mean loss",
        regularisers="l2_regularization=0",
    ),
}
"""One row a library. ``factor(q)`` multiplies the diagonal of the curvature where there are q predictors."""


class BoostingObjective:
    """A loss as a custom objective with its metric, for the native interface and for the scikit-learn one.

    Native: ``objective(raw, data)`` with a DMatrix or Dataset as ``data``. scikit-learn: ``objective(y, raw,
    sample_weight)``. Either way two arrays come back, (M,) or (M, q), float64: weights are multiplied in.
    ``factor`` replaces the library's own multiple of the curvature's diagonal.

    DataError where a gradient is not finite in float32, or where a curvature is negative: the libraries would go on
    without a word, with a leaf of 0 or an empty model.
    """

    def __init__(self, loss: Loss, library: str, factor: float | None = None, backend: str = "numpy") -> None:
        self.loss, self.library, self.backend = loss, library, backend
        self.factor = factor_of(loss, library, factor)
        self._functions = loss.compile(backend)

    def __call__(self, first: Any, second: Any, sample_weight: Any = None) -> tuple[Array, Array]:
        y, raw, weights = _given(first, second, sample_weight, len(self.loss.predictors))
        gradient = self._functions.slope(raw, y)
        hessian = self.factor * diagonal(self._functions.curvature(raw, y), raw.ndim)
        refuse_rows(self.loss, self.library, gradient, hessian, raw, y)
        return gradient * weights, hessian * weights

    def metric(self, first: Any, second: Any, sample_weight: Any = None) -> Any:
        """The mean loss of the raw scores: ``custom_metric`` of XGBoost, ``feval`` and ``eval_metric`` of LightGBM.

        XGBoost gets (name, value), LightGBM (name, value, False): smaller is better.
        """
        y, raw, weights = _given(first, second, sample_weight, len(self.loss.predictors))
        mean = float(np.average(self._functions.value(raw, y), weights=np.broadcast_to(_rows(weights), y.shape)))
        answer = (self.loss.name, mean)
        return (*answer, False) if self.library == "lightgbm" else answer

    def __repr__(self) -> str:
        return f"BoostingObjective({self.loss.name!r}, {self.library!r}, factor={self.factor:g})"

    def __reduce__(self) -> tuple[Any, ...]:
        return BoostingObjective, (self.loss, self.library, self.factor, self.backend)


def refuse_rows(loss: Loss, library: str, gradient: Array, hessian: Array, raw: Array, y: Array) -> None:
    """DataError for the first row whose gradient or curvature the library would take to an empty model."""
    large = ~(np.abs(gradient) <= LARGEST) | ~(np.abs(hessian) <= LARGEST)
    for bad, what in ((large, "not a number that float32 holds"), (hessian < 0, "a negative curvature")):
        if bad.any():
            row = int(np.argwhere(bad)[0][0])
            raise DataError(
                f"{loss.name}: row {row} (raw score {raw[row]}, target {y[row]}) has gradient {gradient[row]} and"
                f" curvature {np.broadcast_to(hessian, gradient.shape)[row]}: {what}."
                f" {CONVENTIONS[library].library} would go on without a word; check the target, or lower the"
                " learning rate."
            )


def _given(first: Any, second: Any, sample_weight: Any, q: int) -> tuple[Array, Array, Array]:
    """Target (M,), raw scores (M,) or (M, q) and weights that broadcast over them, from either interface."""
    if native := hasattr(second, "get_label"):
        y, raw, weights = second.get_label(), first, second.get_weight()
    else:
        y, raw, weights = first, second, sample_weight
    y, raw = np.asarray(y, dtype=np.float64), np.asarray(raw, dtype=np.float64)
    if raw.shape != ((len(y),) if q == 1 else (len(y), q)):
        where = "the native interface" if native else "the scikit-learn interface"
        raise CallerError(
            f"{where} gave raw scores of shape {raw.shape} for {len(y)} targets; a loss of {q} predictors"
            f" needs {'one a row' if q == 1 else f'{q} a row: set num_class={q}'}."
        )
    if weights is None or np.size(weights) == 0:
        return y, raw, np.ones(1)
    weights = np.asarray(weights, dtype=np.float64)
    return y, raw, weights if q == 1 else weights[:, None]


def _rows(weights: Array) -> Array:
    return weights.reshape(-1)


def diagonal(curvature: Array, axes: int) -> Array:
    """The curvature (M,) as it is, or the diagonals (M, q) of the matrices (M, q, q) where a row has several scores."""
    return curvature if axes == 1 else np.einsum("mkk->mk", curvature)


def factor_of(loss: Loss, library: str, factor: float | None) -> float:
    """The ``factor`` that was asked for, else the library's own. CallerError for one that is not positive."""
    if factor is None:
        return CONVENTIONS[library].factor(len(loss.predictors))
    if not factor > 0:
        raise CallerError(f"factor: {factor!r} was given; it multiplies the curvature and is positive.")
    return float(factor)
