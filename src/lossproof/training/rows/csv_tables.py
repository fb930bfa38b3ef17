"""Reading a CSV file strictly: what is not a finite number where a number is due is named, never guessed."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from lossproof.errors import DataError, counted
from lossproof.training.arrays import Matrix, Vector

_NAMED = 50


@dataclass(frozen=True)
class Table:
    """A CSV file as text: ``rows`` are tuples as long as ``names``; ``lines`` their line numbers."""

    file: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def column(self, name: str) -> Vector:
        """The column as finite numbers (M,); DataError names the first cell that is not one."""
        place = self._place(name)
        cells = [row[place] for row in self.rows]
        return np.array([self._number(k, cells, name) for k in range(len(cells))])

    def text(self, name: str) -> tuple[str, ...]:
        """The column as it stands."""
        place = self._place(name)
        return tuple(row[place] for row in self.rows)

    def matrix(self, names: Sequence[str]) -> Matrix:
        """The columns side by side (M, d)."""
        columns = [self.column(name) for name in names]
        return np.column_stack(columns) if columns else np.empty((len(self.rows), 0))

    def _place(self, name: str) -> int:
        if name not in self._places:
            raise DataError(f"{self.file}: there is no column {name!r}; it has {', '.join(self.names[:_NAMED])}.")
        return self._places[name]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def _number(self, k: int, cells: Sequence[str], name: str) -> float:
        """The cell of row ``k`` as a number. A column without any gets other advice than one wrong cell."""
        value, cell = _as_number(cells[k]), cells[k]
        if value is not None:
            return value
        where = f"{self.file}, line {self.lines[k]}, column {name!r}"
        given = f"{cell[:40]!r} is not a finite number" if cell.strip() else "the cell is empty"
        if any(map(str.strip, cells)) and not any(_as_number(other) is not None for other in cells):
            raise DataError(f"{where}: {given}, nor is any other; encode the column as numbers, or leave it out.")
        raise DataError(f"{where}: {given}; give a number, or leave the row out.")


def _as_number(cell: str) -> float | None:
    """The finite number that a cell holds, if it holds one."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None


def read_table(path: str | Path) -> Table:
    """Read a UTF-8 CSV file with a header line; DataError for one that is missing, empty or ragged."""
    file = Path(path)
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            return _table(str(file), csv.reader(stream, strict=True))
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror}).") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file}: not a CSV file in UTF-8 ({error}).") from error


def shipped_table(name: str) -> Table:
    """A table that comes with the project."""
    with resources.as_file(resources.files("lossproof.chapters") / "data" / name) as path:
        return read_table(path)


def _table(file: str, reader: Any) -> Table:
    header = next(reader, None)
    if header is None:
        raise DataError(f"{file}: the file is empty; the first line must name the columns.")
    names = tuple(name.strip() for name in header)
    _check_names(file, names)
    rows, lines = [], []
    for row in reader:
        if row:
            _check_width(file, reader.line_num, row, names)
            rows.append(tuple(row))
            lines.append(reader.line_num)
    if not rows:
        raise DataError(f"{file}: there are no rows under the header.")
    return Table(file, names, tuple(rows), tuple(lines))


def _check_names(file: str, names: tuple[str, ...]) -> None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice or "" in names:
        what = f"the name {twice[0]!r} stands twice" if twice and twice[0] else "a column has no name"
        raise DataError(f"{file}: {what} in the header; every column needs a name of its own.")


def _check_width(file: str, line: int, row: list[str], names: tuple[str, ...]) -> None:
    if len(row) != len(names):
        raise DataError(
            f"{file}, line {line}: {counted(len(row), 'cell')}, but the header names {counted(len(names), 'column')}."
        )
