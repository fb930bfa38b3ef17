"""Rows on a cluster: Dask arrays and frames, one task a block and iteration, sums added up in a tree.

A task reads its block, sums it and forgets it, so a worker holds a block at a time; one that dies costs the
repetition of its tasks, which is the scheduler's business and not ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib import import_module
from typing import Any

import numpy as np

from lossproof.errors import DataError, MissingExtra, counted
from lossproof.lowering import Loss, Objective
from lossproof.training.rows.coordinates import Coordinates
from lossproof.training.rows.data import Arrays, MeanLoss, Part, SumOverBlocks, Sums, Surveyed, added, unchecked
from lossproof.training.rows.design import name_columns
from lossproof.training.rows.frames import frame_of, refuse_twice, refuse_type, type_of
from lossproof.training.rows.survey import Survey, survey

Delayed = Any
_FAN_IN = 8
_NAMES = ("y", "weights", "offset")


@dataclass(frozen=True, eq=False)
class DaskData(Surveyed):
    """Delayed blocks (X, y, weights, offset) of rows."""

    loss: Loss
    delayed: Sequence[tuple[Delayed, ...]]
    features: tuple[str, ...]

    def look(self) -> Survey:
        task = _task(block_survey, self.loss, self.features)
        return self._sum([task(*parts) for parts in self.delayed])[0]

    def block(self, k: int) -> Objective:
        return unchecked(self.loss, *as_arrays(computed(*self.delayed[k])))

    def each(self, part: Callable[[Objective], Any]) -> list[Any]:
        return list(computed(*self._tasks(part)))

    def total(self, part: Part) -> Sums:
        return self._sum(self._tasks(part))

    def _tasks(self, part: Callable[[Objective], Any]) -> list[Delayed]:
        task = _task(on_block, part, self.loss)
        return [task(*parts) for parts, length in zip(self.delayed, self.lengths, strict=True) if length]

    def _sum(self, sums: list[Delayed]) -> Sums:
        tree = _dask().delayed(add_all, pure=False)
        while len(sums) > 1:
            sums = [tree(sums[k : k + _FAN_IN]) for k in range(0, len(sums), _FAN_IN)]
        return tuple(computed(sums[0])[0])

    def mean_loss(self, coordinates: Coordinates) -> MeanLoss:
        return SumOverBlocks(self, coordinates)


def _task(function: Callable[..., Any], *first: Any) -> Any:
    """A task whose first arguments are the same for all blocks.

    They are bound to the function, because Dask searches each argument of a task, dataclass by dataclass, for
    collections of its own: in the formulas and the grounds of a loss that took longer than the sums over a block.
    """
    return _dask().delayed(partial(function, *first), pure=False, traverse=False)


def is_dask(X: Any) -> bool:
    """Whether X is a Dask collection; Dask is not imported to find out."""
    return type(X).__module__.split(".")[0] in ("dask", "dask_expr")


def dask_data(loss: Loss, X: Any, y: Any, weights: Any, offset: Any, names: Sequence[str] | None) -> DaskData:
    """Blocks of a Dask array (M, d) or frame, with y, weights and offset in the same blocks. Raises DataError."""
    if len(getattr(X, "shape", ())) != 2:
        raise DataError("X: a Dask collection without columns was given; an array (M, d) or a frame is needed.")
    own = tuple(map(str, X.columns)) if hasattr(X, "columns") else None
    if own is not None:
        _refuse_columns(X, own)
    features = name_columns(X.shape[1], names, own)
    others = {name: each for name, each in zip(_NAMES, (y, weights, offset), strict=True) if each is not None}
    blocks = _of_one_frame(X, others) if own is not None else _of_arrays(X, others)
    empty = [None] * len(blocks["X"])
    return DaskData(loss, list(zip(*(blocks.get(name, empty) for name in ("X", *_NAMES)), strict=True)), features)


def _refuse_columns(X: Any, names: Sequence[str]) -> None:
    refuse_twice(names)
    for name, kept in zip(names, X.dtypes, strict=True):
        refuse_type(f"X: column {name!r}", type_of(kept))


def _of_one_frame(X: Any, others: dict[str, Any]) -> dict[str, list[Delayed]]:
    """A frame and series of it: put side by side as one frame, so that every row keeps what belongs to it.

    What is no series of a frame (an array of chunks) has to be split like X.
    """
    series = {name: each for name, each in others.items() if hasattr(each, "to_frame")}
    blocks = {name: _split_alike(name, each, X) for name, each in others.items() if name not in series}
    if not series:
        return {"X": _delayed(X), **blocks}
    try:
        joined = X.assign(**{f"\0{name}": each for name, each in series.items()})
        parts = _delayed(joined)
    except (ValueError, AssertionError, NotImplementedError) as error:
        raise DataError(
            f"{', '.join(series)}: not of the frame that X is of, so that rows cannot be told to belong together; "
            "give frame[columns] and frame[column] of one frame."
        ) from error
    for name, pieces in blocks.items():
        _same_count(name, pieces, parts)
    cut = _dask().delayed(columns_but, pure=False)
    pick = _dask().delayed(column_of, pure=False)
    added = [f"\0{name}" for name in series]
    taken = {name: [pick(part, f"\0{name}") for part in parts] for name in series}
    return {"X": [cut(part, added) for part in parts], **taken, **blocks}


def _of_arrays(X: Any, others: dict[str, Any]) -> dict[str, list[Delayed]]:
    """An array, its columns in one chunk, and others in the chunks of its rows."""
    X = X.rechunk({1: -1})
    return {"X": _delayed(X), **{name: _split_alike(name, each, X) for name, each in others.items()}}


def _split_alike(name: str, values: Any, X: Any) -> list[Delayed]:
    """One number a row, in the chunks of X; where their sizes are not known, as many chunks are needed, and rows."""
    known = hasattr(X, "chunks") and not np.isnan(sum(X.chunks[0]))
    if not is_dask(values):
        if not known:
            raise DataError(f"{name}: an array in memory was given; with this X it has to be a Dask collection too.")
        array = np.asarray(values)
        _same_rows(name, array.shape, X)
        return _delayed(import_module("dask.array").from_array(array, chunks=(X.chunks[0],)))
    if hasattr(values, "to_dask_array"):
        values = values.to_dask_array()
    if known and not np.isnan(sum(values.chunks[0])):
        _same_rows(name, values.shape, X)
        values = values.rechunk({0: X.chunks[0]})
    pieces = _delayed(values)
    _same_count(name, pieces, _delayed(X))
    return pieces


def _same_rows(name: str, shape: tuple[int, ...], X: Any) -> None:
    if not shape or shape[0] != X.shape[0]:
        raise DataError(f"{name}: shape {shape} was given; X has {counted(X.shape[0], 'row')}.")


def _same_count(name: str, pieces: list[Delayed], of_X: list[Delayed]) -> None:
    if len(pieces) != len(of_X):
        raise DataError(
            f"{name}: it has {counted(len(pieces), 'block')} and X {len(of_X)}, of sizes that are not known, so that"
            " rows cannot be told to belong together; take both from one frame, or call compute_chunk_sizes() on both."
        )


def _delayed(collection: Any) -> list[Delayed]:
    return list(np.ravel(np.asarray(collection.to_delayed(), dtype=object)))


def columns_but(frame: Any, left_out: list[str]) -> Any:
    """A task: a block of the frame without these columns."""
    return frame.drop(columns=left_out)


def column_of(frame: Any, name: str) -> Any:
    """A task: one column of a block of the frame."""
    return frame[name].to_numpy()


def as_arrays(parts: Sequence[Any]) -> Arrays:
    """A block as arrays; a frame of mixed columns as numbers."""
    frame = frame_of(parts[0])
    X = np.asarray(parts[0]) if frame is None else frame.matrix()
    if frame is not None and not len(parts[0]):
        X = np.empty((0, len(frame.names)))
    y, weights, offset = (None if part is None else np.asarray(part) for part in parts[1:])
    return X, y, weights, offset


def block_survey(loss: Loss, names: Sequence[str], *parts: Any) -> tuple[Survey]:
    """A task: the survey of one block, checked."""
    return (survey(_own(loss), as_arrays(parts), names),)


def on_block(part: Callable[[Objective], Any], loss: Loss, *parts: Any) -> Any:
    """A task: ``part`` of one block. Kernels take one thread, as the cluster shares out the cores."""
    return part(replace(unchecked(_own(loss), *as_arrays(parts)), threads=1))


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


def computed(*tasks: Delayed) -> Any:
    """The answers of tasks. DataError where workers died over one of them until the scheduler gave it up."""
    try:
        return _dask().compute(*tasks)
    except Exception as error:
        if type(error).__name__ != "KilledWorker":
            raise
        raise DataError(
            "X: every worker that took one of its blocks died, most likely of memory; give smaller blocks, as in "
            "X.repartition(partition_size='100MB') or X.rechunk({0: 100_000}), or workers with more memory."
        ) from error


def _dask() -> Any:
    try:
        return import_module("dask")
    except ImportError as missing:
        raise MissingExtra("Dask collections need Dask: pip install 'lossproof[dask]'") from missing
