"""A fit of a loss with a design for each predictor: read, start, minimise, certainty, `Fit`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import linalg

from lossproof.errors import CallerError, DataError, counted
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
from lossproof.training.several import lasso_steps, least_absolute
from lossproof.training.several.begin import constants
from lossproof.training.several.designs import Design, LinearMap, read_designs
from lossproof.training.several.kept_digits import lost_digits
from lossproof.training.several.rows_loss import RowsLoss, expected_root
from lossproof.training.several.scaled_search import Search
from lossproof.training.several.scales import Scales, ends_of
from lossproof.training.several.trust_region import Curvature, Symmetric, minimise

_ITERATIONS = 4000  # a narrow valley takes thousands of short steps
_SOME, _MANY = 4096, 8  # rows whose minimum is a start for so many times as many
_CERTIFIED = 1e-9  # rounding of a certificate


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
    kinks: Vector
    """What |t_j| counts in the loss (p,): 0 but for a lasso."""

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
    loss: Loss,
    X: Any,
    y: Any,
    weights: Any,
    offset: Any,
    ridge: float,
    lasso: float,
    start: Any,
    intercept: bool,
    options: Options,
) -> Fit:
    """The fit of ``loss`` with the designs ``X``. Raises DataError and CallerError."""
    if options.method not in (None, "newton"):
        raise CallerError(f"method: {options.method!r} was given; with a design for each predictor it is 'newton'.")
    journal = Journal()
    with few_threads(_width(X)):
        work = make_work(loss, X, y, weights, offset, ridge, intercept, lasso)
        solution = _solved(work, start, options, journal)
        lost = lost_digits(work.rows, solution.state.v) if solution.outcome.converged else ""
        if lost:
            solution = replace(solution, outcome=Outcome.CANCELS)
        said = lost or _detail(work, solution)
        return _fit(work, solution, journal, (ridge, lasso), offset is not None, said)


def _width(X: Any) -> int:
    """How many columns there are, about: what decides on threads."""
    designs = X.values() if isinstance(X, Mapping) else [X]
    return sum(getattr(design, "shape", (0, 0))[-1] for design in designs if getattr(design, "ndim", 0) == 2)


def make_work(
    loss: Loss, X: Any, y: Any, weights: Any, offset: Any, ridge: float, intercept: bool, lasso: float = 0.0
) -> Work:
    """Data at the door. Raises DataError and CallerError."""
    for name, size in (("ridge", ridge), ("lasso", lasso)):
        if not 0 <= as_number(name, size) < np.inf:
            raise CallerError(f"{name}: {size!r} was given; a number from 0 is needed.")
    given = y.values() if isinstance(y, Mapping) else [y]
    for values in given:
        refuse_text("y", values, labels=False)
    rows = next((len(values) for values in given if hasattr(values, "__len__")), None)
    designs = read_designs(loss, X, rows, intercept)
    count = len(designs[0].X)
    observed, counted = _read_rows(loss, y, weights, count)
    parts, backs = zip(*_standardised(designs), strict=True)
    back = _along_the_diagonal(backs)
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
    map_ = LinearMap(tuple(parts), moved, tuple(design.constant for design in designs))
    bent = np.where(slopes, lasso * np.diag(back), 0.0)
    return Work(RowsLoss(loss, map_, observed, counted, penalty), designs, ends_of(domains), back, names, bent)


def _standardised(designs: tuple[Design, ...]) -> Iterator[tuple[Matrix, Matrix]]:
    """Each design standardised; the same columns once."""
    known: dict[tuple[int, bool], tuple[Matrix, Matrix]] = {}
    for design in designs:
        key = (id(design.X), design.intercept)
        if key not in known:
            known[key] = design.standardised()
        yield known[key]


def _along_the_diagonal(blocks: Sequence[Matrix]) -> Matrix:
    """The blocks in one matrix (p, p), 0 elsewhere."""
    size, place = sum(len(block) for block in blocks), 0
    whole = np.zeros((size, size))
    for block in blocks:
        whole[place : place + len(block), place : place + len(block)] = block
        place += len(block)
    return whole


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


def _solved(work: Work, given: Any, options: Options, journal: Journal) -> Solution:
    """From the start that was ``given``, or from constants; many rows, from the minimum over some of them."""
    usual = Limits(_ITERATIONS if options.iterations is None else int(options.iterations), 0.0)
    rows, scales, v = work.rows, work.scales, _start(work, given)
    search = Search(rows, scales)

    def params(v: Vector) -> Vector:
        return work.back @ scales.outer(v)[0]

    watch = watch_of(params, options.callback, journal)
    if work.kinks.any():
        return _in_t(work, lasso_steps.minimise(search.with_matrix, work.kinks, v, search.distance, usual, watch), 0)
    exact = None if given is not None or rows.penalty.any() else _corner(work, search, v, usual)
    if exact is not None:
        return exact
    if given is None and options.iterations is None and len(rows.observed) >= _MANY * _SOME:
        some, _ = Search(rows.some(_SOME), scales).minimum(v, usual, _silent)
        if some.outcome.converged:
            solution = search.newton(some.state.v, usual, watch)
            if solution.outcome.converged or solution.outcome is Outcome.STOPPED:
                return _in_t(work, solution, 0)
    return _in_t(work, *search.minimum(v, usual, watch))


def _corner(work: Work, search: Search, v: Vector, limits: Limits) -> Solution | None:
    """The minimum of absolute deviations by a linear program, and then of what else is free; None for other losses."""
    sides = least_absolute.weights_of(work.rows.loss)
    if sides is None or not all(design.constant for design in work.designs[1:]):
        return None
    rows, Z, offset = work.rows, work.rows.map.Z[0], work.rows.map.offset  # type: ignore[attr-defined]
    y = rows.observed[:, -1] if offset is None else rows.observed[:, -1] - offset[0]
    a = np.ones(len(y)) if rows.weights is None else rows.weights
    found = least_absolute.corner(Z, y, a, *sides)
    if found is None or least_absolute.certified(Z, y, a, *sides, found) > _CERTIFIED:
        return None
    v, width = np.array(v), Z.shape[1]
    v[:width] = found.t

    def others(rest: Vector) -> tuple[float, Vector, Curvature]:
        value, gradient, curvature = search.exactly(np.append(v[:width], rest))
        return value, gradient[width:], Symmetric(curvature.matrix[width:, width:])

    def distance(rest: Vector, s: Vector, variances: Vector) -> float:
        still = np.zeros(width), np.zeros(width), np.ones(width)
        return search.distance(*(np.append(at, each) for at, each in zip(still, (rest, s, variances), strict=True)))

    done = 0
    if v.size > width:
        near = minimise(others, v[width:], distance, limits, _silent)
        if not near.outcome.converged:
            return None
        v, done = np.append(v[:width], near.state.v), near.iterations
    solution = Solution(State(v, 0.0, np.zeros(v.size)), done, Outcome.KINK)
    return _in_t(work, solution, 0)


def _silent(iteration: int, state: State) -> bool:
    return False


def _in_t(work: Work, solution: Solution, done: int) -> Solution:
    """The solution in t with its Hessian; ``done`` iterations came before it."""
    t = work.scales.outer(solution.state.v)[0]
    return Solution(State(t, *work.rows.at(t)), done + solution.iterations, solution.outcome)


def _fit(
    work: Work, solution: Solution, journal: Journal, penalties: tuple[float, float], offset: bool, detail: str
) -> Fit:
    """The answer; ``solution`` is in t, ``penalties`` are ridge and lasso."""
    rows, t, state = work.rows, solution.state.v, solution.state
    params, p = work.back @ t, t.size
    smooth = solution.outcome.converged and solution.outcome is not Outcome.KINK
    known = certainty(work, state) if smooth else _unknown(p)
    slope = np.where((work.kinks > 0) & (t == 0), 0.0, state.gradient + work.kinks * np.sign(t))
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
        gradient=float(np.abs(slope).max(initial=0.0)),
        known=known,
        rows=len(rows.observed),
        total_weight=rows.total_weight,
        ridge=penalties[0],
        lasso=penalties[1],
        offset=offset,
        separation=None,
        designs=tuple(Shape(each.predictor, each.names, each.intercept) for each in work.designs),
        work=work if smooth else None,
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
    """Which parameter it is that does not settle; at a kink, what shows that it is the minimum."""
    if solution.outcome is Outcome.KINK:
        return _at_a_kink(work, solution)
    if solution.outcome.converged or solution.outcome is Outcome.NOT_FINITE:
        return ""
    params = work.back @ solution.state.v
    largest = int(np.argmax(np.abs(solution.state.v)))
    return (
        f"the likelihood may have no maximum: {work.names[largest]} is {params[largest]:.3g} now, "
        f"after {counted(solution.iterations, 'iteration')}"
    )


def _at_a_kink(work: Work, solution: Solution) -> str:
    if not work.kinks.any():
        return "it is a corner, which a linear program found and its dual numbers show; it has no standard errors"
    slopes = lasso_steps.slopes_at_zero(solution.state, work.kinks)
    where = f"there the slope is at most {slopes.max():.3g} of the penalty's; " if slopes.size else ""
    return f"{slopes.size} of {np.count_nonzero(work.kinks)} weights are 0; {where}a lasso has no standard errors"
