"""A belief about the weights is one more factor: judged lines, and the penalty that is fitted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special

import lossproof
from lossproof import CallerError, Model
from lossproof.words.codes import Status

COUNTS = {"density": "mu^y*exp(-mu)/factorial(y)", "predictors": {"mu": "exp(u)"}, "where": "y integer >= 0"}


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    X = random.normal(size=(80, 4))
    return X, random.poisson(np.exp(0.5 * X[:, 0] + 0.3)).astype(float)


@pytest.mark.parametrize(
    ("prior", "penalty"),
    [
        ("exp(-Abs(w)/2)/4", "sum(Abs(w[k])/2, k, 1, N)"),
        ("exp(-w^2/8)/sqrt(8*pi)", "sum(w[k]^2/8, k, 1, N)"),
        ("exp(-Abs(b) - b^2)", "sum(w[k]^2 + Abs(w[k]), k, 1, N)"),
    ],
)
def test_every_line_from_the_belief_to_the_penalty_is_proved(prior: str, penalty: str) -> None:
    derivation = Model(**COUNTS, prior=prior).derive()
    assert derivation.step("penalised").claim_text == f"R = L + 1/M*{penalty}"
    verdicts = derivation.check().verdicts
    assert [verdicts[name].verdict.status for name in ("log_posterior", "penalised")] == [Status.PROVED] * 2


def test_a_lost_share_of_the_belief_is_refuted() -> None:
    derivation = Model(**COUNTS, prior="exp(-Abs(w)/2)").derive()
    wrong = derivation.step("penalised").claim_text.replace("1/M*sum(A", "sum(A")
    step = derivation.step("penalised")
    derivation.record(
        "wrong", step.result, claim=wrong, uses=step.uses, relation=step.relation, of=step.of, title="t", reason="r"
    )
    assert derivation.check().verdicts["wrong"].verdict.status is Status.REFUTED


def test_a_fit_finds_the_most_believed_weights(data: tuple) -> None:
    X, y = data
    design = np.column_stack([X, np.ones(len(y))])

    def belief(w: np.ndarray) -> float:
        u = design @ w
        return float(np.sum(np.exp(u) - y * u + special.gammaln(y + 1)) + np.sum(w[:-1] ** 2) / (2 * 0.25))

    theirs = optimize.minimize(belief, np.zeros(5), method="BFGS", options={"gtol": 1e-9}).x
    bell = Model(**COUNTS, prior="exp(-2*w^2)")
    np.testing.assert_allclose(lossproof.fit(bell, X, y).params, theirs, atol=1e-6)
    peak = lossproof.fit(Model(**COUNTS, prior="exp(-12*Abs(w))"), X, y)
    np.testing.assert_array_equal(peak.params, lossproof.fit(Model(**COUNTS), X, y, lasso=12 / 80).params)
    assert (peak.params == 0).sum() == 2
    twice = lossproof.fit(Model(**COUNTS, prior="exp(-24*Abs(w))"), X, y, weights=np.full(80, 2.0))
    np.testing.assert_allclose(twice.params, peak.params, rtol=1e-10)


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        ("exp(w^2)", "grows"),
        ("1/(1 + w^2)", "a bell"),
        ("exp(-w)", "a bell"),
        ("exp(-t*w^2)", "one letter"),
        ("3", "one letter"),
        ("exp(w - w)", "nothing"),
        ("exp(-", "prior:"),
    ],
)
def test_what_is_no_belief_that_can_be_fitted_is_refused(prior: str, said: str) -> None:
    with pytest.raises(CallerError, match=said):
        Model(**COUNTS, prior=prior)


def test_a_model_without_weights_has_no_prior() -> None:
    with pytest.raises(CallerError, match="no predictor"):
        Model("a*exp(-a*y)", parameters={"a": "a > 0"}, where="y > 0", prior="exp(-w^2)")
