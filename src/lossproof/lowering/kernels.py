"""Sums over samples, block by block: loss, gradient and Hessian in one pass over X.

    u = W X^T + offset,  v = loss(u, yt),   sum_m a_m l_m,   sum_m a_m r_m x_m,   sum_m a_m h_m x_m x_m^T

This text is also a template: a generated module is this file with the import of `squared_error` replaced by the
functions of one loss, so that the loss is compiled into the loops.

Laws of this file. X is (M, d), float64, C order; ``yt`` (M,); ``weights`` (M,) or empty; ``offset`` (M, q) or
empty; ``W`` (q, d). Rows come in blocks that stay in cache, X is read from memory once. Inside a block sums may
be reassociated (they vectorise); from block to block they are compensated (Neumaier), and a row of ``sums``
holds sum and compensation side by side: ``sums[0]`` and ``sums[1]``, the loss first, then the gradient (q, d),
then the Hessian's blocks for a <= b, each (d, d) with its upper triangle filled where a = b.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from lossproof.lowering.elementary import inlined
from lossproof.lowering.squared_error import PREDICTORS, curvatures, losses, slopes

Array = np.ndarray
summing = njit(error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
kernel = njit(error_model="numpy", nogil=True, cache=True)

ROWS = 256
TRANSPOSED_UP_TO = 8


@inlined
def add(sums: Array, place: int, term: float) -> None:
    """sums[:, place] += term, what the addition loses going into sums[1] (Neumaier)."""
    old = sums[0, place]
    new = old + term
    lost = (old - new) + term if abs(old) >= abs(term) else (term - new) + old
    sums[0, place] = new
    sums[1, place] += lost if abs(new) < np.inf else 0.0


@summing
def total(v: Array, n: int) -> float:
    """The sum of v[:n]."""
    result = 0.0
    for i in range(n):
        result += v[i]
    return result


@summing
def scale_rows(a: Array, start: int, n: int, target: Array) -> None:
    """Multiplies each row of ``target`` (any, n) by the weights a[start:start+n]."""
    for p in range(target.shape[0]):
        for i in range(n):
            target[p, i] *= a[start + i]


@summing
def transpose(X: Array, start: int, n: int, block: Array) -> None:
    """The block as columns (d, n)."""
    for j in range(X.shape[1]):
        for i in range(n):
            block[j, i] = X[start + i, j]


@summing
def predict_by_columns(block: Array, W: Array, n: int, u: Array) -> None:
    for p in range(u.shape[0]):
        for i in range(n):
            u[p, i] = W[p, 0] * block[0, i]
        for j in range(1, block.shape[0]):
            for i in range(n):
                u[p, i] += W[p, j] * block[j, i]


@summing
def predict_by_rows(X: Array, start: int, n: int, W: Array, u: Array) -> None:
    """Four rows at a time share the loads of W."""
    whole = n - n % 4
    for p in range(u.shape[0]):
        for i in range(0, whole, 4):
            u0, u1, u2, u3 = 0.0, 0.0, 0.0, 0.0
            for j in range(X.shape[1]):
                u0 += X[start + i, j] * W[p, j]
                u1 += X[start + i + 1, j] * W[p, j]
                u2 += X[start + i + 2, j] * W[p, j]
                u3 += X[start + i + 3, j] * W[p, j]
            u[p, i], u[p, i + 1], u[p, i + 2], u[p, i + 3] = u0, u1, u2, u3
        for i in range(whole, n):
            u0 = 0.0
            for j in range(X.shape[1]):
                u0 += X[start + i, j] * W[p, j]
            u[p, i] = u0


@summing
def predict(X: Array, start: int, n: int, W: Array, offset: Array, block: Array, u: Array) -> None:
    """The linear predictors u (q, n) of n rows; ``block`` is filled where d is small."""
    if X.shape[1] <= block.shape[0]:
        transpose(X, start, n, block)
        predict_by_columns(block[: X.shape[1]], W, n, u)
    else:
        predict_by_rows(X, start, n, W, u)
    if offset.size:
        for p in range(u.shape[0]):
            for i in range(n):
                u[p, i] += offset[start + i, p]


@summing
def gradient_by_columns(block: Array, r: Array, n: int, g: Array) -> None:
    for p in range(r.shape[0]):
        for j in range(block.shape[0]):
            partial = 0.0
            for i in range(n):
                partial += r[p, i] * block[j, i]
            g[p, j] = partial


@summing
def gradient_by_rows(X: Array, start: int, n: int, r: Array, g: Array) -> None:
    """Four rows at a time share the loads and stores of g."""
    whole = n - n % 4
    for p in range(r.shape[0]):
        for j in range(X.shape[1]):
            g[p, j] = 0.0
        for i in range(0, whole, 4):
            r0, r1, r2, r3 = r[p, i], r[p, i + 1], r[p, i + 2], r[p, i + 3]
            for j in range(X.shape[1]):
                g[p, j] += (r0 * X[start + i, j] + r1 * X[start + i + 1, j]) + (
                    r2 * X[start + i + 2, j] + r3 * X[start + i + 3, j]
                )
        for i in range(whole, n):
            for j in range(X.shape[1]):
                g[p, j] += r[p, i] * X[start + i, j]


@summing
def block_gradient(X: Array, start: int, n: int, block: Array, r: Array, g: Array) -> None:
    if X.shape[1] <= block.shape[0]:
        gradient_by_columns(block[: X.shape[1]], r, n, g)
    else:
        gradient_by_rows(X, start, n, r, g)


@summing
def block_hessian(block: Array, h: Array, n: int, scaled: Array, matrix: Array) -> None:
    """matrix[j, k] = sum_i h_i block[j, i] block[k, i] for j <= k."""
    for j in range(block.shape[0]):
        for i in range(n):
            scaled[i] = h[i] * block[j, i]
        for k in range(j, block.shape[0]):
            partial = 0.0
            for i in range(n):
                partial += scaled[i] * block[k, i]
            matrix[j, k] = partial


@inlined
def add_gradient(sums: Array, g: Array) -> None:
    d = g.shape[1]
    for p in range(g.shape[0]):
        for j in range(d):
            add(sums, 1 + p * d + j, g[p, j])


@inlined
def add_matrix(sums: Array, place: int, matrix: Array, d: int) -> None:
    for j in range(d):
        for k in range(j, d):
            add(sums, place + j * d + k, matrix[j, k])


@kernel
def value_rows(
    X: Array, yt: Array, weights: Array, offset: Array, W: Array, start: int, stop: int, sums: Array
) -> None:
    """Adds the losses of the rows start..stop-1 to ``sums`` (2, 1)."""
    u = np.empty((PREDICTORS, ROWS))
    v = np.empty((1, ROWS))
    block = np.empty((TRANSPOSED_UP_TO, ROWS))
    for first in range(start, stop, ROWS):
        n = min(ROWS, stop - first)
        predict(X, first, n, W, offset, block, u)
        losses(u, yt[first : first + n], n, v[0])
        if weights.size:
            scale_rows(weights, first, n, v)
        add(sums, 0, total(v[0], n))


@kernel
def gradient_rows(
    X: Array, yt: Array, weights: Array, offset: Array, W: Array, start: int, stop: int, sums: Array
) -> None:
    """Adds loss and gradient of the rows start..stop-1 to ``sums`` (2, 1 + q d)."""
    u = np.empty((PREDICTORS, ROWS))
    v = np.empty((1, ROWS))
    r = np.empty((PREDICTORS, ROWS))
    g = np.empty(W.shape)
    block = np.empty((TRANSPOSED_UP_TO, ROWS))
    for first in range(start, stop, ROWS):
        n = min(ROWS, stop - first)
        predict(X, first, n, W, offset, block, u)
        slopes(u, yt[first : first + n], n, v[0], r)
        if weights.size:
            scale_rows(weights, first, n, v)
            scale_rows(weights, first, n, r)
        add(sums, 0, total(v[0], n))
        block_gradient(X, first, n, block, r, g)
        add_gradient(sums, g)


@kernel
def hessian_rows(
    X: Array, yt: Array, weights: Array, offset: Array, W: Array, start: int, stop: int, sums: Array
) -> None:
    """Adds loss, gradient and Hessian to ``sums`` (2, 1 + q d + q (q + 1) / 2 d^2), by explicit loops."""
    d = X.shape[1]
    u = np.empty((PREDICTORS, ROWS))
    v = np.empty((1, ROWS))
    r = np.empty((PREDICTORS, ROWS))
    h = np.empty((PREDICTORS, PREDICTORS, ROWS))
    g = np.empty(W.shape)
    block = np.empty((d, ROWS))
    scaled = np.empty(ROWS)
    matrix = np.empty((d, d))
    for first in range(start, stop, ROWS):
        n = min(ROWS, stop - first)
        predict(X, first, n, W, offset, block, u)
        curvatures(u, yt[first : first + n], n, v[0], r, h)
        if weights.size:
            scale_rows(weights, first, n, v)
            scale_rows(weights, first, n, r)
            for p in range(PREDICTORS):
                scale_rows(weights, first, n, h[p])
        add(sums, 0, total(v[0], n))
        block_gradient(X, first, n, block, r, g)
        add_gradient(sums, g)
        place = 1 + W.size
        for p in range(PREDICTORS):
            for s in range(p, PREDICTORS):
                block_hessian(block, h[p, s], n, scaled, matrix)
                add_matrix(sums, place, matrix, d)
                place += d * d


@kernel
def curvature_rows(
    X: Array, yt: Array, weights: Array, offset: Array, W: Array, start: int, stop: int, sums: Array, h: Array
) -> None:
    """As `gradient_rows`, and the weighted curvatures in ``h`` (q, q, stop - start), for a matrix product."""
    u = np.empty((PREDICTORS, ROWS))
    v = np.empty((1, ROWS))
    r = np.empty((PREDICTORS, ROWS))
    g = np.empty(W.shape)
    block = np.empty((TRANSPOSED_UP_TO, ROWS))
    for first in range(start, stop, ROWS):
        n = min(ROWS, stop - first)
        here = h[:, :, first - start : first - start + n]
        predict(X, first, n, W, offset, block, u)
        curvatures(u, yt[first : first + n], n, v[0], r, here)
        if weights.size:
            scale_rows(weights, first, n, v)
            scale_rows(weights, first, n, r)
            for p in range(PREDICTORS):
                scale_rows(weights, first, n, here[p])
        add(sums, 0, total(v[0], n))
        block_gradient(X, first, n, block, r, g)
        add_gradient(sums, g)


@kernel
def scale_block(X: Array, start: int, n: int, factors: Array, scaled: Array) -> None:
    """scaled[i] = factors[i] X[start + i]."""
    for i in range(n):
        for j in range(X.shape[1]):
            scaled[i, j] = factors[i] * X[start + i, j]


@kernel
def merge(partials: Array, sums: Array) -> None:
    """Adds the partial results (spans, 2, size) in their order into ``sums`` (2, size)."""
    for k in range(partials.shape[0]):
        for place in range(partials.shape[2]):
            add(sums, place, partials[k, 0, place])
            sums[1, place] += partials[k, 1, place]


@kernel
def evaluate_values(u: Array, yt: Array, v: Array) -> None:
    """The loss of each sample: u (q, M), yt (M,), v (M,)."""
    losses(u, yt, yt.size, v)


@kernel
def evaluate_slopes(u: Array, yt: Array, v: Array, r: Array) -> None:
    """Loss and slope of each sample: r (q, M)."""
    slopes(u, yt, yt.size, v, r)


@kernel
def evaluate_curvatures(u: Array, yt: Array, v: Array, r: Array, h: Array) -> None:
    """Loss, slope and curvature of each sample: h (q, q, M)."""
    curvatures(u, yt, yt.size, v, r, h)
