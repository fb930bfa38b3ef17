"""How often a fit of several predictors reads its rows: counted, for a clock proves nothing."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

import lossproof
from lossproof.lowering import each_row
from lossproof.training.several import fit_several, rows_loss

u, v = sympy.symbols("u v", real=True)
y = sympy.Symbol("y", real=True)
VALUE = v + (y - u) ** 2 * sympy.exp(-2 * v) / 2
SLOPES = tuple(sympy.diff(VALUE, by) for by in (u, v))
BELL = lossproof.Loss(
    "bell",
    (u, v),
    y,
    "y real",
    VALUE,
    SLOPES,
    tuple(tuple(sympy.diff(slope, by) for by in (u, v)) for slope in SLOPES),
    parameters=("v",),
)
MANY, FEW_PASSES = fit_several._MANY * fit_several._SOME, 6


def data(rows: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    X = random.normal((3.0, -50.0), size=(rows, 2))
    return X, X @ [0.5, -2.0] + 1 + random.normal(size=rows) * 0.3


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each evaluation read."""
    seen: list[int] = []
    usual = rows_loss.RowsLoss._at

    def counted(self: rows_loss.RowsLoss, t: np.ndarray) -> object:
        seen.append(len(self.observed))
        return usual(self, t)

    monkeypatch.setattr(rows_loss.RowsLoss, "_at", counted)
    return seen


def test_many_rows_are_read_a_few_times_and_give_the_minimum_over_all(passes: list[int]) -> None:
    X, target = data(MANY)
    found = lossproof.fit(BELL, X, target)
    assert found.converged
    assert passes.count(MANY) <= FEW_PASSES
    least, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(MANY)]), target, rcond=None)
    np.testing.assert_allclose(found.params[:3], least, rtol=1e-12)
    spread = np.sqrt(np.mean((target - np.column_stack([X, np.ones(MANY)]) @ least) ** 2))
    np.testing.assert_allclose(found.params[3], np.log(spread), rtol=1e-12)


def test_where_some_of_the_rows_have_no_minimum_all_of_them_are_asked(
    passes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    X, target = data(MANY)
    with_some = lossproof.fit(BELL, X, target)
    usual = rows_loss.RowsLoss.some

    def without_spread(self: rows_loss.RowsLoss, count: int) -> rows_loss.RowsLoss:
        some = usual(self, count)
        some.observed[:, -1] = 0.0  # the spread of these falls to nothing
        return some

    monkeypatch.setattr(rows_loss.RowsLoss, "some", without_spread)
    assert lossproof.fit(BELL, X, target).converged
    np.testing.assert_allclose(lossproof.fit(BELL, X, target).params, with_some.params, rtol=1e-12)


def test_a_start_that_is_given_is_where_all_rows_begin(passes: list[int]) -> None:
    X, target = data(MANY)
    assert lossproof.fit(BELL, X, target, start=[0.5, -2.0, 1.0, -1.0]).converged
    assert set(passes) == {MANY}


def test_few_rows_are_compiled_only_where_compiled_code_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    loss = lossproof.Loss("other bell", (u, v), y, "y real", VALUE, SLOPES, BELL.curvature, parameters=("v",))
    for kept, way in ((False, each_row._in_numpy), (True, each_row._compiled)):
        monkeypatch.setattr(each_row, "_is_kept", lambda loss, kept=kept: kept)
        each_row._seen(loss)[0] = 0
        assert each_row.each_row(loss, 500).args[0] is each_row._in_numpy
        each_row._seen(loss)[0] = each_row.KEPT_FROM
        assert each_row.each_row(loss, 500).args[0] is way
