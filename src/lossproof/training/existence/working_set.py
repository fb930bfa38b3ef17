"""Deciding on many rows from few: which samples can be separated, wherever the rows are.

a direction is found for a working set of rows and tried on all of them; the rows that it violates join the
set, until none is left; the rows that it leaves at 0 are then decided in turn
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from lossproof.training.arrays import Matrix, Vector
from lossproof.training.existence import exact
from lossproof.training.existence.cone import separable
from lossproof.training.existence.exact import Column

Mask = NDArray[np.bool_]
Pull = NDArray[np.int8]
Places = NDArray[np.intp]

AT_ONCE = 2000
_MOST_WORK = 1 << 23  # rows times columns squared: exact elimination of so many takes some seconds
_ENTRIES = 1 << 23


class Rows(Protocol):
    """Samples x (d,) with the way they pull: +1 up, -1 down, 0 both ways."""

    @property
    def count(self) -> int: ...

    @property
    def width(self) -> int: ...

    @property
    def range(self) -> Matrix:
        """The least and the largest value of every column (2, d)."""

    def signs(self, d: Column) -> NDArray[np.int8]:
        """For every sample: +1 where d moves it the way it pulls, 0 where d leaves it, -1 otherwise."""

    def take(self, places: Places) -> tuple[Matrix, Pull]:
        """Some of the samples: their x (n, d) and pulls (n,)."""

    def columns(self, which: Sequence[int]) -> Rows:
        """The same samples with some of the columns."""


@dataclass(frozen=True, eq=False)
class MatrixRows:
    """Rows in memory: ``X`` (M, d) and ``pull`` (M,)."""

    X: Matrix
    pull: Pull

    @property
    def count(self) -> int:
        return len(self.X)

    @property
    def width(self) -> int:
        return self.X.shape[1]

    @cached_property
    def range(self) -> Matrix:
        return np.stack([self.X.min(axis=0), self.X.max(axis=0)])

    def signs(self, d: Column) -> NDArray[np.int8]:
        return pulled(exact.float_signs(self.X, d), self.pull)

    def take(self, places: Places) -> tuple[Matrix, Pull]:
        return self.X[places], self.pull[places]

    def columns(self, which: Sequence[int]) -> MatrixRows:
        return MatrixRows(self.X[:, which], self.pull)


@dataclass(frozen=True, eq=False)
class SomeRows:
    """The samples of ``rows`` at ``places``."""

    rows: Rows
    places: Places

    @property
    def count(self) -> int:
        return self.places.size

    @property
    def width(self) -> int:
        return self.rows.width

    @property
    def range(self) -> Matrix:
        return self.rows.range

    def signs(self, d: Column) -> NDArray[np.int8]:
        return self.rows.signs(d)[self.places]

    def take(self, places: Places) -> tuple[Matrix, Pull]:
        return self.rows.take(self.places[places])

    def columns(self, which: Sequence[int]) -> SomeRows:
        return SomeRows(self.rows.columns(which), self.places)


def pulled(signs: NDArray[np.int8], pull: Pull) -> NDArray[np.int8]:
    """Signs of x'd as the samples see them: one that pulls both ways wants none but 0."""
    return np.where(pull == 0, -np.abs(signs), signs * pull).astype(np.int8)


def too_much_work(rows: Rows, times: int = 1) -> bool:
    """Whether exact arithmetic on these rows, so many times, would take minutes."""
    at_once = min(rows.count, AT_ONCE)
    return times * at_once * min(at_once, rows.width) ** 2 > _MOST_WORK


def shown_at_once(rows: Rows, hint: Vector | None = None) -> Column | None:
    """A direction (d,) that separates every sample, by proposals that are verified exactly; None where none does.

    Proposed are the ``hint`` and the direction of least squares, which meets every sample where there are as many
    independent columns as rows.
    """
    proposals = [] if hint is None or not np.isfinite(hint).all() or not hint.any() else [hint]
    if rows.count * rows.width <= _ENTRIES:
        proposals.append(_least_squares(*rows.take(np.arange(rows.count))))
    for proposal in proposals:
        direction = list(exact.integer_rows(proposal[None, :]).entries())
        if (rows.signs(direction) > 0).all():
            return direction
    return None


def _least_squares(X: Matrix, pull: Pull) -> Vector:
    """min |X d - pull|, in units of the columns."""
    largest = np.abs(X).max(axis=0, initial=0.0)
    units = np.ldexp(1.0, -np.frexp(np.where(largest > 0, largest, 1.0))[1])
    solution = linalg.lstsq(X * units, pull.astype(np.float64), check_finite=False)[0] * units
    return np.asarray(np.where(np.isfinite(solution), solution, 0.0), dtype=np.float64)


def separable_rows(rows: Rows) -> tuple[Mask, Column]:
    """The samples that can be separated as a mask (M,), and a direction (d,) that does it."""
    if rows.count <= AT_ONCE:
        return _at_once(*rows.take(np.arange(rows.count)))
    working = np.linspace(0, rows.count - 1, AT_ONCE // 2).astype(np.intp)
    while True:
        some = rows.take(working)
        _, direction = _at_once(*some)
        signs = rows.signs(direction)
        wrong = np.flatnonzero(signs < 0) if any(direction) else _outside(rows, some[0])
        if not wrong.size:
            return _with_the_rest(rows, signs, direction) if any(direction) else (signs > 0, direction)
        working = np.union1d(working, wrong[:: 1 + wrong.size // AT_ONCE])


def _at_once(X: Matrix, pull: Pull) -> tuple[Mask, Column]:
    """A sample that pulls both ways stands for two rows, x and -x, neither of which can be made positive."""
    moving, still = np.flatnonzero(pull), X[pull == 0]
    A = np.vstack([X[moving] * pull[moving, None], still, -still])
    different, place = np.unique(A, axis=0, return_inverse=True)
    positive, direction = separable(exact.integer_rows(different), different)
    mask = np.zeros(len(X), dtype=bool)
    mask[moving] = positive[place.ravel()[: moving.size]]
    return mask, direction


def _outside(rows: Rows, some: Matrix) -> Places:
    """The samples that ``some`` of them do not span."""
    free = exact.null_space(exact.integer_rows(some)).transpose().tolist()
    moved = [rows.signs(direction) != 0 for direction in free]
    return np.flatnonzero(np.any(moved, axis=0)) if moved else np.empty(0, dtype=np.intp)


def _with_the_rest(rows: Rows, signs: NDArray[np.int8], direction: Column) -> tuple[Mask, Column]:
    positive, rest = signs > 0, np.flatnonzero(signs == 0)
    if not rest.size:
        return positive, direction
    more, second = separable_rows(SomeRows(rows, rest))
    if not more.any():
        return positive, direction
    positive[rest[more]] = True
    return positive, exact.both(rows.signs, direction, second)
