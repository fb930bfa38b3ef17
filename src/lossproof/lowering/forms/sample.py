"""Points at which forms of a formula are compared, with the true values in balls, and the errors there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sympy import Add, Expr, Symbol

from lossproof.errors import MoveError
from lossproof.lowering.code.formula_code import function_text, numpy_function
from lossproof.lowering.forms.code_functions import extended
from lossproof.lowering.measure.accuracy import excused_scales
from lossproof.lowering.measure.float_points import exact_targets
from lossproof.lowering.measure.truth import error_in_ulp, true_ball
from lossproof.lowering.numbers.rounding import Ball, rounded
from lossproof.notation.assumptions import REAL, Domain

CANCELLED = 2.0**-10  # a result this small beside its terms says nothing about the form


@dataclass(frozen=True)
class Question:
    """What is to be computed: ``expr`` of a row; ``derivatives`` are the same by other ways.

    ``domain`` is the target's, ``columns`` are those of what else is observed, ``predictor_domains`` those of the
    predictors, which may be any numbers where nothing is said.
    """

    expr: Expr
    arguments: tuple[Symbol, ...]  # the predictors, other columns, then the target
    domain: Domain
    derivatives: tuple[Expr, ...] = ()
    columns: tuple[Domain, ...] = ()
    predictor_domains: tuple[Domain, ...] = ()

    @property
    def predictors(self) -> tuple[Domain, ...]:
        """The domain of each argument that is a predictor."""
        return self.predictor_domains or (REAL,) * (len(self.arguments) - len(self.columns) - 1)


@dataclass(frozen=True)
class Sample:
    """Points where the value is a finite float, as columns, with their balls."""

    columns: np.ndarray  # (q + c + 1, n)
    balls: tuple[Ball, ...]
    sizes: np.ndarray  # |true value|
    exact: np.ndarray  # whether the target is an end of its domain
    cancels: np.ndarray  # whether the published terms cancel, so that only the excused error says something
    overflowing: np.ndarray  # (q + c + 1, k): points where the value is too large for a float
    unsettled: np.ndarray  # (q + c + 1, k): points where it is not defined, or no precision tells what it is

    def joined(self, other: Sample) -> Sample:
        """The points of both."""
        columns = np.concatenate([self.columns, other.columns], axis=1)
        sizes, exact = np.concatenate([self.sizes, other.sizes]), np.concatenate([self.exact, other.exact])
        overflowing = np.concatenate([self.overflowing, other.overflowing], axis=1)
        unsettled = np.concatenate([self.unsettled, other.unsettled], axis=1)
        cancels = np.concatenate([self.cancels, other.cancels])
        return Sample(columns, (*self.balls, *other.balls), sizes, exact, cancels, overflowing, unsettled)


def sampled(question: Question, drawn: np.ndarray) -> Sample:
    """The points at which the value is a finite float, and the others apart."""
    ends = np.isin(drawn[:, -1], (drawn[:, -1].min(), drawn[:, -1].max()))
    balls = [true_ball(question.expr, question.arguments, point) for point in map(tuple, drawn.tolist())]
    true = np.array([rounded(ball) for ball in balls])
    kept = np.flatnonzero(np.isfinite(true))
    cancels = (~ends & _cancels(question, drawn, true))[kept]
    exact = np.isin(drawn[kept, -1], exact_targets(question.domain))
    overflowing, unsettled = drawn[np.isinf(true)].T, drawn[np.isnan(true)].T
    kept_balls, sizes = tuple(balls[k] for k in kept), np.abs(true[kept])
    return Sample(drawn[kept].T, kept_balls, sizes, exact, cancels, overflowing, unsettled)


def _cancels(question: Question, drawn: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Whether a term of the sum is so much larger than the result that its rounding decides."""
    lost = np.zeros(len(drawn), dtype=bool)
    for term in Add.make_args(question.expr):
        if has_code(term, question.arguments):
            with np.errstate(all="ignore"):
                size = np.abs(numpy_function(question.arguments, extended(term))(*drawn.T))
                lost |= np.isfinite(size) & (size * CANCELLED > np.abs(true))
    return lost


def errors_of(expr: Expr, question: Question, sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """The error of a form at every point in last places of the result, and as a certificate measures it.

    That is in last places of the largest term of a difference, where the target is no end of its domain.
    """
    with np.errstate(all="ignore"):
        computed = numpy_function(question.arguments, expr)(*sample.columns)
    results = np.broadcast_to(computed, len(sample.balls)).tolist()
    scales = excused_scales(question.arguments, question.expr, expr, sample.columns.T, sample.sizes)
    scales = np.where(sample.exact, sample.sizes, scales).tolist()
    pairs = list(zip(results, sample.balls, strict=True))
    strict = [error_in_ulp(*pair, size) for pair, size in zip(pairs, sample.sizes.tolist(), strict=True)]
    excused = np.array([error_in_ulp(*pair, scale) for pair, scale in zip(pairs, scales, strict=True)])
    return np.where(sample.cancels, excused, strict), excused


def has_code(expr: Expr, arguments: tuple[Symbol, ...]) -> bool:
    """Whether there is numeric code for the formula."""
    try:
        function_text("value", arguments, expr)
    except MoveError:
        return False
    return True
