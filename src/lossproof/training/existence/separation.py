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
from numpy.typing import ArrayLike

from lossproof.training.arrays import Vector
from lossproof.training.existence import exact
from lossproof.training.existence.exact import Column
from lossproof.training.existence.working_set import (
    Mask,
    MatrixRows,
    Pull,
    Rows,
    separable_rows,
    shown_at_once,
    too_much_work,
)
from lossproof.training.rows.design import read_matrix, read_proportions

Kind = Literal["none", "quasi", "complete"]

_THIN_UP_TO = 40
_NAMED = 20


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
        some, more = self.features[:_NAMED], len(self.features) - _NAMED
        named = ", ".join(some) + (f" and {more} more" if more > 0 else "")
        return _SENTENCES[self.kind].format(features=named)


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
    columns = read_matrix(X)
    target = read_proportions(y, len(columns.values))
    found = decide(MatrixRows(columns.values.astype(np.float64), sides(target)), columns.names)
    assert found is not None
    return found


def sides(y: Vector) -> Pull:
    """Which way each sample pulls its linear predictor: +1 up, -1 down, 0 both ways."""
    return np.where(y == 1, 1, np.where(y == 0, -1, 0)).astype(np.int8)


def decide(rows: Rows, names: Sequence[str], hint: Vector | None = None, bounded: bool = False) -> Separation | None:
    """The decision for samples that pull up, down or both ways; ``names`` (d,) are the columns'.

    ``hint`` (d,) is a direction that may separate all of them; ``bounded`` asks for None where the exact decision
    would be too much work.
    """
    if (shown := shown_at_once(rows, hint)) is not None:
        separated, direction = np.ones(rows.count, dtype=bool), shown
    elif bounded and too_much_work(rows):
        return None
    else:
        separated, direction = separable_rows(rows)
    if not separated.any():
        return Separation("none", (), separated, np.zeros(rows.width))
    direction = _thinned(rows, separated, direction)
    kind: Kind = "complete" if separated.all() else "quasi"
    return Separation(kind, _features(rows, direction, names), separated, exact.over_largest(direction))


def _thinned(rows: Rows, separated: Mask, direction: Column) -> Column:
    """A direction that separates the same samples with columns left out until none can be spared.

    The least contributing go first, constant columns last. Not asked where that would be much work.
    """
    if too_much_work(rows, rows.width):
        return direction
    share = np.abs(exact.over_largest(direction)) * np.abs(rows.range).max(axis=0)
    order = np.lexsort((share, np.ptp(rows.range, axis=0) == 0))
    kept = [j for j in range(rows.width) if direction[j] != 0]
    for j in order.tolist() if len(kept) <= _THIN_UP_TO else ():
        fewer = [k for k in kept if k != j]
        if j in kept and fewer:
            found, within = separable_rows(rows.columns(fewer))
            if (found == separated).all():
                kept, direction = fewer, exact.spread(within, fewer, rows.width)
    return direction


def _features(rows: Rows, direction: Column, names: Sequence[str]) -> tuple[str, ...]:
    """The columns that take part; constant ones only where nothing else does."""
    used = [j for j in range(rows.width) if direction[j] != 0]
    varying = [j for j in used if np.ptp(rows.range[:, j]) > 0]
    return tuple(names[j] for j in varying or used)
