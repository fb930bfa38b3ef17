"""A model with an offset predicts with one: no way out of a fit forgets it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lossproof
from lossproof.errors import DataError
from lossproof.training import LossRegressor, fit, load_fit


@pytest.fixture(scope="module")
def poisson() -> Any:
    return lossproof.load("poisson_regression").loss


@pytest.fixture(scope="module")
def visits() -> tuple[Any, Any, Any]:
    """Counts over some years each: their expectation grows with the years."""
    random = np.random.default_rng(4)
    X, years = random.normal(size=(60, 1)), random.uniform(1, 9, size=60)
    return X, random.poisson(years * np.exp(0.3 * X[:, 0] - 1)).astype(float), np.log(years)


@pytest.fixture(scope="module")
def found(poisson: Any, visits: Any) -> Any:
    X, y, offset = visits
    return fit(poisson, X, y, offset=offset)


def test_the_predictions_of_a_model_with_intercept_sum_to_the_counts(found: Any, visits: Any) -> None:
    X, y, offset = visits
    assert found.predict(X, offset=offset).sum() == pytest.approx(y.sum(), rel=1e-10)
    np.testing.assert_allclose(found.predict(X, offset=offset), np.exp(offset) * found.predict(X, offset=0), rtol=1e-12)


def test_a_prediction_without_it_is_refused(found: Any, visits: Any) -> None:
    X, y, _ = visits
    for ask in (found.predict, found.linear_predictor):
        with pytest.raises(DataError, match="offset: the model was fitted with one"):
            ask(X)
    with pytest.raises(DataError, match="offset: the model was fitted with one"):
        found.plot("calibration", X=X, y=y)


def test_another_number_of_rows_is_refused(found: Any, visits: Any) -> None:
    with pytest.raises(DataError, match=r"offset: shape \(59,\) was given; X has 60 rows"):
        found.predict(visits[0], offset=visits[2][1:])


def test_a_file_remembers_it_and_the_summary_says_it(found: Any, visits: Any, tmp_path: Any) -> None:
    X, _, offset = visits
    found.save(tmp_path / "fit.json")
    again = load_fit(tmp_path / "fit.json")
    with pytest.raises(DataError, match="offset: the model was fitted with one"):
        again.predict(X)
    np.testing.assert_array_equal(again.predict(X, offset=offset), found.predict(X, offset=offset))
    assert "With an offset" in again.summary()


def test_a_model_without_one_takes_one_for_new_rows(poisson: Any, visits: Any) -> None:
    X, y, offset = visits
    plain = fit(poisson, X, y)
    np.testing.assert_allclose(plain.predict(X, offset=offset), np.exp(offset) * plain.predict(X), rtol=1e-12)
    assert "offset" not in plain.summary()


def test_the_estimators_take_it(found: Any, poisson: Any, visits: Any) -> None:
    X, y, offset = visits
    estimator = LossRegressor(poisson).fit(X, y, offset=offset)
    np.testing.assert_allclose(estimator.predict(X, offset=offset), found.predict(X, offset=offset), rtol=1e-10)
    with pytest.raises(DataError, match="offset"):
        estimator.predict(X)


def test_calibration_of_counts_is_drawn_against_their_mean(found: Any, visits: Any) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed").use("Agg")
    X, y, offset = visits
    axes = found.plot("calibration", X=X, y=y, offset=offset)
    assert axes.get_ylabel() == "mean of y"
    predicted, observed = axes.get_lines()[1].get_data()
    assert np.mean(predicted) == pytest.approx(np.mean(observed), rel=1e-10)
