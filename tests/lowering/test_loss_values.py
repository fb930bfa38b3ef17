"""Symbolic equals numeric: value, slope and curvature against mpmath, finite differences, and scikit-learn."""

from __future__ import annotations

import json
import math
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy

import lossproof
from lossproof.lowering import Loss
from lossproof.lowering.loss import CompiledLoss

BACKENDS = ["numpy", "numba"]
EXTREMES = np.array([0.0, 5e-324, 1e-300, 1e-8, 0.5, 1.0, 30.0, 36.8, 708.5, 709.8, 745.1, 746.0, 1e5, 1e150, 1e308])
TARGETS = np.array([0.0, 1e-300, 0.3, 0.5, 1 - 2**-53, 1.0])


@pytest.fixture(scope="module", params=BACKENDS)
def compiled(request: pytest.FixtureRequest, logistic: Loss) -> CompiledLoss:
    return logistic.compile(request.param)


def exact(u: float, yt: float) -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    """Value, slope and curvature by the textbook's formulas, at a precision that no cancellation can use up."""
    if abs(u) > 2000:
        small = mpmath.exp(-abs(mpmath.mpf(u)))
        side = mpmath.mpf(u) * (1 - mpmath.mpf(yt)) if u > 0 else -mpmath.mpf(u) * mpmath.mpf(yt)
        return side + small, (1 - mpmath.mpf(yt) if u > 0 else -mpmath.mpf(yt)) + small * (-1 if u > 0 else 1), small
    z, t = mpmath.mpf(u), mpmath.mpf(yt)
    p = 1 / (1 + mpmath.exp(-z))
    return mpmath.log(1 + mpmath.exp(z)) - t * z, p - t, p * (1 - p)


def ulp_error(computed: float, true: mpmath.mpf, scale: float = 0.0) -> float:
    return float(abs(mpmath.mpf(computed) - true) / mpmath.mpf(math.ulp(max(abs(float(true)), scale))))


@pytest.mark.parametrize("yt", TARGETS)
def test_value_slope_and_curvature_are_right_up_to_1e308(compiled: CompiledLoss, yt: float) -> None:
    u = np.concatenate([EXTREMES, -EXTREMES])
    computed = [compiled.value(u, yt), compiled.slope(u, yt), compiled.curvature(u, yt)]
    with mpmath.workdps(1200):
        for k, point in enumerate(u.tolist()):
            value, slope, curvature = exact(point, float(yt))
            assert ulp_error(computed[0][k], value) <= 4
            assert ulp_error(computed[1][k], slope, 0.0 if yt in (0, 1) else float(max(yt, abs(slope)))) <= 4
            assert ulp_error(computed[2][k], curvature) <= 4


def test_a_derivative_that_is_off_by_half_a_thousandth_fails(logistic: Loss) -> None:
    """Planted: the check above sees a slope that is wrong by 0.05 %."""
    planted = logistic.compile("numpy").slope(1.25, 0.0) * 1.0005
    with mpmath.workdps(50):
        assert ulp_error(planted, exact(1.25, 0.0)[1]) > 1e9


def test_the_points_that_others_computed_exactly(compiled: CompiledLoss, reference_data: Path) -> None:
    rows = json.loads((reference_data / "logistic_points_given.json").read_text())["rows"]
    for row in rows:
        u = float.fromhex(row["z"])
        for key, yt in {"loss_y0": 0.0, "loss_y1": 1.0, "loss_y0.3": 0.3}.items():
            if row[key] is not None:  # one value at -1e300 is not in the file
                near(compiled.value(u, yt), float.fromhex(row[key]["double"]))
        near(compiled.slope(u, 0.0), float.fromhex(row["sigmoid"]["double"]))
        near(compiled.slope(u, 1.0), float.fromhex(row["grad_y1"]["double"]))
        near(compiled.curvature(u, 0.0), float.fromhex(row["dsigmoid"]["double"]))


def test_scikit_learns_own_table(compiled: CompiledLoss, reference_data: Path) -> None:
    rows = json.loads((reference_data / "sklearn_loss_reference.json").read_text())["rows"]
    binomial = [row for row in rows if row["loss"] == "HalfBinomialLoss"]
    assert len(binomial) == 20
    for row in binomial:
        u, yt = row["raw_prediction"], row["y_true"]
        near(compiled.value(u, yt), float(row["exact_loss_25d"]))
        near(compiled.curvature(u, yt), float(row["exact_hessian_25d"]))
        true, largest = float(row["exact_gradient_25d"]), max(yt, 1 / (1 + math.exp(-max(u, -700.0))))
        assert abs(compiled.slope(u, yt) - true) <= 4 * math.ulp(true if yt in (0, 1) else largest)


def near(computed: float, nearest: float, ulp: int = 4) -> None:
    assert abs(computed - nearest) <= ulp * math.ulp(nearest), (computed, nearest)


def test_scikit_learns_loss_agrees(compiled: CompiledLoss, random: np.random.Generator) -> None:
    from sklearn._loss import HalfBinomialLoss

    u, yt = random.normal(0, 6, 2000), random.random(2000)
    theirs = HalfBinomialLoss()
    np.testing.assert_allclose(compiled.value(u, yt), theirs.loss(yt, u), rtol=1e-13)
    slope, curvature = theirs.gradient_hessian(yt, u)
    np.testing.assert_allclose(compiled.slope(u, yt), slope, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(compiled.curvature(u, yt), curvature, rtol=1e-12)


@pytest.mark.parametrize("loss", ["logistic", "poisson", "gaussian"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_slope_and_curvature_are_the_differences_of_the_value(
    loss: str, backend: str, request: pytest.FixtureRequest, random: np.random.Generator
) -> None:
    """Central differences: the error is h^2 times a third derivative of order e^3, plus rounding over h."""
    f = request.getfixturevalue(loss).compile(backend)
    u, yt, h = random.uniform(-3, 3, 200), random.integers(0, 2, 200).astype(float), 1e-5
    np.testing.assert_allclose((f.value(u + h, yt) - f.value(u - h, yt)) / (2 * h), f.slope(u, yt), atol=2e-9)
    np.testing.assert_allclose((f.slope(u + h, yt) - f.slope(u - h, yt)) / (2 * h), f.curvature(u, yt), atol=2e-9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_several_predictors_have_a_gradient_and_a_matrix(
    two_predictors: Loss, backend: str, random: np.random.Generator
) -> None:
    f = two_predictors.compile(backend)
    u, yt = random.normal(size=(50, 2)), random.normal(size=50)
    arguments = (*two_predictors.predictors, two_predictors.target)
    slopes = sympy.lambdify(arguments, two_predictors.slopes, "numpy")(u[:, 0], u[:, 1], yt)
    np.testing.assert_allclose(f.slope(u, yt), np.column_stack(slopes), rtol=1e-13)
    curvature = f.curvature(u, yt)
    assert curvature.shape == (50, 2, 2)
    np.testing.assert_array_equal(curvature, np.swapaxes(curvature, 1, 2))
    expected = np.broadcast_arrays(*sympy.lambdify(arguments, sympy.flatten(two_predictors.curvatures))(*u.T, yt))
    np.testing.assert_allclose(curvature.reshape(50, 4), np.column_stack(expected), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("backend", BACKENDS)
def test_shapes_broadcast_and_scalars_stay_scalars(logistic: Loss, backend: str) -> None:
    f = logistic.compile(backend)
    assert np.ndim(f.value(1.0, 1)) == 0
    assert f.slope(np.zeros((3, 1)), np.zeros(4)).shape == (3, 4)
    assert f.curvature(np.zeros(0), np.zeros(0)).shape == (0,)
    np.testing.assert_array_equal(f.value(np.arange(6.0)[::2], True), f.value(np.array([0.0, 2.0, 4.0]), 1.0))


@pytest.mark.parametrize("backend", BACKENDS)
def test_float32_in_is_float32_out_rounded_once(logistic: Loss, backend: str, random: np.random.Generator) -> None:
    f = logistic.compile(backend)
    u = random.normal(0, 20, 500).astype(np.float32)
    result = f.value(u, np.ones(500, np.float32))
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, f.value(u.astype(float), 1.0).astype(np.float32))


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_warning_even_where_numpy_is_told_to_raise(logistic: Loss, poisson: Loss, backend: str) -> None:
    u = np.concatenate([EXTREMES, -EXTREMES])
    with np.errstate(all="raise"):
        for loss in (logistic, poisson):
            f = loss.compile(backend)
            assert np.isfinite([f.value(u[u < 700], 1.0), f.slope(u[u < 700], 1.0), f.curvature(u[u < 700], 1.0)]).all()
            assert not np.isnan(f.value(u, 0.0)).any()


def test_a_predictor_that_is_nan_gives_nan(compiled: CompiledLoss) -> None:
    assert math.isnan(compiled.value(math.nan, 1.0))
    assert math.isnan(compiled.slope(math.nan, 0.0))
    assert math.isnan(compiled.curvature(math.nan, 0.0))


FAULTS_SEEN = {
    "cloglog, curvature": ("cloglog_regression", "curvature", 400.0, 0.0, 5.221469689764144e173),
    "cloglog, curvature of a half": ("cloglog_regression", "curvature", 355.0, 0.5, 7.473277002362670e153),
    "probit, a value of 0": ("probit_regression", "value", 9.9e200, 1.0, 0.0),
    "probit, a tiny share": ("probit_regression", "value", -2.4e183, 1e-300, 2.8800000000000004e66),
    "Poisson, too large": ("poisson_regression", "value", 1.1e168, 1e300, math.inf),
    "Poisson at the minimum, 1e15": ("poisson_regression", "value", math.log(1e15), 1e15, 18.188326730660016),
    "Poisson at the minimum, 1e18": ("poisson_regression", "value", math.log(1e18), 1e18, 21.642204370152093),
}


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("name", FAULTS_SEEN)
def test_far_out_a_chapters_loss_is_what_high_precision_says(name: str, backend: str) -> None:
    chapter, function, u, yt, right = FAULTS_SEEN[name]
    computed = getattr(lossproof.load(chapter).loss.compile(backend), function)(u, yt)
    assert float(computed) == pytest.approx(right, rel=4e-16, abs=0)
