"""The way to a minimum may be rough, its end not: quick gradients and samples change how long a fit takes, no digit."""

from __future__ import annotations

import gc
import pickle
import weakref
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import lossproof
from lossproof.lowering import Loss, objective
from lossproof.training.certainty.inference import Pending
from lossproof.training.minimise import quasi_newton
from lossproof.training.minimise.factor import factorise
from lossproof.training.minimise.newton import factor_of, newton
from lossproof.training.minimise.quasi_newton import Shown, alike, close_in, corrected
from lossproof.training.minimise.solution import Limits, Outcome
from lossproof.training.rows.coordinates import (
    Coordinates,
    Rough,
    Standardised,
    rough,
    standardised,
    standardising,
)

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
    assert isinstance(quick.reader, Standardised)
    v = np.linspace(-1, 1, coordinates.width)
    slow = objective(logistic, coordinates.matrix(quick.X), quick.y)
    for ours, theirs in zip(quick.value_gradient_hessian(v), slow.value_gradient_hessian(v), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("ones", [True, False])
def test_the_gradient_by_algebra_is_the_gradient(logistic: Loss, ones: bool) -> None:
    exact, coordinates = in_coordinates(logistic, 5.0, ones)
    quick, v = rough(exact), np.linspace(-1, 1, coordinates.width)
    assert isinstance(quick, Rough)
    value, gradient = quick.value_and_gradient(v)
    assert value == pytest.approx(exact.value_and_gradient(v)[0], rel=1e-12)
    np.testing.assert_allclose(gradient, exact.value_and_gradient(v)[1], rtol=0, atol=1e-12)


def test_columns_far_from_zero_are_not_left_to_algebra(logistic: Loss) -> None:
    exact, _ = in_coordinates(logistic, 1e6, True)
    assert rough(exact) is exact


def near_the_minimum(loss: Loss) -> tuple[Any, Any]:
    """The objective, and its minimum with the Hessian there."""
    exact, coordinates = in_coordinates(loss, 0.0, True)
    return exact, newton(exact, np.zeros(coordinates.width), Limits(20, 1e-12)).state


def with_hessian(state: Any, hessian: Any) -> Any:
    return factor_of(replace(state, hessian=hessian))


def skewed(hessian: Any) -> Any:
    """A Hessian that is off by a quarter in different directions, as that of a sample is."""
    scale = np.linspace(0.75, 1.25, len(hessian))
    return hessian * np.sqrt(np.outer(scale, scale))


def test_steps_with_a_hessian_that_is_nearly_right_meet_the_minimum(logistic: Loss) -> None:
    exact, minimum = near_the_minimum(logistic)
    found = close_in(exact, minimum.v + 1e-2, with_hessian(minimum, skewed(minimum.hessian)), Limits(100, 1e-10))
    assert found.outcome is Outcome.STEP
    assert found.iterations < 12
    np.testing.assert_allclose(found.state.v, minimum.v, rtol=0, atol=1e-10 * np.abs(minimum.v).max())


def test_what_the_steps_show_of_the_hessian_saves_steps(logistic: Loss) -> None:
    """Without the corrections a step leaves a quarter of the error, so ten digits would take seventeen."""
    exact, minimum = near_the_minimum(logistic)
    factor, v = with_hessian(minimum, skewed(minimum.hessian)), minimum.v + 1e-2
    for _ in range(12):
        v = v - factor.solve(exact.value_and_gradient(v)[1])
    assert np.abs(v - minimum.v).max() > 1e-10 * np.abs(minimum.v).max()


def test_corrections_make_the_inverse_agree_with_what_was_shown() -> None:
    random = np.random.default_rng(0)
    root = random.standard_normal((6, 6))
    hessian = root @ root.T + np.eye(6)
    factor = factorise(np.eye(6))
    shown: list[Shown] = []
    for step in random.standard_normal((3, 6)):
        shown.append(Shown(step, hessian @ step))
        np.testing.assert_allclose(corrected(factor, shown, hessian @ step), step, atol=1e-12)


def test_steps_that_are_far_too_short_are_no_end(logistic: Loss) -> None:
    """A sample with a few large values: its Hessian is so large in one place that the step there looks like none."""
    exact, minimum = near_the_minimum(logistic)
    hessian = minimum.hessian.copy()
    hessian[0, 0] *= 1e14
    off = minimum.v.copy()
    off[0] += 1e-2
    assert close_in(exact, off, with_hessian(minimum, hessian), Limits(100, 1e-10)).outcome is Outcome.STUCK
    assert not alike(exact, minimum, with_hessian(minimum, hessian))
    assert alike(exact, minimum, with_hessian(minimum, skewed(minimum.hessian)))


@pytest.mark.parametrize("wrong_by", [1 / 100, -1.0, 1e6])
def test_a_wrong_hessian_does_not_lead_astray(logistic: Loss, wrong_by: float) -> None:
    """Steps that do not lower the loss, or do not shrink, are left to Newton's method, from the best point so far."""
    exact, minimum = near_the_minimum(logistic)
    start = minimum.v + 1e-2
    found = close_in(exact, start, with_hessian(minimum, minimum.hessian * wrong_by), Limits(100, 1e-10))
    assert found.outcome is Outcome.STUCK or np.abs(found.state.v - minimum.v).max() < 1e-8
    assert found.state.value <= exact.value(start)


def test_newton_goes_on_where_the_steps_come_to_nothing(logistic: Loss, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history counts on, and the answer is the same."""
    X, y = rows_far_from_zero(0.0)
    usual = lossproof.fit(logistic, X, y)
    monkeypatch.setattr(quasi_newton, "_MOST_STEPS", 2)
    found = lossproof.fit(logistic, X, y)
    assert found.converged
    assert not isinstance(found.known, Pending)  # Newton's method has seen the Hessian
    assert [entry["iteration"] for entry in found.history] == list(range(found.iterations))
    assert found.iterations > 2
    np.testing.assert_allclose(found.params, usual.params, rtol=0, atol=1e-10 * np.abs(usual.params).max())


@pytest.mark.parametrize("offset", [0.0, 1e3])
def test_many_rows_give_what_the_book_way_gives(logistic: Loss, offset: float) -> None:
    """Ten digits in coefficients and standard errors, whether the fit starts near the minimum or at zero."""
    X, y = rows_far_from_zero(offset)
    quick = lossproof.fit(logistic, X, y)
    slow = lossproof.fit(logistic, X, y, start=np.zeros(COLUMNS + 1))
    np.testing.assert_allclose(quick.params, slow.params, rtol=1e-10, atol=1e-10 * np.abs(slow.params).max())
    np.testing.assert_allclose(quick.standard_errors, slow.standard_errors, rtol=1e-9)


def test_standard_errors_of_many_rows_wait_until_they_are_asked_for(logistic: Loss) -> None:
    X, y = rows_far_from_zero(0.0)
    found = lossproof.fit(logistic, X, y)
    assert isinstance(found.known, Pending)
    assert found.rank == COLUMNS + 1
    slow = lossproof.fit(logistic, X, y, start=np.zeros(COLUMNS + 1))
    assert not isinstance(slow.known, Pending)
    np.testing.assert_allclose(found.covariance(), slow.covariance(), rtol=1e-8)
    assert found.aic == pytest.approx(slow.aic, rel=1e-14)


def test_a_pickle_holds_the_standard_errors_and_not_the_data(logistic: Loss) -> None:
    X, y = rows_far_from_zero(0.0)
    found = lossproof.fit(logistic, X, y)
    text = pickle.dumps(found)
    assert len(text) < X.nbytes / 10
    np.testing.assert_array_equal(pickle.loads(text).standard_errors, found.standard_errors)


def test_the_data_are_let_go_once_the_standard_errors_are_known(logistic: Loss) -> None:
    X, y = rows_far_from_zero(0.0)
    alive = weakref.ref(X)
    found = lossproof.fit(logistic, X, y)
    del X
    assert alive() is not None
    assert np.isfinite(found.standard_errors).all()
    gc.collect()
    assert alive() is None


@pytest.mark.parametrize("tolerance", [None, 1e-2])
def test_standard_errors_of_arrays_that_were_changed_are_refused(logistic: Loss, tolerance: float | None) -> None:
    """A buffer that is filled with the next data would give standard errors of something else."""
    X, y = rows_far_from_zero(0.0)
    kept, changed = (lossproof.fit(logistic, X, y, tolerance=tolerance) for _ in range(2))
    assert np.isfinite(kept.standard_errors).all()
    X[: ROWS // 2] = X[ROWS // 2 :]
    with pytest.raises(lossproof.DataError, match="changed after the fit"):
        changed.standard_errors  # noqa: B018
    assert np.isfinite(kept.standard_errors).all()
