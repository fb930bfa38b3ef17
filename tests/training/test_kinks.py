"""A minimum that lies at kinks, exactly, with what shows that it is one: lasso, elastic net, absolute deviations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sympy
from scipy import optimize
from sklearn.linear_model import ElasticNet, Lasso

import lossproof
from lossproof import CallerError, Loss, Model
from lossproof.training.minimise.solution import Limits, Outcome, silent
from lossproof.training.several import lasso_steps, least_absolute

u, y = sympy.symbols("u y", real=True)
SQUARES = Loss("squares", (u,), y, "y real", (y - u) ** 2 / 2, u - y, sympy.Integer(1), dispersion="pearson")
LOGISTIC = "logistic_regression"


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    X = random.normal(size=(120, 8)) * [1, 10, 0.1, 1, 1, 1, 1, 1] + 3
    return X, X[:, :3] @ [0.8, -0.1, 9.0] + random.normal(size=120)


@pytest.mark.parametrize(("lasso", "ridge"), [(0.05, 0.0), (0.3, 0.0), (0.1, 0.2)])
def test_lasso_and_elastic_net_are_those_of_scikit_learn(data: tuple, lasso: float, ridge: float) -> None:
    X, target = data
    found = lossproof.fit(SQUARES, X, target, lasso=lasso, ridge=ridge)
    if ridge:
        theirs = ElasticNet(alpha=lasso + ridge, l1_ratio=lasso / (lasso + ridge), tol=1e-14, max_iter=10**6)
    else:
        theirs = Lasso(alpha=lasso, tol=1e-14, max_iter=10**6)
    theirs.fit(X, target)
    assert found.converged
    assert found.outcome is Outcome.KINK
    np.testing.assert_array_equal(found.params[:-1] == 0, theirs.coef_ == 0)
    np.testing.assert_allclose(found.params, [*theirs.coef_, theirs.intercept_], rtol=1e-6, atol=1e-9)


def test_the_slopes_show_that_it_is_the_minimum(data: tuple) -> None:
    X, target = data[0], (data[1] > np.median(data[1])).astype(float)
    found = lossproof.fit(LOGISTIC, X, target, lasso=0.02)
    assert found.converged
    p = 1 / (1 + np.exp(-(X @ found.params[:-1] + found.params[-1])))
    slopes = X.T @ (p - target) / len(target)
    zero = found.params[:-1] == 0
    assert 0 < zero.sum() < zero.size
    assert (np.abs(slopes[zero]) < 0.02).all()
    np.testing.assert_allclose(slopes[~zero], -0.02 * np.sign(found.params[:-1][~zero]), rtol=1e-9)
    assert abs(np.mean(p - target)) < 1e-14
    assert "weights are 0" in found.reason
    assert np.isnan(found.standard_errors).all()
    assert "With a lasso of 0.02" in found.summary()


def test_with_a_large_lasso_only_the_constant_is_left_and_separation_has_an_answer(data: tuple) -> None:
    X, target = data
    alone = lossproof.fit(SQUARES, X, target, lasso=1e3)
    np.testing.assert_array_equal(alone.params[:-1], 0)
    np.testing.assert_allclose(alone.params[-1], target.mean(), rtol=1e-14)
    apart = lossproof.fit(LOGISTIC, np.arange(20.0).reshape(-1, 1), np.arange(20) > 9, lasso=0.01)
    assert apart.converged


def test_several_predictors_share_a_lasso(data: tuple) -> None:
    X, target = data
    model = Model.named("gaussian_heteroscedastic")
    names = [symbol.name for symbol in model.loss.predictors]
    found = lossproof.fit(model, {names[0]: X, names[1]: X}, target, lasso=0.05)
    assert found.converged
    weights = np.delete(found.params, [8, 17])
    assert 0 < (weights == 0).sum() < 16


def test_a_lasso_is_saved_and_refused_where_it_cannot_be(data: tuple, tmp_path: Path) -> None:
    X, target = data
    found = lossproof.fit(SQUARES, X, target, lasso=0.3)
    found.save(tmp_path / "fit.json")
    again = lossproof.load_fit(tmp_path / "fit.json")
    assert again.lasso == 0.3
    np.testing.assert_array_equal(again.predict(X), found.predict(X))
    with pytest.raises(CallerError, match="lasso: -1"):
        lossproof.fit(SQUARES, X, target, lasso=-1)
    with pytest.raises(CallerError, match="one predictor"):
        lossproof.fit("softmax_regression", X, np.arange(120) % 3, lasso=0.1)
    with pytest.raises(lossproof.DataError, match="rows are not at hand"):
        found.test("x1")


def test_a_model_that_bends_down_is_no_minimum() -> None:
    """f(v) = -v^2 + |v| has a kink at 0 that is a minimum; f(v) = -v^2 + v^4/2 without one has none there."""

    def bent(v: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        return float(-(v @ v) + 0.5 * (v @ v) ** 2), -2 * v + 2 * v**3, np.diag(-2 + 6 * v**2)

    def distance(v: np.ndarray, s: np.ndarray, variances: np.ndarray) -> float:
        return float(np.max(np.abs(s)))

    ways = (bent, np.zeros(1), np.array([0.1]), distance, Limits(100, 0.0), silent)
    found = lasso_steps.minimise(*ways)
    assert found.outcome is Outcome.KINK
    np.testing.assert_allclose(np.abs(found.state.v), 1.0, rtol=1e-12)
    at_zero = lasso_steps.minimise(bent, np.ones(1), np.array([0.01]), distance, Limits(100, 0.0), silent)
    assert at_zero.state.v == 0


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_absolute_deviations_and_quantiles_end_in_a_corner(share: float) -> None:
    random = np.random.default_rng(1)
    X = random.normal(size=(91, 2))
    target = X @ [1.0, -2.0] + 0.3 + random.standard_t(2, size=91)
    r = y - u
    value = share * sympy.Max(r, 0) + (1 - share) * sympy.Max(-r, 0)
    slope = sympy.Piecewise((-share, r > 0), (1 - share, True))
    loss = Loss("quantile", (u,), y, "y real", value, slope, sympy.Integer(0), unchecked=True)
    found = lossproof.fit(loss, X, target)
    assert found.converged
    assert "corner" in found.reason
    design = np.column_stack([X, np.ones(91)])
    residual = target - design @ found.params
    assert (np.abs(residual) < 1e-12).sum() == 3  # as many rows as coefficients
    primal = optimize.linprog(
        np.concatenate([np.zeros(3), np.full(91, share), np.full(91, 1 - share)]),
        A_eq=np.column_stack([design, np.eye(91), -np.eye(91)]),
        b_eq=target,
        bounds=[(None, None)] * 3 + [(0, None)] * 182,
    )
    np.testing.assert_allclose(found.loss * 91, primal.fun, rtol=1e-12)


def test_laplace_errors_have_the_mean_deviation_as_their_scale() -> None:
    random = np.random.default_rng(2)
    X = random.normal(size=(60, 2))
    target = X @ [1.0, 2.0] + random.laplace(size=60)
    weights = random.integers(1, 4, size=60)
    found = lossproof.fit(Model.named("laplace"), {"u": X, "s": None}, target, weights=weights)
    assert found.converged
    residual = target - np.column_stack([X, np.ones(60)]) @ found.params[:3]
    np.testing.assert_allclose(found.params[3], weights @ np.abs(residual) / weights.sum(), rtol=1e-12)


def test_a_wrong_corner_has_no_certificate() -> None:
    random = np.random.default_rng(4)
    Z = np.column_stack([random.normal(size=40), np.ones(40)])
    target, a = random.normal(size=40), np.ones(40)
    found = least_absolute.corner(Z, target, a, 1.0, 1.0)
    assert found is not None
    assert least_absolute.certified(Z, target, a, 1.0, 1.0, found) < 1e-12
    other = least_absolute.Corner(np.linalg.solve(Z[:2], target[:2]), found.d, 2)
    assert least_absolute.certified(Z, target, a, 1.0, 1.0, other) > 0.1


def test_only_losses_of_absolute_deviations_are_taken_for_such() -> None:
    r = y - u
    for value in (r**2, sympy.Abs(r) + u**2, sympy.Abs(r) * sympy.Abs(y), sympy.Abs(u), sympy.Max(r, 0)):
        slope = sympy.diff(value, u)
        loss = Loss("other", (u,), y, "y real", value, slope, sympy.Integer(0), unchecked=True)
        assert least_absolute.weights_of(loss) is None
