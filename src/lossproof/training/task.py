"""What is to be minimised: data, names and the coordinates in which it is done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lossproof.errors import CallerError, DataError
from lossproof.training.coordinates import Coordinates, standardising, unchanged
from lossproof.training.data import Data, sample
from lossproof.training.problem import Penalised
from lossproof.training.solution import Vector
from lossproof.training.start import start

_SAMPLED_ROWS = 1 << 14


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

    def start(self, given: ArrayLike | None) -> Vector:
        """Where to start (p,): as ``given`` in the order of ``names``, or near the minimum."""
        if given is None:
            return start(self.data, self.coordinates, self.problem)
        w = np.asarray(given, dtype=np.float64)
        if w.shape != (len(self.names),) or not np.isfinite(w).all():
            needed = f"{len(self.names)} finite numbers are needed, for {', '.join(self.names)}"
            raise DataError(f"start: {given!r} was given; {needed}.")
        return self.coordinates.from_params(w)

    def params(self, v: Vector) -> Vector:
        """All coefficients (q p,) in the units of the data."""
        return self.coordinates.params(self.problem.whole(v))


def make_task(
    data: Data, ones: bool, names: tuple[str, ...], features: tuple[str, ...], ridge: float, raw: bool
) -> Task:
    """The task for ``data``; ``raw`` keeps the columns as they are. Raises CallerError for a bad ridge."""
    if not 0 <= ridge < np.inf:
        raise CallerError(f"ridge: {ridge!r} was given; a number from 0 is needed.")
    coordinates = unchanged(data.width, ones) if raw else _standardising(data, ones)
    weights = np.where(np.arange(coordinates.width) < len(features), ridge * coordinates.scale**2, 0.0)
    predictors = len(data.loss.predictors)
    free = np.ones(predictors * coordinates.width, dtype=bool)
    problem = Penalised(data.mean_loss(coordinates), free, np.tile(weights, predictors))
    return Task(data, ones, names, features, ridge, coordinates, problem)


def _standardising(data: Data, ones: bool) -> Coordinates:
    few = sample(data, _SAMPLED_ROWS)
    return standardising(few.X, few.weights, ones, whole=len(few.y) == data.rows)
