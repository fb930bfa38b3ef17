"""Value, slope and curvature of every row in one call, in the plain forms: what a fit of several predictors sums up.

    u (q, M), observed (M, c + 1)   ->   v (M,), r (q, M), h (q, q, M)

Few rows go through NumPy, one function that computes everything with what it shares computed once; many through the
compiled loop. How many there are decides, not a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossproof.lowering.code.announce import announced
from lossproof.lowering.code.folder import load_module
from lossproof.lowering.code.formula_code import numpy_together
from lossproof.lowering.code.modules import numba_module
from lossproof.lowering.loss import Loss

Array = NDArray[np.float64]
Rows = tuple[Array, Array, Array]
EachRow = Callable[..., Rows]
AT_ONCE = 1 << 12  # rows whose intermediate results stay in cache
COMPILED_FROM = 1 << 19  # rows times functions from which compiling pays


def each_row(loss: Loss, rows: int) -> EachRow:
    """The function of (u, observed) for about so many rows; ``filled``, from `room_for`, is filled. Raises RefutedLoss.

    Which way they are computed hangs on how many rows there are in all, also where it is called for blocks of them.
    """
    q = len(loss.predictors)
    compiled = rows * (1 + q + q * (q + 1) // 2) >= COMPILED_FROM
    return partial(_compiled if compiled else _in_numpy, loss)


def room_for(predictors: int, rows: int) -> Rows:
    """Empty v, r and h: large arrays are cheaper filled again than made anew."""
    return np.empty(rows), np.empty((predictors, rows)), np.empty((predictors, predictors, rows))


def _in_numpy(loss: Loss, u: Array, observed: Array, filled: Rows | None = None) -> Rows:
    function, q = _together(loss), len(loss.predictors)
    filled = room_for(*u.shape) if filled is None else filled
    with np.errstate(all="ignore"):
        for part in _stretches(observed.shape[0]):
            results = iter(function(*u[:, part], *observed[part].T))
            filled[0][part] = next(results)
            for p in range(q):
                filled[1][p, part] = next(results)
            for p in range(q):
                for s in range(p, q):
                    filled[2][p, s, part] = filled[2][s, p, part] = next(results)
    return filled


def values(loss: Loss, u: Array, observed: Array) -> Array:
    """The value of every row alone (M,)."""
    filled = np.empty(observed.shape[0])
    with np.errstate(all="ignore"):
        for part in _stretches(observed.shape[0]):
            (filled[part],) = _value(loss)(*u[:, part], *observed[part].T)
    return filled


def _stretches(rows: int) -> Iterator[slice]:
    yield from (slice(start, start + AT_ONCE) for start in range(0, rows, AT_ONCE))


def _compiled(loss: Loss, u: Array, observed: Array, filled: Rows | None = None) -> Rows:
    kernel, q = _kernel(loss), len(loss.predictors)
    filled = room_for(*u.shape) if filled is None else filled
    # each column by itself in memory, so that the loop vectorises
    rows = np.asfortranarray(observed) if loss.columns else np.ascontiguousarray(observed[:, 0])
    with announced(kernel, loss.name):
        kernel(np.ascontiguousarray(u), rows, *filled)
    for p in range(q):
        for s in range(p):
            filled[2][p, s] = filled[2][s, p]
    return filled


@lru_cache(maxsize=64)
def _together(loss: Loss) -> Callable[..., Any]:
    plain = loss.plain
    return numpy_together(plain.arguments, tuple(part.expr for part in plain.components()))


@lru_cache(maxsize=64)
def _value(loss: Loss) -> Callable[..., Any]:
    return numpy_together(loss.plain.arguments, (loss.plain.value,))


@lru_cache(maxsize=64)
def _kernel(loss: Loss) -> Any:
    return load_module(numba_module(loss.plain), "numba").evaluate_curvatures
