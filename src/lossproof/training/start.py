"""Where to start: the best constant prediction, so that the loss is finite and the scale of yt is met.

v = (0, ..., 0, b),   b the best of 0, +-2^-10, ..., +-2^10 by the loss of a sample of the rows
"""

from __future__ import annotations

import numpy as np

from lossproof.training.problem import Penalised
from lossproof.training.solution import Vector

_GRID = np.concatenate([[0.0], *[(s * 2.0**k,) for k in range(-10, 11) for s in (1, -1)]])


def best_constant(problem: Penalised, anchors: list[int]) -> Vector:
    """A start (p,): 0 but for the ``anchors`` (places of the constants), which are tried one after the other."""
    v = np.zeros(int(problem.free.sum()))
    for anchor in anchors:
        v[anchor] = min(_GRID, key=lambda b: _value(problem, v, anchor, float(b)))
    return v


def _value(problem: Penalised, v: Vector, anchor: int, b: float) -> float:
    trial = v.copy()
    trial[anchor] = b
    value = problem.value(trial)
    return value if np.isfinite(value) else np.inf
