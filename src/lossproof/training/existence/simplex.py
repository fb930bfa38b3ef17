"""The simplex method in exact arithmetic, for the one question of `cone`, where floating point cannot tell.

Either some d has A d >= 0 and A d != 0, or some lambda > 0 has A'lambda = 0 (Stiemke's lemma). The second is

    A'mu = -A'1,   mu >= 0,    lambda = 1 + mu

whose first phase (minimise the sum of artificial variables) ends with mu, or with dual prices that are d.

Integers only: the tableau holds numerators over one common denominator, divisions are exact (Edmonds, J. Res.
NBS 71B, 1967). Bland's rule (Math. Oper. Res. 2, 1977) makes it end.
"""

from __future__ import annotations

from flint import fmpz

from lossproof.training.existence.exact import Column, Integers

Row = list[fmpz]


def direction(A: Integers) -> Column | None:
    """Some d (r,) with A d >= 0 and not all 0, for A (m, r); None where multipliers lambda > 0 exist."""
    m, r = A.nrows(), A.ncols()
    rows, flipped = _tableau(A)
    basis, denominator = list(range(m, m + r)), fmpz(1)
    while (entering := next((j for j in range(m) if rows[-1][j] < 0), None)) is not None:
        leaving = _leaving(rows, basis, entering)
        _pivot(rows, leaving, entering, denominator)
        denominator, basis[leaving] = rows[leaving][entering], entering
    if rows[-1][-1] == 0:
        return None
    return [flip * (rows[-1][m + i] - denominator) for i, flip in enumerate(flipped)]


def _tableau(A: Integers) -> tuple[list[Row], list[int]]:
    """The rows [A' | identity | -A'1] with right sides made >= 0, the costs below, and which rows were flipped."""
    rows, flipped = [], []
    for i, row in enumerate(A.transpose().tolist()):
        flip = 1 if -sum(row, fmpz(0)) >= 0 else -1
        unit = [fmpz(int(i == k)) for k in range(A.ncols())]
        rows.append([flip * x for x in row] + unit + [flip * -sum(row, fmpz(0))])
        flipped.append(flip)
    costs = [-sum(column, fmpz(0)) for column in zip(*rows, strict=True)]
    costs[A.nrows() : A.nrows() + A.ncols()] = [fmpz(0)] * A.ncols()
    return [*rows, costs], flipped


def _leaving(rows: list[Row], basis: list[int], entering: int) -> int:
    """The row with the least ratio; the first artificial problem is bounded, so there always is one."""
    best = -1
    for i in range(len(basis)):
        if rows[i][entering] <= 0:
            continue
        if best < 0:
            best = i
            continue
        gap = rows[i][-1] * rows[best][entering] - rows[best][-1] * rows[i][entering]
        if gap < 0 or (gap == 0 and basis[i] < basis[best]):
            best = i
    return best


def _pivot(rows: list[Row], leaving: int, entering: int, denominator: fmpz) -> None:
    """Eliminate the entering column; every entry stays an integer over the new denominator, the pivot."""
    chosen, pivot = rows[leaving], rows[leaving][entering]
    for i, row in enumerate(rows):
        if i != leaving:
            factor = row[entering]
            rows[i] = [(x * pivot - factor * y) // denominator for x, y in zip(row, chosen, strict=True)]
