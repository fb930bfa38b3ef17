"""Several classes: exact multinomial fits, the book's run of chapter 9, separation between classes."""

from __future__ import annotations

import numpy as np
import pytest

from lossproof.chapters.experiments import book_run, train
from lossproof.errors import CallerError, DataError
from lossproof.training import LossClassifier, fit

PRINTED = {0: "1.092628", 100: "0.835942", 1000: "0.441329", 5000: "0.253539", 9900: "0.198543"}


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


@pytest.fixture(scope="module")
def run(softmax):
    return book_run("softmax_regression", loss=softmax)


def test_the_numbers_of_chapter_9_come_out_to_every_digit(run):
    assert {k: f"{run.history[k]['test_loss']:.6f}" for k in PRINTED} == PRINTED
    assert run.history[9900]["test_accuracy"] == pytest.approx(0.96)
    assert len(run.history) == 10_000


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
