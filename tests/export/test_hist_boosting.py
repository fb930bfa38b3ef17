"""scikit-learn's trees with a derived loss are those of its own loss of the same name."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
import sklearn
import sympy
from sklearn._loss.loss import HalfBinomialLoss
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

import lossproof
from lossproof.errors import CallerError, DataError, MissingExtra
from lossproof.export import targets
from lossproof.export.boosting import CONVENTIONS

SETTINGS = {"max_iter": 20, "max_leaf_nodes": 7, "random_state": 0}
REGRESSION = {"poisson_regression": "poisson", "gamma_regression": "gamma"}


def regressor(loss: Any) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(loss=loss, **SETTINGS)


def hist(name: str) -> Any:
    return lossproof.load(name).loss.export("sklearn")


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", REGRESSION)
def test_a_regressor_predicts_as_with_its_own_loss(name: str, weighted: bool, rows: Any) -> None:
    y, weights = rows.targets[name], rows.weights if weighted else None
    expected = regressor(REGRESSION[name]).fit(rows.X, y, sample_weight=weights).predict(rows.X)
    found = regressor(hist(name)).fit(rows.X, y, sample_weight=weights).predict(rows.X)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("weighted", [False, True])
def test_a_classifier_of_two_classes_is_its_own(weighted: bool, rows: Any) -> None:
    y, weights = rows.targets["logistic_regression"], rows.weights if weighted else None
    loss = hist("logistic_regression")
    found = HistGradientBoostingClassifier(loss=loss, **SETTINGS).fit(rows.X, y, sample_weight=weights)
    expected = HistGradientBoostingClassifier(**SETTINGS).fit(rows.X, y, sample_weight=weights)
    np.testing.assert_allclose(found.predict_proba(rows.X), expected.predict_proba(rows.X), rtol=1e-6)


def test_a_classifier_of_several_classes_is_its_own(softmax: Any, rows: Any) -> None:
    y = rows.targets["softmax"]
    loss = softmax.export("sklearn")
    found = HistGradientBoostingClassifier(loss=loss, **SETTINGS).fit(rows.X, y)
    expected = HistGradientBoostingClassifier(**SETTINGS).fit(rows.X, y)
    np.testing.assert_allclose(found.predict_proba(rows.X), expected.predict_proba(rows.X), rtol=1e-5, atol=1e-7)


def test_early_stopping_pickle_and_clone_work(rows: Any) -> None:
    y = rows.targets["poisson_regression"]
    model = HistGradientBoostingRegressor(loss=hist("poisson_regression"), early_stopping=True, **SETTINGS)
    again = pickle.loads(pickle.dumps(model.fit(rows.X, y)))
    assert np.array_equal(again.predict(rows.X), model.predict(rows.X))
    assert np.array_equal(clone(model).fit(rows.X, y).predict(rows.X), model.predict(rows.X))


def test_the_start_of_a_loss_without_a_mean_is_the_best_constant(rows: Any) -> None:
    """log cosh(u - y): no formula says where a constant is best."""
    u, y = sympy.symbols("u y", real=True)
    value = sympy.log(sympy.cosh(u - y))
    loss = lossproof.Loss("log_cosh", (u,), y, "y real", value, sympy.diff(value, u), sympy.diff(value, u, 2))
    target = 3 + rows.X[:, 0]
    start = loss.export("sklearn").fit_intercept_only(target, rows.weights)
    around = [np.average(np.log(np.cosh(start + step - target)), weights=rows.weights) for step in (-1e-3, 0, 1e-3)]
    assert around[1] < min(around[0], around[2])
    assert regressor(loss.export("sklearn")).fit(rows.X, target).score(rows.X, target) > 0.8


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_the_start_of_one_class_is_the_librarys_own(target: float) -> None:
    """The best score is at no finite place; scikit-learn stops where a probability is one rounding from its end."""
    y = np.full(5, target)
    assert hist("logistic_regression").fit_intercept_only(y) == pytest.approx(HalfBinomialLoss().fit_intercept_only(y))


def test_a_gradient_that_float32_does_not_hold_is_refused() -> None:
    with pytest.raises(DataError, match=r"row 4 .* not a number that float32 holds.*scikit-learn"):
        hist("poisson_regression").gradient_hessian(np.ones(9), np.where(np.arange(9) == 4, 200.0, 1.0))


def test_predictors_that_are_no_classes_are_refused() -> None:
    u, v, y = sympy.symbols("u v y", real=True)
    value = (u + v - y) ** 2 / 2
    slopes = (u + v - y, u + v - y)
    loss = lossproof.Loss("sum_of_two", (u, v), y, "y real", value, slopes, ((1, 1), (1, 1)))
    with pytest.raises(CallerError, match="2 predictors and no classes"):
        loss.export("sklearn")


def test_an_older_scikit_learn_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "version", lambda name: "1.10.0")
    assert hist("logistic_regression").n_classes == 2
    monkeypatch.setattr(targets, "version", lambda name: "1.8.2")
    with pytest.raises(MissingExtra, match=r"needs scikit-learn 1\.9 or newer; 1\.8\.2 is installed"):
        hist("logistic_regression")


def test_the_version_in_the_table_is_the_one_that_was_compared() -> None:
    assert sklearn.__version__ == CONVENTIONS["sklearn"].compared
