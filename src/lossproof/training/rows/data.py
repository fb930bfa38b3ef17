"""Where the rows are: in memory, in a file that is read block by block, or on a cluster.

Everything asked of data is a sum over blocks of rows, so it is asked by handing over what is to be done with one
block: ``data.total(part)`` adds up ``part(block)``, ``data.each(part)`` lists the answers in the order of the rows.
A block is a `lossproof.lowering.Objective` of the rows as they are; ``part`` pickles, so that it can travel.

Interfaces: `Data` is what a fit asks for, `MeanLoss` what a minimiser sees of it, `Source` a block that can be read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np

from lossproof.errors import DataError
from lossproof.lowering import Loss, Objective, validation
from lossproof.lowering.kernels.objective import locked
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.rows.coordinates import Coordinates, standardised
from lossproof.training.rows.design import refuse_tiny
from lossproof.training.rows.least import least_losses
from lossproof.training.rows.survey import Survey, survey, thinned

Part = Callable[[Objective], tuple[Any, ...]]
Sums = tuple[Any, ...]
Arrays = tuple[Any, Any, Any, Any]


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
    def lengths(self) -> Sequence[int]:
        """The rows of every block."""

    @property
    def least(self) -> tuple[float, float]:
        """The sum over the samples of the least loss that any prediction could have, and what rounding leaves open."""

    def block(self, k: int) -> Objective:
        """Block ``k``, brought here."""

    def sample(self, rows: int) -> Objective:
        """About so many rows in memory, each as likely as it has weight."""

    def total(self, part: Part) -> Sums:
        """The sum over blocks of ``part(block)``, entry by entry."""

    def each(self, part: Callable[[Objective], Any]) -> list[Any]:
        """``part(block)`` for every block, in the order of the rows."""

    def mean_loss(self, coordinates: Coordinates) -> MeanLoss:
        """The mean loss in ``coordinates``."""


class Source(Protocol):
    """A stretch of rows that can be read again and again; it pickles."""

    def read(self) -> Arrays:
        """X (n, d), y (n,), weights (n,) or None, offset (n,) or None."""

    def survey(self, loss: Loss) -> Survey:
        """`survey` of these rows. RowError names the row as whoever gave the rows counts it."""


@dataclass(frozen=True, eq=False)
class ArrayData:
    """Arrays: one block."""

    all_rows: Objective

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
    def lengths(self) -> Sequence[int]:
        return (self.rows,)

    @cached_property
    def least(self) -> tuple[float, float]:
        return least_losses(self.all_rows)

    def block(self, k: int) -> Objective:
        return self.all_rows

    def sample(self, rows: int) -> Objective:
        return thinned(self.all_rows, rows)

    def total(self, part: Part) -> Sums:
        return part(self.all_rows)

    def each(self, part: Callable[[Objective], Any]) -> list[Any]:
        return [part(self.all_rows)]

    def mean_loss(self, coordinates: Coordinates) -> MeanLoss:
        return standardised(self.all_rows, coordinates)


class Surveyed(ABC):
    """Data in blocks: what is known of all rows comes from one pass over them, on which every block is checked."""

    features: tuple[str, ...]

    @abstractmethod
    def look(self) -> Survey:
        """The survey of all blocks. Raises DataError."""

    @cached_property
    def survey(self) -> Survey:
        """The survey of data that can be fitted. Raises DataError."""
        found = self.look()
        if found.fault is not None:
            raise found.fault
        if not found.rows:
            raise DataError("X: there are no rows.")
        validation.total_weight(found.weight)
        refuse_tiny(np.maximum(np.abs(found.low), np.abs(found.high)), self.features)
        return found

    @property
    def lengths(self) -> Sequence[int]:
        return self.survey.lengths

    @property
    def rows(self) -> int:
        return self.survey.rows

    @property
    def total_weight(self) -> float:
        return self.survey.weight

    @property
    def width(self) -> int:
        return self.survey.low.size

    @property
    def least(self) -> tuple[float, float]:
        return self.survey.least, self.survey.rounding

    def sample(self, rows: int) -> Objective:
        """About so many of the rows that the survey kept."""
        kept = self.survey.sample
        assert kept is not None
        return thinned(kept, rows)


@dataclass(frozen=True, eq=False)
class BlockData(Surveyed):
    """Sources that are read one after the other: what is in memory at a time is one block."""

    loss: Loss
    sources: Sequence[Source]
    features: tuple[str, ...]

    def look(self) -> Survey:
        found: Survey | None = None
        for source in self.sources:
            one = source.survey(self.loss)
            found = one if found is None else found + one
        assert found is not None
        return found

    def block(self, k: int) -> Objective:
        return unchecked(self.loss, *self.sources[k].read())

    def total(self, part: Part) -> Sums:
        sums: Sums | None = None
        for k, length in enumerate(self.lengths):
            sums = added(sums, part(self.block(k))) if length else sums
        assert sums is not None
        return sums

    def each(self, part: Callable[[Objective], Any]) -> list[Any]:
        return [part(self.block(k)) for k, length in enumerate(self.lengths) if length]

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
        return float(self._mean(block_value, w)[0])

    def value_and_gradient(self, w: Any) -> tuple[float, Vector]:
        value, gradient = self._mean(block_gradient, w)
        return float(value), gradient

    def value_gradient_hessian(self, w: Any) -> tuple[float, Vector, Matrix]:
        value, gradient, hessian = self._mean(block_hessian, w)
        return float(value), gradient, hessian

    def _mean(self, of: Callable[..., Sums], w: Any) -> list[Any]:
        sums = self.data.total(partial(of, self.coordinates, np.asarray(w)))
        return [total / self.total_weight for total in sums]


def block_value(coordinates: Coordinates, w: Vector, rows: Objective) -> Sums:
    """The sum of the losses of a block."""
    return _weighted(rows, (standardised(rows, coordinates).value(w),)) if rows.total_weight else (0.0,)


def block_gradient(coordinates: Coordinates, w: Vector, rows: Objective) -> Sums:
    """The sums of losses and gradients of a block."""
    if not rows.total_weight:
        return 0.0, np.zeros(w.size)
    return _weighted(rows, standardised(rows, coordinates).value_and_gradient(w))


def block_hessian(coordinates: Coordinates, w: Vector, rows: Objective) -> Sums:
    """The sums of losses, gradients and Hessians of a block."""
    if not rows.total_weight:
        return 0.0, np.zeros(w.size), np.zeros((w.size, w.size))
    return _weighted(rows, standardised(rows, coordinates).value_gradient_hessian(w))


def _weighted(rows: Objective, means: Sums) -> Sums:
    return tuple(rows.total_weight * mean for mean in means)


def added(sums: Sums | None, more: Sums) -> Sums:
    """Entry by entry."""
    return more if sums is None else tuple(a + b for a, b in zip(sums, more, strict=True))


def unchecked(loss: Loss, X: Any, y: Any, weights: Any, offset: Any) -> Objective:
    """The objective over rows that were checked before."""
    q = len(loss.predictors)
    counted = np.empty(0) if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
    shift = np.empty((0, q)) if offset is None else np.ascontiguousarray(offset, dtype=np.float64).reshape(-1, q)
    yt = np.ascontiguousarray(y, dtype=np.float64).ravel()
    return Objective(loss, locked(np.asarray(X)), locked(yt), locked(counted.ravel()), locked(shift))


def surveyed(loss: Loss, arrays: Arrays, columns: Sequence[str] | None, first: int = 0, source: str = "") -> Survey:
    """`survey` of rows whose first has the number ``first`` in ``source``."""
    found = survey(loss, arrays, columns)
    if found.fault is not None:
        raise found.fault.moved(first, source)
    return found
