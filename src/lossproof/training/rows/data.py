"""Where the rows are: in memory, in a file that is read block by block, or on a cluster.

Everything asked of data is a sum over blocks of rows, so it is asked by handing over what is to be done with one
block: ``data.total(part)`` adds up ``part(block)``, ``data.each(part)`` lists the answers in the order of the rows.
A block is a `lossproof.lowering.Objective` of the rows as they are; ``part`` pickles, so that it can travel.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import DataError
from lossproof.lowering import Loss, Objective, objective
from lossproof.lowering.kernels.objective import locked
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.rows.coordinates import Coordinates, standardised

Part = Callable[[Objective], tuple[Any, ...]]
Sums = tuple[Any, ...]


class MeanLoss(Protocol):
    """The mean loss as a function of all coefficients v (q p,), with its derivatives."""

    @property
    def loss(self) -> Loss: ...

    @property
    def total_weight(self) -> float: ...

    def value(self, w: Any) -> float: ...

    def value_and_gradient(self, w: Any) -> tuple[float, Vector]: ...

    def value_gradient_hessian(self, w: Any) -> tuple[float, Vector, Matrix]: ...


class Data(Protocol):
    """Rows of X (M, d), y, weights and offset, wherever they are."""

    @property
    def loss(self) -> Loss: ...

    @property
    def width(self) -> int:
        """d, the columns of X."""

    @property
    def rows(self) -> int: ...

    @property
    def total_weight(self) -> float: ...

    @property
    def blocks(self) -> int:
        """How many blocks there are."""

    @property
    def block_weights(self) -> list[float]:
        """The weight that each of them has."""

    def block(self, k: int) -> Objective:
        """Block ``k``, brought here."""

    def total(self, part: Part) -> Sums:
        """The sum over blocks of ``part(block)``, entry by entry."""

    def each(self, part: Callable[[Objective], Any]) -> list[Any]:
        """``part(block)`` for every block, in the order of the rows."""

    def mean_loss(self, coordinates: Coordinates) -> MeanLoss:
        """The mean loss in ``coordinates``."""


def sample(data: Data, rows: int) -> Objective:
    """About so many rows in memory, each as likely as it has weight, from up to four blocks from first to last."""
    few = spread_out(data.block_weights)
    return joined([thinned(data.block(k), rows * times // sum(few.values())) for k, times in few.items()])


@dataclass(frozen=True, eq=False)
class ArrayData:
    """Arrays: one block."""

    all_rows: Objective
    blocks: int = 1

    @property
    def loss(self) -> Loss:
        return self.all_rows.loss

    @property
    def width(self) -> int:
        return int(self.all_rows.X.shape[1])

    @property
    def rows(self) -> int:
        return len(self.all_rows.y)

    @property
    def total_weight(self) -> float:
        return self.all_rows.total_weight

    @property
    def block_weights(self) -> list[float]:
        return [self.total_weight]

    def block(self, k: int) -> Objective:
        return self.all_rows

    def total(self, part: Part) -> Sums:
        return part(self.all_rows)

    def each(self, part: Callable[[Objective], Any]) -> list[Any]:
        return [part(self.all_rows)]

    def mean_loss(self, coordinates: Coordinates) -> MeanLoss:
        return standardised(self.all_rows, coordinates)


class Source(Protocol):
    """A stretch of rows that can be read again and again; it pickles."""

    def read(self) -> tuple[Any, Any, Any, Any]:
        """X (n, d), y (n,), weights (n,) or None, offset (n,) or None."""


class Measured(ABC):
    """Rows, total weight and columns of data in blocks, from the size of each; every block is checked on this pass."""

    @abstractmethod
    def measure(self) -> list[tuple[int, float, int]]:
        """`size` of every block, checked. Raises DataError."""

    @cached_property
    def _sizes(self) -> list[tuple[int, float, int]]:
        sizes = self.measure()
        if len({columns for _, _, columns in sizes}) > 1:
            raise DataError("X: its blocks have different numbers of columns; rechunk it along the rows only.")
        return sizes

    @property
    def block_weights(self) -> list[float]:
        return [weight for _, weight, _ in self._sizes]

    @cached_property
    def rows(self) -> int:
        return sum(rows for rows, _, _ in self._sizes)

    @cached_property
    def total_weight(self) -> float:
        return float(sum(self.block_weights))

    @property
    def width(self) -> int:
        return self._sizes[0][2]


@dataclass(frozen=True, eq=False)
class BlockData(Measured):
    """Sources that are read one after the other: what is in memory at a time is one block."""

    loss: Loss
    sources: Sequence[Source]

    def measure(self) -> list[tuple[int, float, int]]:
        return [size(objective(self.loss, *source.read())) for source in self.sources]

    @property
    def blocks(self) -> int:
        return len(self.sources)

    def block(self, k: int) -> Objective:
        return unchecked(self.loss, *self.sources[k].read())

    def total(self, part: Part) -> Sums:
        sums: Sums | None = None
        for k in range(self.blocks):
            sums = added(sums, part(self.block(k)))
        assert sums is not None
        return sums

    def each(self, part: Callable[[Objective], Any]) -> list[Any]:
        return [part(self.block(k)) for k in range(self.blocks)]

    def mean_loss(self, coordinates: Coordinates) -> MeanLoss:
        return SumOverBlocks(self, coordinates)


@dataclass(frozen=True, eq=False)
class SumOverBlocks:
    """The mean loss in ``coordinates``: sum over blocks of (loss, gradient, Hessian) / total weight."""

    data: Data
    coordinates: Coordinates

    @property
    def loss(self) -> Loss:
        return self.data.loss

    @property
    def total_weight(self) -> float:
        return self.data.total_weight

    def value(self, w: Any) -> float:
        return float(self._mean("value", w)[0])

    def value_and_gradient(self, w: Any) -> tuple[float, Vector]:
        value, gradient = self._mean("value_and_gradient", w)
        return float(value), gradient

    def value_gradient_hessian(self, w: Any) -> tuple[float, Vector, Matrix]:
        value, gradient, hessian = self._mean("value_gradient_hessian", w)
        return float(value), gradient, hessian

    def _mean(self, what: str, w: Any) -> list[Any]:
        sums = self.data.total(partial(weighted_sums, self.coordinates, what, np.asarray(w)))
        return [total / self.total_weight for total in sums]


def weighted_sums(coordinates: Coordinates, what: str, w: Vector, rows: Objective) -> Sums:
    """The sums of one block, ``what`` being a method of the objective."""
    means = getattr(standardised(rows, coordinates), what)(w)
    means = means if isinstance(means, tuple) else (means,)
    return tuple(rows.total_weight * mean for mean in means)


def added(sums: Sums | None, more: Sums) -> Sums:
    """Entry by entry."""
    return more if sums is None else tuple(a + b for a, b in zip(sums, more, strict=True))


def size(rows: Objective) -> tuple[int, float, int]:
    """Rows, total weight and columns of a block."""
    return len(rows.y), rows.total_weight, rows.X.shape[1]


def unchecked(loss: Loss, X: Any, y: Any, weights: Any, offset: Any) -> Objective:
    """The objective over rows that were checked before."""
    q = len(loss.predictors)
    counted = np.empty(0) if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
    shift = np.empty((0, q)) if offset is None else np.ascontiguousarray(offset, dtype=np.float64).reshape(-1, q)
    yt = np.ascontiguousarray(y, dtype=np.float64).ravel()
    return Objective(loss, locked(np.asarray(X)), locked(yt), locked(counted.ravel()), locked(shift))


def thinned(rows: Objective, about: int) -> Objective:
    """About so many rows of a block: one from every stretch that has the same share of the weight, at random.

    At random, because data have periods; the same each time. A row that is met twice counts twice: the weights add
    up to ``about``, also where the block is too short to be thinned, so that blocks can be joined.
    """
    M = len(rows.y)
    if about >= M:
        shares = rows.weights / rows.weights.max() if rows.weights.size else rows.weights
        return replace(rows, weights=locked(shares * (about / shares.sum()))) if shares.size else rows
    drawn = _by_weight(rows.weights, about) if rows.weights.size else (_strata(about) * M).astype(np.intp)
    places, times = np.unique(drawn, return_counts=True)
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


def spread_out(weights: Sequence[float], most: int = 4) -> dict[int, int]:
    """Up to four places spread evenly over the weight, and how often each was met."""
    shares = np.cumsum(np.asarray(weights) / max(weights))
    places = np.searchsorted(shares, (np.arange(most) + 0.5) / most * shares[-1], side="right")
    found, times = np.unique(places, return_counts=True)
    return dict(zip(found.tolist(), times.tolist(), strict=True))
