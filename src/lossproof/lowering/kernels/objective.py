"""The objective over data: the mean loss, its gradient and its Hessian, in one pass over X.

    L(w) = sum_m a_m l(x_m w + o_m, yt_m) / sum_m a_m
    dL/dw = X^T r / sum a,   d2L/dw2 = X^T diag(h) X / sum a,   r_m = a_m l'(u_m),  h_m = a_m l''(u_m)

With q predictors ``w`` is (q, d) laid out row after row, and the Hessian is (q d, q d). Where a loss has other observed
columns, a kernel gets them side by side with the target, which is last: (M, c + 1).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np

from lossproof.errors import DataError
from lossproof.lowering import validation
from lossproof.lowering.classes import ClassLoss, settled
from lossproof.lowering.code.announce import announced
from lossproof.lowering.code.modules import numba_module
from lossproof.lowering.kernels.block_sums import TILE
from lossproof.lowering.kernels.row_functions import RowFunctions, block_kernels, is_kept, row_functions, seal_loops
from lossproof.lowering.kernels.threads import run_parts, thread_count
from lossproof.lowering.loss import Loss

SPAN_ENTRIES = 1 << 19  # entries of X that one thread takes at a time
SPAN_ROWS = (2048, 32768)
MOST_SPANS = 256  # how many partial results there may be
PARTIAL_ENTRIES = 1 << 23  # and how many entries they may have together
LOADED_ENTRIES = 1 << 16  # entries of X that the block loader converts at a time: 512 KiB
ALONE_BELOW = 1 << 16  # entries of X below which threads cost more than they bring
KERNELS = ("value_rows", "gradient_rows", "hessian_rows")  # by the order of the derivative
NOTHING = np.empty(0)
NOTHING.flags.writeable = False


class Reader(Protocol):
    """How a kernel is given the rows of an objective: as they lie, or changed on the way."""

    def width(self, columns: int) -> int:
        """How many columns a kernel sees of so many."""

    def blocks(self, rows: Objective, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
        """What the kernels of value and gradient read, one call after the other."""

    def columns(self, rows: Objective, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
        """What the kernel of the Hessian reads: the blocks, with center and scale."""


@dataclass(frozen=True)
class AsGiven:
    """Rows as they are; with ``ones`` a column of ones stands behind those of X, without being there."""

    ones: bool = False

    def width(self, columns: int) -> int:
        return columns + self.ones

    def blocks(self, rows: Objective, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
        """The arrays themselves, or where a kernel cannot read X converted copies of a few rows at a time."""
        if readable(rows.X):
            yield rows.X, rows.observed, rows.weights, rows.offset, start, stop
            return
        step = max(1, LOADED_ENTRIES // rows.X.shape[1])
        buffer = np.empty((min(step, stop - start), rows.X.shape[1]))
        for first in range(start, stop, step):
            last = min(first + step, stop)
            np.copyto(buffer[: last - first], rows.X[first:last], casting="unsafe")
            rest = (a[first:last] for a in (rows.observed, rows.weights, rows.offset))
            yield locked(buffer), *rest, 0, last - first

    def columns(self, rows: Objective, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
        return unmoved(self.blocks(rows, start, stop))


def unmoved(blocks: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Blocks as the kernel of the Hessian reads them, with no center and scale."""
    for *arrays, first, last in blocks:
        yield *arrays, NOTHING, NOTHING, first, last


AS_GIVEN = AsGiven()


@dataclass(frozen=True, eq=False)
class Objective:
    """Mean loss over samples as a function of ``w``; made by `objective`.

    Partial sums belong to stretches of rows and are added in their order, compensated: for a given number of
    threads results are the same to the last bit, and value and gradient for any number.
    """

    loss: Loss
    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray = field(repr=False)
    offset: np.ndarray = field(repr=False)
    threads: int = field(default_factory=thread_count)
    reader: Reader = AS_GIVEN
    columns: np.ndarray = field(default_factory=lambda: NOTHING, repr=False)

    @cached_property
    def observed(self) -> np.ndarray:
        """What a row holds besides X, as kernels read it: y (M,), or (M, c + 1) with the other columns before it."""
        return locked(np.column_stack([self.columns, self.y])) if self.columns.size else self.y

    @cached_property
    def total_weight(self) -> float:
        """sum a, or M without weights."""
        if not self.weights.size:
            return float(len(self.y))
        try:
            return math.fsum(self.weights)
        except OverflowError:
            return math.inf

    @property
    def parameters(self) -> int:
        """How many numbers ``w`` has: q d."""
        return len(self.loss.predictors) * self.reader.width(self.X.shape[1])

    def value(self, w: Any) -> float:
        """L(w)."""
        return float(self._sums("value_rows", self._matrix(w), 1)[0])

    def value_and_gradient(self, w: Any) -> tuple[float, np.ndarray]:
        """L(w) and dL/dw (q d,)."""
        sums = self._sums("gradient_rows", self._matrix(w), 1 + self.parameters)
        return float(sums[0]), sums[1:]

    def value_gradient_hessian(self, w: Any) -> tuple[float, np.ndarray, np.ndarray]:
        """L(w), dL/dw (q d,) and d2L/dw2 (q d, q d)."""
        W = self._matrix(w)
        (q, d), first = W.shape, 1 + W.size
        padded = d + (-d) % TILE
        sums = self._sums("hessian_rows", W, first + len(_pairs(q)) * padded**2, self.reader.columns)
        return float(sums[0]), sums[1:first], _assembled(sums[first:], q, d)

    def _matrix(self, w: Any) -> np.ndarray:
        given = np.asarray(w, dtype=np.float64)
        if given.size != self.parameters or given.ndim not in (1, 2):
            raise DataError(f"w: shape {given.shape} was given; ({self.parameters},) is needed")
        return np.ascontiguousarray(given.reshape(len(self.loss.predictors), -1))

    def _sums(self, kernel_name: str, W: np.ndarray, size: int, read: Any = None) -> np.ndarray:
        """Runs a kernel over all rows, span by span, as ``read`` brings them; the compensated mean (size,)."""
        blocks = read or self.reader.blocks
        rows, kernel, order = _rows(self.loss), getattr(block_kernels(), kernel_name), KERNELS.index(kernel_name)
        spans = self._spans(size)
        partials = np.zeros((len(spans), 2, size))

        def part(k: int) -> None:
            for X, observed, *more, start, stop in blocks(self, *spans[k]):
                yt = observed[:, None] if observed.ndim == 1 else observed
                rows.run(kernel, rows.places, X, yt, *more, W, start, stop, partials[k])

        kept = rows.is_kept(order) and (kernel.signatures or is_kept(block_kernels(), kernel_name))
        with announced(kept, self.loss.name):
            rows.ready(order)
            run_parts(part, len(spans), self._threads)
        merged = self._merged(partials)
        seal_loops(kernel_name, len(kernel.signatures))
        return merged

    def _merged(self, partials: np.ndarray) -> np.ndarray:
        """Partial sums (parts, 2, size) as one mean (size,)."""
        sums = np.zeros(partials.shape[1:])
        block_kernels().merge(partials, sums)
        return sums.sum(axis=0) / self.total_weight

    @property
    def _threads(self) -> int:
        return self.threads if self.X.size >= ALONE_BELOW else 1

    def _spans(self, size: int) -> list[tuple[int, int]]:
        """Stretches of rows from the shape of X alone, as few as keep ``size`` partial sums each in bounds.

        Where a Hessian is so large that this leaves fewer stretches than threads, one for each thread.
        """
        rows, columns = self.X.shape
        step = min(max(SPAN_ENTRIES // columns, SPAN_ROWS[0]), SPAN_ROWS[1])
        most = max(min(MOST_SPANS, PARTIAL_ENTRIES // size), self._threads)
        step = max(step, -(-rows // most))
        return [(start, min(start + step, rows)) for start in range(0, rows, step)]


@lru_cache(maxsize=64)
def _rows(loss: Loss) -> RowFunctions:
    """The compiled functions of a loss: its text is written once in a process."""
    return row_functions(numba_module(loss.computed))


def objective(loss: Loss | ClassLoss, X: Any, y: Any, weights: Any = None, offset: Any = None) -> Objective:
    """The mean of ``loss`` over the rows of X (M, d), to be minimised over w (d,).

    ``y`` (M,), frequency ``weights`` (M,) or None, ``offset`` (M,), added to the predictors, or None. Where a loss has
    other columns, ``y`` is a mapping from their names and the target's to arrays (M,). X is used where it lies,
    whatever its number type, order and strides; no column is added. Raises DataError.
    """
    rows = checked(settled(loss, y), X, y, weights, offset)
    validation.total_weight(rows.total_weight)
    return rows


def checked(loss: Loss, X: Any, y: Any, weights: Any, offset: Any, columns: Sequence[str] | None = None) -> Objective:
    """The same for rows that may be a part of more, so that none of them need count.

    Raises DataError, which names the ``columns``.
    """
    loss.warn_where_inexact()
    matrix = validation.matrix(X, columns)
    rows, q = len(matrix), len(loss.predictors)
    given = observed_of(loss, y)
    yt = validation.target(given[loss.target.name], rows, loss.domain, loss.target.name)
    others = [
        validation.column(symbol.name, given[symbol.name], rows, domain)
        for symbol, domain in zip(loss.columns, loss.column_domains, strict=True)
    ]
    counted = np.empty(0) if weights is None else validation.frequencies(weights, rows)
    added = np.empty((0, q)) if offset is None else validation.offsets(offset, rows, q)
    beside = locked(np.column_stack(others)) if others else NOTHING
    return Objective(loss, locked(matrix), locked(yt), locked(counted), locked(added), columns=beside)


def observed_of(loss: Loss, y: Any) -> Mapping[str, Any]:
    """Target and other columns by name. Raises DataError where ``y`` is not what the rows of ``loss`` hold."""
    names = [loss.target.name, *(column.name for column in loss.columns)]
    needed = "{" + ", ".join(f"{name!r}: {name}" for name in names) + "}"
    if not isinstance(y, Mapping):
        if loss.columns:
            raise DataError(f"y: a {type(y).__name__} was given; a row holds {', '.join(names)}: give {needed}")
        return {loss.target.name: y}
    if set(y) != set(names):
        raise DataError(f"y: columns {', '.join(map(str, y)) or 'none'} were given; needed are {needed}")
    return y


def locked(array: np.ndarray) -> np.ndarray:
    """A read-only view: the kernels are compiled once, for arrays they must not write."""
    view = array.view()
    view.flags.writeable = False
    return view


def readable(X: np.ndarray) -> bool:
    """Whether a kernel can read X where it lies."""
    return X.dtype == np.float64 and X.flags.c_contiguous and X.flags.aligned and X.dtype.isnative


def _pairs(q: int) -> list[tuple[int, int]]:
    """The blocks of the upper triangle, in the order of the kernels' sums."""
    return [(p, s) for p in range(q) for s in range(p, q)]


def _assembled(triangles: np.ndarray, q: int, d: int) -> np.ndarray:
    """The full symmetric matrix from its blocks for p <= s, each (D, D) with its upper triangle filled."""
    whole = np.empty((q, d, q, d))
    padded = math.isqrt(len(triangles) // len(_pairs(q)))
    for (p, s), upper in zip(_pairs(q), triangles.reshape(-1, padded, padded)[:, :d, :d], strict=True):
        block = np.triu(upper) + np.triu(upper, 1).T
        whole[p, :, s, :] = block
        whole[s, :, p, :] = block
    return whole.reshape(q * d, q * d)
