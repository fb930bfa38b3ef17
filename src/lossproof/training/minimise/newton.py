"""Newton's method with a line search:

    H d = -g,   v <- v + t d,   t = 1, 1/2, 1/4, ...

until a step would move nothing. H may be singular or indefinite: see `solve`. Near the minimum the loss no
longer shows an improvement in its last digit while the parameters still gain digits; there a step counts when
the slope along it falls (Hager and Zhang, SIAM J. Optim. 16, 2005, "approximate Wolfe").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lossproof.training.arrays import Vector
from lossproof.training.minimise.factor import Factor, factorise
from lossproof.training.minimise.loop import iterate
from lossproof.training.minimise.solution import Limits, Outcome, Problem, Solution, State, Watch, largest, silent

_EPS = float(np.finfo(float).eps)
_SUFFICIENT = 1e-4
_HALVINGS = 60
_ROUNDING = 64 * _EPS
_LOOSE = 1e-6  # tolerance from which a runaway could meet it
_SHRINKING = 0.5
_FLAT = 1e-8

Factorise = Callable[[State], Factor]


def factor_of(state: State) -> Factor:
    """The factors of the Hessian at ``state``."""
    assert state.hessian is not None
    return factorise(state.hessian)


def newton(
    problem: Problem, start: Vector, limits: Limits, watch: Watch = silent, factor: Factorise = factor_of
) -> Solution:
    """Minimise from ``start``; done when no component of a step exceeds ``tolerance * max |v|``.

    Of a runaway every step is as long as the one before, and small beside ``v`` in the end: with a loose tolerance
    a step must also be half the last one. The last step, too small to change the loss, is still taken: it doubles
    the digits of ``v``.
    """
    first, last = evaluate(problem, start), None if limits.tolerance > _LOOSE else np.inf

    def advance(state: State) -> State | Outcome:
        nonlocal last
        if not state.finite:
            return Outcome.NOT_FINITE
        factors = factor(state)
        step = -factors.solve(state.gradient)
        reach = largest(step)
        if reach <= limits.tolerance * largest(state.v) and last is not None and reach <= _SHRINKING * last:
            flat = factors.unseen(state.gradient) <= max(_FLAT * factors.unseen(first.gradient), _ROUNDING)
            return Outcome.STEP if flat else Outcome.STUCK
        last = np.inf if limits.tolerance <= _LOOSE else reach
        return search(problem, state, step)

    solution = iterate(first, advance, limits, watch)
    return finish(solution, factor) if solution.outcome.converged else solution


def finish(solution: Solution, factor: Factorise) -> Solution:
    """Take the last step without looking at the loss, and say so where the minimum is not unique."""
    state, factors = solution.state, factor(solution.state)
    if not factors.positive:
        return replace(solution, outcome=Outcome.STUCK)
    polished = replace(state, v=state.v - factors.solve(state.gradient))
    unique = factors.rank == state.v.size
    return replace(solution, state=polished, outcome=solution.outcome if unique else Outcome.NOT_UNIQUE)


def search(problem: Problem, state: State, step: Vector) -> State | Outcome:
    """The first of v + d, v + d/2, v + d/4, ... that lowers the loss enough, or why there is none."""
    for halving in range(_HALVINGS):
        part = 0.5**halving * step
        after = evaluate(problem, state.v + part)
        if after.finite and lowers(state, after, part):
            return after
        if -float(state.gradient @ part) <= _noise(state):
            return Outcome.ROUNDING if after.finite else Outcome.NOT_FINITE
    return Outcome.STUCK


def lowers(state: State, after: State, step: Vector) -> bool:
    """Whether a step lowers the loss by a part of what the slope promised; below rounding, whether it gets flatter."""
    promised, noise = float(state.gradient @ step), _noise(state)
    if -promised > noise:
        return after.value <= state.value + _SUFFICIENT * promised + noise * _SUFFICIENT
    flatter = abs(after.gradient @ step) <= 0.5 * abs(state.gradient @ step)
    return bool(flatter and after.value <= state.value + noise)


def _noise(state: State) -> float:
    return _ROUNDING * abs(state.value)


def evaluate(problem: Problem, v: Vector) -> State:
    """The state at ``v`` with gradient and Hessian."""
    return State(v, *problem.value_gradient_hessian(v))
