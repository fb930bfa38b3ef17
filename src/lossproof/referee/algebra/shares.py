"""Is there a point with no negative coordinate at which equations hold? The simplex method, in exact fractions.

x + y = 2, x - y = 1            x = 3/2, y = 1/2
x + y = 1, x + y = 2            none
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq

Row = list[fmpq]
_MOST_STEPS = 400


def shares(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction] | None:
    """y >= 0 with ``rows`` y = ``right``; None where there is none, or none was found in the steps that are allowed.

    The first phase of the simplex method, with Bland's rule, so that it goes in no circle.
    """
    count, width = len(rows), len(rows[0])
    table = [
        [*(_exact(value if b >= 0 else -value) for value in row), *(fmpq(i == j) for j in range(count)), _exact(abs(b))]
        for i, (row, b) in enumerate(zip(rows, right, strict=True))
    ]
    basis = [width + i for i in range(count)]
    cost = [-sum((row[j] for row in table), fmpq(0)) if j < width else fmpq(0) for j in range(width + count)]
    cost.append(-sum((row[-1] for row in table), fmpq(0)))
    for _ in range(_MOST_STEPS):
        entering = next((j for j in range(width) if cost[j] < 0), None)
        if entering is None:
            break
        leaving = _leaving(table, basis, entering)
        if leaving is None:
            return None
        _pivot(table, cost, leaving, entering)
        basis[leaving] = entering
    if cost[-1] != 0:
        return None
    found = [Fraction(0)] * width
    for row, place in zip(table, basis, strict=True):
        if place < width:
            found[place] = Fraction(int(row[-1].p), int(row[-1].q))
    return found


def _exact(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _leaving(table: list[Row], basis: list[int], entering: int) -> int | None:
    """The row that bounds how far the entering coordinate may grow; of several the one of the first coordinate."""
    bounds = [(row[-1] / row[entering], basis[i], i) for i, row in enumerate(table) if row[entering] > 0]
    return min(bounds)[2] if bounds else None


def _pivot(table: list[Row], cost: Row, leaving: int, entering: int) -> None:
    chosen = table[leaving]
    factor = chosen[entering]
    chosen[:] = [value / factor for value in chosen]
    for row in (*(row for row in table if row is not chosen), cost):
        if times := row[entering]:
            row[:] = [value - times * unit if unit else value for value, unit in zip(row, chosen, strict=True)]
