"""The products of a block with a vector: every width and remainder, and nothing read beside the block."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from lossproof.lowering.kernels.row_products import (
    ROWS_TOGETHER,
    UNROLLED,
    column_products,
    long_row_products,
    row_products,
)

WIDTHS = [*range(1, 70), 127, 128, 129, 300]
FIRST = 3


@njit
def by_rows(flat, first, n, d, w, u):
    row_products(flat, first, n, d, w, u, flat.size)


@njit
def by_long_rows(flat, first, n, d, w, u):
    long_row_products(flat, first, n, d, w, u, flat.size)


@njit
def by_columns(flat, first, n, d, r, g):
    column_products(flat, first, n, d, r, g, flat.size)


def block(n: int, d: int) -> np.ndarray:
    """Rows of small whole numbers, so that any order of sums gives the same bits, between rows of NaN."""
    X = np.full((n + 2 * FIRST, d), np.nan)
    X[FIRST : FIRST + n] = np.random.default_rng(d).integers(-9, 10, (n, d))
    return X


def beside(result: np.ndarray, extent: int) -> bool:
    """Whether something was written behind the result."""
    return not np.isnan(result[extent:]).all()


@pytest.mark.parametrize("product", [by_rows, by_long_rows], ids=["together", "one by one"])
@pytest.mark.parametrize("n", [0, ROWS_TOGETHER, 5 * ROWS_TOGETHER])
def test_a_product_with_rows_is_exact_for_every_width(product, n):
    for d in WIDTHS:
        X, w, u = block(n, d), np.arange(d) - 5.0, np.full(n + 16, np.nan)
        product(X.reshape(-1), FIRST, n, d, w, u)
        np.testing.assert_array_equal(u[:n], X[FIRST : FIRST + n] @ w)
        assert not beside(u, n)


@pytest.mark.parametrize("n", [0, UNROLLED, 7 * UNROLLED])
def test_a_product_with_columns_is_exact_for_every_width(n):
    for d in WIDTHS:
        X, r, g = block(n, d), np.arange(n) - 5.0, np.full(d + 16, np.nan)
        by_columns(X.reshape(-1), FIRST, n, d, r, g)
        np.testing.assert_array_equal(g[:d], X[FIRST : FIRST + n].T @ r)
        assert not beside(g, d)


def test_what_is_asked_for_ahead_may_lie_behind_the_end_of_x():
    X, u = block(ROWS_TOGETHER, 10), np.empty(ROWS_TOGETHER)
    for behind in (0, 1 << 20, 1 << 40):

        @njit
        def far(flat, w, u, behind=behind):
            row_products(flat, FIRST, ROWS_TOGETHER, 10, w, u, flat.size + behind)

        far(X.reshape(-1), np.ones(10), u)
        np.testing.assert_array_equal(u, X[FIRST:-FIRST].sum(axis=1))
