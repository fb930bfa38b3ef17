"""A design for each predictor: which columns it hangs on, standardised, and the way back to the units of the data.

u_p = Z_p t_p,   z_j = (x_j - center_j) scale_j,  ones behind where there is an intercept
w_j = scale_j t_j,  w_a = t_a - sum_j center_j w_j
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

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
        center = self.X.mean(axis=0) if self.intercept else np.zeros(d)
        moved = self.X - center
        spread = np.sqrt(np.mean(moved**2, axis=0))
        scale = 1 / np.where(spread > 0, spread, 1.0)
        back = np.diag(np.append(scale, [1.0] * self.intercept))
        if self.intercept:
            back[d, :d] = -center * scale
        return np.asfortranarray(np.column_stack([moved * scale, *[np.ones(rows)] * self.intercept])), back

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
    """Predictors linear in t: u_p = Z_p t_p + o_p. ``t`` (p,) holds the coefficients of one after the other."""

    Z: tuple[Matrix, ...]
    offset: Matrix | None  # (q, M)

    def predictors(self, t: Vector) -> Matrix:
        """u (q, M)."""
        u = np.array([z @ part for z, part in zip(self.Z, self._parts(t), strict=True)])
        return u if self.offset is None else u + self.offset

    def pulled(self, t: Vector, r: Matrix, h: Any) -> tuple[Vector, Matrix]:
        """Gradient (p,) and Hessian (p, p) of the sum over rows from slopes (q, M) and curvatures (q, q, M)."""
        gradient = np.concatenate([z.T @ slope for z, slope in zip(self.Z, r, strict=True)])
        q, starts = len(self.Z), self._starts
        hessian = np.empty((gradient.size, gradient.size))
        for p in range(q):
            for s in range(p, q):
                block = (self.Z[p].T * h[p, s]) @ self.Z[s]
                mine, other = slice(*starts[p : p + 2]), slice(*starts[s : s + 2])
                hessian[mine, other] = block
                hessian[other, mine] = block.T
        return gradient, hessian

    def part(self, rows: slice) -> LinearMap:
        """The map of some of the rows."""
        return LinearMap(tuple(z[rows] for z in self.Z), None if self.offset is None else self.offset[:, rows])

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
        return np.split(t, self._starts[1:-1])
