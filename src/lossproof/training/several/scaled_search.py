"""The mean loss over rows as a function on the scale it is searched on, and the way to its minimum there.

v  ->  t = scales.outer(v)  ->  value, gradient * dt/dv, curvature with the bend of the scale
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossproof.training.arrays import Matrix, Vector
from lossproof.training.minimise.solution import Limits, Outcome, Solution, Watch
from lossproof.training.several.rows_loss import RowsLoss
from lossproof.training.several.scales import Scales
from lossproof.training.several.trust_region import Curvature, Root, Symmetric, minimise

_NOTHING_KNOWN = 30.0  # standard error of a logarithm: ten orders of magnitude up and down


@dataclass(frozen=True, eq=False)
class Search:
    """The mean loss of ``rows`` at v."""

    rows: RowsLoss
    scales: Scales

    def exactly(self, v: Vector) -> tuple[float, Vector, Symmetric]:
        t, first, second = self.scales.outer(v)
        value, gradient, hessian = self.rows.at(t)
        curvature = hessian * (first[:, None] * first)
        np.fill_diagonal(curvature, curvature.diagonal() + gradient * second)
        return value, gradient * first, Symmetric(curvature)

    def with_matrix(self, v: Vector) -> tuple[float, Vector, Matrix]:
        value, gradient, curvature = self.exactly(v)
        return value, gradient, curvature.matrix

    def expected(self, v: Vector) -> tuple[float, Vector, Curvature]:
        t, first, _ = self.scales.outer(v)
        value, gradient, root = self.rows.expected(t)
        return value, gradient * first, Root(root.rows * first)

    def distance(self, v: Vector, s: Vector, variances: Vector) -> float:
        """The step in units of each parameter, or of its standard error where that is less than 1.

        Infinite where the data do not tell a bounded parameter's order of magnitude.
        """
        errors = np.sqrt(variances / self.rows.total_weight)
        bounded = self.scales.bounded
        if (errors[bounded] > _NOTHING_KNOWN).any():
            return np.inf
        units = np.where(bounded, 1.0, np.maximum(np.abs(v), np.minimum(errors, 1.0)))
        return float(np.max(np.abs(s) / units, initial=0.0))

    def newton(self, v: Vector, limits: Limits, watch: Watch) -> Solution:
        return minimise(self.exactly, v, self.distance, limits, watch)

    def minimum(self, v: Vector, limits: Limits, watch: Watch) -> tuple[Solution, int]:
        """The solution from ``v``, and how many iterations came before it.

        Least squares and its kin: Levenberg and Marquardt's way near, then Newton's.
        """
        if self.rows.loss.dispersion == "fixed":
            return self.newton(v, limits, watch), 0
        near = minimise(self.expected, v, self.distance, limits, watch)
        if near.outcome is Outcome.STOPPED:
            return near, 0
        solution = self.newton(near.state.v, limits, watch)
        if near.iterations and not solution.outcome.converged:
            again = self.newton(v, limits, watch)
            solution = again if again.outcome.converged else solution
        return solution, near.iterations
