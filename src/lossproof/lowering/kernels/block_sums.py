"""Sums over samples, block by block: loss, gradient and Hessian in one pass over X.

    u = W X^T + offset,  v = loss(u, yt),   sum_m a_m l_m,   sum_m a_m r_m x_m,   sum_m a_m h_m x_m x_m^T

The loss is called by its address, a block of rows at a time, so that these loops are compiled once for all losses:
``places`` is the table of `row_functions`, which begins with the functions for losses, slopes and curvatures.

Laws of this file. X is (M, d), float64, C order; ``yt`` (M, c + 1), where a row holds c columns besides the target,
which is last; ``weights`` (M,) or empty; ``offset`` (M, q) or empty; ``W`` (q, p), where p is d, or d + 1 for a column
of ones behind those of X. Rows come in blocks that stay in cache, X is read from memory once. Inside a block sums may
be reassociated (they vectorise); from block to block they are compensated (Neumaier), the Hessian every ``TOGETHER``
blocks; a row of ``sums`` holds sum and compensation side by side: ``sums[0]`` and ``sums[1]``, the loss first, then the
gradient (q, p), then the Hessian's blocks for p <= s, each (D, D) with its upper triangle filled, D being p rounded up
to tiles.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from lossproof.lowering.kernels.calls_by_address import call_fill
from lossproof.lowering.kernels.row_products import (
    ROWS_TOGETHER,
    UNROLLED,
    column_products,
    long_row_products,
    row_products,
)
from lossproof.lowering.kernels.vectors import wide_vectors
from lossproof.lowering.numbers.elementary import inlined

Array = np.ndarray
summing = njit(error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
kernel = njit(error_model="numpy", nogil=True, cache=True)

ROWS = 256
FEWEST_ROWS = 64
BLOCK_ENTRIES = 1 << 14
LONG_FROM = 128
IN_PAIRS_UP_TO = 32
TILE = 4
TOGETHER = 4
LOSSES, SLOPES, CURVATURES = 0, 1, 2  # places in the table


@inlined
def add(total: Array, lost: Array, terms: Array) -> None:
    """total += terms; what the additions lose is collected in ``lost`` (Neumaier)."""
    wide_vectors()
    for i in range(terms.size):
        old, term = total[i], terms[i]
        new = old + term
        rest = (old - new) + term if abs(old) >= abs(term) else (term - new) + old
        total[i] = new
        lost[i] += rest if abs(new) < np.inf else 0.0


@summing
def total(v: Array, n: int) -> float:
    """The sum of v[:n]."""
    wide_vectors()
    result = 0.0
    for i in range(n):
        result += v[i]
    return result


@summing
def scale_rows(a: Array, start: int, n: int, target: Array) -> None:
    """Multiplies each row of ``target`` (any, n) by the weights a[start:start+n]."""
    wide_vectors()
    for p in range(target.shape[0]):
        for i in range(n):
            target[p, i] *= a[start + i]


@summing
def transpose(X: Array, start: int, n: int, block: Array) -> None:
    """The block as columns (d, n). Steps that are known to the compiler become shuffles of whole vectors."""
    wide_vectors()
    d = X.shape[1]
    flat = X.reshape(X.size)[start * d : (start + n) * d]
    if d == 2:
        for i in range(n):
            block[0, i] = flat[2 * i]
            block[1, i] = flat[2 * i + 1]
    elif d == 3:
        for i in range(n):
            block[0, i] = flat[3 * i]
            block[1, i] = flat[3 * i + 1]
            block[2, i] = flat[3 * i + 2]
    elif d == 4:
        for i in range(n):
            block[0, i] = flat[4 * i]
            block[1, i] = flat[4 * i + 1]
            block[2, i] = flat[4 * i + 2]
            block[3, i] = flat[4 * i + 3]
    else:
        pairs = d - d % 2 if d <= IN_PAIRS_UP_TO else 0
        for j in range(0, pairs, 2):
            for i in range(n):
                block[j, i] = flat[i * d + j]
                block[j + 1, i] = flat[i * d + j + 1]
        for j in range(pairs, d):
            for i in range(n):
                block[j, i] = flat[i * d + j]


@summing
def predict_by_columns(block: Array, W: Array, n: int, u: Array) -> None:
    wide_vectors()
    for p in range(u.shape[0]):
        for i in range(n):
            u[p, i] = W[p, 0] * block[0, i]
        for j in range(1, block.shape[0]):
            for i in range(n):
                u[p, i] += W[p, j] * block[j, i]


@inlined
def block_rows(d: int) -> int:
    """How many rows make a block: with d columns it should stay in cache beside the one that comes next."""
    return min(ROWS, max(FEWEST_ROWS, BLOCK_ENTRIES // max(d, 1) // ROWS_TOGETHER * ROWS_TOGETHER))


@summing
def predict_by_rows(X: Array, start: int, n: int, W: Array, u: Array) -> None:
    """The first half of the next block comes meanwhile."""
    wide_vectors()
    d = X.shape[1]
    flat, ahead = X.reshape(X.size), (start + n) * d
    whole = n - n % ROWS_TOGETHER
    for p in range(u.shape[0]):
        if d < LONG_FROM:
            row_products(flat, start, whole, d, W[p], u[p], ahead)
        else:
            long_row_products(flat, start, whole, d, W[p], u[p], ahead)
        for i in range(whole, n):
            u0 = 0.0
            for j in range(d):
                u0 += X[start + i, j] * W[p, j]
            u[p, i] = u0


@summing
def predict(X: Array, start: int, n: int, W: Array, offset: Array, u: Array) -> None:
    """The linear predictors u (q, n) of n rows."""
    wide_vectors()
    d = X.shape[1]
    predict_by_rows(X, start, n, W, u)
    if W.shape[1] > d:
        for p in range(u.shape[0]):
            for i in range(n):
                u[p, i] += W[p, d]
    if offset.size:
        add_offset(offset, start, n, u)


@summing
def load_columns(X: Array, start: int, n: int, center: Array, scale: Array, block: Array) -> None:
    """The block as columns (p, n), moved by ``center`` and ``scale`` where given; a column of ones where p > d."""
    wide_vectors()
    d = X.shape[1]
    transpose(X, start, n, block)
    if center.size:
        for j in range(d):
            for i in range(n):
                block[j, i] = (block[j, i] - center[j]) * scale[j]
    for j in range(d, block.shape[0]):
        for i in range(n):
            block[j, i] = 1.0


@summing
def add_offset(offset: Array, start: int, n: int, u: Array) -> None:
    wide_vectors()
    for p in range(u.shape[0]):
        for i in range(n):
            u[p, i] += offset[start + i, p]


@summing
def gradient_by_columns(block: Array, r: Array, n: int, g: Array) -> None:
    wide_vectors()
    for p in range(r.shape[0]):
        for j in range(block.shape[0]):
            partial = 0.0
            for i in range(n):
                partial += r[p, i] * block[j, i]
            g[p, j] = partial


@summing
def gradient_by_rows(X: Array, start: int, n: int, r: Array, g: Array) -> None:
    """The second half of the next block comes meanwhile."""
    wide_vectors()
    d = X.shape[1]
    flat, ahead = X.reshape(X.size), (start + n) * d + n // 2 * d
    whole = n - n % UNROLLED
    for p in range(r.shape[0]):
        column_products(flat, start, whole, d, r[p], g[p], ahead)
        for i in range(whole, n):
            for j in range(d):
                g[p, j] += r[p, i] * X[start + i, j]


@summing
def block_gradient(X: Array, start: int, n: int, r: Array, g: Array) -> None:
    wide_vectors()
    gradient_by_rows(X, start, n, r, g)
    if g.shape[1] > X.shape[1]:
        for p in range(g.shape[0]):
            g[p, X.shape[1]] = total(r[p], n)


@summing
def block_hessian(block: Array, h: Array, n: int, scaled: Array, matrix: Array) -> None:
    """matrix[j, k] += sum_i h_i block[j, i] block[k, i] for k >= j, in tiles of 4 by 4.

    A tile's 16 sums stay in registers, so that 8 loads feed 16 multiply-adds. The block has 4 T rows.
    """
    wide_vectors()
    for j in range(0, block.shape[0], TILE):
        for i in range(n):
            scaled[0, i] = h[i] * block[j, i]
            scaled[1, i] = h[i] * block[j + 1, i]
            scaled[2, i] = h[i] * block[j + 2, i]
            scaled[3, i] = h[i] * block[j + 3, i]
        for k in range(j, block.shape[0], TILE):
            tile(scaled, block, n, matrix, j, k)


@summing
def tile(scaled: Array, block: Array, n: int, matrix: Array, j: int, k: int) -> None:
    """matrix[j:j+4, k:k+4] += scaled block[k:k+4]^T."""
    wide_vectors()
    s00, s01, s02, s03 = 0.0, 0.0, 0.0, 0.0
    s10, s11, s12, s13 = 0.0, 0.0, 0.0, 0.0
    s20, s21, s22, s23 = 0.0, 0.0, 0.0, 0.0
    s30, s31, s32, s33 = 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        x0, x1, x2, x3 = scaled[0, i], scaled[1, i], scaled[2, i], scaled[3, i]
        y0, y1, y2, y3 = block[k, i], block[k + 1, i], block[k + 2, i], block[k + 3, i]
        s00, s01, s02, s03 = s00 + x0 * y0, s01 + x0 * y1, s02 + x0 * y2, s03 + x0 * y3
        s10, s11, s12, s13 = s10 + x1 * y0, s11 + x1 * y1, s12 + x1 * y2, s13 + x1 * y3
        s20, s21, s22, s23 = s20 + x2 * y0, s21 + x2 * y1, s22 + x2 * y2, s23 + x2 * y3
        s30, s31, s32, s33 = s30 + x3 * y0, s31 + x3 * y1, s32 + x3 * y2, s33 + x3 * y3
    row = matrix[j]
    row[k] += s00
    row[k + 1] += s01
    row[k + 2] += s02
    row[k + 3] += s03
    row = matrix[j + 1]
    row[k] += s10
    row[k + 1] += s11
    row[k + 2] += s12
    row[k + 3] += s13
    row = matrix[j + 2]
    row[k] += s20
    row[k + 1] += s21
    row[k + 2] += s22
    row[k + 3] += s23
    row = matrix[j + 3]
    row[k] += s30
    row[k + 1] += s31
    row[k + 2] += s32
    row[k + 3] += s33


@inlined
def fill(
    places: Array, place: int, u: Array, yt: Array, first: int, n: int, side: Array, v: Array, r: Array, h: Array
) -> None:
    """The rows ``v``, ``r`` and ``h`` of n samples; where a sample holds more than its target, by way of ``side``."""
    if yt.shape[1] == 1:
        call_fill(places[place], places, u, yt[first : first + n], v, r, h, ROWS, n)
    else:
        for k in range(yt.shape[1]):
            for i in range(n):
                side[k, i] = yt[first + i, k]
        call_fill(places[place], places, u, side, v, r, h, ROWS, n)


@kernel
def value_rows(
    places: Array, X: Array, yt: Array, weights: Array, offset: Array, W: Array, start: int, stop: int, sums: Array
) -> None:
    """Adds the losses of the rows start..stop-1 to ``sums`` (2, 1)."""
    predictors = W.shape[0]
    u = np.empty((predictors, ROWS))
    side = np.empty((yt.shape[1], ROWS))
    v = np.empty((1, ROWS))
    part = np.empty(1)
    rows = block_rows(X.shape[1])
    for first in range(start, stop, rows):
        n = min(rows, stop - first)
        predict(X, first, n, W, offset, u)
        fill(places, LOSSES, u, yt, first, n, side, v, v, v)
        if weights.size:
            scale_rows(weights, first, n, v)
        part[0] = total(v[0], n)
        add(sums[0], sums[1], part)


@kernel
def gradient_rows(
    places: Array, X: Array, yt: Array, weights: Array, offset: Array, W: Array, start: int, stop: int, sums: Array
) -> None:
    """Adds loss and gradient of the rows start..stop-1 to ``sums`` (2, 1 + q d)."""
    predictors = W.shape[0]
    u = np.empty((predictors, ROWS))
    side = np.empty((yt.shape[1], ROWS))
    v = np.empty((1, ROWS))
    r = np.empty((predictors, ROWS))
    part = np.empty(1 + W.size)
    rows = block_rows(X.shape[1])
    for first in range(start, stop, rows):
        n = min(rows, stop - first)
        predict(X, first, n, W, offset, u)
        fill(places, SLOPES, u, yt, first, n, side, v, r, v)
        if weights.size:
            scale_rows(weights, first, n, v)
            scale_rows(weights, first, n, r)
        part[0] = total(v[0], n)
        block_gradient(X, first, n, r, part[1:].reshape(W.shape))
        add(sums[0], sums[1], part)


@kernel
def hessian_rows(
    places: Array,
    X: Array,
    yt: Array,
    weights: Array,
    offset: Array,
    center: Array,
    scale: Array,
    W: Array,
    start: int,
    stop: int,
    sums: Array,
) -> None:
    """Adds loss, gradient and Hessian to ``sums`` (2, 1 + q p + q (q + 1) / 2 D^2), D = p rounded up to tiles.

    In z = (x - center) * scale, or in x where these are empty; with W (q, d + 1) a column of ones stands behind.
    """
    width = W.shape[1]
    padded = width + (-width) % TILE  # rows of zeros fill the last tiles
    predictors = W.shape[0]
    u = np.empty((predictors, ROWS))
    side = np.empty((yt.shape[1], ROWS))
    v = np.empty((1, ROWS))
    r = np.empty((predictors, ROWS))
    h = np.empty((predictors, predictors, ROWS))
    part = np.empty(1 + W.size)
    block = np.zeros((padded, ROWS))
    scaled = np.empty((TILE, ROWS))
    matrices = np.zeros((predictors * (predictors + 1) // 2, padded, padded))
    for first in range(start, stop, ROWS):
        n = min(ROWS, stop - first)
        load_columns(X, first, n, center, scale, block[:width])
        predict_by_columns(block[:width], W, n, u)
        if offset.size:
            add_offset(offset, first, n, u)
        fill(places, CURVATURES, u, yt, first, n, side, v, r, h)
        if weights.size:
            scale_rows(weights, first, n, v)
            scale_rows(weights, first, n, r)
            for p in range(predictors):
                scale_rows(weights, first, n, h[p])
        part[0] = total(v[0], n)
        gradient_by_columns(block[:width], r, n, part[1:].reshape(W.shape))
        add(sums[0], sums[1], part)
        pair = 0
        for p in range(predictors):
            for s in range(p, predictors):
                block_hessian(block, h[p, s], n, scaled, matrices[pair])
                pair += 1
        if (first - start) // ROWS % TOGETHER == TOGETHER - 1 or first + n == stop:
            here = sums[:, part.size :]
            add(here[0], here[1], matrices.reshape(matrices.size))
            matrices[:] = 0.0


@kernel
def merge(partials: Array, sums: Array) -> None:
    """Adds the partial results (spans, 2, size) in their order into ``sums`` (2, size)."""
    for k in range(partials.shape[0]):
        add(sums[0], sums[1], partials[k, 0])
        for place in range(partials.shape[2]):
            sums[1, place] += partials[k, 1, place]
