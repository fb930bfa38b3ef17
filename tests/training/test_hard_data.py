"""38 kinds of difficult input: the right answer or one clear sentence, as the table asks for."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from lossproof.errors import DataError
from lossproof.training import Outcome, fit, load_fit

RNG = np.random.default_rng(2024)
X = RNG.normal(size=(60, 2))
Y = (RNG.random(60) < 1 / (1 + np.exp(-(X @ [1.0, -1.5] + 0.2)))).astype(float)


def replaced(array, place, value):
    changed = array.astype(float)
    changed[place] = value
    return changed


def strided(array):
    wide = np.zeros((len(array), 2 * array.shape[1]))
    wide[:, ::2] = array
    return wide[:, ::2]


def read_only(array):
    locked = array.copy()
    locked.flags.writeable = False
    return locked


SAME = {
    "plain float64": (X, Y),
    "y float32": (X, Y.astype(np.float32)),
    "y int": (X, Y.astype(int)),
    "y uint8 (1-y would wrap if unary minus is used)": (X, Y.astype(np.uint8)),
    "y bool (1-y is an error in numpy: boolean subtract)": (X, Y.astype(bool)),
    "y column (n,1)": (X, Y[:, None]),
    "X Fortran order": (np.asfortranarray(X), Y),
    "X reversed stride view": (X[::-1].copy()[::-1], Y),
    "X strided view (every other column)": (strided(X), Y),
    "X read-only": (read_only(X), Y),
    "scale 1e10": (X * 1e10, Y),
    "scale 1e-10": (X * 1e-10, Y),
    "mixed scales 1e8/1e-8": (X * [1e8, 1e-8], Y),
}
"""Case -> data whose fitted probabilities are those of the plain case, to ten digits."""

NEAR = {"X float32": (X.astype(np.float32), Y, 1e-6), "offset 1e8": (X + 1e8, Y, 1e-6)}
"""Case -> data that differ from the plain ones by rounding, and how far the probabilities may be."""

REFUSED = {
    "y strings": (X, np.where(Y == 1, "b", "a"), "LossClassifier"),
    "y in {-1,1}": (X, 2 * Y - 1, "y: the value -1"),
    "y in {1,2}": (X, Y + 1, "y: the value 2"),
    "y outside [0,1]": (X, 3 * Y - 1, "y: the value"),
    "y with NaN": (X, replaced(Y, 3, np.nan), "y: the value nan stands in row 3"),
    "X with NaN": (replaced(X, (4, 1), np.nan), Y, "X: the value nan stands in row 4, column 1"),
    "X with inf": (replaced(X, (4, 1), np.inf), Y, "X: the value inf stands in row 4, column 1"),
    "X object dtype of numbers": (X.astype(object), Y, "X: the type object"),
    "X complex": (X + 1j, Y, "X: the type complex128"),
    "X 1-D": (X[:, 0], Y, r"X.reshape\(-1, 1\)"),
    "lengths differ": (X, Y[:-1], r"y: shape \(59,\) was given; X has 60 rows"),
    "empty (0 rows)": (X[:0], Y[:0], "X: shape"),
    "denormals 1e-310": (X * 1e-310, Y, "give the column in other units"),
}
"""Case -> data and what the sentence says."""

SEPARATED = {"one row": (X[:1], Y[:1]), "single class (all 1)": (X, np.ones(60))}

NOT_UNIQUE = {
    "duplicate column": np.column_stack([X, X[:, 0]]),
    "constant column beside an intercept": np.column_stack([X, np.full(60, 3.0)]),
    "zero column": np.column_stack([X, np.zeros(60)]),
}

ELSEWHERE = {"X int64", "y fractional (0.3)", "0 columns", "d > M", "huge outlier 1e300"}


@pytest.fixture(scope="module")
def plain(logistic):
    return fit(logistic, X, Y)


def test_every_kind_of_the_table_is_tried(given_json):
    cases = {row["case"] for row in given_json("pitfalls_behaviour.json")["rows"]}
    assert cases == {*SAME, *NEAR, *REFUSED, *SEPARATED, *NOT_UNIQUE, *ELSEWHERE}


@pytest.mark.parametrize("case", SAME)
def test_the_answer_is_that_of_the_plain_case(logistic, plain, case):
    data, y = SAME[case]
    before = data.copy()
    found = fit(logistic, data, y)
    assert found.converged
    np.testing.assert_allclose(found.predict(data), plain.predict(X), rtol=1e-10)
    np.testing.assert_array_equal(data, before)


@pytest.mark.parametrize("case", NEAR)
def test_the_answer_is_near_where_the_data_were_rounded(logistic, plain, case):
    data, y, near = NEAR[case]
    found = fit(logistic, data, y)
    assert found.converged
    assert np.abs(found.predict(data) - plain.predict(X)).max() < near


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_fitted_gets_one_sentence(logistic, case):
    data, y, sentence = REFUSED[case]
    with pytest.raises(DataError, match=sentence) as refusal:
        fit(logistic, data, y)
    assert "\n" not in str(refusal.value)
    assert re.match(r"(X|y): ", str(refusal.value))


@pytest.mark.parametrize("case", SEPARATED)
def test_a_minimum_at_infinity_is_reported(logistic, case):
    found = fit(logistic, *SEPARATED[case])
    assert not found.converged
    assert found.separation.kind == "complete"


@pytest.mark.parametrize("case", NOT_UNIQUE)
def test_columns_that_depend_on_each_other_are_reported(logistic, plain, case):
    found = fit(logistic, NOT_UNIQUE[case], Y)
    assert found.outcome is Outcome.NOT_UNIQUE
    assert "rank is 3 of 4" in found.reason
    np.testing.assert_allclose(found.predict(NOT_UNIQUE[case]), plain.predict(X), rtol=1e-9)


def test_whole_numbers_are_fitted_like_their_float_copy(logistic):
    whole = np.round(3 * X).astype(np.int64)
    np.testing.assert_array_equal(fit(logistic, whole, Y).params, fit(logistic, whole.astype(float), Y).params)


def test_fractions_are_soft_labels(logistic):
    y = replaced(Y, slice(0, 10), 0.3)
    found = fit(logistic, X, y)
    assert found.converged
    residual = found.predict(X) - y
    assert np.abs(X.T @ residual).max() < 1e-12


def test_without_columns_the_intercept_is_fitted_alone(logistic):
    found = fit(logistic, np.empty((60, 0)), Y)
    assert found.names == ("intercept",)
    assert found.params[0] == pytest.approx(np.log(Y.mean() / (1 - Y.mean())), rel=1e-12)
    assert found.predict(np.empty((2, 0))) == pytest.approx([Y.mean()] * 2)
    with pytest.raises(DataError, match="nothing to fit"):
        fit(logistic, np.empty((60, 0)), Y, intercept=False)


def test_more_columns_than_rows_are_reported_as_separated(logistic):
    wide = np.random.default_rng(0).normal(size=(20, 30))
    found = fit(logistic, wide, Y[:20])
    assert (found.converged, found.separation.kind) == (False, "complete")


def test_a_huge_outlier_gives_a_finite_answer_or_a_reason(logistic):
    data = replaced(X, (0, 0), 1e300)
    found = fit(logistic, data, Y)
    assert np.isfinite(found.params).all()
    assert np.isfinite(found.predict(data)).all()
    assert found.converged or found.separation is not None


def test_sparse_matrices_and_text_in_frames_get_a_sentence(logistic):
    import pandas as pd
    from scipy import sparse

    with pytest.raises(DataError, match=r"X.toarray\(\)"):
        fit(logistic, sparse.csr_matrix(X), Y)
    frame = pd.DataFrame(X, columns=["a", "b"]).assign(colour="red")
    with pytest.raises(DataError, match="column 'colour' has the type"):
        fit(logistic, frame, Y)
    twice = pd.DataFrame(X, columns=["a", "a"])
    with pytest.raises(DataError, match="the column name 'a' stands twice"):
        fit(logistic, twice, Y)


@pytest.mark.parametrize("scale", [1e-140, 1e200])
def test_standard_errors_have_the_unit_of_their_column_however_far_its_square_is(logistic, scale):
    """The squares are no floats: z and p stay those of the column in another unit, the variance is nan and not 0."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 2)), (rng.random(40) < 0.5).astype(float)
    usual, far = fit(logistic, X, y), fit(logistic, X * scale, y)
    p = 1 / (1 + np.exp(-usual.linear_predictor(X)))
    Z = np.column_stack([X, np.ones(40)])
    errors = np.sqrt(np.diag(np.linalg.inv((Z.T * (p * (1 - p))) @ Z)))
    np.testing.assert_allclose(usual.standard_errors, errors, rtol=1e-10)
    np.testing.assert_allclose(far.standard_errors, errors / [scale, scale, 1], rtol=1e-10)
    np.testing.assert_allclose(far.z, usual.z, rtol=1e-8)
    variances = np.diag(far.covariance())
    assert variances[2] == pytest.approx(errors[2] ** 2, rel=1e-10)
    expected = errors[:2] ** 2 / scale / scale if scale < 1 else [np.nan, np.nan]
    np.testing.assert_allclose(variances[:2], expected, rtol=1e-10)


@pytest.mark.parametrize(("of_x", "of_y"), [(1.0, 1e-170), (1e200, 1.0), (1e200, 1e100)])
def test_an_estimated_dispersion_may_be_beyond_the_floats(squares, tmp_path, of_x, of_y):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    y = X @ [1, 2] + rng.normal(size=40)
    Z = np.column_stack([X, np.ones(40)])
    residuals = y - Z @ np.linalg.lstsq(Z, y)[0]
    errors = np.sqrt(residuals @ residuals / 37 * np.diag(np.linalg.inv(Z.T @ Z))) / [of_x, of_x, 1] * of_y
    pearson = replace(squares, dispersion="pearson")
    found = fit(pearson, X * of_x, y * of_y)
    np.testing.assert_allclose(found.standard_errors, errors, rtol=1e-10)
    assert found.dispersion == pytest.approx(residuals @ residuals / 37 * of_y**2, rel=1e-10) or of_y < 1
    assert np.isnan(found.dispersion) == (of_y < 1)
    assert (np.diag(found.covariance()) > 0).sum() == (0 if of_y < 1 else 1 if of_y == 1 else 3)
    found.save(tmp_path / "fit.json")
    np.testing.assert_array_equal(load_fit(tmp_path / "fit.json").standard_errors, found.standard_errors)
