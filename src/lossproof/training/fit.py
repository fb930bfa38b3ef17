"""`fit`: data and a loss in, a minimum with its certainty out.

read -> task (coordinates, problem) -> minimiser -> separated? -> certainty -> Fit
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss, validation
from lossproof.lowering.kernels.objective import checked
from lossproof.training.after.rows_again import FEW_ENTRIES, Source, held
from lossproof.training.certainty.inference import certainty_of, nothing_known
from lossproof.training.existence.doubt import Lookout, existence
from lossproof.training.existence.separation import Separation
from lossproof.training.minimise.choose import Callback, Journal, Options, method_for, minimise
from lossproof.training.minimise.solution import Outcome, Solution
from lossproof.training.minimise.task import Settings, Task, as_truth, make_task
from lossproof.training.result import Fit
from lossproof.training.rows.asked import Asked, asked
from lossproof.training.rows.dask_rows import dask_data, is_dask
from lossproof.training.rows.data import ArrayData, Data
from lossproof.training.rows.design import read_columns, refuse_other_rows, refuse_text, refuse_tiny_columns
from lossproof.training.rows.files import is_mapped, mapped_data, parquet_data
from lossproof.training.rows.formulas import FormulaDesign
from lossproof.training.rows.frames import frame_of
from lossproof.training.several.fit_several import fit_several, is_several
from lossproof.training.several.least_absolute import weights_of
from lossproof.training.which_loss import labels_of_data, loss_of_data

if TYPE_CHECKING:
    from lossproof.chapters.derivation import Derivation
    from lossproof.lowering.classes import ClassLoss


def fit(
    loss: Loss | ClassLoss | Derivation | str | Path,
    X: Any,
    y: Any = None,
    *,
    method: str | None = None,
    intercept: bool = True,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    ridge: float = 0.0,
    lasso: float = 0.0,
    start: Any = None,
    rate: float | None = None,
    max_iterations: int | None = None,
    tolerance: float | None = None,
    callback: Callback | None = None,
    names: Sequence[str] | None = None,
    reference: int | None = 0,
    progress: bool | None = None,
    unchecked: bool = False,
    formula: str | Mapping[str, str] | None = None,
) -> Fit:
    """Minimise the mean loss over the coefficients w and the intercept b:

        sum_m a_m l(x_m'w + b + o_m, yt_m) / sum_m a_m  +  (ridge/2) |w|^2  +  lasso sum_k |w_k|

    ``loss`` is a `Loss`, a derivation that publishes one, or the name of a chapter.
    ``X`` (M, d) is an array or a frame, in memory, memory-mapped or of Dask, or the path of Parquet files, where
    y, weights and offset are names of columns. ``y`` (M,) holds numbers in the domain of the loss, ``weights``
    (M,) the frequencies a, ``offset`` (M,) o. ``method`` is "newton", "lbfgs" or "gd"; None takes Newton up to
    500 parameters and L-BFGS above, and `Fit.method` says which it was. ``rate`` is gradient descent's: with it
    the columns are used as they are, as in a textbook; without it the curvature sets the step. ``start`` (p,) is
    in the order of `Fit.names`. ``callback`` is told every entry of the history as a dictionary, with the
    ``params`` at that point, and stops the work by answering True. ``names`` are the columns' where X is an
    array, and with Parquet say which columns are features. With a loss over K classes yt is 0..K-1, K is what the
    labels say where the loss does not (``loss.of(K)`` says it), and the coefficients of the class ``reference`` stay
    0; None fits all K, which are then not unique. ``progress=None`` draws a bar on a terminal.

    Where a loss has several predictors, ``X`` may be a mapping from each to its design, None for a constant; those
    among its ``parameters`` are constants unless they are named. Where a row holds more than the target, ``y`` is a
    mapping from the names to arrays; without ``y`` all of it are columns of the frame ``X``, and every predictor is a
    constant. ``formula``, such as "y ~ age + C(group) + log(dose)", makes the design from the columns of a frame or of
    a Parquet file (a mapping has one for each predictor); ``y``, ``weights`` and ``offset`` may be names of columns
    then. ``start`` may go by name. Such a fit is Newton's in a trust region, in memory. With ``lasso`` the weights
    whose slope stays below it are 0 exactly, by Newton steps on the kinks, in memory; with ``ridge`` as well it is the
    elastic net. A model's prior adds its share of a sample to both. Absolute deviations are minimised by a linear
    program. Where the minimum lies at a kink there are no standard errors. With many rows in memory the
    standard errors are worked out when they are first asked for, and the arrays are kept until then. A loss that the
    referee refutes is not run, unless ``unchecked``, which `Fit.summary` then says. Raises RefutedLoss, DataError and
    CallerError.
    """
    as_truth("intercept", intercept)
    as_truth("unchecked", unchecked)
    meant = loss_of_data(loss, y)
    y = labels_of_data(loss, y)
    meant = replace(meant, unchecked=True) if unchecked else meant
    options = Options(method, rate, max_iterations, tolerance, callback, progress)
    given = asked(meant, X, y, weights, offset, names, intercept, formula)
    believed = getattr(loss, "prior", None)
    if believed is not None:
        samples = _samples(given)
        ridge, lasso = ridge + believed.ridge / samples, lasso + believed.lasso / samples
    if is_several(meant, given.X) or lasso or weights_of(meant) is not None:
        X = given.X if is_several(meant, given.X) else _as_design(meant, given)
        designs = (X, given.y, given.weights, given.offset, ridge, lasso, start, given.intercept)
        return replace(fit_several(meant, *designs, options), formulas=given.formulas)
    data, features = read(meant, given.X, given.y, given.weights, given.offset, given.names, given.intercept)
    settings = Settings(given.intercept, ridge, options.raw, reference, offset is not None)
    found = run(make_task(data, features, settings), start, options)
    return replace(found, formulas=given.formulas, work=_source(meant, given, features, ridge, found.rows))


def _samples(given: Asked) -> float:
    """How many samples there are. CallerError where the rows are not in memory."""
    y = next(iter(given.y.values())) if isinstance(given.y, Mapping) else given.y
    if _are_files(given.X) or is_dask(given.X) or not hasattr(y, "__len__"):
        raise CallerError("prior: it needs rows in memory; give its share of a sample as ridge or lasso.")
    return float(len(y) if given.weights is None else np.sum(np.asarray(given.weights, dtype=np.float64)))


def _as_design(loss: Loss, given: Asked) -> Any:
    """The design of the only predictor. CallerError where the rows are not in memory, or where there are classes."""
    if len(loss.predictors) > 1 or _are_files(given.X) or is_dask(given.X) or is_mapped(given.X):
        raise CallerError("lasso: it needs a loss of one predictor, or a design for each, and rows in memory.")
    columns = read_columns(given.X, given.names)
    values = np.asarray(columns.values, dtype=np.float64) if columns.names else None
    if values is None:
        return {loss.predictors[0].name: None}
    design = FormulaDesign(validation.matrix(values, columns.names), columns.names, given.intercept, None, None)
    return {loss.predictors[0].name: design}


def _source(loss: Loss, given: Asked, features: tuple[str, ...], ridge: float, rows: int) -> Source | None:
    """The arrays of a fit of one design, for what is asked afterwards; none where they are files or a cluster's."""
    if _are_files(given.X) or is_dask(given.X) or is_mapped(given.X):
        return None
    ours = bool(given.formulas) or rows * max(1, len(features)) <= FEW_ENTRIES
    X, y, weights, offset = (held(each, ours) for each in (given.X, given.y, given.weights, given.offset))
    return Source(loss, X, y, weights, offset, ridge, given.intercept, features)


def read(
    loss: Loss, X: Any, y: Any, weights: Any, offset: Any, names: Sequence[str] | None, intercept: bool
) -> tuple[Data, tuple[str, ...]]:
    """The data, wherever they are, and the names of the columns. Raises DataError."""
    if _are_files(X):
        found = parquet_data(loss, X, y, weights, offset, names)
        return found, found.features
    if is_dask(X):
        spread = dask_data(loss, X, y, weights, offset, names)
        return spread, spread.features
    for name, values in (("y", y), ("weights", weights), ("offset", offset)):
        if values is not None and not is_dask(values):
            refuse_text(name, values, loss.two_classes or loss.categorical)
    if is_mapped(X):
        mapped = mapped_data(loss, X, y, weights, offset, names)
        return mapped, mapped.features
    refuse_other_rows(X, y=y, weights=weights, offset=offset)
    columns = read_columns(X, names)
    refuse_tiny_columns(columns)
    if not columns.names and not intercept:
        raise DataError("X: there is no column and no intercept, so there is nothing to fit.")
    values = columns.values if columns.names else np.ones((len(columns.values), 1))
    own = columns.names if names is not None or frame_of(X) is not None else None
    rows = checked(loss, values, y, weights, offset, own)
    validation.total_weight(rows.total_weight)
    return ArrayData(rows), columns.names


def _are_files(X: Any) -> bool:
    return isinstance(X, (str, Path))


def run(task: Task, start: ArrayLike | None, options: Options) -> Fit:
    """Minimise, ask whether a minimum exists, and put the answer together."""
    journal = Journal()
    solution, separated = _solved(task, start, options, journal)
    outcome = solution.outcome if separated is None else Outcome.SEPARATED
    try:
        known = certainty_of(task, solution.state, outcome)
    except KeyboardInterrupt:
        outcome, known = Outcome.INTERRUPTED, nothing_known(len(task.names))
    w = task.params(solution.state.v)
    return Fit(
        model=task.data.loss,
        params=w[task.problem.free],
        coefficients=w.reshape(len(task.data.loss.predictors), -1),
        names=task.names,
        features=task.features,
        intercept=task.coordinates.width > len(task.features),
        loss=solution.state.value - task.problem.penalty_at(task.problem.whole(solution.state.v)),
        outcome=outcome,
        detail=_detail(task, solution, separated, known.rank) or _about_the_rate(options, outcome) or _few(task),
        method=method_for(options, len(task.names)),
        iterations=solution.iterations,
        history=tuple(journal.history),
        gradient=float(np.abs(solution.state.gradient).max(initial=0.0)),
        known=known,
        rows=task.data.rows,
        total_weight=task.data.total_weight,
        ridge=task.ridge,
        offset=task.offset,
        separation=separated,
    )


def _solved(
    task: Task, start: ArrayLike | None, options: Options, journal: Journal
) -> tuple[Solution, Separation | None]:
    """Where the minimiser stopped, and the separation where there is no minimum.

    An interruption, whenever it comes, leaves the best point so far.
    """
    lookout, v = Lookout(task), np.zeros(len(task.names))
    try:
        begin = task.start(start)
        v = begin.v
        solution = minimise(task, begin, options, journal, lookout)
    except KeyboardInterrupt:
        return journal.cut_short(v), None
    try:
        return solution, lookout.found or existence(task, solution)
    except KeyboardInterrupt:
        return replace(solution, outcome=Outcome.INTERRUPTED), None


def _about_the_rate(options: Options, outcome: Outcome) -> str:
    too_large = outcome is Outcome.NOT_FINITE and options.rate is not None
    return f"the rate {options.rate:g} is too large: try a tenth of it" if too_large else ""


def _few(task: Task) -> str:
    """Said where the weights are too few to tell how sure the answer is."""
    weight, p = task.data.total_weight, len(task.names)
    if weight >= p or weight == task.data.rows:
        return ""
    return f"the weights sum to {weight:g} for {p} parameters: weights count samples, so standard errors say little"


def _detail(task: Task, solution: Solution, separated: Any, rank: int) -> str:
    """What the sentence of the outcome leaves open: the features, the rank, the number of iterations."""
    if separated is not None:
        return str(separated)
    details = {
        Outcome.NOT_UNIQUE: f"the rank is {rank} of {len(task.names)}, and this is the one of least norm",
        Outcome.ITERATIONS: f"{solution.iterations} were done",
    }
    return details.get(solution.outcome, "")
