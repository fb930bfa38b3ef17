"""Fits with some parameters held: the way to likelihood-ratio and score tests and to profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg

from lossproof.errors import DataError
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.minimise.solution import Limits, Outcome, silent
from lossproof.training.several.fit_several import Work
from lossproof.training.several.trust_region import Curvature, Symmetric, minimise

_LIMITS = Limits(500, 0.0)
_NEAR = 1e-9


@dataclass(frozen=True, eq=False)
class Restricted:
    """The mean loss of ``work`` where the parameters in ``held`` (mask of p) stay as they are."""

    work: Work
    held: Vector

    def minimum(self, start: Vector) -> tuple[float, Vector]:
        """The least mean loss (with its penalty) and the parameters (p,) there, from ``start`` (p,).

        Raises DataError where the search does not arrive.
        """
        free = ~self.held.astype(bool)
        z = self._inner(start)
        if not free.any():
            return self.work.rows.at(self.work.inner(start))[0], start

        def f(part: Vector) -> tuple[float, Vector, Curvature]:
            whole = z.copy()
            whole[free] = part
            value, gradient, hessian = self._at(whole)
            return value, gradient[free], Symmetric(hessian[np.ix_(free, free)])

        def distance(part: Vector, s: Vector, variances: Vector) -> float:
            errors = np.sqrt(variances / self.work.rows.total_weight)
            return float(np.max(np.abs(s) / np.maximum(np.abs(part), np.minimum(errors, 1.0))))

        found = minimise(f, z[free], distance, _LIMITS, silent)
        if not found.outcome.converged and found.outcome is not Outcome.STUCK:
            raise DataError("with this parameter held the others do not settle; the likelihood may have no maximum.")
        whole = z.copy()
        whole[free] = found.state.v
        return found.state.value, self._outer(whole)[0]

    @cached_property
    def _back(self) -> Matrix:
        return np.asarray(linalg.inv(self.work.back))

    def _at(self, z: Vector) -> tuple[float, Vector, Matrix]:
        params, first, second = self._outer(z)
        value, gradient, hessian = self.work.rows.at(self._back @ params)
        gradient, hessian = self._back.T @ gradient, self._back.T @ hessian @ self._back
        return value, gradient * first, hessian * np.outer(first, first) + np.diag(gradient * second)

    def _outer(self, z: Vector) -> tuple[Vector, Vector, Vector]:
        return self.work.scales.outer(z)

    def _inner(self, params: Vector) -> Vector:
        return self.work.scales.inner(params)


def hold(work: Work, params: Vector, values: Mapping[str, float]) -> tuple[Restricted, Vector]:
    """The restriction to ``values`` of named parameters, and where its search starts. Raises DataError."""
    held, start = np.zeros(len(work.names), dtype=bool), np.array(params)
    for name, value in values.items():
        if name not in work.names:
            raise DataError(f"{name!r} is no parameter; there are {', '.join(work.names)}.")
        place = work.names.index(name)
        held[place], start[place] = True, value
    if not np.isfinite(work.scales.inner(start)).all():
        raise DataError(f"{', '.join(values)}: a value lies outside of the domain.")
    return Restricted(work, held), start
