"""Solving H d = g when H may be singular or indefinite, and saying which directions it leaves free.

    H = D C D,  D = sqrt(diag |H|)       C has a unit diagonal: the units of the columns are gone
    C = L L'                             Cholesky, where C is safely positive definite
    C = Q diag(lambda) Q'                otherwise; |lambda| <= p * 64 eps counts as zero

The decision on the rank is made on C, so a column given in other units decides alike.
Source: Golub and Van Loan, Matrix Computations, 4th edition, sections 3.5.2 and 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from scipy import linalg
from scipy.linalg import lapack
from threadpoolctl import ThreadpoolController

from lossproof.training.arrays import Matrix, Vector

_SAFE_CONDITION = 1e-10
_SMALL = 400
_EPS = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Factor:
    """H (p, p) taken apart: ``H = S V diag(values) V' S`` with S = diag(scale), or by Cholesky.

    ``cholesky`` is a lower triangular L with C = L L' where that was safe, else None and the spectrum is used:
    ``values`` and ``vectors`` of C without the directions that count as zero. ``condition`` is an estimate of
    C's reciprocal condition number.
    """

    scale: Vector
    cholesky: Matrix | None
    values: Vector
    vectors: Matrix
    condition: float = 0.0

    @property
    def rank(self) -> int:
        return self.scale.size if self.cholesky is not None else self.values.size

    @property
    def positive(self) -> bool:
        """Whether H is positive semidefinite (up to rounding): a minimum, not a saddle."""
        return self.cholesky is not None or bool((self.values > 0).all())

    def solve(self, g: Vector) -> Vector:
        """The d of least norm (in units of ``scale``) with |H| d = g on the directions that H sees.

        |H| has the absolute eigenvalues of C, so that -d descends also where H is indefinite.
        """
        scaled = g / self.scale
        if self.cholesky is not None:
            return np.asarray(linalg.cho_solve((self.cholesky, True), scaled)) / self.scale
        return self.vectors @ ((self.vectors.T @ scaled) / np.abs(self.values)) / self.scale

    def unseen(self, g: Vector) -> float:
        """The largest component of ``g`` (p,) in units of ``scale``, on the directions that H does not see."""
        if self.cholesky is not None:
            return 0.0
        scaled = g / self.scale
        return float(np.abs(scaled - self.vectors @ (self.vectors.T @ scaled)).max(initial=0.0))

    def times(self, z: Vector) -> Vector:
        """C z for z (p,) in units of ``scale``."""
        if self.cholesky is not None:
            return np.asarray(self.cholesky @ (self.cholesky.T @ z))
        return self.vectors @ (self.values * (self.vectors.T @ z))

    @cached_property
    def inverse(self) -> Matrix:
        """The inverse of H (p, p), of H on the directions that it sees where the rank is short."""
        return self.between(np.diag(1 / self.scale))

    def between(self, rows: Matrix) -> Matrix:
        """A C^-1 A' (n, n) for rows A (n, p) in units of 1 / ``scale``."""
        with few_threads(self.scale.size):
            if self.cholesky is not None:
                half = linalg.solve_triangular(self.cholesky, rows.T, lower=True)
                return np.asarray(half.T @ half)
            half = self.vectors.T @ rows.T
            return np.asarray(half.T @ (half / self.values[:, None]))

    @cached_property
    def seen(self) -> Matrix:
        """The part (p, rank) of the space that H sees, orthonormal in units of ``scale``."""
        return np.eye(self.scale.size) if self.cholesky is not None else self.vectors


def factorise(hessian: Matrix) -> Factor:
    """Take a symmetric H (p, p) apart; finite entries are the caller's to assure."""
    diagonal = np.abs(np.diag(hessian))
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    unit = hessian / scale[:, None] / scale
    with few_threads(scale.size):
        lower, failed = lapack.dpotrf(unit, lower=1, clean=1)
        condition = 0.0 if failed else _reciprocal_condition(lower, unit)
        if condition > _SAFE_CONDITION:
            return Factor(scale, lower, np.empty(0), np.empty((scale.size, 0)), condition)
        return _spectral(unit, scale)


@contextmanager
def few_threads(size: int) -> Iterator[None]:
    """One thread for matrices so small that threads would spend their time waiting for each other."""
    with _controller().limit(limits=1, user_api="blas") if size <= _SMALL else nullcontext():
        yield


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def _reciprocal_condition(lower: Matrix, unit: Matrix) -> float:
    norm = np.abs(unit).sum(axis=0).max(initial=0.0)
    return float(lapack.dpocon(lower, norm, uplo="L")[0])


def _spectral(unit: Matrix, scale: Vector) -> Factor:
    values, vectors = linalg.eigh(unit)
    keep = np.abs(values) > scale.size * 64 * _EPS * np.abs(values).max(initial=0.0)
    return Factor(scale, None, values[keep], vectors[:, keep])
