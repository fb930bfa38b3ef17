"""Value, slope and curvature of every row in one call, in the plain forms: what a fit of several predictors sums up.

    u (q, M), observed (M, c + 1)   ->   v (M,), r (q, M), h (q, q, M)

Few rows go through NumPy, one function that computes everything with what it shares computed once; many through the
compiled loop, and so do few once this process has computed many of them and compiled code is kept. How many there are
decides, not a clock; the two ways differ in the last bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossproof.lowering.code.announce import announced
from lossproof.lowering.code.formula_code import numpy_together
from lossproof.lowering.code.modules import numba_module
from lossproof.lowering.forms.judged_domain import outside_of_domains
from lossproof.lowering.kernels.block_sums import CURVATURES
from lossproof.lowering.kernels.row_functions import RowFunctions, row_functions
from lossproof.lowering.loss import Loss
from lossproof.lowering.parts_of_rows import Columns, Parts, Table, split

Array = NDArray[np.float64]
Rows = tuple[Array, Array, Array]
EachRow = Callable[..., Rows]
AT_ONCE = 1 << 12  # rows whose intermediate results stay in cache
COMPILED_FROM = 1 << 19  # rows times functions from which compiling pays
KEPT_FROM = 1 << 16  # rows times functions from which reading compiled code pays


def each_row(loss: Loss, rows: int) -> EachRow:
    """The function of (u, observed) for about so many rows; ``filled``, from `room_for`, is filled. Raises RefutedLoss.

    Which way they are computed hangs on how many rows there are in all, also where it is called for blocks of them.
    """
    compiled = _is_compiled(loss, rows, partial(_is_kept, loss))
    return partial(_inside, _compiled if compiled else _in_numpy, loss)


def same_rows(loss: Loss, observed: Array, constant: tuple[int, ...], rows: int) -> Callable[[slice], SameRows]:
    """Of a block of ``observed`` (M, c + 1) the function of (u, filled) as `each_row` gives it, to be asked again and
    again: what hangs on the columns and on the predictors that are ``constant`` over all rows is not computed for each.
    """
    parts = split(loss, observed, constant)
    compiled = _is_compiled(loss, rows, lambda: _functions_of(parts).is_kept(CURVATURES))
    table = Table(parts, observed)
    return lambda some: SameRows(parts, compiled, Columns(parts, table, observed, some))


class SameRows:
    """Value, slope and curvature of the same rows at predictors u (q, M)."""

    def __init__(self, parts: Parts, compiled: bool, columns: Columns) -> None:
        self._parts, self._compiled, self._columns = parts, compiled, columns

    def __call__(self, u: Array, filled: Rows | None = None) -> Rows:
        loss, columns = self._parts.loss, self._columns.at(u)
        filled = room_for(*u.shape) if filled is None else filled
        if self._compiled:
            _fill_compiled(_functions_of(self._parts), loss.name, u, columns, filled)
        else:
            _seen(loss)[0] += columns.shape[1]
            _fill_in_numpy(_together_of(self._parts), u, columns, filled)
        return _without_outside(loss, u, filled)


def _inside(way: EachRow, loss: Loss, u: Array, observed: Array, filled: Rows | None = None) -> Rows:
    """Not a number where a predictor leaves the domain in which the loss was judged."""
    return _without_outside(loss, u, way(loss, u, observed, filled))


def _without_outside(loss: Loss, u: Array, filled: Rows) -> Rows:
    wrong = outside_of_domains(u, loss.predictor_domains)
    if wrong is not None and wrong.any():
        for rows in filled:
            rows[..., wrong] = np.nan
    return filled


def _count(loss: Loss) -> int:
    """How many functions a row has."""
    q = len(loss.predictors)
    return 1 + q + q * (q + 1) // 2


def _is_compiled(loss: Loss, rows: int, is_kept: Callable[[], bool]) -> bool:
    """Whether a compiled loop is to be taken: for many rows, or because nothing would have to be compiled."""
    count = _count(loss)
    return rows * count >= COMPILED_FROM or (_seen(loss)[0] * count >= KEPT_FROM and is_kept())


@lru_cache(maxsize=64)
def _seen(loss: Loss) -> list[int]:
    """How many rows of a loss went through NumPy in this process."""
    return [0]


@lru_cache(maxsize=64)
def _is_kept(loss: Loss) -> bool:
    """Whether nothing would have to be compiled."""
    return _functions(loss).is_kept(CURVATURES)


def room_for(predictors: int, rows: int) -> Rows:
    """Empty v, r and h: large arrays are cheaper filled again than made anew."""
    return np.empty(rows), np.empty((predictors, rows)), np.empty((predictors, predictors, rows))


def _in_numpy(loss: Loss, u: Array, observed: Array, filled: Rows | None = None) -> Rows:
    _seen(loss)[0] += len(observed)
    filled = room_for(*u.shape) if filled is None else filled
    _fill_in_numpy(_together(loss), u, observed.T, filled)
    return filled


def _fill_in_numpy(function: Callable[..., Any], u: Array, columns: Array, filled: Rows) -> None:
    q = len(u)
    with np.errstate(all="ignore"):
        for part in _stretches(columns.shape[1]):
            results = iter(function(*u[:, part], *columns[:, part]))
            filled[0][part] = next(results)
            for p in range(q):
                filled[1][p, part] = next(results)
            for p in range(q):
                for s in range(p, q):
                    filled[2][p, s, part] = filled[2][s, p, part] = next(results)


def values(loss: Loss, u: Array, observed: Array) -> Array:
    """The value of every row alone (M,)."""
    filled = _values(loss, u, observed)
    wrong = outside_of_domains(u, loss.predictor_domains)
    if wrong is not None:
        filled[wrong] = np.nan
    return filled


def _values(loss: Loss, u: Array, observed: Array) -> Array:
    if _is_compiled(loss, 0, partial(_is_kept, loss)):
        return _compiled(loss, u, observed)[0]
    filled = np.empty(observed.shape[0])
    with np.errstate(all="ignore"):
        for part in _stretches(observed.shape[0]):
            (filled[part],) = _value(loss)(*u[:, part], *observed[part].T)
    return filled


def spread(rows: int, most: int) -> NDArray[np.intp]:
    """At most so many places among ``rows``, the first and the last among them, as far apart as can be."""
    count = min(rows, most)
    return np.arange(count, dtype=np.intp) * (rows - 1) // max(count - 1, 1)


def _stretches(rows: int) -> Iterator[slice]:
    yield from (slice(start, start + AT_ONCE) for start in range(0, rows, AT_ONCE))


def _compiled(loss: Loss, u: Array, observed: Array, filled: Rows | None = None) -> Rows:
    filled = room_for(*u.shape) if filled is None else filled
    _fill_compiled(_functions(loss), loss.name, u, observed.T, filled)
    return filled


def _fill_compiled(functions: RowFunctions, name: str, u: Array, columns: Array, filled: Rows) -> None:
    q = len(u)
    # each column by itself in memory, so that the loop vectorises
    rows = np.ascontiguousarray(u), np.ascontiguousarray(columns)
    with announced(functions.is_kept(CURVATURES), name):
        functions.fill(*rows, *filled)
    for p in range(q):
        for s in range(p):
            filled[2][p, s] = filled[2][s, p]


@lru_cache(maxsize=64)
def _together(loss: Loss) -> Callable[..., Any]:
    plain = loss.plain
    return numpy_together(plain.arguments, tuple(part.expr for part in plain.components()))


@lru_cache(maxsize=64)
def _value(loss: Loss) -> Callable[..., Any]:
    return numpy_together(loss.plain.arguments, (loss.plain.value,))


@lru_cache(maxsize=64)
def _functions(loss: Loss) -> RowFunctions:
    return row_functions(numba_module(loss.plain))


@lru_cache(maxsize=64)
def _together_of(parts: Parts) -> Callable[..., Any]:
    rest = parts.rest
    return numpy_together(rest.arguments, tuple(part.expr for part in rest.components()))


@lru_cache(maxsize=64)
def _functions_of(parts: Parts) -> RowFunctions:
    return row_functions(numba_module(parts.rest))
