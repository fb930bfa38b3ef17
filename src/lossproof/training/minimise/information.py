"""How well the data determine the parameters: the observed information, and its inverse.

    I = sum_m a_m h_m z_m z_m' + sum a * penalty,      h = curvature at the minimum

Where the matrix is at hand and the curvature is not negative, I = R'R with R from a QR factorisation of
sqrt(a h) Z: this keeps twice the digits that a factorisation of I itself would (Golub and Van Loan, 5.3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import linalg

from lossproof.lowering import Objective
from lossproof.lowering.kernels.objective import AS_GIVEN
from lossproof.lowering.prediction import functions
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.minimise.factor import Factor, factorise, few_threads
from lossproof.training.minimise.problem import Penalised
from lossproof.training.minimise.solution import State

_EPS = float(np.finfo(float).eps)
_MOST_ENTRIES = 1 << 20
_SAFE_PIVOT = 1e-6
_CERTAIN = 1e-4
_SHARPENINGS = 2


@dataclass(frozen=True)
class Information:
    """Factors of the mean information at a state, by QR where that can be had."""

    problem: Penalised

    def __call__(self, state: State) -> Factor:
        """The factor that Newton's method solves with: Cholesky where that is safe."""
        return self._factor(state, lambda plain: plain.cholesky is not None)

    def exact(self, state: State) -> Factor:
        """The factor that standard errors are read off: Cholesky where that leaves twelve digits."""
        return self._factor(state, lambda plain: plain.condition > _CERTAIN)

    def _factor(self, state: State, good: Callable[[Factor], bool]) -> Factor:
        """By Cholesky where that is ``good``; by QR at once where there are fewer rows than parameters."""
        assert state.hessian is not None
        here = self._in_memory
        short = here is not None and len(here.y) < state.v.size
        if short and (precise := self._precise(state)) is not None:
            return precise
        plain = factorise(state.hessian)
        return plain if good(plain) else self._precise(state) or plain

    def _precise(self, state: State) -> Factor | None:
        """The factor by QR; None where the matrix is not at hand or the curvature is negative somewhere."""
        if self._rows is None:
            return None
        curvature = self._curvature(state.v)
        if not (np.isfinite(curvature).all() and (curvature >= 0).all()):
            return None
        return by_qr(np.sqrt(curvature)[:, None] * self._rows, self.problem.penalty[self.problem.free])

    @cached_property
    def _rows(self) -> Matrix | None:
        """The matrix (M, p) of the free coefficients, where it is in memory and there is one predictor."""
        objective = self._in_memory
        if objective is None or len(objective.loss.predictors) > 1 or objective.X.size > _MOST_ENTRIES:
            return None
        return np.asarray(objective.X[:, self.problem.free], dtype=np.float64)

    @property
    def _in_memory(self) -> Objective | None:
        objective = self.problem.objective
        plain = isinstance(objective, Objective) and objective.reader == AS_GIVEN
        return objective if plain else None  # type: ignore[return-value]

    def sharpen(self, state: State) -> State:
        """Newton steps with products summed in extended precision: what rounding of the gradient left open.

        Only where columns nearly depend on each other, which magnifies rounding; where the matrix is not at hand
        or the processor has no wider type, little or nothing changes.
        """
        assert state.hessian is not None
        if factorise(state.hessian).condition > _CERTAIN or (factor := self._precise(state)) is None:
            return state
        penalty, v = self.problem.penalty[self.problem.free], state.v
        wide = self._rows.astype(np.longdouble) if self._rows is not None else np.empty((0, v.size))
        for _ in range(_SHARPENINGS):
            slopes = self._per_row("slope", np.asarray(wide @ v, dtype=np.float64))
            v = v - factor.solve(np.asarray(slopes @ wide + penalty * v, dtype=np.float64))
        return replace(state, v=v)

    def _curvature(self, v: Vector) -> Vector:
        """a_m h_m / sum a (M,)."""
        assert self._rows is not None
        return self._per_row("curvature", self._rows @ v)

    def _per_row(self, what: str, u: Vector) -> Vector:
        """Slope or curvature of every sample, times a_m / sum a (M,), at the predictors without their offset."""
        objective = self._in_memory
        assert objective is not None
        shifted = u + objective.offset[:, 0] if objective.offset.size else u
        values = getattr(functions(objective.loss), what)(shifted, objective.y)
        return np.asarray(values * (objective.weights if objective.weights.size else 1.0) / objective.total_weight)


def by_qr(rows: Matrix, penalty: Vector) -> Factor:
    """The factor of rows'rows + diag(penalty): R from a QR factorisation, its singular values where it is short."""
    whole = np.vstack([rows, np.diag(np.sqrt(penalty))]) if penalty.any() else rows
    norms = np.sqrt((whole**2).sum(axis=0))
    scale = np.where(norms > 0, norms, 1.0)
    p = scale.size
    with few_threads(p):
        triangle = linalg.qr(whole / scale, mode="r", check_finite=False)[0][:p]
        sizes = np.abs(np.diag(triangle))
        if len(sizes) == p and sizes.min(initial=np.inf) > _SAFE_PIVOT * sizes.max(initial=0.0):
            return Factor(scale, triangle.T, np.empty(0), np.empty((p, 0)))
        _, singular, right = linalg.svd(triangle, full_matrices=False)
    keep = singular > max(whole.shape) * _EPS * singular.max(initial=0.0)
    return Factor(scale, None, singular[keep] ** 2, right[: singular.size][keep].T)
