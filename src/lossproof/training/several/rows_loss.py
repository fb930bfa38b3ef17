"""The mean loss as a function of the parameters of all predictors, with its gradient and Hessian.

L(t) = sum_m a_m l(u_m(t), row_m) / sum a  +  sum_j penalty_j t_j^2 / 2
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lossproof.lowering import Loss
from lossproof.lowering.each_row import EachRow, Rows, SameRows, each_row, room_for, same_rows
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.several.trust_region import Root

BLOCK = 1 << 13  # rows


class Map(Protocol):
    """From parameters to predictors, and from slopes back to a gradient."""

    @property
    def still(self) -> tuple[int, ...]:
        """Which predictors are one number for all rows."""
        ...

    def predictors(self, t: Vector) -> Matrix: ...

    def pulled(self, t: Vector, r: Matrix, h: Matrix) -> tuple[Vector, Matrix]: ...

    def each_score(self, t: Vector, r: Matrix) -> Matrix: ...

    def part(self, rows: slice | NDArray[np.intp]) -> Map: ...


@dataclass(frozen=True, eq=False)
class RowsLoss:
    """``observed`` (M, c + 1), the target last; ``weights`` (M,) or None; ``penalty`` (p,).

    ``among`` are the rows of which these are some: 0 for all.
    """

    loss: Loss
    map: Map
    observed: Matrix
    weights: Vector | None
    penalty: Vector
    among: int = 0

    @cached_property
    def total_weight(self) -> float:
        return float(len(self.observed)) if self.weights is None else math.fsum(self.weights)

    @cached_property
    def each_row(self) -> EachRow:
        """The function of (u, observed) for these rows, or for some of them."""
        return each_row(self.loss, self.among or len(self.observed))

    def rows(self, t: Vector) -> Rows:
        """Value (M,), slopes (q, M) and curvatures (q, q, M) of every row, not weighted."""
        return self._whole(self.map.predictors(t))

    def at(self, t: Vector) -> tuple[float, Vector, Matrix]:
        """L(t), its gradient (p,) and its Hessian (p, p); not finite where a row has no value.

        What was asked last is known: a search ends where its answer is put together.
        """
        key = t.tobytes()
        if self._last[0] != key:
            self._last[:] = [key, self._at(t)]
        return self._last[1]

    @cached_property
    def _last(self) -> list[Any]:
        return [b"", None]

    def _at(self, t: Vector) -> tuple[float, Vector, Matrix]:
        value, gradient, hessian = 0.0, np.zeros(t.size), np.zeros((t.size, t.size))
        with np.errstate(all="ignore"):
            for own, evaluate, weights in self._blocks:
                u = own.predictors(t)
                v, r, h = evaluate(u, self._room if u.shape[1] == len(self._room[0]) else None)
                if weights is not None:
                    v, r, h = v * weights, r * weights, h * weights
                value += float(v.sum())
                if not math.isfinite(value):
                    return np.inf, np.full(t.size, np.nan), np.full((t.size, t.size), np.nan)
                g, block = own.pulled(t, r, h)
                gradient += g
                hessian += block
            share = 1 / self.total_weight
            value, gradient, hessian = value * share, gradient * share, hessian * share
            if self._is_penalised:
                value += 0.5 * float(self.penalty @ (t * t))
                gradient, hessian = gradient + self.penalty * t, hessian + np.diag(self.penalty)
            return value, gradient, hessian

    def some(self, count: int) -> RowsLoss:
        """The mean over ``count`` of the rows, the same ones each time, with the penalty."""
        places = np.sort(np.random.default_rng(0).choice(len(self.observed), count, replace=False))
        weights = None if self.weights is None else self.weights[places]
        mine = self.map.part(places), np.asfortranarray(self.observed[places]), weights, self.penalty
        return RowsLoss(self.loss, *mine, among=len(self.observed))

    @cached_property
    def _is_penalised(self) -> bool:
        return bool(self.penalty.any())

    @cached_property
    def _room(self) -> Rows:
        return room_for(len(self.loss.predictors), min(BLOCK, len(self.observed)))

    @property
    def _whole(self) -> SameRows:
        return self._block(slice(None))

    @cached_property
    def _block(self) -> Callable[[slice], SameRows]:
        return same_rows(self.loss, self.observed, self.map.still, self.among or len(self.observed))

    @cached_property
    def _blocks(self) -> list[tuple[Map, SameRows, Vector | None]]:
        """The rows in blocks, so that what is computed of one stays in cache until it is summed up."""
        found: list[tuple[Map, SameRows, Vector | None]] = []
        for start in range(0, len(self.observed), BLOCK):
            rows = slice(start, start + BLOCK)
            weights = None if self.weights is None else self.weights[rows]
            found.append((self.map.part(rows), self._block(rows), weights))
        return found

    def expected(self, t: Vector) -> tuple[float, Vector, Root]:
        """L(t), its gradient and the root of the mean expected information: J of least squares."""
        value, gradient, _ = self.at(t)
        return value, gradient, expected_root(self, t)[0]


def expected_root(rows: RowsLoss, t: Vector) -> tuple[Root, float]:
    """The root of the mean expected information (M, p) and that of Pearson's dispersion, sum a r^2/h / (sum a - p).

    Where the slope is linear in the target its mean is the target at which it vanishes, and the curvature there is the
    expected one. It is that of one mean, so that a row's is an outer product: of J for least squares.
    """
    total, p = rows.total_weight, t.size
    weights = np.ones(len(rows.observed)) if rows.weights is None else rows.weights
    u, (_, r, _) = rows.map.predictors(t), rows.rows(t)
    evaluate, places = rows.each_row, np.arange(len(rows.observed))
    at_zero, at_one = np.array(rows.observed), np.array(rows.observed)
    at_zero[:, -1], at_one[:, -1] = 0.0, 1.0
    with np.errstate(all="ignore"):
        first = evaluate(u, at_zero)[1]
        rate = evaluate(u, at_one)[1] - first
        steepest = np.abs(rate).argmax(axis=0)
        at_zero[:, -1] = -first[steepest, places] / rate[steepest, places]
        h = evaluate(u, at_zero)[2][steepest, :, places].T  # (q, M): the row of the steepest
        own = h[steepest, places]
        root = rows.map.each_score(t, h * np.sqrt(weights / total / own))
        pearson = float(weights @ (r[steepest, places] ** 2 / own))
    penalty = np.diag(np.sqrt(rows.penalty))[rows.penalty > 0]
    free = total - p
    return Root(np.vstack([root, penalty])), math.sqrt(pearson / free) if free > 0 else math.nan
