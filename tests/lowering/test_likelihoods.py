"""Losses as people write them: one table, one battery. Finite wherever the truth is, and right to a few last places.

The points are drawn here, not by `lossproof.lowering.measure.float_points`: subnormal numbers, places where
exponentials overflow and vanish, zeros of the derivative, sizes up to 1e308 with one predictor. With several,
predictors inside exponentials stay below 300: beyond, terms of 1e400 may cancel.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import sympy

from lossproof.lowering import Loss
from lossproof.lowering.code.backends import build
from lossproof.lowering.forms.code_functions import extended, formula, guarded, parts
from lossproof.lowering.forms.judged_domain import outside_of_domains
from lossproof.lowering.measure.accuracy import largest_terms, subjects
from lossproof.lowering.measure.float_points import exact_targets
from lossproof.lowering.measure.truth import Deviations, error_in_ulp, true_ball
from lossproof.lowering.numbers.rounding import FLOAT32, FLOAT64, Format, rounded
from lossproof.lowering.validation import outside
from lossproof.notation import parse

GOAL = 4.0
LARGER = {"negative binomial": 5.0, "student": 5.0}  # a difference of two loggammas inside; measured: 4.2
COUNT = 250


class Likelihood(NamedTuple):
    """Minus the logarithm of a likelihood as text, its target, its predictors, and where a predictor must lie."""

    loss: str
    domain: str
    predictors: str = "u"
    where: str = "u real"


LIKELIHOODS = {
    "linear": Likelihood("(u - yt)^2/2", "yt real"),
    "poisson": Likelihood("exp(u) - yt*u + log(factorial(yt))", "yt integer >= 0"),
    "poisson density": Likelihood("-log(exp(u)^yt*exp(-exp(u))/gamma(yt + 1))", "yt integer >= 0"),
    "gamma, log link": Likelihood("yt*exp(-u) + u", "yt > 0"),
    "gamma, inverse link": Likelihood("yt*u - log(u)", "yt > 0", where="u > 0"),
    "geometric": Likelihood("-log(1/(1 + exp(-u))) - yt*log(1 - 1/(1 + exp(-u)))", "yt integer >= 0"),
    "logit": Likelihood("-(yt*log(1/(1 + exp(-u))) + (1 - yt)*log(1 - 1/(1 + exp(-u))))", "0 <= yt <= 1"),
    "probit": Likelihood("-(yt*log(normcdf(u)) + (1 - yt)*log(1 - normcdf(u)))", "0 <= yt <= 1"),
    "cauchit": Likelihood("-(yt*log(1/2 + atan(u)/pi) + (1 - yt)*log(1/2 - atan(u)/pi))", "0 <= yt <= 1"),
    "cloglog": Likelihood("-(yt*log(1 - exp(-exp(u))) + (1 - yt)*log(exp(-exp(u))))", "0 <= yt <= 1"),
    "loglog": Likelihood("-(yt*log(exp(-exp(-u))) + (1 - yt)*log(1 - exp(-exp(-u))))", "0 <= yt <= 1"),
    "softmax": Likelihood(
        "log(1 + exp(u) + exp(v)) - Piecewise((0, yt < 1/2), (u, yt < 3/2), (v, True))", "yt in {0, 1, 2}", "u v"
    ),
    "gaussian with log sigma": Likelihood("v + (yt - u)^2*exp(-2*v)/2", "yt real", "u v"),
    "gamma with log shape": Likelihood(
        "-(exp(v)*log(exp(v)/exp(u)) + (exp(v) - 1)*log(yt) - exp(v)*yt/exp(u) - loggamma(exp(v)))", "yt > 0", "u v"
    ),
    "negative binomial": Likelihood(
        "-(loggamma(yt + exp(v)) - loggamma(exp(v)) - loggamma(yt + 1) + exp(v)*log(exp(v)/(exp(v) + exp(u)))"
        " + yt*log(exp(u)/(exp(v) + exp(u))))",
        "yt integer >= 0",
        "u v",
    ),
    "student": Likelihood(
        "v - loggamma((exp(w) + 1)/2) + loggamma(exp(w)/2) + log(pi*exp(w))/2"
        " + (exp(w) + 1)/2*log(1 + ((yt - u)/exp(v))^2/exp(w))",
        "yt real",
        "u v w",
    ),
    "beta": Likelihood(
        "-(loggamma(exp(v)) - loggamma(exp(v)/(1 + exp(-u))) - loggamma(exp(v)/(1 + exp(u)))"
        " + (exp(v)/(1 + exp(-u)) - 1)*log(yt) + (exp(v)/(1 + exp(u)) - 1)*log(1 - yt))",
        "0 < yt < 1",
        "u v",
    ),
}
COMPILED = ("poisson density", "probit", "cloglog", "gaussian with log sigma")
"""Those that Numba compiles here too, which takes long where wide numbers are needed."""

TARGETS = {
    "0 <= yt <= 1": (0.0, 1.0, 0.5, 0.3, 1e-9, 1e-300, 1 - 2.0**-53),
    "yt integer >= 0": (0.0, 1.0, 2.0, 3.0, 10.0, 1000.0, 1e6),
    "yt > 0": (1e-300, 0.001, 0.5, 1.0, 3.0, 1e5),
    "yt real": (0.0, 1.0, -1.0, 0.5, 1e-9, -3.0, 1e5, -1e5),
    "yt in {0, 1, 2}": (0.0, 1.0, 2.0),
    "0 < yt < 1": (1e-300, 1e-9, 0.2, 0.5, 0.99, 1 - 2.0**-53),
}
MODERATE = (0.0, 5e-324, 1e-310, 1e-300, 1e-17, 1e-8, 0.01, 0.3, 0.5, 1.0, 1.5, 2.7, 3.3, 6.6, 12.0, 36.7, 100.0, 290.0)
LARGE = (340.0, 372.6, 700.0, 709.0, 720.0, 745.0, 750.0, 1e3, 1e5, 1e18, 1e100, 1e155, 1e200, 1e300, 1e308)


@cache
def loss(name: str) -> Loss:
    given = LIKELIHOODS[name]
    letters = given.predictors.split()
    where = "; ".join([given.domain, given.where, *(f"{letter} real" for letter in letters[1:])])
    value = parse(given.loss, where).doit()
    symbols = {symbol.name: symbol for symbol in value.free_symbols}
    predictors = tuple(symbols[letter] for letter in letters)
    slopes = tuple(sympy.diff(value, by) for by in predictors)
    curvatures = tuple(tuple(sympy.diff(slope, by) for by in predictors) for slope in slopes)
    one = len(predictors) == 1
    derivatives = (slopes[0], curvatures[0][0]) if one else (slopes, curvatures)
    return Loss(name, predictors, symbols["yt"], given.domain, value, *derivatives)


def drawn(name: str) -> np.ndarray:
    random = np.random.default_rng(271_828)
    given = LIKELIHOODS[name]
    q = len(given.predictors.split())
    pool = np.array(MODERATE + (LARGE if q == 1 else ()))
    edges = random.choice(np.concatenate([pool, -pool]), (COUNT, q))
    u = np.where(random.random((COUNT, q)) < 0.6, edges, random.uniform(-8.0, 8.0, (COUNT, q)))
    return np.column_stack([u, random.choice(TARGETS[given.domain], COUNT)])


def errors(name: str, backend: str, form: Format, allowed: float) -> dict[str, tuple[float, tuple[float, ...]]]:
    """Each function whose largest error is beyond what is allowed, and where, in last places of the largest term.

    That is of a difference; at a target that is an end of its domain the loss of one predictor is none: there, of the
    result. Terms are looked at where the result's own last place does not do.
    """
    domain, beyond = loss(name).domain, {}
    with np.errstate(over="ignore"):
        points = drawn(name).astype(form.name).astype(np.float64)
    points = points[np.isfinite(points).all(axis=1) & ~outside(domain, points[:, -1])]
    left = outside_of_domains(points[:, :-1].T, loss(name).predictor_domains)
    points = points if left is None else points[~left]
    exact = np.isin(points[:, -1], exact_targets(domain)) & (points.shape[1] == 2)
    for subject in subjects(loss(name).computed, build(loss(name).computed, backend)):
        balls = [true_ball(subject.published, subject.arguments, point, form) for point in map(tuple, points.tolist())]
        true = np.array([rounded(ball, form) for ball in balls])
        judged = np.flatnonzero(np.isfinite(true))
        assert len(judged)
        results = subject.call(points.astype(form.name)).astype(np.float64)[judged]
        found = Deviations(results, [balls[k] for k in judged], np.abs(true[judged]), form)
        worst, some = found.strict.copy(), np.flatnonzero((found.strict > allowed) & ~exact[judged])
        if len(some):
            where = points[judged[some]]
            both = (subject.computed, extended(subject.published))
            terms = np.maximum(*(largest_terms(subject.arguments, expr, where) for expr in both))
            worst[some] = found.only(some).in_units_of(np.maximum(found.sizes[some], terms))
        if worst.max() > allowed:
            beyond[subject.name] = float(worst.max()), tuple(points[judged[worst.argmax()]].tolist())
    return beyond


@pytest.mark.parametrize("form", [FLOAT64, FLOAT32], ids=lambda form: form.name)
@pytest.mark.parametrize("name", LIKELIHOODS)
def test_a_likelihood_is_right_and_finite_wherever_the_truth_is(name: str, form: Format) -> None:
    assert errors(name, "numpy", form, LARGER.get(name, GOAL)) == {}


def test_an_error_beyond_what_is_allowed_is_told_with_its_place() -> None:
    """Every function of the logit is wrong by half a last place somewhere, and by a tenth of one more often."""
    beyond = errors("logit", "numpy", FLOAT64, 0.1)
    assert set(beyond) == {"value", "slope", "curvature"}
    assert all(0.1 < error <= GOAL and len(point) == 2 for error, point in beyond.values())


@pytest.mark.parametrize("name", COMPILED)
def test_numba_computes_what_numpy_does(name: str) -> None:
    assert errors(name, "numba", FLOAT64, GOAL) == {}


@pytest.mark.parametrize("outside", [0, 1, 40, 99, 100])
def test_samples_far_out_are_corrected_whether_few_or_many(outside: int) -> None:
    """One by one where they are seldom, all at once where they are not: the same numbers beside any others."""
    f = loss("cloglog").compile("numba")
    u = np.where(np.arange(100) < outside, 4.0, -1.0) + np.linspace(0, 0.5, 100)
    y = np.arange(100) % 2.0
    for of_samples in (f.value, f.slope, f.curvature):
        alone = [float(of_samples(np.array([a]), np.array([b]))[0]) for a, b in zip(u, y, strict=True)]
        np.testing.assert_array_max_ulp(of_samples(u, y), np.array(alone), 1)


def test_a_planted_error_in_the_far_part_is_found() -> None:
    """Half the slope of the complementary log-log loss where wide numbers take over."""
    planted = replace(loss("cloglog").computed, slopes=(half_of_far(loss("cloglog").computed.slopes[0]),))
    (subject,) = [s for s in subjects(planted, build(planted, "numpy")) if s.name == "slope"]
    ball = true_ball(subject.published, subject.arguments, (2.0, 1.0))
    assert error_in_ulp(float(subject.call(np.array([[2.0, 1.0]]))[0]), ball, rounded(ball)) > 1e9


def half_of_far(expr: sympy.Expr) -> sympy.Expr:
    found = parts(expr)
    assert found is not None
    return guarded(found.near, extended(formula(found.far) / 2), found.inside)


def test_the_log_of_a_factorial_does_not_overflow() -> None:
    for name in ("poisson", "poisson density"):
        f = loss(name).compile("numpy")
        assert float(f.value(2.0, 1000.0)) == pytest.approx(math.exp(2) - 2000 + math.lgamma(1001), rel=1e-15)


def test_what_is_in_order_near_is_computed_with_floats_there() -> None:
    """Wide numbers only where they are needed: a Gaussian's scale far outside, the complementary log-log from 1 on."""
    found = parts(loss("cloglog").computed.value)
    assert found is not None
    assert found.inside.subs(loss("cloglog").predictors[0], 0.5) == sympy.true
    assert found.inside.subs(loss("cloglog").predictors[0], 6.0) == sympy.false
    assert parts(loss("logit").computed.value) is None
    assert not loss("logit").computed.value.has(extended)


@pytest.mark.filterwarnings("ignore:the text of the loss:lossproof.errors.InexactLoss")
def test_the_exported_module_with_wide_numbers_runs_with_numpy_alone(tmp_path: Path) -> None:
    (tmp_path / "cloglog.py").write_text(loss("cloglog").export("python"))
    code = (
        "import json, sys; sys.modules['lossproof'] = None; import numpy as np, cloglog as m;"
        "u = np.array([-1e308, -800.0, 0.5, 6.0]);"
        "print(json.dumps([f(u, 1.0).tolist() for f in (m.value, m.slope, m.curvature)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    f, u = loss("cloglog").compile("numpy"), np.array([-1e308, -800.0, 0.5, 6.0])
    found, expected = np.array(json.loads(done.stdout)), np.array([g(u, 1.0) for g in (f.value, f.slope, f.curvature)])
    only_in_balls = np.isnan(found)
    assert np.array_equal(found[~only_in_balls], expected[~only_in_balls])
    assert np.argwhere(only_in_balls).tolist() == [[2, 0]]  # the curvature at -1e308
