"""Which form of a formula is computed: several right ones are measured, the cheapest accurate one is taken.

Candidates for value, slope and curvature, all equal on paper: the formula as published; stabilised; linear in
the target, as a mixture of its stabilised ends; and the derivative of the form just chosen for the order below,
stabilised again. How large the error is at a few hundred points decides, never the name of the loss.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import sympy
from sympy import Expr, Symbol
from sympy.logic.boolalg import Boolean

from lossproof.lowering.code.formula_code import function_text, numpy_function
from lossproof.lowering.forms.code_functions import exact, extended, formula, guarded, times_exp
from lossproof.lowering.forms.rewriting import (
    ASYMPTOTIC,
    COMPACT,
    OPENED,
    SCALED,
    Applied,
    Stabilised,
    Table,
    between_the_ends,
    rewritten,
    stabilised,
)
from lossproof.lowering.forms.sample import GOOD, Question, Sample, errors_of, has_code, sampled
from lossproof.lowering.measure.float_points import (
    LIMITS,
    large_targets,
    points,
    points_in_boxes,
    points_near_data,
    within,
)
from lossproof.lowering.measure.truth import true_ball
from lossproof.lowering.numbers.rounding import FLOAT64

POINTS = 300
LARGE_TARGETS = 300
ORDINARY_POINTS = 500
RECONSIDERED = 3  # how often the choice is made, with the points at which the one before was wrong
SEED = 20_231
GOOD_ENOUGH = 3.0  # ulp; below it the cheaper form wins
GOOD_IN_BOX = GOOD  # ulp; what few points show is less than the largest error
GOAL = 4.0  # ulp; above it wide numbers are tried
LOST = 2.0**20  # ulp; beyond, only the number of such points counts
CONFIRMATIONS = 6  # how often a box is looked for
BESIDE = 2.0**-20  # how far beside a point that has no value another one is looked at, as a part of it
CHEAP = (sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Heaviside)
CALL_COST = 10  # a named function costs about as much as so many additions


Reach = dict[tuple[int, int], int]
"""(predictor, sign of the side) -> which of `LIMITS` the side is at."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One candidate: its largest error (ulp of the result; infinite for a wrong inf or nan) and its cost.

    ``excused`` is the error as a certificate measures it, by the largest term of a difference where the target is no
    end of its domain. ``bad`` counts the points where that one is not good enough, ``lossy`` those where the
    other is not.
    """

    expr: Expr
    applied: tuple[Applied, ...]
    ulp: float
    excused: float
    bad: int
    lossy: int
    cost: int

    @property
    def rank(self) -> tuple[float, int, int]:
        """Smaller is better: the excused error; how often it is too large, or the other one is; then the cost."""
        often = self.bad if self.excused > LOST else self.lossy
        return (min(LOST, max(self.excused, GOOD_ENOUGH)), often, self.cost)


@dataclass(frozen=True, slots=True)
class Weakness:
    """Where the form that is computed misses the goal: its largest error, there, and the box of all such points.

    The error is infinite for a wrong inf or nan, and nan where no precision tells what the truth is.
    """

    error: float
    point: tuple[float, ...]  # the predictors, other columns, then the target
    box: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Every candidate in the order tried, and the one that is computed; where that one is not to be trusted."""

    best: Measured
    candidates: tuple[Measured, ...]
    weakness: Weakness | None = None


def choose(question: Question) -> Chosen:
    """Measures every candidate and takes the cheapest accurate one, or the most accurate where none is good.

    Where none meets the goal everywhere, the best in wide numbers takes over outside of where a near form does; where
    that does not meet it either, balls do. Raises MoveError where no candidate has numeric code.
    """
    predictors, rest = question.predictors, (question.domain, FLOAT64, question.columns)
    drawn = [
        points(SEED, POINTS, predictors, *rest),
        points_in_boxes(SEED, POINTS * len(predictors), predictors, *rest),
    ]
    sample, forms = sampled(question, np.concatenate(drawn)), candidates(question)
    for seed in range(RECONSIDERED):
        best, tried = _best(forms, question, sample)
        fresh = sampled(question, points_near_data(seed, ORDINARY_POINTS, predictors, *rest))
        if best.excused > GOAL or (errors_of(best.expr, fresh)[1] <= GOAL).all():
            break
        sample = sample.joined(fresh)
    return _settled(best, tried, question, sample)


def _best(forms: Sequence[Stabilised], question: Question, sample: Sample) -> tuple[Measured, tuple[Measured, ...]]:
    """The form that the sample speaks for, and all that were tried."""
    measured = tuple(_measured(form, sample) for form in forms)
    best = min(measured, key=lambda form: form.rank)
    if best.excused <= GOAL:
        return best, measured
    unscaled = [form for form in measured if not form.expr.has(times_exp)]
    wide = tuple(_measured(_in_wide_numbers(form), sample) for form in unscaled or measured)
    far = min(wide, key=lambda form: form.rank)
    joined = [_guarded(measured, far, question, sample, GOOD_IN_BOX)]
    if joined[0].excused > GOAL:
        joined.append(_guarded((*measured, *joined), _in_balls(question), question, sample, GOOD_ENOUGH))
    return min(joined, key=lambda form: form.rank), (*measured, *wide, *joined)


def _settled(best: Measured, tried: tuple[Measured, ...], question: Question, sample: Sample) -> Chosen:
    """The best form; where targets are so large that it misses the goal wide numbers take over, and then balls."""
    drawn = large_targets(SEED, LARGE_TARGETS, question.predictors, question.domain, question.columns)
    if len(drawn):
        large = sampled(question, drawn)
        joined = sample.joined(large)
        near = _target_limit(best, question, large)
        if near is not None:
            wide = _measured(Stabilised(extended(formula(best.expr)), best.applied), joined)
            limit = _target_limit(wide, question, large)
            if limit is None or limit > near:
                best = _beside(best, wide, _targets_within(near, question), joined)
                tried, near = (*tried, best), limit
        if near is not None:
            best = _beside(best, _in_balls(question), _targets_within(near, question), joined)
            tried = (*tried, best)
        sample = joined
    return Chosen(best, tried, _weakness(best, question, sample))


def _target_limit(form: Measured, question: Question, large: Sample) -> float | None:
    """The largest of `LIMITS` below which all targets are where the form meets the goal; None where all are."""
    wrong = np.abs(large.columns[-1, ~(errors_of(form.expr, large)[1] <= GOAL)])
    lost = _undefined(form, question, large)
    smallest = np.concatenate([wrong, np.abs(large.overflowing[-1, lost])]).min(initial=np.inf)
    limits = [limit for limit in LIMITS if limit < smallest]
    return limits[-1] if smallest < np.inf and limits else None


def _targets_within(limit: float, question: Question) -> Boolean:
    return sympy.And(question.arguments[-1] <= limit, question.arguments[-1] >= -limit)


def _undefined(form: Measured, question: Question, sample: Sample) -> np.ndarray:
    """At which of the points that are too large for a float the form is not a number."""
    with np.errstate(all="ignore"):
        undefined = np.isnan(numpy_function(question.arguments, form.expr)(*sample.overflowing))
    return np.broadcast_to(undefined, sample.overflowing.shape[1])


def candidates(question: Question) -> list[Stabilised]:
    """The forms to measure, each once; those without numeric code are left out."""
    forms: list[Stabilised] = []
    for form in _forms(question):
        if all(form.expr != other.expr for other in forms) and has_code(form.expr, question.arguments):
            forms.append(form)
    if not forms:
        function_text("value", question.arguments, question.expr)  # says which function has no code
    return forms


def _forms(question: Question) -> Iterator[Stabilised]:
    for expr in (question.expr, *question.derivatives):
        forms = list(_stable_forms(expr, question.arguments[-1]))
        yield from [Stabilised(expr, ()), *forms]
        compact = [_further(form, COMPACT) for form in forms]
        asymptotic = [_further(form, ASYMPTOTIC) for form in (*forms, *compact)]
        yield from [*compact, *asymptotic, *(_further(form, SCALED) for form in (*forms, *compact, *asymptotic))]


def _further(form: Stabilised, table: Table) -> Stabilised:
    """The form rewritten by another table."""
    more = rewritten(form.expr, table)
    return Stabilised(more.expr, (*form.applied, *more.applied))


def _stable_forms(expr: Expr, target: Symbol) -> Iterator[Stabilised]:
    """Stabilised; as a mixture of the ends of the target; with its cases outermost."""
    yield stabilised(expr)
    yield stabilised(rewritten(expr.doit(), OPENED).expr)
    mixture = between_the_ends(expr, target)
    if mixture is not None:
        yield mixture
    if expr.has(sympy.Piecewise):
        yield stabilised(sympy.piecewise_fold(expr))


def _measured(form: Stabilised, sample: Sample) -> Measured:
    errors, excused = errors_of(form.expr, sample)
    calls = len(form.expr.atoms(sympy.Function) - form.expr.atoms(*CHEAP))
    cost = int(form.expr.count_ops()) + CALL_COST * calls
    bad, lossy = (int((each > GOOD_ENOUGH).sum()) for each in (excused, errors))
    return Measured(form.expr, form.applied, _largest(errors), _largest(excused), bad, lossy, cost)


def _largest(errors: np.ndarray) -> float:
    return float(errors.max(initial=0.0))


def _weakness(form: Measured, question: Question, sample: Sample) -> Weakness | None:
    """The points of the sample where the form is beyond the goal, or says something that nothing can confirm."""
    unconfirmed = _unconfirmed(form, question, sample)
    errors = np.concatenate([errors_of(form.expr, sample)[1], np.full(unconfirmed.shape[1], np.nan)])
    wrong = np.concatenate([sample.columns, unconfirmed], axis=1)[:, ~(errors <= GOAL)]
    errors = errors[~(errors <= GOAL)]
    if not len(errors):
        return None
    worst = int(np.argmax(np.where(np.isnan(errors), GOAL, errors)))
    box = tuple((float(row.min()), float(row.max())) for row in wrong)
    return Weakness(float(errors[worst]), tuple(wrong[:, worst].tolist()), box)


def _unconfirmed(form: Measured, question: Question, sample: Sample) -> np.ndarray:
    """Points where the form answers and no precision tells what is right, there and beside, where a pole is none.

    With several predictors there are such points far out in nearly every loss (terms that cancel by 1e300 digits), and
    none of them is counted, as in a certificate.
    """
    columns = sample.unsettled[:, : None if len(question.predictors) == 1 else 0]
    with np.errstate(all="ignore"):
        answers = numpy_function(question.arguments, form.expr)(*columns)
    columns = columns[:, np.isfinite(np.broadcast_to(answers, columns.shape[1]))]
    beside = np.where(columns == 0.0, BESIDE, columns * (1.0 + BESIDE))
    beside[1:] = columns[1:]
    balls = [true_ball(question.expr, question.arguments, point) for point in map(tuple, beside.T.tolist())]
    return columns[:, np.array([not ball.is_finite() for ball in balls], dtype=bool)]


def _in_wide_numbers(form: Measured) -> Stabilised:
    return Stabilised(extended(form.expr), form.applied)


def _in_balls(question: Question) -> Stabilised:
    """Measured where nothing else is right, and nowhere else: a ball takes milliseconds."""
    return Stabilised(exact(question.expr), ())


def _guarded(
    measured: Sequence[Measured], far: Measured | Stabilised, question: Question, sample: Sample, good: float
) -> Measured:
    """The near form that is right in the largest box of predictors, with the far one around it.

    Points near the sides of the box found either confirm it or join the sample for a smaller one.
    """
    for seed in range(CONFIRMATIONS):
        near, reach = _widest(measured, question, sample, good)
        if not reach:
            return far if isinstance(far, Measured) else _beside(near, far, _nowhere(question), sample)
        new = sampled(question, _at_sides(reach, question, seed))
        joined = _beside(near, far, _inside(reach, question.arguments), sample.joined(new))
        sample = sample.joined(new)
        if (errors_of(joined.expr, new)[1] <= good).all():
            return joined
    return far if isinstance(far, Measured) else _beside(near, far, _nowhere(question), sample)


def _beside(near: Measured, far: Measured | Stabilised, inside: Boolean, sample: Sample) -> Measured:
    joined = guarded(near.expr, far.expr, inside)
    return _measured(Stabilised(joined, (*near.applied, *far.applied)), sample)


def _widest(measured: Sequence[Measured], question: Question, sample: Sample, good: float) -> tuple[Measured, Reach]:
    """The form that is right in the largest box of predictors, whatever else a row holds; else of all of it."""
    for letters in (len(question.predictors), len(question.arguments)):
        boxes = [(form, _box(form, question, sample, good, letters)) for form in measured]
        near, reach = max(boxes, key=lambda each: (sum(each[1].values()), -each[0].cost))
        if reach:
            break
    return near, reach


def _at_sides(reach: Reach, question: Question, seed: int) -> np.ndarray:
    """Points in the box, each predictor uniform in it or between nine tenths of a side and the side."""
    drawn = points_in_boxes(SEED + seed, POINTS, question.predictors, question.domain, FLOAT64, question.columns)
    random = np.random.default_rng(seed)
    for p, domain in enumerate(question.predictors):
        high, low = LIMITS[reach[p, 1]], -LIMITS[reach[p, -1]]
        sides = np.where(random.random(len(drawn)) < 0.5, high, low) * random.uniform(0.9, 1.0, len(drawn))
        inside = random.uniform(low, high, len(drawn))
        fresh = np.where(random.random(len(drawn)) < 0.5, sides, inside)
        fresh = within((domain,), fresh[:, None])[:, 0]
        drawn[:, p] = np.where(random.random(len(drawn)) < 0.7, fresh, np.clip(drawn[:, p], low, high))
    return drawn


def _box(form: Measured, question: Question, sample: Sample, good: float, letters: int) -> Reach:
    """Bounds of the first letters between which the form is right, widened one by one; empty where there are none."""
    wrong = sample.columns[:letters, ~(errors_of(form.expr, sample)[1] <= good)]
    lost = _undefined(form, question, sample)
    wrong = np.concatenate([wrong, sample.overflowing[:letters, lost]], axis=1)
    reach = {(p, sign): 0 for p in range(len(wrong)) for sign in (1, -1)}

    def holds(limits: Reach) -> bool:
        within = [sign * wrong[p] <= LIMITS[k] for (p, sign), k in limits.items()]
        return not np.logical_and.reduce(within).any()

    if not holds(reach):
        return {}
    growing = list(reach)
    while growing:
        side = growing.pop(0)
        wider = {**reach, side: reach[side] + 1}
        if wider[side] < len(LIMITS) and holds(wider):
            reach = wider
            growing.append(side)
    return reach


def _inside(reach: Reach, arguments: Sequence[Symbol]) -> Boolean:
    return sympy.And(*(_bound(arguments[p], sign, LIMITS[k]) for (p, sign), k in reach.items()))


def _nowhere(question: Question) -> Boolean:
    """What holds for no float, and is still a condition in code."""
    return question.arguments[0] < sympy.Float(-sys.float_info.max)


def _bound(predictor: Symbol, sign: int, limit: float) -> Boolean:
    return predictor <= sympy.Float(limit) if sign > 0 else predictor >= sympy.Float(-limit)
