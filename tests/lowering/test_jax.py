"""The JAX back end, where JAX is installed: the same numbers, jit, vmap, and its own derivatives agree."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

import lossproof
from lossproof.lowering import Loss

jax = pytest.importorskip("jax", reason="JAX is an optional extra and is not installed")


@pytest.fixture(autouse=True)
def float64() -> None:
    jax.config.update("jax_enable_x64", True)


U = np.concatenate([np.linspace(-40, 40, 41), [-1e308, -700.0, 700.0, 1e308]])


@pytest.mark.parametrize("yt", [0.0, 0.3, 1.0])
def test_jax_gives_the_numbers_of_the_reference(logistic: Loss, yt: float) -> None:
    ours, reference = logistic.compile("jax"), logistic.compile("numpy")
    for name in ("value", "slope", "curvature"):
        np.testing.assert_allclose(getattr(ours, name)(U, yt), getattr(reference, name)(U, yt), rtol=1e-14, atol=1e-307)


def test_jax_may_map_and_differentiate_further(logistic: Loss) -> None:
    f = logistic.compile("jax")
    u, yt = np.linspace(-5, 5, 11), np.ones(11)
    np.testing.assert_allclose(jax.vmap(f.value)(u, yt), f.value(u, yt), rtol=1e-14)
    np.testing.assert_array_equal(jax.vmap(jax.grad(f.value))(u, yt), f.slope(u, 1.0))


def test_several_predictors_keep_their_shapes(two_predictors: Loss) -> None:
    f = two_predictors.compile("jax")
    u = np.random.default_rng(0).normal(size=(6, 2))
    assert f.curvature(u, np.ones(6)).shape == (6, 2, 2)
    np.testing.assert_allclose(f.slope(u, 1.0), two_predictors.compile("numpy").slope(u, 1.0), rtol=1e-12)


def test_float32_stays_float32(logistic: Loss) -> None:
    assert logistic.compile("jax").value(np.float32(1.0), np.float32(0.0)).dtype == np.float32


FAR = np.array([-1e308, -1e5, -750.0, -87.5, -20.0, -1.0, 0.0, 0.3, 1.0, 2.0, 40.0, 355.0, 710.0, 1e5, 1e308])
CHAPTERS = ("logistic_regression", "probit_regression", "cloglog_regression", "poisson_regression", "linear_regression")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_value_slope_and_curvature_are_those_of_the_reference_and_the_derivatives_of_each_other(chapter: str) -> None:
    """At the kinks of the code, far out where wide numbers take over elsewhere, and in shapes of arrays."""
    loss = lossproof.load(chapter).loss
    ours, reference, one = loss.compile("jax"), loss.compile("numpy"), np.ones(len(FAR))
    with np.errstate(all="ignore"):
        for name in ("value", "slope", "curvature"):
            right = getattr(reference, name)(FAR, 1.0)
            computed = np.asarray(getattr(ours, name)(FAR, 1.0))
            assert computed.shape == right.shape
            np.testing.assert_allclose(computed, right, rtol=1e-14, atol=1e-307)
    np.testing.assert_array_equal(jax.vmap(jax.grad(ours.value))(FAR, one), ours.slope(FAR, one))
    np.testing.assert_array_equal(jax.vmap(jax.hessian(ours.value))(FAR, one), ours.curvature(FAR, one))


def test_the_derivative_at_a_kink_of_the_code_is_that_of_the_formula() -> None:
    f = lossproof.load("logistic_regression").loss.compile("jax")
    assert float(jax.grad(f.value)(0.0, 1.0)) == -0.5
    assert float(jax.grad(jax.grad(f.value))(0.0, 1.0)) == 0.25
    importlib.import_module("jax.test_util").check_grads(lambda u: f.value(u, 0.3), (np.float64(0.7),), order=2)


def test_integer_targets_and_predictors_are_taken(logistic: Loss) -> None:
    f = logistic.compile("jax")
    assert float(jax.grad(f.value)(0.0, 1)) == -0.5
    assert float(f.value(0, 1)) == pytest.approx(np.log(2))


def test_several_predictors_differentiate_to_their_slopes_and_curvatures(three_classes: Loss) -> None:
    f, r = three_classes.compile("jax"), three_classes.compile("numpy")
    u = np.array([[0.0, 0.0], [1.0, -2.0], [400.0, 390.0], [-100.0, 50.0], [709.0, 1.0]])
    yt = np.array([0.0, 1.0, 2.0, 1.0, 0.0])
    np.testing.assert_array_equal(jax.vmap(jax.grad(f.value))(u, yt), f.slope(u, yt))
    np.testing.assert_array_equal(jax.vmap(jax.hessian(f.value))(u, yt), f.curvature(u, yt))
    np.testing.assert_allclose(f.curvature(u, yt), r.curvature(u, yt), rtol=1e-13, atol=1e-307)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_float32_alone_is_right_to_its_own_last_places(chapter: str) -> None:
    """Without float64 in JAX: forms that overflow or cancel in float32 are computed by the reference."""
    loss, u = lossproof.load(chapter).loss, np.array([-30, -8, -3, -1, -0.5, 0, 0.25, 1, 2, 4, 6, 12], np.float32)
    ours, reference = loss.compile("jax"), loss.compile("numpy")
    with jax.enable_x64(False):
        for name in ("value", "slope", "curvature"):
            computed = np.asarray(getattr(ours, name)(u, np.float32(1)))
            right = getattr(reference, name)(u.astype(np.float64), 1.0)
            assert computed.dtype == np.float32
            np.testing.assert_allclose(computed, right, rtol=1e-6, atol=1.2e-38)
