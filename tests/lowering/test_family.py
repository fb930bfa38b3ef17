"""What a loss knows of its family is read off its formulas; what it predicts keeps its digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

import lossproof
from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss, prediction
from lossproof.lowering.prediction import best_predictor, even_predictor, excess, predicted
from lossproof.models import Model
from lossproof.notation.functions import definition, expit, logit

u, y = sp.symbols("u y", real=True)
MEANS = {
    "linear": (u, y),
    "logistic": (expit(u), logit(y)),
    "poisson": (sp.exp(u), sp.log(y)),
    "gamma": (sp.exp(u), sp.log(y)),
    "gamma_inverse": (1 / u, 1 / y),
}


@pytest.fixture(scope="module")
def losses() -> dict[str, Any]:
    names = ["linear", "logistic", "probit", "cloglog", "poisson", "gamma"]
    chapters = {name: f"{name}_regression" for name in names} | {"gamma_inverse": "gamma_regression_inverse"}
    return {name: lossproof.load(chapter).loss for name, chapter in chapters.items()}


def as_here(expr: sp.Expr) -> sp.Expr:
    return expr.xreplace({s: {"u": u}.get(s.name, y) for s in expr.free_symbols})


@pytest.mark.parametrize("name", MEANS)
def test_mean_and_link_are_read_off_the_slope(losses: Any, name: str) -> None:
    loss = losses[name]
    assert (as_here(loss.mean), as_here(loss.link)) == MEANS[name]


@pytest.mark.parametrize("name", ["linear", "logistic", "probit", "cloglog", "poisson", "gamma", "gamma_inverse"])
def test_the_slope_is_0_where_the_target_is_the_mean(losses: Any, name: str) -> None:
    loss = losses[name]
    slope = definition(loss.slopes[0].subs(loss.target, loss.mean))
    for point in (0.3, 1.7):
        assert abs(sp.N(slope.subs(loss.predictors[0], point), 30)) < 1e-12


@pytest.mark.parametrize("name", ["linear", "logistic", "probit", "cloglog", "poisson", "gamma", "gamma_inverse"])
def test_the_best_predictor_is_where_the_slope_is_0(losses: Any, name: str) -> None:
    loss, f = losses[name], losses[name].compile()
    targets = np.array([0.02, 0.3, 0.5, 0.97])
    best = best_predictor(loss, targets)
    off = np.abs(f.slope(best, targets) / f.curvature(best, targets))
    assert (off <= 1e-14 * np.maximum(1, np.abs(best))).all()


def test_no_predictor_is_best_where_the_loss_falls_for_ever(losses: Any) -> None:
    for name, targets in (
        ("logistic", [0.0, 1.0]),
        ("probit", [0.0, 1.0]),
        ("cloglog", [0.0, 1.0]),
        ("poisson", [0.0]),
    ):
        f, y = losses[name].compile(), np.array(targets)
        best = best_predictor(losses[name], y)
        assert (np.abs(best) > 30).all(), name
        assert (np.abs(f.value(best, y)) <= 1e-300).all(), name


def test_two_classes_counts_and_sizes_are_told_by_the_domain(losses: Any) -> None:
    assert {name for name, loss in losses.items() if loss.two_classes} == {"logistic", "probit", "cloglog"}
    assert {name for name, loss in losses.items() if not loss.never_negative} == {"linear"}


def test_two_classes_are_even_where_the_mean_is_a_half(losses: Any) -> None:
    assert even_predictor(losses["logistic"]) == 0
    assert even_predictor(losses["probit"]) == pytest.approx(0, abs=1e-15)
    assert even_predictor(losses["cloglog"]) == pytest.approx(np.log(np.log(2)), rel=1e-14)


def three(slopes: Any) -> Loss:
    us = sp.symbols("u0:3", real=True)
    k = sp.Symbol("yt", integer=True, nonnegative=True)
    own = [sp.Piecewise((1, sp.Eq(k, j)), (0, True)) for j in range(3)]
    p = [sp.exp(x) / sp.Add(*map(sp.exp, us)) for x in us]
    zero = sp.Integer(0)
    return Loss("three", us, k, "yt in {0, 1, 2}", zero, tuple(slopes(p, own)), ((zero,) * 3,) * 3)


def test_classes_are_told_by_slopes_that_sum_to_0() -> None:
    assert three(lambda p, own: [a - b for a, b in zip(p, own, strict=True)]).categorical
    assert not three(lambda p, own: [a - b for a, b in zip(p[:2], own[:2], strict=True)] + [p[2]]).categorical
    tiny = sp.Rational(1, 10**15)
    assert not three(lambda p, own: [a - b + tiny for a, b in zip(p, own, strict=True)]).categorical


def test_a_loss_without_a_mean_says_so() -> None:
    quartic = Loss("quartic", (u,), y, "y real", (u - y) ** 4 / 4, (u - y) ** 3, 3 * (u - y) ** 2)
    assert quartic.mean is None
    with pytest.raises(CallerError, match="has no mean"):
        predicted(quartic, np.zeros(1))


def test_a_prediction_outside_of_the_domain_of_the_mean_is_refused(losses: Any) -> None:
    with pytest.raises(DataError, match=r"row 1 \(counted from 0\) has the linear predictor -1.5, outside"):
        predicted(losses["gamma_inverse"], np.array([2.0, -1.5]))
    assert predicted(losses["gamma_inverse"], np.array([2.0]))[0] == 0.5


@pytest.mark.parametrize("size", [1.0, 1e9, 1e12, 1e15])
def test_the_excess_of_counts_keeps_its_digits(losses: Any, size: float) -> None:
    """y log(y/mu) - (y - mu) against 60 digits, at means a few standard deviations off."""
    counts = np.array([size, np.floor(0.7 * size) + 1, 3 * size])
    at = np.log(counts) + np.array([1.0, -2.0, 0.5]) / np.sqrt(counts)
    with mpmath.workdps(60):
        exact = [_poisson(mpmath.mpf(float(a)), mpmath.mpf(float(b))) for a, b in zip(at, counts, strict=True)]
    rounding_of_u = 4 * np.abs(at) * np.finfo(float).eps * np.sqrt(counts)
    ours = excess(losses["poisson"], at, counts)
    np.testing.assert_array_less(np.abs(ours / np.array(exact, dtype=float) - 1), 1e-12 + 4 * rounding_of_u)


def _poisson(at: Any, count: Any) -> Any:
    mean = mpmath.exp(at)
    return count * mpmath.log(count / mean) - (count - mean)


def test_the_excess_far_off_is_the_difference(losses: Any) -> None:
    """Sizes at 1e300 and a predictor far from them: l(u) - l(log y) = u + y/e^u - 1 - log y."""
    sizes, at = np.array([1e300, 2.0]), np.array([700.0, -3.0])
    exact = at + sizes / np.exp(at) - 1 - np.log(sizes)
    np.testing.assert_allclose(excess(losses["gamma"], at, sizes), exact, rtol=1e-12)


def test_the_least_loss_is_found_though_far_predictors_have_no_number() -> None:
    """Counts without zeros: exp(exp(u)) at 10^9 is no float, and at y = 1 the loss falls for ever."""
    loss = Model("P(y) = mu^y/((exp(mu) - 1)*factorial(y))", predictors={"mu": "exp(u)"}, where="y integer >= 1").loss
    targets = np.array([1.0, 2.0, 8.0])
    best = best_predictor(loss, targets)
    assert best[0] < -700
    mean = np.exp(best[1:]) / -np.expm1(-np.exp(best[1:]))  # of the truncated counts: the target itself, there
    np.testing.assert_allclose(mean, targets[1:], rtol=1e-14)


def test_a_difference_that_has_its_digits_is_not_integrated(losses: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the second of two rows is close to its best: the curvature between is asked for there alone."""
    asked = []
    monkeypatch.setattr(
        prediction, "_integral", lambda curvature, best, d, y, nodes: asked.append(d.size) or np.ones_like(d)
    )
    excess(losses["poisson"], np.array([3.0, np.log(2.0) + 1e-9]), np.array([2.0, 2.0]))
    assert asked == [1, 1]
