"""Losses of shapes that no rule knows, over the whole range of floats, against other formulas of the same quantity.

The truth is a ball of a formula that a textbook would call stable; what is computed comes from the one that cancels.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
import sympy

import lossproof.lowering.loss
from lossproof.errors import InexactLoss
from lossproof.lowering import Loss
from lossproof.lowering.code.exact_code import program
from lossproof.lowering.forms import choice, kept, rewriting
from lossproof.lowering.forms.code_functions import exact, extended, parts
from lossproof.lowering.forms.rewriting import Table
from lossproof.lowering.measure.truth import error_in_ulp, true_ball
from lossproof.lowering.numbers.rounding import rounded
from lossproof.lowering.numbers.split_balls import exactly
from lossproof.notation import parse

GOAL = 4.0
PREDICTORS = (
    *(-1e308, -9.9e200, -1e155, -1e100, -1e18, -1e5, -1000.0, -745.2, -709.8, -100.0, -37.5, -20.0, -8.3, -3.1, -1.0),
    *(-0.3, -1e-8, -1e-300, 0.0, 5e-324, 1e-17, 0.01, 0.6, 1.2, 2.7, 6.6, 12.0, 36.7, 300.0, 355.0, 710.0, 746.0),
    *(1e4, 1e10, 1e153, 1e200, 1.7e308),
)


class Shape(NamedTuple):
    """A loss as written, the same in a stable form, its targets, what its letters must be."""

    written: str
    stable: str
    targets: tuple[float, ...]
    domain: str
    where: str = "u real"


SHAPES = {
    "logistic by tanh": Shape(
        "-(yt*log((1+tanh(u))/2)+(1-yt)*log((1-tanh(u))/2))",
        "yt*softplus(-2*u) + (1-yt)*softplus(2*u)",
        (0.0, 0.25, 1.0),
        "0 <= yt <= 1",
    ),
    "ordered logit, middle": Shape(
        "-log(expit(1-u)-expit(-u))", "softplus(u) + softplus(u-1) - u - log(1-exp(-1))", (0.0,), "yt in {0}"
    ),
    "ordered probit, middle": Shape(
        "-log(normcdf(1-u)-normcdf(-u))", "-log(normcdf(u)-normcdf(u-1))", (0.0,), "yt in {0}"
    ),
    "interval-censored probit": Shape(
        "-log(normcdf(5/2-u)-normcdf(-1/3-u))", "-log(normcdf(u+1/3)-normcdf(u-5/2))", (0.0,), "yt in {0}"
    ),
    "asinh link": Shape(
        "(u+sqrt(u^2+1)) - yt*log(u+sqrt(u^2+1))",
        "1/(sqrt(u^2+1)-u) + yt*log(sqrt(u^2+1)-u)",
        (0.0,),
        "yt integer >= 0",
    ),
    "Weibull, censored": Shape(
        "exp(3/2*(log(7)-u)) - (1-yt)*0 - yt*(log(3/2) + 3/2*(log(7)-u) - log(7))",
        "7^(3/2)*exp(-3/2*u) - yt*(log(3/2) + log(7)/2 - 3/2*u)",
        (0.0, 1.0),
        "yt in {0, 1}",
    ),
    "log cosh": Shape("log(cosh(u-yt))", "softplus(2*(u-yt)) - (u-yt) - log(2)", (-2.0, 0.0, 1.0), "yt real"),
    "cauchit": Shape(
        "-(yt*log(1/2 + atan(u)/pi) + (1-yt)*log(1/2 - atan(u)/pi))",
        "-(yt*log(1/2 + atan(u)/pi) + (1-yt)*log(1/2 + atan(-u)/pi))",
        (0.0, 1.0),
        "0 <= yt <= 1",
    ),
    "cloglog": Shape(
        "-(yt*log(1-exp(-exp(u))) + (1-yt)*log(exp(-exp(u))))",
        "-yt*log1mexp(exp(u)) + (1-yt)*exp(u)",
        (0.0, 1.0),
        "0 <= yt <= 1",
    ),
    "probit": Shape(
        "-(yt*log(normcdf(u)) + (1-yt)*log(1-normcdf(u)))",
        "-(yt*lognormcdf(u) + (1-yt)*lognormcdf(-u))",
        (0.0, 1e-300, 1.0),
        "0 <= yt <= 1",
    ),
}


LARGEST_TERM = {("log cosh", 2): 1.0}
"""Where the published formula is a difference: 1 - tanh(u - yt)^2. It leaves nine digits at least."""


@cache
def loss(name: str) -> Loss:
    return made(name)


def made(name: str) -> Loss:
    shape = SHAPES[name]
    u, yt = sympy.symbols("u yt", real=True)
    value = parse(shape.written, f"{shape.where}; {shape.domain}").doit()
    names = {symbol.name: symbol for symbol in value.free_symbols}
    value = value.subs({names[letter.name]: letter for letter in (u, yt) if letter.name in names})
    return Loss(name, (u,), yt, shape.domain, value, sympy.diff(value, u), sympy.diff(value, u, 2))


@pytest.mark.parametrize("order", [0, 1, 2], ids=["value", "slope", "curvature"])
@pytest.mark.parametrize("name", SHAPES)
def test_a_loss_of_any_shape_is_right_on_the_whole_range(name: str, order: int) -> None:
    assert not wrong_places(loss(name), name, order)


@pytest.mark.parametrize(
    ("name", "order", "rule"),
    [
        ("cauchit", 0, "Cauchy distribution"),
        ("cauchit", 1, "Cauchy distribution"),
        ("cloglog", 0, "log1mexp of expm1"),
        ("cloglog", 1, "Bose"),
    ],
)
def test_without_any_rule_of_its_own_a_loss_is_as_right(
    name: str, order: int, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = ("value", "slope")[order]
    assert rule in {applied.rule.name for applied in loss(name).choices[kind].best.applied}

    def without(table: Table) -> Table:
        patterns = tuple(each for each in table.patterns if each.name != rule)
        return replace(table, patterns=patterns, special=tuple(each for each in table.special if each[0].name != rule))

    monkeypatch.setattr(kept, "chosen", choice.choose)
    monkeypatch.setattr(rewriting, "STABLE", without(rewriting.STABLE))
    for module in (choice, lossproof.lowering.loss):
        monkeypatch.setattr(module, "COMPACT", without(rewriting.COMPACT))
    ours = made(name)
    assert rule not in {applied.rule.name for form in ours.choices[kind].candidates for applied in form.applied}
    assert not wrong_places(ours, name, order)


def wrong_places(ours: Loss, name: str, order: int) -> list[tuple[float, float, float, float]]:
    """Where value, slope or curvature is further than the goal from a ball of the stable formula."""
    shape, (u,) = SHAPES[name], ours.predictors
    stable = parse(shape.stable, "u real; yt real").doit()
    truth = sympy.diff(stable.subs({s: u if s.name == "u" else ours.target for s in stable.free_symbols}), u, order)
    run = ours.compile("numpy")
    computed = (run.value, run.slope, run.curvature)[order]
    wrong = []
    for yt in shape.targets:
        at_target = truth.subs(ours.target, sympy.Rational(yt))
        results = computed(np.array(PREDICTORS), yt).tolist()
        for x, result in zip(PREDICTORS, results, strict=True):
            ball = true_ball(at_target, (u,), (x,))
            right = rounded(ball)
            unit = max(abs(right), min(LARGEST_TERM.get((name, order), 0.0), 2.0**22 * abs(right)))
            if result != right and not error_in_ulp(result, ball, unit) <= GOAL:
                wrong.append((x, yt, result, right))
    return wrong


def test_the_stable_forms_are_not_judged_by_what_computes_the_losses() -> None:
    """High precision of another library agrees where it can be asked."""
    mpmath = pytest.importorskip("mpmath")
    f = loss("logistic by tanh").compile("numpy")
    with mpmath.workdps(1000):
        for u in (-800.0, -20.0, 0.7):
            right = float(mpmath.log1p(mpmath.exp(-2 * mpmath.mpf(u))))
            assert float(f.value(u, 1.0)) == pytest.approx(right, rel=4e-16, abs=0)
    assert float(f.value(-20.0, 1.0)) == 40.0


def test_numba_corrects_the_samples_outside_of_the_box() -> None:
    compiled, reference = (loss("log cosh").compile(backend) for backend in ("numba", "numpy"))
    u, yt = np.array(PREDICTORS), np.full(len(PREDICTORS), 1.0)
    for name in ("value", "slope", "curvature"):
        ours, theirs = getattr(compiled, name)(u, yt), getattr(reference, name)(u, yt)
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)
    assert float(compiled.value(-1000.0, 1.0)) == 1001 - np.log(2)


EXACT = {
    "log(1 + exp(u)) - u": [(1000.0, 0.0), (30.0, 9.357622968839737e-14), (-5.0, 5.006715348489118)],
    "log(normcdf(1-u) - normcdf(-u))": [(-1000.0, -500007.82669481216), (1e10, -4.999999999e19)],
    "u + sqrt(u^2 + 1)": [(-1e308, 5e-309), (-1e5, 4.999999999875e-06), (0.0, 1.0)],
    "erfc(u)": [(30.0, 0.0), (5.0, 1.5374597944280349e-12), (-1e300, 2.0)],
    "log(erfc(u))": [(1e150, -1e300), (30.0, -903.9741171106439)],
    "log(gamma(u))": [(1e300, 6.897755278982137e302)],
    "exp(u)/(exp(exp(u)) - 1)": [(1e5, 0.0), (-1e5, 1.0)],
    "Max(u, 0) + Min(u, 1) + sign(u) + Abs(u) + Heaviside(u)": [(2.0, 7.0), (-2.0, -1.0), (0.0, 0.5)],
}


@pytest.mark.parametrize("text", EXACT)
def test_balls_keep_apart_what_is_exact(text: str) -> None:
    expr = parse(text, "u real").doit()
    (u,) = expr.free_symbols
    run = exactly(program(expr, (u,)))
    for x, right in EXACT[text]:
        assert run.at((x,)) == pytest.approx(right, rel=3e-16, abs=0)


def test_outside_of_its_domain_a_formula_is_not_a_number() -> None:
    u = sympy.Symbol("u", real=True)
    assert np.isnan(exactly(program(sympy.log(u), (u,)))([-1.0, np.nan, np.inf])).all()


def test_a_form_that_misses_the_goal_is_not_handed_out_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the last resort the curvature of log cosh is wrong far out: every way to the code says so."""
    from lossproof.lowering import objective

    u, yt = sympy.symbols("u yt", real=True)
    value = sympy.log(sympy.cosh(u - yt))
    given = Loss("log cosh alone", (u,), yt, "yt real", value, sympy.diff(value, u), sympy.diff(value, u, 2))
    as_written = choice.Stabilised(extended(value), ())
    monkeypatch.setattr(kept, "chosen", choice.choose)
    monkeypatch.setattr(choice, "_in_balls", lambda question: as_written)
    assert not given.trusted
    assert given.weaknesses["value"].error == np.inf
    for handed_out in (
        lambda: given.compile("numpy"),
        lambda: given.export("python"),
        lambda: objective(given, np.ones((3, 1)), np.ones(3)),
    ):
        with pytest.warns(InexactLoss, match=r"'log cosh alone': its value is inf or nan at u = .* for u from") as said:
            handed_out()
        assert len(said) == 1


def test_the_last_resort_is_named_in_the_form() -> None:
    found = parts(loss("log cosh").computed.value)
    assert found is not None
    assert isinstance(found.far, exact)
    assert loss("log cosh").trusted


def test_over_large_targets_wide_numbers_take_over_before_balls() -> None:
    """Counts of ten millions are counts of people; a microsecond for each is as much as they are worth."""
    u, y = sympy.symbols("u y", real=True)
    poisson = parse("exp(u) - y*u + loggamma(y+1)", "u real; y real").doit()
    poisson = poisson.subs({s: u if s.name == "u" else y for s in poisson.free_symbols})
    ours = Loss("counts", (u,), y, "y integer >= 0", poisson, sympy.exp(u) - y, sympy.exp(u))
    outer = parts(ours.computed.value)
    assert outer is not None
    assert isinstance(outer.far, exact)
    inner = parts(outer.near)
    assert inner is not None
    assert not inner.far.has(exact)
    run = ours.compile("numpy")
    for count in (2e6, 3e7, 9e8, 1e15):
        for x in np.log(count) + np.array([0.0, 1e-9, -1e-4, 0.5]):
            ball = true_ball(poisson, (u, y), (float(x), count))
            assert error_in_ulp(float(run.value(x, count)), ball, abs(rounded(ball))) <= GOAL


def test_a_difference_over_a_denominator_is_excused_like_one_without() -> None:
    """(e^u - y)/e^u is 1 - y e^-u: near its zero no form does better than the last place of 1."""
    u, y = sympy.symbols("u y", real=True)
    slope = sympy.Mul(sympy.exp(u) - y, sympy.exp(-u), evaluate=False)
    ours = Loss("quotient", (u,), y, "y > 0", u + y * sympy.exp(-u), slope, y * sympy.exp(-u))
    assert not ours.computed.slopes[0].has(extended, exact)
