"""Designs from a formula, `y ~ age + C(group) + log(dose)`, through formulaic (an optional extra).

What a formula cannot take silently is refused: missing values, dates, and text outside of C(...).
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import CallerError, DataError, MissingExtra, RowError, counted
from lossproof.training.rows.frames import ADVICE, CATEGORY, DATE, NUMBER, frame_of, kind_of, refuse_twice

_INTERCEPT, _MISSING = "Intercept", ("nan", "NaN", "<NA>", "NaT", "None")


@dataclass(frozen=True, eq=False)
class FormulaDesign:
    """The columns (M, d) of the right side with their ``names``, whether it has an intercept, and the left side or
    None; ``spec`` makes the same columns of new rows."""

    values: NDArray[np.float64]
    names: tuple[str, ...]
    intercept: bool
    target: NDArray[np.float64] | None
    spec: Any

    def again(self, frame: Any) -> NDArray[np.float64]:
        """The columns (M, d) of new rows. Raises DataError."""
        _refuse(frame, sorted(str(name) for name in self.spec.required_variables), set())
        return _without_intercept(_matrix(self.spec.get_model_matrix, frame))[0]


def design_of(formula: str, frame: Any) -> FormulaDesign:
    """The design that ``formula`` makes of the columns of ``frame``. Raises CallerError, DataError, MissingExtra."""
    try:
        formulaic = importlib.import_module("formulaic")
    except ImportError as missing:
        raise MissingExtra("formula: it needs formulaic: pip install 'lossproof[formula]'") from missing
    if not isinstance(formula, str):
        raise CallerError(f"formula: {formula!r} was given; text is needed, as in 'y ~ age + C(group)'.")
    try:
        parsed = formulaic.Formula(formula)
    except Exception as error:
        raise CallerError(f"formula: {formula!r} cannot be read ({_first_line(error)}).") from error
    left, right = getattr(parsed, "lhs", None), getattr(parsed, "rhs", parsed)
    bare = {str(factor.expr) for term in right for factor in term.factors}
    _refuse(frame, sorted(str(name) for name in parsed.required_variables), bare)
    matrix = _matrix(lambda data, **how: formulaic.model_matrix(right, data, **how), frame)
    values, names, intercept = _without_intercept(matrix)
    target = None if left is None else _target(formulaic, left, frame)
    return FormulaDesign(values, names, intercept, target, matrix.model_spec)


def _target(formulaic: Any, left: Any, frame: Any) -> NDArray[np.float64]:
    values, names, _ = _without_intercept(_matrix(lambda d, **how: formulaic.model_matrix(left, d, **how), frame))
    if values.shape[1] != 1:
        raise CallerError(
            f"formula: its left side has {counted(values.shape[1], 'column')} ({', '.join(names)}); one is needed."
        )
    return np.ascontiguousarray(values[:, 0])


def _matrix(make: Any, frame: Any) -> Any:
    try:
        return make(frame, na_action="raise", output="pandas")
    except Exception as error:
        raise DataError(f"formula: {_first_line(error)}.") from error


def _without_intercept(matrix: Any) -> tuple[NDArray[np.float64], tuple[str, ...], bool]:
    names = [str(name) for name in matrix.columns]
    kept = [name for name in names if name != _INTERCEPT]
    values = np.asarray(matrix[kept], dtype=np.float64) if kept else np.empty((len(matrix), 0))
    return values, tuple(kept), len(kept) < len(names)


def table_of(X: Any) -> Any:
    """The frame that a formula reads: pandas or polars as they are, the rows of a Parquet file, a mapping of arrays."""
    if isinstance(X, (str, Path)):
        return importlib.import_module("pyarrow.parquet").read_table(X).to_pandas()
    if isinstance(X, Mapping):
        return importlib.import_module("pandas").DataFrame(dict(X))
    if frame_of(X) is None:
        raise DataError(f"X: a {type(X).__name__} was given; with a formula it is a frame with named columns.")
    return X


def column_of(frame: Any, name: Any) -> Any:
    """A column by its name, or the values themselves where they are no text. Raises DataError."""
    if not isinstance(name, str):
        return name
    names = list(frame) if isinstance(frame, Mapping) else list(getattr(frame, "columns", ()))
    if name not in names:
        raise DataError(f"X: there is no column {name!r}; there are {', '.join(map(str, names))}.")
    return frame[name]


def _refuse(frame: Any, used: list[str], bare: set[str]) -> None:
    """DataError for columns that are not there, are missing values, dates, or text that no C(...) stands around."""
    found = frame_of(frame)
    if found is None:
        raise DataError(f"X: a {type(frame).__name__} was given; with a formula it is a frame with named columns.")
    refuse_twice(found.names)
    for name in used:
        if name not in found.names:
            continue  # a function's name, or a column that formulaic misses by its own words
        place = found.names.index(name)
        kind, values = kind_of(found.types[place]), found.column(place)
        if kind == DATE:
            raise DataError(f"X: column {name!r} holds dates; {ADVICE[DATE]}.")
        if kind not in (NUMBER, CATEGORY) and name in bare:
            raise DataError(f"X: column {name!r} holds text; write C({name}) for a constant of each level.")
        missing = np.flatnonzero([value is None or str(value) in _MISSING for value in values])
        if missing.size:
            row = int(missing[0])
            raise RowError(f"X: column {name!r} is missing in row ", row, " (counted from 0); fill it or leave it out.")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")[:200]
