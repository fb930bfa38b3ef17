"""Where to start: the best constant prediction, and with many rows the minimum of a sample of them.

    v = (0, ..., 0, b)    b the best of 0, +-2^-10, +-2^-8, ..., +-2^10

so that the loss is finite and the scale of yt is met.

A sample of n rows has its minimum within about 1/sqrt(n) of the whole's, which saves Newton's method most of its
passes over the data; a smaller sample saves the passes over the sample. The sample's Hessian then stands in for the
whole's, for a few steps that need the gradient alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lossproof.lowering import Objective
from lossproof.training.coordinates import Coordinates, rough, standardised
from lossproof.training.data import Data, sample
from lossproof.training.newton import approach, factor_of, newton
from lossproof.training.problem import Penalised
from lossproof.training.solution import Limits, Outcome, Vector

_GRID = np.array([0.0, *(s * 2.0**k for k in range(-10, 11, 2) for s in (1, -1))])
_ROWS = 1 << 14
_ROWS_FOR_A_CONSTANT = 1 << 10
_ROWS_A_PARAMETER = 64
_WORTH_IT = 3
_SMALLER = 4
_WIDE = 40  # coefficients from which passes over the sample are counted, too
_CLOSE = 3e-3
_ROUGHLY = Limits(iterations=12, tolerance=0.1)


def start(data: Data, coordinates: Coordinates, problem: Penalised) -> Vector:
    """A start (p,) for ``problem``, which is ``data`` in ``coordinates``."""
    about = max(_ROWS if problem.free.size < _WIDE else 0, _ROWS_A_PARAMETER * problem.free.size)
    few = _of_a_sample(data, _ROWS_FOR_A_CONSTANT, coordinates, problem)
    first = best_constant(few, _anchors(coordinates, problem))
    if data.rows < _WORTH_IT * about:
        return first
    v, last = first, None
    for rows in (about // _SMALLER, about):
        few = _of_a_sample(data, rows, coordinates, problem)
        found = newton(few, v, _ROUGHLY)
        if found.outcome is Outcome.STEP and found.state.value <= few.value(first):
            v, last = found.state.v, found.state
    if last is None or not isinstance(problem.objective, Objective):
        return v
    return approach(replace(problem, objective=rough(problem.objective)), v, factor_of(last), _CLOSE)


def _anchors(coordinates: Coordinates, problem: Penalised) -> list[int]:
    """The places of the constants among the free coefficients."""
    if coordinates.anchor is None:
        return []
    constants = np.arange(problem.free.size) % coordinates.width == coordinates.anchor
    return np.flatnonzero(constants[problem.free]).tolist()


def _of_a_sample(data: Data, rows: int, coordinates: Coordinates, problem: Penalised) -> Penalised:
    if data.rows <= rows:
        return problem
    return replace(problem, objective=standardised(sample(data, rows), coordinates))


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
