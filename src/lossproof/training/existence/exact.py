"""Exact linear algebra on float data: a float is a rational number, so signs and ranks can be certain.

Rows may be multiplied by positive numbers without changing any question asked here, so every row is brought to
integers by a power of two. Arithmetic is FLINT's (python-flint).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq_mat, fmpz, fmpz_mat
from numpy.typing import NDArray
from scipy import linalg

from lossproof.training.arrays import Matrix, Vector

Integers = fmpz_mat
Column = list[fmpz]
_FLOAT_BITS = 53
_KEPT_BITS = 100
_HIGHEST = 4096
_EPS = float(np.finfo(float).eps)


def integer_rows(A: Matrix) -> Integers:
    """Each row (m, d) times the power of two that makes its entries integers."""
    mantissa, exponent = np.frexp(A)
    whole = (mantissa * 2.0**_FLOAT_BITS).astype(np.int64)
    lowest = np.where(whole == 0, _HIGHEST, exponent).min(axis=1, keepdims=True, initial=_HIGHEST)
    shift = np.where(whole == 0, 0, exponent - lowest)
    entries = [fmpz(w) << s for w, s in zip(whole.ravel().tolist(), shift.ravel().tolist(), strict=True)]
    return fmpz_mat(A.shape[0], A.shape[1], entries)


def select(A: Integers, rows: Sequence[int], columns: Sequence[int]) -> Integers:
    """The submatrix of these rows and columns."""
    return fmpz_mat(len(rows), len(columns), [A[i, j] for i in rows for j in columns])


def independent_columns(A: Integers) -> list[int]:
    """The first columns that span all of them."""
    reduced, _, rank = A.rref()
    return [next(j for j in range(A.ncols()) if reduced[i, j] != 0) for i in range(rank)]


def basis_rows(A: Integers, approximate: Matrix) -> list[int]:
    """Rows of A (m, r, rank r) that span all of them; far from dependent where rounding lets that be seen."""
    norms = np.abs(approximate).max(axis=1, keepdims=True, initial=0.0)
    _, pivots = linalg.qr((approximate / np.where(norms > 0, norms, 1.0)).T, mode="r", pivoting=True)
    chosen = [int(i) for i in pivots[: A.ncols()]]
    if select(A, chosen, range(A.ncols())).rank() == A.ncols():
        return chosen
    return independent_columns(A.transpose())


def coordinates(A: Integers, basis: list[int]) -> tuple[Matrix, Column]:
    """The rows of A in terms of its ``basis`` rows B: A B^-1 (m, r), each row over its largest entry.

    Computed exactly and rounded once, so units and offsets of the columns leave no trace. The second answer
    holds the divisors, all times one positive number.
    """
    numerators, denominator = fmpq_mat(_inverse(select(A, basis, range(A.ncols())))).numer_denom()
    sign = 1 if denominator > 0 else -1
    rows = [[sign * x for x in row] for row in (A * numerators).tolist()]
    largest = [max((abs(x) for x in row), default=fmpz(0)) or fmpz(1) for row in rows]
    floats = [[_ratio(x, top) for x in row] for row, top in zip(rows, largest, strict=True)]
    return np.array(floats, dtype=float).reshape(A.nrows(), A.ncols()), largest


def _inverse(B: Integers) -> Any:
    return B.inv()


def null_space(A: Integers) -> Integers:
    """Integer columns (r, k) that span {d: A d = 0}."""
    basis, rank = A.nullspace()
    return select(basis, range(A.ncols()), range(A.ncols() - rank))


def nearest(B: Integers, span: Integers, e: Vector) -> Column:
    """An integer d in the ``span`` (r, k) with B d all but proportional to ``e`` (r,), in the same direction."""
    images = (B * span).transpose().tolist()
    tops = [max(abs(x) for x in image) or fmpz(1) for image in images]
    units = np.array([[_ratio(x, top) for x in image] for image, top in zip(images, tops, strict=True)])
    weights = linalg.lstsq(units.T, e)[0]
    return times(span, over(weights, tops))


def times(A: Integers, d: Column) -> Column:
    """A d."""
    return list((A * fmpz_mat(len(d), 1, d)).entries())


def signs(A: Integers, d: Column) -> NDArray[np.int8]:
    """The signs (m,) of A d."""
    return np.array([(x > 0) - (x < 0) for x in times(A, d)], dtype=np.int8)


def float_signs(A: Matrix, d: Column) -> NDArray[np.int8]:
    """The exact signs (m,) of A d for rows given as floats: by floats where their error bound lets that be."""
    rounded = over_largest(d)
    values, bound = A @ rounded, _EPS * (len(d) + 4) * (np.abs(A) @ np.abs(rounded))
    found = np.sign(values).astype(np.int8)
    unsure = np.flatnonzero((np.abs(values) <= bound) & (bound > 0))
    found[unsure] = signs(integer_rows(A[unsure]), d)
    return found


def over_largest(d: Column) -> Vector:
    """The direction as floats (d,) with a largest entry of 1."""
    top = max((abs(x) for x in d), default=fmpz(0)) or fmpz(1)
    return np.array([_ratio(x, top) for x in d])


def both(signs_of: Callable[[Column], NDArray[np.int8]], first: Column, second: Column) -> Column:
    """k first + second, with k so large that the signs of ``first`` stay where they are not 0."""
    before, k = signs_of(first), fmpz(1)
    while True:
        sum_of_both = [k * x + y for x, y in zip(first, second, strict=True)]
        if (signs_of(sum_of_both)[before != 0] == before[before != 0]).all():
            return sum_of_both
        k *= 4


def spread(d: Column, columns: Sequence[int], width: int) -> Column:
    """``d`` in the places ``columns`` of a longer vector, 0 elsewhere."""
    wide = [fmpz(0)] * width
    for j, entry in zip(columns, d, strict=True):
        wide[j] = entry
    return wide


def over(x: Vector, divisors: Column) -> Column:
    """Integers all but proportional to x_i / divisors_i, by one positive factor."""
    top = max(divisors, default=fmpz(1)) << _KEPT_BITS
    return [fmpz(int(Fraction(value) * int(top) // int(by))) for value, by in zip(x.tolist(), divisors, strict=True)]


def _ratio(x: fmpz, y: fmpz) -> float:
    return float(Fraction(int(x), int(y)))
