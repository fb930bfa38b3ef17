"""Likelihoods that a user writes: several predictors with designs of their own, parameters without features.

The exact figures are those of `custom_likelihoods_given.json`; statsmodels and generated data are other witnesses.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sympy

import lossproof
from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss, standing
from lossproof.training.minimise.solution import Limits, Outcome, silent
from lossproof.training.rows.asked import asked
from lossproof.training.several import rows_loss
from lossproof.training.several.fit_several import make_work
from lossproof.training.several.scales import Scales
from lossproof.training.several.trust_region import Symmetric, minimise

U, S = sympy.symbols("u s", real=True)
Y, COUNT, T, D = sympy.Symbol("y", real=True), sympy.Symbol("y", nonnegative=True), sympy.Symbol("t", positive=True), \
    sympy.Symbol("d", real=True)  # fmt: skip
THETA = sympy.Symbol("theta", positive=True)


def written(
    name: str, by: tuple[sympy.Symbol, ...], target: sympy.Symbol, where: str, loglik: Any, **more: Any
) -> Loss:
    value = -loglik
    slopes: Any = tuple(sympy.diff(value, each) for each in by)
    curvatures: Any = tuple(tuple(sympy.diff(slope, each) for each in by) for slope in slopes)
    if len(by) == 1:
        slopes, curvatures = slopes[0], curvatures[0][0]
    return Loss(name, by, target, where, value, slopes, curvatures, unchecked=True, **more)


def nb2() -> Loss:
    log, gamma = sympy.log, sympy.loggamma
    kernel = gamma(COUNT + THETA) - gamma(THETA) - gamma(COUNT + 1) + THETA * log(THETA) + COUNT * U
    loglik = kernel - (THETA + COUNT) * log(THETA + sympy.exp(U))
    return written("nb2", (U, THETA), COUNT, "y integer >= 0; theta > 0", loglik, parameters=("theta",))


def weibull() -> Loss:
    z = (sympy.log(T) - U) * sympy.exp(-S)
    loglik = D * (z - S - sympy.log(T)) - sympy.exp(z)
    return written("weibull", (U, S), T, "t > 0; d in {0, 1}", loglik, columns=(D,), parameters=("s",))


def student() -> Loss:
    half = sympy.Rational(5, 2)
    inner = sympy.log(1 + ((Y - U) * sympy.exp(-S)) ** 2 / 4)
    loglik = sympy.loggamma(half) - sympy.loggamma(2) - sympy.log(4 * sympy.pi) / 2 - S - half * inner
    return written("t4", (U, S), Y, "y real", loglik, parameters=("s",))


GIVEN = {
    "nb2_quine": (nb2, ("x1", "x2", "x3", "x4", "x5", "x6"), {"y": "y"}),
    "weibull_ovarian": (weibull, ("age", "ecog"), {"t": "t", "d": "d"}),
    "t4_stackloss": (student, ("a", "w", "c"), {"y": "y"}),
}


@pytest.fixture(scope="session")
def counts() -> Loss:
    return nb2()


@pytest.fixture(scope="session")
def survival() -> Loss:
    return weibull()


def digits(computed: np.ndarray, exact: list[str]) -> float:
    true = np.array(exact, dtype=np.longdouble)
    return float(-np.log10(np.max(np.abs((computed - true) / true)) + 1e-18))


def table(path: Path) -> pd.DataFrame:
    with path.open(newline="") as file:
        return pd.DataFrame(list(csv.DictReader(file))).astype(float)


@pytest.mark.parametrize("name", GIVEN)
def test_given_likelihoods_to_twelve_digits(name: str, reference_data: Path) -> None:
    cases = json.loads((reference_data / "custom_likelihoods_given.json").read_text())
    case = next(each for each in cases if each["name"] == name)
    make, features, observed = GIVEN[name]
    frame = table(reference_data / case["csv"])
    fit = lossproof.fit(make(), {"u": frame[list(features)]}, {mine: frame[own] for mine, own in observed.items()})
    order = [*range(1, len(features) + 1), 0, len(features) + 1]  # theirs has the intercept first
    assert fit.converged
    assert digits(fit.params, [case["exact_par_25d"][k] for k in order]) > 12
    assert digits(fit.standard_errors, [case["exact_se_observed_info_25d"][k] for k in order]) > 12
    assert fit.loglik == pytest.approx(float(case["exact_loglik_25d"]), rel=1e-13)
    assert fit.names[-2:] == ("u: intercept", {"nb2": "theta"}.get(fit.model.name, "s"))


def test_counts_without_extra_spread_are_not_said_to_have_converged(counts: Loss) -> None:
    """Poisson counts that spread less than their mean: the likelihood rises with theta for ever."""
    y = np.array([3, 4, 3, 5, 4, 3, 4, 4, 5, 3] * 5)
    fit = lossproof.fit(counts, None, y)
    assert not fit.converged
    assert "the likelihood may have no maximum: theta is" in fit.reason
    assert np.isnan(fit.standard_errors).all()


def test_a_start_far_off_and_one_by_name_end_at_the_same_place(survival: Loss) -> None:
    random = np.random.default_rng(3)
    x, d = random.normal(size=(60, 1)), np.ones(60)
    t = np.exp(1.5 + 0.7 * x[:, 0] + 0.4 * np.log(random.exponential(size=60)))
    near = lossproof.fit(survival, x, {"t": t, "d": d})
    far = lossproof.fit(survival, x, {"t": t, "d": d}, start={"u: x1": -3.0, "u: intercept": 9.0, "s": 2.0})
    assert near.converged
    assert far.converged
    assert far.params == pytest.approx(near.params, rel=1e-12)
    assert near.params == pytest.approx([0.7, 1.5, np.log(0.4)], abs=0.3)


def test_weights_count_rows_and_an_offset_moves_a_predictor(survival: Loss) -> None:
    random = np.random.default_rng(4)
    x, t, d = random.normal(size=(30, 2)), random.exponential(size=30), np.tile([1.0, 1.0, 0.0], 10)
    twice = {"t": np.append(t, t[:5]), "d": np.append(d, d[:5])}
    weights = np.ones(30)
    weights[:5] = 2
    weighted = lossproof.fit(survival, {"u": x}, {"t": t, "d": d}, weights=weights)
    repeated = lossproof.fit(survival, {"u": np.vstack([x, x[:5]])}, twice)
    assert weighted.params == pytest.approx(repeated.params, rel=1e-11)
    assert weighted.standard_errors == pytest.approx(repeated.standard_errors, rel=1e-11)
    moved = lossproof.fit(survival, {"u": x}, {"t": t, "d": d}, weights=weights, offset=x[:, 0])
    assert moved.params - weighted.params == pytest.approx([-1, 0, 0, 0], abs=1e-9)


def test_every_predictor_may_have_a_design(counts: Loss) -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(400, 1))
    y = random.negative_binomial(3.0, 3.0 / (3.0 + np.exp(1 + 0.5 * x[:, 0])))
    fit = lossproof.fit(counts, {"u": pd.DataFrame({"dose": x[:, 0]}), "theta": np.ones((400, 1))}, y, intercept=False)
    assert fit.names == ("u: dose", "theta: x1")
    both = lossproof.fit(counts, {"u": x, "theta": None}, y)
    assert both.names == ("u: x1", "u: intercept", "theta")
    u = both.linear_predictor({"u": x[:3]})
    assert u.shape == (3, 2)
    assert u[:, 1] == pytest.approx([both.params[2]] * 3)


def test_a_fit_is_saved_with_its_designs(counts: Loss, tmp_path: Path) -> None:
    y = np.random.default_rng(6).negative_binomial(2, 0.3, 80)
    fit = lossproof.fit(counts, {"u": np.linspace(0, 1, 80)[:, None]}, y)
    fit.save(tmp_path / "fit.json")
    again = lossproof.load_fit(tmp_path / "fit.json")
    assert again.names == fit.names
    assert np.array_equal(again.params, fit.params)
    assert again.designs == fit.designs
    assert np.array_equal(again.linear_predictor([[0.5]]), fit.linear_predictor([[0.5]]))


def test_what_cannot_be_fitted_is_refused(counts: Loss, survival: Loss) -> None:
    y = np.arange(10)
    for X, data, said in (
        ({"v": np.ones((10, 1))}, y, "a design for v was given; the predictors are u, theta"),
        ({"theta": None}, y, "no design for u was given"),
        ({"u": np.ones((9, 1))}, y, "different numbers of rows: u 9, theta 10"),
        ({"u": [[np.nan]] * 10}, y, "the value nan stands in row 0"),
        (None, y - 1, "must be a whole number at least 0"),
    ):
        with pytest.raises(DataError, match=said):
            lossproof.fit(counts, X, data)
    with pytest.raises(DataError, match=r"d: the value 2.0 stands in row 1 .*; d must be one of 0, 1"):
        lossproof.fit(survival, None, {"t": [1.0, 2.0], "d": [1, 2]})
    with pytest.raises(DataError, match="start: theta lies outside of its domain"):
        lossproof.fit(counts, None, y, start=[0.0, -1.0])
    with pytest.raises(CallerError, match="it is 'newton'"):
        lossproof.fit(counts, None, y, method="lbfgs")


def test_a_formula_makes_the_designs(counts: Loss) -> None:
    random = np.random.default_rng(8)
    frame = pd.DataFrame({"n": random.poisson(4.0, 90) + random.poisson(1, 90) * 3, "dose": random.uniform(1, 9, 90)})
    frame["group"] = np.tile(["a", "b", "c"], 30)
    fit = lossproof.fit(counts, frame, formula="n ~ log(dose) + C(group)")
    assert fit.names == (
        "u: log(dose)", "u: C(group)[T.b]", "u: C(group)[T.c]", "u: intercept", "theta",
    )  # fmt: skip
    by_hand = np.column_stack([np.log(frame["dose"]), frame["group"] == "b", frame["group"] == "c"])
    assert fit.params == pytest.approx(lossproof.fit(counts, {"u": by_hand}, frame["n"]).params, rel=1e-9)
    assert fit.linear_predictor(frame[:4])[:, 0] == pytest.approx(by_hand[:4] @ fit.params[:3] + fit.params[3])
    one = written("poisson", (U,), COUNT, "y integer >= 0", COUNT * U - sympy.exp(U))
    plain = asked(one, frame, None, None, None, None, True, "n ~ log(dose) + C(group) - 1")
    assert (plain.names[0], plain.intercept, plain.X.shape) == ("log(dose)", False, (90, 4))
    assert np.array_equal(plain.y, frame["n"])


def test_intervals_take_rows_as_the_formula_did() -> None:
    random = np.random.default_rng(9)
    frame = pd.DataFrame({"n": random.poisson(4.0, 60), "dose": random.uniform(1, 9, 60), "group": ["a", "b"] * 30})
    loss = lossproof.load("poisson_regression").loss
    fit = lossproof.fit(loss, frame, formula="n ~ log(dose) + C(group)")
    by_hand = np.column_stack([np.log(frame["dose"]), frame["group"] == "b"])
    plain = lossproof.fit(loss, by_hand, frame["n"])
    new = frame[:5].drop(columns="n")
    for kind in ("mean", "observation"):
        assert fit.interval(new, kind=kind) == pytest.approx(plain.interval(by_hand[:5], kind=kind), rel=1e-8)


def test_a_formula_drops_nothing_silently(counts: Loss) -> None:
    frame = pd.DataFrame({"n": [1, 2, 3, 4], "x": [1.0, None, 2.0, 3.0], "g": list("abab"), "when": ["2024-01-01"] * 4})
    frame["when"] = pd.to_datetime(frame["when"])
    for formula, said in (
        ("n ~ x", "column 'x' is missing in row 1"),
        ("n ~ g", r"column 'g' holds text; write C\(g\)"),
        ("n ~ when", "column 'when' holds dates"),
        ("n ~ nowhere", "formula: "),
        ("~ C(g)", "the formula has no left side"),
    ):
        with pytest.raises(DataError, match=said):
            lossproof.fit(counts, frame, formula=formula)
    with pytest.raises(CallerError, match="cannot be read"):
        lossproof.fit(counts, frame, formula="n ~ x +* 3")


def test_the_trust_region_leaves_a_saddle_and_never_calls_it_a_minimum() -> None:
    def f(v: np.ndarray) -> tuple[float, np.ndarray, Symmetric]:
        x, y = v
        value = (x**2 - 1) ** 2 + y**2
        return value, np.array([4 * x * (x**2 - 1), 2 * y]), Symmetric(np.diag([12 * x**2 - 4, 2.0]))

    def far(v: np.ndarray, s: np.ndarray, variances: np.ndarray) -> float:
        return float(np.abs(s).max())

    found = minimise(f, np.array([0.0, 3.0]), far, Limits(100, 0.0), silent)
    assert found.outcome is Outcome.DIGITS
    assert abs(found.state.v[0]) == pytest.approx(1.0, abs=1e-12)


def test_bounded_parameters_come_back_from_their_scale() -> None:
    scales = Scales(np.array([0.0, -np.inf, 1.0, -np.inf]), np.array([np.inf, 5.0, 2.0, np.inf]))
    t = np.array([3.0, 4.5, 1.25, -7.0])
    v = scales.inner(t)
    assert scales.outer(v)[0] == pytest.approx(t, rel=1e-15)
    for order in (0, 1):
        step = 1e-6
        change = (scales.outer(v + step)[order] - scales.outer(v - step)[order]) / (2 * step)
        assert scales.outer(v)[order + 1] == pytest.approx(change, abs=1e-8)


@pytest.mark.parametrize(("centre", "converged"), [(0.0, True), (1e3, True), (1e5, False)])
def test_a_fit_whose_loss_cancels_does_not_call_itself_converged(centre: float, converged: bool) -> None:
    """(y - u)^2 opened loses 10 digits at 10^5: the scale is wrong in its fifth, and the minimum looks like one."""
    opened = written("opened", (U, S), Y, "y real", -(S + (Y**2 - 2 * U * Y + U**2) * sympy.exp(-2 * S) / 2))
    y = centre + np.random.default_rng(1).normal(size=200)
    fit = lossproof.fit(opened, {"u": None, "s": None}, y)
    assert fit.converged is converged
    assert converged == (abs(fit.params[1] - np.log(y.std())) < 1e-8)
    assert ("cancels too many digits" in fit.reason) is not converged
    assert ("of row" in fit.reason) is not converged


def test_rows_in_blocks_sum_to_what_they_are_as_one(counts: Loss, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(11)
    x, y = random.normal(size=(300, 2)), random.poisson(3.0, 300)
    weights, t = random.uniform(0.5, 2.0, 300), np.array([0.2, -0.1, 1.0, 2.0])
    whole = make_work(counts, {"u": x}, y, weights, x[:, 0], 0.1, True).rows
    assert len(whole._blocks) == 1
    monkeypatch.setattr(rows_loss, "BLOCK", 64)
    parts = make_work(counts, {"u": x}, y, weights, x[:, 0], 0.1, True).rows
    assert len(parts._blocks) == 5
    for one, other in zip(whole.at(t), parts.at(t), strict=True):
        assert other == pytest.approx(one, rel=1e-13)


def test_a_refit_does_not_work_out_again_where_predictors_may_lie(
    counts: Loss, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(4)
    X, y = random.normal(size=(60, 1)), random.negative_binomial(2, 0.4, 60).astype(float)
    first = lossproof.fit(counts, {"u": X, "theta": None}, {"y": y})

    def asked(*_: Any) -> Any:
        raise AssertionError("worked out again")

    monkeypatch.setattr(standing, "domain_of", asked)
    assert lossproof.fit(counts, {"u": X, "theta": None}, {"y": y}).params.tolist() == first.params.tolist()
