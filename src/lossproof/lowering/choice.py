"""Which form of a formula is computed: several right ones are measured, the cheapest accurate one is taken.

Candidates for value, slope and curvature, all equal on paper: the formula as published; stabilised; linear in
the target, as a mixture of its stabilised ends; and the derivative of the form just chosen for the order below,
stabilised again. How large the error is at a few hundred points decides, never the name of the loss.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from sympy import Add, Expr, Symbol

from lossproof.errors import MoveError
from lossproof.lowering import named_numpy
from lossproof.lowering.code import function_of, function_text
from lossproof.lowering.points import points
from lossproof.lowering.rewriting import (
    COMPACT,
    SCALED,
    Applied,
    Stabilised,
    Table,
    between_the_ends,
    rewritten,
    stabilised,
)
from lossproof.lowering.truth import FLOAT64, Ball, error_in_ulp, rounded, true_ball
from lossproof.notation.assumptions import Domain

POINTS = 300
SEED = 20_231
GOOD_ENOUGH = 3.0  # ulp; below it the cheaper form wins
CANCELLED = 2.0**-10  # a result this small beside its terms says nothing about the form
CHEAP = (sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Heaviside)
CALL_COST = 10  # a named function costs about as much as so many additions


@dataclass(frozen=True, slots=True)
class Measured:
    """One candidate: its largest error (ulp of the result; infinite for a wrong inf or nan) and its cost.

    ``bad`` counts the points where the error is not good enough: it decides where every form overflows somewhere.
    """

    expr: Expr
    applied: tuple[Applied, ...]
    ulp: float
    bad: int
    cost: int

    @property
    def rank(self) -> tuple[float, int, int]:
        """Smaller is better: the error where it is finite, then how often it is too large, then the cost."""
        return (max(self.ulp, GOOD_ENOUGH), self.bad if math.isinf(self.ulp) else 0, self.cost)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Every candidate in the order tried, and the one that is computed."""

    best: Measured
    candidates: tuple[Measured, ...]


@dataclass(frozen=True)
class Question:
    """What is to be computed: ``expr`` of predictors and target; ``derivative`` is the same by another way."""

    expr: Expr
    arguments: tuple[Symbol, ...]  # the predictors, then the target
    domain: Domain
    derivative: Expr | None = None


def choose(question: Question) -> Chosen:
    """Measures every candidate and takes the cheapest accurate one, or the most accurate where none is good.

    Raises MoveError where no candidate has numeric code.
    """
    drawn = points(SEED, POINTS, len(question.arguments) - 1, question.domain, FLOAT64)
    truths = list(_truths(question, drawn))
    measured = tuple(_measured(form, question, truths) for form in candidates(question))
    best = min(measured, key=lambda form: form.rank)
    return Chosen(best, measured)


def candidates(question: Question) -> list[Stabilised]:
    """The forms to measure, each once; those without numeric code are left out."""
    forms: list[Stabilised] = []
    for form in _forms(question):
        if all(form.expr != other.expr for other in forms) and _has_code(form.expr, question.arguments):
            forms.append(form)
    if not forms:
        function_text("value", question.arguments, question.expr)  # says which function has no code
    return forms


def _forms(question: Question) -> Iterator[Stabilised]:
    for expr in [question.expr] if question.derivative is None else [question.expr, question.derivative]:
        forms = list(_stable_forms(expr, question.arguments[-1]))
        yield from [Stabilised(expr, ()), *forms]
        compact = [_further(form, COMPACT) for form in forms]
        yield from [*compact, *(_further(form, SCALED) for form in (*forms, *compact))]


def _further(form: Stabilised, table: Table) -> Stabilised:
    """The form rewritten by another table."""
    more = rewritten(form.expr, table)
    return Stabilised(more.expr, (*form.applied, *more.applied))


def _stable_forms(expr: Expr, target: Symbol) -> Iterator[Stabilised]:
    """Stabilised; as a mixture of the ends of the target; with its cases outermost."""
    yield stabilised(expr)
    mixture = between_the_ends(expr, target)
    if mixture is not None:
        yield mixture
    if expr.has(sympy.Piecewise):
        yield stabilised(sympy.piecewise_fold(expr))


def _has_code(expr: Expr, arguments: tuple[Symbol, ...]) -> bool:
    try:
        function_text("value", arguments, expr)
    except MoveError:
        return False
    return True


def _measured(
    form: Stabilised, question: Question, truths: Iterable[tuple[tuple[float, ...], Ball, float]]
) -> Measured:
    compute = function_of(question.arguments, form.expr, vars(named_numpy))
    errors = [_error(compute, point, ball, true) for point, ball, true in truths]
    calls = len(form.expr.atoms(sympy.Function) - form.expr.atoms(*CHEAP))
    cost = int(form.expr.count_ops()) + CALL_COST * calls
    bad = sum(error > GOOD_ENOUGH for error in errors)
    return Measured(form.expr, form.applied, max(errors, default=0.0), bad, cost)


def _error(compute: Callable[..., Any], point: tuple[float, ...], ball: Ball, true: float) -> float:
    with np.errstate(all="ignore"):
        return error_in_ulp(float(compute(*map(np.float64, point))), ball, true)


def _truths(question: Question, drawn: np.ndarray) -> Iterator[tuple[tuple[float, ...], Ball, float]]:
    """(point, ball, rounded value) where the value is a finite float and the point says something."""
    ends = {float(drawn[:, -1].min()), float(drawn[:, -1].max())}
    terms = [function_of(question.arguments, term, vars(named_numpy)) for term in _sum_terms(question)]
    for point in map(tuple, drawn.tolist()):
        ball = true_ball(question.expr, question.arguments, point)
        true = rounded(ball)
        if math.isfinite(true) and (point[-1] in ends or not _cancels(terms, point, true)):
            yield point, ball, true


def _sum_terms(question: Question) -> list[Expr]:
    return [term for term in Add.make_args(question.expr) if _has_code(term, question.arguments)]


def _cancels(terms: list[Callable[..., Any]], point: tuple[float, ...], true: float) -> bool:
    with np.errstate(all="ignore"):
        sizes = [abs(float(term(*map(np.float64, point)))) for term in terms]
    return any(not size * CANCELLED <= abs(true) for size in sizes)
