"""The law of a target that is counted: P(k) = exp(-l(u, k)) in a table, long enough for what is asked.

The table of a row ends where the rest is too small to count: at the last value, or where P(k) k is below 10^-17 and
below 10^-10 of the tail beyond what was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lossproof.errors import CallerError
from lossproof.lowering import Loss
from lossproof.lowering.each_row import values
from lossproof.training.arrays import Matrix, Vector

NEAR_ONE = 1e-7
_SHORTEST, _LONGEST = 64, 1 << 20  # of a table
_TOGETHER = 64  # rows
_MOST = 1 << 28  # probabilities in all
_SMALL, _OF_THE_TAIL = 1e-17, 1e-10
_ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class Counts:
    """``values`` (K,) of the target where there are so many, else the first with the ``last`` of each row (M,)."""

    loss: Loss
    u: Matrix  # (q, M)
    columns: Matrix  # (M, c)
    values: Vector
    last: Vector | None

    def tails(self, y: Vector) -> tuple[Vector, Vector, Vector]:
        """P(Y < y), P(Y = y) and P(Y > y), each (M,)."""
        below, at, above = np.empty(len(y)), np.empty(len(y)), np.empty(len(y))
        for rows, k, p in self._tables(y):
            asked = y[rows, None]
            for part, inside in ((below, k < asked), (at, k == asked), (above, k > asked)):
                part[rows] = np.where(inside, p, 0.0).sum(axis=1)
        return below, at, above

    def quantile(self, p: float) -> Vector:
        """The least value (M,) up to which the probability is at least ``p``."""
        found = np.empty(len(self.columns))
        for rows, k, chances in self._tables(np.full(len(found), -np.inf)):
            reached = np.cumsum(chances, axis=1) >= p - _ROUNDING
            reached[:, -1] = True
            found[rows] = k[np.argmax(reached, axis=1)]
        return found

    def nodes(self) -> Iterator[tuple[slice, Matrix, Matrix]]:
        """Rows, the values (m, K) of their target, and the probability of each."""
        for rows, k, p in self._tables(np.full(len(self.columns), -np.inf)):
            yield rows, np.broadcast_to(k, p.shape), p

    def _tables(self, y: Vector) -> Iterator[tuple[slice, Vector, Matrix]]:
        """Rows, the values (K,) and their probabilities (m, K); beyond ``y`` the tail is as long as it counts."""
        done = 0
        for start in range(0, len(y), _TOGETHER):
            rows = slice(start, start + _TOGETHER)
            k, p = self._long_enough(rows, y[rows])
            done += p.size
            if done > _MOST:
                raise _too_long(self.loss)
            refuse_unless_one(self.loss, p.sum(axis=1), start)
            yield rows, k, p

    def _long_enough(self, rows: slice, y: Vector) -> tuple[Vector, Matrix]:
        if self.last is None:
            return self.values, self._chances(rows, self.values)
        last, length = self.last[rows], _SHORTEST
        while length <= _LONGEST:
            k = self.values[0] + np.arange(min(length, last.max() - self.values[0] + 1))
            p = np.where(k <= last[:, None], self._chances(rows, k), 0.0)
            if k[-1] >= last.max() or _ends(k, p, y):
                return k, p
            length *= 2
        raise _too_long(self.loss)

    def _chances(self, rows: slice, k: Vector) -> Matrix:
        """P(k) (m, K); 0 where the formula has no value."""
        u, columns = self.u[:, rows], self.columns[rows]
        m, K = len(columns), len(k)
        observed = np.column_stack([np.repeat(columns, K, axis=0), np.tile(k, m)])
        with np.errstate(all="ignore"):
            p = np.exp(-values(self.loss, np.repeat(u, K, axis=1), observed)).reshape(m, K)
        return np.where(np.isfinite(p), p, 0.0)


def _ends(k: Vector, p: Matrix, y: Vector) -> bool:
    """Whether what follows the table counts for nothing, beside 1 and beside the tail from ``y`` on."""
    tail = np.where(k >= y[:, None], p, 0.0).sum(axis=1)
    rest = p[:, -1] * len(k)
    falls = p[:, -1] <= p[:, -2]
    return bool((falls & (k[-1] > y) & (rest <= _SMALL) & (rest <= _OF_THE_TAIL * tail)).all())


def refuse_unless_one(loss: Loss, total: Vector, start: int) -> None:
    """CallerError where the probabilities of a row do not add up to 1; ``start`` rows came before these."""
    wrong = np.flatnonzero(~(np.abs(total - 1) <= NEAR_ONE))
    if wrong.size:
        row = int(wrong[0])
        raise CallerError(
            f"the probabilities that {loss.name} says of {loss.target.name} add up to {total[row]:.6g} in row "
            f"{row + start} (counted from 0), not to 1: a constant was left out, the row is censored, or the density "
            "piles up closer to an end than floats tell; a Model whose density is whole has a law of its target."
        )


def _too_long(loss: Loss) -> CallerError:
    return CallerError(f"the target of {loss.name} has too many values that count; its law takes too long to add up.")
