"""From a minimum to what is known of it: covariance, dispersion, the best loss any prediction could have.

cov = phi I^-1      I = sum_m a_m h_m x_m x_m' (observed), with the penalty's part where a ridge was asked
phi = sum_m a_m r_m^2 / h_m(yp_m) / (n - p)   Pearson, where the family leaves it open: RSS/(n-p) for Gauss
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from threading import Lock

import numpy as np
from numpy.typing import ArrayLike

from lossproof.errors import DataError
from lossproof.lowering import Objective
from lossproof.lowering.prediction import excess
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.minimise.dispersion import predictors_of, root_dispersion
from lossproof.training.minimise.factor import Factor, factorise
from lossproof.training.minimise.information import Information
from lossproof.training.minimise.solution import Outcome, State, largest
from lossproof.training.minimise.task import Task
from lossproof.training.rows.coordinates import Coordinates
from lossproof.training.rows.data import Data

UNKNOWN = "unknown"
_MOST_PARAMETERS = 5000
_CHEAP = 1 << 20  # entries up to which the last step, too, is worth another look at the Hessian
_DIGITS = 1e10  # a difference so many times its rounding is as good as needed
_SAME_LOSS = 1e-9
_SAME_PLACE = 1e-6
_MARKED_ROWS = 256
_SMALLEST = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class Certainty:
    """The covariance (p, p) of the free parameters and their standard errors (p,), or None where they are not known,
    nan in the covariance and in the dispersion where these squares are no floats; the rank, the dispersion with
    where it is from ("fixed", "pearson", or "unknown" where the data are gone or the work was cut short), the least
    loss that any prediction could have, and twice the distance from it, summed over the samples."""

    covariance: Matrix | None
    standard_errors: Vector | None
    rank: int
    dispersion: float
    dispersion_from: str
    saturated_loss: float
    deviance: float


class Pending:
    """The certainty of a minimum over many rows in memory, worked out when it is first asked for.

    It takes a pass with the Hessian, which costs as much as all of the fit. Some of the rows and the same pass tell
    whether the data are still those of the fit: ``result`` raises DataError where they were changed.
    """

    def __init__(self, task: Task, state: State) -> None:
        self.rank = int(task.problem.free.sum())
        self._work: tuple[Task, State, bytes] | None = (task, state, _mark(task.data))
        self._found: Certainty | None = None
        self._lock = Lock()

    @property
    def result(self) -> Certainty:
        with self._lock:
            if self._found is None:
                assert self._work is not None
                self._found = _as_then(*self._work)
                self._work = None
            return self._found

    @property
    def unknown(self) -> Certainty:
        """What is left to say where the data are no longer those of the fit."""
        return nothing_known(self.rank)


def nothing_known(parameters: int) -> Certainty:
    """Where the data are gone, or there was no time to ask."""
    return Certainty(None, None, parameters, np.nan, UNKNOWN, np.nan, np.nan)


def _as_then(task: Task, state: State, mark: bytes) -> Certainty:
    now = State(state.v, *task.problem.value_gradient_hessian(state.v))
    if _mark(task.data) != mark or not _met_again(state, now):
        raise DataError(
            "X, y, weights or offset: the arrays were changed after the fit, so its standard errors can no "
            "longer be found; ask for them before the arrays are used again."
        )
    return certainty(task, replace(state, hessian=now.hessian), True)


def _mark(data: Data) -> bytes:
    """What some of the rows and the weight of all of them leave behind; other data leave another mark."""
    rows = data.block(0)
    places = np.linspace(0, len(rows.y) - 1, _MARKED_ROWS).astype(np.intp)
    found = sha256(repr((rows.X.shape, float(np.sum(rows.weights)))).encode())
    for array in (rows.X, rows.y, rows.weights, rows.offset):
        found.update(np.ascontiguousarray(array[places] if len(array) else array).tobytes())
    return found.digest()


def _met_again(state: State, now: State) -> bool:
    """Whether ``now`` is a minimum as ``state`` was: up to the last step, which was taken without looking."""
    if not now.finite or now.hessian is None or not np.isfinite(now.hessian).all():
        return False
    factor = factorise(now.hessian)
    before, left = factor.solve(state.gradient), factor.solve(now.gradient)
    reach = _SAME_PLACE * max(1.0, largest(now.v))
    unseen = abs(float(state.gradient @ before)) + float((factor.scale * reach) @ (factor.scale * reach))
    close = largest(left) <= largest(before) + reach
    return close and abs(now.value - state.value) <= unseen + _SAME_LOSS * abs(state.value)


def certainty_of(task: Task, state: State, outcome: Outcome) -> Certainty | Pending:
    """What the information at ``state`` says: now, or later where that costs a pass over many rows in memory."""
    if outcome is Outcome.INTERRUPTED:
        return nothing_known(int(task.problem.free.sum()))
    later = outcome is Outcome.STEP and state.hessian is None and task.data.rows * state.v.size > _CHEAP
    return Pending(task, state) if later else certainty(task, state, outcome.converged)


def certainty(task: Task, state: State, converged: bool) -> Certainty:
    """What the information at ``state`` says; without a minimum, or with very many parameters, nan."""
    problem, coordinates = task.problem, task.coordinates
    p = int(problem.free.sum())
    least, apart = distance(task, state)
    if not converged or p > _MOST_PARAMETERS:
        return Certainty(None, None, p, 1.0, "fixed", least, apart)
    if state.hessian is None or task.data.rows * p <= _CHEAP:
        state = replace(state, hessian=problem.value_gradient_hessian(state.v)[2])
    factor = Information(problem).exact(state)
    root, source = root_dispersion(task, state.v, factor.rank)
    jacobian = coordinates.jacobian(problem.free.size // coordinates.width)[np.ix_(problem.free, problem.free)]
    errors, covariance = _spread(factor, jacobian, root / math.sqrt(problem.objective.total_weight))
    return Certainty(covariance, errors, factor.rank, float(_product(root, root)), source, least, apart)


def _spread(factor: Factor, jacobian: Matrix, root: float) -> tuple[Vector, Matrix]:
    """Standard errors (p,) and covariance (p, p), nan where the data do not determine a parameter.

    Every row of the Jacobian is taken in a unit of its own, so that only the covariance has squares of units.
    """
    rows = jacobian / factor.scale
    units = np.abs(rows).max(axis=1, initial=0.0)
    rows, units = rows / units[:, None], units * root
    inner = factor.between(rows)
    inner = (inner + inner.T) / 2
    unseen = _not_determined(factor, rows)
    inner[unseen] = np.nan
    inner[:, unseen] = np.nan
    variances = np.diag(inner)
    errors = units * np.sqrt(np.where(variances >= 0, variances, np.nan))
    return errors, _product(inner, _product(units[:, None], units))


def _product(a: ArrayLike, b: ArrayLike) -> Matrix:
    """a b, and nan where that is beyond the range of floats though neither is 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.multiply(a, b)
    held = (np.abs(found) >= _SMALLEST) & np.isfinite(found)
    return np.where(held | (np.multiply(np.sign(a), np.sign(b)) == 0), found, np.nan)


def _not_determined(factor: Factor, rows: Matrix) -> np.ndarray:
    """The parameters (mask of p) that move along a direction which the data do not see; ``rows`` (p, p) say how."""
    if factor.rank == factor.scale.size:
        return np.zeros(factor.scale.size, dtype=bool)
    unseen = rows - (rows @ factor.seen) @ factor.seen.T
    return np.asarray(np.abs(unseen).max(axis=1) > 1e-6 * np.abs(rows).max(axis=1))


def block_excess(coordinates: Coordinates, v: Vector, rows: Objective) -> tuple[float]:
    """sum a (l(u) - the least l) over the rows of a block, with one predictor."""
    parts = predictors_of(coordinates, v, rows)
    return (math.fsum(float(excess(rows.loss, u, y) @ weights) for u, y, weights in parts),)


def distance(task: Task, state: State) -> tuple[float, float]:
    """The mean over samples of the least loss that any prediction could have, and the deviance.

    With several classes the least is 0; with several predictors otherwise both are nan. Where the two losses agree
    in so many digits that their difference has few, it is summed up sample by sample.
    """
    data, whole = task.data, task.problem.whole(state.v)
    loss = state.value - task.problem.penalty_at(whole)
    total, rounding = data.least
    apart = data.total_weight * loss - total
    if len(data.loss.predictors) == 1 and not apart > _DIGITS * rounding:
        (apart,) = data.total(partial(block_excess, task.coordinates, whole))
    return total / data.total_weight, 2 * float(apart)
