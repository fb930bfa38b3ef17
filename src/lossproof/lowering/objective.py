"""The objective over data: the mean loss, its gradient and its Hessian, in one pass over X.

    L(w) = sum_m a_m l(x_m w + o_m, yt_m) / sum_m a_m
    dL/dw = X^T r / sum a,   d2L/dw2 = X^T diag(h) X / sum a,   r_m = a_m l'(u_m),  h_m = a_m l''(u_m)

With q predictors ``w`` is (q, d) laid out row after row, and the Hessian is (q d, q d).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import ModuleType
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from lossproof.errors import DataError
from lossproof.lowering import validation
from lossproof.lowering.announce import announced
from lossproof.lowering.folder import load_module
from lossproof.lowering.loss import Loss
from lossproof.lowering.modules import numba_module
from lossproof.lowering.threads import run_parts, thread_count

SPAN_ENTRIES = 1 << 19  # entries of X that one thread takes at a time
SPAN_ROWS = (2048, 16384)
MOST_SPANS = 256  # how many partial results there may be
LOADED_ENTRIES = 1 << 16  # entries of X that the block loader converts at a time: 512 KiB
ALONE_BELOW = 1 << 16  # entries of X below which threads cost more than they bring
PRODUCT_ENTRIES = 1 << 18  # entries of X that go into one matrix product
LOOPS_UP_TO = 16  # columns up to which explicit loops beat BLAS for the Hessian


@dataclass(frozen=True, eq=False)
class Objective:
    """Mean loss over samples as a function of ``w``; made by `objective`.

    The result does not depend on the number of threads: partial sums belong to fixed stretches of rows and are
    added in their order, compensated.
    """

    loss: Loss
    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray = field(repr=False)
    offset: np.ndarray = field(repr=False)
    threads: int = field(default_factory=thread_count)

    @cached_property
    def total_weight(self) -> float:
        """sum a, or M without weights."""
        return math.fsum(self.weights) if self.weights.size else float(len(self.y))

    @property
    def parameters(self) -> int:
        """How many numbers ``w`` has: q d."""
        return len(self.loss.predictors) * self.X.shape[1]

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
        return self._by_loops(W) if W.shape[1] <= LOOPS_UP_TO else self._by_products(W)

    def _matrix(self, w: Any) -> np.ndarray:
        given = np.asarray(w, dtype=np.float64)
        if given.size != self.parameters or given.ndim not in (1, 2):
            raise DataError(f"w: shape {given.shape} was given; ({self.parameters},) is needed")
        return np.ascontiguousarray(given.reshape(len(self.loss.predictors), -1))

    def _by_loops(self, W: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        q, d = W.shape
        size = 1 + q * d + q * (q + 1) // 2 * d * d
        sums = self._sums("hessian_rows", W, size)
        return float(sums[0]), sums[1 : 1 + q * d], _assembled(sums[1 + q * d :], q, d)

    def _by_products(self, W: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """The Hessian as matrix products of blocks: one stretch of rows and one partial result a thread."""
        kernel = self._module.curvature_rows
        (q, d), threads = W.shape, self._threads
        ends = np.linspace(0, len(self.y), threads + 1).astype(int).tolist()
        partials, matrices = np.zeros((threads, 2, 1 + q * d)), np.zeros((threads, q, q, d, d))

        def part(k: int) -> None:
            for X, yt, weights, offset, start, stop in self._blocks(ends[k], ends[k + 1], PRODUCT_ENTRIES):
                h = np.empty((q, q, stop - start))
                kernel(X, yt, weights, offset, W, start, stop, partials[k], h)
                for p, s in _pairs(q):
                    matrices[k, p, s] += weighted_square(X[start:stop], h[p, s])

        with announced(kernel, self.loss.name), _controller().limit(limits=1, user_api="blas"):
            run_parts(part, threads, threads)
        sums = self._merged(partials)
        total = matrices.sum(axis=0) / self.total_weight
        return float(sums[0]), sums[1:], _assembled(np.array([total[pair] for pair in _pairs(q)]), q, d)

    def _sums(self, kernel_name: str, W: np.ndarray, size: int) -> np.ndarray:
        """Runs a kernel over all rows, span by span; the compensated mean (size,)."""
        kernel = getattr(self._module, kernel_name)
        spans = self._spans()
        partials = np.zeros((len(spans), 2, size))

        def part(k: int) -> None:
            for X, yt, weights, offset, start, stop in self._blocks(*spans[k]):
                kernel(X, yt, weights, offset, W, start, stop, partials[k])

        with announced(kernel, self.loss.name):
            run_parts(part, len(spans), self._threads)
        return self._merged(partials)

    def _merged(self, partials: np.ndarray) -> np.ndarray:
        """Partial sums (parts, 2, size) as one mean (size,)."""
        sums = np.zeros(partials.shape[1:])
        self._module.merge(partials, sums)
        return sums.sum(axis=0) / self.total_weight

    @cached_property
    def _module(self) -> ModuleType:
        return load_module(numba_module(self.loss.computed), "numba")

    @property
    def _threads(self) -> int:
        return self.threads if self.X.size >= ALONE_BELOW else 1

    def _spans(self) -> list[tuple[int, int]]:
        """Stretches of rows, from the shape of X alone."""
        rows, columns = self.X.shape
        step = min(max(SPAN_ENTRIES // columns, SPAN_ROWS[0]), SPAN_ROWS[1])
        step = max(step, -(-rows // MOST_SPANS))
        return [(start, min(start + step, rows)) for start in range(0, rows, step)]

    def _blocks(self, start: int, stop: int, entries: int = 0) -> Iterator[tuple[Any, ...]]:
        """What a kernel can read: the arrays themselves, or converted copies of a few rows at a time.

        ``entries`` limits how many entries of X come at a time also where no copy is needed.
        """
        step = max(1, (entries or LOADED_ENTRIES) // self.X.shape[1])
        if _readable(self.X):
            step = step if entries else stop - start
            for first in range(start, stop, step):
                yield self.X, self.y, self.weights, self.offset, first, min(first + step, stop)
            return
        buffer = np.empty((min(step, stop - start), self.X.shape[1]))
        for first in range(start, stop, step):
            last = min(first + step, stop)
            np.copyto(buffer[: last - first], self.X[first:last], casting="unsafe")
            rest = (a[first:last] for a in (self.y, self.weights, self.offset))
            yield _locked(buffer), *rest, 0, last - first


def objective(loss: Loss, X: Any, y: Any, weights: Any = None, offset: Any = None) -> Objective:
    """The mean of ``loss`` over the rows of X (M, d), to be minimised over w (d,).

    ``y`` (M,), frequency ``weights`` (M,) or None, ``offset`` (M,), added to the predictors, or None. X is used
    where it lies, whatever its number type, order and strides; no column is added. Raises DataError.
    """
    matrix = validation.matrix(X)
    rows, q = len(matrix), len(loss.predictors)
    yt = validation.target(y, rows, loss.domain, loss.target.name)
    counted = np.empty(0) if weights is None else validation.frequencies(weights, rows)
    added = np.empty((0, q)) if offset is None else validation.offsets(offset, rows, q)
    return Objective(loss, _locked(matrix), _locked(yt), _locked(counted), _locked(added))


def weighted_square(X: np.ndarray, h: np.ndarray) -> np.ndarray:
    """X^T diag(h) X; where no h is negative as the square of one matrix, for which BLAS needs half the work."""
    if (h >= 0).all():
        scaled = np.sqrt(h)[:, None] * X
        return np.dot(scaled.T, scaled)
    return np.dot(X.T, h[:, None] * X)


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def _locked(array: np.ndarray) -> np.ndarray:
    """A read-only view: the kernels are compiled once, for arrays they must not write."""
    view = array.view()
    view.flags.writeable = False
    return view


def _readable(X: np.ndarray) -> bool:
    return X.dtype == np.float64 and X.flags.c_contiguous and X.flags.aligned and X.dtype.isnative


def _pairs(q: int) -> list[tuple[int, int]]:
    """The blocks of the upper triangle, in the order of the kernels' sums."""
    return [(p, s) for p in range(q) for s in range(p, q)]


def _assembled(triangles: np.ndarray, q: int, d: int) -> np.ndarray:
    """The full symmetric matrix from its blocks for p <= s, each with its upper triangle filled."""
    whole = np.empty((q, d, q, d))
    for (p, s), upper in zip(_pairs(q), triangles.reshape(-1, d, d), strict=True):
        block = np.triu(upper) + np.triu(upper, 1).T
        whole[p, :, s, :] = block
        whole[s, :, p, :] = block
    return whole.reshape(q * d, q * d)
