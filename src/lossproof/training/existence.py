"""Whether a minimum exists: asked where a minimiser ran away, or where its answer could be a runaway's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lossproof.training.pull import pulls
from lossproof.training.separation import Separation, decide
from lossproof.training.solution import Matrix, Outcome, Solution, State
from lossproof.training.task import Task

_FIRST_LOOK = 20


def existence(task: Task, solution: Solution) -> Separation | None:
    """The separation of the data, where there is one; None where a minimum exists or nothing hints otherwise.

    Newton's last step with a Hessian of full rank has met a minimum; any other end is looked into. Coefficients
    with a penalty cannot run away, so only the others are asked about, and samples without weight do not count.
    """
    data = task.data
    if solution.outcome is Outcome.STEP or len(data.loss.predictors) > 1:
        return None
    counted = data.weights > 0 if data.weights.size else np.ones(len(data.y), dtype=bool)
    pull = pulls(data.loss, data.y[counted])
    if not pull.any():
        return None
    loose = np.flatnonzero(task.problem.penalty == 0)
    found = decide(_columns(task, counted, loose), pull, [task.names[j] for j in loose])
    return None if found.kind == "none" else found


class Lookout:
    """A watch for Newton's method, which would follow a runaway to the end of the floats: one look on the way."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.found: Separation | None = None

    def __call__(self, iteration: int, state: State) -> bool:
        """Whether the data turned out to be separated."""
        if iteration == _FIRST_LOOK:
            self.found = existence(self.task, Solution(state, iteration + 1, Outcome.ITERATIONS))
        return self.found is not None


def _columns(task: Task, rows: NDArray[np.bool_], which: NDArray[np.intp]) -> Matrix:
    """The rows of X in these columns, the intercept's ones included."""
    d = task.data.X.shape[1]
    given = np.asarray(task.data.X[rows][:, which[which < d]], dtype=np.float64)
    return np.column_stack([given, np.ones((len(given), int(task.ones and d in which)))])
