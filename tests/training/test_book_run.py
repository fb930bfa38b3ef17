"""The published numbers of two textbooks come out of the trainer to every printed digit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

from lossproof.chapters import chapters
from lossproof.chapters.experiments import book_run, book_split, experiments, train
from lossproof.errors import CallerError, DataError
from lossproof.training.rows.csv_tables import shipped_table

PRINTED = {
    0: ("4.493842", "0.500000"),
    100: ("0.740979", "0.133333"),
    200: ("0.677493", "0.700000"),
    300: ("0.623544", "0.900000"),
    500: ("0.538328", "0.933333"),
    1000: ("0.407587", "0.966667"),
    2000: ("0.291885", "0.966667"),
    4900: ("0.194710", "0.966667"),
}


@pytest.fixture(scope="module")
def run(logistic):
    return book_run("logistic_regression", loss=logistic)


def test_the_printed_numbers_come_out_to_every_digit(run):
    shown = {k: (f"{run.history[k]['test_loss']:.6f}", f"{run.history[k]['test_accuracy']:.6f}") for k in PRINTED}
    assert shown == PRINTED


def test_every_iteration_has_an_entry_with_the_state_after_its_update(run):
    assert [entry["iteration"] for entry in run.history] == list(range(5000))
    assert run.history[-1]["loss"] == run.loss
    assert all(set(entry) == {"iteration", "loss", "test_loss", "test_accuracy"} for entry in run.history)


def test_coefficients_stand_in_the_order_of_the_design_matrix(run):
    assert list(run.coefficients) == ["intercept", "sepal_length", "sepal_width"]


def test_the_run_does_not_claim_to_have_converged_and_says_why(run):
    """The 70 training rows are separated by the two features: the book stops on the way to infinity."""
    assert not run.converged
    assert "separated" in run.reason
    assert "sepal_width" in run.reason


def test_the_run_agrees_with_a_loop_typed_from_the_book(run):
    table, split = shipped_table("iris.csv"), book_split("logistic_regression")["train"]
    x = np.column_stack([np.ones(150), table.matrix(("sepal_length", "sepal_width"))])[split]
    yt = np.array([float(species == "versicolor") for species in table.text("species")])[split]
    w = np.ones(3)
    for _ in range(5000):
        yd = 1 / (1 + np.exp(-x @ w)) - yt
        w = w - 0.01 * (x.T @ yd) / len(yt)
    np.testing.assert_allclose(list(run.coefficients.values()), w, rtol=1e-12)


def test_the_shipped_irises_are_fishers_as_scikit_learn_ships_them():
    table, iris = shipped_table("iris.csv"), load_iris()
    columns = ("sepal_length", "sepal_width", "petal_length", "petal_width")
    np.testing.assert_array_equal(table.matrix(columns), iris.data)
    assert [list(iris.target_names).index(species) for species in table.text("species")] == iris.target.tolist()
    assert table.matrix(columns)[37].tolist() == [4.9, 3.6, 1.4, 0.1]


@pytest.mark.parametrize(
    ("name", "rows", "train_size"), [("logistic_regression", 100, 70), ("softmax_regression", 150, 75)]
)
def test_the_stored_row_numbers_are_those_that_scikit_learn_draws(name, rows, train_size):
    drawn = train_test_split(np.arange(rows), train_size=train_size, test_size=rows - train_size, random_state=123)
    assert book_split(name) == {"train": drawn[0].tolist(), "test": drawn[1].tolist()}


def test_the_second_textbooks_coefficients_come_out_to_ten_digits(logistic, reference_data: Path):
    """Nield, Essential Math for Data Science, example 6-8: 10,000 steps of 0.01 on the sum of 21 points."""
    fitted = train(
        "logistic_regression", data=reference_data / "nield.csv", target="y", features=["x"],
        method="gd", rate=0.01 * 21, iterations=10_000, start=[0.01, 0.01], loss=logistic,
    )  # fmt: skip
    assert fitted.iterations == 10_000
    assert fitted.coefficients["x"] == pytest.approx(0.6926693075370812, abs=1e-10)
    assert fitted.coefficients["intercept"] == pytest.approx(-3.175751550409821, abs=1e-10)


def test_newton_finds_the_second_textbooks_optimum(logistic, reference_data: Path):
    fitted = train("logistic_regression", data=reference_data / "nield.csv", target="y", loss=logistic)
    assert fitted.converged
    assert fitted.method == "newton"
    assert fitted.coefficients["x"] == pytest.approx(0.6926693075370812, abs=1e-10)


def test_another_method_may_be_asked_for_on_the_books_data(logistic):
    assert not train("logistic_regression", method="newton", loss=logistic).converged


def test_a_chapter_without_an_experiment_says_what_would_do(logistic):
    with pytest.raises(CallerError, match=r"coin: .*give --data and --target") as raised:
        train("coin", loss=logistic)
    named = str(raised.value).partition("only for ")[2].partition(")")[0].split(", ")
    assert set(named) == experiments().keys() & chapters().keys()


@pytest.mark.parametrize(
    ("text", "arguments", "sentence"),
    [
        ("x,y\n1,0\n2,1\n", {"target": "z"}, "no column 'z'; it has x, y"),
        ("x,y\n1,0\n2,1\n", {"target": "y", "features": ["a"]}, "no column 'a'"),
        ("x,y\n1,0\nred,1\n", {"target": "y"}, r"line 3, column 'x': 'red' is not a finite number"),
        ("x,y\n1,0\n,1\n", {"target": "y"}, "line 3, column 'x': the cell is empty"),
        ("x,y\n1,0\nnan,1\n", {"target": "y"}, "'nan' is not a finite number"),
        ("x,y\n1,0\n1e999,1\n", {"target": "y"}, "'1e999' is not a finite number"),
        ("x,y\n1,0\n2_0,1\n", {"target": "y"}, "'2_0' is not a finite number"),
        ("", {"target": "y"}, "the file is empty"),
        ("x,y\n", {"target": "y"}, "no rows under the header"),
        ("x,y\n1,0,3\n", {"target": "y"}, "3 cells, but the header names 2 columns"),
        ("x,x\n1,0\n", {"target": "x"}, "the name 'x' stands twice"),
        ("x,\n1,0\n", {"target": "x"}, "a column has no name"),
        ("x,y\n1,0\n2,3\n", {"target": "y"}, "y: the value 3"),
        ("x,y\n1,0\n2,1\n", {"target": "y", "features": ["y"]}, "it cannot be a feature as well"),
        ("x,y\n1,0\n2,1\n", {"target": "y", "start": [1.0]}, "start: .* 2 .* for intercept, x in this order"),
        ("x,y\n1,0\n2,1\n", {"target": "y", "start": [1.0, float("nan")]}, "finite numbers .* for intercept, x"),
    ],
)  # fmt: skip
def test_a_bad_table_gets_one_sentence_that_names_the_place(logistic, tmp_path, text, arguments, sentence):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=sentence):
        train("logistic_regression", data=path, loss=logistic, **arguments)


def test_a_file_that_is_not_there_or_not_text_gets_a_sentence(logistic, tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        train("logistic_regression", data=tmp_path / "none.csv", target="y", loss=logistic)
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01,\n")
    with pytest.raises(DataError, match="not a CSV file in UTF-8"):
        train("logistic_regression", data=tmp_path / "binary.csv", target="y", loss=logistic)


def test_data_without_a_target_and_columns_without_data_are_refused(logistic, tmp_path):
    (tmp_path / "t.csv").write_text("x,y\n1,0\n2,1\n")
    with pytest.raises(CallerError, match="--target: say which column"):
        train("logistic_regression", data=tmp_path / "t.csv", loss=logistic)
    with pytest.raises(CallerError, match="give one with --data"):
        train("logistic_regression", target="y", loss=logistic)


def test_columns_of_the_books_own_table_may_be_chosen(logistic):
    with pytest.raises(DataError, match="no column 'petal_size'"):
        train("logistic_regression", features=["petal_size"], loss=logistic)
    with pytest.raises(DataError, match="a name stands twice"):
        train("logistic_regression", features=["petal_width", "petal_width"], loss=logistic)
