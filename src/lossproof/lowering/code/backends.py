"""The back ends: one small builder each, from formulas to three functions and their text.

"numpy" is the readable reference, "numba" the default, "jax" an optional extra (`jax_code`). NumPy and Numba compute
in float64 and round once to the type of the inputs, so float32 in gives a correctly rounded float32 out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from lossproof.errors import CallerError
from lossproof.lowering.code.announce import announced
from lossproof.lowering.code.folder import load_module
from lossproof.lowering.code.jax_code import jax_functions
from lossproof.lowering.code.loss_formulas import Formulas
from lossproof.lowering.code.modules import numba_module, numpy_module
from lossproof.lowering.kernels.row_functions import row_functions

Function = Callable[..., Any]


class Functions(NamedTuple):
    """value, slope and curvature as functions of (u, other columns.., yt), and the text they were compiled from."""

    value: Function
    slope: Function
    curvature: Function
    source: str


def numpy_functions(loss: Formulas) -> Functions:
    """The generated module's own functions, without NumPy's warnings about branches that are not taken."""
    source = numpy_module(loss)
    module = load_module(source, "numpy")
    q = len(loss.predictors)

    def wrapped(function: Function, result_axes: int) -> Function:
        def call(u: Any, *observed: Any) -> Any:
            wide_u, wide, kind = _float64(u, observed, q)
            shape = wide[-1].shape + (q,) * (result_axes if q > 1 else 0)
            with np.errstate(all="ignore"):
                result = np.asarray(function(wide_u, *wide), dtype=np.float64)
                return np.array(np.broadcast_to(result, shape).astype(kind))[()]

        return call

    return Functions(wrapped(module.value, 0), wrapped(module.slope, 1), wrapped(module.curvature, 2), source)


def numba_functions(loss: Formulas) -> Functions:
    """Loops of compiled scalar functions over flattened arrays."""
    source = numba_module(loss)
    rows = row_functions(source)
    q = len(loss.predictors)

    def outputs(u: Any, observed: tuple[Any, ...], order: int) -> Any:
        wide_u, wide, kind = _float64(u, observed, q)
        wide_yt = wide[-1]
        samples = np.stack([each.reshape(-1) for each in wide])
        columns = np.ascontiguousarray(wide_u.reshape(-1, q).T if q > 1 else wide_u.reshape(1, -1))
        shapes = [(), (q,), (q, q)][: order + 1]
        filled = [np.empty((*shape, wide_yt.size)) for shape in shapes]
        with announced(rows.is_kept(order), loss.name):
            rows.fill(columns, samples, *filled)
        with np.errstate(all="ignore"):
            result = _symmetric(filled[order]) if order == 2 else filled[order]
            shape = wide_yt.shape + (shapes[order] if q > 1 else ())
            return np.moveaxis(result, -1, 0).reshape(shape).astype(kind)[()]

    return Functions(
        lambda u, *observed: outputs(u, observed, 0),
        lambda u, *observed: outputs(u, observed, 1),
        lambda u, *observed: outputs(u, observed, 2),
        source,
    )


def jax_arrays(loss: Formulas) -> Functions:
    """Functions of JAX arrays, which may be mapped and differentiated further; MissingExtra without JAX."""
    reference = numpy_functions(loss)
    by_kind = {"value": reference.value, "slope": reference.slope, "curvature": reference.curvature}
    return Functions(*jax_functions(loss, by_kind))


BACKENDS: dict[str, Callable[[Formulas], Functions]] = {
    "numpy": numpy_functions,
    "numba": numba_functions,
    "jax": jax_arrays,
}


def build(loss: Formulas, backend: str) -> Functions:
    """The functions of one back end; CallerError for a name that is none."""
    if backend not in BACKENDS:
        raise CallerError(f"backend: {backend!r} was given; known are {', '.join(map(repr, BACKENDS))}")
    return BACKENDS[backend](loss)


def _float64(u: Any, observed: Sequence[Any], q: int) -> tuple[np.ndarray, list[np.ndarray], np.dtype]:
    """All as float64 of one broadcast shape (u with q columns more for q > 1), and the type to answer in."""
    given_u, given = np.asarray(u), [np.asarray(each) for each in observed]
    kind = np.result_type(given_u, *given)
    kind = kind if kind in (np.float16, np.float32) else np.dtype(np.float64)
    if q == 1:
        shape = np.broadcast_shapes(given_u.shape, *(each.shape for each in given))
        return _spread(given_u, shape), [_spread(each, shape) for each in given], kind
    if given_u.ndim == 0 or given_u.shape[-1] != q:
        raise CallerError(f"u: shape {given_u.shape} was given; the last axis must be the {q} predictors")
    shape = np.broadcast_shapes(given_u.shape[:-1], *(each.shape for each in given))
    return _spread(given_u, (*shape, q)), [_spread(each, shape) for each in given], kind


def _spread(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return np.array(np.broadcast_to(array, shape), dtype=np.float64)


def _symmetric(h: np.ndarray) -> np.ndarray:
    """(q, q, M) with the lower triangle copied from the upper, which alone is computed."""
    for p in range(h.shape[0]):
        for s in range(p):
            h[p, s] = h[s, p]
    return h
