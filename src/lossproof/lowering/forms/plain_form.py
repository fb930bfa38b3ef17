"""The form in plain floats that a fit sums up: right at predictors of ordinary size, and fast.

    error(form) = mean over points of log2(error in ulp / 32), where that is positive

A published function is right on the whole range of floats, which may take wide numbers. A fit visits predictors near
its data, so that the cheapest form in floats that keeps its digits there does; among equals the cheaper one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy
from sympy import Expr, Symbol

from lossproof.lowering.code.formula_code import numpy_function
from lossproof.lowering.forms.choice import candidates
from lossproof.lowering.forms.code_functions import times_exp
from lossproof.lowering.forms.sample import Question
from lossproof.lowering.measure.truth import error_in_ulp, true_ball
from lossproof.lowering.numbers.rounding import Ball, rounded
from lossproof.lowering.validation import number, outside
from lossproof.notation.assumptions import Domain, FiniteSet, Interval

POINTS = 60
SEED = 77
GOOD = 32.0  # ulp: sums over rows lose as much
WORST = 60.0  # powers of two: no digit is left
CALL_COST = 10
REACH = 6.0  # of what has no ends
LEAST, MOST = 1e-2, 1e4  # of what is positive


def plain_form(question: Question) -> Expr:
    """The cheapest of the candidates that keeps its digits at points of ordinary size.

    Raises MoveError where no candidate has numeric code.
    """
    forms = [form.expr for form in candidates(question) if not form.expr.has(times_exp)] or [question.expr]
    columns = ordinary_points((*question.predictors, *question.columns, question.domain), POINTS)
    balls = [true_ball(question.expr, question.arguments, point) for point in zip(*columns.tolist(), strict=True)]
    true = np.array([rounded(ball) for ball in balls])
    kept = np.flatnonzero(np.isfinite(true))
    told = [(balls[k], abs(float(true[k]))) for k in kept.tolist()]
    return min(forms, key=lambda form: (_loss_of_digits(form, question.arguments, columns[:, kept], told), _cost(form)))


def ordinary_points(domains: Sequence[Domain], count: int) -> np.ndarray:
    """Points (arguments, n) of ordinary size, each inside its domain."""
    random = np.random.default_rng(SEED)
    return np.array([_ordinary(random, domain, count) for domain in domains])


def _ordinary(random: np.random.Generator, domain: Domain, count: int) -> np.ndarray:
    if isinstance(domain, FiniteSet):
        return random.choice([float(value) for value in domain.values], count)
    low, high = (number(domain.low), number(domain.high)) if isinstance(domain, Interval) else (None, None)
    sizes = np.exp(random.uniform(np.log(LEAST), np.log(MOST), count))
    if low is None and high is None:
        drawn = random.uniform(-REACH, REACH, count)
    elif low is not None and high is not None:
        drawn = random.uniform(low, high, count)
    else:
        drawn = low + sizes if low is not None else high - sizes
    drawn = np.round(drawn) if isinstance(domain, Interval) and domain.integer else drawn
    inside = drawn[~outside(domain, drawn)]
    return np.resize(inside, count) if len(inside) else drawn


def _loss_of_digits(
    form: Expr, arguments: tuple[Symbol, ...], columns: np.ndarray, told: Sequence[tuple[Ball, float]]
) -> float:
    with np.errstate(all="ignore"):
        computed = np.broadcast_to(numpy_function(arguments, form)(*columns), columns.shape[1]).tolist()
    errors = [error_in_ulp(mine, ball, size) for mine, (ball, size) in zip(computed, told, strict=True)]
    lost = np.clip(np.log2(np.maximum(errors, GOOD) / GOOD), 0.0, WORST)
    return round(float(lost.mean()), 1) if len(lost) else 0.0


def _cost(form: Expr) -> int:
    return int(form.count_ops()) + CALL_COST * len(form.atoms(sympy.Function))
