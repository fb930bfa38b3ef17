"""K classes with K a letter: the chain of a textbook out of the probability of class k."""

from __future__ import annotations

from typing import Any

import pytest

import lossproof
from lossproof import CallerError, Model
from lossproof.chapters import Derivation
from lossproof.cli.from_likelihood import script_of
from lossproof.referee.steps.examine import judge_obligations
from lossproof.referee.steps.question import question_of
from lossproof.words.codes import Status

SOFTMAX = "P(y=k) = exp(u[k])/sum(exp(u[j]), j, 1, K)"


def claim(derivation: Derivation, name: str) -> str | None:
    return derivation.step(name).claim_text


@pytest.fixture(scope="module")
def softmax() -> Derivation:
    return Model(SOFTMAX, predictors={"u[k]": "x @ w[k]"}, name="classes").derive()


def test_it_reads_as_the_chain_of_a_textbook(softmax: Derivation) -> None:
    claims = {step.name: step.claim_text for step in softmax.steps}
    assert claims == {
        "link_p": "p[k] = exp(u[k])/sum(exp(u[j]), j, 1, K)",
        "total": "sum(p[k], k, 1, K) = sum(exp(u[k])/sum(exp(u[j]), j, 1, K), k, 1, K) = 1",
        "density": "P = prod(p[k]^y[k], k, 1, K)",
        "density_of_sample": "P[m] = prod(p[m, k]^y[m, k], k, 1, K)",
        "likelihood": "Lk = prod(P[m], m, 0, M - 1)",
        "log_likelihood": "log(Lk) = sum(log(P[m]), m, 0, M - 1)",
        "average": "-1/M*sum(log(P[m]), m, 0, M - 1)",
        "log_density": "log(P) = sum(y[k]*log(p[k]), k, 1, K)",
        "loss_of_one": "l = -log(P) = -sum(y[k]*log(p[k]), k, 1, K)",
        "loss_of_data": "L = 1/M*sum(-sum(y[m, k]*log(p[m, k]), k, 1, K), m, 0, M - 1)",
        "log_link_p": "log(p[k]) = u[k] - logsumexp(u[j], j, 1, K)",
        "loss": "l = -sum(y[k]*(u[k] - logsumexp(u[j], j, 1, K)), k, 1, K)"
        " = logsumexp(u[j], j, 1, K) - sum(y[k]*u[k], k, 1, K)",
        "slope_u": "diff(l, u[i]) = exp(u[i] - logsumexp(u[j], j, 1, K)) - y[i]",
        "slope_of_p": "diff(p[k], u[i]) = p[k]*(delta(i, k) - p[i])",
        "chain_rule_u": "diff(l, u[i]) = sum(-y[k]/p[k]*(p[k]*(delta(i, k) - p[i])), k, 1, K) = p[i] - y[i]",
        "curvature_u_u": "diff(diff(l, u[i]), u[h]) = exp(u[i] - logsumexp(u[j], j, 1, K))"
        "*(delta(h, i) - exp(u[h] - logsumexp(u[j], j, 1, K)))",
        "one_valley": "sum(p[k]*(v[k] - sum(p[h]*v[h], h, 1, K))^2, k, 1, K) >= 0",
        "features_of_u": "u[m, k] = sum(w[k, b]*x[m, b], b, 0, N)",
        "p_of_sample": "p[m, k] = exp(u[m, k])/sum(exp(u[m, j]), j, 1, K)",
        "gradient_u": "diff(L, w[i, a]) = 1/M*sum(x[m, a]*(p[m, i] - y[m, i]), m, 0, M - 1)",
        "hessian_u_u": "diff(diff(L, w[i, a]), w[h, b])"
        " = 1/M*sum(x[m, a]*x[m, b]*p[m, i]*(delta(h, i) - p[m, h]), m, 0, M - 1)",
    }
    assert all(step.reason and step.title and "$" not in step.title for step in softmax.steps)


def judged(derivation: Derivation) -> set[Status]:
    found = {each.name: judge_obligations(question_of(each, derivation)).verdict.status for each in derivation.steps}
    assert {name for name, status in found.items() if status not in (Status.PROVED, Status.GIVEN)} == set()
    return set(found.values())


def test_every_line_is_proved(softmax: Derivation) -> None:
    assert judged(softmax) == {Status.PROVED, Status.GIVEN}


def test_a_probability_that_is_no_exponential_is_derived_and_proved_as_well() -> None:
    derivation = Model("P(y=k) = s[k]/sum(s[j], j, 1, K)", predictors={"s[k]": "softplus(u[k])"}).derive()
    assert claim(derivation, "link_p") == "p[k] = softplus(u[k])/sum(softplus(u[j]), j, 1, K)"
    assert judged(derivation) == {Status.PROVED, Status.GIVEN}
    assert "one_valley" not in {step.name for step in derivation.steps}  # nothing is said of what is not shown


SAME = {
    "P(y) = exp(u[y])/sum(exp(u[j]), j, 0, K-1)": (
        {},
        "diff(l, u[i]) = exp(u[i] - logsumexp(u[j], j, 0, K - 1)) - y[i]",
    ),
    "log P(y=c) = u[c] - logsumexp(u[j], j, 1, K)": (
        {},
        "diff(l, u[i]) = exp(u[i] - logsumexp(u[j], j, 1, K)) - y[i]",
    ),
    "P(t) = prod(q[k]^t[k], k, 1, C)": (
        {"target": "t", "predictors": {"q[k]": "exp(s[k])/sum(exp(s[l]), l, 1, C)"}},
        "diff(l1, s[i]) = exp(s[i] - logsumexp(s[l], l, 1, C)) - t[i]",
    ),
    r"P(y=k) = \frac{e^{u_k}}{\sum_{j=1}^K e^{u_j}}": (
        {},
        "diff(l, u[i]) = exp(u[i] - logsumexp(u[j], j, 1, K)) - y[i]",
    ),
    "P(y=k) = p[k]": (
        {"predictors": {"p": "exp(2*u[k])/sum(exp(2*u[j]), j, 1, K)"}},
        "diff(l, u[i]) = 2*exp(2*u[i] - logsumexp(2*u[j], j, 1, K)) - 2*y[i]",
    ),
}


@pytest.mark.parametrize("density", SAME)
def test_the_class_is_said_by_its_letter_by_the_target_or_one_hot(density: str) -> None:
    arguments, slope = SAME[density]
    derivation = Model(density, **arguments).derive()  # type: ignore[arg-type]
    (step,) = (each for each in derivation.steps if each.name.startswith("slope_") and each.name != "slope_of_p")
    assert step.claim_text == slope


def test_probabilities_that_do_not_sum_to_one_are_said_to_be_none() -> None:
    derivation = Model("P(y=k) = exp(u[k])/(1 + sum(exp(u[j]), j, 1, K))").derive()
    assert "total" not in {step.name for step in derivation.steps}
    assert "do not sum to 1" in derivation.step("density").reason


def test_the_loss_is_that_of_the_chapter_written_by_hand(softmax: Derivation) -> None:
    ours, by_hand = softmax.loss.of(3), lossproof.load("softmax_regression").loss.of(3)
    names = {ours.target: by_hand.target}
    for one, other in zip((ours.value, *ours.slopes), (by_hand.value, *by_hand.slopes), strict=True):
        assert lossproof.equal(one.xreplace(names), other, "yt in {0, 1, 2}").status is Status.PROVED


REFUSED = [
    ({"density": "P(y=k) = exp(u[k])/sum(exp(u[j]), j, 1, 3)"}, "write K for their number"),
    ({"density": "P(y=k) = exp(u[k])"}, "over which classes it sums must be said"),
    ({"density": "P(t=k) = exp(u[k])/sum(exp(u[j]), j, 1, K)"}, "the density of 't', but the target is 'y'"),
    ({"density": "P(y=k) = a*exp(u[k])/sum(exp(u[j]), j, 1, K)"}, "nothing says what 'a' is"),
    ({"density": "P(y=k) = exp(u[k])/sum(exp(v[j]), j, 1, K)"}, r"u\[\.\.\], v\[\.\.\] stands there"),
    ({"density": "P(y=k) = u[k]/sum(u[j], j, 1, K)"}, r"nothing says that its factor .* is positive"),
    ({"density": SOFTMAX, "where": "Q > 1"}, "a clause speaks of 'Q'"),
    ({"density": SOFTMAX, "parameters": {"a": "a > 0"}}, r"has predictors u\[k\] and nothing else"),
    ({"density": SOFTMAX, "prior": "exp(-w^2)"}, "give its share of a sample as ridge"),
    ({"density": "P(y) = prod(p[k]*y[k], k, 1, K)", "predictors": {"p[k]": "exp(u[k])"}}, "a factor for each class"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_what_is_wrong_is_named(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CallerError, match=sentence):
        Model(**arguments).derive()


def test_a_script_of_classes_is_not_written_half() -> None:
    with pytest.raises(CallerError, match=r"a script for K classes is not written; Model\(...\).derive\(\)"):
        script_of("classes", "Classes", SOFTMAX, "y", {}, {}, "")
