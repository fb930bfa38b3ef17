"""The fused kernels give what plain NumPy gives: every layout, type, weight, offset, number of rows and columns."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lossproof.lowering import Loss, Objective, objective
from lossproof.lowering.kernels import block_sums as kernels
from lossproof.lowering.kernels.objective import AsGiven
from lossproof.lowering.kernels.row_functions import block_kernels

Layout = Callable[[np.ndarray], np.ndarray]


def plain(
    loss: Loss,
    X: np.ndarray,
    y: np.ndarray,
    w: np.ndarray,
    weights: np.ndarray | None = None,
    offset: np.ndarray | None = None,
) -> tuple[float, np.ndarray, np.ndarray]:
    """The array form with the readable reference: L, X^T r / sum a, X^T diag(h) X / sum a."""
    f = loss.compile("numpy")
    X = np.asarray(X, dtype=float)
    a = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    u = X @ w + (0 if offset is None else offset)
    h = a * f.curvature(u, y)
    return (a * f.value(u, y)).sum() / a.sum(), X.T @ (a * f.slope(u, y)) / a.sum(), (X.T * h) @ X / a.sum()


def data(rows: int, columns: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, columns))
    return X, random.integers(0, 2, rows).astype(float), random.normal(size=columns) / np.sqrt(columns)


def agree(obj: Objective, w: np.ndarray, expected: tuple[float, np.ndarray, np.ndarray]) -> None:
    """To a few units in the last place of the largest entry: both sides sum in their own order."""
    value, gradient, _ = expected
    close = {"rtol": 1e-12, "atol": 1e-13}
    np.testing.assert_allclose(obj.value(w), value, **close)
    np.testing.assert_allclose(obj.value_and_gradient(w)[0], value, **close)
    np.testing.assert_allclose(obj.value_and_gradient(w)[1], gradient, **close)
    for computed, true in zip(obj.value_gradient_hessian(w), expected, strict=True):
        np.testing.assert_allclose(computed, true, **close)


@pytest.mark.parametrize("columns", range(1, 41))
def test_every_number_of_columns(logistic: Loss, columns: int) -> None:
    X, y, w = data(700, columns)
    agree(objective(logistic, X, y), w, plain(logistic, X, y, w))


@pytest.mark.parametrize("rows", [1, 2, 3, 5, kernels.ROWS - 1, kernels.ROWS, kernels.ROWS + 1, 3 * kernels.ROWS + 7])
@pytest.mark.parametrize("columns", [2, 12, 17])
def test_every_number_of_rows(logistic: Loss, rows: int, columns: int) -> None:
    X, y, w = data(rows, columns)
    agree(objective(logistic, X, y), w, plain(logistic, X, y, w))


@pytest.mark.parametrize("columns", [127, 128, 300])
@pytest.mark.parametrize("rows", [1, 7, 63, 64, 65, 121, 500])
def test_long_rows_come_in_blocks_of_few(logistic: Loss, rows: int, columns: int) -> None:
    """From 65 columns on a block has fewer rows, and from 128 on rows are taken one after the other."""
    X, y, w = data(rows, columns)
    agree(objective(logistic, X, y), w, plain(logistic, X, y, w))


LAYOUTS: dict[str, Layout] = {
    "as it is": lambda X: X,
    "Fortran order": np.asfortranarray,
    "float32": lambda X: X.astype(np.float32),
    "float32 in Fortran order": lambda X: np.asfortranarray(X.astype(np.float32)),
    "every second row": lambda X: np.repeat(X, 2, axis=0)[::2],
    "every second column": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "rows backwards": lambda X: X[::-1].copy()[::-1],
    "columns backwards": lambda X: X[:, ::-1].copy()[:, ::-1],
    "other byte order": lambda X: X.astype(">f8"),
    "whole numbers": lambda X: np.round(3 * X).astype(np.int32),
    "truth values": lambda X: X > 0,
    "half precision": lambda X: X.astype(np.float16),
    "unaligned": lambda X: np.frombuffer(b"x" + X.tobytes(), dtype=np.uint8)[1:].view(np.float64).reshape(X.shape),
    "read only": lambda X: np.frombuffer(X.tobytes(), dtype=np.float64).reshape(X.shape),
}


@pytest.mark.parametrize("columns", [3, 10, 20])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_and_type(logistic: Loss, layout: str, columns: int) -> None:
    X, y, w = data(2 * kernels.ROWS + 11, columns)
    arranged = LAYOUTS[layout](X)
    agree(objective(logistic, arranged, y), w, plain(logistic, arranged, y, w))


def test_a_memory_mapped_file_is_read_where_it_lies(logistic: Loss, tmp_path: Path) -> None:
    X, y, w = data(900, 5)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    obj = objective(logistic, mapped, y)
    assert np.shares_memory(obj.X, mapped)
    agree(obj, w, plain(logistic, X, y, w))


@pytest.mark.parametrize("columns", [4, 20])
@pytest.mark.parametrize("with_weights", [False, True])
@pytest.mark.parametrize("with_offset", [False, True])
@pytest.mark.parametrize("layout", ["as it is", "Fortran order"])
def test_weights_and_offset(
    logistic: Loss, columns: int, with_weights: bool, with_offset: bool, layout: str, random: np.random.Generator
) -> None:
    X, y, w = data(777, columns)
    weights = random.integers(0, 4, 777) if with_weights else None
    offset = random.normal(size=777) if with_offset else None
    obj = objective(logistic, LAYOUTS[layout](X), y, weights=weights, offset=offset)
    agree(obj, w, plain(logistic, X, y, w, weights, offset))


def test_a_weight_of_two_is_the_row_twice(logistic: Loss) -> None:
    X, y, w = data(100, 3)
    counts = np.arange(100) % 3
    repeated = np.repeat(np.arange(100), counts)
    once = objective(logistic, X, y, weights=counts).value_gradient_hessian(w)
    for computed, expected in zip(
        once, objective(logistic, X[repeated], y[repeated]).value_gradient_hessian(w), strict=True
    ):
        np.testing.assert_allclose(computed, expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("columns", [3, 20])
@pytest.mark.parametrize("name", ["poisson", "gaussian"])
def test_other_losses(name: str, columns: int, request: pytest.FixtureRequest) -> None:
    loss = request.getfixturevalue(name)
    X, y, w = data(600, columns)
    agree(objective(loss, X, y), w, plain(loss, X, y, w))


@pytest.mark.parametrize("columns", [3, 20])
def test_two_predictors_have_blocks(two_predictors: Loss, columns: int, random: np.random.Generator) -> None:
    rows = 513
    X, _, _ = data(rows, columns)
    y, w, weights = random.normal(size=rows), random.normal(size=2 * columns) / 5, random.random(rows)
    offset = random.normal(size=(rows, 2)) / 9
    f, total = two_predictors.compile("numpy"), weights.sum()
    u = X @ w.reshape(2, -1).T + offset
    value = weights @ f.value(u, y) / total
    gradient = np.einsum("m,mp,mj->pj", weights, f.slope(u, y), X).ravel() / total
    hessian = np.einsum("m,mps,mj,mk->pjsk", weights, f.curvature(u, y), X, X).reshape(2 * columns, -1) / total
    agree(objective(two_predictors, X, y, weights, offset), w, (value, gradient, hessian))


def test_the_gradient_is_the_difference_of_the_value(logistic: Loss) -> None:
    X, y, w = data(400, 6)
    obj, h = objective(logistic, X, y), 1e-6
    differences = [(obj.value(w + h * e) - obj.value(w - h * e)) / (2 * h) for e in np.eye(6)]
    np.testing.assert_allclose(obj.value_and_gradient(w)[1], differences, atol=1e-9)


def test_a_curvature_that_is_negative_somewhere_is_summed_with_its_sign(random: np.random.Generator) -> None:
    import sympy

    u, yt = sympy.symbols("u yt", real=True)
    value = sympy.log(1 + (u - yt) ** 2)
    cauchy = Loss("cauchy", (u,), yt, "yt real", value, sympy.diff(value, u), sympy.diff(value, u, 2))
    X, w, y = random.normal(size=(500, 20)), random.normal(size=20), random.normal(size=500)
    assert (cauchy.compile("numpy").curvature(X @ w, y) < 0).any()
    agree(objective(cauchy, X, y), w, plain(cauchy, X, y, w))


@pytest.mark.parametrize("columns", [3, 40])
def test_the_same_number_of_threads_gives_the_same_bits(logistic: Loss, columns: int) -> None:
    X, y, w = data(60_000, columns)
    obj = replace(objective(logistic, X, y), threads=2)
    first = obj.value_gradient_hessian(w)
    for _ in range(5):
        for computed, expected in zip(obj.value_gradient_hessian(w), first, strict=True):
            np.testing.assert_array_equal(computed, expected)


@pytest.mark.parametrize("threads", [1, 3, 7])
def test_value_and_gradient_do_not_depend_on_the_number_of_threads(logistic: Loss, threads: int) -> None:
    X, y, w = data(100_000, 3)
    value, gradient = replace(objective(logistic, X, y), threads=threads).value_and_gradient(w)
    expected_value, expected_gradient = replace(objective(logistic, X, y), threads=2).value_and_gradient(w)
    assert value == expected_value
    np.testing.assert_array_equal(gradient, expected_gradient)


def test_an_objective_that_was_used_can_be_sent_to_another_process(logistic: Loss) -> None:
    import pickle

    X, y, w = data(50, 3)
    obj = objective(logistic, X, y, weights=np.ones(50))
    expected = obj.value(w)
    assert pickle.loads(pickle.dumps(obj)).value(w) == expected


def test_large_and_small_terms_are_summed_without_loss(gaussian: Loss) -> None:
    """2^53 + 1 + ... + 1: an uncompensated running sum of blocks would drop every small block."""
    blocks = 64
    y = np.full(blocks * kernels.ROWS, np.sqrt(2 / kernels.ROWS))
    y[0] = np.sqrt(2.0) * 2.0**27
    value = objective(gaussian, np.ones((len(y), 1)), y).value([0.0]) * len(y)
    exact = 2.0**54 + (blocks - 1)
    assert abs(value - exact) <= 8


def test_the_sum_of_large_losses_is_infinite_and_not_nan(gaussian: Loss) -> None:
    y = np.full(1000, 1e154)
    assert objective(gaussian, np.ones((1000, 1)), y).value([-1e154]) == np.inf


def test_nothing_of_the_size_of_the_data_is_allocated(logistic: Loss) -> None:
    import tracemalloc

    X, y, w = data(200_000, 10)
    obj = objective(logistic, X, y)
    obj.value_and_gradient(w)
    tracemalloc.start()
    obj.value_and_gradient(w)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < X.nbytes / 50


@pytest.mark.parametrize("layout", ["Fortran order", "float32"])
def test_the_block_loader_copies_a_block_at_a_time(logistic: Loss, layout: str) -> None:
    import tracemalloc

    X, y, w = data(200_000, 10)
    obj = objective(logistic, LAYOUTS[layout](X), y)
    obj.value_and_gradient(w)
    tracemalloc.start()
    obj.value_and_gradient(w)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < X.nbytes / 5


def test_the_code_does_not_depend_on_the_number_of_rows(logistic: Loss) -> None:
    """Symbolic and compile time cannot grow with M, nor with the number of losses: one text, one compiled signature."""
    from lossproof.lowering.code.modules import numba_module

    text = numba_module(logistic.computed)
    for loss in (logistic, replace(logistic, name="another", digest="another")):
        for rows in (10, 1000, 100_000):
            X, y, w = data(rows, 3)
            objective(loss, X, y).value_and_gradient(w)
    assert numba_module(logistic.computed) == text
    assert len(block_kernels().gradient_rows.signatures) == 1


@pytest.mark.parametrize("columns", [1, 3, 8, 9, 33, 50])
def test_a_column_of_ones_need_not_be_there(logistic: Loss, columns: int) -> None:
    """``ones`` gives what the column would, in every kernel."""
    X, y, _ = data(777, columns)
    w = np.linspace(-1, 1, columns + 1)
    agree(
        replace(objective(logistic, X, y), reader=AsGiven(ones=True)),
        w,
        plain(logistic, np.column_stack([X, np.ones(777)]), y, w),
    )


def test_the_kernels_of_a_loss_are_written_once(logistic: Loss, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y, w = data(20, 2)
    objective(logistic, X, y).value(w)

    def refuse(loss: object) -> str:
        raise AssertionError("the text is written again")

    monkeypatch.setattr(sys.modules[Objective.__module__], "numba_module", refuse)
    objective(replace(logistic), X, y).value(w)
