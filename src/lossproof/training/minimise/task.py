"""What is to be minimised: data, names and the coordinates in which it is done."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss
from lossproof.training.arrays import Vector
from lossproof.training.minimise.problem import Penalised
from lossproof.training.minimise.start import Start, start
from lossproof.training.rows.coordinates import Coordinates, standardising, unchanged
from lossproof.training.rows.data import Data
from lossproof.training.rows.design import INTERCEPT

_SAMPLED_ROWS = 1 << 14
_FEWEST_ROWS = 1 << 11
_SAMPLED_ENTRIES = 1 << 18


@dataclass(frozen=True)
class Settings:
    """What is fitted: with an intercept or without, the ridge, the columns as they are (``raw``), the class whose
    coefficients stay 0 (None: none), and whether there is an offset."""

    intercept: bool = True
    ridge: float = 0.0
    raw: bool = False
    reference: int | None = 0
    offset: bool = False


@dataclass(frozen=True)
class Task:
    """``data`` as it was given, ``problem`` in ``coordinates``; ``ones`` says that the intercept is not in X.

    ``names`` (p,) are the parameters', ``features`` (d,) the columns'.
    """

    data: Data
    ones: bool
    names: tuple[str, ...]
    features: tuple[str, ...]
    ridge: float
    coordinates: Coordinates
    problem: Penalised
    offset: bool = False

    def start(self, given: ArrayLike | None) -> Start:
        """Where to start: as ``given`` (p,) in the order of ``names``, or near the minimum."""
        if given is None:
            return start(self.data, self.coordinates, self.problem)
        w = _numbers(given)
        if w is None or w.shape != (len(self.names),) or not np.isfinite(w).all():
            needed = f"{len(self.names)} finite numbers are needed, for {', '.join(self.names)}"
            raise DataError(f"start: {given!r} was given; {needed}.")
        return Start(self.coordinates.from_params(self.problem.whole(w))[self.problem.free])

    def params(self, v: Vector) -> Vector:
        """All coefficients (q p,) in the units of the data."""
        return self.coordinates.params(self.problem.whole(v))


def as_number(name: str, value: Any) -> float:
    """``value`` as a float. Raises CallerError for what is no real number."""
    plain = isinstance(value, (Real, np.number)) and not isinstance(value, (bool, np.bool_))
    number = float(value) if plain else np.nan
    if np.isnan(number):
        raise CallerError(f"{name}: {value!r} was given; a number is needed.")
    return number


def as_truth(name: str, value: Any) -> None:
    """Raises CallerError for what is neither True nor False, as a text that says no would count as a yes."""
    if not isinstance(value, (bool, np.bool_)):
        raise CallerError(f"{name}: {value!r} was given; it is True or False.")


def _numbers(given: ArrayLike) -> Vector | None:
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        return None


def make_task(data: Data, features: tuple[str, ...], model: Settings) -> Task:
    """The task for ``data`` with the columns ``features``. Raises CallerError and DataError for what cannot be."""
    if not 0 <= as_number("ridge", model.ridge) < np.inf:
        raise CallerError(f"ridge: {model.ridge!r} was given; a number from 0 is needed.")
    if model.intercept and INTERCEPT in features:
        raise DataError(f"X: a column is named {INTERCEPT!r}; rename it, or leave it out with intercept=False.")
    ones = model.intercept and bool(features)
    coordinates = unchanged(data.width, ones) if model.raw else _standardising(data, ones)
    predictors = [symbol.name for symbol in data.loss.predictors]
    free = np.repeat(_fitted(data.loss, model.reference), coordinates.width)
    penalty = np.where(np.arange(coordinates.width) < len(features), model.ridge * coordinates.scale**2, 0.0)
    problem = Penalised(data.mean_loss(coordinates), free, np.tile(penalty, len(predictors)))
    columns = (*features, INTERCEPT) if model.intercept else features
    names = [c if len(predictors) == 1 else f"{u}: {c}" for u in predictors for c in columns]
    kept = tuple(name for name, is_free in zip(names, free, strict=True) if is_free)
    return Task(data, ones, kept, features, model.ridge, coordinates, problem, model.offset)


def _fitted(loss: Loss, reference: int | None) -> NDArray[np.bool_]:
    """Which predictors have coefficients of their own (mask of q): all but the reference class."""
    fitted = np.ones(len(loss.predictors), dtype=bool)
    if reference is not None and loss.categorical:
        if not 0 <= reference < fitted.size:
            raise CallerError(f"reference: {reference!r} was given; the classes are 0 to {fitted.size - 1}.")
        fitted[reference] = False
    return fitted


def _standardising(data: Data, ones: bool) -> Coordinates:
    about = max(_FEWEST_ROWS, _SAMPLED_ENTRIES // data.width)
    few = data.sample(_SAMPLED_ROWS if data.rows <= _SAMPLED_ROWS else min(_SAMPLED_ROWS, about))
    return standardising(few.X, few.weights, ones, whole=len(few.y) == data.rows)
