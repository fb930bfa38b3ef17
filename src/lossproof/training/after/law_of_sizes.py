"""The law of a target that is measured: f(y) = exp(-l(u, y)), integrated in double-exponential steps.

    y = a + w e^(pi/2 sinh s)           from a to an end that lies at infinity
    y = a + w (e^t - 1),  t = T/(1 + e^(pi sinh s))    from a to b,  T = log(1 + (b - a)/w)

w is how far the density takes to fall by e (Takahasi and Mori 1974). The axis is cut at the peak of each row, where a
density may have a kink, and at what is asked for; a finite part ends where the density has fallen by e^-45. At an end
that belongs to the domain there may be an atom, as of what is censored at 0: it is taken where the integral and P(end)
make 1 together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lossproof.lowering import Loss
from lossproof.lowering.each_row import values
from lossproof.training.after.law_of_counts import NEAR_ONE, refuse_unless_one
from lossproof.training.arrays import Matrix, Vector

_TOGETHER = 128  # rows
_STEP = 1 / 24
_S = np.arange(-6.0, 6.0 + _STEP / 2, _STEP)
_NEAR = np.exp(-np.log1p(np.exp(np.pi * np.sinh(_S))))  # share of the way, from 1 to 0
_FAR = np.exp(-np.log1p(np.exp(-np.pi * np.sinh(_S))))  # 1 - _NEAR, with its digits
_NEAR_RATE = _STEP * np.pi * np.cosh(_S) * _NEAR * _FAR
_OUT = np.exp(np.pi / 2 * np.sinh(_S[_S <= 4.5]))
_OUT_RATE = _STEP * np.pi / 2 * np.cosh(_S[_S <= 4.5]) * _OUT
_SIZES = 10.0 ** np.arange(-40, 40.5, 0.5)
_SHARES = np.arange(1, 16) / 16
_ZOOMS = 18
_FALLEN = 45.0
_BISECTIONS = 14  # of an exponent of 2
_NEWTON = 100
_DIGITS, _NOISE = 1e-13, 1e-12


@dataclass(frozen=True, eq=False)
class Sizes:
    """A density on the interval from ``low`` to ``high``."""

    loss: Loss
    u: Matrix  # (q, M)
    columns: Matrix  # (M, c)
    low: float
    high: float

    def tails(self, y: Vector) -> tuple[Vector, Vector, Vector]:
        """P(Y < y), P(Y = y) and P(Y > y), each (M,)."""
        below, above = self._integrals(y)
        refuse_unless_one(self.loss, below + above + self.atom, 0)
        at_end = y == self.low
        return below + np.where(at_end, 0.0, self.atom), np.where(at_end, self.atom, 0.0), above

    def quantile(self, p: float) -> Vector:
        """The y (M,) up to which the probability is ``p``: Newton's steps, halved where they leave the bracket."""
        left, right = self._bracket(p)
        y = np.clip(self.peak, left, right)
        for _ in range(_NEWTON):
            below, at, above = self.tails(y)
            excess = np.where(p <= 0.5, below + at - p, 1 - p - above)
            right, left = np.where(excess >= 0, y, right), np.where(excess >= 0, left, y)
            with np.errstate(all="ignore"):
                step = y - excess / np.exp(self._log(slice(None), y[:, None])[:, 0])
            following = np.where((step > left) & (step < right), step, left + (right - left) / 2)
            small = np.abs(excess) <= _NOISE * min(p, 1 - p)
            if (small | (np.abs(following - y) <= _DIGITS * np.abs(y))).all():
                break
            y = following
        return np.where(self.atom >= p, self.low, y)

    def nodes(self) -> Iterator[tuple[slice, Matrix, Matrix]]:
        """Rows, places (m, K) of their target, and the probability that each stands for."""
        for rows in self._stretches():
            parts = [self._part(rows, self.peak[rows], end) for end in (self.low, self.high)]
            y, p = (np.hstack(each) for each in zip(*parts, strict=True))
            if self.atom[rows].any():
                end = np.full((len(y), 1), self.low)
                y, p = np.hstack([end, y]), np.hstack([self.atom[rows, None], p])
            refuse_unless_one(self.loss, p.sum(axis=1), rows.start)
            yield rows, y, p

    @cached_property
    def atom(self) -> Vector:
        """P(low) (M,) where the integral alone falls short of 1 by that; else 0."""
        none = np.zeros(len(self.columns))
        if not np.isfinite(self.low):
            return none
        total = self._whole
        with np.errstate(all="ignore"):
            end = np.exp(self._log(slice(None), np.full((len(none), 1), self.low))[:, 0])
        together = (np.abs(total + end - 1) <= NEAR_ONE) & (np.abs(total - 1) > NEAR_ONE)
        return np.where(together, end, none)

    @cached_property
    def peak(self) -> Vector:
        """Where f(y), times the distance to ends that are finite, is largest (M,)."""
        return np.concatenate([self._peak(rows) for rows in self._stretches()])

    def _stretches(self) -> Iterator[slice]:
        for start in range(0, len(self.columns), _TOGETHER):
            yield slice(start, min(start + _TOGETHER, len(self.columns)))

    def _log(self, rows: slice, y: Matrix) -> Matrix:
        """log f (m, K) at y (m, K); -infinity where the formula has no value."""
        u, columns, K = self.u[:, rows], self.columns[rows], y.shape[1]
        observed = np.column_stack([np.repeat(columns, K, axis=0), y.ravel()])
        with np.errstate(all="ignore"):
            found = -values(self.loss, np.repeat(u, K, axis=1), observed).reshape(y.shape)
        return np.where(np.isnan(found), -np.inf, found)

    def _weighed(self, rows: slice, y: Matrix) -> Matrix:
        """log f with the logarithms of the distances to finite ends."""
        with np.errstate(all="ignore"):
            found = self._log(rows, y)
            for distance in (y - self.low, self.high - y):
                found = found + np.where(np.isfinite(distance), np.log(distance), 0.0)
        return np.where(np.isnan(found), -np.inf, found)

    def _peak(self, rows: slice) -> Vector:
        """By a grid of sizes, then of finer and finer parts of it."""
        m = len(self.columns[rows])
        grid = np.broadcast_to(_grid(self.low, self.high), (m, _grid(self.low, self.high).size))
        for _ in range(_ZOOMS):
            best = np.clip(self._weighed(rows, grid).argmax(axis=1), 1, grid.shape[1] - 2)[:, None]
            left, middle, right = (np.take_along_axis(grid, best + k, axis=1) for k in (-1, 0, 1))
            first, second = left + (middle - left) * _SHARES[::2], middle + (right - middle) * _SHARES[::2]
            grid = np.hstack([left, first, middle, second, right])
        best = self._weighed(rows, grid).argmax(axis=1)[:, None]
        return np.take_along_axis(grid, best, axis=1)[:, 0]

    def _integrals(self, y: Vector) -> tuple[Vector, Vector]:
        """The integrals (M,) from the low end to y, and from y to the high end: that away from the peak as it is."""
        beyond = np.empty(len(y))
        right = y > self.peak
        for rows in self._stretches():
            for side, end in ((right[rows], self.high), (~right[rows], self.low)):
                found = self._part(rows, y[rows], end)[1].sum(axis=1) if side.any() else beyond[rows]
                beyond[rows] = np.where(side, found, beyond[rows])
        rest = self._whole - beyond
        return np.where(right, rest, beyond), np.where(right, beyond, rest)

    @cached_property
    def _whole(self) -> Vector:
        """The integral (M,) from end to end."""
        found = np.zeros(len(self.columns))
        for rows in self._stretches():
            for end in (self.low, self.high):
                found[rows] += self._part(rows, self.peak[rows], end)[1].sum(axis=1)
        return found

    def _part(self, rows: slice, a: Vector, end: float | Vector) -> tuple[Matrix, Matrix]:
        """Places (m, K) and what each counts in the integral between a (m,) and ``end``."""
        b = np.broadcast_to(np.asarray(end, dtype=np.float64), a.shape)
        sign = np.sign(b - a)
        width = self._distance(rows, a, sign, 1.0)
        if np.isinf(b).all():
            y, rate = a[:, None] + (sign * width)[:, None] * _OUT, width[:, None] * _OUT_RATE
        else:
            cut = self._distance(rows, a, sign, _FALLEN)
            b = np.where(cut < np.abs(b - a), a + sign * cut, b)
            y, rate = _between(a, b, np.minimum(width, np.abs(b - a)))
        with np.errstate(all="ignore"):
            found = np.where(rate > 0, np.exp(self._log(rows, y)) * rate, 0.0)
        return y, np.where(np.isfinite(found), found, 0.0)

    def _distance(self, rows: slice, a: Vector, sign: Vector, fall: float) -> Vector:
        """How far from a (m,), up to a factor of about 1.2, log f has fallen by ``fall``."""
        low, high = np.full(a.shape, -300.0), np.full(a.shape, 300.0)
        top = self._log(rows, a[:, None])[:, 0]
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            y = a + sign * 2.0**middle
            fallen = self._log(rows, y[:, None])[:, 0] < top - fall
            low, high = np.where(fallen, low, middle), np.where(fallen, middle, high)
        return np.asarray(2.0**high)

    def _bracket(self, p: float) -> tuple[Vector, Vector]:
        """Two places (M,) between which the quantile lies."""
        sides = []
        for end, sign in ((self.low, -1.0), (self.high, 1.0)):
            if np.isfinite(end):
                sides.append(np.full(len(self.columns), end))
                continue
            width = np.concatenate([self._distance(rows, self.peak[rows], np.full(self.peak[rows].shape, sign), 1.0)
                                    for rows in self._stretches()])  # fmt: skip
            sides.append(self._beyond(p, sign, width))
        return sides[0], sides[1]

    def _beyond(self, p: float, sign: float, width: Vector) -> Vector:
        """A place on that side of the peak (M,) beyond the quantile."""
        for _ in range(1000):
            y = self.peak + sign * width
            below, at, above = self.tails(y)
            inside = below + at > p if sign < 0 else 1 - above < p
            if not inside.any():
                break
            width = np.where(inside, 2 * width, width)
        return np.asarray(self.peak + sign * width)


def _between(a: Vector, b: Vector, width: Vector) -> tuple[Matrix, Matrix]:
    """Places from a to b (m, K), each with its distance from the nearer end to all its digits, and dy/ds."""
    sign, length = np.sign(b - a)[:, None], np.where(width > 0, width, 1.0)[:, None]
    all_of_it = np.log1p(np.abs(b - a)[:, None] / length)
    tau = all_of_it * _NEAR
    from_a = a[:, None] + sign * length * np.expm1(tau)
    from_b = b[:, None] + sign * length * np.exp(all_of_it) * np.expm1(-all_of_it * _FAR)
    return np.where(_NEAR <= 0.5, from_a, from_b), length * np.exp(tau) * all_of_it * _NEAR_RATE


def _grid(low: float, high: float) -> NDArray[np.float64]:
    """Places between the ends, the nearest to each other where an end is finite, or 0."""
    if np.isfinite(low) and np.isfinite(high):
        small = _SIZES[_SIZES < 0.5]
        return np.concatenate([low + (high - low) * small, high - (high - low) * small[::-1]])
    if np.isfinite(low):
        return np.asarray(low + _SIZES)
    if np.isfinite(high):
        return np.asarray(high - _SIZES[::-1])
    return np.concatenate([-_SIZES[::-1], [0.0], _SIZES])
