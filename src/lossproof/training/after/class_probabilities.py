"""A target that is one of K classes: the probability of each in a row, how it moves, and what is left of the row.

    P_c = exp(-l(u, c))      dP_c/du_p = -P_c r_p      d2P_c/du_p du_s = P_c (r_p r_s - h_ps)

r and h are slope and curvature of the loss at the class c. A class has a name, and no mean: 0, 1, 2 count nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossproof.errors import CallerError
from lossproof.lowering import Loss
from lossproof.lowering.each_row import each_row
from lossproof.notation.assumptions import FiniteSet
from lossproof.training.after.mean_of_rows import Mean, has_formula
from lossproof.training.after.rows_again import Source, weights_of, work_of
from lossproof.training.arrays import Matrix, Vector

if TYPE_CHECKING:
    from lossproof.training.result import Fit

FEWEST = 3  # of two classes the mean is the probability of one of them


def labels_of(loss: Loss) -> Vector | None:
    """The labels (K,) of a loss that predicts a class, in order; None where the target is a number.

    It does where it has a predictor for each class, or where its target is one of three listed values or more and
    no formula says what they average to.
    """
    if loss.categorical:
        return np.arange(float(len(loss.predictors)))
    domain = loss.domain
    if isinstance(domain, FiniteSet) and len(domain.values) >= FEWEST and not has_formula(loss):
        return np.array(sorted(map(float, domain.values)))
    return None


def class_means(loss: Loss, u: Matrix, columns: Matrix) -> list[Mean]:
    """Of each class, its probability at predictors u (q, M) as the mean of "it is this class". Raises CallerError."""
    labels = labels_of(loss)
    assert labels is not None
    at, found = _rows_at(loss, u, columns), []
    with np.errstate(all="ignore"):
        for label in labels:
            value, r, h = at(float(label))
            p = np.exp(-value)
            found.append(Mean(p, np.where(p > 0, -p * r, 0.0), np.where(p > 0, p * (r[:, None] * r[None] - h), 0.0)))
    return found


def _rows_at(loss: Loss, u: Matrix, columns: Matrix) -> Callable[[float], tuple[Vector, Matrix, Matrix]]:
    """Value (M,), slopes (q, M) and curvatures (q, q, M), as if every row were of the class that is given."""
    M = u.shape[1]
    if loss.categorical:
        f, rows = loss.compile("numpy"), np.ascontiguousarray(u.T)

        def exactly(label: float) -> tuple[Vector, Matrix, Matrix]:
            y = np.full(M, label)
            return f.value(rows, y), f.slope(rows, y).T, np.moveaxis(f.curvature(rows, y), 0, -1)

        return exactly
    row = each_row(loss, 1)
    return lambda label: row(u, np.asfortranarray(np.column_stack([columns, np.full(M, label)])))


def probabilities(loss: Loss, u: Matrix, columns: Matrix) -> Matrix:
    """P (M, K) at predictors u (q, M)."""
    return np.column_stack([each.value for each in class_means(loss, u, columns)])


@dataclass(frozen=True, eq=False)
class Seen:
    """The rows of a fit: ``u`` (q, M), ``observed`` (M, c + 1), frequencies (M,), and the free predictors.

    ``tables`` are du_p/dw_p (M, d_p) of the predictors ``free``, which hang on the features ``names``.
    """

    u: Matrix
    observed: Matrix
    counts: Vector
    free: tuple[int, ...]
    names: tuple[tuple[str, ...], ...]
    tables: list[Matrix]

    @property
    def others(self) -> Matrix:
        """What was observed beside the target (M, c)."""
        return self.observed[:, :-1]


def seen(fit: Fit) -> Seen:
    """The rows of ``fit``, whichever way it was made. Raises DataError as `work_of` does."""
    if isinstance(fit.work, Source) and fit.model.categorical:
        return _of_categories(fit, fit.work)
    work = work_of(fit)
    tables = [np.column_stack([each.X, *[np.ones(len(each.X))] * each.intercept]) for each in work.designs]
    names, free = tuple(each.names for each in work.designs), tuple(range(len(work.designs)))
    return Seen(work.predictors(fit.params), work.rows.observed, weights_of(work), free, names, tables)


def _of_categories(fit: Fit, source: Source) -> Seen:
    X, y, counts, offset = source.arrays(fit)
    W, d = fit.coefficients, len(fit.features)
    u = (X @ W[:, :d].T + W[:, d:].sum(axis=1) + offset).T
    table = np.column_stack([X, *[np.ones(len(X))] * fit.intercept])
    free = free_predictors(fit)
    source.refuse_changed(fit, float(counts @ fit.model.compile("numpy").value(u.T, y) / counts.sum()))
    return Seen(u, y[:, None], counts, free, (fit.features,) * len(free), [table] * len(free))


def free_predictors(fit: Fit) -> tuple[int, ...]:
    """The predictors that have coefficients: all but that of the class of reference."""
    if fit.designs or not fit.model.categorical:
        return tuple(range(len(fit.model.predictors)))
    names = [predictor.name for predictor in fit.model.predictors]
    return tuple(k for k, name in enumerate(names) if any(each.startswith(f"{name}: ") for each in fit.names))


def residuals_of_classes(fit: Fit, kind: str) -> Matrix:
    """(M, K): 1 for the class that was seen and 0 for others, less P; "pearson" over its standard deviation."""
    labels, rows = labels_of(fit.model), seen(fit)
    assert labels is not None
    if kind not in ("response", "pearson"):
        raise CallerError(
            f"residuals({kind!r}): {fit.model.name} predicts a class; known are 'response' and 'pearson', a column for"
            " each class" + ("." if fit.model.categorical else ", and 'quantile', for its classes have an order.")
        )
    P = probabilities(fit.model, rows.u, rows.others)
    apart = (rows.observed[:, -1:] == labels) - P
    return np.asarray(apart if kind == "response" else apart / np.sqrt(P * (1 - P)))


def spread(fit: Fit, means: list[Mean], tables: list[Matrix], free: tuple[int, ...]) -> Iterator[tuple[Vector, Vector]]:
    """Of each class P (M,) and its standard error, by the delta method."""
    covariance, rows = fit.covariance(), len(means[0].value)
    for mean in means:
        moved = [mean.slopes[p][:, None] * table for p, table in zip(free, tables, strict=True)]
        G = np.hstack([np.broadcast_to(each, (rows, each.shape[1])) for each in moved])
        yield mean.value, np.sqrt(np.einsum("ij,jk,ik->i", G, covariance, G))
