"""What a generated module computes for many samples, compiled when it is first needed and called by its address.

    losses, slopes, curvatures            fill v; v and r; v, r and h
    value_again, slope_again, ..          correct a row where the near way of a function does not hold

A table of addresses stands between them and their callers (`calls_by_address`): the loops over data (`block_sums`) are
compiled once for all losses, and the far way of a function, which is long, once for the three that use it, and only
when a sample lies there; until then its place in the table leads back here. What only balls can compute stays here.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numba import cfunc

from lossproof.lowering.code.folder import load_module, seal_compiled
from lossproof.lowering.kernels.calls_by_address import AGAIN, FILL
from lossproof.lowering.numbers.split_balls import Exactly

FILLED = ("losses", "slopes", "curvatures")
_POINTER, _SIZE = ctypes.c_void_p, ctypes.c_int64
_FILL = ctypes.CFUNCTYPE(None, *[_POINTER] * 6, *[_SIZE] * 2)
_AGAIN = ctypes.CFUNCTYPE(None, *[_POINTER] * 4, *[_SIZE] * 3)
_FLOATS, _INTS = ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_int64)


class RowFunctions:
    """The functions of one generated module; ``places`` is their table of addresses, the three of `FILLED` first."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._lock = threading.RLock()
        self._compiled: dict[int, Any] = {}
        self._failed = threading.local()
        self._ways_back = [_AGAIN(self._way_back(k, far)) for k, far in enumerate(module.AGAIN, len(FILLED))]
        addresses = [ctypes.cast(way, _POINTER).value or 0 for way in self._ways_back]
        self.places = np.array([0] * len(FILLED) + addresses, dtype=np.int64)

    def ready(self, order: int) -> np.ndarray:
        """The table, in which the function that fills everything up to that derivative is compiled."""
        if order not in self._compiled:
            self._compile(order, getattr(self._module, FILLED[order]), FILL)
        return self.places

    def is_ready(self, order: int) -> bool:
        """Whether nothing has to be compiled for that derivative."""
        return order in self._compiled

    def is_kept(self, order: int) -> bool:
        """Whether compiled code for that derivative need only be read."""
        return self.is_ready(order) or is_kept(self._module, FILLED[order])

    def run(self, kernel: Callable[..., Any], *arguments: Any) -> None:
        """Calls a kernel that is given the table; raises what a way back raised meanwhile."""
        kernel(*arguments)
        if failed := self._failed.__dict__.pop("error", None):
            raise failed

    def fill(self, u: np.ndarray, observed: np.ndarray, *filled: np.ndarray) -> None:
        """v (M,), then r (q, M), then h (q, q, M), as many as are given, for u (q, M) and observed (c + 1, M)."""
        order, (v, *more) = len(filled) - 1, filled
        places, (r, h) = self.ready(order), (*more, v, v)[:2]
        assert all(a.flags.c_contiguous and a.dtype == np.float64 for a in (u, observed, *filled))
        pointers = [array.ctypes.data for array in (places, u, observed, v, r, h)]
        self.run(_FILL(int(places[order])), *pointers, len(v), len(v))

    def _compile(self, place: int, function: Callable[..., Any], form: Any) -> int:
        with self._lock:
            if place not in self._compiled:
                self._compiled[place] = _as_c(function, form)
                seal_compiled(self._module)
                self.places[place] = self._compiled[place].address
            return int(self.places[place])

    def _way_back(self, place: int, far: Any) -> Callable[..., None]:
        """What is called in the place of a function that is not compiled yet, or never is."""

        def call(u: int, yt: int, row: int, found: int, width: int, n: int, outside: int) -> None:
            try:
                if isinstance(far, Exactly):
                    self._in_balls(far, u, yt, row, found, width, outside)
                else:
                    _AGAIN(self._compile(place, far, AGAIN))(u, yt, row, found, width, n, outside)
            except BaseException as error:  # nothing can be raised through compiled code: `run` does it
                self._failed.error = error

        return call

    def _in_balls(self, far: Exactly, u: int, yt: int, row: int, found: int, width: int, outside: int) -> None:
        samples, yt_rows = _floats(u, (self._module.PREDICTORS, width)), _floats(yt, (self._module.OBSERVED, width))
        places = np.ctypeslib.as_array(ctypes.cast(found, _INTS), (outside,))
        far.correct(samples, yt_rows, places, _floats(row, (width,)))


@cache
def seal_loops(kernel: str, compiled: int) -> None:
    """Other processes may use the loops over data: once for each number of forms that one is compiled in."""
    seal_compiled(block_kernels())


def is_kept(module: ModuleType, function: str) -> bool:
    """Whether compiled code of that function lies beside the module: it is read, not compiled."""
    return any(Path(module.__file__ or "").parent.glob(f"__pycache__/*.{function}-*.nbi"))


def _floats(address: int, shape: tuple[int, ...]) -> np.ndarray:
    return np.ctypeslib.as_array(ctypes.cast(address, _FLOATS), shape)


def _as_c(function: Callable[..., Any], form: Any) -> Any:
    """Compiled, or found where it was kept; where nothing can be kept any more, compiled for this process."""
    try:
        return cfunc(form, cache=True, error_model="numpy")(function)
    except (OSError, RuntimeError):
        return cfunc(form, error_model="numpy")(function)


@cache
def row_functions(text: str) -> RowFunctions:
    """Those of the generated module with this text, once in a process."""
    return RowFunctions(load_module(text, "numba"))


@cache
def block_kernels() -> ModuleType:
    """The loops of `block_sums`, kept like a generated module."""
    path = Path(__file__).with_name("block_sums.py")
    return load_module(path.read_text(encoding="utf-8"), "kernels")
