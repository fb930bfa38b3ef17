"""Where to start without a guess: constants only, the best of a grid of numbers that the data suggest.

0, +-1, +-2, +-4   quantiles, spread of the target, and their logarithms; for what has ends, numbers between them
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from lossproof.lowering import Loss
from lossproof.lowering.each_row import spread, values
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.several.scales import Scales

_LOOKED_AT = 1 << 12  # rows that say what sizes the target has
_ROWS, _FEW = 48, 12  # of these all are tried on the few, the best on the others
_KEPT = 24
_MOST = 4096  # combinations tried at a time
_SWEEPS = 3
_QUANTILES = (0.1, 0.5, 0.9)
_PLAIN = (0.0, 1.0, -1.0, 2.0, -2.0, 4.0, -4.0)
_SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)
_SIZES = (1e-2, 0.1, 1.0, 10.0, 100.0)


def constants(loss: Loss, observed: Matrix, scales: Scales, offset: Matrix | None) -> Vector:
    """The predictors (q,), the same for all rows, with the least mean loss among those tried."""
    thin = spread(len(observed), _LOOKED_AT)
    y = observed[thin, -1]
    some = thin[np.argsort(y, kind="stable")[spread(len(thin), _ROWS)]]
    rows, shift = observed[some], None if offset is None else offset[:, some]
    seen = [*np.quantile(y, _QUANTILES).tolist(), float(y.mean()), float(y.std())]
    choices = [_choices(seen, low, high) for low, high in zip(scales.low, scales.high, strict=True)]
    if np.prod([float(len(each)) for each in choices]) <= _MOST:
        return _best(loss, rows, shift, np.array(list(product(*choices))))
    found = np.array([each[0] for each in choices])
    for _ in range(_SWEEPS):
        for pair in zip(range(len(choices)), [*range(1, len(choices)), 0], strict=True):
            tried = np.tile(found, (len(choices[pair[0]]) * len(choices[pair[1]]), 1))
            tried[:, pair] = list(product(*(choices[p] for p in pair)))
            found = _best(loss, rows, shift, tried)
    return found


def _choices(seen: Sequence[float], low: float, high: float) -> Sequence[float]:
    """Numbers inside of the ends, the most usual first; ``seen`` are sizes that the target has."""
    if np.isfinite(low) and np.isfinite(high):
        return [low + share * (high - low) for share in _SHARES]
    sizes = [abs(each) for each in seen if each]
    if np.isfinite(low) or np.isfinite(high):
        steps = [*_SIZES, *sizes]
        return sorted({low + step for step in steps} if np.isfinite(low) else {high - step for step in steps})
    return list(dict.fromkeys([*_PLAIN, *seen, *np.log(sizes).tolist()]))


def _best(loss: Loss, rows: Matrix, shift: Matrix | None, tried: Matrix) -> Vector:
    """The combination with the least mean loss: of all on few of the rows, then of the best on all of them."""
    if len(tried) > _KEPT and len(rows) > _FEW:
        few = spread(len(rows), _FEW)
        means = _means(loss, rows[few], None if shift is None else shift[:, few], tried)
        tried = tried[np.argsort(means, kind="stable")[:_KEPT]]
    return np.array(tried[int(np.argmin(_means(loss, rows, shift, tried)))])


def _means(loss: Loss, rows: Matrix, shift: Matrix | None, tried: Matrix) -> Vector:
    """The mean loss (k,) with each of the constants (k, q); infinite where it has no value."""
    n, count = len(rows), len(tried)
    u = np.repeat(tried.T, n, axis=1)
    u = u if shift is None else u + np.tile(shift, count)
    with np.errstate(all="ignore"):
        means = values(loss, u, np.tile(rows, (count, 1))).reshape(count, n).mean(axis=1)
    return np.where(np.isfinite(means), means, np.inf)
