"""A fit of a loss with a design for each predictor: read, start, minimise, certainty, `Fit`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import linalg

from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss, validation
from lossproof.lowering.kernels.objective import observed_of
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.certainty.inference import Certainty
from lossproof.training.minimise.choose import Journal, Options, watch_of
from lossproof.training.minimise.factor import few_threads
from lossproof.training.minimise.solution import Limits, Outcome, Solution, State
from lossproof.training.minimise.task import as_number
from lossproof.training.result import Fit, Shape
from lossproof.training.rows.design import refuse_text
from lossproof.training.several.begin import constants
from lossproof.training.several.designs import Design, LinearMap, read_designs
from lossproof.training.several.kept_digits import lost_digits
from lossproof.training.several.rows_loss import RowsLoss, expected_root
from lossproof.training.several.scales import Scales, ends_of
from lossproof.training.several.trust_region import Curvature, Root, Symmetric, minimise

_ITERATIONS = 4000  # a narrow valley takes thousands of short steps
_NOTHING_KNOWN = 30.0  # standard error of a logarithm: ten orders of magnitude up and down


@dataclass(frozen=True, eq=False)
class Work:
    """What a fit is made from, kept for what is asked of it afterwards: the rows, the designs, the coordinates.

    ``back`` (p, p) is d(params)/dt; ``scales`` are those of t.
    """

    rows: RowsLoss
    designs: tuple[Design, ...]
    scales: Scales
    back: Matrix
    names: tuple[str, ...]

    def inner(self, params: Vector) -> Vector:
        """t (p,) of parameters in the units of the data."""
        return np.asarray(linalg.solve(self.back, params), dtype=np.float64)

    def predictors(self, params: Vector) -> Matrix:
        """u (q, M)."""
        return self.rows.map.predictors(self.inner(params))


def is_several(loss: Loss, X: Any) -> bool:
    """Whether a fit needs a design for each predictor."""
    names = {symbol.name for symbol in loss.predictors}
    designs = isinstance(X, Mapping) and (len(names) > 1 or set(X) <= names)
    return designs or X is None or bool(loss.columns or loss.parameters)


def fit_several(
    loss: Loss, X: Any, y: Any, weights: Any, offset: Any, ridge: float, start: Any, intercept: bool, options: Options
) -> Fit:
    """The fit of ``loss`` with the designs ``X``. Raises DataError and CallerError."""
    if options.method not in (None, "newton"):
        raise CallerError(f"method: {options.method!r} was given; with a design for each predictor it is 'newton'.")
    work = make_work(loss, X, y, weights, offset, ridge, intercept)
    journal = Journal()
    with few_threads(len(work.names)):
        solution = _solved(work, _start(work, start), options, journal)
        lost = lost_digits(work.rows, solution.state.v) if solution.outcome.converged else ""
        if lost:
            solution = replace(solution, outcome=Outcome.CANCELS)
        return _fit(work, solution, journal, ridge, offset is not None, lost or _detail(work, solution))


def make_work(loss: Loss, X: Any, y: Any, weights: Any, offset: Any, ridge: float, intercept: bool) -> Work:
    """Data at the door. Raises DataError and CallerError."""
    if not 0 <= as_number("ridge", ridge) < np.inf:
        raise CallerError(f"ridge: {ridge!r} was given; a number from 0 is needed.")
    given = y.values() if isinstance(y, Mapping) else [y]
    for values in given:
        refuse_text("y", values, labels=False)
    rows = next((len(values) for values in given if hasattr(values, "__len__")), None)
    designs = read_designs(loss, X, rows, intercept)
    count = len(designs[0].X)
    observed, counted = _read_rows(loss, y, weights, count)
    parts, backs = zip(*(design.standardised() for design in designs), strict=True)
    back = linalg.block_diag(*backs)
    domains = [
        domain
        for design, domain in zip(designs, loss.predictor_domains, strict=True)
        for domain in ([domain] if design.constant else [validation.ANY] * design.width)
    ]
    slopes = np.concatenate([np.arange(design.width) < len(design.names) for design in designs])
    penalty = np.where(slopes, ridge * np.diag(back) ** 2, 0.0)
    moved = None if offset is None else _offsets(loss, offset, count)
    alone = len(designs) == 1
    names = tuple(name for design in designs for name in design.parameter_names(alone))
    map_ = LinearMap(tuple(parts), moved)
    return Work(RowsLoss(loss, map_, observed, counted, penalty), designs, ends_of(domains), back, names)


def _read_rows(loss: Loss, y: Any, weights: Any, rows: int) -> tuple[Matrix, Vector | None]:
    """What is observed (M, c + 1), the target last, and the weights. Raises DataError."""
    given = observed_of(loss, y)
    others = zip(loss.columns, loss.column_domains, strict=True)
    columns = [validation.column(symbol.name, given[symbol.name], rows, domain) for symbol, domain in others]
    target = validation.target(given[loss.target.name], rows, loss.domain, loss.target.name)
    counted = None if weights is None else validation.frequencies(weights, rows)
    validation.total_weight(float(rows) if counted is None else float(counted.sum()))
    return np.asfortranarray(np.column_stack([*columns, target])), counted


def _offsets(loss: Loss, offset: Any, rows: int) -> Matrix:
    """What is added to the predictors (q, M): a mapping by name, or one for the first."""
    names = [symbol.name for symbol in loss.predictors]
    given = offset if isinstance(offset, Mapping) else {names[0]: offset}
    unknown = sorted(str(name) for name in given if name not in names)
    if unknown:
        raise DataError(f"offset: one for {', '.join(unknown)} was given; the predictors are {', '.join(names)}.")
    none = np.zeros(rows)
    return np.array([validation.vector("offset", given[name], rows) if name in given else none for name in names])


def _start(work: Work, given: Any) -> Vector:
    """v (p,) to start from: as ``given`` by name or in the order of the names, else constants."""
    if given is None:
        return work.scales.inner(_constant_start(work))
    wanted = f"{len(work.names)} finite numbers are needed, for {', '.join(work.names)}"
    if isinstance(given, Mapping):
        if set(given) != set(work.names):
            raise DataError(f"start: {', '.join(map(str, given))} were given; {wanted}.")
        given = [given[name] for name in work.names]
    try:
        params = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        params = np.empty(0)
    if params.shape != (len(work.names),) or not np.isfinite(params).all():
        raise DataError(f"start: {given!r} was given; {wanted}.")
    v = work.scales.inner(work.inner(params))
    if not np.isfinite(v).all():
        outside = work.names[int(np.flatnonzero(~np.isfinite(v))[0])]
        raise DataError(f"start: {outside} lies outside of its domain.")
    return v


def _constant_start(work: Work) -> Vector:
    rows = work.rows
    ends = ends_of(rows.loss.predictor_domains)
    found = constants(rows.loss, rows.observed, ends, rows.map.offset)  # type: ignore[attr-defined]
    parts = []
    for design, u in zip(work.designs, found.tolist(), strict=True):
        part = np.zeros(design.width)
        part[-1] = u if design.intercept else part[-1]
        parts.append(part)
    return np.concatenate(parts)


def _solved(work: Work, v: Vector, options: Options, journal: Journal) -> Solution:
    usual = Limits(_ITERATIONS if options.iterations is None else int(options.iterations), 0.0)
    rows, scales, total = work.rows, work.scales, work.rows.total_weight

    def exactly(v: Vector) -> tuple[float, Vector, Curvature]:
        t, first, second = scales.outer(v)
        value, gradient, hessian = rows.at(t)
        return value, gradient * first, Symmetric(hessian * np.outer(first, first) + np.diag(gradient * second))

    def expected(v: Vector) -> tuple[float, Vector, Curvature]:
        t, first, _ = scales.outer(v)
        value, gradient, root = rows.expected(t)
        return value, gradient * first, Root(root.rows * first)

    def distance(v: Vector, s: Vector, variances: Vector) -> float:
        """The step in units of each parameter, or of its standard error where that is less than 1.

        Infinite where the data do not tell a bounded parameter's order of magnitude.
        """
        errors = np.sqrt(variances / total)
        if (errors[scales.bounded] > _NOTHING_KNOWN).any():
            return np.inf
        units = np.where(scales.bounded, 1.0, np.maximum(np.abs(v), np.minimum(errors, 1.0)))
        return float(np.max(np.abs(s) / units, initial=0.0))

    def params(v: Vector) -> Vector:
        return work.back @ scales.outer(v)[0]

    watch = watch_of(params, options.callback, journal)
    begin, done = v, 0
    if rows.loss.dispersion != "fixed":  # least squares and its kin: Levenberg and Marquardt's way near, then Newton's
        near = minimise(expected, v, distance, usual, watch)
        begin, done = near.state.v, near.iterations
        if near.outcome is Outcome.STOPPED:
            return _in_t(work, near, done)
    solution = minimise(exactly, begin, distance, usual, watch)
    if done and not solution.outcome.converged:
        again = minimise(exactly, v, distance, usual, watch)
        solution = again if again.outcome.converged else solution
    return _in_t(work, solution, done)


def _in_t(work: Work, solution: Solution, done: int) -> Solution:
    """The solution in t with its Hessian; ``done`` iterations came before it."""
    t = work.scales.outer(solution.state.v)[0]
    return Solution(State(t, *work.rows.at(t)), done + solution.iterations, solution.outcome)


def _fit(work: Work, solution: Solution, journal: Journal, ridge: float, offset: bool, detail: str) -> Fit:
    """The answer; ``solution`` is in t."""
    rows, t, state = work.rows, solution.state.v, solution.state
    params, p = work.back @ t, t.size
    known = certainty(work, state) if solution.outcome.converged else _unknown(p)
    features = tuple(dict.fromkeys(name for design in work.designs for name in design.names))
    return Fit(
        model=rows.loss,
        params=params,
        coefficients=_table(work, params, features),
        names=work.names,
        features=features,
        intercept=True,
        loss=state.value - 0.5 * float(rows.penalty @ (t * t)),
        outcome=solution.outcome,
        detail=detail,
        method="newton",
        iterations=solution.iterations,
        history=tuple(journal.history),
        gradient=float(np.abs(state.gradient).max(initial=0.0)),
        known=known,
        rows=len(rows.observed),
        total_weight=rows.total_weight,
        ridge=ridge,
        offset=offset,
        separation=None,
        designs=tuple(Shape(each.predictor, each.names, each.intercept) for each in work.designs),
        work=work,
    )


def _unknown(p: int) -> Certainty:
    return Certainty(None, None, p, 1.0, "fixed", np.nan, np.nan)


def certainty(work: Work, state: State) -> Certainty:
    """Covariance and standard errors in the units of the data: from the observed information, or, where the family
    leaves a dispersion open, that times the inverse of the expected one."""
    total, p, source = work.rows.total_weight, state.v.size, work.rows.loss.dispersion
    assert state.hessian is not None
    curvature, root = (Symmetric(state.hessian), 1.0) if source == "fixed" else expected_root(work.rows, state.v)
    scale = curvature.norms()
    if not (np.isfinite(scale).all() and (scale > 0).all()):
        return _unknown(p)
    values, vectors = curvature.eigen(scale)
    half = vectors / scale[:, None] / np.sqrt(values)
    inverse = half @ half.T
    covariance = work.back @ (inverse * (root**2 / total)) @ work.back.T
    covariance = (covariance + covariance.T) / 2
    return Certainty(covariance, np.sqrt(np.diag(covariance)), p, root**2, source, np.nan, np.nan)


def _table(work: Work, params: Vector, features: tuple[str, ...]) -> Matrix:
    """The coefficients (q, d + 1) by feature, the constants last, 0 where nothing was fitted."""
    table, place = np.zeros((len(work.designs), len(features) + 1)), 0
    for row, design in zip(table, work.designs, strict=True):
        mine = params[place : place + design.width]
        for name, value in zip(design.names, mine, strict=False):
            row[features.index(name)] = value
        if design.intercept:
            row[-1] = mine[-1]
        place += design.width
    return table


def _detail(work: Work, solution: Solution) -> str:
    """Which parameter it is that does not settle."""
    if solution.outcome.converged or solution.outcome is Outcome.NOT_FINITE:
        return ""
    params = work.back @ solution.state.v
    largest = int(np.argmax(np.abs(solution.state.v)))
    return (
        f"the likelihood may have no maximum: {work.names[largest]} is {params[largest]:.3g} now, "
        f"after {solution.iterations} iterations"
    )
