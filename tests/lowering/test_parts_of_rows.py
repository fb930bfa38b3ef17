"""Parts of columns alone, and of parameters that are one number for all rows, are not computed for every row."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

from lossproof.lowering import Loss
from lossproof.lowering.each_row import each_row, same_rows, spread
from lossproof.lowering.parts_of_rows import OF_FEW_VALUES, parts_of, split

U, THETA, Y = sp.Symbol("u", real=True), sp.Symbol("theta", positive=True), sp.Symbol("y", nonnegative=True)


def counts(target: sp.Symbol = Y) -> Loss:
    kernel = sp.loggamma(target + THETA) - sp.loggamma(THETA) - sp.loggamma(target + 1) + THETA * sp.log(THETA)
    value = (THETA + target) * sp.log(THETA + sp.exp(U)) - kernel - target * U
    slopes = tuple(sp.diff(value, by) for by in (U, THETA))
    curvatures: Any = tuple(tuple(sp.diff(slope, by) for by in (U, THETA)) for slope in slopes)
    where = f"{target.name} integer >= 0; theta > 0"
    return Loss("nb2", (U, THETA), target, where, value, slopes, curvatures, unchecked=True, parameters=("theta",))


@pytest.fixture(scope="module")
def loss() -> Loss:
    return counts()


def rows(count: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(count)
    u = np.vstack([random.normal(size=count), np.full(count, 1.7)])
    return u, random.negative_binomial(2.0, 0.3, count).astype(float)[:, None]


def test_no_special_function_is_left_where_the_dispersion_is_one_number(loss: Loss) -> None:
    parts = parts_of(loss, (1,))
    special = (sp.loggamma, sp.polygamma)
    assert not any(part.expr.has(*special) for part in parts.rest.components())
    assert all(part.free_symbols == {Y} for part in parts.of_columns)
    assert all(THETA in part.free_symbols and U not in part.free_symbols for part in parts.of_values)


@pytest.mark.parametrize("constant", [(), (1,)])
def test_they_are_the_rows_that_are_computed_one_by_one(loss: Loss, constant: tuple[int, ...]) -> None:
    u, observed = rows(400)
    again = same_rows(loss, observed, constant, 400)
    for shift in (0.0, 0.4, 0.0):  # what was asked before is not answered again
        u[1] = 1.7 + shift
        for got, wanted in zip(again(slice(None))(u), each_row(loss, 400)(u, observed), strict=True):
            assert np.allclose(got, wanted, rtol=1e-13, atol=1e-14)
        some = slice(100, 150)
        for got, wanted in zip(again(some)(u[:, some]), each_row(loss, 400)(u[:, some], observed[some]), strict=True):
            assert np.allclose(got, wanted, rtol=1e-13, atol=1e-14)


def test_a_table_is_made_only_of_few_values(loss: Loss) -> None:
    assert split(loss, rows(400)[1], (1,)).of_values
    assert not split(loss, np.arange(400.0)[:, None], (1,)).of_values


def test_letters_of_the_author_stay_his(loss: Loss) -> None:
    other = counts(sp.Symbol("part0", nonnegative=True))
    letters = [letter.name for letter in parts_of(other, (1,)).rest.arguments]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize("x", [1e-3, 0.7, 1.4616321449683623, 2.0, 17.3, 1e5])
def test_functions_of_few_values_are_right(x: float) -> None:
    true = {"loggamma": mp.loggamma, "digamma": mp.digamma, "trigamma": lambda z: mp.psi(1, z)}
    n = np.array([0.0, 1.0, 2.0, 40.0, 500.0])
    with mp.workdps(40):
        for name, f in true.items():
            assert float(OF_FEW_VALUES[name](x)) == pytest.approx(float(f(mp.mpf(x))), rel=1e-14, abs=1e-15)
            wanted = [float(f(x + mp.mpf(k)) - f(mp.mpf(x))) for k in n.tolist()]
            assert OF_FEW_VALUES[f"{name}_growth"](x, n) == pytest.approx(wanted, rel=4e-15)
        far = OF_FEW_VALUES["loggamma_growth"](x, np.array([0.5, 3.0]))
        assert far == pytest.approx([float(mp.loggamma(x + mp.mpf(k)) - mp.loggamma(x)) for k in (0.5, 3)], rel=1e-9)


@pytest.mark.parametrize("count", [1, 2, 7, 100, 1000])
def test_places_are_spread_from_the_first_to_the_last(count: int) -> None:
    places = spread(count, 7)
    assert (places[0], places[-1], len(places)) == (0, count - 1 if count > 1 else 0, min(7, count))
    assert (np.diff(places) > 0).all()
