"""The loss of the kernels' own text: (u - yt)^2 / 2, with slope u - yt and curvature 1.

A generated module is the text of `kernels` with its import of this module replaced by the functions of one
loss. What stands here is therefore the interface: ``u`` is a block (q, n) of predictors, ``yt`` the n targets;
``losses`` fills ``v`` (n,), ``slopes`` fills ``r`` (q, n) too, ``curvatures`` fills ``h`` (q, q, n) too. One
loop fills all of them, so that what they share is computed once.
"""

from __future__ import annotations

import numpy as np

from lossproof.lowering.numbers.elementary import inlined

PREDICTORS = 1


@inlined
def value(u: float, yt: float) -> float:
    return (u - yt) * (u - yt) / 2


@inlined
def slope(u: float, yt: float) -> float:
    return u - yt


@inlined
def curvature(u: float, yt: float) -> float:
    return 1.0


@inlined
def losses(u: np.ndarray, yt: np.ndarray, n: int, v: np.ndarray) -> None:
    for i in range(n):
        v[i] = value(u[0, i], yt[i])


@inlined
def slopes(u: np.ndarray, yt: np.ndarray, n: int, v: np.ndarray, r: np.ndarray) -> None:
    for i in range(n):
        v[i] = value(u[0, i], yt[i])
        r[0, i] = slope(u[0, i], yt[i])


@inlined
def curvatures(u: np.ndarray, yt: np.ndarray, n: int, v: np.ndarray, r: np.ndarray, h: np.ndarray) -> None:
    for i in range(n):
        v[i] = value(u[0, i], yt[i])
        r[0, i] = slope(u[0, i], yt[i])
        h[0, 0, i] = curvature(u[0, i], yt[i])
