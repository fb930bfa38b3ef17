"""Gradient descent, exactly as the book does it:

    w <- w - rate * dL/dw

full batch, fixed rate; or, where no rate is given, with the step that the curvature allows, 1 over the largest
eigenvalue of the Hessian at the start, halved whenever the loss does not fall as it then must.

Source: 最短コースでわかるディープラーニングの数学, section 8-6, equation (8.6.6); the descent lemma is in Nesterov,
Lectures on Convex Optimization, 2018, theorem 2.1.14.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from lossproof.training.arrays import Vector
from lossproof.training.minimise.loop import iterate
from lossproof.training.minimise.solution import Limits, Outcome, Problem, Solution, State, Watch, silent

_HALVINGS = 60


def descend(problem: Problem, start: Vector, rate: float, limits: Limits, watch: Watch = silent) -> Solution:
    """Gradient descent from ``start`` (p,) with the fixed ``rate``.

    Stops where no component of the gradient is larger than ``limits.tolerance`` times the largest at the start;
    with tolerance 0 it does every iteration, as the book does.
    """
    first = evaluate(problem, start)
    enough = limits.tolerance * largest(first.gradient)

    def advance(state: State) -> State | Outcome:
        if largest(state.gradient) <= enough:
            return Outcome.GRADIENT
        after = evaluate(problem, state.v - rate * state.gradient)
        return after if after.finite else Outcome.NOT_FINITE

    return iterate(first, advance, limits, watch)


def descend_safely(problem: Problem, start: Vector, limits: Limits, watch: Watch = silent) -> Solution:
    """Gradient descent whose loss falls in every step; stops like `descend`."""
    first = evaluate(problem, start)
    if not first.finite:
        return Solution(first, 0, Outcome.NOT_FINITE)
    enough = limits.tolerance * largest(first.gradient)
    rate = 1.0 / (_largest_eigenvalue(problem, start) or 1.0)

    def advance(state: State) -> State | Outcome:
        nonlocal rate
        if largest(state.gradient) <= enough:
            return Outcome.GRADIENT
        for _ in range(_HALVINGS):
            after = evaluate(problem, state.v - rate * state.gradient)
            if after.finite and after.value <= state.value - rate / 2 * float(state.gradient @ state.gradient):
                return after
            if abs(after.value - state.value) <= 4 * np.finfo(float).eps * abs(state.value):
                return Outcome.ROUNDING
            rate /= 2
        return Outcome.STUCK

    return iterate(first, advance, limits, watch)


def evaluate(problem: Problem, v: Vector) -> State:
    """The state at ``v`` with its gradient."""
    return State(v, *problem.value_and_gradient(v))


def largest(gradient: Vector) -> float:
    """The largest component, without its sign."""
    return float(np.abs(gradient).max(initial=0.0))


def _largest_eigenvalue(problem: Problem, v: Vector) -> float:
    hessian = problem.value_gradient_hessian(v)[2]
    last = len(hessian) - 1
    return float(linalg.eigvalsh(hessian, subset_by_index=(last, last))[0])
