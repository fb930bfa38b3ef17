"""Gradient descent, exactly as the book does it:

    w <- w - rate * dL/dw

full batch, fixed rate; or, where no rate is given, with the step that the curvature allows, 1 over the largest
eigenvalue of the Hessian at the start, halved whenever the loss does not fall as it then must. It ends where it has
arrived, as `arrival` says.

Source: 最短コースでわかるディープラーニングの数学, section 8-6, equation (8.6.6); the descent lemma is in Nesterov,
Lectures on Convex Optimization, 2018, theorem 2.1.14.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from lossproof.training.arrays import Vector
from lossproof.training.minimise.arrival import MOST_PARAMETERS
from lossproof.training.minimise.loop import Advance, iterate
from lossproof.training.minimise.solution import (
    Arrived,
    Limits,
    Outcome,
    Problem,
    Solution,
    State,
    Watch,
    largest,
    silent,
)

_HALVINGS = 60
_CLOSER = 1e-2  # how much smaller the gradient has to get before the next look whether this is the minimum


def descend(
    problem: Problem, start: Vector, rate: float, limits: Limits, arrived: Arrived, watch: Watch = silent
) -> Solution:
    """Gradient descent from ``start`` (p,) with the fixed ``rate``.

    Looks whether it has arrived where no component of the gradient is larger than ``limits.tolerance`` times the
    largest at the start; with tolerance 0 it does every iteration, as the book does.
    """

    def advance(state: State) -> State | Outcome:
        after = evaluate(problem, state.v - rate * state.gradient)
        return after if after.finite else Outcome.NOT_FINITE

    first = evaluate(problem, start)
    return _until_arrived(first, advance, limits, limits.tolerance * largest(first.gradient), arrived, watch)


def descend_safely(
    problem: Problem, start: Vector, limits: Limits, arrived: Arrived, watch: Watch = silent
) -> Solution:
    """Gradient descent whose loss falls in every step; it looks at the start, too, whether it has arrived."""
    first = evaluate(problem, start)
    if not first.finite:
        return Solution(first, 0, Outcome.NOT_FINITE)
    if limits.iterations and (there := arrived(Solution(first, 0, Outcome.STUCK))) is not None:
        return there
    rate = 1.0 / (_largest_eigenvalue(problem, start) or 1.0)

    def advance(state: State) -> State | Outcome:
        nonlocal rate
        for _ in range(_HALVINGS):
            after = evaluate(problem, state.v - rate * state.gradient)
            promised = rate / 2 * float(state.gradient @ state.gradient)
            if after.finite and after.value <= state.value - promised:
                return after
            if after.finite and promised <= 4 * np.finfo(float).eps * abs(state.value):
                return Outcome.STUCK
            rate /= 2
        return Outcome.STUCK if after.finite else Outcome.NOT_FINITE

    return _until_arrived(first, advance, limits, limits.tolerance * largest(first.gradient), arrived, watch)


def _until_arrived(
    state: State, advance: Advance, limits: Limits, enough: float, arrived: Arrived, watch: Watch
) -> Solution:
    """The loop, with a look at whether this is the minimum each time that the gradient has become so much smaller."""
    ends: list[Solution] = []

    def look_or_advance(state: State) -> State | Outcome:
        nonlocal enough
        if largest(state.gradient) <= enough and limits.tolerance:
            if (end := arrived(Solution(state, 0, Outcome.STUCK))) is not None:
                ends.append(end)
                return end.outcome
            enough = _CLOSER * largest(state.gradient)
        return advance(state)

    solution = iterate(state, look_or_advance, limits, watch)
    if ends:
        return Solution(ends[0].state, solution.iterations, ends[0].outcome)
    return (arrived(solution) or solution) if solution.outcome is Outcome.STUCK else solution


def evaluate(problem: Problem, v: Vector) -> State:
    """The state at ``v`` with its gradient."""
    return State(v, *problem.value_and_gradient(v))


def _largest_eigenvalue(problem: Problem, v: Vector) -> float:
    """Of the Hessian at ``v``; with very many columns the trace where they have spread 1 and the loss curvature 1."""
    if v.size > MOST_PARAMETERS:
        return float(v.size)
    hessian = problem.value_gradient_hessian(v)[2]
    last = len(hessian) - 1
    return float(linalg.eigvalsh(hessian, subset_by_index=(last, last))[0]) if np.isfinite(hessian).all() else 1.0
