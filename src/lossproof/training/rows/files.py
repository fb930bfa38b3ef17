"""Rows that do not fit in memory: memory-mapped arrays and Parquet files, read a block at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from glob import glob
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import DataError, MissingExtra
from lossproof.lowering import Loss
from lossproof.training.rows.data import BlockData

_BLOCK_ENTRIES = 1 << 24


@dataclass(frozen=True, eq=False)
class Stretch:
    """The rows ``start`` to ``stop`` of arrays, as views: a mapped file is read when they are used."""

    X: NDArray[Any]
    y: NDArray[Any]
    weights: NDArray[Any] | None
    offset: NDArray[Any] | None
    start: int
    stop: int

    def read(self) -> tuple[Any, Any, Any, Any]:
        rows = slice(self.start, self.stop)
        arrays = (self.X, self.y, self.weights, self.offset)
        X, y, weights, offset = (None if a is None else a[rows] for a in arrays)
        return X, y, weights, offset


def is_mapped(X: Any) -> bool:
    """Whether X is a memory-mapped array that is worth reading in blocks."""
    return isinstance(X, np.memmap) and X.ndim == 2 and X.size > _BLOCK_ENTRIES


def mapped_data(loss: Loss, X: Any, y: Any, weights: Any, offset: Any) -> BlockData:
    """Blocks of a mapped X (M, d); y, weights and offset (M,) may be mapped as well. Raises DataError."""
    y, weights, offset = (_rows(name, a, len(X)) for name, a in (("y", y), ("weights", weights), ("offset", offset)))
    step = max(1, _BLOCK_ENTRIES // X.shape[1])
    starts = range(0, len(X), step)
    return BlockData(loss, [Stretch(X, y, weights, offset, k, min(k + step, len(X))) for k in starts])


def _rows(name: str, values: Any, count: int) -> Any:
    array = None if values is None else np.asanyarray(values)
    if array is not None and len(array) != count:
        raise DataError(f"{name}: shape {array.shape} was given; X has {count} rows.")
    return array


@dataclass(frozen=True)
class RowGroup:
    """One row group of a Parquet file, and which columns mean what."""

    path: str
    group: int
    features: tuple[str, ...]
    target: str
    weights: str | None
    offset: str | None

    def read(self) -> tuple[Any, Any, Any, Any]:
        wanted = [*self.features, *(name for name in (self.target, self.weights, self.offset) if name is not None)]
        table = _parquet().ParquetFile(self.path).read_row_group(self.group, columns=wanted)

        def column(name: str | None) -> Any:
            return None if name is None else self._numbers(name, table[name].to_numpy())

        X = np.column_stack([column(name) for name in self.features])
        return X, column(self.target), column(self.weights), column(self.offset)

    def _numbers(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        if values.dtype.kind not in "biuf":
            raise DataError(f"{self.path}: column {name!r} has the type {values.dtype}, which is not one of numbers.")
        return values


def parquet_data(
    loss: Loss, path: str | Path, target: Any, weights: Any, offset: Any, names: Sequence[str] | None
) -> tuple[BlockData, tuple[str, ...]]:
    """Blocks of a Parquet file, of every one in a folder, or of those that match a pattern; and the features.

    ``target``, ``weights`` and ``offset`` are names of columns; ``names`` those of the features, None for all
    others. Raises DataError and MissingExtra.
    """
    files = _files(path)
    there = _parquet().ParquetFile(files[0]).schema_arrow.names
    roles = {"y": target, "weights": weights, "offset": offset}
    used = [_column(role, name, there, files[0]) for role, name in roles.items() if name is not None]
    features = tuple(names) if names is not None else tuple(name for name in there if name not in used)
    for name in features:
        _column("names", name, there, files[0])
    groups = [(file, k) for file in files for k in range(_parquet().ParquetFile(file).num_row_groups)]
    if not groups:
        raise DataError(f"{path}: there are no rows.")
    return BlockData(loss, [RowGroup(file, k, features, target, weights, offset) for file, k in groups]), features


def _files(path: str | Path) -> list[str]:
    given = Path(path)
    pattern = str(given / "*.parquet") if given.is_dir() else str(given)
    files = [pattern] if given.is_file() else sorted(glob(pattern))
    if not files:
        raise DataError(f"X: there is no Parquet file at {path}.")
    return files


def _column(role: str, name: Any, there: Sequence[str], file: str) -> str:
    if not isinstance(name, str) or name not in there:
        raise DataError(f"{role}: {name!r} was given; it has to name a column of {file}: {', '.join(there)}.")
    return name


def _parquet() -> Any:
    try:
        return import_module("pyarrow.parquet")
    except ImportError as missing:
        raise MissingExtra("reading Parquet files needs pyarrow: pip install 'lossproof[parquet]'") from missing
