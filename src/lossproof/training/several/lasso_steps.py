"""A minimum where absolute values of parameters are added to the loss: lasso, and with a ridge the elastic net.

    min over v of  f(v) + sum_j kinks_j |v_j|

Newton's model of f with the kinks as they are is minimised exactly: coordinate by coordinate until the signs stand,
then by a linear system on the parameters that are not 0. What says that v is the minimum is seen at once:

    f_j(v) = -kinks_j sign(v_j)  where v_j is not 0          |f_j(v)| <= kinks_j  where it is

(Friedman, Hastie and Tibshirani, 2010, for the coordinates; Lee, Sun and Saunders, 2014, for the steps.)
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import linalg

from lossproof.training.arrays import Matrix, Vector
from lossproof.training.minimise.solution import Limits, Outcome, Solution, State, Watch
from lossproof.training.several.trust_region import Distance

Exactly = Callable[[Vector], tuple[float, Vector, Matrix]]
"""f(v), its gradient (p,) and its Hessian (p, p)."""
_EPS = float(np.finfo(float).eps)
_ENOUGH = 1e-4  # of the fall that the model promises
_DIGITS = 1e-8
_HALVINGS = 60
_SWEEPS = 1000
_BARELY = 1e-9  # by which a slope may pass its bound


def minimise(f: Exactly, kinks: Vector, v: Vector, distance: Distance, limits: Limits, watch: Watch) -> Solution:
    """From ``v`` to a minimum: converged where eight digits of what is not 0 stand and every slope is in its bounds."""
    state, left, done = State(v, *f(v)), np.inf, 0
    if not state.finite:
        return Solution(state, 0, Outcome.NOT_FINITE)
    best = state
    while done < limits.iterations:
        assert state.hessian is not None
        H, raised = _definite(state.hessian)
        z = _least(state.gradient, H, state.v, kinks)
        s = z - state.v
        now = np.inf if raised else distance(state.v, s, _variances(H, z, kinks))
        if now <= _DIGITS and (not now < 0.5 * left or now <= 2 * _EPS):
            best = state if now <= left else best
            break
        new = _lower(f, kinks, state, s)
        if new is None:
            best = state
            break
        best, left, state, done = state, now, new, done + 1
        if watch(done - 1, state):
            return Solution(state, done, Outcome.STOPPED)
    else:
        return Solution(state, done, Outcome.ITERATIONS)
    return Solution(best, done, Outcome.KINK if _is_minimum(best, kinks) else Outcome.STUCK)


def slopes_at_zero(state: State, kinks: Vector) -> Vector:
    """|f_j|/kinks_j of the parameters that are 0 at a kink: none is above 1 at a minimum."""
    zero = (kinks > 0) & (state.v == 0)
    return np.abs(state.gradient[zero]) / kinks[zero]


def _is_minimum(state: State, kinks: Vector) -> bool:
    assert state.hessian is not None
    free = (kinks == 0) | (state.v != 0)
    H = state.hessian[np.ix_(free, free)]
    scale = np.sqrt(np.where(np.diag(H) > 0, np.diag(H), 1.0))
    slope = (state.gradient + kinks * np.sign(state.v))[free] / scale
    definite = not free.any() or np.linalg.eigvalsh(H / np.outer(scale, scale))[0] > 8 * _EPS
    small = bool(np.abs(slope).max(initial=0.0) <= _DIGITS * max(1.0, abs(state.value)))
    return bool(definite and small and (slopes_at_zero(state, kinks) <= 1 + _BARELY).all())


def _definite(H: Matrix) -> tuple[Matrix, bool]:
    """H, or H raised to be positive definite."""
    scale = np.sqrt(np.where(np.diag(H) != 0, np.abs(np.diag(H)), 1.0))
    values = np.linalg.eigvalsh(H / np.outer(scale, scale))
    if values[0] > 8 * _EPS:
        return H, False
    return H + np.diag(scale**2 * (1e-3 * max(abs(values[-1]), 1.0) - values[0])), True


def _least(g: Vector, H: Matrix, v: Vector, kinks: Vector) -> Vector:
    """The z at which g'(z - v) + (z - v)'H(z - v)/2 + sum kinks |z| is least, for H positive definite."""
    z, signs = np.array(v), np.sign(v)
    for _ in range(_SWEEPS):
        exact = _with_signs(g, H, v, kinks, signs)
        if exact is not None:
            return exact
        slopes = g + H @ (z - v)
        for j in range(z.size):
            moved = _soft(H[j, j] * z[j] - slopes[j], kinks[j]) / H[j, j]
            if moved != z[j]:
                slopes += H[:, j] * (moved - z[j])
                z[j] = moved
        signs = np.sign(z)
    return z


def _soft(x: float, kink: float) -> float:
    return float(np.sign(x) * max(abs(x) - kink, 0.0))


def _with_signs(g: Vector, H: Matrix, v: Vector, kinks: Vector, signs: Vector) -> Vector | None:
    """The minimum of the model with these signs, by a linear system; None where it has others."""
    free = (kinks == 0) | (signs != 0)
    bent = np.where(kinks > 0, kinks * signs, 0.0)
    z = np.zeros(v.size)
    if free.any():
        right = (H @ v - g - bent)[free]
        z[free] = linalg.solve(H[np.ix_(free, free)], right, assume_a="pos", check_finite=False)
    slopes = g + H @ (z - v)
    kept = (np.sign(z) == signs) | (kinks == 0)
    within = np.abs(slopes) <= kinks * (1 + _BARELY)
    return z if bool(kept.all() and within[~free].all()) else None


def _variances(H: Matrix, z: Vector, kinks: Vector) -> Vector:
    """The diagonal of the inverse of H over the parameters that are not 0; 1 for the others, which do not move."""
    free, found = (kinks == 0) | (z != 0), np.ones(z.size)
    if free.any():
        found[free] = np.diag(linalg.inv(H[np.ix_(free, free)], check_finite=False))
    return found


def _lower(f: Exactly, kinks: Vector, state: State, s: Vector) -> State | None:
    """The first of v + s, v + s/2, ... that falls as the model promises; None where none does."""
    before = float(kinks @ np.abs(state.v))
    bend = float(state.gradient @ s + kinks @ np.abs(state.v + s)) - before
    noise = 64 * _EPS * max(abs(state.value + before), _EPS)
    rate = 1.0
    for _ in range(_HALVINGS):
        v = state.v + rate * s
        new = State(v, *f(v))
        if new.finite:
            fall = state.value + before - new.value - float(kinks @ np.abs(v))
            if fall >= -_ENOUGH * rate * bend - noise:
                return new
        rate *= 0.5
    return None
