"""Which rows can be made strictly positive: the linear programs behind `separation`, verified exactly.

    the cone    {d :  a_i'd >= 0  for the rows a_i of A}
    separable   the rows with a_i'd > 0 for some d of the cone

The descent goes face by face (Goldman and Tucker, 1956): find a d of the cone with A d != 0; the rows that it
makes positive are separable; go on with the rows where a_i'd = 0, until multipliers lambda > 0 with
A'lambda = 0 show that the rest cannot move. Programs are solved in floating point, in coordinates that are free
of the columns' units and offsets; every answer is then verified in exact arithmetic, and where none can be, the
exact simplex method decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy  # its optimize is read when it is first used: few data ask for a linear program
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray
from scipy import linalg

from lossproof.training.arrays import Matrix, Vector
from lossproof.training.existence import exact, simplex
from lossproof.training.existence.exact import Column, Integers

_CLOSE = (1e-9, 1e-7, 1e-11, 1e-5, 1e-13)
_EPS = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Face:
    """The rows still to be decided: integers (m, r) in the independent ``columns``, and as floats (m, r).

    ``floats`` holds each row in terms of the ``basis`` rows, over its ``divisors``: see `exact.coordinates`.
    """

    integers: Integers
    columns: list[int]
    basis: list[int]
    floats: Matrix
    divisors: Column

    @property
    def rank(self) -> int:
        return len(self.columns)


def separable(A: Integers, approximate: Matrix) -> tuple[NDArray[np.bool_], Column]:
    """The separable rows of A (m, d) as a mask, and a direction (d,) of the cone, positive on all of them."""
    left = np.arange(A.nrows())
    direction = [fmpz(0)] * A.ncols()
    while left.size:
        face = _face(exact.select(A, left.tolist(), range(A.ncols())), approximate[left])
        found = _direction(face)
        if found is None:
            break
        direction = exact.both(partial(exact.signs, A), direction, exact.spread(found, face.columns, A.ncols()))
        left = left[exact.signs(face.integers, found) == 0]
    positive = np.ones(A.nrows(), dtype=bool)
    positive[left] = False
    return positive, direction


def _face(A: Integers, approximate: Matrix) -> Face:
    columns = exact.independent_columns(A)
    integers = exact.select(A, range(A.nrows()), columns)
    basis = exact.basis_rows(integers, approximate[:, columns]) if columns else []
    return Face(integers, columns, basis, *exact.coordinates(integers, basis))


def _direction(face: Face) -> Column | None:
    """A direction with A d >= 0 and not 0, verified; None where multipliers rule it out, verified."""
    if not face.rank:
        return None
    proposed = _propose(face.floats)
    if proposed is not None:
        for close in _CLOSE:
            d = _verified_direction(face, proposed, close)
            if d is not None:
                return d
    return None if _overlap_is_verified(face) else simplex.direction(face.integers)


def _propose(Y: Matrix) -> Vector | None:
    """max sum Y e  over  Y e >= 0, |e_j| <= 1;  None where the maximum is 0."""
    answer = scipy.optimize.linprog(-Y.sum(axis=0), A_ub=-Y, b_ub=np.zeros(len(Y)), bounds=(-1, 1), method="highs")
    moved = answer.x is not None and (Y @ answer.x).max() > _CLOSE[-1]
    return np.asarray(answer.x) if moved else None


def _verified_direction(face: Face, e: Vector, close: float) -> Column | None:
    """The exact d nearest to the proposal that vanishes where the proposal all but vanishes."""
    values = face.floats @ e
    zero = np.flatnonzero(np.abs(values) <= close * np.abs(values).max())
    span = _vanishing(face, zero)
    if not span.ncols():
        return None
    d = exact.nearest(exact.select(face.integers, face.basis, range(face.rank)), span, e)
    signs = exact.signs(face.integers, d)
    return d if (signs >= 0).all() and signs.any() else None


def _vanishing(face: Face, zero: NDArray[np.intp]) -> Integers:
    """The directions (r, k) that vanish on these rows; independent rows, as far as floats tell, are enough."""
    if not zero.size:
        return fmpz_mat(face.rank, face.rank, [int(i == j) for i in range(face.rank) for j in range(face.rank)])
    triangle, pivots = linalg.qr(face.floats[zero].T, mode="r", pivoting=True)
    rank = int((np.abs(np.diag(triangle)) > 1e3 * _EPS).sum())
    return exact.null_space(exact.select(face.integers, zero[pivots[:rank]].tolist(), range(face.rank)))


def _overlap_is_verified(face: Face) -> bool:
    """Whether exact multipliers lambda > 0 with A'lambda = 0 were found: then A d >= 0 only where A d = 0."""
    weights = _multipliers(face.floats)
    if weights is None:
        return False
    free = [i for i in range(face.integers.nrows()) if i not in set(face.basis)]
    scaled = exact.over(weights[free], [face.divisors[i] for i in free])
    rest = exact.times(exact.select(face.integers, free, range(face.rank)).transpose(), scaled)
    basis = exact.select(face.integers, face.basis, range(face.rank)).transpose()
    solved = basis.solve(fmpz_mat(face.rank, 1, [-x for x in rest])).entries()
    return all(x > 0 for x in scaled) and all(x > 0 for x in solved)


def _multipliers(Y: Matrix) -> Vector | None:
    """max tau  over  Y'lambda = 0, lambda_i = tau + s_i, s_i >= 0, with both at most 1."""
    m = len(Y)
    answer = scipy.optimize.linprog(
        np.append(np.zeros(m), -1.0),
        A_eq=np.column_stack([Y.T, Y.sum(axis=0)]),
        b_eq=np.zeros(Y.shape[1]),
        bounds=(0, 1),
        method="highs",
    )
    if answer.x is None or answer.x[-1] <= 0:
        return None
    weights = answer.x[:-1] + answer.x[-1]
    return np.asarray(weights - Y @ linalg.lstsq(Y, weights)[0])
