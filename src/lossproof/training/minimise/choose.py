"""Choosing who minimises, and telling what happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from lossproof.errors import CallerError
from lossproof.lowering import Objective
from lossproof.training.arrays import Vector
from lossproof.training.minimise.arrival import Arrival
from lossproof.training.minimise.dispersion import dispersion_of, spread_of_scores
from lossproof.training.minimise.gradient_descent import descend, descend_safely
from lossproof.training.minimise.information import Information
from lossproof.training.minimise.lbfgs import lbfgs
from lossproof.training.minimise.newton import newton
from lossproof.training.minimise.problem import Penalised
from lossproof.training.minimise.quasi_newton import close_in
from lossproof.training.minimise.solution import Entry, Limits, Outcome, Solution, State, Watch
from lossproof.training.minimise.start import Start, anchors
from lossproof.training.minimise.task import Task, as_number
from lossproof.training.progress import progress
from lossproof.training.rows.coordinates import rough

Callback = Callable[[dict[str, Any]], Any]
"""Told the entry of each update with the ``params`` after it; stops the work by answering True."""

_NEWTON_UP_TO = 500
_ROWS_FOR_A_SCALE = 1 << 12


@dataclass(frozen=True)
class Options:
    """How to minimise, as the caller asked; None leaves it to us. Raises CallerError for what cannot be."""

    method: str | None = None
    rate: float | None = None
    iterations: int | None = None
    tolerance: float | None = None
    callback: Callback | None = None
    progress: bool | None = None

    def __post_init__(self) -> None:
        if self.method is not None and self.method not in METHODS:
            known = ", ".join(map(repr, METHODS))
            raise CallerError(f"method: {self.method!r} was given; known are {known}, or None to choose by size.")
        if self.rate is not None and self.method != "gd":
            raise CallerError(f'rate: {self.rate!r} was given; only method="gd" has a rate.')
        if self.rate is not None and not 0 < as_number("rate", self.rate) < np.inf:
            raise CallerError(f"rate: {self.rate!r} was given; a positive number is needed, such as 0.01.")
        if self.iterations is not None and not _is_count(as_number("max_iterations", self.iterations)):
            raise CallerError(f"max_iterations: {self.iterations!r} was given; a whole number from 0 is needed.")
        if self.tolerance is not None and not 0 <= as_number("tolerance", self.tolerance) < 1:
            raise CallerError(f"tolerance: {self.tolerance!r} was given; a number from 0 to below 1 is needed.")
        if self.callback is not None and not callable(self.callback):
            raise CallerError(f"callback: {self.callback!r} was given; a function of one argument is needed.")

    @property
    def raw(self) -> bool:
        """Whether the columns are used as they are: a fixed rate has a meaning only for those."""
        return self.rate is not None


def _is_count(value: float) -> bool:
    return value >= 0 and value == np.floor(value) and value < np.inf


def _newton(task: Task, start: Start, options: Options, limits: Limits, watch: Watch) -> Solution:
    """Quasi-Newton steps where a sample's Hessian is at hand; Newton's own where it is not, or did not do."""
    if start.factor is None:
        return _newton_from(task, start.v, limits, watch, 0)
    constants = np.isin(np.arange(start.v.size), anchors(task.coordinates, task.problem))
    near = close_in(_rough(task.problem), start.v, start.factor, limits, watch, constants)
    if near.outcome is not Outcome.STUCK:
        return near
    return _newton_from(task, near.state.v, limits, watch, near.iterations)


def _newton_from(task: Task, v: Vector, limits: Limits, watch: Watch, done: int) -> Solution:
    """Newton's method from ``v``, ``done`` of its iterations being used up."""
    information = Information(task.problem)
    left = replace(limits, iterations=limits.iterations - done)
    solution = newton(task.problem, v, left, lambda k, state: watch(done + k, state), information)
    solution = replace(solution, iterations=done + solution.iterations)
    return replace(solution, state=information.sharpen(solution.state)) if solution.outcome.converged else solution


def _rough(problem: Penalised) -> Penalised:
    assert isinstance(problem.objective, Objective)
    return replace(problem, objective=rough(problem.objective))


def _lbfgs(task: Task, start: Start, options: Options, limits: Limits, watch: Watch) -> Solution:
    return lbfgs(task.problem, start.v, limits, arrival(task), watch)


def _gd(task: Task, start: Start, options: Options, limits: Limits, watch: Watch) -> Solution:
    if options.rate is None:
        return descend_safely(task.problem, start.v, limits, arrival(task), watch)
    return descend(task.problem, start.v, options.rate, limits, arrival(task), watch)


def arrival(task: Task) -> Arrival:
    """How it is told that a minimiser without a Hessian of its own has arrived."""
    few = cache(lambda: task.data.sample(_ROWS_FOR_A_SCALE))
    return Arrival(
        task.problem,
        Information(task.problem),
        task.data.total_weight,
        lambda v: dispersion_of(few(), task.coordinates, task.problem.whole(v)),
        lambda v: spread_of_scores(few(), task.coordinates, task.problem.whole(v)),
    )


METHODS = {
    "newton": (_newton, Limits(iterations=100, tolerance=1e-10)),
    "lbfgs": (_lbfgs, Limits(iterations=2000, tolerance=1e-9)),
    "gd": (_gd, Limits(iterations=10000, tolerance=1e-6)),
}
"""Name -> the minimiser and its usual limits; gradient descent with a rate does every iteration, as a book does."""


@dataclass
class Journal:
    """What was seen on the way: the history, and the best state."""

    history: list[Entry] = field(default_factory=list)
    best: State | None = None

    def note(self, entry: Entry, state: State) -> None:
        self.history.append(entry)
        if self.best is None or state.value <= self.best.value:
            self.best = state

    def cut_short(self, start: Vector) -> Solution:
        """Where an interruption leaves the work: at the best state, or at the start of which nothing is known."""
        begin = State(start, np.nan, np.full(start.size, np.nan))
        return Solution(self.best or begin, len(self.history), Outcome.INTERRUPTED)


def method_for(options: Options, parameters: int) -> str:
    """The method that was asked for, or that fits the size."""
    return options.method or ("newton" if parameters <= _NEWTON_UP_TO else "lbfgs")


def minimise(task: Task, start: Start, options: Options, journal: Journal, lookout: Watch) -> Solution:
    """Run the method that was asked for, or that fits the size.

    ``journal`` is told every update; ``lookout`` may stop Newton's method.
    """
    method = method_for(options, start.v.size)
    run, usual = METHODS[method]
    limits = Limits(
        usual.iterations if options.iterations is None else int(options.iterations),
        (0.0 if options.raw else usual.tolerance) if options.tolerance is None else options.tolerance,
    )
    with progress(method, limits.iterations, options.progress) as bar:
        watch = _watch(task, options.callback, journal, (bar, lookout) if method == "newton" else (bar,))
        return run(task, start, options, limits, watch)


def watch_of(params: Callable[[Vector], Vector], callback: Callback | None, journal: Journal) -> Watch:
    """Writes the journal and tells the callback; ``params`` are the parameters at a state's v."""

    def watch(iteration: int, state: State) -> bool:
        gradient = float(np.abs(state.gradient).max(initial=0.0))
        entry = Entry(iteration=iteration, loss=state.value, gradient=gradient)
        journal.note(entry, state)
        return callback is not None and bool(callback({**entry, "params": params(state.v)}))

    return watch


def _watch(task: Task, callback: Callback | None, journal: Journal, others: tuple[Watch, ...]) -> Watch:
    def watch(iteration: int, state: State) -> bool:
        entry = Entry(
            iteration=iteration,
            loss=state.value - task.problem.penalty_at(task.problem.whole(state.v)),
            gradient=float(np.abs(state.gradient).max(initial=0.0)),
        )
        journal.note(entry, state)
        stop = sum(other(iteration, state) for other in others) > 0
        if callback is not None:
            stop |= bool(callback({**entry, "params": task.params(state.v)}))
        return stop

    return watch
