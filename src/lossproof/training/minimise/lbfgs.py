"""L-BFGS, SciPy's (L-BFGS-B 3.0), for models with many parameters.

Source: Liu and Nocedal, Mathematical Programming 45, 1989; the loop is SciPy's, the stopping is ours: it is run
again from where it stopped until it has arrived, as `arrival` says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import scipy  # its optimize is read when it is first used: Newton's method needs none of it

from lossproof.training.arrays import Vector
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

_REMEMBERED = 20
_CLOSER = 1e-3  # how much smaller the gradient has to get in a further round
_PROGRESS = 0.5
_ROUNDS = 40
_WALL = 4.0  # times what the slope promised: the next trial is about a tenth of the way


def lbfgs(problem: Problem, start: Vector, limits: Limits, arrived: Arrived, watch: Watch = silent) -> Solution:
    """Minimise from ``start``: a round ends when the gradient is down to ``tolerance`` times what it was."""
    run = _Run(problem, watch)
    state = run.evaluate(start)
    if not state.finite:
        return Solution(state, 0, Outcome.NOT_FINITE)
    enough = limits.tolerance * largest(state.gradient)
    try:
        for _ in range(_ROUNDS):
            solution = run.round(state, enough, limits.iterations)
            if solution.outcome is not Outcome.STUCK:
                return solution
            if (end := arrived(solution)) is not None:
                return end
            if not _nearer(state, solution.state):
                return solution
            state, enough = solution.state, _CLOSER * largest(solution.state.gradient)
    except KeyboardInterrupt:
        return Solution(run.best, run.told, Outcome.INTERRUPTED)
    return solution


def _nearer(before: State, after: State) -> bool:
    lower = after.value < before.value
    return after.finite and (lower or largest(after.gradient) <= _PROGRESS * largest(before.gradient))


class _Run:
    """The function as SciPy calls it, and what was seen on the way."""

    def __init__(self, problem: Problem, watch: Watch) -> None:
        self.problem, self.watch = problem, watch
        self.told, self.stopped = 0, False
        self.last: State
        self.best: State
        self.base: State  # where the line search of the moment began

    def round(self, state: State, enough: float, most: int) -> Solution:
        """SciPy's loop from ``state``; STUCK where it ended by itself, be it at a minimum or not."""
        left = most - self.told
        if left <= 0:
            return Solution(state, self.told, Outcome.ITERATIONS)
        options = {
            "maxiter": left,
            "maxfun": 20 * left + 20,
            "maxcor": _REMEMBERED,
            "gtol": enough,
            "ftol": 0.0,
            "maxls": 50,
        }
        self.base = state
        result = scipy.optimize.minimize(
            self, state.v, jac=True, method="L-BFGS-B", callback=self.tell, options=options
        )
        solution = Solution(self.evaluate(result.x), self.told, Outcome.STUCK)
        if self.stopped:
            return replace(solution, outcome=Outcome.STOPPED)
        return replace(solution, outcome=Outcome.ITERATIONS) if result.status == 1 else solution

    def evaluate(self, v: Vector) -> State:
        if not hasattr(self, "last") or not np.array_equal(v, self.last.v):
            self.last = State(np.array(v), *self.problem.value_and_gradient(np.array(v)))
        if not hasattr(self, "best") or self.last.value < self.best.value:
            self.best = self.last
        return self.last

    def __call__(self, v: Vector) -> tuple[float, Vector]:
        state = self.evaluate(v)
        return (state.value, state.gradient) if state.finite else self._wall(v)

    def _wall(self, v: Vector) -> tuple[float, Vector]:
        """What a line search is told where the loss is not defined, so that it turns back: a slope upwards."""
        way = np.asarray(v) - self.base.v
        rise = _WALL * abs(float(self.base.gradient @ way))
        return self.base.value + rise, way * (2 * rise / float(way @ way))

    def tell(self, intermediate_result: Any) -> None:
        state = self.evaluate(intermediate_result.x)
        self.told, self.base = self.told + 1, state
        if self.watch(self.told - 1, state):
            self.stopped = True
            raise StopIteration
