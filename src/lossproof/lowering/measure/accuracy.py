"""The certificate of accuracy: the largest error that each generated function showed against balls.

    error = |computed - true| / ulp(s),   s = |true|, or larger where the formula is a difference

The unit is the last place of the correctly rounded result. Where the published formula is a difference whose terms
cancel (the slope of a proportion strictly between 0 and 1), it is that of the largest term, published or computed,
whichever is smaller: a cancellation that only the computed form has excuses nothing. Nor does a term excuse more
than leaves nine digits, unless the last place of an input decides as much. Points: the whole range of exponents,
both signs, subnormal numbers, edges, places where a function changes sign; then a local search around the worst. A
computed inf or nan where the correctly rounded result is finite counts as an infinite error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from sympy import Add, Expr, Mul, Symbol

from lossproof.errors import counted
from lossproof.lowering.code.backends import Functions
from lossproof.lowering.code.formula_code import numpy_function
from lossproof.lowering.code.loss_formulas import Formulas
from lossproof.lowering.forms.code_functions import extended, formula, parts
from lossproof.lowering.measure.float_points import Domains, neighbours, points, sign_changes
from lossproof.lowering.measure.truth import Deviations, settling, true_ball
from lossproof.lowering.numbers.rounding import FLOAT32, FLOAT64, Format, rounded
from lossproof.notation.assumptions import REAL, Domain

SEARCHES = 12  # how often the neighbourhood of the worst point is searched, each time closer
SEARCH_POINTS = 64
AT_ONCE = 256  # points whose errors are excused together
READABLE = 1e4  # ulp; larger errors are shown by their power of ten
MOST_EXCUSED = 2.0**22  # a result keeps nine decimal digits at least

Matters = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(least, most) -> at which points a unit between the two has to be known."""


@dataclass(frozen=True, slots=True)
class Row:
    """The largest error of one function in one format, where it is, and among how many points.

    Points where the true result is no finite float, or needs thousands of digits, are not counted.
    """

    function: str
    format: str
    ulp: float
    point: tuple[float, ...]  # the predictors, other columns, then the target
    computed: float
    true: float
    points: int

    def __str__(self) -> str:
        ulp = f"{self.ulp:8.3f}" if self.ulp < READABLE else f"{self.ulp:8.2g}"
        return f"{self.function:<16} {self.format:<8} {ulp}  at {self.point}  ({counted(self.points, 'point')})"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many points to draw, with which seed, and whether subnormal numbers count."""

    count: int
    seed: int
    subnormal: bool = True


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One row for every function and format; ``str()`` prints them as a table."""

    name: str
    backend: str
    rows: tuple[Row, ...]

    @property
    def worst(self) -> float:
        """The largest error of all, in ulp."""
        return max(row.ulp for row in self.rows)

    def __str__(self) -> str:
        head = f"{self.name}, {self.backend}: largest error in units in the last place"
        return "\n".join([head, *map(str, self.rows)])


class Published(Protocol):
    """What a certificate needs to know of a loss."""

    @property
    def name(self) -> str: ...

    @property
    def domain(self) -> Domain: ...

    @property
    def column_domains(self) -> tuple[Domain, ...]: ...

    @property
    def predictor_domains(self) -> tuple[Domain, ...]: ...

    @property
    def computed(self) -> Formulas: ...


@dataclass(frozen=True)
class Subject:
    """One function to be measured: the published formula, the computed one, and the compiled code."""

    name: str
    published: Expr
    computed: Expr
    arguments: tuple[Symbol, ...]
    call: Callable[[np.ndarray], np.ndarray]  # points (n, q + c + 1) in their format -> results (n,)


def certificate(loss: Published, functions: Functions, backend: str, plan: Plan) -> Accuracy:
    """Measures value, slope and curvature in float64 and float32."""
    rows = [
        measure(subject, form, loss.domain, plan, loss.column_domains, loss.predictor_domains)
        for form in (FLOAT64, FLOAT32)
        for subject in subjects(loss.computed, functions)
    ]
    return Accuracy(loss.name, backend, tuple(rows))


def subjects(formulas: Formulas, functions: Functions) -> Iterator[Subject]:
    """Each scalar component of value, slope and curvature."""
    arguments, q = formulas.arguments, len(formulas.predictors)
    for published, computed in zip(formulas.published, formulas.components(), strict=True):
        call = _component(getattr(functions, computed.kind), q, computed.place)
        yield Subject(computed.name, published.expr, computed.expr, arguments, call)


def _component(function: Any, q: int, place: tuple[int, ...]) -> Callable[[np.ndarray], np.ndarray]:
    """One component of a compiled function as a function of points."""

    def call(drawn: np.ndarray) -> np.ndarray:
        u = drawn[:, 0] if q == 1 else drawn[:, :q]
        results: np.ndarray = np.asarray(function(u, *drawn[:, q:].T))
        for index in place:
            results = results[:, index]
        return results

    return call


def measure(
    subject: Subject, form: Format, domain: Domain, plan: Plan, columns: Domains = (), predictors: Domains = ()
) -> Row:
    """The worst of the points of the plan, of the places where the function vanishes, and near the worst.

    ``predictors`` are their domains, any number where nothing is said.
    """
    predictors = predictors or (REAL,) * (len(subject.arguments) - len(columns) - 1)
    drawn = points(plan.seed, plan.count, predictors, domain, form, columns)
    drawn = np.concatenate([drawn, sign_changes(subject.call, drawn, form)])
    smallest = 0.0 if plan.subnormal else 2.0 ** (form.lowest + form.digits - 1)
    worst = _worst(subject, drawn, form, smallest)
    judged = worst.points
    random = np.random.default_rng(plan.seed)
    for closer in range(SEARCHES):
        near = neighbours(
            random, worst.point, SEARCH_POINTS, closer, (*predictors, *columns, domain), form, len(columns) + 1
        )
        found = _worst(subject, near, form, smallest)
        judged += found.points
        worst = max(worst, found, key=lambda row: row.ulp)
    return replace(worst, points=judged)


def _worst(subject: Subject, drawn: np.ndarray, form: Format, smallest: float) -> Row:
    """The largest error among these points, without numbers between 0 and ``smallest``."""
    drawn = drawn[~((drawn != 0) & (np.abs(drawn) < smallest)).any(axis=1)]
    results = subject.call(drawn.astype(form.name)).astype(np.float64)
    points = [tuple(point) for point in drawn.tolist()]
    balls = [true_ball(subject.published, subject.arguments, point, form) for point in points]
    true = np.array([rounded(ball, form) for ball in balls])
    judged = np.flatnonzero(np.isfinite(true) & ~((np.abs(true) > 0) & (np.abs(true) < smallest)))
    if not len(judged):
        return Row(subject.name, form.name, -1.0, points[0], math.nan, math.nan, 0)
    found = Deviations(results[judged], tuple(balls[k] for k in judged.tolist()), np.abs(true[judged]), form)

    k, ulp = _largest_error(subject, drawn[judged], found)
    place = int(judged[k])
    return Row(subject.name, form.name, ulp, points[place], float(results[place]), float(true[place]), len(judged))


def _largest_error(subject: Subject, drawn: np.ndarray, found: Deviations) -> tuple[int, float]:
    """Where the error is largest and how large, excused by what cancels; an excuse only ever makes it smaller.

    So those that are largest without one come first, and the rest need none once they are smaller than what was found.
    """
    worst, ulp = 0, -1.0
    order = np.argsort(-found.strict, kind="stable")
    for some in (order[start : start + AT_ONCE] for start in range(0, len(order), AT_ONCE)):
        if found.strict[some[0]] <= ulp:
            break
        errors = _excused(subject, drawn[some], found.only(some))
        if errors.max() > ulp:
            worst, ulp = int(some[errors.argmax()]), float(errors.max())
    return worst, ulp


def _excused(subject: Subject, drawn: np.ndarray, found: Deviations) -> np.ndarray:
    """The errors in last places of the largest term, right where one may be the largest of these."""

    def may_be_the_largest(least: np.ndarray, most: np.ndarray) -> np.ndarray:
        return found.in_units_of(least) > found.in_units_of(most).max()

    form_of = (subject.arguments, subject.published, subject.computed)
    return found.in_units_of(excused_scales(*form_of, drawn, found.sizes, may_be_the_largest))


def excused_scales(
    arguments: tuple[Symbol, ...],
    published: Expr,
    computed: Expr,
    drawn: np.ndarray,
    sizes: np.ndarray,
    matters: Matters,
) -> np.ndarray:
    """What the unit of the error is the last place of: |true|, or a term of a difference, at each point.

    Between the least that a term excuses and all of the term the sensitivity decides, which takes three or more balls.
    ``matters(least, most)`` says at which points it has to be known; at the others the least stands.
    """
    if not len(drawn):
        return sizes
    terms = largest_terms(arguments, computed, drawn)
    if (terms > sizes).any():
        terms = np.minimum(terms, _published_terms(arguments, published, drawn.tobytes()))
    return scales_between(arguments, published, drawn, sizes, terms, matters)


def scales_between(
    arguments: tuple[Symbol, ...],
    published: Expr,
    drawn: np.ndarray,
    sizes: np.ndarray,
    terms: np.ndarray,
    matters: Matters,
) -> np.ndarray:
    """`excused_scales` where the largest term, published or computed, whichever is smaller, is known."""
    terms = np.maximum(sizes, terms)
    with np.errstate(over="ignore"):
        least = np.minimum(terms, MOST_EXCUSED * sizes)
    scales = least.copy()
    for k in np.flatnonzero((terms > least) & matters(least, terms)).tolist():
        scales[k] = min(terms[k], max(least[k], _sensitivity(arguments, published, tuple(drawn[k].tolist()))))
    return scales


@lru_cache(maxsize=64)
def _published_terms(arguments: tuple[Symbol, ...], published: Expr, drawn: bytes) -> np.ndarray:
    """`largest_terms` of the published formula in wide numbers: the same for every form that is measured there."""
    points = np.frombuffer(drawn).reshape(-1, len(arguments))
    return largest_terms(arguments, extended(published), points)


@lru_cache(maxsize=100_000)
def _sensitivity(arguments: tuple[Symbol, ...], published: Expr, point: tuple[float, ...]) -> float:
    """How much the value moves with the last place of an input, over that place's share in the input.

    A neighbour that needs many more digits than the point itself says nothing: most often none are enough for it.
    """
    (here, precision), found = settling(published, arguments, point, FLOAT64), 0.0
    moving = [place for place, x in enumerate(point) if x and here.is_finite()]
    for place in moving:
        x, above = point[place], math.nextafter(point[place], math.inf)
        neighbour = (*point[:place], above, *point[place + 1 :])
        there, _ = settling(published, arguments, neighbour, FLOAT64, precision, precision + 1)
        if there.is_finite():
            found = max(found, abs(rounded(there - here)) * abs(x) / (above - x))
    return found


def largest_terms(arguments: tuple[Symbol, ...], computed: Expr, drawn: np.ndarray) -> np.ndarray:
    """The largest term of the computed sum at each point; 0 where the terms are all of one sign.

    Of a product it is that of a factor, times the others: (a - b)/c is the sum of a/c and -b/c.
    """
    found = parts(computed)
    if found is not None:
        near, far = (largest_terms(arguments, part, drawn) for part in (found.near, found.far))
        return np.where(numpy_function(arguments, found.inside)(*drawn.T), near, far)
    wide = extended if isinstance(computed, extended) else _as_it_stands
    largest = np.zeros(len(drawn))
    factors = Mul.make_args(formula(computed))
    for factor in factors:
        if isinstance(factor, Add):
            others = Mul(*(other for other in factors if other is not factor))
            sizes = np.abs(_columns(arguments, (wide(others),), drawn)[0])
            terms = _columns(arguments, tuple(wide(term) for term in factor.args), drawn)
            mixed = (terms > 0).any(axis=0) & (terms < 0).any(axis=0)
            with np.errstate(all="ignore"):
                share = np.abs(terms).max(axis=0) * sizes
            largest = np.where(mixed & np.isfinite(share), np.maximum(largest, share), largest)
    return largest


def _as_it_stands(expr: Expr) -> Expr:
    return expr


def _columns(arguments: tuple[Symbol, ...], terms: tuple[Expr, ...], drawn: np.ndarray) -> np.ndarray:
    """Each of the terms at each of the points."""
    with np.errstate(all="ignore"):
        columns = [numpy_function(arguments, term)(*drawn.T) for term in terms]
    return np.array([np.broadcast_to(column, len(drawn)) for column in columns])
