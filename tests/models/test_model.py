"""A likelihood in one line becomes the chain of a textbook, and every line of it stands before the referee."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

import lossproof
from lossproof import CallerError, Model, load
from lossproof.chapters import Derivation
from lossproof.derivation import Step
from lossproof.models import FAMILIES
from lossproof.referee.steps.examine import judge_obligations
from lossproof.referee.steps.grounds import grounds_of_script, judged
from lossproof.referee.steps.question import question_of
from lossproof.words.codes import Status

POISSON = {"density": "P(y) = mu^y*exp(-mu)/factorial(y)", "predictors": {"mu": "exp(u)"}, "where": "y integer >= 0"}
MODELS = {
    "poisson": POISSON,
    "logistic": {"density": "p^y*(1-p)^(1-y)", "predictors": {"p": "expit(u)"}, "where": "y in {0, 1}"},
    "negative_binomial": {
        "density": "gamma(y+theta)/(gamma(theta)*factorial(y))*(theta/(theta+mu))^theta*(mu/(theta+mu))^y",
        "predictors": {"mu": "exp(x @ w)"},
        "parameters": {"theta": "theta > 0"},
        "where": "y integer >= 0",
    },
    "gaussian": {
        "density": "exp(-(y-mu)^2/(2*v))/sqrt(2*pi*v)",
        "predictors": {"mu": "u", "v": "exp(r)"},
    },
    "weibull": {
        "density": "(k/s*(t/s)^(k-1))^d*exp(-(t/s)^k)",
        "target": "t",
        "predictors": {"s": "exp(u)"},
        "parameters": {"k": "> 0"},
        "data": ("d",),
        "where": "t > 0; d in {0, 1}",
    },
    "zero_inflated": {
        "density": "Piecewise((p+(1-p)*exp(-mu), y == 0), ((1-p)*mu^y*exp(-mu)/factorial(y), True))",
        "predictors": {"mu": "exp(u)", "p": "expit(v)"},
        "where": "y integer >= 0",
    },
    "rate": {"density": "a*b^a/(y+b)^(a+1)", "parameters": {"a": "a > 0", "b": "b > 0"}, "where": "y > 0"},
    "decay": {
        "density": "exp(-(y-f)^2/(2*s^2))/(s*sqrt(2*pi))",
        "predictors": {"f": "b0*exp(-b1*x)"},
        "parameters": {"b0": "", "b1": "", "s": "s > 0"},
        "data": ("x",),
    },
}


def claims(derivation: Derivation) -> dict[str, str | None]:
    return {step.name: step.claim_text for step in derivation.steps}


@pytest.fixture(scope="module")
def poisson() -> Derivation:
    return Model(**POISSON, name="counts").derive()


def test_it_reads_as_the_chain_of_a_textbook(poisson: Derivation) -> None:
    assert claims(poisson) == {
        "density": "P = mu^y*exp(-mu)/factorial(y)",
        "density_of_sample": "P[m] = mu[m]^y[m]*exp(-mu[m])/factorial(y[m])",
        "likelihood": "Lk = prod(P[m], m, 0, M - 1)",
        "log_likelihood": "log(Lk) = sum(log(P[m]), m, 0, M - 1)",
        "average": "-1/M*sum(log(P[m]), m, 0, M - 1)",
        "log_density": "log(P) = y*log(mu) - mu - loggamma(y + 1)",
        "loss_of_one": "l = -log(P) = mu - y*log(mu) + loggamma(y + 1)",
        "loss_of_data": "L = 1/M*sum(mu[m] - y[m]*log(mu[m]) + loggamma(y[m] + 1), m, 0, M - 1)",
        "slope_in_mu": "diff(l, mu) = 1 - y/mu",
        "link_mu": "mu = exp(u)",
        "slope_of_mu_by_u": "diff(mu, u) = mu",
        "chain_rule_u": "diff(l, u) = (1 - y/mu)*mu = mu - y",
        "loss": "l = exp(u) - y*u + loggamma(y + 1)",
        "slope_u": "diff(l, u) = exp(u) - y",
        "curvature_u_u": "diff(diff(l, u), u) = exp(u)",
        "valley_u": "exp(u) >= 0",
        "features_of_u": "u[m] = sum(w[k]*x[m, k], k, 0, N)",
        "mu_of_sample": "mu[m] = exp(u[m])",
        "gradient_u": "diff(L, w[i]) = 1/M*sum(x[m, i]*(mu[m] - y[m]), m, 0, M - 1)",
        "hessian_u_u": "diff(diff(L, w[i]), w[j]) = 1/M*sum(x[m, i]*x[m, j]*mu[m], m, 0, M - 1)",
        "one_valley": "1/M*sum(mu[m]*sum(v[k]*x[m, k], k, 0, N)^2, m, 0, M - 1) >= 0",
    }


def test_every_step_has_a_reason_and_a_title(poisson: Derivation) -> None:
    assert all(step.reason and step.title and "$" not in step.title for step in poisson.steps)


def test_every_line_is_proved_and_every_wrong_version_of_it_refuted(poisson: Derivation) -> None:
    report = poisson.check()
    assert {found.verdict.status for found in report.verdicts.values()} == {Status.PROVED, Status.GIVEN}
    assert report.ok
    assert not any(found.mutants.survived for found in report.verdicts.values())
    assert report.notices == ()


@pytest.mark.parametrize("name", MODELS)
def test_what_is_published_rests_on_proved_lines(name: str) -> None:
    derivation = Model(**MODELS[name], name=name).derive()  # type: ignore[arg-type]
    found = {ground.name: judged(ground).verdict.status for ground in grounds_of_script(derivation)}
    assert {name: status for name, status in found.items() if status not in (Status.PROVED, Status.GIVEN)} == {}


def test_a_loss_with_two_valleys_is_shown_to_bend_down() -> None:
    found = claims(Model(**MODELS["negative_binomial"]).derive())  # type: ignore[arg-type]
    assert found["curvature_theta_theta_below_zero"] == "-1/4 < 0"
    assert "one_valley" not in found


def test_between_two_predictors_the_determinant_says_it() -> None:
    found = claims(Model(**MODELS["gaussian"]).derive())  # type: ignore[arg-type]
    assert found["determinant_u_r_below_zero"] == "-1/2 < 0"


@pytest.mark.parametrize("chapter", ["poisson_regression", "logistic_regression"])
def test_the_loss_is_the_one_that_a_chapter_derives_by_hand(chapter: str) -> None:
    by_hand, derived = load(chapter).loss, Model(**MODELS[chapter.removesuffix("_regression")]).loss  # type: ignore[arg-type]
    names = {by_hand.target: derived.target}
    for one, other in zip((by_hand.slope, by_hand.curvature), (derived.slope, derived.curvature), strict=True):
        assert lossproof.equal(one.xreplace(names), other).status is Status.PROVED  # type: ignore[union-attr]


def test_the_expected_information_follows_from_the_slope_averaging_to_zero() -> None:
    found = claims(Model(**MODELS["gaussian"]).derive())  # type: ignore[arg-type]
    assert (found["average_Ey"], found["average_E2"]) == ("u", "exp(r)")
    assert (found["information_u_r"], found["information_r_r"]) == ("0", "1/2")


TOTALS = [
    ("poisson", "sum over $y$ is 1"),
    ("gaussian", "integral over $y$ is 1"),
    ("weibull", "is not 1: it is what a row adds to a likelihood"),
]


@pytest.mark.parametrize(("name", "sentence"), TOTALS)
def test_the_density_is_looked_at(name: str, sentence: str) -> None:
    assert sentence in Model(**MODELS[name]).derive().step("density").reason  # type: ignore[arg-type, union-attr]


def test_a_density_that_is_none_is_said_to_be_none() -> None:
    lost_scale = Model("exp(-(y-mu)^2/(2*s^2))", "y", {"mu": "u"}, {"s": "> 0"}).derive()
    assert "as it stands this is no density" in lost_scale.step("density").reason
    lost_constant = Model("exp(-(y-mu)^2/2)", "y", {"mu": "u"}).derive()
    assert "2.50663: a constant factor is left out" in lost_constant.step("density").reason
    assert not [step.name for step in lost_scale.steps if step.name.startswith("information")]


def test_finitely_many_probabilities_are_proved_to_sum_to_one() -> None:
    derivation = Model(
        "binomial(n, y)*p^y*(1-p)^(n-y)",
        "y",
        {"p": "expit(u)"},
        data=("n",),
        where="n integer >= 1; 0 <= y <= n; y integer",
    ).derive()
    step = derivation.step("total")
    assert step.claim_text == "sum(binomial(n, k)*p^k*(1 - p)^(n - k), k, 0, n) = 1"
    assert judge_obligations(question_of(step, derivation)).verdict.status is Status.PROVED


def test_columns_and_parameters_are_published() -> None:
    loss = Model(**MODELS["weibull"]).loss  # type: ignore[arg-type]
    assert [symbol.name for symbol in loss.predictors] == ["u", "k"]
    assert (loss.parameters, [symbol.name for symbol in loss.columns]) == (("k",), ["d"])
    assert loss.target_domain == "t > 0; d in {0, 1}; k > 0"
    at = dict(zip(loss.arguments, (0.5, 2.0, 1.0, 3.0), strict=True))  # u, k, d, t
    assert float(loss.value.subs(at)) == pytest.approx(9 / np.e - np.log(2 * 3 / np.e), rel=1e-14)


def test_a_factorial_says_that_its_target_is_a_count() -> None:
    assert Model("mu^y*exp(-mu)/factorial(y)", "y", {"mu": "exp(u)"}).loss.target_domain == "y integer >= 0"


def test_the_letters_of_the_chain_give_way_to_those_of_the_author() -> None:
    model = Model("M*exp(-M*l)", target="l", predictors={"M": "exp(x)"}, where="l > 0")
    step = model.derive().step("gradient_x")
    assert isinstance(step, Step)
    assert step.claim_text == "diff(L, w[i]) = 1/M1*sum(x1[m, i]*(M[m]*l[m] - 1), m, 0, M1 - 1)"


def test_sympy_and_logarithms_say_the_same_as_text() -> None:
    y, mu = sp.symbols("y mu")
    wanted = Model(**POISSON).derive().step("slope_u").claim_text  # type: ignore[union-attr]
    as_sympy = Model(mu**y * sp.exp(-mu) / sp.gamma(y + 1), "y", {"mu": "exp(u)"}, where="y integer >= 0")
    as_log = Model("log P(y) = y*u - exp(u) - loggamma(y + 1)", "y", {"u": "u"}, where="y integer >= 0")
    assert as_sympy.derive().step("slope_u").claim_text == wanted  # type: ignore[union-attr]
    assert as_log.derive().step("slope_u").claim_text == wanted  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "left", ["log P(y)", "logP", "log(P(y))", "ln p(y | u)", "lnL", "loglik", "logpdf(y)", "log f(y; u)"]
)
def test_a_logarithm_is_known_by_its_left_side(left: str) -> None:
    reading = Model(f"{left} = y*u - exp(u) - loggamma(y + 1)", predictors={"u": "u"}, where="y integer >= 0").reading
    assert reading.is_log


@pytest.mark.parametrize("left", ["P", "p(y)", "f(y; u)", "logistic(y)"])
def test_and_a_density_by_its_own(left: str) -> None:
    assert not Model(f"{left} = exp(-(y - u)^2/2)/sqrt(2*pi)", predictors={"u": "u"}).reading.is_log


def test_a_finite_sum_is_differentiated_under_its_sign_and_runs_term_by_term() -> None:
    """Conway and Maxwell: a letter for a power that holds the index of the sum was taken out of it."""
    model = Model(
        "P(y) = lam^y/factorial(y)^nu/sum(lam^j/factorial(j)^nu, j, 0, 5)",
        predictors={"lam": "exp(u)"},
        parameters={"nu": "nu > 0"},
        where="y in 0..5",
    )
    derivation = model.derive()
    assert derivation.step("slope_u").claim_text == (
        "diff(l, u) = sum(j*exp(j*u)*gamma(j + 1)^(-nu), j, 0, 5)/sum(exp(j*u)*gamma(j + 1)^(-nu), j, 0, 5) - y"
    )
    slope = derivation.step("slope_u")
    assert isinstance(slope, Step)
    assert judge_obligations(question_of(slope, derivation)).verdict.status is Status.PROVED
    u, nu, y = 0.7, 1.3, 2.0
    terms = [np.exp(j * u) * math.factorial(j) ** -nu for j in range(6)]
    mean = sum(j * term for j, term in enumerate(terms)) / sum(terms)
    found = model.loss.slopes[0].subs(dict(zip(model.loss.arguments, (u, nu, y), strict=True)))
    assert float(found) == pytest.approx(mean - y, rel=1e-14)


def test_three_predictors_have_letters_that_are_no_constants() -> None:
    shares = Model(
        "y^(a - 1)*z^(b - 1)*(1 - y - z)^(c - 1)*gamma(a + b + c)/(gamma(a)*gamma(b)*gamma(c))",
        predictors={"a": "exp(u)", "b": "exp(v)", "c": "exp(r)"},
        data=("z",),
        where="y > 0; z > 0; y + z < 1",
    )
    assert shares.derive().step("gradient_r").claim_text is not None


def test_what_is_left_of_the_trials_is_no_less_than_none() -> None:
    """The beta-binomial's gamma(n - y + (1 - mu)*phi) is of a number above 0."""
    betas = "beta(y + mu*phi, n - y + (1 - mu)*phi)/beta(mu*phi, (1 - mu)*phi)"
    model = Model(f"binomial(n, y)*{betas}", predictors={"mu": "expit(u)"}, parameters={"phi": "phi > 0"}, data=("n",))
    assert "loggamma" in (model.derive().step("loss_of_one").claim_text or "")


def proved(derivation: Derivation, *names: str) -> bool:
    questions = (question_of(derivation.step(name), derivation) for name in names)  # type: ignore[arg-type]
    return all(judge_obligations(question).verdict.status is Status.PROVED for question in questions)


def test_two_signs_of_a_density_go_away_together() -> None:
    """The logarithmic series: -1 and log(1 - q) < 0."""
    derivation = Model("-q^y/(y*log(1 - q))", predictors={"q": "expit(u)"}, where="y integer >= 1").derive()
    assert "log(-log(1 - q))" in (derivation.step("log_density").claim_text or "")
    assert proved(derivation, "log_density", "slope_u")
    with pytest.raises(CallerError, match="factor -1 is positive"):
        Model("-q^y/(y*log(1 + q))", predictors={"q": "expit(u)"}, where="y integer >= 1").derive()


def test_in_a_case_its_condition_is_known() -> None:
    """Zeros beside a density of what is above 0: there y is not 0."""
    cases = "Piecewise((p, y == 0), ((1 - p)*a*y^(a - 1), True))"
    arguments = {"predictors": {"p": "expit(u)"}, "parameters": {"a": "a > 0"}}
    derivation = Model(cases, **arguments, where="0 <= y <= 1").derive()  # type: ignore[arg-type]
    assert proved(derivation, "log_density", "slope_a")
    with pytest.raises(CallerError, match="its factor y is positive"):
        Model(cases.replace("y == 0", "y == 1"), **arguments, where="0 <= y <= 1").derive()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_derives(name: str) -> None:
    model = Model.named(name)
    derivation = model.derive()
    assert derivation.publication is not None
    assert all(step.reason for step in derivation.steps)
    if model.reading.columns == ():
        assert " is 1" in derivation.step("density").reason


def test_a_family_that_is_not_there_is_named() -> None:
    with pytest.raises(CallerError, match="did you mean 'negative_binomial'"):
        Model.named("negativ_binomial")


REFUSED = [
    ({"density": "nu*exp(-nu*y)", "predictors": {"mu": "exp(u)"}}, "nothing says what 'nu' is"),
    ({"density": "mu*exp(-mu*t)", "predictors": {"mu": "exp(u)"}}, "the target 'y' does not occur|what 't' is"),
    ({"density": "P(t) = mu*exp(-mu*t)", "predictors": {"mu": "exp(u)"}}, "density of 't', but the target is 'y'"),
    ({"density": "mu*exp(-mu*y)", "predictors": {"mu": "exp(u)"}, "where": "yy > 0"}, "did you mean 'y'"),
    ({"density": "mu*exp(-mu*y)", "predictors": {"mu": "exp(u)", "s": "u"}}, "'s' occurs neither"),
    ({"density": "mu*exp(-mu*y)", "predictors": {"mu": "s*u", "s": "mu*v"}}, "in a circle"),
    ({"density": "mu*exp(-mu*y)", "predictors": {"mu": "exp(u)"}, "parameters": {"mu": "> 0"}}, "two things"),
    ({"density": "a*exp(-a*y)", "parameters": {"a": ""}}, "nothing says that its factor a is positive"),
    ({"density": "mu*exp(-mu*y", "predictors": {"mu": "exp(u)"}}, "density: "),
    ({"density": "mu[m]*exp(-y)", "predictors": {"mu": "exp(u)"}}, "one sample is meant"),
    ({"density": "mu*exp(-mu*y)", "predictors": "mu = exp(u)"}, "a dictionary is needed"),
    ({"density": "mu*exp(-mu*y)", "predictors": {"mu": "exp(u)"}, "data": "x"}, "names of columns are needed"),
    ({"density": "e*exp(-e*y)", "predictors": {"e": "exp(u)"}}, "predictors: 'e' is a constant"),
    ({"density": "exp(-y/pi)/pi", "parameters": {"pi": "pi > 0"}}, "parameters: 'pi' is a constant"),
    ({"density": 3, "predictors": {"mu": "exp(u)"}}, "text or a SymPy expression is needed"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_what_is_wrong_is_named(arguments: dict[str, object], sentence: str) -> None:
    with pytest.raises(CallerError, match=sentence):
        Model(**arguments).derive()  # type: ignore[arg-type]
