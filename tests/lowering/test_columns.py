"""A row that holds more than the target: trials, exposure, an event. The loss is told, and everything carries it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sympy

from lossproof.errors import CallerError, DataError, InexactLoss, RefutedLoss
from lossproof.lowering import Loss, objective
from lossproof.lowering.code.modules import numba_module
from lossproof.lowering.each_row import each_row, values
from lossproof.notation.functions import expit, softplus
from lossproof.training.saved import _loss, _loss_out

U, V, Y = sympy.symbols("u v y", real=True)
N, TAU = sympy.Symbol("n", positive=True), sympy.Symbol("tau", positive=True)
DRAWN = np.random.default_rng(7)
X = DRAWN.normal(size=(40, 2))
TRIALS = DRAWN.integers(8, 20, 40)
DONE = DRAWN.integers(0, 9, 40)


def of_trials(slope: sympy.Expr | None = None) -> Loss:
    """n softplus(u) - y u: y of n trials succeed."""
    value = N * softplus(U) - Y * U
    first = sympy.diff(value, U) if slope is None else slope
    return Loss("trials", (U,), Y, "0 <= y <= 8; n integer >= 8", value, first, N * expit(U) * expit(-U), columns=(N,))


@pytest.fixture(scope="module")
def trials() -> Loss:
    return of_trials()


@pytest.fixture(scope="module")
def exposed() -> Loss:
    """y events of one kind and 8 - y of another in an exposure tau: two log rates and a column."""
    value = TAU * (sympy.exp(U) + sympy.exp(V)) - Y * U - (8 - Y) * V
    slopes = tuple(sympy.diff(value, by) for by in (U, V))
    curvatures = tuple(tuple(sympy.diff(slope, by) for by in (U, V)) for slope in slopes)
    domain = "0 <= y <= 8; tau > 0"
    return Loss("exposed", (U, V), Y, domain, value, slopes, curvatures, columns=(TAU,), parameters=("v",))


@pytest.mark.parametrize("backend", ["numpy", "jax"])
def test_readable_back_ends_compute_with_the_columns(trials: Loss, exposed: Loss, backend: str) -> None:
    u, pairs = np.linspace(-3, 3, 40), np.column_stack([X[:, 0], np.tanh(X[:, 1])])
    f, g = trials.compile(backend), exposed.compile(backend)
    assert np.allclose(f.value(u, DONE, n=TRIALS), TRIALS * np.log1p(np.exp(u)) - DONE * u, rtol=1e-6)
    assert np.allclose(f.slope(u, DONE, n=TRIALS), TRIALS / (1 + np.exp(-u)) - DONE, rtol=1e-5, atol=1e-6)
    assert f.curvature(u, DONE, n=TRIALS).shape == (40,)
    expected = TRIALS * np.exp(pairs).sum(axis=1) - DONE * pairs[:, 0] - (8 - DONE) * pairs[:, 1]
    assert np.allclose(g.value(pairs, DONE, tau=TRIALS), expected, rtol=1e-5)
    assert g.curvature(pairs, DONE, tau=TRIALS).shape == (40, 2, 2)


def test_one_compiled_function_computes_what_the_derivatives_share(exposed: Loss) -> None:
    """exp(u) once for value, slopes and curvatures: several functions would hide it from the compiler."""
    source = numba_module(exposed.plain)
    assert "= curvatures_of(u[0, i], u[1, i], yt[0, i], yt[1, i])" in source
    body = source.split("def curvatures_of(")[1].split("\n\n")[0]
    assert body.count("exp(u)") == 1


def test_compiled_loops_read_the_columns(trials: Loss) -> None:
    u = np.linspace(-3, 3, 40)
    curvature = trials.compile().curvature(u, DONE, n=TRIALS)
    assert np.allclose(curvature, trials.compile("numpy").curvature(u, DONE, n=TRIALS), rtol=1e-14)


def test_columns_are_given_by_name(trials: Loss) -> None:
    f = trials.compile("numpy")
    with pytest.raises(CallerError, match="needed are n="):
        f.value(0.0, 1.0)
    with pytest.raises(CallerError, match="tau was given"):
        f.value(0.0, 1.0, n=2, tau=3)


def test_the_errors_are_measured_over_the_columns_too(trials: Loss) -> None:
    found = trials.accuracy("numpy", points=400)
    assert all(len(row.point) == 3 and row.point[1] >= 8 == row.point[1] // row.point[1] * 8 for row in found.rows)
    assert found.worst < 100


def test_a_lost_column_in_the_slope_is_refuted() -> None:
    with pytest.raises(RefutedLoss, match="slope"):
        of_trials(slope=expit(U) - Y).choices  # noqa: B018


def test_sums_over_rows_read_the_columns(exposed: Loss) -> None:
    w = np.array([0.3, -0.2])
    value, gradient, hessian = objective(exposed, X[:, :1], {"tau": TRIALS, "y": DONE}).value_gradient_hessian(w)
    u = X[:, :1] * w
    slopes = TRIALS[:, None] * np.exp(u) - np.column_stack([DONE, 8 - DONE])
    assert value == pytest.approx(np.mean(TRIALS * np.exp(u).sum(axis=1) - DONE * u[:, 0] - (8 - DONE) * u[:, 1]))
    assert gradient == pytest.approx(X[:, 0] @ slopes / 40, rel=1e-12)
    assert hessian == pytest.approx(np.diag(X[:, 0] ** 2 @ (TRIALS[:, None] * np.exp(u)) / 40), rel=1e-12)


def test_data_that_are_not_the_rows_of_the_loss_are_refused(trials: Loss) -> None:
    with pytest.raises(DataError, match=r"a row holds y, n: give \{'y': y, 'n': n\}"):
        objective(trials, X, DONE)
    with pytest.raises(DataError, match="columns y, m were given"):
        objective(trials, X, {"y": DONE, "m": TRIALS})
    with pytest.raises(DataError, match=r"n: the value 0.0 stands in row 0 .*; n must be a whole number at least 8"):
        objective(trials, X, {"y": DONE, "n": np.zeros(40)})


def test_columns_and_parameters_that_cannot_be(trials: Loss) -> None:
    with pytest.raises(CallerError, match="y stands twice"):
        replace(trials, columns=(Y,))
    with pytest.raises(CallerError, match=r"a tuple of symbols is needed, as in \(tau, d\)"):
        replace(trials, columns=N)  # type: ignore[arg-type]
    with pytest.raises(CallerError, match="'theta' was given; each is one of the predictors u, once"):
        replace(trials, parameters=("theta",))
    with pytest.raises(CallerError, match="n is neither a predictor nor the target or a column"):
        replace(trials, columns=())


def test_a_text_in_another_language_takes_them_or_says_so(trials: Loss) -> None:
    with pytest.warns(InexactLoss, match=r"its value is a number only where"):
        assert "def value(u, n, y)" in trials.export("python")
    with pytest.warns(InexactLoss, match=r"its value is a number only where"):
        assert "trials_value(double u_, double n_, double y_)" in trials.export("c")
    with pytest.raises(CallerError, match="'xgboost' has no place for the columns n"):
        trials.export("xgboost")


def test_a_saved_loss_has_its_columns(exposed: Loss) -> None:
    kept = _loss(_loss_out(exposed))
    assert (kept.columns, kept.parameters, str(kept.value)) == (exposed.columns, exposed.parameters, str(exposed.value))


def test_many_rows_in_the_compiled_loop_give_what_few_in_numpy_give(exposed: Loss) -> None:
    u, observed = np.vstack([X[:, 0], np.tanh(X[:, 1])]), np.column_stack([TRIALS, DONE]).astype(float)
    few, many = each_row(exposed, 40)(u, observed), each_row(exposed, 1 << 20)(u, observed)
    for mine, compiled in zip(few, many, strict=True):
        assert compiled == pytest.approx(mine, rel=1e-14, abs=1e-14)
    assert np.array_equal(values(exposed, u, observed), few[0])
