"""Separation is decided, never guessed: every labelled set, hard scales, and a witness for each verdict."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossproof.errors import DataError
from lossproof.training import separation
from lossproof.training.existence import exact, simplex
from lossproof.training.existence.cone import separable
from lossproof.training.existence.separation import decide, sides
from lossproof.training.existence.working_set import AT_ONCE, MatrixRows

NAMES = [
    "birthwt_race_ht_ui_ptl", "endometrial", "iris_setosa_versicolor", "lizards", "mtcars_am_wt", "mtcars_vs_qsec",
    "murderrates", "pima_tr", "sex2", "silvapulle1981", "titanic_inter_9th", "ucla_complete", "ucla_quasi",
    "allison_quasi", "offset_1e8_complete", "scale_mixed_overlap", "single_class_ones",
    "single_class_zeros_no_intercept", "one_row", "collinear_overlap", "dummy_quasi",
]  # fmt: skip
KIND = {"overlap": "none", "overlap_rank_deficient": "none", "quasi": "quasi", "complete": "complete"}


@pytest.fixture(scope="session")
def labelled(given_json, given_table):
    sets = {row["name"]: row for row in given_json("separation_given.json")}
    return {name: (row, given_table(row["csv"])) for name, row in sets.items()}


def test_every_labelled_set_is_among_those_tried(labelled):
    assert sorted(labelled) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_labelled_sets_come_out_right_to_the_row(labelled, name):
    row, table = labelled[name]
    found = separation(table.values[:, 1:], table["y"])
    assert found.kind == KIND[row["label"]]
    expected = range(row["rows"]) if row["separated_rows_0based"] == "all" else row["separated_rows_0based"]
    assert np.flatnonzero(found.rows).tolist() == list(expected)


@pytest.mark.parametrize(
    ("name", "feature"),
    [("endometrial", "NV"), ("murderrates", "southernyes"), ("sex2", "dia"), ("silvapulle1981", "ghqs"),
     ("allison_quasi", "x"), ("dummy_quasi", "d"), ("offset_1e8_complete", "x"), ("ucla_quasi", "x1")],
)  # fmt: skip
def test_the_features_that_separate_are_named_and_no_others(labelled, name, feature):
    import pandas as pd

    _, table = labelled[name]
    frame = pd.DataFrame(table.values[:, 1:], columns=table.names[1:])
    found = separation(frame, table["y"])
    assert found.features == (feature,)
    assert feature in str(found)


def test_one_label_changed_turns_separation_into_overlap(labelled):
    _, table = labelled["iris_setosa_versicolor"]
    y = table["y"].copy()
    assert separation(table.values[:, 1:], y).kind == "complete"
    middle = np.argmin(np.abs(table["Petal_Length"] - 1.5))
    y[middle] = 1 - y[middle]
    assert separation(table.values[:, 1:], y).kind == "none"


@pytest.mark.parametrize("scale", [1e-300, 1e-8, 1.0, 1e12, 1e300])
def test_units_do_not_change_the_answer(labelled, scale):
    for name in ("endometrial", "mtcars_am_wt", "ucla_complete"):
        row, table = labelled[name]
        X = table.values[:, 1:].copy()
        X[:, 1:] *= scale / max(1.0, np.abs(X).max())
        assert separation(X, table["y"]).kind == KIND[row["label"]]


def test_a_gap_of_one_float_is_seen_and_its_absence_too():
    x = 1.0 + np.array([0, 1, 2, 3]) * np.finfo(float).eps
    X = np.column_stack([np.ones(4), x])
    assert separation(X, [0, 0, 1, 1]).kind == "complete"
    assert separation(X, [0, 1, 0, 1]).kind == "none"


def test_a_proportion_between_the_classes_pulls_both_ways():
    X = np.column_stack([np.ones(4), np.arange(4.0)])
    assert separation(X, [0, 0, 1, 1]).kind == "complete"
    assert separation(X, [0, 0.5, 1, 1]).kind == "quasi"
    assert separation(X, [0.2, 0.5, 0.5, 0.7]).kind == "none"


@pytest.mark.parametrize(
    ("y", "sentence"),
    [([0, 1, 2, 1], "the value 2 stands in row 2"), (["a", "b", "a", "b"], "Labels are taken by LossClassifier"),
     ([0, 1, 0], "X has 4 rows"), ([0, 1, np.nan, 1], "nan")],
)  # fmt: skip
def test_a_bad_target_gets_a_sentence(y, sentence):
    with pytest.raises(DataError, match=sentence):
        separation(np.arange(8.0).reshape(4, 2), y)


def random_rows(seed):
    """Rows with ties, dependent columns, mixed scales and offsets: what real tables do."""
    rng = np.random.default_rng(seed)
    m, d = int(rng.integers(1, 40)), int(rng.integers(1, 7))
    kinds = (
        rng.integers(-2, 3, (m, d)).astype(float),
        rng.integers(0, 2, (m, d)).astype(float),
        rng.normal(size=(m, d)),
    )
    X = kinds[rng.integers(0, 3)]
    X[:, 0] = 1.0
    X = X * 10.0 ** rng.integers(-8, 9, d)
    if rng.random() < 0.3 and d > 1:
        X[:, 1] += 1e8
    if rng.random() < 0.3 and d > 2:
        X[:, 2] = X[:, 1] * 3
    u = (X / np.abs(X).max(axis=0, initial=1e-300)) @ rng.integers(-1, 2, d)
    y = np.where(u > 0, 1, np.where(u < 0, 0, rng.integers(0, 2, m)))
    return X, np.where(rng.random(m) < 0.1, 1 - y, y)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_every_verdict_comes_with_a_witness_and_the_exact_simplex_agrees(seed):
    X, y = random_rows(seed)
    A = X * np.where(y == 1, 1, -1)[:, None]
    integers = exact.integer_rows(A)
    positive, direction = separable(integers, A)
    signs = exact.signs(integers, direction)
    assert (signs >= 0).all()
    np.testing.assert_array_equal(signs > 0, positive)
    rest = exact.select(integers, np.flatnonzero(~positive).tolist(), range(A.shape[1]))
    assert not rest.nrows() or _cannot_move(rest)


def _cannot_move(A):
    """The exact simplex method on its own: no direction has A d >= 0 with A d != 0."""
    columns = exact.independent_columns(A)
    return not columns or simplex.direction(exact.select(A, range(A.nrows()), columns)) is None


def test_the_exact_simplex_finds_a_direction_where_there_is_one():
    rows = exact.integer_rows(np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]))
    signs = exact.signs(rows, simplex.direction(rows))
    assert (signs >= 0).all()
    assert signs.any()
    assert simplex.direction(exact.integer_rows(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]))) is None


@pytest.mark.parametrize("kind", ["none", "quasi", "complete"])
def test_many_rows_are_decided_from_few_with_the_same_answer(kind):
    rng = np.random.default_rng(11)
    m = 4 * AT_ONCE
    X = np.column_stack([np.ones(m), rng.normal(size=(m, 3)), rng.random(m) < 0.02])
    y = (X[:, 1] - X[:, 2] > 0).astype(float)
    if kind != "complete":
        noise = X[:, 4] == 0
        y[noise] = np.where(rng.random(noise.sum()) < 0.2, 1 - y[noise], y[noise])
        y[~noise] = 1.0 if kind == "quasi" else rng.integers(0, 2, (~noise).sum())
    found = decide(MatrixRows(X, sides(y)), ["one", "a", "b", "c", "rare"])
    assert found.kind == kind
    assert found.features == {"none": (), "quasi": ("rare",), "complete": ("a", "b")}[kind]
    if kind == "quasi":
        np.testing.assert_array_equal(found.rows, X[:, 4] == 1)


def test_signs_by_floats_agree_with_exact_signs_where_floats_cannot_tell():
    A = np.array([[1.0, 1e-20], [1e16, 1.0], [1.0, -1.0], [0.1, 0.2]])
    for d in ([1, -1], [1, -(10**16)], [-2, 1], [10**20, -1]):
        whole = [exact.fmpz(x) for x in d]
        np.testing.assert_array_equal(exact.float_signs(A, whole), exact.signs(exact.integer_rows(A), whole))
