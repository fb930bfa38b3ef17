"""Several classes: exact multinomial fits, the book's run of chapter 9, separation between classes."""

from __future__ import annotations

import json

import numpy as np
import pytest
import scipy.special
from click.testing import CliRunner

import lossproof
from lossproof.chapters.experiments import book_run, train
from lossproof.cli import main
from lossproof.errors import CallerError, DataError
from lossproof.training import LossClassifier, fit

PRINTED = {0: "1.092628", 100: "0.835942", 1000: "0.441329", 5000: "0.253539", 9900: "0.198543"}
WITH_ALL_FEATURES = {0: "1.091583", 100: "0.724936", 1000: "0.360167", 5000: "0.180526", 9900: "0.137669"}
ALL_FEATURES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]


@pytest.mark.parametrize("name", ["hsb_prog", "housing", "womenlf", "pneumo"])
def test_published_multinomial_sets_agree_to_ten_digits(softmax, given_json, given_table, digits, name):
    (row,) = [row for row in given_json("glm_given.json")["multinomial"] if row["name"] == name]
    table = given_table(row["csv"])
    columns = [c for c in row["columns"] if c != "const"]
    order = [row["columns"].index(c) for c in (*columns, "const")]
    weights = table["w"] if row["has_weights"] else None
    found = fit(softmax, np.column_stack([table[c] for c in columns]), table["y"], weights=weights, names=columns)
    assert found.converged
    assert found.names[: len(columns)] == tuple(f"u1: {c}" for c in columns)
    assert digits(found.params, np.array(row["exact_coef_30d"])[:, order].ravel()) >= 10
    assert digits(found.standard_errors, np.array(row["exact_se_30d"])[:, order].ravel()) >= 10
    assert digits(found.loglik, row["exact_loglik_30d"]) >= 12
    assert digits(found.deviance, row["exact_deviance_30d"]) >= 12


SOFTMAX = "P(y=k) = exp(u[k])/sum(exp(u[j]), j, 1, K)"


@pytest.mark.parametrize("name", ["hsb_prog", "womenlf", "housing", "pneumo"])
def test_a_model_of_k_classes_fits_the_published_sets(given_json, given_table, digits, name):
    (row,) = [row for row in given_json("glm_given.json")["multinomial"] if row["name"] == name]
    table = given_table(row["csv"])
    columns = [c for c in row["columns"] if c != "const"]
    order = [row["columns"].index(c) for c in (*columns, "const")]
    X = np.column_stack([table[c] for c in columns])
    weights = table["w"] if row["has_weights"] else None
    found = fit(
        lossproof.Model(SOFTMAX, predictors={"u[k]": "x @ w[k]"}), X, table["y"], weights=weights, names=columns
    )
    assert found.converged
    assert digits(found.params, np.array(row["exact_coef_30d"])[:, order].ravel()) >= 10
    assert digits(found.standard_errors, np.array(row["exact_se_30d"])[:, order].ravel()) >= 10


def test_classes_that_are_counted_from_one_may_have_such_labels(softmax, given_table):
    model, table = lossproof.Model(SOFTMAX, predictors={"u[k]": "x @ w[k]"}), given_table("glm/hsb_prog.csv")
    X, y = table.values[:, 2:], table["y"]
    from_zero, from_one = fit(model, X, y), fit(model, X, y + 1)
    np.testing.assert_array_equal(from_one.params, from_zero.params)
    np.testing.assert_array_equal(from_one.residuals("pearson"), from_zero.residuals("pearson"))
    with pytest.raises(
        DataError, match="no row has the label 1; the labels of model count the classes from 0 or from 1"
    ):
        fit(model, X, np.where(y == 0, 0, y + 1))
    with pytest.raises(DataError, match=r"count the classes from 0\. Where"):
        fit("softmax_regression", X, y + 1)


def test_the_shell_fits_as_many_classes_as_the_file_has(given_json, reference_data, digits):
    (row,) = [row for row in given_json("glm_given.json")["multinomial"] if row["name"] == "hsb_prog"]
    said = ["--predictor", "u[k] = x @ w[k]", "--features", ",".join(row["columns"][1:]), "--json"]
    ran = CliRunner().invoke(main, ["fit", SOFTMAX, "--data", str(reference_data / row["csv"]), *said])
    assert ran.exit_code == 0, ran.output
    found, order = json.loads(ran.stdout), [*range(1, len(row["columns"])), 0]
    assert digits(list(found["coefficients"].values()), np.array(row["exact_coef_30d"])[:, order].ravel()) >= 10
    assert digits(list(found["standard_errors"].values()), np.array(row["exact_se_30d"])[:, order].ravel()) >= 10
    assert {each["status"] for each in found["steps"]} <= {"proved", "given"}


@pytest.fixture(scope="module")
def run():
    return book_run("softmax_regression")


def test_the_numbers_of_chapter_9_come_out_to_every_digit(run):
    assert {k: f"{run.history[k]['test_loss']:.6f}" for k in PRINTED} == PRINTED
    assert run.history[9900]["test_accuracy"] == pytest.approx(0.96)
    assert len(run.history) == 10_000
    assert run.confusion == [[27, 0, 0], [0, 20, 0], [0, 3, 25]]


def test_the_numbers_of_chapter_9_with_all_four_features_come_out_to_every_digit():
    run = train("softmax_regression", features=ALL_FEATURES)
    assert {k: f"{run.history[k]['test_loss']:.6f}" for k in WITH_ALL_FEATURES} == WITH_ALL_FEATURES
    assert run.confusion == [[27, 0, 0], [0, 20, 0], [0, 3, 25]]


def test_each_class_has_coefficients_of_its_own_in_the_books_run(run):
    columns = ("intercept", "sepal_length", "petal_length")
    assert list(run.coefficients) == [f"u{k}: {column}" for k in range(3) for column in columns]


def test_another_method_fixes_the_reference_class(softmax):
    found = train("softmax_regression", method="newton", loss=softmax)
    assert next(iter(found.coefficients)) == "u1: intercept"
    assert not found.converged  # the irises are separated between the classes
    assert "separat" in found.reason


def test_the_choice_of_the_reference_changes_no_prediction(softmax, given_table):
    table = given_table("glm/hsb_prog.csv")
    X, y = table.values[:, 2:], table["y"]
    first, last = fit(softmax, X, y), fit(softmax, X, y, reference=2)
    np.testing.assert_allclose(first.predict(X), last.predict(X), rtol=1e-10)
    np.testing.assert_allclose(first.predict(X).sum(axis=1), 1.0, rtol=1e-13)
    every = fit(softmax, X, y, reference=None)
    assert every.outcome.name == "NOT_UNIQUE"
    np.testing.assert_allclose(first.predict(X), every.predict(X), rtol=1e-9)
    with pytest.raises(CallerError, match="reference: 3 was given"):
        fit(softmax, X, y, reference=3)


def test_classes_that_separate_are_reported_and_overlap_is_not(softmax):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(120, 2))
    y = np.digitize(X[:, 0], [-0.5, 0.5])
    found = fit(softmax, X, y)
    assert (found.converged, found.separation.kind) == (False, "complete")
    assert any("x1" in feature for feature in found.separation.features)
    mixed = np.where(rng.random(120) < 0.2, rng.integers(0, 3, 120), y)
    assert fit(softmax, X, mixed).converged


def test_a_classifier_of_three_classes_takes_any_labels(softmax, given_table):
    table = given_table("glm/hsb_prog.csv")
    X, labels = table.values[:, 2:], np.array(["academic", "general", "vocation"])[table["y"].astype(int)]
    model = LossClassifier(softmax).fit(X, labels)
    np.testing.assert_allclose(model.predict_proba(X), model.fit_.predict(X), rtol=1e-13)
    assert (model.predict(X) == model.classes_[model.predict_proba(X).argmax(axis=1)]).all()
    assert model.coef_.shape == (3, 3)
    with pytest.raises(ValueError, match="2 classes were given; the loss is one of 3 classes"):
        LossClassifier(softmax).fit(X, labels == "general")


def test_labels_outside_the_classes_are_refused(softmax):
    with pytest.raises(DataError, match="y: the value 3"):
        fit(softmax, np.eye(4), np.arange(4.0))


def test_the_chapter_fits_as_statsmodels_and_scikit_learn_do(given_table):
    statsmodels = pytest.importorskip("statsmodels.api")
    table = given_table("glm/hsb_prog.csv")
    X, y = table.values[:, 2:], table["y"].astype(int)
    found = fit("softmax_regression", X, y)
    theirs = statsmodels.MNLogit(y, np.column_stack([X, np.ones(len(X))])).fit(disp=0, tol=1e-12, method="newton")
    np.testing.assert_allclose(found.params.reshape(2, -1), theirs.params.T, rtol=1e-8)
    np.testing.assert_allclose(found.standard_errors.reshape(2, -1), theirs.bse.T, rtol=1e-8)
    from sklearn.linear_model import LogisticRegression

    other = LogisticRegression(C=np.inf, tol=1e-12, solver="newton-cholesky", max_iter=100).fit(X, y)
    np.testing.assert_allclose(found.predict(X), other.predict_proba(X), atol=1e-8)


def test_the_chapter_takes_as_many_classes_as_the_labels_name(given_table):
    table = given_table("glm/hsb_prog.csv")
    X, labels = table.values[:, 2:], np.array(["academic", "general", "vocation"])[table["y"].astype(int)]
    model = LossClassifier("softmax_regression").fit(X, labels)
    assert model.coef_.shape == (3, 3)
    with pytest.raises(ValueError, match="one class was given"):
        LossClassifier("softmax_regression").fit(X, ["academic"] * len(X))


def test_with_two_classes_it_is_the_logistic_loss_of_the_difference(logistic):
    two, one = lossproof.load("softmax_regression").loss.compile("numpy"), logistic.compile("numpy")
    u, y = np.linspace(-40, 40, 41), np.arange(41.0) % 2
    both = np.column_stack([np.zeros(41), u])
    np.testing.assert_allclose(two.value(both, y), one.value(u, y), rtol=1e-14)
    np.testing.assert_allclose(two.slope(both, y)[:, 1], one.slope(u, y), rtol=1e-14)


def test_labels_that_leave_a_class_out_are_refused_unless_the_number_of_classes_is_said():
    loss = lossproof.load("softmax_regression").loss
    X, y = np.arange(6.0).reshape(-1, 1) % 4, np.array([0, 2, 0, 2, 0, 2])
    with pytest.raises(DataError, match=r"no row has the label 1; .* loss.of\(3\)"):
        fit(loss, X, y)
    assert fit(loss.of(3), X, y).separation is not None
    for labels, sentence in (([1, 2, 1, 2, 1, 2], "label 0"), ([0.5] * 6, "the numbers 0, 1"), ([0] * 6, "1 class")):
        with pytest.raises(DataError, match=sentence):
            fit(loss, X, labels)
    with pytest.raises(DataError, match="LossClassifier"):
        fit(loss, X, list("ababab"))
    with pytest.raises(CallerError, match="a whole number from 2"):
        loss.of(1)


def test_a_fit_of_the_chapter_is_saved_and_compiled_for_any_number_of_classes(tmp_path, given_table):
    table = given_table("glm/hsb_prog.csv")
    found = fit("softmax_regression", table.values[:, 2:], table["y"])
    found.save(tmp_path / "fit.json")
    X = table.values[:, 2:]
    np.testing.assert_allclose(lossproof.load_fit(tmp_path / "fit.json").predict(X), found.predict(X), rtol=1e-15)
    f, u = lossproof.load("softmax_regression").loss.compile("numpy"), np.array([[0.0, 1.0, 800.0, -800.0]])
    assert f.value(u, [1.0]).tolist() == [799.0]
    np.testing.assert_array_equal(f.slope(u, [1.0]), [[0.0, -1.0, 1.0, 0.0]])


def test_the_forms_of_one_class_stand_for_all(softmax):
    """What was measured for the first class is right for the others, and the referee was asked once for each kind."""
    random = np.random.default_rng(0)
    u, y = random.normal(scale=20, size=(200, 3)), random.integers(0, 3, 200)
    f, p, own = softmax.compile("numpy"), scipy.special.softmax(u, axis=1), np.eye(3)[y]
    np.testing.assert_allclose(f.value(u, y), scipy.special.logsumexp(u, axis=1) - (own * u).sum(axis=1), atol=1e-13)
    np.testing.assert_allclose(f.slope(u, y), p - own, atol=1e-15)
    np.testing.assert_allclose(f.curvature(u, y), p[:, :, None] * (np.eye(3) - p[:, None, :]), atol=1e-15)
    assert set(softmax.verdicts) >= {"published slope by u0", "published curvature by u0, u1"}
    assert "published slope by u1" not in softmax.verdicts
