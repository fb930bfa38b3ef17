"""The way to a minimum may be rough, its end not: quick gradients and samples change how long a fit takes, no digit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import lossproof
from lossproof.lowering import Loss, objective
from lossproof.training.coordinates import (
    Coordinates,
    RoughObjective,
    StandardisedObjective,
    rough,
    standardised,
    standardising,
)
from lossproof.training.newton import approach, evaluate, factor_of, newton
from lossproof.training.solution import Limits

ROWS, COLUMNS = 60_000, 20


def rows_far_from_zero(offset: float) -> tuple[Any, Any]:
    random = np.random.default_rng(3)
    X = random.normal(size=(ROWS, COLUMNS)) * np.logspace(-3, 3, COLUMNS) * (1 + 0.5 * random.random(COLUMNS))
    u = (X / np.logspace(-3, 3, COLUMNS)) @ random.normal(size=COLUMNS) / np.sqrt(COLUMNS) - 1
    y = (random.random(ROWS) < 1 / (1 + np.exp(-u))).astype(float)
    return X + offset * np.logspace(-3, 3, COLUMNS), y


def in_coordinates(loss: Loss, offset: float, ones: bool) -> tuple[Any, Coordinates]:
    X, y = rows_far_from_zero(offset)
    coordinates = standardising(X, np.empty(0), ones)
    return standardised(objective(loss, X, y), coordinates), coordinates


@pytest.mark.parametrize("ones", [True, False])
def test_the_hessians_kernel_standardises_like_the_loader(logistic: Loss, ones: bool) -> None:
    """The columns that the kernel moves are to the last digits those of the matrix that is made."""
    quick, coordinates = in_coordinates(logistic, 5.0, ones)
    assert isinstance(quick, StandardisedObjective)
    v = np.linspace(-1, 1, coordinates.width)
    slow = objective(logistic, coordinates.matrix(quick.X), quick.y)
    for ours, theirs in zip(quick.value_gradient_hessian(v), slow.value_gradient_hessian(v), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("ones", [True, False])
def test_the_gradient_by_algebra_is_the_gradient(logistic: Loss, ones: bool) -> None:
    exact, coordinates = in_coordinates(logistic, 5.0, ones)
    quick, v = rough(exact), np.linspace(-1, 1, coordinates.width)
    assert isinstance(quick, RoughObjective)
    value, gradient = quick.value_and_gradient(v)
    assert value == pytest.approx(exact.value_and_gradient(v)[0], rel=1e-12)
    np.testing.assert_allclose(gradient, exact.value_and_gradient(v)[1], rtol=0, atol=1e-12)


def test_columns_far_from_zero_are_not_left_to_algebra(logistic: Loss) -> None:
    exact, _ = in_coordinates(logistic, 1e6, True)
    assert rough(exact) is exact


def test_a_wrong_hessian_does_not_lead_astray(logistic: Loss) -> None:
    """Steps that do not shrink end the approach: with a Hessian a hundredth of the true one, after the first."""
    exact, coordinates = in_coordinates(logistic, 0.0, True)
    start = evaluate(exact, np.zeros(coordinates.width))
    assert start.hessian is not None
    calls = []

    class Counted:
        def value_and_gradient(self, v: Any) -> Any:
            calls.append(v)
            return exact.value_and_gradient(v)

    wrong = factor_of(replace(start, hessian=start.hessian / 100))
    approach(Counted(), start.v, wrong, 1e-6)  # type: ignore[arg-type]
    assert len(calls) == 2
    near = newton(exact, start.v, Limits(20, 1e-10)).state
    found = approach(exact, near.v + 1e-3, factor_of(near), 1e-9)  # type: ignore[arg-type]
    np.testing.assert_allclose(found, near.v, atol=1e-7)


@pytest.mark.parametrize("offset", [0.0, 1e3])
def test_many_rows_give_what_the_book_way_gives(logistic: Loss, offset: float) -> None:
    """Ten digits in coefficients and standard errors, whether the fit starts near the minimum or at zero."""
    X, y = rows_far_from_zero(offset)
    quick = lossproof.fit(logistic, X, y)
    slow = lossproof.fit(logistic, X, y, start=np.zeros(COLUMNS + 1))
    assert quick.iterations < slow.iterations
    np.testing.assert_allclose(quick.params, slow.params, rtol=1e-10)
    np.testing.assert_allclose(quick.covariance, slow.covariance, rtol=1e-9)
