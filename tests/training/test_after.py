"""What is asked of a fit afterwards, with statsmodels' numbers as witnesses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
import sympy
from scipy import stats

import lossproof
from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss
from lossproof.notation.functions import expit, softplus
from lossproof.training.after.rows_again import GONE, held
from lossproof.training.result import Fit

U, Y = sympy.Symbol("u", real=True), sympy.Symbol("yt", real=True)
DRAWN = np.random.default_rng(11)
M = 120
X = DRAWN.normal(size=(M, 2))
CLASSES = (DRAWN.random(M) < 1 / (1 + np.exp(-(X @ [0.8, -0.5] + 0.3)))).astype(float)
SIZES = 1.0 + X @ [0.5, 0.2] + DRAWN.normal(size=M) * (1 + 0.5 * np.abs(X[:, 0]))
GROUPS = np.arange(M) % 15
DESIGN = np.column_stack([X, np.ones(M)])
COUNTS = DRAWN.negative_binomial(2, 2 / (2 + np.exp(X @ [0.5, -0.3] + 1.0))).astype(float)


@pytest.fixture(scope="module")
def logit() -> Fit:
    value = softplus(U) - Y * U
    loss = Loss("logit", (U,), Y, "0 <= yt <= 1", value, expit(U) - Y, expit(U) * expit(-U))
    return lossproof.fit(loss, X, CLASSES)


@pytest.fixture(scope="module")
def ols() -> Fit:
    loss = Loss("line", (U,), Y, "yt real", (U - Y) ** 2 / 2, U - Y, sympy.Integer(1), dispersion="pearson")
    return lossproof.fit(loss, {"u": X}, SIZES)


@pytest.fixture(scope="module")
def theirs() -> Any:
    return sm.Logit(CLASSES, DESIGN).fit(disp=0, tol=1e-14)


def test_sandwiches_are_those_of_statsmodels(logit: Fit) -> None:
    other = sm.Logit(CLASSES, DESIGN).fit(disp=0, tol=1e-14, cov_type="HC0")
    assert logit.covariance("HC0") == pytest.approx(other.cov_params(), rel=1e-8)
    assert logit.covariance("robust") == pytest.approx(other.cov_params(), rel=1e-8)
    assert logit.covariance("HC1") == pytest.approx(other.cov_params() * M / (M - 3), rel=1e-8)


@pytest.mark.parametrize("kind", ["HC0", "HC1", "HC2", "HC3"])
def test_sandwiches_of_a_line_are_those_of_statsmodels(ols: Fit, kind: str) -> None:
    other = sm.OLS(SIZES, DESIGN).fit(cov_type=kind)
    assert ols.covariance(kind) == pytest.approx(other.cov_params(), rel=1e-10)


def test_rows_of_one_group_may_depend_on_each_other(logit: Fit) -> None:
    other = sm.Logit(CLASSES, DESIGN).fit(disp=0, tol=1e-14, cov_type="cluster", cov_kwds={"groups": GROUPS})
    assert logit.covariance(groups=GROUPS) == pytest.approx(other.cov_params(), rel=1e-8)
    assert logit.covariance("robust", groups=[str(each) for each in GROUPS]) == pytest.approx(other.cov_params())


def test_wald_likelihood_ratio_and_score(logit: Fit, theirs: Any) -> None:
    small = sm.Logit(CLASSES, DESIGN[:, [0, 2]]).fit(disp=0, tol=1e-14)
    ratio = logit.test("x2", kind="lr")
    assert ratio.statistic == pytest.approx(2 * (theirs.llf - small.llf), rel=1e-9)
    assert logit.test("x2").statistic == pytest.approx(logit.z[1] ** 2, rel=1e-12)
    both = logit.test(["x1", "x2"], kind="lr")
    assert (both.df, both.statistic) == (2, pytest.approx(theirs.llr, rel=1e-7))
    assert both.p == pytest.approx(theirs.llr_pvalue, rel=1e-6)
    held = sm.GLM(CLASSES, DESIGN[:, [0, 2]], family=sm.families.Binomial()).fit(tol=1e-14)
    score = held.score_test(exog_extra=DESIGN[:, 1:2])
    assert logit.test("x2", kind="score").statistic == pytest.approx(float(np.squeeze(score[0])), rel=1e-7)
    assert logit.test({"x2": logit.params[1]}, kind="lr").statistic == pytest.approx(0.0, abs=1e-10)


def test_a_profile_ends_where_the_likelihood_has_fallen_enough(logit: Fit) -> None:
    for level, fall in ((0.95, 3.841458820694124), (0.9, 2.705543454095404)):
        for end in logit.profile("x1", level):
            assert logit.test({"x1": end}, kind="lr").statistic == pytest.approx(fall, rel=1e-9)
    low, high = logit.profile("intercept")
    assert low < logit.params[2] < high


def test_residuals_are_those_of_statsmodels(logit: Fit, ols: Fit) -> None:
    other = sm.GLM(CLASSES, DESIGN, family=sm.families.Binomial()).fit(tol=1e-14)
    assert logit.residuals("response") == pytest.approx(other.resid_response, abs=1e-9)
    assert logit.residuals() == pytest.approx(other.resid_pearson, rel=1e-7)
    assert logit.residuals("deviance") == pytest.approx(other.resid_deviance, rel=1e-7)
    assert ols.residuals("pearson") == pytest.approx(sm.OLS(SIZES, DESIGN).fit().resid, abs=1e-10)


@pytest.mark.parametrize(("kind", "at"), [("average", "overall"), ("means", "mean")])
def test_effects_are_those_of_statsmodels(logit: Fit, theirs: Any, kind: str, at: str) -> None:
    found, other = logit.effects(kind), theirs.get_margeff(at=at)
    assert found.names == ("x1", "x2")
    assert found.values == pytest.approx(other.margeff, rel=1e-8)
    assert found.standard_errors == pytest.approx(other.margeff_se, rel=1e-7)


def test_intervals_of_the_mean_are_those_of_statsmodels(logit: Fit, ols: Fit) -> None:
    other = sm.GLM(CLASSES, DESIGN, family=sm.families.Binomial()).fit(tol=1e-14).get_prediction(DESIGN[:5])
    found = logit.interval(X[:5])
    assert found[:, 0] == pytest.approx(other.predicted_mean, rel=1e-9)
    assert found[:, 1:] == pytest.approx(other.conf_int(), rel=1e-7)
    line = sm.OLS(SIZES, DESIGN).fit().get_prediction(DESIGN[:5])
    assert ols.interval(X[:5])[:, 1:] == pytest.approx(line.conf_int(), rel=1e-9)


@pytest.fixture(scope="module")
def nb2() -> Fit:
    """Counts with a dispersion, their rate and their dispersion both free."""
    theta, count = sympy.Symbol("theta", positive=True), sympy.Symbol("y", nonnegative=True)
    log, gamma = sympy.log, sympy.loggamma
    kernel = gamma(count + theta) - gamma(theta) - gamma(count + 1) + theta * log(theta) + count * U
    value = (theta + count) * log(theta + sympy.exp(U)) - kernel
    slopes = tuple(sympy.diff(value, by) for by in (U, theta))
    curvatures = tuple(tuple(sympy.diff(slope, by) for by in (U, theta)) for slope in slopes)
    where, names = "y integer >= 0; theta > 0", ("u", "theta")
    loss = Loss("nb2", (U, theta), count, where, value, slopes, curvatures, unchecked=True, parameters=names)
    return lossproof.fit(loss, {"u": X, "theta": None}, COUNTS)


@pytest.fixture(scope="module")
def their_counts() -> Any:
    return sm.NegativeBinomial(COUNTS, DESIGN).fit(disp=0, method="newton", tol=1e-14, maxiter=100)


def test_functions_of_parameters_are_those_of_the_delta_method(logit: Fit, theirs: Any) -> None:
    from statsmodels.stats._delta_method import NonlinearDeltaCov

    found = logit.delta(["-intercept/x1", "exp(a)"], a="x2")
    other = NonlinearDeltaCov(lambda w: np.array([-w[2] / w[0], np.exp(w[1])]), theirs.params, theirs.cov_params())
    assert found.values == pytest.approx(other.predicted(), rel=1e-8)
    assert found.covariance == pytest.approx(other.cov(), rel=1e-6)
    assert found.intervals == pytest.approx(other.conf_int(), rel=1e-6)
    assert "-intercept/x1" in str(found)
    with pytest.raises(DataError, match="'b' is no parameter; there are x1, x2, intercept; a letter stands"):
        logit.delta("exp(b)")
    with pytest.raises(DataError, match="no finite value"):
        logit.delta("log(x2 - x2)")


def test_quantile_residuals_are_places_in_the_steps_of_the_law(nb2: Fit, logit: Fit, ols: Fit) -> None:
    theta, mean = nb2.params[-1], np.exp(DESIGN @ nb2.params[:3])
    law, share = stats.nbinom(theta, theta / (theta + mean)), np.random.default_rng(4).random(M)
    places = law.cdf(COUNTS - 1) + share * law.pmf(COUNTS)
    assert nb2.residuals("quantile", seed=4) == pytest.approx(stats.norm.ppf(places), rel=1e-7, abs=1e-9)
    assert nb2.residuals("quantile", seed=4).tolist() != nb2.residuals("quantile").tolist()
    assert (np.sign(logit.residuals("quantile") - stats.norm.ppf(1 - logit.predict(X))) == 2 * CLASSES - 1).all()
    assert ols.residuals("quantile") == pytest.approx(ols.residuals("response") / np.sqrt(ols.dispersion), rel=1e-12)


def test_residuals_of_counts_with_a_dispersion_are_those_of_statsmodels(nb2: Fit, their_counts: Any) -> None:
    assert nb2.residuals("response") == pytest.approx(their_counts.resid_response, abs=1e-7)
    assert nb2.residuals() == pytest.approx(their_counts.resid_pearson, rel=1e-6)


@pytest.mark.parametrize(("kind", "at"), [("average", "overall"), ("means", "mean")])
def test_effects_of_several_predictors_are_those_of_statsmodels(
    nb2: Fit, their_counts: Any, kind: str, at: str
) -> None:
    found, other = nb2.effects(kind), their_counts.get_margeff(at=at)
    assert found.values == pytest.approx(other.margeff, rel=1e-6)
    assert found.standard_errors == pytest.approx(other.margeff_se, rel=1e-5)


def test_means_and_intervals_of_new_rows_of_counts(nb2: Fit, their_counts: Any) -> None:
    with pytest.warns(UserWarning, match="default log-link"):
        other = their_counts.get_prediction(DESIGN[:5])
    found = nb2.interval(X[:5], level=0.9)
    assert nb2.predict(X[:5]) == pytest.approx(other.predicted, rel=1e-7)
    assert found == pytest.approx(np.column_stack([other.predicted, other.conf_int(alpha=0.1)]), rel=1e-5)
    theta, mean = nb2.params[-1], np.exp(DESIGN[:5] @ nb2.params[:3])
    law = stats.nbinom(theta, theta / (theta + mean))
    assert nb2.interval(X[:5], kind="observation")[:, 1:].T.tolist() == [law.ppf(p).tolist() for p in (0.025, 0.975)]


def test_intervals_of_an_observation_are_those_of_statsmodels(ols: Fit, logit: Fit) -> None:
    line = sm.OLS(SIZES, DESIGN).fit().get_prediction(DESIGN[:5])
    found = ols.interval(X[:5], kind="observation")
    assert found[:, 1:] == pytest.approx(line.conf_int(obs=True), rel=1e-9)
    assert logit.interval(X[:5], kind="observation")[:, 1:].tolist() == [[0.0, 1.0]] * 5


def test_a_table_of_several_fits(logit: Fit, theirs: Any) -> None:
    small, none = (lossproof.fit(logit.model, X[:, :d], CLASSES) for d in (1, 0))
    table = logit.compare(small, none, names=["both", "one", "none"])
    assert [row.parameters for row in table.rows] == [3, 2, 1]
    assert (table.rows[0].aic, table.rows[0].bic) == (pytest.approx(theirs.aic), pytest.approx(theirs.bic))
    shares = np.exp(-np.array([row.aic for row in table.rows]) / 2)
    assert [row.share for row in table.rows] == pytest.approx((shares / shares.sum()).tolist())
    assert [(small, large, test.df) for small, large, test in table.ratios] == [("none", "one", 1), ("one", "both", 1)]
    assert "(none in one)" in str(table)
    with pytest.raises(CallerError, match="names: 2 were given for 3 fits"):
        logit.compare(small, none, names=["a", "b"])


def test_drawings_show_what_they_are_called(nb2: Fit, logit: Fit) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot", reason="matplotlib is not installed")
    pyplot.switch_backend("Agg")
    (points,) = nb2.plot("residuals", residual="pearson").collections
    assert np.asarray(points.get_offsets())[:, 1] == pytest.approx(nb2.residuals())
    (points,) = nb2.plot("quantiles", seed=3).collections
    assert np.asarray(points.get_offsets())[:, 1] == pytest.approx(np.sort(nb2.residuals("quantile", 3)))
    line = logit.plot("profile", name="x1").lines[0]
    assert (line.get_xdata()[0], line.get_ydata()[0]) == pytest.approx((logit.profile("x1", 0.99)[0], 6.6349), rel=1e-4)
    line = logit.plot("effects", name="x2").lines[0]
    ends = np.column_stack([np.full(2, X[:, 0].mean()), [X[:, 1].min(), X[:, 1].max()]])
    assert line.get_ydata()[[0, -1]] == pytest.approx(logit.predict(ends))
    assert nb2.plot("effects", name="x1").lines[0].get_ydata()[0] < nb2.predict(X[[X[:, 0].argmax()]])[0]
    for wrong, sentence in (({"name": "x9"}, "'x9' was given; there are x1, x2"), ({"seed": 1}, "takes no seed")):
        with pytest.raises(CallerError, match=sentence):
            logit.plot("effects", **wrong)
    pyplot.close("all")


def test_two_fits_side_by_side(logit: Fit, theirs: Any) -> None:
    small = lossproof.fit(logit.model, X[:, :1], CLASSES)
    side = logit.compare(small)
    assert side.ratio.statistic == pytest.approx(logit.test("x2", kind="lr").statistic, rel=1e-8)
    assert (side.rows[0][3], side.rows[0][4]) == pytest.approx((theirs.aic, theirs.bic), rel=1e-10)
    assert "lr: chi2(1)" in str(side)
    with pytest.raises(DataError, match="it has 60 rows"):
        logit.compare(lossproof.fit(logit.model, X[:60], CLASSES[:60]))


def test_what_cannot_be_said_is_refused(logit: Fit, ols: Fit, tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="'quantile'"):
        logit.residuals("working")
    with pytest.raises(CallerError, match="'mean', 'observation'"):
        logit.interval(X, kind="median")
    for wrong in ({"kind": "HC9"}, {"groups": [1, 2]}, {"groups": np.ones(M)}):
        with pytest.raises((CallerError, DataError), match=r"kind: 'HC9'|2 labels|all rows are of one group"):
            logit.covariance(**wrong)
    with pytest.raises(DataError, match="'x9' is no parameter; there are x1, x2, intercept"):
        logit.test("x9")
    with pytest.raises(CallerError, match="has none; use kind='wald'"):
        ols.profile("x1")
    logit.save(tmp_path / "fit.json")
    with pytest.raises(DataError, match="its rows are not at hand"):
        lossproof.load_fit(tmp_path / "fit.json").residuals()
    moved = X.copy()
    fit = lossproof.fit(logit.model, moved, CLASSES)
    moved += 1.0
    with pytest.raises(DataError, match="the arrays were changed since"):
        fit.covariance("HC0")


def test_few_rows_are_kept_and_many_only_as_long_as_their_owner_keeps_them() -> None:
    few, many = held(X.copy(), True), held(X.copy(), False)
    assert few().shape == X.shape
    assert many() is GONE
    assert held(CLASSES, False)() is CLASSES
