"""A loss as a scikit-learn estimator: pipelines, grid search, calibration, frames with their names.

    LossClassifier(loss).fit(X, labels)      LossRegressor(loss).fit(X, y)

``loss`` is a `Loss` or the name of a chapter. A fit that found no minimum warns once, with the reason; it does not
raise. The whole answer is in ``fit_``.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossproof.errors import MissingExtra
from lossproof.lowering import Loss
from lossproof.lowering.validation import number
from lossproof.notation.assumptions import FiniteSet, Interval
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.classes import probabilities
from lossproof.training.fit import fit
from lossproof.training.prediction import mean_function
from lossproof.training.result import Fit

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils.multiclass import check_classification_targets, type_of_target
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
except ImportError as missing:
    sentence = "LossClassifier and LossRegressor need scikit-learn: pip install 'lossproof[sklearn]'"
    raise MissingExtra(sentence) from missing


class _LossEstimator(BaseEstimator):
    """What both estimators share: parameters, fitting, the linear predictor."""

    fit_: Fit
    coef_: Matrix | Vector
    intercept_: Vector | float
    n_iter_: int

    def __init__(
        self,
        loss: Loss | str,
        *,
        method: str | None = None,
        intercept: bool = True,
        ridge: float = 0.0,
        max_iterations: int | None = None,
        tolerance: float | None = None,
    ) -> None:
        self.loss = loss
        self.method = method
        self.intercept = intercept
        self.ridge = ridge
        self.max_iterations = max_iterations
        self.tolerance = tolerance

    def _minimise(self, X: Matrix, y: Vector, sample_weight: ArrayLike | None) -> Fit:
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=np.float64)
        found = fit(
            _loss(self.loss),
            X,
            y,
            method=self.method,
            intercept=self.intercept,
            weights=weights,
            ridge=self.ridge,
            max_iterations=self.max_iterations,
            tolerance=self.tolerance,
            names=getattr(self, "feature_names_in_", None),
            progress=False,
        )
        if not found.converged:
            warnings.warn(f"{type(self).__name__}: {found.reason}.", ConvergenceWarning, stacklevel=3)
        self.fit_, self.n_iter_ = found, max(1, found.iterations)
        return found

    def _predictor(self, X: Any) -> Vector:
        check_is_fitted(self)
        return self.fit_.linear_predictor(validate_data(self, X, reset=False, dtype=[np.float64, np.float32]))


class LossClassifier(ClassifierMixin, _LossEstimator):
    """A classifier: two classes with a loss of a target in [0, 1], or K with a loss that has K predictors.

    Labels may be of any type. After `fit`: ``classes_`` (sorted; of two, the last stands for yt = 1), ``coef_``
    (1, d) or (K, d), ``intercept_`` (1,) or (K,), ``n_iter_``, ``n_features_in_``, ``feature_names_in_`` where X was
    a frame, ``fit_`` the whole answer.
    """

    classes_: NDArray[Any]

    def __init__(
        self,
        loss: Loss | str = "logistic_regression",
        *,
        method: str | None = None,
        intercept: bool = True,
        ridge: float = 0.0,
        max_iterations: int | None = None,
        tolerance: float | None = None,
    ) -> None:
        super().__init__(
            loss, method=method, intercept=intercept, ridge=ridge, max_iterations=max_iterations, tolerance=tolerance
        )

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from X (M, d) and labels y (M,). Raises ValueError for data that cannot be fitted."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        kind = type_of_target(y, input_name="y")
        self.classes_, place = np.unique(y, return_inverse=True)
        predictors = len(_loss(self.loss).predictors)
        if predictors == 1 and not _of_two_classes(_loss(self.loss)):
            raise ValueError(
                f"loss: {_loss(self.loss).name} is no loss of two classes, its targets go beyond 0 to 1; "
                "LossRegressor takes it."
            )
        if predictors == 1 and self.classes_.size > 2:
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        if predictors > 1 and self.classes_.size != predictors:
            raise ValueError(f"y: {self.classes_.size} classes were given; the loss is one of {predictors} classes.")
        target = place if predictors > 1 else place == self.classes_.size - 1
        found = self._minimise(X, target.astype(np.float64), sample_weight)
        self.coef_ = found.coefficients[:, : X.shape[1]]
        self.intercept_ = found.coefficients[:, X.shape[1] :].sum(axis=1)
        return self

    def decision_function(self, X: Any) -> Vector:
        """The linear predictor (M,), measured from where the two classes are equally likely; (M, K) for K."""
        u = self._predictor(X)
        return u if u.ndim == 2 else u - _even(_fitted(self))

    def predict_proba(self, X: Any) -> Matrix:
        """The probability of each class (M, K); (M, 1) where there was one class to learn from."""
        u = self._predictor(X)
        if u.ndim == 2:
            return probabilities(self.fit_.model, u)
        p = mean_function(self.fit_.model)(u)
        return np.column_stack([1 - p, p]) if self.classes_.size == 2 else np.ones((len(p), 1))

    def predict(self, X: Any) -> NDArray[Any]:
        """The most likely label (M,)."""
        decision = self.decision_function(X)
        if decision.ndim == 2:
            return self.classes_[decision.argmax(axis=1)]
        return self.classes_[(decision > 0).astype(int) if self.classes_.size == 2 else np.zeros(len(decision), int)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = len(_loss(self.loss).predictors) > 1
        return tags


class LossRegressor(RegressorMixin, _LossEstimator):
    """A regression with any loss that has one linear predictor and a mean.

    After `fit`: ``coef_`` (d,), ``intercept_``, ``n_iter_``, ``n_features_in_``, ``feature_names_in_`` where X was a
    frame, ``fit_`` the whole answer.
    """

    def __init__(
        self,
        loss: Loss | str = "linear_regression",
        *,
        method: str | None = None,
        intercept: bool = True,
        ridge: float = 0.0,
        max_iterations: int | None = None,
        tolerance: float | None = None,
    ) -> None:
        super().__init__(
            loss, method=method, intercept=intercept, ridge=ridge, max_iterations=max_iterations, tolerance=tolerance
        )

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from X (M, d) and numbers y (M,). Raises ValueError for data that cannot be fitted."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], y_numeric=True)
        found = self._minimise(X, np.asarray(y), sample_weight)
        self.coef_ = found.coefficients[0, : X.shape[1]]
        self.intercept_ = float(found.coefficients[0, X.shape[1] :].sum())
        return self

    def predict(self, X: Any) -> Vector:
        """The predicted target (M,)."""
        return mean_function(_fitted(self).model)(self._predictor(X))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = _never_negative(self.loss)
        return tags


def _fitted(estimator: _LossEstimator) -> Fit:
    check_is_fitted(estimator)
    return estimator.fit_


def _loss(given: Loss | str) -> Loss:
    """A loss, or that of the chapter of this name; a copy, so that nothing is cached in the caller's parameter."""
    if isinstance(given, str):
        from lossproof.chapters.scripts import load

        given = load(given).loss
    return _COPIES.setdefault(given.digest, replace(given))


_COPIES: dict[str, Loss] = {}


def _even(found: Fit) -> float:
    """The linear predictor at which the mean is 1/2: 0 for the logistic link."""
    mean = mean_function(found.model)
    low, high = -40.0, 40.0
    if mean(np.zeros(1))[0] == 0.5:
        return 0.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if mean(np.array([middle]))[0] < 0.5 else (low, middle)
    return high


def _of_two_classes(loss: Loss) -> bool:
    """Whether the domain of the target lies between 0 and 1."""
    domain = loss.domain
    if isinstance(domain, FiniteSet):
        return min(domain.values) >= 0 and max(domain.values) <= 1
    ends = (number(domain.low), number(domain.high)) if isinstance(domain, Interval) else (None, None)
    return None not in ends and ends[0] >= 0 and ends[1] <= 1  # type: ignore[operator]


def _never_negative(loss: Loss | str) -> bool:
    """Whether the domain of the target ends at 0, as it does for counts and sizes."""
    domain = _loss(loss).domain
    if isinstance(domain, FiniteSet):
        return min(domain.values) >= 0
    low = number(domain.low) if isinstance(domain, Interval) else None
    return low is not None and low >= 0
