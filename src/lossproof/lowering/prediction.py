"""What a loss predicts, and how far a prediction is from the best: functions of arrays.

    yp(u) = mean(u), or P(yt = k) = exp(-l(u, k)) with K classes
    best(y) = argmin over u of l(u, y)
    D(u, y) = l(u, y) - l(best, y) = d^2 int_0^1 (1 - s) l''(best + s d, y) ds,    d = u - best

The integral has no difference of large numbers: D keeps its digits where both losses are large and close.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import roots_jacobi

from lossproof.errors import CallerError, DataError
from lossproof.lowering import family
from lossproof.lowering.code.formula_code import numpy_function
from lossproof.lowering.loss import CompiledLoss, Loss

Array = NDArray[np.float64]
FAR = 1e9  # where a loss is as small as it gets; times the target
_LARGEST = 1e300
_BISECTIONS = 110
_POLISHINGS = 2
_NODES = (12, 16)
_AGREE = 1e-9
_APART = 0.1  # of the two losses: so large a difference has lost one digit


@lru_cache(maxsize=64)
def functions(loss: Loss) -> CompiledLoss:
    """Value, slope and curvature, compiled once in a process."""
    return loss.compile()


def predicted(loss: Loss, u: Array) -> Array:
    """yp (M,) at the predictors u (M,), or the probabilities (M, K) at u (M, K).

    Raises CallerError for a loss without a mean, DataError where u is outside of the mean's domain.
    """
    if loss.categorical:
        return probabilities(loss, u)
    yp = mean_function(loss)(u)
    low, high = family.ends(loss.domain)
    wrong = np.flatnonzero(~((yp >= low) & (yp <= high)))
    if wrong.size:
        k = int(wrong[0])
        raise DataError(
            f"X: row {k} (counted from 0) has the linear predictor {np.ravel(u)[k]:.6g}, outside of the domain of the "
            f"mean of {loss.name}; the model predicts nothing there (linear_predictor(X) is defined)."
        )
    return yp


def mean_function(loss: Loss) -> Callable[[Array], Array]:
    """u (M,) -> yp (M,). Raises CallerError for a loss without a mean."""
    if loss.mean is None:
        raise CallerError(f"the loss {loss.name} has no mean to predict; use linear_predictor(X).")
    return _quiet(numpy_function(loss.predictors, loss.mean))


def probabilities(loss: Loss, u: Array) -> Array:
    """P(yt = k) (M, K) at the predictors u (M, K)."""
    value = functions(loss).value
    return np.exp(-np.column_stack([value(u, np.full(len(u), float(k))) for k in range(u.shape[1])]))


def best_predictor(loss: Loss, y: Array) -> Array:
    """argmin over u of l(u, y) (M,), as far out as 10^9 where the loss falls for ever; with one predictor."""
    reach = FAR * np.clip(np.abs(y), 1.0, _LARGEST / FAR)
    low = np.full(y.shape, np.finfo(float).tiny) if loss.predictors[0].is_positive else -reach
    with np.errstate(all="ignore"):
        if loss.link is None:
            return _bisected(loss, y, low, reach)
        inside = _LARGEST if loss.predictors[0].is_positive else reach
        u = np.clip(_quiet(numpy_function((loss.target,), loss.link))(y), low, inside)
        return _polished(loss, y, u, (u > low) & (u < inside))


def even_predictor(loss: Loss) -> float:
    """The predictor at which two classes are equally likely: 0 for the logistic link."""
    return float(best_predictor(loss, np.array([0.5]))[0])


def excess(loss: Loss, u: Array, y: Array) -> Array:
    """D(u, y) (M,): the difference where it has its digits, by the integral where it has not and that has converged."""
    f, (targets, place) = functions(loss), np.unique(y, return_inverse=True)
    best = best_predictor(loss, targets)
    with np.errstate(all="ignore"):
        here, least = f.value(u, y), f.value(best, targets)[place]
        apart = np.maximum(here - least, 0.0)
        close = np.flatnonzero(~(apart > _APART * (np.abs(here) + np.abs(least))))
        if close.size:
            apart[close] = _integrated(f.curvature, best[place[close]], u[close], y[close], apart[close])
    return apart


def _integrated(curvature: Any, best: Array, u: Array, y: Array, plain: Array) -> Array:
    """The integral where two rules agree on it, else ``plain``: it is 0 where the best is so far off that l'' is."""
    rough, fine = (_integral(curvature, best, u - best, y, nodes) for nodes in _NODES)
    return np.where((fine > 0) & (np.abs(rough - fine) <= _AGREE * fine), fine, plain)


def _integral(curvature: Any, best: Array, d: Array, y: Array, nodes: int) -> Array:
    """d^2 int_0^1 (1 - s) l''(best + s d, y) ds by Gauss and Jacobi."""
    places, shares = roots_jacobi(nodes, 1.0, 0.0)
    total = np.zeros_like(d)
    for place, share in zip((places + 1) / 2, shares / 4, strict=True):
        total += share * curvature(best + place * d, y)
    return d * (d * total)


def _bisected(loss: Loss, y: Array, low: Array, high: Array) -> Array:
    """Where the slope turns positive; what is no number is too far out, as exp(exp(u)) at 10^9."""
    slope = functions(loss).slope
    for _ in range(_BISECTIONS):
        middle = low + (high - low) / 2
        found = slope(middle, y)
        rising = np.where(np.isnan(found), middle > 0, found > 0)
        low, high = np.where(rising, low, middle), np.where(rising, middle, high)
    return high


def _polished(loss: Loss, y: Array, u: Array, inside: NDArray[np.bool_]) -> Array:
    """Newton steps: what rounding in the formula of the link left open."""
    f = functions(loss)
    for _ in range(_POLISHINGS):
        step = f.slope(u, y) / f.curvature(u, y)
        u = np.where(inside & (np.abs(step) <= 1e-3 * np.abs(u) + 1e-3), u - step, u)
    return u


def _quiet(function: Any) -> Callable[[Array], Array]:
    def call(x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.array(np.broadcast_to(function(x), np.shape(x)), dtype=np.float64)

    return call
