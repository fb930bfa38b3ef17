"""Newton's method in a trust region: exact steps, also where the Hessian is not positive definite.

    min over s of g's + s'Hs/2,  |D s| <= radius        D = diag sqrt |H_jj|, the largest seen

(More and Sorensen, 1983.) Near the minimum plain Newton steps go on until they no longer shrink, so that what is left
is rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg
from scipy.linalg import lapack

from lossproof.training.arrays import Matrix, Vector
from lossproof.training.minimise.solution import Limits, Outcome, Solution, State, Watch


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """A curvature J'J by its root J (M, p), which has twice the digits."""

    rows: Matrix

    def eigen(self, scale: Vector) -> tuple[Vector, Matrix]:
        """Eigenvalues (p,), ascending, and eigenvectors (p, p) of J'J / (scale scale')."""
        _, singular, right = linalg.svd(
            self.rows / scale, full_matrices=len(self.rows) < scale.size, check_finite=False
        )
        values = np.zeros(scale.size)
        values[: singular.size] = singular**2
        return values[::-1], right.T[:, ::-1]

    def norms(self) -> Vector:
        """The root of the diagonal (p,)."""
        return np.sqrt(np.square(self.rows).sum(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Symmetric:
    """A curvature as it is (p, p)."""

    matrix: Matrix

    def eigen(self, scale: Vector) -> tuple[Vector, Matrix]:
        """Eigenvalues (p,), ascending, and eigenvectors (p, p) of the matrix / (scale scale')."""
        values, vectors, failed = lapack.dsyevd(self.matrix / (scale[:, None] * scale))
        return (values, vectors) if not failed else (np.full(scale.size, np.nan), vectors)

    def norms(self) -> Vector:
        """The root of the diagonal (p,), without signs."""
        return np.sqrt(np.abs(self.matrix.diagonal()))


Curvature = Root | Symmetric
Function = Callable[[Vector], tuple[float, Vector, Curvature]]
Distance = Callable[[Vector, Vector, Vector], float]
"""How far a Newton step at v still is, given the diagonal of the inverse curvature: 1e-8 are eight digits."""
_EPS = float(np.finfo(float).eps)
_NOISE = 64 * _EPS  # differences of the loss below this share say nothing
_ENOUGH, _BAD, _GOOD = 1e-4, 0.25, 0.75
_DIGITS, _LAST = 1e-8, 1e-9
_SMALLEST_RADIUS = 1e-13
_FINISHING = 6
_AT_THE_EDGE = 1e-3  # by which a step may miss the radius


@dataclass(frozen=True, eq=False)
class _Point:
    v: Vector
    value: float
    gradient: Vector
    curvature: Curvature

    @property
    def finite(self) -> bool:
        return bool(math.isfinite(self.value) and np.isfinite(self.gradient).all() and np.isfinite(self.norms).all())

    @cached_property
    def norms(self) -> Vector:
        return self.curvature.norms()

    @property
    def state(self) -> State:
        return State(self.v, self.value, self.gradient)


@dataclass(frozen=True, slots=True)
class _Step:
    s: Vector
    fall: float  # what the model promises
    inside: bool  # a Newton step that the radius did not cut


def minimise(f: Function, v: Vector, distance: Distance, limits: Limits, watch: Watch) -> Solution:
    """From ``v`` to a minimum: converged only where the Hessian is positive definite and eight digits stand."""
    state, scale = _Point(v, *f(v)), np.zeros(v.size)
    if not state.finite:
        return Solution(state.state, 0, Outcome.NOT_FINITE)
    radius, done = max(1.0, float(np.sqrt(2 * abs(state.value)))), 0
    while done < limits.iterations:
        scale = np.maximum(scale, state.norms)
        scale[scale == 0] = 1.0
        step = _step(state, scale, radius)
        if step.inside and step.fall <= _NOISE * max(abs(state.value), _NOISE):
            return _finished(f, state, distance, done)
        new = _Point(state.v + step.s, *f(state.v + step.s))
        gain = (state.value - new.value) / step.fall if new.finite and step.fall > 0 else -1.0
        radius = _radius(radius, gain, _length(scale * step.s), step.inside)
        if gain > _ENOUGH:
            state, done = new, done + 1
            if watch(done - 1, state.state):
                return Solution(state.state, done, Outcome.STOPPED)
        elif radius < _SMALLEST_RADIUS * (1 + _length(scale * state.v)):
            return _finished(f, state, distance, done)
    return Solution(state.state, done, Outcome.ITERATIONS)


def _radius(radius: float, gain: float, length: float, inside: bool) -> float:
    if gain < _BAD:
        return 0.25 * min(radius, length)
    return max(radius, 3 * length) if gain > _GOOD and not inside else radius


def _step(state: _Point, scale: Vector, radius: float) -> _Step:
    """The minimum of the model within the radius, by the eigenvalues of the scaled curvature."""
    values, vectors = state.curvature.eigen(scale)
    g = vectors.T @ (state.gradient / scale)
    least = values[0]
    definite = least > _least(state.curvature) * max(abs(values[-1]), _EPS)
    if definite and _length(g / values) <= radius:
        y, inside = -g / values, True
    else:
        y, inside = _at_the_edge(values, g, radius), False
    return _Step(vectors @ y / scale, float(-(g @ y) - 0.5 * (values * y) @ y), inside)


def _at_the_edge(values: Vector, g: Vector, radius: float) -> Vector:
    """-(values + shift)^-1 g of the length ``radius``; along the least eigenvector where no shift reaches it."""
    floor = max(0.0, -values[0])
    low, high = floor, floor + _length(g) / radius + _EPS
    tiny = _EPS * max(1.0, abs(values[-1]))
    if _length(_shifted(values, g, low + tiny)) < radius:
        y = _shifted(values, g, low + tiny)
        y[0] += np.copysign(np.sqrt(max(radius**2 - float(y @ y), 0.0)), -g[0] if g[0] else -1.0)
        return y
    shift = high
    for _ in range(60):
        y = _shifted(values, g, shift)
        length = _length(y)
        if abs(length - radius) <= _AT_THE_EDGE * radius:
            break
        low, high = (shift, high) if length > radius else (low, shift)
        shift += (length / radius - 1) * length**2 / float(y @ (y / (values + shift)))  # Newton, on 1/length
        if not low < shift < high:
            shift = 0.5 * (low + high)
    return y


def _shifted(values: Vector, g: Vector, shift: float) -> Vector:
    moved = values + shift
    with np.errstate(all="ignore"):
        return np.where(g == 0, 0.0, -g / moved)


def _length(v: Vector) -> float:
    return math.sqrt(float(v @ v))


def _least(curvature: Curvature) -> float:
    """The share of the largest eigenvalue below which one is rounding; a root has twice the digits."""
    return _EPS**2 if isinstance(curvature, Root) else 8 * _EPS


def _finished(f: Function, state: _Point, distance: Distance, done: int) -> Solution:
    """Newton steps until they no longer shrink; then what the last one says.

    A step after one of less than `_LAST` would be one of rounding, since Newton's are squared.
    """
    best, left = state, np.inf
    for _ in range(_FINISHING):
        scale = np.where(state.norms > 0, state.norms, 1.0)
        values, vectors = state.curvature.eigen(scale)
        if not values[0] > _least(state.curvature) * values[-1]:
            break
        s = -(vectors @ ((vectors.T @ (state.gradient / scale)) / values)) / scale
        now, before = distance(state.v, s, np.square(vectors / scale[:, None]) @ (1 / values)), left
        if not now < 0.5 * before:
            break
        best, left = state, now
        if now <= 2 * _EPS or before <= _LAST:
            break
        new = _Point(state.v + s, *f(state.v + s))
        if not new.finite:
            break
        state, done = new, done + 1
    return Solution(best.state, done, Outcome.DIGITS if left <= _DIGITS else Outcome.STUCK)
