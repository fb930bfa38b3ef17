"""What one pass over the rows finds out: how many there are, what they hold, some of them, the least loss of all.

Surveys of neighbouring blocks add up to that of both, so that blocks are surveyed wherever they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import DataError, RowError
from lossproof.lowering import Loss, Objective
from lossproof.lowering.kernels.objective import checked, locked
from lossproof.training.arrays import Vector
from lossproof.training.rows.least import least_losses

_FEWEST = 1 << 14
_A_COLUMN = 32  # rows of a sample for each coefficient
_WIDEST = 500  # coefficients up to which so many rows are of use
_ENTRIES = 1 << 22


@dataclass(frozen=True, eq=False)
class Survey:
    """``low`` and ``high`` (d,) are the ends of the columns, ``lengths`` the rows of every block.

    ``sample`` has weights that add up to those of all rows. ``least`` is the sum over the samples of the least loss
    that any prediction could have, ``rounding`` what its digits leave open. ``fault`` is the first row that cannot be
    fitted, counted from the first of these.
    """

    rows: int
    weight: float
    low: Vector
    high: Vector
    lengths: tuple[int, ...]
    sample: Objective | None
    least: float
    rounding: float
    fault: RowError | None = None

    def __add__(self, more: Survey) -> Survey:
        if self.low.size != more.low.size:
            raise DataError("X: its blocks have different numbers of columns; rechunk it along the rows only.")
        found = [one.sample for one in (self, more) if one.sample is not None]
        return Survey(
            self.rows + more.rows,
            self.weight + more.weight,
            np.minimum(self.low, more.low),
            np.maximum(self.high, more.high),
            self.lengths + more.lengths,
            reduce(both, found) if found else None,
            self.least + more.least,
            self.rounding + more.rounding,
            self.fault or (more.fault and more.fault.moved(self.rows)),
        )


def survey(loss: Loss, arrays: Sequence[Any], columns: Sequence[str] | None = None) -> Survey:
    """Of one block of rows (X, y, weights, offset), checked: what stands in a row is kept as a fault.

    Raises DataError for anything else that is wrong with the block.
    """
    X, y, weights, offset = arrays
    width = np.shape(X)[1] if np.ndim(X) == 2 else 0
    if width and not len(X):
        return Survey(0, 0.0, np.full(width, np.inf), np.full(width, -np.inf), (0,), None, 0.0, 0.0)
    try:
        rows = checked(loss, X, y, weights, offset, columns)
    except RowError as fault:
        nothing = np.full(width, np.nan)
        return Survey(len(X), 0.0, nothing, nothing, (len(X),), None, 0.0, 0.0, fault)
    few = drawn(rows, rows_of_a_sample(rows)) if rows.total_weight else None
    ends = rows.X.min(axis=0).astype(np.float64), rows.X.max(axis=0).astype(np.float64)
    return Survey(len(rows.y), rows.total_weight, *ends, (len(rows.y),), few, *least_losses(rows))


def rows_of_a_sample(rows: Objective) -> int:
    """How many rows serve every question that is asked of a sample: where to start, in which coordinates."""
    p = len(rows.loss.predictors) * (rows.X.shape[1] + 1)
    many = max(_FEWEST, _A_COLUMN * p) if p <= _WIDEST else _FEWEST
    return max(_FEWEST >> 3, min(many, _ENTRIES // rows.X.shape[1]))


def both(first: Objective, second: Objective) -> Objective:
    """The rows of two samples, thinned where they have become too many."""
    rows = joined([first, second])
    most = rows_of_a_sample(rows)
    return rows if len(rows.y) <= 2 * most else drawn(rows, most)


def drawn(rows: Objective, about: int) -> Objective:
    """About so many rows with weights that add up to those of all, each as likely as it has weight."""
    total = rows.total_weight
    if about >= len(rows.y):
        return replace(rows, weights=rows.weights if rows.weights.size else locked(np.ones(len(rows.y))))
    few = thinned(rows, about)
    counts = few.weights if few.weights.size else np.ones(len(few.y))
    return replace(few, weights=locked(counts * (total / counts.sum())))


def thinned(rows: Objective, about: int) -> Objective:
    """About so many rows: one from every stretch that has the same share of the weight, at random.

    At random, because data have periods; the same each time. A row that is met twice counts twice: the weights add
    up to ``about``, also where the rows are too few to be thinned.
    """
    M = len(rows.y)
    if about >= M:
        shares = rows.weights / rows.weights.max() if rows.weights.size else rows.weights
        return replace(rows, weights=locked(shares * (about / shares.sum()))) if shares.size else rows
    chosen = _by_weight(rows.weights, about) if rows.weights.size else (_strata(about) * M).astype(np.intp)
    places, times = np.unique(chosen, return_counts=True)
    counts = times.astype(np.float64) if rows.weights.size else np.empty(0)
    X, y, offset = (locked(np.ascontiguousarray(a[places])) if len(a) else a for a in (rows.X, rows.y, rows.offset))
    return Objective(rows.loss, X, y, locked(counts), offset, rows.threads)


def _strata(count: int) -> Vector:
    """Ascending numbers in [0, 1), one in each of ``count`` equal parts."""
    return np.asarray((np.arange(count) + np.random.default_rng(0).random(count)) / count)


def _by_weight(weights: Vector, count: int) -> NDArray[np.intp]:
    shares = np.cumsum(weights / weights.max())
    places = np.searchsorted(shares, _strata(count) * shares[-1], side="right")
    return np.minimum(places, np.flatnonzero(weights)[-1])


def joined(parts: Sequence[Objective]) -> Objective:
    """Blocks behind each other, in memory."""

    def column(name: str) -> Any:
        return locked(np.concatenate([np.asarray(getattr(part, name)) for part in parts]))

    first = parts[0]
    return Objective(first.loss, column("X"), column("y"), column("weights"), column("offset"), first.threads)
