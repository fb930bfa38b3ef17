"""The JAX back end, where JAX is installed: the same numbers, jit, vmap, and its own derivatives agree."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

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
    np.testing.assert_allclose(jax.vmap(jax.grad(f.value))(u[u != 0], yt[u != 0]), f.slope(u[u != 0], 1.0), rtol=1e-12)


def test_several_predictors_keep_their_shapes(two_predictors: Loss) -> None:
    f = two_predictors.compile("jax")
    u = np.random.default_rng(0).normal(size=(6, 2))
    assert f.curvature(u, np.ones(6)).shape == (6, 2, 2)
    np.testing.assert_allclose(f.slope(u, 1.0), two_predictors.compile("numpy").slope(u, 1.0), rtol=1e-12)


def test_float32_stays_float32(logistic: Loss) -> None:
    assert logistic.compile("jax").value(np.float32(1.0), np.float32(0.0)).dtype == np.float32


def test_where_others_have_wide_numbers_jax_has_the_near_form() -> None:
    u, yt = sympy.symbols("u yt", real=True)
    value = -yt * sympy.log(1 - sympy.exp(-sympy.exp(u))) + (1 - yt) * sympy.exp(u)
    loss = Loss("cloglog", (u,), yt, "0 <= yt <= 1", value, sympy.diff(value, u), sympy.diff(value, u, 2))
    ours, reference = loss.compile("jax"), loss.compile("numpy")
    assert "wide" not in ours.source
    assert "wide" in reference.source
    np.testing.assert_allclose(ours.value(U[:21] / 40, 1.0), reference.value(U[:21] / 40, 1.0), rtol=1e-13)
