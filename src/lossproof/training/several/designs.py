"""A design for each predictor: which columns it hangs on, standardised, and the way back to the units of the data.

u_p = Z_p t_p,   z_j = (x_j - center_j) scale_j,  ones behind where there is an intercept
w_j = scale_j t_j,  w_a = t_a - sum_j center_j w_j
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas

from lossproof.errors import DataError
from lossproof.lowering import Loss, validation
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.rows.design import INTERCEPT, read_columns, refuse_tiny_columns
from lossproof.training.rows.formulas import FormulaDesign


@dataclass(frozen=True, eq=False)
class Design:
    """The columns ``X`` (M, d) of one predictor with their ``names``; a constant where there are none."""

    predictor: str
    X: Matrix
    names: tuple[str, ...]
    intercept: bool

    @property
    def constant(self) -> bool:
        """Whether the predictor is one number for all rows."""
        return not self.names

    @property
    def width(self) -> int:
        return len(self.names) + self.intercept

    def standardised(self) -> tuple[Matrix, Matrix]:
        """Z (M, d) with ones behind, column by column in memory, and dw/dt (d, d)."""
        rows, d = len(self.X), len(self.names)
        Z = np.ones((rows, self.width), order="F")
        Z[:, :d] = self.X
        back = np.eye(self.width)
        for j in range(d):
            column = Z[:, j]
            center = float(column.mean()) if self.intercept else 0.0
            column -= center
            spread = float(blas.dnrm2(column)) / math.sqrt(rows)
            back[j, j] = 1 / spread if spread > 0 else 1.0
            column *= back[j, j]
            if self.intercept:
                back[d, j] = -center * back[j, j]
        return Z, back

    def parameter_names(self, alone: bool) -> list[str]:
        """How the coefficients are called: the predictor's name for a constant; without it where it is ``alone``."""
        if self.constant:
            return [self.predictor]
        columns = [*self.names, *[INTERCEPT] * self.intercept]
        return columns if alone else [f"{self.predictor}: {column}" for column in columns]


def read_designs(loss: Loss, X: Any, rows: int | None, intercept: bool) -> tuple[Design, ...]:
    """A design for each predictor, from a mapping, or from one X for all that are no ``parameters``.

    ``rows`` is how many the target has. Raises DataError.
    """
    names = [symbol.name for symbol in loss.predictors]
    given = X if isinstance(X, Mapping) else {name: None if name in loss.parameters else X for name in names}
    unknown = sorted(str(name) for name in given if name not in names)
    if unknown:
        raise DataError(f"X: a design for {', '.join(unknown)} was given; the predictors are {', '.join(names)}.")
    found = []
    for name in names:
        if name not in given and name not in loss.parameters:
            raise DataError(f"X: no design for {name} was given; give its columns, or {name!r}: None for a constant.")
        found.append(_design(name, given.get(name), rows, intercept))
    lengths = {design.predictor: len(design.X) for design in found}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {count}" for name, count in lengths.items())
        raise DataError(f"X: the designs have different numbers of rows: {said}.")
    return tuple(found)


def _design(name: str, X: Any, rows: int | None, intercept: bool) -> Design:
    if isinstance(X, FormulaDesign):
        if not X.names and not X.intercept:
            raise DataError(f"formula: that of {name} has no column and no intercept, so there is nothing to fit.")
        return Design(name, X.values, X.names, X.intercept)
    if X is None:
        if rows is None:
            raise DataError(f"X: {name} has no design and the target no rows.")
        return Design(name, np.empty((rows, 0)), (), True)
    columns = read_columns(X)
    if not columns.names and not intercept:
        raise DataError(f"X: {name} has no column and no intercept, so there is nothing to fit.")
    refuse_tiny_columns(columns)
    if intercept and INTERCEPT in columns.names:
        raise DataError(f"X: a column is named {INTERCEPT!r}; rename it, or leave it out with intercept=False.")
    values = validation.matrix(columns.values, columns.names) if columns.names else columns.values
    return Design(name, np.asarray(values, dtype=np.float64), columns.names, intercept)


@dataclass(frozen=True, eq=False)
class LinearMap:
    """Predictors linear in t: u_p = Z_p t_p + o_p. ``t`` (p,) holds the coefficients of one after the other.

    ``constant`` says which Z_p are a column of ones: those need no product.
    """

    Z: tuple[Matrix, ...]
    offset: Matrix | None  # (q, M)
    constant: tuple[bool, ...]

    @property
    def still(self) -> tuple[int, ...]:
        """Which predictors are one number for all rows."""
        return () if self.offset is not None else tuple(np.flatnonzero(self.constant).tolist())

    def predictors(self, t: Vector) -> Matrix:
        """u (q, M)."""
        u = np.empty((len(self.Z), len(self.Z[0])))
        for row, z, part, constant in zip(u, self.Z, self._parts(t), self.constant, strict=True):
            if constant:
                row.fill(part[0])
            else:
                np.dot(z, part, out=row)
        return u if self.offset is None else u + self.offset

    def pulled(self, t: Vector, r: Matrix, h: Any) -> tuple[Vector, Matrix]:
        """Gradient (p,) and Hessian (p, p) of the sum over rows from slopes (q, M) and curvatures (q, q, M)."""
        q, starts = len(self.Z), self._starts
        gradient, hessian = np.empty(starts[-1]), np.empty((starts[-1], starts[-1]))
        for p in range(q):
            mine = slice(*starts[p : p + 2])
            gradient[mine] = self._summed(p, r[p])
            for s in range(p, q):
                other = slice(*starts[s : s + 2])
                block = self._crossed(p, s, h[p, s])
                hessian[mine, other] = block
                hessian[other, mine] = block.T
        return gradient, hessian

    def _summed(self, p: int, column: Vector) -> Any:
        """Z_p' column (d_p,)."""
        return column.sum() if self.constant[p] else column @ self.Z[p]

    def _crossed(self, p: int, s: int, column: Vector) -> Matrix:
        """Z_p' diag(column) Z_s (d_p, d_s)."""
        if self.constant[s]:
            return np.reshape(self._summed(p, column), (-1, 1))
        if self.constant[p]:
            return np.reshape(self._summed(s, column), (1, -1))
        return (self.Z[p].T * column) @ self.Z[s]

    def part(self, rows: slice | NDArray[np.intp]) -> LinearMap:
        """The map of some of the rows."""
        offset = None if self.offset is None else self.offset[:, rows]
        parts = (z[rows] if isinstance(rows, slice) else np.asfortranarray(z[rows]) for z in self.Z)
        return LinearMap(tuple(parts), offset, self.constant)

    def each_score(self, t: Vector, r: Matrix) -> Matrix:
        """The gradient of every row (M, p)."""
        return np.column_stack([slope[:, None] * z for z, slope in zip(self.Z, r, strict=True)])

    def jacobian(self, t: Vector) -> tuple[Matrix, ...]:
        """du_p/dt_p (M, d_p) of each predictor."""
        return self.Z

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *np.cumsum([z.shape[1] for z in self.Z]).tolist()]

    def _parts(self, t: Vector) -> Sequence[Vector]:
        return [t[begin:end] for begin, end in pairwise(self._starts)]
