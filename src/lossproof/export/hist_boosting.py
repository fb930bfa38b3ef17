"""A loss object for scikit-learn's HistGradientBoostingRegressor and HistGradientBoostingClassifier.

Both take an instance of `sklearn._loss.loss.BaseLoss` as ``loss``. What such an object computes goes through its
``closs``, and what it predicts through its ``link``: both are given here from the derived formulas, and everything else
is scikit-learn's own. The room is a private one of scikit-learn, so the versions that it was tried with are named.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy  # its optimize is read when it is first used
from sklearn._loss.link import BaseLink, Interval
from sklearn._loss.loss import BaseLoss

from lossproof.errors import CallerError
from lossproof.export.boosting import diagonal, factor_of, refuse_rows
from lossproof.lowering import Loss, family
from lossproof.lowering.code.formula_code import numpy_function
from lossproof.lowering.prediction import best_predictor, mean_function, probabilities

Array = np.ndarray

_LIBRARY = "sklearn"
_STILL = 1e-10  # of the mean size of a slope: a start from the mean of the targets is the best one


class Rows:
    """What scikit-learn calls the compiled part of a loss: functions of rows that write where they are told."""

    def __init__(self, loss: Loss, factor: float, backend: str) -> None:
        self.loss_of_rows, self.factor, self.backend = loss, factor, backend
        self._functions = loss.compile(backend)

    def loss(self, y_true: Array, raw_prediction: Array, sample_weight: Any, loss_out: Array, n_threads: int) -> None:
        """The weighted loss of each row into ``loss_out`` (M,)."""
        values = self._functions.value(np.asarray(raw_prediction, dtype=float), y_true)
        loss_out[...] = _weighted(values, sample_weight)

    def gradient(
        self, y_true: Array, raw_prediction: Array, sample_weight: Any, gradient_out: Array, n_threads: int
    ) -> None:
        """The weighted slope of each row into ``gradient_out`` (M,) or (M, K)."""
        raw = np.asarray(raw_prediction, dtype=float)
        slope = self._functions.slope(raw, y_true)
        refuse_rows(self.loss_of_rows, _LIBRARY, slope, np.zeros(1), raw, y_true)
        gradient_out[...] = _weighted(slope, sample_weight)

    def gradient_hessian(
        self,
        y_true: Array,
        raw_prediction: Array,
        sample_weight: Any,
        gradient_out: Array,
        hessian_out: Array,
        n_threads: int,
    ) -> None:
        """Slope and curvature (its diagonal with K predictors), weighted, where scikit-learn keeps them."""
        raw = np.asarray(raw_prediction, dtype=float)
        slope = self._functions.slope(raw, y_true)
        curvature = self.factor * diagonal(self._functions.curvature(raw, y_true), raw.ndim)
        refuse_rows(self.loss_of_rows, _LIBRARY, slope, curvature, raw, y_true)
        gradient_out[...] = _weighted(slope, sample_weight)
        hessian_out[...] = _weighted(curvature, sample_weight)

    def loss_gradient(
        self,
        y_true: Array,
        raw_prediction: Array,
        sample_weight: Any,
        loss_out: Array,
        gradient_out: Array,
        n_threads: int,
    ) -> None:
        """Both of the above."""
        self.loss(y_true, raw_prediction, sample_weight, loss_out, n_threads)
        self.gradient(y_true, raw_prediction, sample_weight, gradient_out, n_threads)

    def __reduce__(self) -> tuple[Any, ...]:
        return Rows, (self.loss_of_rows, self.factor, self.backend)


class Mean(BaseLink):
    """The family's mean as scikit-learn's link: ``inverse`` is u -> yp; the identity for a loss without a mean."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        if loss.mean is not None:
            self.interval_y_pred = _interval(loss, inclusive=False)

    def link(self, y_pred: Array) -> Array:
        """u (M,) at which the mean is ``y_pred``."""
        if self.loss.mean is None:
            return y_pred
        if self.loss.link is None:
            raise CallerError(f"the mean of {self.loss.name} has no inverse as a formula.")
        return np.asarray(numpy_function((self.loss.target,), self.loss.link)(np.asarray(y_pred, dtype=float)))

    def inverse(self, raw_prediction: Array) -> Array:
        """yp (M,) at the raw scores."""
        return raw_prediction if self.loss.mean is None else mean_function(self.loss)(raw_prediction)


class HistLoss(BaseLoss):
    """A derived loss of one predictor, or of K classes with a predictor each, for HistGradientBoosting*.

    DataError where a gradient is no number of float32 or a curvature is negative; CallerError for a loss of several
    predictors that are no classes.
    """

    def __init__(self, loss: Loss, factor: float = 1.0, backend: str = "numpy") -> None:
        if len(loss.predictors) > 1 and not loss.categorical:
            raise CallerError(
                f"{loss.name} has {len(loss.predictors)} predictors and no classes; scikit-learn's trees have one score"
                " a row, or one a class."
            )
        classes = len(loss.predictors) if loss.categorical else 2 if loss.two_classes else None
        super().__init__(closs=Rows(loss, factor, backend), link=Mean(loss), n_classes=classes)
        self.derived = loss
        self.is_multiclass = loss.categorical
        self.approx_hessian = loss.categorical  # the diagonal stands for the whole matrix
        self.interval_y_true = _interval(loss, inclusive=True)

    def fit_intercept_only(self, y_true: Array, sample_weight: Any = None) -> Any:
        """The constant score with the least mean loss: a number, or (K,) with their mean 0."""
        if self.is_multiclass:
            return self._shares(y_true, sample_weight)
        best = best_predictor(self.derived, np.unique(y_true))
        low, high = float(best.min()), float(best.max())
        start = low
        if self.derived.link is not None:
            start = float(super().fit_intercept_only(y_true, sample_weight))
            pull, size = self._pull(start, y_true, sample_weight)
            if abs(pull) <= _STILL * size:
                return np.float64(start)
        if not self._pull(low, y_true, sample_weight)[0] < 0 < self._pull(high, y_true, sample_weight)[0]:
            return np.float64(start)  # all targets ask for the same score, be it at no finite place
        return np.float64(scipy.optimize.brentq(lambda u: self._pull(u, y_true, sample_weight)[0], low, high))

    def _pull(self, u: float, y: Array, weights: Any) -> tuple[float, float]:
        """The mean slope at a constant score, and the mean of its absolute values."""
        slope = self.closs._functions.slope(np.full(y.shape, u), y)
        return float(np.average(slope, weights=weights)), float(np.average(np.abs(slope), weights=weights))

    def _shares(self, y: Array, weights: Any) -> Array:
        """The logarithms of the classes' shares, as scikit-learn takes them for its own loss."""
        tiny = np.finfo(y.dtype).eps
        shares = np.array([np.average(y == k, weights=weights) for k in range(self.n_classes)])
        logs = np.log(np.clip(shares, tiny, 1 - tiny))
        return np.asarray(logs - logs.mean())


class HistClassLoss(HistLoss):
    """The same with probabilities: what the classifier asks for."""

    def predict_proba(self, raw_prediction: Array) -> Array:
        """P(y = k) (M, K) at the raw scores (M,), (M, 1) or (M, K)."""
        if self.is_multiclass:
            return probabilities(self.derived, np.asarray(raw_prediction, dtype=float))
        one = mean_function(self.derived)(np.asarray(raw_prediction, dtype=float).reshape(-1))
        return np.column_stack([1 - one, one])


def hist_loss(loss: Loss, factor: float | None = None, backend: str = "numpy") -> HistLoss:
    """The loss as ``HistGradientBoostingRegressor(loss=...)`` or ``...Classifier(loss=...)`` takes it."""
    kind = HistClassLoss if loss.categorical or loss.two_classes else HistLoss
    return kind(loss, factor_of(loss, _LIBRARY, factor), backend)


def _interval(loss: Loss, inclusive: bool) -> Interval:
    low, high = family.ends(loss.domain)
    return Interval(low, high, inclusive and np.isfinite(low), inclusive and np.isfinite(high))


def _weighted(rows: Array, weights: Any) -> Array:
    if weights is None:
        return rows
    return rows * (weights if rows.ndim == 1 else weights[:, None])
