"""Converged only where it is true: the end of a fit is measured by its own certainty, not by where it began."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lossproof
from lossproof.training import Outcome, fit
from lossproof.training.minimise.arrival import Arrival
from lossproof.training.minimise.factor import factorise
from lossproof.training.minimise.gradient_descent import descend_safely
from lossproof.training.minimise.lbfgs import lbfgs
from lossproof.training.minimise.newton import newton
from lossproof.training.minimise.solution import Limits, Solution, State


@pytest.fixture(scope="module")
def linear() -> Any:
    return lossproof.load("linear_regression").loss


@pytest.fixture(scope="module")
def poisson() -> Any:
    return lossproof.load("poisson_regression").loss


@pytest.fixture(scope="module")
def inverse_gamma() -> Any:
    return lossproof.load("gamma_regression_inverse").loss


@pytest.fixture(scope="module")
def counts() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(8)
    X = random.normal(size=(300, 2))
    return X, random.poisson(np.exp(0.4 * X[:, 0] + 0.1)).astype(float)


class Bowl:
    """sum h_j v_j^2 / 2, spoiled from outside: what is wrong is put in by ``spoil(value, gradient, hessian)``."""

    def __init__(self, h: Any, spoil: Any = None) -> None:
        self.h, self.spoil = np.asarray(h, dtype=float), spoil or (lambda v, *known: known)

    def value_gradient_hessian(self, v: Any) -> Any:
        return self.spoil(v, 1 + float(self.h @ (v * v)) / 2, self.h * v, np.diag(self.h))

    def value_and_gradient(self, v: Any) -> Any:
        return self.value_gradient_hessian(v)[:2]

    def value(self, v: Any) -> float:
        return float(self.value_gradient_hessian(v)[0])


def arrival(problem: Any, weight: float = 100.0, dispersion: float = 1.0) -> Arrival:
    return Arrival(problem, lambda state: factorise(state.hessian), weight, lambda v: dispersion, lambda v: 1.0)


def looked_at(problem: Any, v: Any, **options: Any) -> Solution | None:
    state = State(np.asarray(v, dtype=float), *problem.value_and_gradient(np.asarray(v, dtype=float)))
    return arrival(problem, **options)(Solution(state, 3, Outcome.STUCK))


def test_a_thousandth_of_a_standard_error_is_the_measure() -> None:
    """H = 1 and weight 100: a standard error is 0.1, whatever the gradient was at the start."""

    def sloped(gradient: float, **options: Any) -> Solution | None:
        slope = Bowl([1.0], lambda v, value, _, hessian: (value, np.array([gradient]), hessian))
        return looked_at(slope, [0.0], **options)

    assert sloped(0.9e-4).outcome is Outcome.CERTAIN
    assert sloped(1.1e-4) is None
    assert sloped(0.9e-4, weight=400.0) is None
    assert sloped(0.9e-4, dispersion=0.1) is None


def test_the_end_of_a_small_step_is_looked_at() -> None:
    """A line search stops where the rounding of the loss hides what is left; Newton's step needs no difference."""
    found = looked_at(Bowl([1.0]), [0.9e-4], weight=400.0)
    assert found.outcome is Outcome.CERTAIN
    np.testing.assert_allclose(found.state.v, 0, atol=1e-20)


def test_the_last_step_is_taken() -> None:
    np.testing.assert_allclose(looked_at(Bowl([1.0, 3.0]), [5e-5, 1e-5]).state.v, 0, atol=1e-20)


def test_a_saddle_is_no_minimum() -> None:
    assert looked_at(Bowl([1.0, -1.0]), [0.0, 0.0]) is None


def test_a_direction_that_nothing_sees_is_told() -> None:
    assert looked_at(Bowl([1.0, 0.0]), [0.0, 7.0]).outcome is Outcome.NOT_UNIQUE


def test_nothing_seen_at_all_is_no_minimum() -> None:
    """Where a runaway's loss has underflowed gradient and Hessian are 0."""
    assert looked_at(Bowl([0.0, 0.0]), [700.0, 7.0]) is None


def test_a_long_step_is_a_runaway_however_little_it_promises() -> None:
    """e^-v far out: standard errors are endless, so the step is small beside them, and as long as the one before."""

    class Falling(Bowl):
        def value_gradient_hessian(self, v: Any) -> Any:
            e = np.exp(-v)
            return 1 + float(e.sum()), -e, np.diag(e)

    assert looked_at(Falling([1.0]), [30.0]) is None


def test_a_hessian_that_is_not_finite_is_no_minimum() -> None:
    nan = Bowl([1.0], lambda v, value, gradient, hessian: (value, gradient, hessian * np.nan))
    assert looked_at(nan, [0.0]) is None
    assert newton(nan, np.ones(1), Limits(10, 1e-10)).outcome is Outcome.NOT_FINITE


@pytest.mark.parametrize("method", ["newton", "gd", "lbfgs"])
def test_nan_in_every_trial_step_is_no_rounding(method: str) -> None:
    """A file that is spoiled while it is read: the first look is right, and everything after it nan."""
    seen: list[Any] = []

    def spoil(v: Any, value: float, gradient: Any, hessian: Any) -> Any:
        seen.append(v)
        return (value, gradient, hessian) if np.array_equal(v, seen[0]) else (np.nan, gradient, hessian)

    problem = Bowl([1.0, 2.0], spoil)
    run = {
        "newton": lambda: newton(problem, np.ones(2), Limits(10, 1e-10)),
        "gd": lambda: descend_safely(problem, np.ones(2), Limits(10, 1e-6), arrival(problem)),
        "lbfgs": lambda: lbfgs(problem, np.ones(2), Limits(10, 1e-9), arrival(problem)),
    }
    assert not run[method]().outcome.converged


def test_a_column_of_coefficient_1e8_hides_no_other(linear: Any) -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(900, 60))
    y = 1e8 * X[:, 0] + X[:, 1] + random.normal(size=900)
    found = fit(linear, X, y, method="lbfgs")
    exact = np.linalg.lstsq(np.column_stack([X, np.ones(900)]), y, rcond=None)[0]
    assert found.converged
    np.testing.assert_allclose(found.params, exact, rtol=0, atol=1e-3 * found.standard_errors.min())


@pytest.mark.parametrize("method", ["lbfgs", "gd", "newton"])
@pytest.mark.parametrize("start", [-1e6, 30.0, 1e100])
def test_linear_regression_converges_only_at_its_minimum(linear: Any, counts: Any, method: str, start: float) -> None:
    X, _ = counts
    y = X @ [0.4, 0.0] + 1.0 + np.random.default_rng(9).normal(size=300)
    found = fit(linear, X, y, method=method, start=(start,) * 3)
    if found.converged:
        np.testing.assert_allclose(found.params, fit(linear, X, y).params, rtol=1e-9, atol=1e-9)
    assert found.converged or start == 1e100


@pytest.mark.parametrize("method", ["lbfgs", "gd", "newton"])
@pytest.mark.parametrize("start", [(30.0, 30.0, 30.0), (1000.0, 0.0, 0.0), (-1e6, 1.0, 2.0), (0.0, 1e4, 0.0)])
def test_poisson_regression_converges_only_at_its_minimum(poisson: Any, counts: Any, method: str, start: Any) -> None:
    found = fit(poisson, *counts, method=method, start=start, max_iterations=400)
    if found.converged:
        np.testing.assert_allclose(found.params, fit(poisson, *counts).params, rtol=1e-8, atol=1e-8)


def test_poisson_by_lbfgs_from_30_arrives(poisson: Any, counts: Any) -> None:
    assert fit(poisson, *counts, method="lbfgs", start=(30, 30, 30)).converged


@pytest.mark.parametrize("method", ["lbfgs", "gd", "newton"])
def test_the_inverse_link_is_not_separated_by_predictors_that_cannot_be(inverse_gamma: Any, method: str) -> None:
    random = np.random.default_rng(1)
    X = np.abs(random.normal(size=(200, 2))) + 0.1
    y = random.gamma(2.0, 1 / (X @ [0.5, 0.3] + 0.4) / 2)
    found = fit(inverse_gamma, X, y, method=method)
    assert found.converged
    assert found.separation is None
    twice = fit(inverse_gamma, np.column_stack([X, X[:, 0]]), y, method=method)
    assert "rank is 3 of 4" in twice.reason


@pytest.mark.parametrize("name", ["linear", "logistic", "probit", "poisson", "gamma"])
def test_gradient_descent_at_the_minimum_is_there_at_once(name: str, counts: Any) -> None:
    loss = lossproof.load(f"{name}_regression").loss
    X, y = counts
    target = (y > 1).astype(float) if loss.two_classes else y + 0.5 * (name == "gamma")
    there = fit(loss, X, target, method="newton").params
    found = fit(loss, X, target, method="gd", start=there)
    assert found.converged
    assert found.iterations == 0


def test_no_iteration_is_none(poisson: Any, counts: Any) -> None:
    for method in ("newton", "lbfgs", "gd"):
        found = fit(poisson, *counts, method=method, start=(0.1, 0.2, 0.3), max_iterations=0)
        np.testing.assert_allclose(found.params, (0.1, 0.2, 0.3), rtol=1e-14)
        assert (found.converged, found.iterations, found.history) == (False, 0, ())


def test_with_very_many_columns_the_spread_of_the_scores_is_the_measure(linear: Any) -> None:
    random = np.random.default_rng(2)
    X, y = random.normal(size=(8, 6000)), random.normal(size=8)
    found = fit(linear, X, y, ridge=1.0)
    penalised = X - X.mean(axis=0)
    exact = penalised.T @ np.linalg.solve(penalised @ penalised.T / 8 + np.eye(8), (y - y.mean()) / 8)
    assert found.converged
    np.testing.assert_allclose(found.params[:-1], exact, atol=1e-7)
    assert np.isnan(found.standard_errors).all()
