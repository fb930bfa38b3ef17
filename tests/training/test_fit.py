"""A fit finds the minimum to its last digits, says how sure it is, and why it stopped."""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import lossproof
from lossproof.chapters import chapters
from lossproof.errors import CallerError, DataError
from lossproof.lowering import objective
from lossproof.training import Outcome, fit
from lossproof.training.minimise.factor import factorise

CHAPTERS = {
    ("binomial", "logit"): "logistic_regression",
    ("binomial", "probit"): "probit_regression",
    ("binomial", "cloglog"): "cloglog_regression",
    ("poisson", "log"): "poisson_regression",
    ("Gamma", "inverse"): "gamma_regression_inverse",
    ("Gamma", "log"): "gamma_regression",
}
PUBLISHED = {
    "logistic_regression": [
        "ucla_admissions",
        "challenger_oring_count",
        "beetles",
        "infert",
        "pima_tr",
        "nodal",
        "mtcars_am_wt",
        "saheart_esl",
        "biopsy",
        "lbw_stata",
    ],
    "cloglog_regression": ["beetles_cloglog"],
    "probit_regression": ["beetles_probit", "spector_probit"],
    "poisson_regression": [
        "insectsprays",
        "insurance_offset",
        "cpunish",
        "ucla_awards",
        "doll_hill_offset",
        "affairs_poisson",
        "prussian_horsekick",
    ],
    "gamma_regression_inverse": ["clotting_lot1", "clotting_lot2"],
    "gamma_regression": ["cancer_log"],
}
"""Chapter -> the published data sets of its model; those whose chapter is written are fitted."""
FITTED = {name: chapter for chapter in chapters() for name in PUBLISHED.get(chapter, ())}


@pytest.fixture(scope="session")
def published(given_json):
    return {row["name"]: row for row in given_json("glm_given.json")["glm"]}


def test_the_table_of_published_sets_is_complete(published):
    table = {name: chapter for chapter, names in PUBLISHED.items() for name in names}
    assert table == {name: CHAPTERS[row["family"], row["link"]] for name, row in published.items()}
    assert FITTED


@pytest.mark.parametrize("intercept", [True, False], ids=["intercept", "as given"])
@pytest.mark.parametrize("name", FITTED)
def test_published_sets_agree_to_ten_digits_at_default_settings(published, given_table, digits, name, intercept):
    """Coefficients, standard errors, log-likelihood and deviance against exact values (30 digits)."""
    row = published[name]
    loss, table = lossproof.load(FITTED[name]).loss, given_table(row["csv"])
    columns = [c for c in row["columns"] if c != "const"] if intercept else row["columns"]
    order = [row["columns"].index(c) for c in ([*columns, "const"] if intercept else columns)]
    trials = table["n"] if "n" in table.names else None
    y = table["y"] if trials is None else table["y"] / trials
    offset = table["offset"] if row["has_offset"] else None
    found = fit(
        loss, np.column_stack([table[c] for c in columns]), y, weights=trials, offset=offset, intercept=intercept
    )
    assert found.converged
    assert digits(found.params, [row["exact_coef_30d"][j] for j in order]) >= 10
    assert digits(found.standard_errors, [row["exact_se_30d"][j] for j in order]) >= 10
    if row["family"] == "binomial":
        assert digits(found.loglik, row["exact_loglik_kernel_30d"]) >= 12
        assert digits(found.deviance, row["exact_deviance_30d"]) >= 12


@pytest.mark.parametrize(
    ("name", "least"),
    [("Longley", 12), ("Norris", 12), ("Pontius", 12), ("Filip", 6.5), ("Wampler1", 9), ("Wampler2", 12),
     ("Wampler3", 9), ("Wampler4", 9), ("Wampler5", 8), ("NoInt1", 13), ("NoInt2", 13)],
)  # fmt: skip
def test_columns_that_nearly_depend_on_each_other_keep_their_digits(squares, given_json, digits, name, least):
    """NIST StRD, linear: R's lm and most programs find 0 to 7 digits of Filip (condition 1e15)."""
    (row,) = [row for row in given_json("nist_linear_given.json") if row["name"] == name]
    data = np.array(row["data"], dtype=float)
    intercept = "powers 1..1" not in row["design"]
    powers = range(1, row["p"] + (0 if intercept else 1))
    X = data[:, 1:] if "powers" not in row["design"] else np.column_stack([data[:, 1] ** k for k in powers])
    found = fit(squares, X, data[:, 0], intercept=intercept)
    exact = row["recomputed_30d"]
    assert (found.converged, found.rank) == (True, row["p"])
    assert digits(found.params, [*exact[1:], exact[0]] if intercept else exact) >= least


def test_a_derivative_that_is_slightly_off_would_be_noticed(published, given_table, digits, logistic):
    """The ten digits are a check that can fail: a slope off by 0.05 % loses them."""
    from dataclasses import replace

    row = published["mtcars_am_wt"]
    table = given_table(row["csv"])
    wrong = replace(logistic, slope=logistic.slope + logistic.predictors[0] / 2000, digest="planted", unchecked=True)
    found = fit(wrong, table["wt"][:, None], table["y"])
    assert digits(found.params, row["exact_coef_30d"][::-1]) < 4


@pytest.mark.parametrize(("method", "tolerance"), [("newton", 1e-13), ("lbfgs", 1e-7), ("gd", 1e-4)])
def test_every_method_finds_the_same_minimum(logistic, clicks, method, tolerance):
    best = fit(logistic, *clicks, method="newton")
    found = fit(logistic, *clicks, method=method)
    assert found.converged
    assert found.method == method
    np.testing.assert_allclose(found.params, best.params, rtol=tolerance)
    np.testing.assert_allclose(found.standard_errors, best.standard_errors, rtol=tolerance)


def test_none_chooses_by_the_number_of_parameters_and_says_which(logistic, clicks):
    assert fit(logistic, *clicks).method == "newton"
    rng = np.random.default_rng(0)
    wide = fit(logistic, rng.normal(size=(80, 600)), rng.integers(0, 2, 80), ridge=1.0)
    assert (wide.method, wide.converged) == ("lbfgs", True)


def test_the_gradient_vanishes_at_the_answer(logistic, clicks):
    X, y = clicks
    found = fit(logistic, X, y)
    gradient = objective(logistic, np.column_stack([X, np.ones(len(X))]), y).value_and_gradient(found.params)[1]
    assert np.abs(gradient).max() < 1e-15


def test_the_answer_agrees_with_statsmodels(logistic, clicks):
    import statsmodels.api as sm

    X, y = clicks
    found = fit(logistic, X, y)
    other = sm.Logit(y, np.column_stack([X, np.ones(len(X))])).fit(disp=0, tol=1e-14, maxiter=200)
    np.testing.assert_allclose(found.params, other.params, rtol=1e-9)
    np.testing.assert_allclose(found.standard_errors, other.bse, rtol=1e-8)
    np.testing.assert_allclose(found.p, other.pvalues, rtol=1e-6)
    np.testing.assert_allclose(found.confidence_intervals(), other.conf_int(), rtol=1e-7)
    np.testing.assert_allclose([found.loglik, found.aic], [other.llf, other.aic], rtol=1e-12)


def test_weights_count_rows(logistic, clicks):
    X, y = clicks
    counts = np.random.default_rng(1).integers(0, 4, len(y))
    weighted = fit(logistic, X, y, weights=counts)
    repeated = fit(logistic, np.repeat(X, counts, axis=0), np.repeat(y, counts))
    np.testing.assert_allclose(weighted.params, repeated.params, rtol=1e-12)
    np.testing.assert_allclose(weighted.standard_errors, repeated.standard_errors, rtol=1e-12)
    assert weighted.loglik == pytest.approx(repeated.loglik, rel=1e-13)


def test_proportions_with_trials_are_the_single_throws(logistic):
    x, hits, trials = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 3, 4, 9]), np.array([10, 10, 8, 10])
    grouped = fit(logistic, x[:, None], hits / trials, weights=trials)
    X = np.repeat(x, trials)
    y = np.concatenate([np.arange(n) < k for k, n in zip(hits, trials, strict=True)])
    single = fit(logistic, X[:, None], y)
    np.testing.assert_allclose(grouped.params, single.params, rtol=1e-12)
    np.testing.assert_allclose(grouped.standard_errors, single.standard_errors, rtol=1e-12)


def test_an_offset_is_a_feature_with_coefficient_one(logistic, clicks):
    X, y = clicks
    free = fit(logistic, X, y)
    held = fit(logistic, X[:, :2], y, offset=free.params[2] * X[:, 2])
    np.testing.assert_allclose(held.params, free.params[[0, 1, 3]], rtol=1e-10)


def test_the_ridge_shrinks_coefficients_and_leaves_the_intercept_alone(logistic, clicks):
    X, y = clicks
    X = X + 50.0
    ridge = 0.1
    found = fit(logistic, X, y, ridge=ridge)
    residual = expit(X @ found.params[:-1] + found.params[-1]) - y
    np.testing.assert_allclose(X.T @ residual / len(y), -ridge * found.params[:-1], atol=1e-11)
    assert abs(residual.mean()) < 1e-13
    plain = objective(logistic, np.column_stack([X, np.ones(len(X))]), y).value(found.params)
    assert found.loss == pytest.approx(plain, rel=1e-12)


def test_a_start_is_in_the_order_of_names(logistic, clicks):
    best = fit(logistic, *clicks)
    again = fit(logistic, *clicks, start=best.params)
    assert again.iterations <= 1
    np.testing.assert_allclose(again.params, best.params, rtol=1e-13)


def test_history_has_an_entry_an_update_and_the_loss_falls(logistic, clicks):
    found = fit(logistic, *clicks)
    assert [entry["iteration"] for entry in found.history] == list(range(found.iterations))
    losses = [entry["loss"] for entry in found.history]
    assert all(after <= before * (1 + 1e-15) for before, after in pairwise(losses))
    assert losses[-1] == found.loss


def test_the_iterations_may_run_out_and_it_says_so(logistic, clicks):
    found = fit(logistic, *clicks, max_iterations=2)
    assert (found.converged, found.iterations, found.outcome) == (False, 2, Outcome.ITERATIONS)
    assert "2 were done" in found.reason
    assert np.isnan(found.standard_errors).all()


def test_a_callback_sees_the_parameters_and_may_stop_the_work(logistic, clicks):
    seen = []

    def callback(entry):
        seen.append(entry["params"])
        return len(seen) == 3

    for method in ("newton", "lbfgs", "gd"):
        seen.clear()
        found = fit(logistic, *clicks, method=method, callback=callback)
        assert (found.outcome, found.iterations) == (Outcome.STOPPED, 3)
        np.testing.assert_array_equal(found.params, seen[-1])


@pytest.mark.parametrize("method", ["newton", "lbfgs", "gd"])
def test_an_interruption_hands_back_the_best_point_so_far(logistic, clicks, method):
    def interrupt(entry):
        if entry["iteration"] == 2:
            raise KeyboardInterrupt

    found = fit(logistic, *clicks, method=method, callback=interrupt)
    assert found.outcome is Outcome.INTERRUPTED
    assert not found.converged
    assert "interrupted" in found.reason
    assert found.loss == pytest.approx(min(entry["loss"] for entry in found.history))


@pytest.mark.parametrize("method", ["newton", "lbfgs", "gd"])
def test_separated_data_are_reported_with_the_features(logistic, clicks, method):
    X, _ = clicks
    frame = pd.DataFrame(X, columns=["height", "width", "depth"])
    found = fit(logistic, frame, (X[:, 1] > 0.2).astype(float), method=method)
    assert not found.converged
    assert found.separation.kind == "complete"
    assert found.separation.features == ("width",)
    assert "width" in found.reason
    assert "ridge" in found.reason
    assert np.isfinite(found.params).all()


def test_quasi_separation_is_told_from_complete(logistic, clicks):
    X, y = clicks
    rare = (np.arange(len(y)) < 7).astype(float)
    found = fit(logistic, np.column_stack([X, rare]), np.where(rare == 1, 1.0, y))
    assert (found.separation.kind, found.separation.features) == ("quasi", ("x4",))


def test_a_ridge_has_a_finite_answer_on_separated_data(logistic, clicks):
    X, _ = clicks
    found = fit(logistic, X, (X[:, 1] > 0.2).astype(float), ridge=1e-3)
    assert found.converged
    assert found.separation is None


def test_a_ridge_does_not_hold_the_intercept_of_a_single_class(logistic, clicks):
    found = fit(logistic, clicks[0], np.ones(400), ridge=1.0)
    assert (found.converged, found.separation.features) == (False, ("intercept",))


def test_dependent_columns_give_a_minimum_that_is_said_not_to_be_unique(logistic, clicks):
    X, y = clicks
    best = fit(logistic, X, y)
    found = fit(logistic, np.column_stack([X, X[:, 0] - 2 * X[:, 1]]), y)
    assert found.converged
    assert found.outcome is Outcome.NOT_UNIQUE
    assert "rank is 4 of 5" in found.reason
    assert found.loss == pytest.approx(best.loss, rel=1e-14)
    np.testing.assert_allclose(found.predict(np.column_stack([X, X[:, 0] - 2 * X[:, 1]])), best.predict(X), rtol=1e-9)


def test_a_parameter_that_the_data_determine_keeps_its_standard_error(logistic, clicks):
    X, y = clicks
    best = fit(logistic, X, y)
    found = fit(logistic, np.column_stack([X, X[:, 0] - 2 * X[:, 1]]), y)
    assert np.isnan(found.standard_errors).tolist() == [True, True, False, True, False]
    np.testing.assert_allclose(found.standard_errors[[2, 4]], best.standard_errors[[2, 3]], rtol=1e-9)


def test_a_fit_pickles(logistic, clicks):
    found = fit(logistic, *clicks)
    again = pickle.loads(pickle.dumps(found))
    assert again.summary() == found.summary()
    np.testing.assert_array_equal(again.predict(clicks[0]), found.predict(clicks[0]))


def test_the_summary_shows_the_table_and_what_it_rests_on(logistic, clicks):
    text = fit(logistic, *clicks).summary()
    assert "x2" in text
    assert "intercept" in text
    assert "converged after" in text
    assert "observed information" in text


def test_predictions_come_from_the_loss_itself(logistic, clicks):
    X, y = clicks
    found = fit(logistic, X, y)
    np.testing.assert_allclose(found.predict(X), expit(X @ found.params[:-1] + found.params[-1]), rtol=1e-14)


def test_frames_keep_their_names_and_their_order_is_checked(logistic, clicks):
    X, y = clicks
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    found = fit(logistic, frame, y)
    assert found.names == ("a", "b", "c", "intercept")
    np.testing.assert_allclose(found.predict(frame), found.predict(X), rtol=1e-14)
    with pytest.raises(DataError, match="the columns come in another order"):
        found.predict(frame[["c", "b", "a"]])
    with pytest.raises(DataError, match="2 columns were given; the fit has 3"):
        found.predict(X[:, :2])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"method": "sgd"}, "method: 'sgd' was given; known are 'newton', 'lbfgs', 'gd'"),
        ({"rate": 0.1}, 'only method="gd" has a rate'),
        ({"method": "gd", "rate": -1.0}, "rate: -1.0 was given"),
        ({"ridge": -1.0}, "ridge: -1.0 was given"),
        ({"ridge": float("nan")}, "ridge: nan was given"),
        ({"tolerance": 2.0}, "tolerance: 2.0 was given"),
        ({"max_iterations": 1.5}, "max_iterations: 1.5 was given"),
        ({"start": [1.0]}, "4 finite numbers are needed, for x1, x2, x3, intercept"),
        ({"weights": -np.ones(400)}, "a weight counts samples and is not negative"),
        ({"weights": np.ones(3)}, "weights: shape"),
        ({"offset": np.ones((400, 2))}, "offset: shape"),
        ({"names": ["a", "a", "b"]}, "3 different names are needed"),
    ],
)
def test_a_bad_argument_gets_a_sentence_that_names_it(logistic, clicks, options, sentence):
    with pytest.raises(CallerError, match=sentence):
        fit(logistic, *clicks, **options)


def test_progress_goes_to_the_error_stream_and_only_where_wanted(logistic, clicks, capfd):
    fit(logistic, *clicks)
    assert capfd.readouterr() == ("", "")
    fit(logistic, *clicks, progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "newton" in err


def test_the_solver_decides_on_the_rank_free_of_units():
    rng = np.random.default_rng(3)
    A = rng.normal(size=(30, 4))
    units = np.diag([1e-6, 1.0, 1e5, 1e9])
    full = factorise(units @ A.T @ A @ units)
    short = factorise(units @ np.diag([1, 1, 1, 0]) @ A.T @ A @ np.diag([1, 1, 1, 0]) @ units)
    assert (full.rank, full.positive, short.rank) == (4, True, 3)
    inverse = np.linalg.inv(A.T @ A) / np.outer(np.diag(units), np.diag(units))
    np.testing.assert_allclose(full.inverse, inverse, rtol=1e-11)


def test_a_saddle_is_not_called_a_minimum():
    assert not factorise(np.diag([1.0, -1.0])).positive


def test_plots_show_the_curve_the_boundary_and_the_calibration(logistic, clicks):
    import matplotlib as mpl

    mpl.use("Agg")
    X, y = clicks
    two, all_three = fit(logistic, X[:, :2], y), fit(logistic, X, y)
    assert two.plot().get_xlabel() == "iteration"
    assert two.plot("boundary", X=X[:, :2], y=y).get_ylabel() == "x2"
    assert all_three.plot("calibration", X=X, y=y).get_title() == "calibration"
    for bad, sentence in (({"kind": "pie"}, "known are"), ({"kind": "boundary"}, "give X and y")):
        with pytest.raises(CallerError, match=sentence):
            two.plot(**bad)
    with pytest.raises(CallerError, match="two are needed"):
        all_three.plot("boundary", X=X, y=y)
    mpl.pyplot.close("all")
