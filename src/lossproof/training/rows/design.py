"""Reading X: an array, a list of rows, a pandas or polars frame; the columns keep their names.

Nothing is converted that the objective can read where it lies; what cannot be fitted is refused in one sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import DataError
from lossproof.lowering import validation
from lossproof.training.arrays import Vector

INTERCEPT = "intercept"
_SMALLEST = 1e-150  # squares of smaller numbers are 0


@dataclass(frozen=True)
class Columns:
    """``values`` (M, d) as they were given, and their ``names``: the frame's, or x1, x2, ..."""

    values: NDArray[Any]
    names: tuple[str, ...]


def read_matrix(X: Any, names: Sequence[str] | None = None) -> Columns:
    """X as finite numbers (M, d) with names: see `read_columns`. Raises DataError."""
    columns = read_columns(X, names)
    if columns.names:
        validation.matrix(columns.values)
    return columns


def read_columns(X: Any, names: Sequence[str] | None = None) -> Columns:
    """X with names, the given ones, the frame's, or x1, x2, ...; whether it holds numbers is asked later.

    Raises DataError for what has no rows and columns.
    """
    own = _frame_names(X)
    values = X if own is None else X.to_numpy()
    if own is not None and values.dtype == object:
        values = _from_objects(values, own)
    array = values if _is_matrix(values) else validation.matrix(values)
    return Columns(array, name_columns(array.shape[1], names, own))


def _is_matrix(values: Any) -> bool:
    """An array with rows; one without columns is left to the intercept."""
    return type(values) in (np.ndarray, np.memmap) and values.ndim == 2 and len(values) > 0


def refuse_tiny(columns: Columns) -> None:
    """A coefficient is as large as its column is small, and has to be a float."""
    few = columns.values[:: 1 + len(columns.values) // 1024]
    for j in np.flatnonzero(_tiny(_largest(few))):
        largest = _largest(columns.values[:, j : j + 1])
        if _tiny(largest):
            raise DataError(
                f"X: no value of {columns.names[j]} is larger than {largest[0]:.3g}, too small for a coefficient "
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
        raise DataError(f"names: {', '.join(names)} were given; {width} different names are needed.")
    return names


def _frame_names(X: Any) -> tuple[str, ...] | None:
    if not (hasattr(X, "columns") and hasattr(X, "to_numpy")):
        return None
    names = tuple(str(name) for name in X.columns)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"X: the column name {twice[0]!r} stands twice; every column needs a name of its own.")
    return names


def _from_objects(array: NDArray[Any], names: tuple[str, ...]) -> NDArray[np.float64]:
    """A frame of mixed columns comes as objects: numbers and truth values are taken, the first other is named."""
    for j, name in enumerate(names):
        for i, value in enumerate(array[:, j]):
            if not isinstance(value, (int, float, np.number, np.bool_)):
                raise DataError(
                    f"X: column {name!r} holds {value!r} in row {i} (counted from 0), which is not a number; "
                    "encode it as numbers, or leave the column out."
                )
    return array.astype(np.float64)


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
        raise DataError(
            f"y: the value {values[wrong[0]]:g} stands in row {wrong[0]} (counted from 0); "
            "classes are 0 and 1, or proportions between them."
        )
    return values


def refuse_text(name: str, values: Any) -> None:
    """Labels are the classifier's; a fit takes numbers."""
    kind = np.asarray(values).dtype.kind
    if kind in "OUS" or kind not in "biufc":
        raise DataError(
            f"{name}: values like {np.asarray(values).ravel()[:1].tolist()} were given; numbers are needed. "
            "Labels are taken by LossClassifier, or map them to 0 and 1."
        )
