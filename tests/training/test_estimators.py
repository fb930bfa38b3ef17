"""The estimators pass every check of scikit-learn's, and behave as its own do in pipelines and searches."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import sympy as sp
from scipy.special import expit
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lossproof.lowering import Loss
from lossproof.notation.functions import expit as logistic_mean
from lossproof.notation.functions import softplus
from lossproof.training import LossClassifier, LossRegressor

CHECKS = """
import json, sys, warnings
import sympy as sp
import lossproof
from sklearn.utils.estimator_checks import check_estimator
from lossproof.lowering import Loss
from lossproof.training import LossClassifier, LossRegressor
u, yt = sp.symbols("u yt", real=True)
squares = Loss("squares", (u,), yt, "yt real", (u - yt)**2/2, u - yt, sp.Integer(1))
classifier = LossClassifier(lossproof.load("logistic_regression").loss)
estimator = classifier if sys.argv[1] == "classifier" else LossRegressor(squares)
warnings.simplefilter("ignore")
results = check_estimator(estimator, on_fail=None, on_skip=None)
print(json.dumps([[r["check_name"], r["status"], repr(r["exception"]), r["expected_to_fail"]] for r in results]))
"""


@pytest.mark.parametrize("which", ["classifier", "regressor"])
def test_every_check_of_scikit_learn_runs_and_passes(which):
    """In a process of its own: SCIPY_ARRAY_API has to be set before SciPy is imported, or a check is skipped."""
    run = subprocess.run(
        [sys.executable, "-c", CHECKS, which],
        capture_output=True, text=True, timeout=300, check=True, env={**os.environ, "SCIPY_ARRAY_API": "1"},
    )  # fmt: skip
    results = json.loads(run.stdout)
    assert len(results) > 50
    assert [row for row in results if row[1] != "passed" or row[3]] == []


def test_labels_of_any_type_are_taken(logistic, clicks):
    X, y = clicks
    plain = LossClassifier(logistic).fit(X, y.astype(int))
    for labels in (np.array(["no", "yes"]), np.array([False, True]), np.array([-1, 1]), np.array([1.0, 2.0])):
        model = LossClassifier(logistic).fit(X, labels[y.astype(int)])
        np.testing.assert_array_equal(model.classes_, labels)
        np.testing.assert_array_equal(model.coef_, plain.coef_)
        assert set(model.predict(X)) <= set(labels)


def test_coefficients_and_probabilities_agree_with_scikit_learns(logistic, clicks):
    X, y = clicks
    ours = LossClassifier(logistic).fit(X, y)
    theirs = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-7)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-6)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))


def test_the_ridge_is_scikit_learns_penalty_in_other_units(logistic, clicks):
    X, y = clicks
    ours = LossClassifier(logistic, ridge=0.05).fit(X, y)
    theirs = LogisticRegression(C=1 / (0.05 * len(y)), solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-7)


def test_a_regression_agrees_with_least_squares(squares, clicks):
    X, _ = clicks
    y = X @ [1.0, -2.0, 0.5] + 3 + np.random.default_rng(0).normal(size=len(X))
    ours, theirs = LossRegressor(squares).fit(X, y), LinearRegression().fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-12)
    assert ours.intercept_ == pytest.approx(theirs.intercept_, rel=1e-12)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-12)


def test_names_of_pandas_and_polars_frames_are_kept(logistic, clicks):
    X, y = clicks
    names = ["age", "dose", "size"]
    frame = pd.DataFrame(X, columns=names)
    model = LossClassifier(logistic).fit(frame, pd.Series(y).map({0.0: "no", 1.0: "yes"}))
    assert model.feature_names_in_.tolist() == names
    assert model.fit_.names == (*names, "intercept")
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[names[::-1]])
    polars = pytest.importorskip("polars", reason="polars is not installed")
    other = LossClassifier(logistic).fit(polars.DataFrame(X, schema=names), y)
    assert other.feature_names_in_.tolist() == names
    np.testing.assert_array_equal(other.coef_, model.coef_)


def test_pipelines_searches_and_calibration_work(logistic, clicks):
    X, y = clicks
    pipeline = make_pipeline(StandardScaler(), LossClassifier(logistic))
    assert cross_val_score(pipeline, X, y, cv=3).mean() > 0.7
    search = GridSearchCV(LossClassifier(logistic), {"ridge": [0.0, 0.1, 10.0]}, cv=3).fit(X, y)
    assert search.best_params_["ridge"] in (0.0, 0.1)
    calibrated = CalibratedClassifierCV(LossClassifier(logistic), cv=3).fit(X, y)
    assert calibrated.predict_proba(X).shape == (len(y), 2)


def test_a_chapter_may_be_given_by_name_and_a_copy_is_equal(logistic, clicks):
    X, y = clicks
    model = LossClassifier("logistic_regression").fit(X, y)
    np.testing.assert_array_equal(model.coef_, LossClassifier(logistic).fit(X, y).coef_)
    assert clone(model).get_params()["loss"] == "logistic_regression"


def test_separated_data_warn_once_and_do_not_raise(logistic, clicks):
    X, _ = clicks
    y = (X[:, 0] > 0).astype(int)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = LossClassifier(logistic).fit(X, y)
    (warning,) = caught
    assert warning.category is ConvergenceWarning
    assert "complete separation by x1" in str(warning.message)
    assert (model.predict(X) == y).all()
    assert np.isfinite(model.coef_).all()


def test_one_class_warns_and_predicts_that_class(logistic, clicks):
    with pytest.warns(ConvergenceWarning, match="separation by intercept"):
        model = LossClassifier(logistic).fit(clicks[0], np.full(400, "only"))
    assert set(model.predict(clicks[0])) == {"only"}
    np.testing.assert_array_equal(model.predict_proba(clicks[0]), np.ones((400, 1)))


def test_three_classes_are_refused_by_a_loss_for_two(logistic, clicks):
    with pytest.raises(ValueError, match="Only binary classification is supported"):
        LossClassifier(logistic).fit(clicks[0], np.arange(400) % 3)


def test_the_decision_is_measured_from_where_the_classes_are_even(clicks):
    """A loss whose mean is not 1/2 at u = 0: expit(u - 1)."""
    u, yt = sp.symbols("u yt", real=True)
    curvature = logistic_mean(u - 1) * logistic_mean(1 - u)
    shifted = Loss("shifted", (u,), yt, "0 <= yt <= 1", softplus(u - 1) - yt * u, logistic_mean(u - 1) - yt, curvature)
    X, y = clicks
    model = LossClassifier(shifted).fit(X, y)
    u_of_X = model.fit_.linear_predictor(X)
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], expit(u_of_X - 1), rtol=1e-12)
    np.testing.assert_array_equal(model.predict(X), (u_of_X > 1).astype(float))
    np.testing.assert_allclose(model.decision_function(X), u_of_X - 1, atol=1e-12)
