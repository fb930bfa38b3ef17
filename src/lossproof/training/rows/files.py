"""Rows that do not fit in memory: memory-mapped arrays and Parquet files, read a block at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from glob import escape, glob
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import DataError, MissingExtra, counted
from lossproof.lowering import Loss
from lossproof.training.rows.data import Arrays, BlockData, surveyed
from lossproof.training.rows.design import name_columns
from lossproof.training.rows.frames import refuse_type
from lossproof.training.rows.survey import Survey

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
    names: Sequence[str] | None = None

    def read(self) -> Arrays:
        rows = slice(self.start, self.stop)
        arrays = (self.X, self.y, self.weights, self.offset)
        X, y, weights, offset = (None if a is None else a[rows] for a in arrays)
        return X, y, weights, offset

    def survey(self, loss: Loss) -> Survey:
        return surveyed(loss, self.read(), self.names, self.start)


def is_mapped(X: Any) -> bool:
    """Whether X is a memory-mapped array that is worth reading in blocks."""
    return isinstance(X, np.memmap) and X.ndim == 2 and X.size > _BLOCK_ENTRIES


def mapped_data(loss: Loss, X: Any, y: Any, weights: Any, offset: Any, names: Sequence[str] | None = None) -> BlockData:
    """Blocks of a mapped X (M, d); y, weights and offset (M,) may be mapped as well. Raises DataError."""
    y, weights, offset = (_rows(name, a, len(X)) for name, a in (("y", y), ("weights", weights), ("offset", offset)))
    step = max(1, _BLOCK_ENTRIES // X.shape[1])
    starts = range(0, len(X), step)
    features = name_columns(X.shape[1], names)
    blocks = [Stretch(X, y, weights, offset, k, min(k + step, len(X)), names and features) for k in starts]
    return BlockData(loss, blocks, features)


def _rows(name: str, values: Any, count: int) -> Any:
    array = None if values is None else np.asanyarray(values)
    if array is not None and (array.ndim == 0 or len(array) != count):
        raise DataError(f"{name}: shape {array.shape} was given; X has {counted(count, 'row')}.")
    return array


@dataclass(frozen=True)
class Roles:
    """Which columns mean what."""

    features: tuple[str, ...]
    target: str
    weights: str | None
    offset: str | None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        others = (self.target, self.weights, self.offset)
        return (*self.features, *(name for name in others if name is not None))


@dataclass(frozen=True)
class RowGroup:
    """One row group of a Parquet file; ``first`` is the number of its first row in the file.

    ``folders`` are the columns that stand in the names of the folders that it lies in, as in year=2020.
    """

    path: str
    group: int
    first: int
    roles: Roles
    folders: tuple[tuple[str, float], ...] = ()

    def read(self) -> Arrays:
        kept = dict(self.folders)
        wanted = [name for name in self.roles.columns if name not in kept]
        table = _open(self.path).read_row_group(self.group, columns=wanted)

        def column(name: str | None) -> Any:
            if name is None:
                return None
            return np.full(len(table), kept[name]) if name in kept else table[name].to_numpy()

        X = np.column_stack([column(name) for name in self.roles.features])
        return X, column(self.roles.target), column(self.roles.weights), column(self.roles.offset)

    def survey(self, loss: Loss) -> Survey:
        return surveyed(loss, self.read(), self.roles.features, self.first, self.path)


def parquet_data(
    loss: Loss, path: str | Path, target: Any, weights: Any, offset: Any, names: Sequence[str] | None
) -> BlockData:
    """Blocks of a Parquet file, of every one in a folder and those below, or of those that match a pattern.

    ``target``, ``weights`` and ``offset`` are names of columns; ``names`` those of the features, None for all
    others. Raises DataError and MissingExtra.
    """
    files = _files(path)
    roles = _roles(files[0], _types(files[0]), target, weights, offset, names)
    groups = [group for file in files for group in _groups(file, roles)]
    if not groups:
        raise DataError(f"{path}: there are no rows.")
    return BlockData(loss, groups, roles.features)


def _roles(file: str, there: dict[str, str], target: Any, weights: Any, offset: Any, names: Any) -> Roles:
    used = {"y": target, "weights": weights, "offset": offset}
    for role, name in used.items():
        if (name is not None or role == "y") and (not isinstance(name, str) or name not in there):
            known = ", ".join(there)
            raise DataError(f"{role}: {name!r} was given; it has to name a column of {file}: {known}.")
    if names is None:
        in_folders = dict(_folders(file))
        names = [name for name in there if name not in used.values() and name not in in_folders]
    if not len(names):
        raise DataError("names: no column was named; at least one feature is needed.")
    for name in names:
        if name in used.values():
            role = next(role for role, other in used.items() if other == name)
            raise DataError(f"names: {name!r} is a feature and {role} at once; leave it out of one of them.")
        if name not in there:
            raise DataError(f"names: {name!r} was given; it has to name a column of {file}: {', '.join(there)}.")
    return Roles(name_columns(len(names), names), target, weights, offset)


def _groups(file: str, roles: Roles) -> list[RowGroup]:
    """The row groups that have rows. Raises DataError where a column is missing or holds no numbers."""
    types = _types(file)
    for name in roles.columns:
        if name not in types:
            raise DataError(f"{file}: there is no column {name!r}, which other files have; it has {', '.join(types)}.")
        refuse_type(f"{file}: column {name!r}", types[name])
    about = _open(file).metadata
    lengths = [about.row_group(k).num_rows for k in range(about.num_row_groups)]
    starts = np.cumsum([0, *lengths]).tolist()
    folders = tuple((name, value) for name, value in _folders(file) if name in roles.columns)
    return [RowGroup(file, k, starts[k], roles, folders) for k, length in enumerate(lengths) if length]


def _types(file: str) -> dict[str, str]:
    """Column to type, those in the names of folders included."""
    schema = _open(file).schema_arrow
    own = dict(zip(schema.names, map(str, schema.types), strict=True))
    return own | {name: "double" for name, _ in _folders(file)}


def _folders(file: str) -> list[tuple[str, float]]:
    found = []
    for part in Path(file).parts[:-1]:
        name, equals, value = part.partition("=")
        try:
            found += [(name, float(value))] if equals else []
        except ValueError:
            continue
    return found


def _files(path: str | Path) -> list[str]:
    given = Path(path)
    if given.is_file():
        return [str(given)]
    pattern = f"{escape(str(given))}/**/*.parquet" if given.is_dir() else str(given)
    files = sorted(glob(pattern, recursive=True))
    if not files:
        raise DataError(f"X: there is no Parquet file at {path}.")
    return files


def _open(file: str) -> Any:
    pyarrow = _pyarrow()
    try:
        return import_module("pyarrow.parquet").ParquetFile(file)
    except (pyarrow.ArrowException, OSError) as error:
        reason = (str(error).splitlines() or [""])[0]
        raise DataError(f"{file}: this is no Parquet file that can be read ({reason[:120]}).") from error


def _pyarrow() -> Any:
    try:
        return import_module("pyarrow")
    except ImportError as missing:
        raise MissingExtra("reading Parquet files needs pyarrow: pip install 'lossproof[parquet]'") from missing
