"""The certificate: the truth is the truth, points cover the range, planted errors show, the goals are met."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, ctx

from lossproof.lowering import Loss
from lossproof.lowering.forms.choice import choose
from lossproof.lowering.forms.code_functions import exact, guarded
from lossproof.lowering.forms.sample import Question, errors_of, sampled
from lossproof.lowering.measure import accuracy
from lossproof.lowering.measure.accuracy import Plan, Row, Subject, excused_scales, measure
from lossproof.lowering.measure.float_points import (
    LARGEST,
    SMALLEST,
    large_targets,
    neighbours,
    points,
    points_in_boxes,
    points_near_data,
    predictor_values,
    target_values,
)
from lossproof.lowering.measure.truth import Deviations, error_in_ulp, settling, true_ball, true_balls
from lossproof.lowering.numbers.rounding import FLOAT32, FLOAT64, Format, rounded
from lossproof.lowering.numbers.split_balls import Exactly
from lossproof.lowering.validation import outside
from lossproof.notation import parse, parse_assumptions
from lossproof.notation.assumptions import REAL, Domain
from lossproof.notation.functions import expit, normcdf, softplus

U, YT = sympy.symbols("u yt", real=True)
GOAL = 4.0  # ulp


def domain(text: str) -> Domain:
    return parse_assumptions(text).scalar("yt")


@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_the_logistic_loss_meets_the_goal(logistic: Loss, backend: str) -> None:
    accuracy = logistic.accuracy(backend, points=3000, seed=5)
    assert [(row.function, row.format) for row in accuracy.rows] == [
        (name, form) for form in ("float64", "float32") for name in ("value", "slope", "curvature")
    ]
    assert accuracy.worst <= GOAL, str(accuracy)
    assert all(row.points >= 3000 for row in accuracy.rows)
    assert "value" in str(accuracy)


@pytest.mark.slow
def test_the_logistic_loss_meets_the_goal_at_a_hundred_thousand_points(logistic: Loss) -> None:
    accuracy = logistic.accuracy("numba", seed=17)
    assert accuracy.worst <= GOAL, str(accuracy)
    assert all(row.points >= 100_000 for row in accuracy.rows)


@pytest.mark.parametrize(("loss", "goal"), [("poisson", GOAL), ("gaussian", GOAL), ("gamma", GOAL), ("probit", 5.0)])
@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_other_losses_meet_the_goal(loss: str, goal: float, backend: str, request: pytest.FixtureRequest) -> None:
    accuracy = request.getfixturevalue(loss).accuracy(backend, points=1500)
    assert accuracy.worst <= goal, str(accuracy)


@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_softmax_meets_the_goal_at_every_class(three_classes: Loss, backend: str) -> None:
    """The curvature is a product of two shares, each right to 3 ulp."""
    accuracy = three_classes.accuracy(backend, points=1000)
    assert accuracy.worst <= 6.0, str(accuracy)


def test_several_predictors_have_a_row_for_every_component(two_predictors: Loss) -> None:
    accuracy = two_predictors.accuracy("numpy", points=400)
    names = {row.function for row in accuracy.rows}
    assert names == {"value", "slope_0", "slope_1", "curvature_0_0", "curvature_0_1", "curvature_1_1"}


def subject(call: object) -> Subject:
    return Subject("planted", softplus(U), softplus(U), (U, YT), call)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "call", "at_least"),
    [
        ("overflow", lambda p: np.log1p(np.exp(p[:, 0])), math.inf),
        ("tail lost", lambda p: np.log(1 + np.exp(np.minimum(p[:, 0], 700))) + np.maximum(p[:, 0] - 700, 0), 1e6),
        ("off by 1e-13", lambda p: np.logaddexp(0, p[:, 0]) * (1 + 1e-13), 100),
        ("wrong in one spot", lambda p: np.logaddexp(0, p[:, 0]) * np.where(np.abs(p[:, 0] - 3) < 0.02, 1.01, 1), 1e9),
        ("subnormal numbers flushed", lambda p: np.where(p[:, 0] < -709, 0, np.logaddexp(0, p[:, 0])), 1e6),
    ],
)
def test_a_planted_error_is_found(name: str, call: object, at_least: float) -> None:
    with np.errstate(all="ignore"):
        row = measure(subject(call), FLOAT64, domain("0 <= yt <= 1"), Plan(20_000, 3))
    assert row.ulp >= at_least, name


def test_subnormal_numbers_can_be_left_out() -> None:
    """What flushes them to zero, as JAX does, is then measured by the rest."""
    flushed = subject(lambda p: np.where(p[:, 0] < -708.396, 0, np.logaddexp(0, p[:, 0])))
    plans = [Plan(3000, 3, subnormal) for subnormal in (True, False)]
    with np.errstate(all="ignore"):
        whole, rest = (measure(flushed, FLOAT64, domain("0 <= yt <= 1"), plan) for plan in plans)
    assert whole.ulp > 1e6
    assert rest.ulp < 4


def test_a_huge_error_is_shown_by_its_power_of_ten() -> None:
    row = Row("value", "float64", 1.25e120, (1.0, 0.0), 0.0, 1.0, 10)
    assert "1.3e+120" in str(row)
    assert "   2.250" in str(replace(row, ulp=2.25))


def test_the_search_near_the_worst_point_climbs() -> None:
    """An error with a narrow peak is missed by coarse points and found by walking up its slope."""

    def call(p: np.ndarray) -> np.ndarray:
        bump = 1e-17 / (1e-6 + (p[:, 0] - 2.345678) ** 2)
        return np.logaddexp(0, p[:, 0]) * (1 + bump)

    with np.errstate(over="ignore"):
        row = measure(subject(call), FLOAT64, domain("0 <= yt <= 1"), Plan(400, 3))
    assert abs(row.point[0] - 2.345678) < 1e-3


def test_the_published_form_would_not_meet_the_goal(logistic: Loss) -> None:
    """At yt = 1 the textbook's softplus(u) - u loses everything; the choice was needed."""
    computed = replace(logistic.computed, value=logistic.value)
    f = sympy.lambdify((U, YT), logistic.value, [{"softplus": lambda x: np.logaddexp(0, x)}, "numpy"])
    planted = Subject("value", logistic.value, computed.value, (U, YT), lambda p: f(p[:, 0], p[:, 1]))
    row = measure(replace(planted, computed=softplus(U)), FLOAT64, logistic.domain, Plan(2000, 3))
    assert row.ulp > 1e6


def test_the_choice_takes_what_is_accurate() -> None:
    chosen = choose(Question(sympy.log(1 + sympy.exp(U)) - YT * U, (U, YT), domain("0 <= yt <= 1")))
    assert chosen.best.expr == (1 - YT) * softplus(U) + YT * softplus(-U)
    assert chosen.best.ulp < 3
    assert max(form.ulp for form in chosen.candidates) == math.inf


def test_the_density_is_computed_with_one_exponential_and_one_division() -> None:
    chosen = choose(Question(expit(U) * expit(-U), (U, YT), domain("0 <= yt <= 1")))
    e = sympy.exp(-sympy.Abs(U))
    assert sympy.simplify(chosen.best.expr - e / (1 + e * (2 + e))) == 0
    assert chosen.best.ulp < 2.5


def test_the_choice_takes_the_cheaper_of_two_accurate_forms() -> None:
    chosen = choose(Question(sympy.exp(U), (U, YT), domain("yt real"), (sympy.exp(U) * (1 + YT - YT),)))
    assert chosen.best.expr == sympy.exp(U)


def test_a_truth_that_cannot_be_settled_is_no_truth() -> None:
    """1 - Phi(1000) is an exact 1 and a tail beside it; x - log(1 + x) of a tiny x cancels in the tail itself."""
    upper = 1 - normcdf(U)
    assert rounded(true_ball(upper, (U,), (37.0,))) > 0
    assert rounded(true_ball(sympy.log(upper), (U,), (1000.0,))) == -500007.82669481216
    second_order = sympy.log(sympy.exp(-U) - sympy.log(1 + sympy.exp(-U)))
    assert math.isnan(rounded(true_ball(second_order, (U,), (1e5,))))


# Truth.

EXPRESSIONS = {
    "softplus(u) - yt*u": (0.75, 0.3),
    "log1p(u)*expm1(u)": (0.75, 0.0),
    "logit(u)*expit(u)": (0.75, 0.0),
    "log1mexp(u)": (0.75, 0.0),
    "xlogy(yt, u)": (0.75, 0.5),
    "logsumexp(u, yt, 1)": (0.75, 0.5),
    "normcdf(u)*lognormcdf(-u)": (0.75, 0.0),
    "loggamma(u) + digamma(u) + trigamma(u)": (0.75, 0.0),
    "erf(u)*erfc(u)*tanh(u)*atan(u)": (0.75, 0.0),
    "Piecewise((u^2, u > yt), (u, True)) + Max(u, yt) - Min(u, yt)": (0.75, 0.5),
    "Heaviside(u - yt) + sign(u) + Abs(-u)": (0.75, 0.75),
    "sqrt(u)*u^(5/2)*pi*e": (0.75, 0.0),
    "gamma(u)/factorial(u)": (0.75, 0.0),
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_truth_agrees_with_mpmath(text: str) -> None:
    from lossproof.notation.functions import definition

    expr = parse(text, "u > 0; yt real").doit()
    symbols = tuple(sorted(expr.free_symbols | {sympy.Symbol("yt", real=True)}, key=str))
    values = {"u": EXPRESSIONS[text][0], "yt": EXPRESSIONS[text][1]}
    point = tuple(values[symbol.name] for symbol in symbols)
    ball = true_ball(expr, symbols, point)
    exact = definition(expr).xreplace({s: sympy.Rational(Fraction(v)) for s, v in zip(symbols, point, strict=True)})
    assert rounded(ball) == pytest.approx(float(sympy.N(exact, 40)), rel=1e-15)


@pytest.mark.parametrize("u", [-1e308, -800.0, 36.7, 800.0, 1e308])
@pytest.mark.parametrize("form", [FLOAT64, FLOAT32])
def test_the_truth_survives_cancellation(u: float, form: Format) -> None:
    """log(1 + exp(u)) - u is exp(-u) for large u; its textbook form cancels a thousand digits."""
    with mpmath.workdps(800):
        expected = float(mpmath.log1p(mpmath.exp(-u))) if abs(u) < 1e4 else max(-u, 0.0)
    value = rounded(true_ball(sympy.log(1 + sympy.exp(U)) - U, (U,), (u,)), FLOAT64)
    assert value == expected


@pytest.mark.parametrize("form", [FLOAT64, FLOAT32], ids=lambda form: form.name)
def test_rounding_is_to_the_nearest_float(form: Format) -> None:
    random = np.random.default_rng(9)
    kind = np.dtype(form.name).type
    top = min(form.top + 1, 1023.99)
    sizes = np.exp2(random.uniform(form.lowest - 3, top, 3000)) * random.choice((-1.0, 1.0), 3000)
    with np.errstate(over="ignore"):
        for value in sizes.tolist():
            if math.isfinite(value):
                assert rounded(arb(value), form) == float(kind(value))


def test_rounding_ties_to_even_and_overflows() -> None:
    old, ctx.prec = ctx.prec, 200
    try:
        assert rounded(1 + arb(2) ** -53) == 1.0
        assert rounded(1 + 3 * arb(2) ** -53) == 1.0 + 2**-51
        assert rounded(-1 - arb(2) ** -53) == -1.0
        assert rounded(arb(2) ** 1024) == math.inf
        assert rounded(-(arb(2) ** 5000)) == -math.inf
        assert rounded(arb(2) ** -1075) == 0.0
        assert rounded(3 * arb(2) ** -1075) == 1e-323
    finally:
        ctx.prec = old


def test_errors_are_in_last_places() -> None:
    assert error_in_ulp(1.0 + 2**-51, arb(1), 1.0) == 2.0
    assert error_in_ulp(5e-324, arb(0), 0.0) == 1.0
    assert error_in_ulp(math.inf, arb(1), 1.0) == math.inf
    assert error_in_ulp(math.nan, arb(1), 1.0) == math.inf
    assert error_in_ulp(1 + 2**-22, arb(1), 1.0, FLOAT32) == 2.0


# Points.


@pytest.mark.parametrize("form", [FLOAT64, FLOAT32], ids=lambda form: form.name)
def test_points_cover_every_exponent_of_both_signs(form: Format) -> None:
    u = predictor_values(np.random.default_rng(0), 40_000, form)
    exponents = np.frexp(np.abs(u[u != 0]))[1]
    assert set(range(form.lowest + 2, form.top - 2)) <= set(exponents.tolist())
    assert (u > 0).mean() == pytest.approx(0.5, abs=0.02)
    assert np.abs(u).max() == LARGEST[form.name]
    assert np.abs(u[u != 0]).min() <= 2 * SMALLEST[form.name]
    assert 0.0 in u


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("0 <= yt <= 1", [0.0, 1.0]),
        ("yt in {0, 1}", [0.0, 1.0]),
        ("yt integer >= 0", [0.0, 1.0]),
        ("yt > 0", [1.0]),
        ("0 < yt < 1", [0.5]),
        ("yt real", [0.0]),
        ("yt <= 3", [3.0]),
    ],
)
def test_targets_lie_in_their_domain_with_its_ends(text: str, inside: list[float]) -> None:
    yt = target_values(np.random.default_rng(1), 50, domain(text))
    assert not outside(domain(text), yt).any()
    assert set(inside) <= set(yt.tolist())
    assert len(yt) >= 2


@pytest.mark.parametrize("count", [50, 300, 5000])
def test_no_column_of_points_is_constant(count: int) -> None:
    drawn = points(4, count, (REAL, REAL), domain("0 <= yt <= 1"), FLOAT64)
    assert (np.ptp(np.clip(drawn, -1e300, 1e300), axis=0) > 0).all()
    assert (drawn[:, -1] == 0).any()
    assert (drawn[:, -1] == 1).any()
    assert ((drawn[:, -1] > 0) & (drawn[:, -1] < 1)).any()


@pytest.mark.parametrize("text", ["yt > 0", "yt >= 1", "yt < -2", "0 < yt < 1"])
def test_predictors_stay_in_their_domain(text: str) -> None:
    predictors, target = (REAL, domain(text)), domain("yt integer >= 0")
    for drawn in (
        points(4, 400, predictors, target, FLOAT64),
        points_in_boxes(4, 400, predictors, target, FLOAT64),
        points_near_data(4, 400, predictors, target, FLOAT64),
        large_targets(4, 400, predictors, target),
        neighbours(np.random.default_rng(0), (1.0, *inner(text), 3.0), 50, 0, (*predictors, target), FLOAT64),
    ):
        assert len(drawn) > 20
        assert not outside(predictors[1], drawn[:, 1]).any()
        assert np.ptp(np.clip(drawn[:, 0], -1e300, 1e300)) > 0
        assert np.ptp(np.clip(drawn[:, 1], -1e300, 1e300)) > 0


def inner(text: str) -> tuple[float]:
    return ({"yt > 0": 1e-3, "yt >= 1": 1.0, "yt < -2": -2.5, "0 < yt < 1": 0.5}[text],)


def test_a_form_that_is_wrong_outside_of_a_predictors_domain_is_no_weakness() -> None:
    """|x| is x where x > 0; a form is measured, and answers for itself, there only."""
    x = sympy.Symbol("x", real=True)
    right_above = sympy.Abs(x)
    asked = (x + YT, (x, YT), domain("0 <= yt <= 1"))
    anywhere, inside = Question(*asked), Question(*asked, predictor_domains=(domain("yt > 0"),))
    errors = []
    for question in (anywhere, inside):
        drawn = points(1, 300, question.predictors, question.domain, FLOAT64)
        errors.append(float(errors_of(right_above + YT, sampled(question, drawn))[1].max()))
    assert errors[0] > 1e6
    assert errors[1] < 4.0


def test_seeds_decide_the_points() -> None:
    first, again, other = (points(seed, 100, (REAL,), domain("yt real"), FLOAT64) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()


@pytest.mark.parametrize("form", [FLOAT64, FLOAT32], ids=lambda form: form.name)
def test_neighbours_come_closer(form: Format) -> None:
    random = np.random.default_rng(0)
    spread = [
        np.ptp(neighbours(random, (1.5, 0.25), 50, closer, (REAL, domain("0 <= yt <= 1")), form)[:, 0])
        for closer in (0, 6, 12)
    ]
    assert spread[0] > spread[1] >= spread[2] > 0
    assert (neighbours(random, (1.5, 1.0), 50, 0, (REAL, domain("0 <= yt <= 1")), form)[:, -1] <= 1).all()


def test_expit_is_not_its_own_witness() -> None:
    """The truth of a named function is its definition, not a call of ours."""
    assert true_ball(expit(U) - 1 / (1 + sympy.exp(-U)), (U,), (0.3,)).contains(0)


def test_what_a_formula_holds_twice_is_worked_out_at_every_point_and_precision() -> None:
    """What is held twice takes 200 digits more at some points: a ball of another point or precision would show."""
    twice = sympy.log(1 + sympy.exp(U)) - U
    for u in (1.0, 100.0, 130.0, 2.0):
        with mpmath.workdps(40):
            w = mpmath.log1p(mpmath.exp(-u))
            expected = float(w * (1 + w**2) + 3 / w)
        assert rounded(true_ball(twice * (1 + twice**2) + YT / twice, (U, YT), (u, 3.0))) == expected


def test_more_digits_from_the_start_give_the_same_ball() -> None:
    expr = (1 - sympy.cos(U)) / U**2 - YT / 2
    ball, place = settling(expr, (U, YT), (1e-9, 1.0))
    assert place > 0
    again, other = settling(expr, (U, YT), (1e-9, 1.0), first=place + 1)
    assert other == place + 1
    assert rounded(again) == rounded(ball)
    before, _ = settling(expr, (U, YT), (1e-9, 1.0), FLOAT64, 0, place - 1)
    assert not before.is_finite()


def test_a_unit_that_makes_no_difference_is_not_worked_out() -> None:
    """The largest error is the same whether all units were known or those alone that may be the largest."""
    expr, computed = YT - expit(U), YT - 1 / (1 + sympy.exp(-U))
    drawn = points(3, 400, (REAL,), domain("0 < yt < 1"), FLOAT64)
    drawn = np.concatenate([drawn, [[u, 1 / (1 + math.exp(-u))] for u in (0.5, -1.0, 3.0)]])
    balls = [true_ball(expr, (U, YT), point) for point in map(tuple, drawn.tolist())]
    with np.errstate(all="ignore"):
        results = drawn[:, 1] - 1 / (1 + np.exp(-drawn[:, 0]))
    found = Deviations(results, balls, np.abs([rounded(ball) for ball in balls]))
    asked: list[int] = []

    def scales(matters: object) -> np.ndarray:
        def counted(least: np.ndarray, most: np.ndarray) -> np.ndarray:
            answer = matters(least, most)  # type: ignore[operator]
            asked.append(int(answer.sum()))
            return answer

        return excused_scales((U, YT), expr, computed, drawn, found.sizes, counted)

    whole = found.in_units_of(scales(lambda least, most: np.ones(len(least), dtype=bool)))
    some = found.in_units_of(scales(lambda least, most: found.in_units_of(least) > GOAL))
    assert asked[1] < asked[0]
    assert np.array_equal(whole > GOAL, some > GOAL)
    assert (whole < found.strict).any()


def test_of_two_ways_each_is_measured_where_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what was measured before is not measured again: a ball takes milliseconds."""
    question = Question(softplus(U) - U, (U, YT), domain("0 <= yt <= 1"))
    sample = sampled(question, points(4, 200, (REAL,), question.domain, FLOAT64))
    joined = guarded(sympy.log(1 + sympy.exp(-U)), exact(softplus(U) - U), U < 1)
    asked: list[tuple[float, ...]] = []
    at = Exactly.at
    monkeypatch.setattr(Exactly, "at", lambda self, point: asked.append(point) or at(self, point))
    strict, _ = errors_of(joined, sample)
    inside = sample.columns[0] < 1
    assert {point[0] for point in asked} == set(sample.columns[0, ~inside])
    assert strict[~inside].max() <= 0.5
    assert np.array_equal(strict[inside], errors_of(joined.args[0][0], sample)[0][inside])
    assert strict[inside].max() > 1e6
    count = len(asked)
    errors_of(guarded(softplus(-U), joined.args[1][0], U < 2), sample)
    assert len(asked) == count


def test_the_largest_error_is_the_same_however_many_are_excused_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are largest without an excuse come first; an order turned round would end with a smaller one."""
    computed = YT - 1 / (1 + sympy.exp(-U))
    f = sympy.lambdify((U, YT), computed, "numpy")
    planted = Subject("slope", YT - expit(U), computed, (U, YT), lambda p: f(p[:, 0], p[:, 1]))
    found = set()
    for at_once in (1, 7, 10_000):
        monkeypatch.setattr(accuracy, "AT_ONCE", at_once)
        with np.errstate(all="ignore"):
            row = measure(planted, FLOAT64, domain("0 < yt < 1"), Plan(300, 3))
        found.add((row.ulp, row.point))
    assert len(found) == 1
    assert row.ulp > 1.0


def test_balls_of_several_formulas_at_once_are_those_of_each() -> None:
    """What they share is worked out once, conditions stay conditions, and what cancels is asked for by itself."""
    y, v = sympy.symbols("y v", real=True)
    shared = sympy.exp(-U) * (y - v) ** 2
    cases = sympy.Piecewise((shared + sympy.log(y), y > 0), (shared, True))
    other = sympy.Piecewise((2 * shared, y > 0), (sympy.sin(shared), True))
    cancels = sympy.exp(shared + 200) - sympy.exp(shared) * sympy.exp(200) + shared
    formulas = (cases, other, cancels, sympy.sqrt(y))
    for point in ((0.3, 2.0, -1.5), (-2.0, -1.0, 0.25), (1.0, 0.0, 3.0)):
        together = [rounded(ball) for ball in true_balls(formulas, (U, y, v), point)]
        each = [rounded(true_ball(formula, (U, y, v), point)) for formula in formulas]
        assert together == pytest.approx(each, rel=0, abs=0, nan_ok=True)
