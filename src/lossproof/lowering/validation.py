"""Data at the door: X, y, weights and offset are taken as they are, or refused in one sentence.

Nothing is copied that can be used where it lies: X keeps its type, order and strides (the block loader reads
it), and checks go through it a stretch at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import Any

import numpy as np

from lossproof.errors import DataError, RowError, counted
from lossproof.lowering.kernels.threads import run_parts, thread_count
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Interval
from lossproof.notation.tree import Binary, Constant, Negative, Node, Number

ANY = Interval()
STRETCH = 1 << 18  # entries looked at together: 2 MiB of float64


def matrix(X: Any, columns: Sequence[str] | None = None) -> np.ndarray:
    """X as an array (M, d) of numbers, not copied; DataError for anything else, which names the ``columns``."""
    array = _numbers("X", X)
    if array.ndim != 2:
        hint = "; give one column as X.reshape(-1, 1)" if array.ndim == 1 else ""
        raise DataError(f"X: an array of shape {array.shape} was given; it must have rows and columns{hint}")
    if 0 in array.shape:
        raise DataError(f"X: shape {array.shape} was given; at least one row and one column are needed")
    _finite("X", array, columns)
    return array


def vector(name: str, values: Any, rows: int) -> np.ndarray:
    """One number a row as float64 (M,), C order; a column (M, 1) is taken as well."""
    array = _numbers(name, values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.shape != (rows,):
        raise DataError(f"{name}: shape {array.shape} was given; X has {counted(rows, 'row')}, so ({rows},) is needed")
    _finite(name, array)
    return np.ascontiguousarray(array, dtype=np.float64)


def target(y: Any, rows: int, domain: Domain, name: str) -> np.ndarray:
    """y as float64 (M,), inside the target's domain; truth values and whole numbers become 0.0, 1.0, ..."""
    values = vector("y", y, rows)
    wrong = outside(domain, values)
    if wrong.any():
        rates = domain.integer if isinstance(domain, Interval) else False
        hint = "; rates are counts with offset=log(exposure)" if rates and (values >= 0).all() else ""
        raise _place("y", values, wrong, f"; the target {name} must be {describe(domain)}{hint}")
    return values


def column(name: str, given: Any, rows: int, domain: Domain) -> np.ndarray:
    """What else is observed in a row, as float64 (M,), inside its domain."""
    values = vector(name, given, rows)
    wrong = outside(domain, values)
    if wrong.any():
        raise _place(name, values, wrong, f"; {name} must be {describe(domain)}")
    return values


def frequencies(weights: Any, rows: int) -> np.ndarray:
    """Frequency weights: not negative."""
    values = vector("weights", weights, rows)
    if (values < 0).any():
        raise _place("weights", values, values < 0, "; a weight counts samples and is not negative")
    return values


def total_weight(total: float) -> None:
    """DataError where no sample counts, or where so many do that they cannot be counted."""
    if not total > 0:
        raise DataError("weights: all are 0, so that no sample counts; at least one must be positive")
    if not np.isfinite(total):
        raise DataError("weights: their sum is too large for a float; give them in other units")


def offsets(offset: Any, rows: int, predictors: int) -> np.ndarray:
    """What is added to the linear predictors: (M,), or (M, q) with q predictors."""
    if predictors == 1:
        return vector("offset", offset, rows).reshape(rows, 1)
    array = _numbers("offset", offset)
    if array.shape != (rows, predictors):
        raise DataError(f"offset: shape {array.shape} was given; ({rows}, {predictors}) is needed")
    _finite("offset", array)
    return np.ascontiguousarray(array, dtype=np.float64)


def stretches(array: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """(first row, rows) so that no piece has many more than `STRETCH` entries."""
    step = max(1, STRETCH // max(1, array[:1].size))
    yield from ((start, array[start : start + step]) for start in range(0, len(array), step))


def _numbers(name: str, values: Any) -> np.ndarray:
    if type(values).__module__.startswith("scipy.sparse"):
        raise DataError(f"{name}: a sparse matrix was given; use {name}.toarray() where it fits in memory")
    if isinstance(values, np.ma.MaskedArray):
        raise DataError(f"{name}: a masked array was given; fill or remove what is masked first")
    try:
        array = np.asarray(values)
    except ValueError as ragged:
        raise DataError(f"{name}: this is no array of numbers ({ragged})") from ragged
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        wanted = "truth values, whole numbers, float16, float32 or float64"
        raise DataError(f"{name}: the type {array.dtype} was given; it must hold {wanted}")
    return array


def _finite(name: str, array: np.ndarray, columns: Sequence[str] | None = None) -> None:
    if array.dtype.kind != "f":
        return
    pieces = list(stretches(array))
    totals = np.empty(len(pieces))

    def look(k: int) -> None:
        totals[k] = _total(pieces[k][1])

    run_parts(look, len(pieces), thread_count())
    for k in np.flatnonzero(~np.isfinite(totals)):
        start, piece = pieces[k]
        wrong = ~np.isfinite(piece)
        if wrong.any():
            raise _place(name, piece, wrong, "; remove or fill what is missing or infinite", columns).moved(start)


def _total(piece: np.ndarray) -> float:
    """A number that is finite only where all entries are: the quickest look at them."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(piece.sum())


def _place(
    name: str, values: np.ndarray, wrong: np.ndarray, rest: str, columns: Sequence[str] | None = None
) -> RowError:
    """ "X: the value nan stands in row 5, column 2 (counted from 0)": the first wrong entry."""
    row, *column = (int(number) for number in np.argwhere(wrong)[0])
    where = "" if not column else f", column {column[0] if columns is None else repr(columns[column[0]])}"
    value = values[(row, *column)]
    return RowError(f"{name}: the value {value} stands in row ", row, f"{where} (counted from 0){rest}")


def target_interval(domain: Assumptions, name: str) -> Domain:
    """The domain of the target, whichever way it was declared (``yt`` or ``yt[m]``)."""
    return domain.scalars.get(name) or domain.array(name)


@singledispatch
def outside(domain: Domain, values: np.ndarray) -> np.ndarray:
    """Which of the values break the domain; ends that are not numbers are not looked at."""
    return np.zeros(values.shape, dtype=bool)


@outside.register
def _(domain: Interval, values: np.ndarray) -> np.ndarray:
    low, high = number(domain.low), number(domain.high)
    wrong = np.zeros(values.shape, dtype=bool)
    if low is not None and values.min(initial=np.inf) <= low:
        wrong |= values <= low if domain.low_open else values < low
    if high is not None and values.max(initial=-np.inf) >= high:
        wrong |= values >= high if domain.high_open else values > high
    if domain.integer:
        wrong |= values != np.floor(values)
    excluded = [value for value in map(number, domain.excluded) if value is not None]
    return wrong | np.isin(values, excluded) if excluded else wrong


@outside.register
def _(domain: FiniteSet, values: np.ndarray) -> np.ndarray:
    return ~np.isin(values, [float(value) for value in domain.values])


def describe(domain: Domain) -> str:
    """The domain in words: "from 0 to 1", "a whole number from 0 on", "one of 0, 1"."""
    if isinstance(domain, FiniteSet):
        return f"one of {', '.join(map(str, domain.values))}"
    if not isinstance(domain, Interval):
        return "an index in its range"
    low, high = number(domain.low), number(domain.high)
    kind = "a whole number" if domain.integer else "a number"
    parts = [f"{'above' if domain.low_open else 'at least'} {low:g}"] if low is not None else []
    parts += [f"{'below' if domain.high_open else 'at most'} {high:g}"] if high is not None else []
    parts += [f"other than {value:g}" for value in map(number, domain.excluded) if value is not None]
    return f"{kind} {' and '.join(parts)}".rstrip()


@singledispatch
def number(node: Node | None) -> float | None:
    """The float of a formula of numbers; None where it has names, or where there is no formula."""
    return None


@number.register
def _(node: Number) -> float:
    return float(node.value)


@number.register
def _(node: Constant) -> float:
    return {"pi": np.pi, "e": np.e}[node.name]


@number.register
def _(node: Negative) -> float | None:
    value = number(node.operand)
    return None if value is None else -value


@number.register
def _(node: Binary) -> float | None:
    left, right = number(node.left), number(node.right)
    if left is None or right is None:
        return None
    return float(getattr(np, ARITHMETIC[node.operator])(left, right))


ARITHMETIC = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "^": "power"}
