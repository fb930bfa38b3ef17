"""Whether a minimum exists: asked where a minimiser ran away, or where its answer could be a runaway's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from flint import fmpz
from numpy.typing import NDArray

from lossproof.lowering import Objective
from lossproof.training.arrays import Matrix
from lossproof.training.existence import exact
from lossproof.training.existence.exact import Column
from lossproof.training.existence.pull import pulls
from lossproof.training.existence.separation import Separation, decide
from lossproof.training.existence.working_set import MatrixRows, Places, Pull, SomeRows, pulled
from lossproof.training.minimise.solution import Outcome, Solution, State
from lossproof.training.minimise.task import Task
from lossproof.training.rows.data import Data

_FIRST_LOOK = 20
_MOST_ENTRIES = 1 << 24
_MET = frozenset({Outcome.STEP, Outcome.CERTAIN})
_STOPPED = frozenset({Outcome.STOPPED, Outcome.INTERRUPTED})


def existence(task: Task, solution: Solution) -> Separation | None:
    """The separation of the data, where there is one; None where a minimum exists or nothing hints otherwise.

    A last step with a Hessian of full rank has met a minimum, and who was stopped is told nothing that takes time;
    any other end is looked into. Coefficients with a penalty cannot run away, so only the others are asked about,
    and samples without weight do not count.
    """
    early = solution.iterations < _FIRST_LOOK and solution.outcome is Outcome.ITERATIONS
    if solution.outcome in _MET or solution.outcome in _STOPPED or early:
        return None
    found = _of_classes(task) if task.data.loss.categorical else _of_one_predictor(task, solution.state)
    return None if found is None or found.kind == "none" else found


def _of_one_predictor(task: Task, state: State) -> Separation | None:
    if len(task.data.loss.predictors) > 1:
        return None
    pull = np.concatenate(task.data.each(block_pulls))
    if not pull.any():
        return None
    counted = np.concatenate(task.data.each(block_counted))
    loose = np.flatnonzero(task.problem.penalty == 0).tolist()
    rows = SomeRows(DataRows(task.data, task.ones, tuple(loose), pull), np.flatnonzero(counted))
    way = task.params(state.v)[loose] if len(loose) == len(task.names) else None
    return decide(rows, [task.names[j] for j in loose], way, bounded=True)


def _of_classes(task: Task) -> Separation | None:
    """With classes, a direction D separates where (D_y - D_k)'x >= 0 for every other class k of every sample.

    Each pair of a sample and another class is a row; with too many of them to be held nothing is said.
    """
    q = len(task.data.loss.predictors)
    if task.data.rows * task.problem.free.size * (q - 1) > _MOST_ENTRIES:
        return None
    columns = tuple(range(task.coordinates.width))
    pairs = np.concatenate(task.data.each(partial(block_pairs, which=columns, ones=task.ones, classes=q)))
    loose = np.flatnonzero(task.problem.free & (task.problem.penalty == 0))
    names = dict(zip(np.flatnonzero(task.problem.free).tolist(), task.names, strict=True))
    rows = MatrixRows(pairs[:, loose], np.ones(len(pairs), dtype=np.int8))
    found = decide(rows, [names[j] for j in loose.tolist()], bounded=True)
    if found is None:
        return None
    return replace(found, rows=np.asarray(found.rows.reshape(-1, q - 1).all(axis=1)))


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


@dataclass(frozen=True, eq=False)
class DataRows:
    """The samples of ``data`` in the columns ``which``; with ``ones``, the place d stands for the intercept."""

    data: Data
    ones: bool
    which: tuple[int, ...]
    pull: Pull

    @property
    def count(self) -> int:
        return self.data.rows

    @property
    def width(self) -> int:
        return len(self.which)

    @cached_property
    def range(self) -> Matrix:
        ends = np.array(self.data.each(partial(block_range, which=self.which, ones=self.ones)))
        return np.stack([ends[:, 0].min(axis=0), ends[:, 1].max(axis=0)])

    def signs(self, d: Column) -> NDArray[np.int8]:
        whole = [int(x) for x in d]
        parts = self.data.each(partial(block_signs, which=self.which, ones=self.ones, direction=whole))
        return pulled(np.concatenate(parts), self.pull)

    def take(self, places: Places) -> tuple[Matrix, Pull]:
        ends = np.cumsum([0, *self.data.lengths])
        parts = []
        for k in range(len(self.data.lengths)):
            here = places[(places >= ends[k]) & (places < ends[k + 1])] - ends[k]
            if here.size:
                parts.append(columns_of(self.data.block(k), self.which, self.ones, here))
        return np.concatenate(parts), self.pull[np.sort(places)]

    def columns(self, which: Sequence[int]) -> DataRows:
        return DataRows(self.data, self.ones, tuple(self.which[j] for j in which), self.pull)


def columns_of(rows: Objective, which: Sequence[int], ones: bool, places: Places | None = None) -> Matrix:
    """The columns of a block as floats, for some of its rows or all; the place d is the intercept's, of ones."""
    d = rows.X.shape[1]
    some = rows.X if places is None else rows.X[places]
    matrix = np.ones((len(some), len(which)))
    for place, j in enumerate(which):
        if j < d or not ones:
            matrix[:, place] = some[:, j]
    return matrix


def block_pairs(rows: Objective, which: Sequence[int], ones: bool, classes: int) -> Matrix:
    """For every counted sample and every class k that is not its own: x for its class, -x for k (n (K-1), K p)."""
    counted = block_counted(rows)
    x, y = columns_of(rows, which, ones)[counted], rows.y[counted].astype(int)
    pairs = np.zeros((len(x), classes - 1, classes, x.shape[1]))
    others = (y[:, None] + np.arange(1, classes)) % classes
    sample, place = np.arange(len(x))[:, None], np.arange(classes - 1)
    pairs[sample, place, y[:, None]] = x[:, None]
    pairs[sample, place, others] = -x[:, None]
    return pairs.reshape(len(x) * (classes - 1), -1)


def block_pulls(rows: Objective) -> Pull:
    return pulls(rows.loss, rows.y)


def block_counted(rows: Objective) -> NDArray[np.bool_]:
    return rows.weights > 0 if rows.weights.size else np.ones(len(rows.y), dtype=bool)


def block_range(rows: Objective, which: Sequence[int], ones: bool) -> Matrix:
    matrix = columns_of(rows, which, ones)
    return np.stack([matrix.min(axis=0), matrix.max(axis=0)])


def block_signs(rows: Objective, which: Sequence[int], ones: bool, direction: list[int]) -> NDArray[np.int8]:
    return exact.float_signs(columns_of(rows, which, ones), [fmpz(x) for x in direction])
