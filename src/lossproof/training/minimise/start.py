"""Where to start: the best constant prediction, and with many rows the minimum of a sample of them.

    v = (0, ..., 0, b)    b the best of 0, +-2^-10, +-2^-9, ..., +-2^10, about what an offset leaves

so that the loss is finite and the scale of yt is met.

A sample of n rows has its minimum within about 1/sqrt(n) of the whole's, which saves Newton's method most of its
passes over the data; a smaller sample saves the passes over the sample. The sample's Hessian then stands in for the
whole's: see `quasi_newton`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lossproof.lowering import Objective
from lossproof.training.arrays import Vector
from lossproof.training.minimise.factor import Factor
from lossproof.training.minimise.newton import evaluate, factor_of, newton
from lossproof.training.minimise.problem import Penalised
from lossproof.training.minimise.solution import Limits, Outcome
from lossproof.training.rows.coordinates import Coordinates, standardised
from lossproof.training.rows.data import Data

_GRID = np.array([0.0, *(s * 2.0**k for k in range(-10, 11) for s in (1, -1))])
_ROWS_FOR_A_CONSTANT = 1 << 10
_HARDLY_TOLD_APART = 1.0  # of the log-likelihood
_ROWS_FOR_A_MINIMUM = 16  # times the number of coefficients
_FEWEST_ROWS = 1 << 11
_ROWS_FOR_A_HESSIAN = 32  # times the number of coefficients
_MANY_ROWS = 1 << 13
_WORTH_IT = 3
_WIDEST = 500  # coefficients up to which a Hessian is worth its cost
_WELL_DETERMINED = 1e-4  # reciprocal condition from which nothing hints at columns that depend on each other
_ROUGHLY = Limits(iterations=12, tolerance=0.1)


@dataclass(frozen=True)
class Start:
    """A point ``v`` (p,) and, where it is the minimum of a sample, the factors of the sample's Hessian there.

    These are there only where the sample determines every coefficient, and so do all the rows then.
    """

    v: Vector
    factor: Factor | None = None


def start(data: Data, coordinates: Coordinates, problem: Penalised) -> Start:
    """A start for ``problem``, which is ``data`` in ``coordinates``."""
    p = problem.free.size
    few = _of_a_sample(data, _ROWS_FOR_A_CONSTANT, coordinates, problem)
    first = best_constant(few, anchors(coordinates, problem))
    if p > _WIDEST or data.rows < _WORTH_IT * _rows_for_a_hessian(p):
        return Start(first)
    few = _of_a_sample(data, max(_FEWEST_ROWS, _ROWS_FOR_A_MINIMUM * p), coordinates, problem)
    near = newton(few, first, _ROUGHLY)
    if near.outcome is Outcome.INTERRUPTED:
        raise KeyboardInterrupt
    if near.outcome is not Outcome.STEP or near.state.value > few.value(first):
        return Start(first)
    if not isinstance(problem.objective, Objective):
        return Start(near.state.v)
    more = _of_a_sample(data, _rows_for_a_hessian(p), coordinates, problem)
    factor = factor_of(evaluate(more, near.state.v))
    return Start(near.state.v, factor if factor.condition > _WELL_DETERMINED else None)


def _rows_for_a_hessian(p: int) -> int:
    """Rows whose Hessian is close to the whole's: many where they cost little beside a pass over the data."""
    return max(_MANY_ROWS, _ROWS_FOR_A_HESSIAN * p)


def anchors(coordinates: Coordinates, problem: Penalised) -> list[int]:
    """The places of the constants among the free coefficients."""
    if coordinates.anchor is None:
        return []
    constants = np.arange(problem.free.size) % coordinates.width == coordinates.anchor
    return np.flatnonzero(constants[problem.free]).tolist()


def _of_a_sample(data: Data, rows: int, coordinates: Coordinates, problem: Penalised) -> Penalised:
    if data.rows <= rows:
        return problem
    return replace(problem, objective=standardised(data.sample(rows), coordinates))


def best_constant(problem: Penalised, anchors: list[int]) -> Vector:
    """A start (p,): 0 but for the ``anchors`` (places of the constants), which are tried one after the other.

    Of constants that the sample can hardly tell apart the smallest is taken: where none of its samples was a hit,
    the likelier the more negative, without end, but a rare hit may be among the others.
    """
    v = np.zeros(int(problem.free.sum()))
    for anchor in anchors:
        grid = _around(-_usual_offset(problem))
        values = np.array([_value(problem, v, anchor, float(b)) for b in grid])
        if np.isfinite(values).any():
            as_good = values <= values.min() + _HARDLY_TOLD_APART / _ROWS_FOR_A_CONSTANT
            v[anchor] = grid[np.argmax(as_good)]
    return v


def _around(middle: float) -> Vector:
    """The grid around 0 and around ``middle``, the smallest numbers first."""
    grid = np.unique(np.concatenate([_GRID, _GRID + middle]))
    return grid[np.argsort(np.abs(grid - middle), kind="stable")]


def _usual_offset(problem: Penalised) -> float:
    """What the offsets add to a predictor, about."""
    offset = getattr(problem.objective, "offset", np.empty(0))
    return float(np.median(offset)) if offset.size else 0.0


def _value(problem: Penalised, v: Vector, anchor: int, b: float) -> float:
    trial = v.copy()
    trial[anchor] = b
    value = problem.value(trial)
    return value if np.isfinite(value) else np.inf
