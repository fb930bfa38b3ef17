"""Reading X: an array, a list of rows, a frame, a table; the columns keep their names.

Nothing is converted that the objective can read where it lies; what cannot be fitted is refused in one sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import DataError, RowError
from lossproof.lowering import validation
from lossproof.training.arrays import Vector
from lossproof.training.rows.frames import ADVICE, DATE, frame_of, kind_of, type_of

INTERCEPT = "intercept"
_SMALLEST = 1e-150  # squares of smaller numbers are 0
_WOULD_DO = {
    "LazyFrame": "call .collect() first",
    "Series": "give one column as a frame, .to_frame()",
    "dict": "make a frame of it, as pandas.DataFrame(X)",
    "DataFrameGroupBy": "give the rows, not groups of them",
    "str": "give the columns themselves, or the path of a Parquet file",
}


@dataclass(frozen=True)
class Columns:
    """``values`` (M, d) as they were given, and their ``names``: the frame's, or x1, x2, ..."""

    values: NDArray[Any]
    names: tuple[str, ...]


def read_matrix(X: Any, names: Sequence[str] | None = None) -> Columns:
    """X as finite numbers (M, d) with names: see `read_columns`. Raises DataError."""
    columns = read_columns(X, names)
    if columns.names:
        validation.matrix(columns.values, columns.names if frame_of(X) is not None or names is not None else None)
    return columns


def read_columns(X: Any, names: Sequence[str] | None = None) -> Columns:
    """X with names, the given ones, the frame's, or x1, x2, ...; whether it holds finite numbers is asked later.

    Raises DataError for what has no rows and columns.
    """
    frame = frame_of(X)
    kind = type(X).__name__
    if frame is None and kind in _WOULD_DO:
        raise DataError(f"X: a {kind} was given; an array (M, d) or a frame is needed: {_WOULD_DO[kind]}.")
    values = X if frame is None else frame.matrix()
    if frame is not None and not values.size:
        values = np.empty((len(X), len(frame.names)))
    array = values if _is_matrix(values) else validation.matrix(values)
    return Columns(array, name_columns(array.shape[1], names, None if frame is None else frame.names))


def refuse_other_rows(X: Any, **others: Any) -> None:
    """DataError where X and a series have an index each and these differ: their rows are taken in order."""
    index = _index(X)
    for name, values in others.items():
        other = _index(values)
        if index is not None and other is not None and len(index) == len(other) and not index.equals(other):
            raise DataError(
                f"{name}: its index is another than that of X, so its rows may be others; rows are taken in their "
                f"order: give {name}.loc[X.index], or {name}.to_numpy() where the order is right."
            )


def _index(values: Any) -> Any:
    """The index of a pandas frame or series; None for what has none."""
    index = getattr(values, "index", None)
    return index if hasattr(values, "iloc") and hasattr(index, "equals") else None


def _is_matrix(values: Any) -> bool:
    """An array with rows; one without columns is left to the intercept."""
    return type(values) in (np.ndarray, np.memmap) and values.ndim == 2 and len(values) > 0


def refuse_tiny_columns(columns: Columns) -> None:
    """`refuse_tiny` for a matrix in memory: a look at some of the rows is enough where they are larger."""
    few = columns.values[:: 1 + len(columns.values) // 1024]
    for j in np.flatnonzero(_tiny(_largest(few))):
        refuse_tiny(_largest(columns.values[:, j : j + 1]), columns.names[j : j + 1])


def refuse_tiny(largest: Vector, names: Sequence[str]) -> None:
    """A coefficient is as large as its column is small, and has to be a float."""
    for j in np.flatnonzero(_tiny(largest)).tolist():
        raise DataError(
            f"X: no value of {names[j]} is larger than {largest[j]:.3g}, too small for a coefficient "
            "that is a float; give the column in other units."
        )


def _tiny(largest: Vector) -> NDArray[np.bool_]:
    return (largest > 0) & (largest < _SMALLEST)


def name_columns(width: int, given: Sequence[str] | None, own: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """The ``given`` names, else the frame's ``own``, else x1, x2, .... Raises DataError."""
    if given is None:
        return own or tuple(f"x{j + 1}" for j in range(width))
    names = tuple(str(name) for name in given)
    if len(names) != width or len(set(names)) < width:
        said = ", ".join(names) or "none"
        raise DataError(f"names: {said} were given; {width} different names are needed.")
    return names


def _largest(values: NDArray[Any]) -> Vector:
    if not values.size or values.dtype.kind not in "biuf":
        return np.zeros(values.shape[1])
    return np.abs(values.astype(np.float64)).max(axis=0)


def read_proportions(y: Any, rows: int) -> Vector:
    """y (M,) in [0, 1]. Raises DataError."""
    refuse_text("y", y)
    values = validation.vector("y", y, rows)
    wrong = np.flatnonzero((values < 0) | (values > 1))
    if wrong.size:
        row = int(wrong[0])
        rest = " (counted from 0); classes are 0 and 1, or proportions between them."
        raise RowError(f"y: the value {values[row]:g} stands in row ", row, rest)
    return values


def refuse_text(name: str, values: Any, labels: bool = True) -> None:
    """A fit takes numbers; ``labels`` says that the loss is one of classes, whose labels the classifier takes."""
    if isinstance(values, str):
        raise DataError(
            f"{name}: the text {values[:60]!r} was given; give the column itself, as in frame[{values[:60]!r}] (names "
            "of columns are for Parquet files)."
        )
    array = np.asarray(values)
    kind = type_of(getattr(values, "dtype", array.dtype))
    if array.dtype.kind in "biufc" and kind_of(kind) not in ADVICE:
        return
    some = [str(value) for value in array.ravel()[:1]]
    dates = kind_of(kind) == DATE or array.dtype.kind in "Mm"
    advice = "Labels are taken by LossClassifier, or map them to 0 and 1." if labels else "Encode them as numbers."
    advice = f"For dates, {ADVICE[DATE]}." if dates else advice
    raise DataError(f"{name}: values like {some} were given; numbers are needed. {advice}")
