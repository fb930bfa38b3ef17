"""Does a finite minimum of the loss exist? Decided by linear programs whose answers are verified exactly.

For yt in {0, 1} and one linear predictor, with s = +1 where yt = 1 and s = -1 where yt = 0:

    complete   some d has  s_m x_m'd > 0  for every m
    quasi      some d has  s_m x_m'd >= 0  for every m and > for some m, and none is strict for all
    none       s_m x_m'd >= 0  for every m  only where  x_m'd = 0  for every m (overlap)

The maximum likelihood estimate exists exactly for "none". A sample with 0 < yt < 1 pulls both ways: it asks for
x_m'd = 0.

Source: Albert and Anderson, Biometrika 71, 1984; by linear programming after Konis, D.Phil. thesis, Oxford, 2007.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossproof.training import exact
from lossproof.training.cone import separable
from lossproof.training.exact import Column
from lossproof.training.solution import Matrix, Vector

Kind = Literal["none", "quasi", "complete"]
Mask = NDArray[np.bool_]

_WHOLE = 2000
_THIN_UP_TO = 40


@dataclass(frozen=True)
class Separation:
    """What was decided, and for whom.

    ``kind`` is "none", "quasi" or "complete"; ``features`` names the columns whose coefficients run to infinity;
    ``rows`` (M,) says which samples are separated; ``direction`` (d,) is one along which the loss falls for
    ever (all 0 for "none").
    """

    kind: Kind
    features: tuple[str, ...]
    rows: Mask
    direction: Vector

    def __str__(self) -> str:
        return _SENTENCES[self.kind].format(features=", ".join(self.features))


_SENTENCES = {
    "none": "no separation: the classes overlap, a finite minimum exists",
    "quasi": "quasi-complete separation by {features}: the coefficients run to infinity; "
    "leave a feature out, merge its levels, collect more data or ask for a ridge",
    "complete": "complete separation by {features}: the coefficients run to infinity; "
    "leave a feature out, collect more data or ask for a ridge",
}


def separation(X: Any, y: ArrayLike) -> Separation:
    """Whether the two classes ``y`` (M,) in [0, 1] are separated by the columns of ``X`` (M, d), as given.

    No column is added: put a column of ones into ``X`` where the model has an intercept. Raises DataError.
    """
    from lossproof.training.design import read_matrix, read_proportions

    columns = read_matrix(X)
    target = read_proportions(y, len(columns.values))
    return decide(columns.values, sides(target), columns.names)


def sides(y: Vector) -> NDArray[np.int8]:
    """Which way each sample pulls its linear predictor: +1 up, -1 down, 0 both ways."""
    return np.where(y == 1, 1, np.where(y == 0, -1, 0)).astype(np.int8)


def decide(X: Matrix, pull: NDArray[np.int8], names: Sequence[str]) -> Separation:
    """The decision for samples that pull up, down or both ways: see `sides`."""
    rows, direction = _separated(X, pull)
    if not rows.any():
        return Separation("none", (), rows, np.zeros(X.shape[1]))
    direction = _thinned(X, pull, rows, direction)
    kind: Kind = "complete" if rows.all() else "quasi"
    return Separation(kind, _features(X, direction, names), rows, _as_floats(direction))


def _separated(X: Matrix, pull: NDArray[np.int8]) -> tuple[Mask, Column]:
    """A sample that pulls both ways stands for two rows, x and -x, neither of which can be made positive."""
    still, moving = X[pull == 0], np.flatnonzero(pull)
    positive, direction = _in_cone(np.vstack([X[moving] * pull[moving, None], still, -still]))
    rows = np.zeros(len(X), dtype=bool)
    rows[moving] = positive[: moving.size]
    return rows, direction


def _in_cone(A: Matrix) -> tuple[Mask, Column]:
    """The separable rows of A (m, d) and a direction that is positive on them.

    Many rows are decided from few: a direction is found for a working set and tried on all rows; those it
    violates join the set, those it leaves at 0 are decided in turn.
    """
    if len(A) <= _WHOLE:
        return _at_once(A)
    working = np.linspace(0, len(A) - 1, _WHOLE // 2).astype(np.intp)
    while True:
        _, direction = _at_once(A[working])
        signs = exact.float_signs(A, direction)
        wrong = np.flatnonzero(signs < 0) if any(direction) else _outside(A, A[working])
        if not wrong.size:
            break
        working = np.union1d(working, wrong[:: 1 + wrong.size // _WHOLE])
    return _with_the_rest(A, signs, direction) if any(direction) else (signs > 0, direction)


def _at_once(A: Matrix) -> tuple[Mask, Column]:
    different, place = np.unique(A, axis=0, return_inverse=True)
    positive, direction = separable(exact.integer_rows(different), different)
    return positive[place.ravel()], direction


def _outside(A: Matrix, some: Matrix) -> NDArray[np.intp]:
    """The rows of A that the rows of ``some`` do not span."""
    free = exact.null_space(exact.integer_rows(some)).transpose().tolist()
    moved = [exact.float_signs(A, direction) != 0 for direction in free]
    return np.flatnonzero(np.any(moved, axis=0)) if moved else np.empty(0, dtype=np.intp)


def _with_the_rest(A: Matrix, signs: NDArray[np.int8], direction: Column) -> tuple[Mask, Column]:
    positive, rest = signs > 0, np.flatnonzero(signs == 0)
    more, second = _in_cone(A[rest])
    if not more.any():
        return positive, direction
    positive[rest[more]] = True
    return positive, exact.both(lambda d: exact.float_signs(A, d), direction, second)


def _thinned(X: Matrix, pull: NDArray[np.int8], rows: Mask, direction: Column) -> Column:
    """A direction that separates the same samples with columns left out until none can be spared.

    The least contributing go first, constant columns last.
    """
    share = np.abs(_as_floats(direction)) * np.abs(X).max(axis=0)
    order = np.lexsort((share, np.ptp(X, axis=0) == 0))
    kept = [j for j in range(X.shape[1]) if direction[j] != 0]
    for j in order.tolist() if len(kept) <= _THIN_UP_TO else ():
        fewer = [k for k in kept if k != j]
        if j in kept and fewer:
            found, within = _separated(X[:, fewer], pull)
            if (found == rows).all():
                kept, direction = fewer, exact.spread(within, fewer, X.shape[1])
    return direction


def _features(X: Matrix, direction: Column, names: Sequence[str]) -> tuple[str, ...]:
    """The columns that take part; constant ones only where nothing else does."""
    used = [j for j in range(X.shape[1]) if direction[j] != 0]
    varying = [j for j in used if np.ptp(X[:, j]) > 0]
    return tuple(names[j] for j in varying or used)


def _as_floats(direction: Column) -> Vector:
    return exact.over_largest(direction)
