"""Points at which forms of a formula are compared, with the true values in balls, and the errors there."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from sympy import Add, Expr, Symbol

from lossproof.errors import MoveError
from lossproof.lowering.code.formula_code import numpy_function
from lossproof.lowering.forms.code_functions import extended, parts
from lossproof.lowering.measure.accuracy import largest_terms, scales_between
from lossproof.lowering.measure.float_points import exact_targets
from lossproof.lowering.measure.truth import Deviations, true_ball
from lossproof.lowering.numbers.rounding import Ball, rounded
from lossproof.notation.assumptions import REAL, Domain

CANCELLED = 2.0**-10  # a result this small beside its terms says nothing about the form
GOOD = 2.5  # ulp; no choice asks whether an error is below less, so that one below it need not be excused

Errors = tuple[np.ndarray, np.ndarray]
"""At every point, in last places of the result, and as a certificate measures it."""

Found = tuple[np.ndarray, np.ndarray, np.ndarray]
"""At which points a form was measured, and the errors of both kinds there."""


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

    question: Question
    columns: np.ndarray  # (q + c + 1, n)
    balls: tuple[Ball, ...]
    sizes: np.ndarray  # |true value|
    exact: np.ndarray  # whether the target is an end of its domain
    ends: np.ndarray  # whether the target is the smallest or the largest that was drawn
    overflowing: np.ndarray  # (q + c + 1, k): points where the value is too large for a float
    unsettled: np.ndarray  # (q + c + 1, k): points where it is not defined, or no precision tells what it is
    parts: tuple[Sample, ...] = ()  # those that were joined
    known: dict[Expr, Found] = field(default_factory=dict, repr=False)

    def joined(self, other: Sample) -> Sample:
        """The points of both."""
        columns, overflowing, unsettled = (
            np.concatenate(both, axis=1)
            for both in (
                (self.columns, other.columns),
                (self.overflowing, other.overflowing),
                (self.unsettled, other.unsettled),
            )
        )
        sizes, exact, ends = (
            np.concatenate(both)
            for both in ((self.sizes, other.sizes), (self.exact, other.exact), (self.ends, other.ends))
        )
        balls = (*self.balls, *other.balls)
        parts = (*(self.parts or (self,)), *(other.parts or (other,)))
        return Sample(self.question, columns, balls, sizes, exact, ends, overflowing, unsettled, parts)

    @cached_property
    def cancels(self) -> np.ndarray:
        """Whether a published term is so much larger than the result that its rounding decides.

        There, unless the target is the last one drawn, only the excused error says something.
        """
        terms = Add.make_args(self.question.expr)
        sizes = [np.abs(self._in_wide_numbers(term)) for term in terms if has_code(term, self.question.arguments)]
        lost = [np.isfinite(size) & (size * CANCELLED > self.sizes) for size in sizes]
        return ~self.ends & np.logical_or.reduce(lost) if lost else np.zeros(len(self.sizes), dtype=bool)

    @cached_property
    def published_terms(self) -> np.ndarray:
        """The largest term of the published formula at every point: the same for every form."""
        return largest_terms(self.question.arguments, extended(self.question.expr), self.columns.T)

    def _in_wide_numbers(self, expr: Expr) -> np.ndarray:
        with np.errstate(all="ignore"):
            found: np.ndarray = numpy_function(self.question.arguments, extended(expr))(*self.columns)
        return np.broadcast_to(found, self.sizes.shape)


def sampled(question: Question, drawn: np.ndarray) -> Sample:
    """The points at which the value is a finite float, and the others apart."""
    ends = np.isin(drawn[:, -1], (drawn[:, -1].min(), drawn[:, -1].max()))
    balls = [true_ball(question.expr, question.arguments, point) for point in map(tuple, drawn.tolist())]
    true = np.array([rounded(ball) for ball in balls])
    kept = np.flatnonzero(np.isfinite(true))
    exact = np.isin(drawn[kept, -1], exact_targets(question.domain))
    overflowing, unsettled = drawn[np.isinf(true)].T, drawn[np.isnan(true)].T
    kept_balls, sizes = tuple(balls[k] for k in kept), np.abs(true[kept])
    return Sample(question, drawn[kept].T, kept_balls, sizes, exact, ends[kept], overflowing, unsettled)


def errors_of(expr: Expr, sample: Sample) -> Errors:
    """The error of a form at every point in last places of the result, and as a certificate measures it.

    That is in last places of the largest term of a difference, where the target is no end of its domain; what is below
    `GOOD` in smaller units already stays in those. A form is measured once at every point, and where it is one of two
    that are computed, only there.
    """
    if sample.parts:
        strict, excused = zip(*(errors_of(expr, part) for part in sample.parts), strict=True)
        return np.concatenate(strict), np.concatenate(excused)
    return _errors_at(expr, sample, np.ones(len(sample.balls), dtype=bool))


def _errors_at(expr: Expr, sample: Sample, wanted: np.ndarray) -> Errors:
    """The errors at the points that are wanted; elsewhere, anything."""
    if (found := parts(expr)) is not None:
        condition = numpy_function(sample.question.arguments, found.inside)(*sample.columns)
        inside = np.broadcast_to(np.asarray(condition, dtype=bool), wanted.shape)
        near = _errors_at(found.near, sample, wanted & inside)
        far = _errors_at(found.far, sample, wanted & ~inside)
        return np.where(inside, near[0], far[0]), np.where(inside, near[1], far[1])
    if expr not in sample.known:
        nothing = np.full(len(wanted), np.nan)
        sample.known[expr] = np.zeros(len(wanted), dtype=bool), nothing, nothing.copy()
    measured, *errors = sample.known[expr]
    places = np.flatnonzero(wanted & ~measured)
    if len(places):
        for filled, fresh in zip(errors, _measured_at(expr, sample, places), strict=True):
            filled[places] = fresh
        measured[places] = True
    return errors[0], errors[1]


def _measured_at(expr: Expr, sample: Sample, places: np.ndarray) -> Errors:
    arguments, columns, sizes = sample.question.arguments, sample.columns[:, places], sample.sizes[places]
    with np.errstate(all="ignore"):
        computed = np.broadcast_to(numpy_function(arguments, expr)(*columns), len(places))
    found = Deviations(computed, [sample.balls[k] for k in places.tolist()], sizes)
    asked = np.flatnonzero((found.strict > GOOD) & np.isfinite(computed) & ~sample.exact[places])
    strict, excused = found.strict, found.strict.copy()
    if len(asked):
        wrong = found.only(asked)

        def is_not_good(least: np.ndarray, most: np.ndarray) -> np.ndarray:
            return wrong.in_units_of(least) > GOOD

        terms = np.minimum(largest_terms(arguments, expr, columns[:, asked].T), sample.published_terms[places[asked]])
        scales = scales_between(arguments, sample.question.expr, columns[:, asked].T, sizes[asked], terms, is_not_good)
        excused[asked] = wrong.in_units_of(scales)
        strict[asked] = np.where(sample.cancels[places[asked]], excused[asked], strict[asked])
    return strict, excused


def has_code(expr: Expr, arguments: tuple[Symbol, ...]) -> bool:
    """Whether there is numeric code for the formula."""
    try:
        numpy_function(arguments, expr)
    except MoveError:
        return False
    return True
