"""Points at which forms of a formula are compared, with the true values in balls, and the errors there."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from sympy import Add, Expr, Symbol

from lossproof.errors import MoveError
from lossproof.lowering.code.formula_code import function_text, numpy_function
from lossproof.lowering.forms.code_functions import extended
from lossproof.lowering.measure.accuracy import excused_scales
from lossproof.lowering.measure.float_points import exact_targets
from lossproof.lowering.measure.truth import Deviations, true_ball
from lossproof.lowering.numbers.rounding import Ball, rounded
from lossproof.notation.assumptions import REAL, Domain

CANCELLED = 2.0**-10  # a result this small beside its terms says nothing about the form
GOOD = 2.5  # ulp; no choice asks whether an error is below less, so that one below it need not be excused

Errors = tuple[np.ndarray, np.ndarray]
"""At every point, in last places of the result, and as a certificate measures it."""


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


@dataclass(frozen=True, eq=False)
class Sample:
    """Points where the value is a finite float, as columns, with their balls; and what forms were measured there."""

    columns: np.ndarray  # (q + c + 1, n)
    balls: tuple[Ball, ...]
    sizes: np.ndarray  # |true value|
    exact: np.ndarray  # whether the target is an end of its domain
    cancels: np.ndarray  # whether the published terms cancel, so that only the excused error says something
    overflowing: np.ndarray  # (q + c + 1, k): points where the value is too large for a float
    unsettled: np.ndarray  # (q + c + 1, k): points where it is not defined, or no precision tells what it is
    parts: tuple[Sample, ...] = ()  # those that were joined
    known: dict[Expr, Errors] = field(default_factory=dict, repr=False)

    def joined(self, other: Sample) -> Sample:
        """The points of both."""
        columns = np.concatenate([self.columns, other.columns], axis=1)
        sizes, exact = np.concatenate([self.sizes, other.sizes]), np.concatenate([self.exact, other.exact])
        overflowing = np.concatenate([self.overflowing, other.overflowing], axis=1)
        unsettled = np.concatenate([self.unsettled, other.unsettled], axis=1)
        cancels = np.concatenate([self.cancels, other.cancels])
        parts = (*(self.parts or (self,)), *(other.parts or (other,)))
        return Sample(columns, (*self.balls, *other.balls), sizes, exact, cancels, overflowing, unsettled, parts)


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


def errors_of(expr: Expr, question: Question, sample: Sample) -> Errors:
    """The error of a form at every point in last places of the result, and as a certificate measures it.

    That is in last places of the largest term of a difference, where the target is no end of its domain; what is below
    `GOOD` in smaller units already may stay in those. A form is measured once at every point.
    """
    if sample.parts:
        strict, excused = zip(*(errors_of(expr, question, part) for part in sample.parts), strict=True)
        return np.concatenate(strict), np.concatenate(excused)
    if expr not in sample.known:
        sample.known[expr] = _errors(expr, question, sample)
    return sample.known[expr]


def _errors(expr: Expr, question: Question, sample: Sample) -> Errors:
    with np.errstate(all="ignore"):
        computed = numpy_function(question.arguments, expr)(*sample.columns)
    found = Deviations(np.broadcast_to(computed, len(sample.balls)), sample.balls, sample.sizes)

    def is_not_good(least: np.ndarray, most: np.ndarray) -> np.ndarray:
        return ~sample.exact & (found.in_units_of(least) > GOOD)

    scales = excused_scales(question.arguments, question.expr, expr, sample.columns.T, sample.sizes, is_not_good)
    excused = found.in_units_of(np.where(sample.exact, sample.sizes, scales))
    return np.where(sample.cancels, excused, found.strict), excused


def has_code(expr: Expr, arguments: tuple[Symbol, ...]) -> bool:
    """Whether there is numeric code for the formula."""
    try:
        function_text("value", arguments, expr)
    except MoveError:
        return False
    return True
