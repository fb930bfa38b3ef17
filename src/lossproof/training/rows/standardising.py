"""Standardising a few rows at a time, as fast as they can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lossproof.training.arrays import Matrix, Vector

_FAST = (np.dtype(np.float64), np.dtype(np.float32))


def load(X: NDArray[Any], center: Vector, scale: Vector, out: Matrix) -> None:
    """out[:, :d] = (X - center) * scale and ones behind, for X (n, d) of any numbers, out (n, p) in C order."""
    if X.dtype in _FAST and X.flags.c_contiguous and X.flags.aligned:
        locked = X.view()
        locked.flags.writeable = False
        _load_rows(locked, center, scale, out)
        return
    d = X.shape[1]
    np.subtract(X, center[:d], out=out[:, :d])
    out[:, :d] *= scale[:d]
    out[:, d:] = 1.0


@njit(nogil=True, cache=True, error_model="numpy")
def _load_rows(X: Any, center: Any, scale: Any, out: Any) -> None:
    d = X.shape[1]
    for i in range(X.shape[0]):
        for j in range(d):
            out[i, j] = (X[i, j] - center[j]) * scale[j]
        for j in range(d, out.shape[1]):
            out[i, j] = 1.0
