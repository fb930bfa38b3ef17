"""The rows of a fit, as long as they are at hand: its parameters, scores and curvature there."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lossproof.errors import CallerError, DataError
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.rows.design import read_columns
from lossproof.training.rows.formulas import FormulaDesign
from lossproof.training.several.fit_several import Work, make_work

if TYPE_CHECKING:
    from lossproof.lowering import Loss
    from lossproof.training.result import Fit

FEW_ENTRIES = 1 << 20  # so many are kept as long as the fit, more as long as their owner keeps them
_SAME = 1e-6
_AWAY = "fit: its rows are not at hand (loaded, copied, read from files, or let go of); fit it again."
_CHANGED = "fit: the arrays were changed since; fit it again."
GONE = object()
Held = Callable[[], Any]


def held(value: Any, ours: bool) -> Held:
    """``value`` as long as its owner keeps it; for good where it is ``ours``, or nothing can point to it loosely."""
    if ours:
        return lambda: value
    try:
        loose = weakref.ref(value)
    except TypeError:
        return lambda: value

    def given() -> Any:
        found = loose()
        return GONE if found is None else found

    return given


@dataclass(frozen=True, eq=False)
class Source:
    """The arguments of a fit of one design, each as a call that gives it, or None where its owner has let it go."""

    loss: Loss
    X: Held
    y: Held
    weights: Held
    offset: Held
    ridge: float
    intercept: bool
    names: tuple[str, ...]

    def _given(self) -> list[Any] | None:
        arrays = [each() for each in (self.X, self.y, self.weights, self.offset)]
        return None if any(array is GONE for array in arrays) else arrays

    def arrays(self, fit: Fit) -> tuple[Matrix, Vector, Vector, Any]:
        """X (M, d), y (M,), frequencies (M,) and the offset of a fit of K classes. Raises DataError."""
        _refuse_unconverged(fit)
        arrays = self._given()
        if arrays is None:
            raise DataError(_AWAY)
        given, y, weights, offset = arrays
        y = np.asarray(y, dtype=np.float64)
        X = np.empty((len(y), 0))
        if self.names:
            X = np.asarray(read_columns(given, self.names).values, dtype=np.float64)
        counts = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
        return X, y, counts, 0.0 if offset is None else np.asarray(offset, dtype=np.float64)

    def refuse_changed(self, fit: Fit, value: float) -> None:
        """DataError where the mean loss is another than it was."""
        if not abs(value - fit.loss) <= _SAME * max(1.0, abs(fit.loss)):
            raise DataError(_CHANGED)

    def work(self) -> Work | None:
        """The rows read again, or None where they are gone. Raises DataError, CallerError for a loss of K classes."""
        arrays = self._given()
        if arrays is None:
            return None
        if len(self.loss.predictors) > 1:
            raise CallerError(
                f"{self.loss.name} is a loss of K classes: effects, residuals, intervals and predictions follow from"
                " such a fit, and no more."
            )
        given, y, weights, offset = arrays
        X = None
        if self.names:
            values = np.asarray(read_columns(given, self.names).values, dtype=np.float64)
            X = {self.loss.predictors[0].name: FormulaDesign(values, self.names, self.intercept, None, None)}
        return make_work(self.loss, X, y, weights, offset, self.ridge, self.intercept)


def work_of(fit: Fit) -> Work:
    """The rows of ``fit``. DataError where they are not at hand, were changed, or it has not converged."""
    _refuse_unconverged(fit)
    work = fit.work.work() if isinstance(fit.work, Source) else fit.work
    if work is None:
        raise DataError(_AWAY)
    value = work.rows.at(work.inner(fit.params))[0] - fit.loss
    if not abs(value) <= _SAME * max(1.0, abs(fit.loss)) + fit.ridge * float(fit.params @ fit.params):
        raise DataError(_CHANGED)
    return work


def _refuse_unconverged(fit: Fit) -> None:
    if not fit.converged:
        raise DataError(f"fit: it has not converged ({fit.reason}), so that nothing more can be said of it.")


def one_predictor(fit: Fit, what: str) -> None:
    """CallerError where a fit has several predictors, or its loss no mean."""
    if len(fit.model.predictors) > 1 or fit.model.columns:
        raise CallerError(f"{what}: needs a loss of one predictor and no other columns; {fit.model.name} has more.")
    if fit.model.mean is None:
        raise CallerError(f"{what}: the loss {fit.model.name} has no mean.")


def weights_of(work: Work) -> Vector:
    """The frequencies (M,)."""
    rows = work.rows
    return np.ones(len(rows.observed)) if rows.weights is None else rows.weights


def scores(work: Work, t: Vector) -> Matrix:
    """The gradient of every row's loss in t (M, p), not weighted."""
    return work.rows.map.each_score(t, work.rows.rows(t)[1])
