"""Standardised columns: the coordinates in which a fit is well conditioned, and the way back.

    z_j = (x_j - center_j) * scale_j      with a column of ones behind, where there is an intercept
    x'w = z'v      w_j = scale_j v_j,   w_a = scale_a (v_a - sum_j center_j w_j)

``a``, the anchor, is the constant column (the intercept, or one that is in X): without it nothing is centred.
Scales are powers of two, so that they round nothing. Center and scale are taken from a sample of the rows: they
need not be exact, as they change only the coordinates and not the problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossproof.lowering import Loss, Objective
from lossproof.lowering.kernels.objective import LOADED_ENTRIES, AsGiven, locked, readable, unmoved
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.rows.standardising import load

Array = NDArray[Any]

_FAR = 1e4  # means in units of the spread from which a gradient by algebra loses too much
_IN_MEMORY = 1 << 20  # entries up to which the standardised matrix is simply made


@dataclass(frozen=True)
class Coordinates:
    """``center`` and ``scale`` (p,) of all columns, the intercept's behind; ``anchor`` its place or None.

    ``ones`` says that the last column is not in X but made of ones.
    """

    center: Vector
    scale: Vector
    anchor: int | None
    ones: bool

    @property
    def width(self) -> int:
        return self.center.size

    @property
    def trivial(self) -> bool:
        return not self.center.any() and bool((self.scale == 1).all())

    def load(self, X: Array, out: Matrix) -> None:
        """Write the standardised rows of X (n, d) into ``out`` (n, p)."""
        load(X, self.center, self.scale, out)

    def matrix(self, X: Array) -> Matrix:
        """All standardised rows (M, p)."""
        out = np.empty((len(X), self.width))
        self.load(X, out)
        return out

    def params(self, v: Vector) -> Vector:
        """The coefficients (q p,) of x from those of z."""
        rows = v.reshape(-1, self.width) * self.scale
        if self.anchor is not None:
            rows[:, self.anchor] -= self.scale[self.anchor] * (rows @ self.center)
        return rows.ravel()

    def from_params(self, w: Vector) -> Vector:
        """The coefficients (q p,) of z from those of x."""
        rows = w.reshape(-1, self.width)
        moved = rows / self.scale
        if self.anchor is not None:
            moved[:, self.anchor] += rows @ self.center
        return moved.ravel()

    def jacobian(self, predictors: int) -> Matrix:
        """dw/dv (q p, q p)."""
        one = np.column_stack([self.params(unit) for unit in np.eye(self.width)])
        return np.asarray(np.kron(np.eye(predictors), one), dtype=np.float64)


def unchanged(columns: int, ones: bool) -> Coordinates:
    """The columns as they are."""
    width = columns + ones
    return Coordinates(np.zeros(width), np.ones(width), columns if ones else None, ones)


def standardising(X: Array, weights: Vector, ones: bool, whole: bool = True) -> Coordinates:
    """Coordinates in which the columns of X (M, d) have mean about 0 and spread about 1.

    ``weights`` (M,) or empty: a row of weight 2 counts like two rows, one of weight 0 like none. ``whole`` says
    that these are all the rows, so that a column that is constant here is constant.
    """
    rows, counts = np.array(X, dtype=np.float64, order="F"), weights if weights.any() else None
    if counts is not None:
        rows, counts = rows[counts > 0], counts[counts > 0]
    d = X.shape[1]
    center, scale = np.zeros(d + ones), np.ones(d + ones)
    constant = np.ptp(rows, axis=0) == 0 if len(rows) > 1 else np.zeros(d, dtype=bool)
    usable = np.flatnonzero(constant & (X[0] != 0)).tolist() if whole else []
    anchor = d if ones else next(iter(usable), None)
    center[:d], scale[:d] = _middle(rows, counts, anchor is not None)
    if anchor is not None:
        center[:d][constant], scale[:d][constant] = rows[0, constant], 1.0
    if anchor is not None and anchor < d:
        center[anchor], scale[anchor] = 0.0, 1 / rows[0, anchor]
    return Coordinates(center, scale, anchor, ones)


def _middle(rows: Matrix, counts: Vector | None, centred: bool) -> tuple[Vector, Vector]:
    """Center and scale (d,) of the columns; units first, so that squares neither overflow nor vanish.

    A center is a multiple of a power of two near the spread, so that x - center is exact in most data.
    """
    unit = _power_of_two(np.abs(rows).max(axis=0, initial=0.0))
    in_units = rows * unit
    center = np.average(in_units, axis=0, weights=counts) if centred else np.zeros(unit.size)
    spread = np.sqrt(np.average((in_units - center) ** 2, axis=0, weights=counts))
    spread = np.where(spread < 1e-13, np.abs(in_units).max(axis=0, initial=0.0), spread)
    steps = 16 * _power_of_two(spread)
    return np.round(center * steps) / steps / unit, unit * _power_of_two(spread)


def _power_of_two(size: Vector) -> Vector:
    """The power of two that brings each ``size`` into [1/2, 1), within the range of floats; 1 for 0."""
    powers = np.ldexp(1.0, np.clip(-np.frexp(size)[1], -1000, 1000))
    return np.where(size > 0, powers, 1.0)


@dataclass(frozen=True)
class Standardised:
    """Rows in ``coordinates``: standardised as they are read, never all at once."""

    coordinates: Coordinates

    def width(self, columns: int) -> int:
        return self.coordinates.width

    def blocks(self, rows: Objective, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
        width = self.coordinates.width
        step = max(1, LOADED_ENTRIES // width)
        buffer = np.empty((min(step, stop - start), width))
        seen = locked(buffer)
        for first in range(start, stop, step):
            last = min(first + step, stop)
            self.coordinates.load(rows.X[first:last], buffer[: last - first])
            rest = (a[first:last] for a in (rows.y, rows.weights, rows.offset))
            yield seen, *rest, 0, last - first

    def columns(self, rows: Objective, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
        """The kernel of the Hessian standardises the columns itself, which it copies anyway."""
        if not readable(rows.X):
            yield from unmoved(self.blocks(rows, start, stop))
            return
        center, scale = locked(self.coordinates.center), locked(self.coordinates.scale)
        yield rows.X, rows.y, rows.weights, rows.offset, center, scale, start, stop


@dataclass(frozen=True, eq=False)
class Rough:
    """Loss and gradient as functions of v, from one pass over X as it lies: the coordinates are algebra.

        w = w(v),   dL/dv_j = scale_j (dL/dw_j - center_j scale_a dL/dw_a)

    The difference cancels digits where columns are far from 0, so this serves the way to a minimum, not its end.
    ``exact`` is the same loss to every digit.
    """

    exact: Objective
    as_given: Objective
    to: Coordinates

    @property
    def loss(self) -> Loss:
        return self.exact.loss

    @property
    def total_weight(self) -> float:
        return self.exact.total_weight

    def value(self, w: Any) -> float:
        return self.exact.value(w)

    def value_and_gradient(self, w: Any) -> tuple[float, Vector]:
        """L and dL/dv (q p,)."""
        to = self.to
        value, gradient = self.as_given.value_and_gradient(to.params(w))
        rows = gradient.reshape(-1, to.width)
        if to.anchor is not None:
            rows = rows - np.outer(rows[:, to.anchor] * to.scale[to.anchor], to.center)
        return value, (rows * to.scale).ravel()

    def value_gradient_hessian(self, w: Any) -> tuple[float, Vector, Matrix]:
        return self.exact.value_gradient_hessian(w)


def rough(objective: Objective) -> Objective | Rough:
    """The same in the quickest form for a way to the minimum: see `Rough`, where the columns allow it."""
    if not isinstance(objective.reader, Standardised) or not readable(objective.X):
        return objective
    to = objective.reader.coordinates
    if np.abs(to.center * to.scale).max(initial=0.0) > _FAR:
        return objective
    return Rough(objective, replace(objective, reader=AsGiven(to.ones)), to)


def standardised(objective: Objective, coordinates: Coordinates) -> Objective:
    """The objective in v; a matrix that is small is standardised once, a large one block by block."""
    if coordinates.trivial and not coordinates.ones:
        return objective
    if len(objective.X) * coordinates.width <= _IN_MEMORY or coordinates.width == coordinates.ones:
        return replace(objective, X=locked(coordinates.matrix(objective.X)))
    return replace(objective, reader=Standardised(coordinates))
