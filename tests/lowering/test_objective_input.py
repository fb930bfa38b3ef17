"""Bad data is refused in one sentence that names the argument, what was given and what would do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse

from lossproof.errors import DataError
from lossproof.lowering import Loss, objective

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0.0, 1.0, 0.0, 1.0, 1.0, 0.0])


def changed(array: np.ndarray, place: Any, value: float) -> np.ndarray:
    copy = array.copy()
    copy[place] = value
    return copy


REFUSED = {
    "X of one dimension": ({"X": X[:, 0]}, r"X: .*\(6,\).*reshape\(-1, 1\)"),
    "X of three dimensions": ({"X": X[None]}, r"X: .*\(1, 6, 2\)"),
    "X without rows": ({"X": X[:0], "y": Y[:0]}, r"X: shape \(0, 2\)"),
    "X without columns": ({"X": X[:, :0]}, r"X: shape \(6, 0\)"),
    "X with nan": ({"X": changed(X, (4, 1), np.nan)}, r"X: the value nan stands in row 4, column 1"),
    "X with inf": ({"X": changed(X, (0, 0), np.inf)}, r"X: the value inf stands in row 0, column 0"),
    "X of text": ({"X": X.astype(str)}, r"X: the type <U32"),
    "X of objects": ({"X": X.astype(object)}, r"X: the type object"),
    "X complex": ({"X": X + 0j}, r"X: the type complex128"),
    "X of long doubles": ({"X": X.astype(np.longdouble)}, r"X: the type float128|longdouble"),
    "X sparse": ({"X": scipy.sparse.csr_matrix(X)}, r"X: a sparse matrix"),
    "X masked": ({"X": np.ma.masked_equal(X, 3)}, r"X: a masked array"),
    "X ragged": ({"X": [[1.0, 2.0], [3.0]]}, r"X: this is no array of numbers"),
    "y too short": ({"y": Y[:5]}, r"y: shape \(5,\) .* X has 6 rows"),
    "y a matrix": ({"y": np.column_stack([Y, Y])}, r"y: shape \(6, 2\)"),
    "y with nan": ({"y": changed(Y, 2, np.nan)}, r"y: the value nan stands in row 2"),
    "y above its domain": (
        {"y": changed(Y, 3, 1.5)},
        r"y: the value 1.5 stands in row 3.*yt.*at least 0 and at most 1",
    ),
    "y below its domain": ({"y": changed(Y, 1, -1)}, r"y: the value -1.0 stands in row 1"),
    "y of labels": ({"y": np.array(list("abcabc"))}, r"y: the type <U1"),
    "weights too short": ({"weights": [1, 2]}, r"weights: shape \(2,\)"),
    "weights negative": ({"weights": [1, 1, -1, 1, 1, 1]}, r"weights: the value -1.0 stands in row 2"),
    "weights all zero": ({"weights": np.zeros(6)}, r"weights: all are 0"),
    "weights infinite": ({"weights": changed(Y, 0, np.inf)}, r"weights: the value inf"),
    "offset too long": ({"offset": np.zeros(7)}, r"offset: shape \(7,\)"),
    "offset with nan": ({"offset": changed(Y, 5, np.nan)}, r"offset: the value nan stands in row 5"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_gets_one_clear_sentence(logistic: Loss, case: str) -> None:
    given, sentence = REFUSED[case]
    with pytest.raises(DataError, match=sentence) as refusal:
        objective(logistic, **{"X": X, "y": Y, **given})
    assert "\n" not in str(refusal.value)


def test_a_late_nan_is_placed_in_its_row(logistic: Loss) -> None:
    """Entries are looked at a stretch at a time; the row is counted from the start of the data."""
    tall = np.zeros((400_000, 2))
    tall[399_999, 1] = np.nan
    with pytest.raises(DataError, match="row 399999, column 1"):
        objective(logistic, tall, np.zeros(400_000))


@pytest.mark.parametrize("y", [Y > 0, Y.astype(int), Y.astype(np.uint8), Y.reshape(-1, 1), Y.tolist(), Y.astype("f4")])
def test_truth_values_and_whole_numbers_are_targets(logistic: Loss, y: Any) -> None:
    obj = objective(logistic, X, y)
    assert obj.y.dtype == np.float64
    np.testing.assert_array_equal(obj.y, Y)


def test_targets_between_the_ends_are_allowed(logistic: Loss) -> None:
    assert np.isfinite(objective(logistic, X, np.full(6, 0.25)).value([0.1, 0.2]))


def test_a_count_must_be_a_whole_number(poisson: Loss) -> None:
    objective(poisson, X, np.array([0, 1, 2, 3, 4, 100]))
    with pytest.raises(DataError, match="a whole number at least 0"):
        objective(poisson, X, Y + 0.5)


@pytest.mark.parametrize("w", [[1.0], [1.0, 2.0, 3.0], 1.0])
def test_coefficients_of_the_wrong_shape_are_refused(logistic: Loss, w: Any) -> None:
    with pytest.raises(DataError, match=r"w: shape .* \(2,\) is needed"):
        objective(logistic, X, Y).value(w)


def test_nothing_given_is_changed(logistic: Loss) -> None:
    mine, theirs = X.copy(), Y.copy()
    obj = objective(logistic, mine, theirs)
    obj.value_gradient_hessian([0.1, 0.2])
    np.testing.assert_array_equal(mine, X)
    assert mine.flags.writeable
    assert theirs.flags.writeable


def test_large_numbers_whose_sum_overflows_are_finite(logistic: Loss) -> None:
    assert objective(logistic, np.full((6, 2), 1e308), Y).X.max() == 1e308


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_one_wrong_number_among_many_is_found(logistic: Loss, wrong: float) -> None:
    """The first of them is named, in whichever stretch of the rows it stands."""
    many = np.ones((300_000, 3))
    many[[123_456, 290_000], 1] = wrong, -wrong
    with pytest.raises(DataError, match=r"stands in row 123456, column 1"):
        objective(logistic, many, np.ones(300_000))
