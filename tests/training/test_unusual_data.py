"""Many rows of which a sample tells the wrong story: the answer is that of all rows, or says that there is none."""

from __future__ import annotations

import functools
import itertools
import operator
import pickle
from typing import Any

import numpy as np
import pytest

import lossproof
from lossproof.lowering import Loss, objective
from lossproof.training.certainty.inference import Pending
from lossproof.training.minimise.problem import Penalised
from lossproof.training.minimise.start import best_constant
from lossproof.training.rows.data import ArrayData
from lossproof.training.rows.survey import survey, thinned

ROWS = 60_000


@pytest.fixture(scope="module")
def usual() -> tuple[Any, Any]:
    random = np.random.default_rng(0)
    X = random.normal(size=(ROWS, 4))
    return X, (random.random(ROWS) < 1 / (1 + np.exp(-X @ [1.0, -1.0, 0.5, 0.0] - 0.3))).astype(float)


def by_newton(loss: Loss, X: Any, y: Any, **options: Any) -> Any:
    """The way that uses no sample: Newton's method from zero."""
    return lossproof.fit(loss, X, y, start=np.zeros(X.shape[1] + 1), **options).params


def assert_same(found: Any, params: Any) -> None:
    assert found.converged
    np.testing.assert_allclose(found.params, params, rtol=0, atol=1e-9 * np.abs(params).max())


@pytest.mark.parametrize("seed", range(6))
def test_rare_hits_that_no_sample_holds(logistic: Loss, seed: int) -> None:
    random = np.random.default_rng(seed)
    X = random.normal(size=(ROWS, 1))
    y = (random.random(ROWS) < np.exp(X[:, 0] - 8)).astype(float)
    assert_same(lossproof.fit(logistic, X, y), by_newton(logistic, X, y))


def test_a_constant_is_no_larger_than_the_sample_can_tell(logistic: Loss) -> None:
    """Without a hit in 1000 samples the chance is below about 1/1000, and not e^-1024."""
    rows = objective(logistic, np.ones((1000, 1)), np.zeros(1000))
    (b,) = best_constant(in_a_problem(rows), [0])
    assert -16 <= b <= -4


def in_a_problem(rows: Any) -> Any:
    return Penalised(rows, np.ones(1, dtype=bool), np.zeros(1))


def test_most_rows_without_weight(logistic: Loss, usual: Any) -> None:
    X, y = usual
    weights = np.zeros(ROWS)
    weights[np.random.default_rng(1).choice(ROWS, 400, replace=False)] = 1.0
    some = weights > 0
    assert_same(lossproof.fit(logistic, X, y, weights=weights), by_newton(logistic, X[some], y[some]))


@pytest.mark.parametrize("large", [1e6, 1e12])
def test_every_other_row_with_a_large_weight_and_without_the_feature(logistic: Loss, usual: Any, large: float) -> None:
    X, y = usual[0].copy(), usual[1]
    odd = np.arange(ROWS) % 2 == 1
    X[odd, 0] = 0
    weights = np.where(odd, large, 1.0)
    assert_same(lossproof.fit(logistic, X, y, weights=weights), by_newton(logistic, X, y, weights=weights))


def test_large_values_where_the_sample_looks_do_not_end_the_fit(logistic: Loss, usual: Any) -> None:
    """The sample's Hessian is a million times too large for the first feature: its steps are far too short."""
    X, y = usual[0].copy(), usual[1]
    rows = ArrayData(objective(logistic, np.arange(ROWS, dtype=float).reshape(-1, 1), y))
    seen = [rows.sample(about).X[:, 0].astype(int) for about in (1 << 10, 1 << 11, 1 << 13)]
    X[np.concatenate(seen), 0] *= 1e3
    assert_same(lossproof.fit(logistic, X, y), by_newton(logistic, X, y))


@pytest.mark.parametrize("tolerance", [None, 1e-3, 0.1])
@pytest.mark.parametrize("row", [0, 1, ROWS - 1])
def test_one_row_that_separates_is_found_at_any_tolerance(
    logistic: Loss, usual: Any, row: int, tolerance: float | None
) -> None:
    X, y = np.column_stack([usual[0], np.zeros(ROWS)]), usual[1].copy()
    X[row, -1], y[row] = 1.0, 1.0
    found = lossproof.fit(logistic, X, y, tolerance=tolerance)
    assert not found.converged
    assert found.separation is not None
    assert found.separation.features == ("x5",)


@pytest.mark.parametrize("offset", [700.0, -1e5])
def test_a_constant_offset_moves_the_intercept_alone(logistic: Loss, usual: Any, offset: float) -> None:
    X, y = usual
    plain = lossproof.fit(logistic, X, y)
    moved = lossproof.fit(logistic, X, y, offset=np.full(ROWS, offset))
    assert moved.converged
    np.testing.assert_allclose(moved.params[:-1], plain.params[:-1], rtol=1e-8, atol=1e-9)
    assert moved.params[-1] == pytest.approx(plain.params[-1] - offset, rel=1e-9)


def test_slopes_keep_their_digits_beside_a_large_intercept(squares: Loss, usual: Any) -> None:
    X, _ = usual
    y = X @ [1.0, 2.0, 3.0, 4.0] + 1e6 + np.random.default_rng(2).normal(size=ROWS)
    exact, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(ROWS)]), y - 1e6, rcond=None)
    found = lossproof.fit(squares, X, y)
    np.testing.assert_allclose(found.params[:-1], exact[:-1], rtol=0, atol=1e-9)


@pytest.fixture
def many() -> Any:
    """So many numbers that standard errors wait until they are asked for."""
    return np.random.default_rng(3).normal(size=(ROWS, 20))


def test_a_perfect_fit_has_standard_errors(squares: Loss, many: Any) -> None:
    """A loss of 0 is never the same twice in its digits."""
    found = lossproof.fit(squares, many, many @ np.arange(20.0) + 1)
    assert isinstance(found.known, Pending)
    assert np.isfinite(found.standard_errors).all()


def test_weights_that_were_rescaled_after_the_fit_are_refused(logistic: Loss, many: Any, usual: Any) -> None:
    weights = np.ones(ROWS)
    found = lossproof.fit(logistic, many, usual[1], weights=weights)
    weights *= 4
    with pytest.raises(lossproof.DataError, match="changed after the fit"):
        found.standard_errors  # noqa: B018


def test_a_fit_whose_data_were_changed_still_pickles(logistic: Loss, many: Any, usual: Any) -> None:
    found = lossproof.fit(logistic, many, usual[1])
    many[:] = 0
    again = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(again.params, found.params)
    assert np.isnan(again.standard_errors).all()
    for each in (found, again):
        assert "unknown; the arrays were changed" in each.summary()


def test_the_deviance_of_many_different_targets_is_that_of_squares(squares: Loss) -> None:
    X = np.random.default_rng(4).normal(size=(200_000, 2))
    y = X @ [1.0, 2.0] + np.random.default_rng(5).normal(size=200_000)
    found = lossproof.fit(squares, X, y)
    residuals = y - found.predict(X)
    assert found.deviance == pytest.approx(residuals @ residuals, rel=1e-9)


def test_columns_of_other_names_are_refused(logistic: Loss, clicks: Any) -> None:
    pandas = pytest.importorskip("pandas")
    X, y = clicks
    found = lossproof.fit(logistic, pandas.DataFrame(X, columns=["a", "b", "c"]), y)
    with pytest.raises(lossproof.DataError, match="knows no column zz"):
        found.predict(pandas.DataFrame(X, columns=["a", "b", "zz"]))


def test_a_loss_of_counts_is_no_classifier(clicks: Any) -> None:
    with pytest.raises(ValueError, match="poisson_regression is no loss of two classes"):
        lossproof.LossClassifier("poisson_regression").fit(*clicks)


def test_a_rate_that_is_too_large_is_named(logistic: Loss) -> None:
    poisson = lossproof.load("poisson_regression").loss
    X = np.arange(20.0).reshape(-1, 1)
    found = lossproof.fit(poisson, X, np.arange(20), method="gd", rate=5.0)
    assert not found.converged
    assert "the rate 5 is too large" in found.reason


def test_an_interruption_leaves_the_standard_errors_to_be_asked_again(
    logistic: Loss, many: Any, usual: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = lossproof.fit(logistic, many, usual[1])

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("lossproof.training.certainty.inference.certainty", interrupted)
        with pytest.raises(KeyboardInterrupt):
            found.standard_errors  # noqa: B018
    assert np.isfinite(found.standard_errors).all()


def test_who_stops_early_is_not_kept_waiting(logistic: Loss, usual: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a minimum exists takes exact arithmetic, which is not begun for a fit that was stopped."""

    def never(*_: Any) -> None:
        raise AssertionError("asked whether a minimum exists")

    monkeypatch.setattr("lossproof.training.existence.doubt._of_one_predictor", never)
    X, y = usual
    assert not lossproof.fit(logistic, X, y, callback=lambda entry: True).converged
    assert not lossproof.fit(logistic, X, y, max_iterations=1).converged


def test_a_start_where_the_loss_is_flat_is_no_minimum(logistic: Loss, usual: Any) -> None:
    """At -1000 every curvature is 0 as a float: there is nothing to step by, and nothing was reached."""
    X, y = usual
    found = lossproof.fit(logistic, X, y, start=[0, 0, 0, 0, -1000.0])
    assert not found.converged


def test_ctrl_c_while_a_sample_is_fitted_ends_the_fit_and_says_so(
    logistic: Loss, usual: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lossproof.training.minimise.newton.search", interrupted)
    fit = lossproof.fit(logistic, *usual)
    assert not fit.converged
    assert "interrupt" in fit.reason.lower()


@pytest.mark.parametrize(
    ("option", "value"),
    [("max_iterations", float("nan")), ("max_iterations", "a"), ("max_iterations", float("inf")),
     ("tolerance", "a"), ("tolerance", True), ("ridge", "a"), ("callback", 5), ("start", "a")],
)  # fmt: skip
def test_an_option_that_is_no_number_is_named(logistic: Loss, clicks: Any, option: str, value: Any) -> None:
    with pytest.raises(lossproof.LossproofError, match=f"^{option}: .* was given; "):
        lossproof.fit(logistic, *clicks, **{option: value})


def test_a_sample_has_no_period(logistic: Loss) -> None:
    """Rows in a fixed distance would all be of one kind where data repeat themselves."""
    kinds = np.arange(ROWS) % 12
    rows = objective(logistic, kinds.reshape(-1, 1).astype(float), np.zeros(ROWS))
    seen, counts = np.unique(thinned(rows, ROWS // 12).X, return_counts=True)
    assert seen.tolist() == list(range(12))
    assert counts.min() > ROWS / 12 / 12 * 0.7


def test_a_row_is_in_the_sample_as_often_as_it_has_weight(logistic: Loss) -> None:
    weights = np.array([0.0, 1.0, 2.0, 1e6, 0.0] * 1000)
    rows = objective(logistic, np.arange(5000.0).reshape(-1, 1), np.zeros(5000), weights)
    few = thinned(rows, 1000)
    assert few.weights.sum() == 1000
    assert set(few.X[:, 0].astype(int) % 5) == {3}
    even = thinned(objective(logistic, np.arange(5000.0).reshape(-1, 1), np.zeros(5000), np.ones(5000)), 1000)
    assert len(even.y) == 1000


def test_blocks_of_any_length_are_joined_with_weights_of_one_scale(logistic: Loss) -> None:
    """A short block comes whole, a long one thinned: each adds up to its share."""
    blocks = [objective(logistic, np.zeros((n, 1)), np.zeros(n), np.full(n, 1e6)) for n in (10, 5000)]
    assert [thinned(block, 100).weights.sum() for block in blocks] == pytest.approx([100.0, 100.0])


def test_surveys_of_blocks_add_up_to_that_of_all_rows(logistic: Loss) -> None:
    """Blocks of any length and weight, one without rows and one without weight among them."""
    random = np.random.default_rng(6)
    X, y = random.normal(size=(90_000, 3)), (random.random(90_000) < 0.3).astype(float)
    weights = random.uniform(0.5, 2.0, size=90_000)
    weights[50_000:60_000] = 0
    ends = [0, 1, 50_000, 50_000, 60_000, 90_000]
    parts = [survey(logistic, (X[a:b], y[a:b], weights[a:b], None)) for a, b in itertools.pairwise(ends)]
    found, whole = functools.reduce(operator.add, parts), survey(logistic, (X, y, weights, None))
    assert (found.rows, found.lengths) == (90_000, (1, 49_999, 0, 10_000, 30_000))
    np.testing.assert_array_equal([found.low, found.high], [X.min(axis=0), X.max(axis=0)])
    assert found.weight == pytest.approx(weights.sum(), rel=1e-12)
    assert found.least == whole.least == 0
    for sample in (found.sample, whole.sample):
        assert sample is not None
        assert len(sample.y) <= 1 << 15
        assert sample.weights.sum() == pytest.approx(weights.sum(), rel=1e-9)
        assert np.average(sample.y, weights=sample.weights) == pytest.approx(np.average(y, weights=weights), abs=0.02)


def test_the_first_fault_of_blocks_is_counted_from_the_first_row(logistic: Loss) -> None:
    X, y = np.zeros((30, 2)), np.zeros(30)
    X[23, 1] = np.nan
    parts = [survey(logistic, (X[a : a + 10], y[a : a + 10], None, None), ("age", "dose")) for a in (0, 10, 20)]
    found = functools.reduce(operator.add, parts)
    assert str(found.fault) == (
        "X: the value nan stands in row 23, column 'dose' (counted from 0); remove or fill what is missing or infinite"
    )
