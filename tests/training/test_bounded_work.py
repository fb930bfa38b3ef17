"""An answer is not held up: exact arithmetic only on what decides, and Ctrl-C at any time hands back a point."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest

from lossproof.training import Outcome, fit, separation
from lossproof.training.existence import separation as deciding
from lossproof.training.existence import working_set
from lossproof.training.existence.separation import sides
from lossproof.training.existence.working_set import MatrixRows, shown_at_once, too_much_work
from lossproof.training.rows.csv_tables import read_table


@pytest.fixture
def no_exact_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear programs and exact elimination are not to be asked."""

    def asked(*_: Any) -> Any:
        raise AssertionError("an exact program was asked for")

    monkeypatch.setattr(deciding, "separable_rows", asked)
    monkeypatch.setattr(working_set, "separable", asked)


def normal(rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(rows + columns)
    return random.normal(size=(rows, columns)), (random.random(rows) < 0.5).astype(float)


@pytest.mark.parametrize("shape", [(200, 400), (60, 61), (3, 100_000)])
def test_more_independent_columns_than_rows_separate_at_once(
    logistic: Any, no_exact_programs: None, shape: tuple[int, int]
) -> None:
    X, y = normal(*shape)
    found = fit(logistic, X, y)
    assert (found.converged, found.separation.kind) == (False, "complete")
    direction = found.separation.direction
    assert ((np.column_stack([X, np.ones(len(X))]) @ direction) * sides(y) > 0).all()
    assert len(str(found.separation)) < 500


def test_a_runaway_shows_by_itself_that_the_classes_are_separated(logistic: Any, no_exact_programs: None) -> None:
    X, _ = normal(3000, 50)
    found = fit(logistic, X, (X[:, 0] > 0).astype(float))
    assert found.separation.kind == "complete"


def test_a_minimum_with_many_columns_is_not_doubted(logistic: Any, no_exact_programs: None) -> None:
    X, y = normal(6000, 600)
    found = fit(logistic, X, y, max_iterations=500)
    assert (found.method, found.converged, found.outcome) == ("lbfgs", True, Outcome.CERTAIN)


def test_what_would_take_minutes_is_left_undecided(logistic: Any, no_exact_programs: None) -> None:
    """Quasi-complete with 300 columns: no proposal separates all rows, and elimination would be too much work."""
    X, y = normal(1500, 300)
    rows = MatrixRows(np.column_stack([X, np.ones(1500)]), sides(y))
    assert too_much_work(rows)
    assert deciding.decide(rows, ["x"] * 301, bounded=True) is None


def test_a_proposal_counts_only_when_it_is_verified() -> None:
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    rows = MatrixRows(X, np.array([1, 1, -1], dtype=np.int8))
    assert shown_at_once(rows, np.array([1.0, 1.0])) is None
    assert shown_at_once(MatrixRows(X, np.ones(3, dtype=np.int8)), np.array([1e-300, 1e300])) is not None


def test_proposals_and_programs_agree() -> None:
    random = np.random.default_rng(17)
    for _ in range(30):
        X = random.integers(-2, 3, size=(6, 3)).astype(float)
        y = random.integers(0, 2, size=6).astype(float)
        rows = MatrixRows(X, sides(y))
        positive, _ = working_set.separable_rows(rows)
        shown = shown_at_once(rows) is not None
        assert not shown or positive.all()
        assert (separation(X, y).kind == "complete") == positive.all()


PLACES = ["task.start", "minimise", "existence", "certainty_of"]


@pytest.mark.parametrize("place", PLACES)
def test_an_interruption_at_any_time_hands_back_the_best_point(
    logistic: Any, clicks: Any, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    from lossproof.training.minimise.task import Task

    fit_module = import_module("lossproof.training.fit")

    def interrupt(*_: Any) -> Any:
        raise KeyboardInterrupt

    owner, name = (Task, "start") if place == "task.start" else (fit_module, place)
    monkeypatch.setattr(owner, name, interrupt)
    found = fit(logistic, *clicks)
    assert found.outcome is Outcome.INTERRUPTED
    assert np.isfinite(found.params).all()
    assert np.isnan(found.standard_errors).all()
    assert "interrupted" in found.summary()
    if place in ("existence", "certainty_of"):
        monkeypatch.undo()
        np.testing.assert_allclose(found.params, fit(logistic, *clicks).params)


@pytest.mark.parametrize("method", ["lbfgs", "gd"])
def test_an_interruption_asks_nothing_more(
    logistic: Any, clicks: Any, monkeypatch: pytest.MonkeyPatch, no_exact_programs: None, method: str
) -> None:
    def interrupt(entry: Any) -> None:
        if entry["iteration"] == 25:
            raise KeyboardInterrupt

    X, _ = clicks
    found = fit(logistic, X, (X[:, 0] + X[:, 1] > 0.1).astype(float), method=method, callback=interrupt)
    assert found.outcome is Outcome.INTERRUPTED


def test_a_table_with_very_many_columns_is_read_in_one_pass_over_their_names(tmp_path: Any) -> None:
    names = [f"c{k}" for k in range(50_000)]
    lines = [",".join(names), *(",".join(str(k * j % 7) for k in range(50_000)) for j in range(3))]
    (tmp_path / "wide.csv").write_text("\n".join(lines))
    assert read_table(tmp_path / "wide.csv").matrix(names).shape == (3, 50_000)


def test_a_column_of_text_and_one_wrong_cell_get_different_advice(tmp_path: Any) -> None:
    (tmp_path / "t.csv").write_text("a,b,c\n1,x,2\nz,y,3\n")
    table = read_table(tmp_path / "t.csv")
    with pytest.raises(ValueError, match=r"line 2, column 'b': 'x' .*nor is any other; encode the column"):
        table.column("b")
    with pytest.raises(ValueError, match=r"line 3, column 'a': 'z' .*give a number, or leave the row out"):
        table.column("a")
