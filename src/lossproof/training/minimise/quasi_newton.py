"""Quasi-Newton steps from a Hessian that is nearly right: one gradient a step, more digits with every step.

    d = -B g,   v <- v + d,   B = the inverse of a sample's Hessian, corrected by what the steps have shown

With the Hessian of n rows in the place of the whole's a plain step leaves a fraction of about sqrt(p/n) of the
error; with the corrections of BFGS each step leaves less than the one before.
Source: Nocedal and Wright, Numerical Optimization, 2nd edition, algorithm 7.4 (the two loops), H0 the sample's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lossproof.training.arrays import Vector
from lossproof.training.minimise.factor import Factor
from lossproof.training.minimise.gradient_descent import evaluate
from lossproof.training.minimise.loop import iterate
from lossproof.training.minimise.newton import lowers
from lossproof.training.minimise.solution import Limits, Outcome, Problem, Solution, State, Watch, largest, silent

_MOST_STEPS = 25
_SHRINKING = 0.9
_A_LITTLE = 1e-4
_AS_SAMPLES_DIFFER = 0.9  # where the Hessian has a diagonal of ones
_SAFETY = 0.5  # a step of ours and one of Newton's differ by less than a factor of two


@dataclass(frozen=True)
class Shown:
    """What a step showed of the Hessian: H step = change of the gradient, nearly."""

    step: Vector
    change: Vector

    @property
    def curvature(self) -> float:
        return float(self.step @ self.change)


def close_in(
    problem: Problem,
    start: Vector,
    factor: Factor,
    limits: Limits,
    watch: Watch = silent,
    constants: NDArray[np.bool_] | None = None,
) -> Solution:
    """Minimise from ``start`` (p,), near a minimum where ``factor`` is nearly the Hessian's.

    Done when no component of a step exceeds half of ``tolerance * max |v|``, the ``constants`` (mask of p) and the
    others each measured by their own; that step is still taken. Where the steps do not shrink or do not lower the
    loss, or the Hessian at the end is another than ``factor`` says, the outcome is STUCK, and a method with a
    Hessian must go on.
    """
    apart = np.zeros(start.size, dtype=bool) if constants is None else constants
    shown: list[Shown] = []
    last = step = np.full(start.size, np.inf)

    def advance(state: State) -> State | Outcome:
        nonlocal last, step
        if not state.finite:
            return Outcome.STUCK
        last, step = step, -corrected(factor, shown, state.gradient)
        if all(largest(step[part]) <= _SAFETY * limits.tolerance * largest(state.v[part]) for part in (apart, ~apart)):
            return Outcome.STEP if alike(problem, state, factor) else Outcome.STUCK
        if not largest(step) < _SHRINKING * largest(last) or len(shown) == _MOST_STEPS:
            return Outcome.STUCK
        after = evaluate(problem, state.v + step)
        if not (after.finite and lowers(state, after, step)):
            return Outcome.STUCK
        shown.append(Shown(step, after.gradient - state.gradient))
        return after if shown[-1].curvature > 0 else Outcome.STUCK

    solution = iterate(evaluate(problem, start), advance, limits, watch)
    if solution.outcome is not Outcome.STEP:
        return solution
    return replace(solution, state=replace(solution.state, v=solution.state.v + step))


def alike(problem: Problem, state: State, factor: Factor) -> bool:
    """Whether the gradient changes as ``factor`` says when every coefficient is moved a little, up or down.

    A sample with a few large values has a Hessian that is much too large there: steps would be far too short, and
    look as if they had arrived.
    """
    signs = np.random.default_rng(0).choice([-1.0, 1.0], state.v.size)
    moved = evaluate(problem, state.v + _A_LITTLE / np.sqrt(signs.size) * signs / factor.scale)
    change = (moved.gradient - state.gradient) / factor.scale * (np.sqrt(signs.size) / _A_LITTLE)
    return bool(largest(change - factor.times(signs)) <= _AS_SAMPLES_DIFFER)


def corrected(factor: Factor, shown: list[Shown], gradient: Vector) -> Vector:
    """B g by the two loops: B agrees with everything that was ``shown``, and with ``factor`` elsewhere."""
    direction, weights = gradient.copy(), []
    for one in reversed(shown):
        weight = float(one.step @ direction) / one.curvature
        direction -= weight * one.change
        weights.append(weight)
    direction = factor.solve(direction)
    for one, weight in zip(shown, reversed(weights), strict=True):
        direction += (weight - float(one.change @ direction) / one.curvature) * one.step
    return direction
