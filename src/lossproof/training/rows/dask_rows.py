"""Rows on a cluster: Dask arrays and frames, one task a block and iteration, sums added up in a tree.

A task reads its block, sums it and forgets it, so a worker holds a block at a time; one that dies costs the
repetition of its tasks, which is the scheduler's business and not ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from lossproof.errors import DataError, MissingExtra
from lossproof.lowering import Loss, Objective, objective
from lossproof.training.rows.coordinates import Coordinates
from lossproof.training.rows.data import MeanLoss, Measured, Part, SumOverBlocks, Sums, added, size, unchecked

Delayed = Any
_FAN_IN = 8


@dataclass(frozen=True, eq=False)
class DaskData(Measured):
    """Delayed blocks (X, y, weights, offset) of rows."""

    loss: Loss
    delayed: Sequence[tuple[Delayed, ...]]

    def measure(self) -> list[tuple[int, float, int]]:
        return self.each(size, check=True)

    @property
    def blocks(self) -> int:
        return len(self.delayed)

    def block(self, k: int) -> Objective:
        return unchecked(self.loss, *_dask().compute(*self.delayed[k]))

    def each(self, part: Callable[[Objective], Any], check: bool = False) -> list[Any]:
        dask = _dask()
        task = dask.delayed(on_block, pure=False)
        return list(dask.compute(*[task(part, self.loss, check, *parts) for parts in self.delayed]))

    def total(self, part: Part) -> Sums:
        dask = _dask()
        task, tree = dask.delayed(on_block, pure=False), dask.delayed(add_all, pure=False)
        sums = [task(part, self.loss, False, *parts) for parts in self.delayed]
        while len(sums) > 1:
            sums = [tree(sums[k : k + _FAN_IN]) for k in range(0, len(sums), _FAN_IN)]
        return tuple(dask.compute(sums[0])[0])

    def mean_loss(self, coordinates: Coordinates) -> MeanLoss:
        return SumOverBlocks(self, coordinates)


def is_dask(X: Any) -> bool:
    """Whether X is a Dask collection; Dask is not imported to find out."""
    return type(X).__module__.split(".")[0] in ("dask", "dask_expr")


def dask_data(
    loss: Loss, X: Any, y: Any, weights: Any, offset: Any, names: Sequence[str] | None
) -> tuple[DaskData, tuple[str, ...]]:
    """Blocks of a Dask array (M, d) or frame, with y, weights and offset in the same blocks; and the features.

    Raises DataError.
    """
    if len(getattr(X, "shape", ())) != 2:
        raise DataError("X: a Dask collection without columns was given; an array (M, d) or a frame is needed.")
    if hasattr(X, "rechunk"):
        X = X.rechunk({1: -1})
    blocks = [_delayed(X)]
    for name, values in (("y", y), ("weights", weights), ("offset", offset)):
        blocks.append([None] * len(blocks[0]) if values is None else _delayed(_alike(name, values, X)))
        if len(blocks[-1]) != len(blocks[0]):
            raise DataError(f"{name}: it has {len(blocks[-1])} blocks and X {len(blocks[0])}; split them alike.")
    own = getattr(X, "columns", None)
    features = names if names is not None else own if own is not None else [f"x{j + 1}" for j in range(X.shape[1])]
    return DaskData(loss, list(zip(*blocks, strict=True))), tuple(map(str, features))


def _alike(name: str, values: Any, X: Any) -> Any:
    """One number a row, in the chunks of X where these are known."""
    known = hasattr(X, "chunks") and not np.isnan(sum(X.chunks[0]))
    if not is_dask(values):
        if not known:
            raise DataError(f"{name}: an array in memory was given; with this X it has to be a Dask collection too.")
        return import_module("dask.array").from_array(np.asarray(values), chunks=(X.chunks[0],))
    if known and hasattr(values, "rechunk"):
        if values.shape[0] != X.shape[0]:
            raise DataError(f"{name}: shape {values.shape} was given; X has {X.shape[0]} rows.")
        return values.rechunk({0: X.chunks[0]})
    return values


def _delayed(collection: Any) -> list[Delayed]:
    return list(np.ravel(np.asarray(collection.to_delayed(), dtype=object)))


def on_block(part: Callable[[Objective], Any], loss: Loss, check: bool, *arrays: Any) -> Any:
    """A task: ``part`` of one block. Kernels take one thread, as the cluster shares out the cores."""
    X, y, weights, offset = (None if a is None else np.asarray(a) for a in arrays)
    own = _own(loss)
    rows = objective(own, X, y, weights, offset) if check else unchecked(own, X, y, weights, offset)
    return part(replace(rows, threads=1))


@lru_cache(maxsize=64)
def _own(loss: Loss) -> Loss:
    """Every task brings a copy of its loss: the first one serves all that are equal."""
    return loss


def add_all(sums: list[Sums]) -> Sums:
    """A node of the tree."""
    total: Sums | None = None
    for more in sums:
        total = added(total, more)
    assert total is not None
    return total


def _dask() -> Any:
    try:
        return import_module("dask")
    except ImportError as missing:
        raise MissingExtra("Dask collections need Dask: pip install 'lossproof[dask]'") from missing
