"""What follows from a fit of classes speaks of the probability of each, with statsmodels as a witness."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.miscmodels.ordinal_model import OrderedModel

import lossproof
from lossproof.errors import CallerError, DataError
from lossproof.models import Model
from lossproof.training.result import Fit

DRAWN = np.random.default_rng(7)
X = DRAWN.normal(size=(150, 2))
DESIGN = np.column_stack([X, np.ones(len(X))])
CLASSES = (X @ [1.0, -0.7] + DRAWN.logistic(size=len(X)) > np.array([[-0.4], [1.1]])).sum(axis=0)
NEW = np.array([[0.3, -1.0], [2.0, 0.5]])
STEP = 1e-5


@pytest.fixture(scope="module")
def unordered() -> Fit:
    return lossproof.fit("softmax_regression", X, CLASSES)


@pytest.fixture(scope="module")
def theirs() -> Any:
    return sm.MNLogit(CLASSES, DESIGN).fit(disp=0, tol=1e-14, method="newton", maxiter=100)


@pytest.fixture(scope="module")
def ordered() -> Fit:
    loss = Model.named("ordered_logit").loss
    return lossproof.fit(loss, {"u": X, "a": None, "b": None}, {"y": CLASSES}, intercept=False)


@pytest.fixture(scope="module")
def their_order() -> Any:
    return OrderedModel(CLASSES, X, distr="logit").fit(disp=0, method="newton", maxiter=100)


@pytest.mark.parametrize(("kind", "at"), [("average", "overall"), ("means", "mean")])
def test_effects_on_each_class_are_those_of_statsmodels(unordered: Fit, theirs: Any, kind: str, at: str) -> None:
    found, other = unordered.effects(kind), theirs.get_margeff(at=at)
    assert (found.names, found.classes) == (("x1", "x2"), (0.0, 1.0, 2.0))
    assert found.values == pytest.approx(other.margeff.T, rel=1e-7)
    assert found.standard_errors == pytest.approx(other.margeff_se.T, rel=1e-6)
    assert found.values.sum(axis=0) == pytest.approx(0.0, abs=1e-14)
    assert str(found).splitlines()[2].startswith("1: x1 ")


def test_what_is_left_of_a_row_is_what_was_seen_less_its_probability(unordered: Fit, theirs: Any) -> None:
    P = theirs.predict(DESIGN)
    assert unordered.residuals("response") == pytest.approx(np.eye(3)[CLASSES] - P, abs=1e-8)
    assert unordered.residuals() == pytest.approx((np.eye(3)[CLASSES] - P) / np.sqrt(P * (1 - P)), rel=1e-6, abs=1e-8)
    for kind in ("quantile", "deviance"):
        with pytest.raises(
            CallerError, match="predicts a class; known are 'response' and 'pearson', a column for each"
        ):
            unordered.residuals(kind)


def test_probabilities_have_intervals_by_the_delta_method(unordered: Fit, theirs: Any) -> None:
    found = unordered.interval(NEW)
    assert found.shape == (2, 3, 3)
    assert found[:, :, 0] == pytest.approx(unordered.predict(NEW), rel=1e-12)
    assert ((found[:, :, 1] < found[:, :, 0]) & (found[:, :, 0] < found[:, :, 2])).all()
    W, design = theirs.params, np.append(NEW[0], 1.0)

    def chance(w: np.ndarray) -> np.ndarray:
        powers = np.exp(np.append(0.0, design @ w.reshape(2, 3).T))
        return powers / powers.sum()

    flat = W.T.ravel()
    G = np.array([(chance(flat + STEP * e) - chance(flat - STEP * e)) / (2 * STEP) for e in np.eye(6)]).T
    errors = np.sqrt(np.diag(G @ np.asarray(theirs.cov_params()) @ G.T))
    P = found[0, :, 0]
    reach = np.log(found[0, :, 2] / (1 - found[0, :, 2])) - np.log(P / (1 - P))
    assert reach * P * (1 - P) == pytest.approx(1.959963984540054 * errors, rel=1e-5)
    with pytest.raises(CallerError, match="no interval of one observation"):
        unordered.interval(NEW, kind="observation")


def test_ordered_answers_are_predicted_as_statsmodels_does(ordered: Fit, their_order: Any) -> None:
    assert ordered.loglik == pytest.approx(their_order.llf, rel=1e-9)
    assert ordered.predict(NEW) == pytest.approx(their_order.predict(NEW), abs=1e-5)
    assert ordered.residuals("response") == pytest.approx(np.eye(3)[CLASSES] - their_order.predict(X), abs=1e-5)
    assert ordered.residuals("quantile").shape == (150,)
    assert ordered.interval(NEW).shape == (2, 3, 3)


def test_effects_on_ordered_answers_are_differences_of_their_probabilities(ordered: Fit) -> None:
    found = ordered.effects()
    for place in range(2):
        step = STEP * np.eye(2)[place]
        moved = (ordered.predict(X + step) - ordered.predict(X - step)) / (2 * STEP)
        assert found.values[:, place] == pytest.approx(moved.mean(axis=0), rel=1e-7)
    assert found.classes == (0.0, 1.0, 2.0)


def test_two_listed_values_are_a_number_and_its_mean_a_probability() -> None:
    loss = Model("p^y*(1-p)^(1-y)", predictors={"p": "expit(u)"}, where="y in {0, 1}").loss
    fit = lossproof.fit(loss, X, (CLASSES > 0).astype(float))
    assert fit.predict(NEW).shape == (2,)
    assert fit.effects().values.shape == (2,)


def test_a_drawing_has_a_line_for_each_class(unordered: Fit, ordered: Fit) -> None:
    for fit in (unordered, ordered):
        ax = fit.plot("effects", name="x1")
        assert [line.get_label() for line in ax.lines] == ["0", "1", "2"]
        assert sum(line.get_ydata()[0] for line in ax.lines) == pytest.approx(1.0)
        with pytest.raises(CallerError, match="predicts a class, which has no mean to draw them over"):
            fit.plot("residuals")


def test_weights_count_and_arrays_that_were_changed_are_refused() -> None:
    weights, x = DRAWN.integers(1, 4, len(X)).astype(float), X.copy()
    fit = lossproof.fit("softmax_regression", x, CLASSES, weights=weights)
    many = sm.MNLogit(np.repeat(CLASSES, weights.astype(int)), np.repeat(DESIGN, weights.astype(int), axis=0))
    other = many.fit(disp=0, tol=1e-14, method="newton", maxiter=100).get_margeff()
    assert fit.effects().values == pytest.approx(other.margeff.T, rel=1e-7)
    with pytest.raises(CallerError, match="is a loss of K classes: effects, residuals"):
        fit.covariance("robust")
    x *= 2.0
    with pytest.raises(DataError, match="the arrays were changed since"):
        fit.effects()
