"""Has a minimiser arrived? Asked in units of the answer's own certainty, never of where the work began.

    d = H^-1 g                         the step that Newton's method would take next
    sum a g'd <= (1/1000)^2 phi        so no parameter is further than a thousandth of its standard error
    |d| <= 1e-4 max(1, 1e-4 |v|)       where there is no minimum, every step is as long as the one before

H has to be positive definite on the directions that it sees, and the gradient all but 0 on the others. With
so many parameters that H cannot be had, the gradient is measured by the spread of the scores that it is the mean of:

    |g_j| <= rms(l'_m z_mj) / (1000 sqrt(sum a))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lossproof.training.arrays import Vector
from lossproof.training.minimise.factor import Factor
from lossproof.training.minimise.solution import Outcome, Problem, Solution, State, largest

MOST_PARAMETERS = 5000
_OF_A_STANDARD_ERROR = 1e-3
_FAR_STEP = 1e-4
_ROUNDING = 64 * float(np.finfo(float).eps)

Factorise = Callable[[State], Factor]


@dataclass(frozen=True)
class Arrival:
    """What it takes to tell: the ``weight`` of all samples, the dispersion at a point, the spread of the scores."""

    problem: Problem
    factor: Factorise
    weight: float
    dispersion: Callable[[Vector], float]
    spread: Callable[[Vector], float]

    def __call__(self, solution: Solution) -> Solution | None:
        """The end of the work at a minimum, with the last step taken; None where this is none.

        The last step, too small to matter, is taken without looking: it doubles the digits of v. Where the place is no
        minimum yet and the step is small all the same, its end is looked at, too: a line search that compares losses
        can't see so small a step under their rounding.
        """
        state = solution.state
        if not state.finite:
            return None
        if state.v.size > MOST_PARAMETERS:
            enough = _OF_A_STANDARD_ERROR * self.spread(state.v) / np.sqrt(self.weight)
            return replace(solution, outcome=Outcome.CERTAIN) if largest(state.gradient) <= enough else None
        for _ in range(2):
            state = replace(state, hessian=self.problem.value_gradient_hessian(state.v)[2])
            if not state.finite:
                return None
            factor = self.factor(state)
            step = factor.solve(state.gradient)
            if not (factor.positive and factor.rank and _is_small(step, state.v)):
                return None
            if (outcome := self._outcome(state, factor, step)) is not None:
                return replace(solution, state=replace(state, v=state.v - step), outcome=outcome)
            state = State(state.v - step, *self.problem.value_and_gradient(state.v - step))
        return None

    def _outcome(self, state: State, factor: Factor, step: Vector) -> Outcome | None:
        promised = float(state.gradient @ step) + factor.unseen(state.gradient) ** 2
        certain = self.weight * promised <= _OF_A_STANDARD_ERROR**2 * self.dispersion(state.v)
        if not certain and promised > _ROUNDING * abs(state.value):
            return None
        if factor.rank < state.v.size:
            return Outcome.NOT_UNIQUE
        return Outcome.CERTAIN if certain else Outcome.ROUNDING


def _is_small(step: Vector, v: Vector) -> bool:
    return largest(step) <= _FAR_STEP * max(1.0, _FAR_STEP * largest(v))
