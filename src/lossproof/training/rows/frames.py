"""Tables with named columns: pandas, polars and Arrow, read as numbers or refused by the name of the column.

A column is what its type says it is: dates, durations and categories are no numbers, though they are kept as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import DataError, RowError

NUMBER, DATE, CATEGORY, TEXT, OBJECT = "number", "date", "category", "text", "object"
ADVICE = {
    DATE: "give the time since a day of your choice as a number",
    CATEGORY: "make a column of 0 and 1 for each level but one",
    TEXT: "encode it as numbers, or leave the column out",
    OBJECT: "encode it as numbers, or leave the column out",
}
"""What a column that holds no numbers is, and what would do."""

_KINDS = {
    **dict.fromkeys(("bool", "boolean"), NUMBER),
    **dict.fromkeys(("int", "uint", "float", "double", "halffloat"), NUMBER),
    **dict.fromkeys(("date", "datetime", "time", "timestamp", "duration", "timedelta", "period"), DATE),
    **dict.fromkeys(("category", "categorical", "enum", "dictionary"), CATEGORY),
    **dict.fromkeys(("str", "string", "large", "utf"), TEXT),
}


@dataclass(frozen=True)
class Frame:
    """A table: the ``names`` of its columns, the ``types`` as it writes them, and a column as an array."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    column: Callable[[int], NDArray[Any]]

    def matrix(self) -> NDArray[Any]:
        """The columns side by side (M, d), as numbers. Raises DataError, which names the column."""
        refuse_twice(self.names)
        for name, kept in zip(self.names, self.types, strict=True):
            refuse_type(f"X: column {name!r}", kept)
        columns = [_numbers(name, self.column(j)) for j, name in enumerate(self.names)]
        return np.column_stack(columns) if columns else np.empty((0, 0))


def frame_of(X: Any) -> Frame | None:
    """A pandas or polars frame or an Arrow table; None for anything else."""
    if isinstance(X, Frame):
        return X
    if hasattr(X, "column_names") and hasattr(X, "schema"):
        return Frame(tuple(X.column_names), tuple(map(str, X.schema.types)), lambda j: X.column(j).to_numpy())
    if not (hasattr(X, "to_numpy") and hasattr(X, "columns")):
        return None
    names = tuple(str(name) for name in X.columns)
    types = tuple(map(type_of, X.dtypes))
    if hasattr(X, "iloc"):
        return Frame(names, types, lambda j: X.iloc[:, j].to_numpy())
    return Frame(names, types, lambda j: X.to_series(j).to_numpy())


def type_of(kept: Any) -> str:
    """The name of a type, whichever library's it is."""
    name = getattr(kept, "name", None)
    return name if isinstance(name, str) else str(kept)


def refuse_twice(names: Sequence[str]) -> None:
    """DataError where two columns have one name."""
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise DataError(f"X: the column name {twice[0]!r} stands twice; every column needs a name of its own.")


def kind_of(kept: str) -> str:
    """What a type says that a column is, be it NumPy's, pandas', polars' or Arrow's: "datetime64[ns]" is a date."""
    head = "".join(letter if letter.isalpha() else " " for letter in kept.lower()).split()
    return _KINDS.get(head[0], OBJECT) if head else OBJECT


def refuse_type(what: str, kept: str) -> None:
    """DataError where a column of the type ``kept`` holds no numbers; what kind of objects is asked of each."""
    kind = kind_of(kept)
    if kind != NUMBER and not kept.lower().startswith("object"):
        raise DataError(f"{what} has the type {kept}, which is not one of numbers; {ADVICE[kind]}.")


def _numbers(name: str, column: NDArray[Any]) -> NDArray[Any]:
    """A column of numbers; of objects, those that are numbers and truth values. RowError names the first other."""
    if column.dtype != object:
        return column
    for row, value in enumerate(column):
        if isinstance(value, (int, float, np.number, np.bool_)):
            continue
        missing = value is None or str(value) in ("<NA>", "NaT")
        advice = "fill what is missing, or leave the row out" if missing else ADVICE[OBJECT]
        what = "which is missing" if missing else "which is not a number"
        raise RowError(
            f"X: column {name!r} holds {str(value)[:60]!r} in row ", row, f" (counted from 0), {what}; {advice}."
        )
    return column.astype(np.float64)
