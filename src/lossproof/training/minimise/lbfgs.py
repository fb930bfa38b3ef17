"""L-BFGS, SciPy's (L-BFGS-B 3.0), for models with many parameters.

Source: Liu and Nocedal, Mathematical Programming 45, 1989; the loop is SciPy's, the stopping is ours.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import optimize

from lossproof.training.arrays import Vector
from lossproof.training.minimise.gradient_descent import largest
from lossproof.training.minimise.solution import Limits, Outcome, Problem, Solution, State, Watch, silent

_REMEMBERED = 20


def lbfgs(problem: Problem, start: Vector, limits: Limits, watch: Watch = silent) -> Solution:
    """Minimise from ``start``; done when the gradient is down to ``tolerance`` times what it was there."""
    run = _Run(problem, watch)
    first = run.evaluate(start)
    if not first.finite:
        return Solution(first, 0, Outcome.NOT_FINITE)
    enough = limits.tolerance * largest(first.gradient)
    try:
        result = optimize.minimize(
            run,
            start,
            jac=True,
            method="L-BFGS-B",
            callback=run.tell,
            options={
                "maxiter": limits.iterations,
                "maxfun": 20 * limits.iterations + 20,
                "maxcor": _REMEMBERED,
                "gtol": enough,
                "ftol": 0.0,
                "maxls": 50,
            },
        )
    except KeyboardInterrupt:
        return Solution(run.best, run.told, Outcome.INTERRUPTED)
    state = run.evaluate(result.x)
    return Solution(state, run.told, _outcome(result, run, state, enough))


def _outcome(result: Any, run: _Run, state: State, enough: float) -> Outcome:
    if run.stopped:
        return Outcome.STOPPED
    if largest(state.gradient) <= enough:
        return Outcome.GRADIENT
    return Outcome.ITERATIONS if result.status == 1 else _at_a_standstill(state)


def _at_a_standstill(state: State) -> Outcome:
    """The line search failed: at the last digits of the loss that is the end, elsewhere it is not."""
    noise = np.sqrt(np.finfo(float).eps * max(abs(state.value), np.finfo(float).tiny))
    return Outcome.ROUNDING if largest(state.gradient) <= noise else Outcome.STUCK


class _Run:
    """The function as SciPy calls it, and what was seen on the way."""

    def __init__(self, problem: Problem, watch: Watch) -> None:
        self.problem, self.watch = problem, watch
        self.told, self.stopped = 0, False
        self.last: State
        self.best: State

    def evaluate(self, v: Vector) -> State:
        self.last = State(np.array(v), *self.problem.value_and_gradient(np.array(v)))
        if not hasattr(self, "best") or self.last.value < self.best.value:
            self.best = self.last
        return self.last

    def __call__(self, v: Vector) -> tuple[float, Vector]:
        state = self.evaluate(v)
        return state.value, state.gradient

    def tell(self, intermediate_result: Any) -> None:
        v = intermediate_result.x
        state = self.last if np.array_equal(v, self.last.v) else self.evaluate(v)
        self.told += 1
        if self.watch(self.told - 1, state):
            self.stopped = True
            raise StopIteration
