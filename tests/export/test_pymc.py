"""A loss as a log-density of PyMC: its numbers and both derivatives are the judged ones, and the textbook's density."""

from __future__ import annotations

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from scipy import stats

import lossproof
from lossproof import Model
from lossproof.errors import CallerError
from lossproof.export import export, export_text

FAST = "FAST_COMPILE"  # the numbers are NumPy's in every mode


@pytest.mark.parametrize("name", ["logistic_regression", "poisson_regression", "gamma_regression"])
def test_value_and_both_derivatives_are_those_of_numpy(name: str) -> None:
    loss = lossproof.load(name).loss
    u, y = pt.dvector("u"), pt.dvector("y")
    density = export(loss, "pymc")(y, u)
    slope = pytensor.grad(density.sum(), u)
    computed = pytensor.function([u, y], [density, slope, pytensor.grad(slope.sum(), u)], mode=FAST)
    points, target = np.array([40.0, -2.0, 0.0, 3.5]), np.array([1.0, 1.0, 0.5, 1.0])
    reference = loss.compile("numpy")
    for found, kind in zip(computed(points, target), ("value", "slope", "curvature"), strict=True):
        assert np.array_equal(found, -getattr(reference, kind)(points, target)), kind


def test_several_predictors_are_broadcast_and_differentiated_twice() -> None:
    """Against the probability mass of SciPy, and differences of the first derivative."""
    loss = Model.named("negative_binomial").loss
    u, log_size = pt.dscalar("u"), pt.dscalar("log_size")
    counts = np.array([1.0, 2.0, 0.0, 4.0])
    total = export(loss, "pymc")(counts, u, pt.exp(log_size)).sum()
    slopes = pytensor.grad(total, [u, log_size])
    hessian = [pytensor.grad(slope, [u, log_size]) for slope in slopes]
    flat = [total, *slopes, *hessian[0], *hessian[1]]
    computed = pytensor.function([u, log_size], flat, mode=FAST)
    at, step = (0.3, 0.1), 1e-6
    found = computed(*at)
    size, mean = np.exp(at[1]), np.exp(at[0])
    assert found[0] == pytest.approx(stats.nbinom.logpmf(counts, size, size / (size + mean)).sum(), rel=1e-13)
    for place in (0, 1):
        up, down = ([each + sign * step * (k == place) for k, each in enumerate(at)] for sign in (1, -1))
        differences = (np.array(computed(*up)[:3]) - np.array(computed(*down)[:3])) / (2 * step)
        expected = [found[1 + place], found[3 + place], found[5 + place]]
        assert differences == pytest.approx(np.array(expected), rel=1e-6)


def test_a_density_is_not_differentiated_by_its_data_nor_a_third_time() -> None:
    density = export(lossproof.load("logistic_regression").loss, "pymc")
    u, y = pt.dscalar("u"), pt.dscalar("y")
    with pytest.raises(pytensor.gradient.NullTypeGradError):
        pytensor.grad(density(y, u), y)
    second = pytensor.grad(pytensor.grad(density(y, u), u), u)
    with pytest.raises(pytensor.gradient.NullTypeGradError):
        pytensor.grad(second, u)


def test_another_number_of_predictors_is_refused() -> None:
    with pytest.raises(CallerError, match="y and u are needed; 2 predictors were given"):
        export(lossproof.load("logistic_regression").loss, "pymc")(1.0, 0.5, 0.5)


def test_the_text_loads_the_chapter() -> None:
    assert "lossproof.load('logistic_regression').loss.export('pymc')" in export_text(
        lossproof.load("logistic_regression").loss, "pymc"
    )
