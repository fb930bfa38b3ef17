"""The function that a minimiser sees: the mean loss in standardised coordinates, with the ridge penalty.

    f(v) = L(w) + (ridge/2) sum_j w_j^2,   w = w(v),   over the coefficients that are free

The sum leaves out the intercept and the parameters without features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lossproof.training.arrays import Matrix, Vector
from lossproof.training.rows.data import MeanLoss


@dataclass(frozen=True)
class Penalised:
    """``objective`` as a function of its ``free`` coefficients (mask of q p); ``penalty`` (q p,) weighs v_j^2/2."""

    objective: MeanLoss
    free: NDArray[np.bool_]
    penalty: Vector

    def value(self, v: Vector) -> float:
        w = self.whole(v)
        with np.errstate(over="ignore", invalid="ignore"):
            return self.objective.value(w) + self.penalty_at(w)

    def value_and_gradient(self, v: Vector) -> tuple[float, Vector]:
        w = self.whole(v)
        with np.errstate(over="ignore", invalid="ignore"):
            value, gradient = self.objective.value_and_gradient(w)
            return value + self.penalty_at(w), (gradient + self.penalty * w)[self.free]

    def value_gradient_hessian(self, v: Vector) -> tuple[float, Vector, Matrix]:
        w = self.whole(v)
        with np.errstate(over="ignore", invalid="ignore"):
            value, gradient, hessian = self.objective.value_gradient_hessian(w)
            hessian = (hessian + np.diag(self.penalty))[np.ix_(self.free, self.free)]
            return value + self.penalty_at(w), (gradient + self.penalty * w)[self.free], hessian

    def whole(self, v: Vector) -> Vector:
        """All coefficients (q p,): those that are not free are 0."""
        w = np.zeros(self.free.size)
        w[self.free] = v
        return w

    def penalty_at(self, w: Vector) -> float:
        """The penalty alone, at all coefficients ``w`` (q p,)."""
        return 0.5 * float(self.penalty @ (w * w))
