"""A loss as a scikit-learn estimator: pipelines, grid search, calibration, frames with their names.

    LossClassifier(loss).fit(X, labels)      LossRegressor(loss).fit(X, y)

``loss`` is a `Loss` or the name of a chapter. A fit that found no minimum warns once, with the reason; it does not
raise. The whole answer is in ``fit_``.
"""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossproof.errors import MissingExtra
from lossproof.lowering import ClassLoss, Loss
from lossproof.lowering.prediction import even_predictor, predicted
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.fit import fit
from lossproof.training.result import Fit
from lossproof.training.which_loss import loss_of

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

    def _minimise(
        self, loss: Loss, X: Matrix, y: Vector, sample_weight: ArrayLike | None, offset: ArrayLike | None
    ) -> Fit:
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=np.float64)
        found = fit(
            loss,
            X,
            y,
            method=self.method,
            intercept=self.intercept,
            weights=weights,
            offset=offset,
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

    def _predictor(self, X: Any, offset: ArrayLike | None) -> Vector:
        check_is_fitted(self)
        return self.fit_.linear_predictor(validate_data(self, X, reset=False, dtype=[np.float64, np.float32]), offset)


class LossClassifier(ClassifierMixin, _LossEstimator):
    """A classifier: two classes with a loss of a target in [0, 1], or K with a loss of K classes or of any number.

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

    def fit(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None, offset: ArrayLike | None = None
    ) -> Self:
        """Learn from X (M, d) and labels y (M,). Raises ValueError for data that cannot be fitted."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        kind = type_of_target(y, input_name="y")
        self.classes_, place = np.unique(y, return_inverse=True)
        loss = loss_of(self.loss)
        if isinstance(loss, ClassLoss):
            if self.classes_.size == 1:
                raise ValueError("y: one class was given; two are needed to tell them apart.")
            loss = loss.of(self.classes_.size)
        predictors = len(loss.predictors)
        if predictors == 1 and not loss.two_classes:
            raise ValueError(
                f"loss: {loss.name} is no loss of two classes, its targets go beyond 0 to 1; LossRegressor takes it."
            )
        if predictors == 1 and self.classes_.size > 2:
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        if predictors > 1 and self.classes_.size != predictors:
            raise ValueError(f"y: {self.classes_.size} classes were given; the loss is one of {predictors} classes.")
        target = place if predictors > 1 else place == self.classes_.size - 1
        found = self._minimise(loss, X, target.astype(np.float64), sample_weight, offset)
        self.coef_ = found.coefficients[:, : X.shape[1]]
        self.intercept_ = found.coefficients[:, X.shape[1] :].sum(axis=1)
        return self

    def decision_function(self, X: Any, offset: ArrayLike | None = None) -> Vector:
        """The linear predictor (M,), measured from where the two classes are equally likely; (M, K) for K."""
        u = self._predictor(X, offset)
        return u if u.ndim == 2 else u - even_predictor(self.fit_.model)

    def predict_proba(self, X: Any, offset: ArrayLike | None = None) -> Matrix:
        """The probability of each class (M, K); (M, 1) where there was one class to learn from."""
        p = predicted(_fitted(self).model, self._predictor(X, offset))
        if p.ndim == 2:
            return p
        return np.column_stack([1 - p, p]) if self.classes_.size == 2 else np.ones((len(p), 1))

    def predict(self, X: Any, offset: ArrayLike | None = None) -> NDArray[Any]:
        """The most likely label (M,)."""
        decision = self.decision_function(X, offset)
        if decision.ndim == 2:
            return self.classes_[decision.argmax(axis=1)]
        return self.classes_[(decision > 0).astype(int) if self.classes_.size == 2 else np.zeros(len(decision), int)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        loss = loss_of(self.loss)
        tags.classifier_tags.multi_class = isinstance(loss, ClassLoss) or len(loss.predictors) > 1
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

    def fit(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None, offset: ArrayLike | None = None
    ) -> Self:
        """Learn from X (M, d) and numbers y (M,). Raises ValueError for data that cannot be fitted."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], y_numeric=True)
        found = self._minimise(_of_numbers(self.loss), X, np.asarray(y), sample_weight, offset)
        self.coef_ = found.coefficients[0, : X.shape[1]]
        self.intercept_ = float(found.coefficients[0, X.shape[1] :].sum())
        return self

    def predict(self, X: Any, offset: ArrayLike | None = None) -> Vector:
        """The predicted target (M,)."""
        return predicted(_fitted(self).model, self._predictor(X, offset))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = _of_numbers(self.loss).never_negative
        return tags


def _of_numbers(given: Any) -> Loss:
    """The loss of a number. Raises ValueError for one over classes."""
    loss = loss_of(given)
    if isinstance(loss, ClassLoss):
        raise ValueError(f"loss: {loss.name} is a loss of classes; LossClassifier takes it.")
    return loss


def _fitted(estimator: _LossEstimator) -> Fit:
    check_is_fitted(estimator)
    return estimator.fit_
