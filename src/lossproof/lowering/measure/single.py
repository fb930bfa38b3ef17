"""Whether a function that computes in float32 itself is right there, as JAX does without float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lossproof.lowering.code.loss_formulas import Component, Formulas
from lossproof.lowering.forms.code_functions import formula
from lossproof.lowering.measure.accuracy import excused_scales
from lossproof.lowering.measure.float_points import Domains, points, within
from lossproof.lowering.measure.truth import Deviations, true_ball
from lossproof.lowering.numbers.rounding import FLOAT32, rounded
from lossproof.notation.assumptions import Domain

SEED = 32
POINTS = 300
BEND = 20.0
GOOD_IN_SINGLE = 8.0  # ulp of float32
SMALLEST = float(np.finfo(np.float32).tiny)  # JAX replaces smaller numbers by 0 on most processors


def right_in_single(
    loss: Formulas, predictors: Domains, domain: Domain, columns: Domains, kind: str, call: Callable[..., Any]
) -> bool:
    """Whether no finite answer of ``call`` is wrong, for value, slope or curvature; what is not finite shows itself."""
    q = len(loss.predictors)
    drawn = _drawn(predictors, domain, columns)
    u, observed = drawn[:, :q] if q > 1 else drawn[:, 0], drawn[:, q:].T
    answers = np.asarray(call(u.astype(np.float32), *observed.astype(np.float32)), dtype=np.float64)
    pairs = zip(loss.published, loss.components(), strict=True)
    mine = [(published, computed) for published, computed in pairs if computed.kind == kind]
    last_axes = np.moveaxis(answers, 0, -1)
    return all(_is_right(loss, *pair, drawn, last_axes[pair[0].place]) for pair in mine)


def _drawn(predictors: Domains, domain: Domain, columns: Domains) -> np.ndarray:
    """Points over the whole range, and as many where exponentials are neither 0 nor infinite in float32."""
    drawn = [points(SEED + seed, POINTS, predictors, domain, FLOAT32, columns) for seed in range(2)]
    q = len(predictors)
    bend = np.random.default_rng(SEED).uniform(-BEND, BEND, drawn[1][:, :q].shape)
    drawn[1][:, :q] = within(predictors, bend).astype(np.float32)
    both = np.concatenate(drawn)
    return both[~((both != 0) & (np.abs(both) < SMALLEST)).any(axis=1)]


def _is_right(
    loss: Formulas, published: Component, computed: Component, drawn: np.ndarray, answers: np.ndarray
) -> bool:
    arguments = loss.arguments
    balls = [true_ball(published.expr, arguments, tuple(point), FLOAT32) for point in drawn.tolist()]
    true = np.array([rounded(ball, FLOAT32) for ball in balls])
    told = np.flatnonzero(np.isfinite(answers) & ~np.isnan(true) & ~((np.abs(true) < SMALLEST) & (true != 0)))
    if np.isinf(true[told]).any():
        return False
    near = formula(computed.expr)
    found = Deviations(answers[told], [balls[k] for k in told.tolist()], np.abs(true[told]), FLOAT32)

    def is_not_good(least: np.ndarray, most: np.ndarray) -> np.ndarray:
        return found.in_units_of(least) > GOOD_IN_SINGLE

    scales = excused_scales(arguments, published.expr, near, drawn[told], found.sizes, is_not_good)
    return bool((found.in_units_of(scales) <= GOOD_IN_SINGLE).all())
