"""How much the mean changes with each feature; with classes, the probability of each.

dE/dx_j = sum_p dE/du_p w_pj          averaged over the rows, or at their means; its variance by the delta method
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lossproof.errors import CallerError
from lossproof.lowering import validation
from lossproof.training.after.class_probabilities import Seen, class_means, labels_of, seen
from lossproof.training.after.mean_of_rows import Mean, mean_of
from lossproof.training.arrays import Matrix, Vector

if TYPE_CHECKING:
    from lossproof.lowering import Loss
    from lossproof.training.result import Fit


@dataclass(frozen=True, eq=False)
class Effects:
    """How much the mean changes with each feature: ``values`` (d,), ``standard_errors`` (d,), by ``names``.

    Where the target is one of K ``classes``, both are (K, d): how much the probability of each class changes.
    """

    kind: str
    names: tuple[str, ...]
    values: Vector | Matrix
    standard_errors: Vector | Matrix
    classes: tuple[float, ...] = ()

    def __str__(self) -> str:
        heads = [f"{each:g}: " for each in self.classes] or [""]
        names = [f"{head}{name}" for head in heads for name in self.names]
        rows = zip(names, np.ravel(self.values), np.ravel(self.standard_errors), strict=True)
        return "\n".join(f"{name:<20} {value:12.6g} {error:12.6g}" for name, value, error in rows)


def effects(fit: Fit, kind: str, columns: Mapping[str, Any] | None) -> Effects:
    """dE/dx_j averaged over the rows ("average"), or at their means ("means"). Raises CallerError and DataError."""
    if kind not in ("average", "means"):
        raise CallerError(f"kind: {kind!r} was given; it is 'average' or 'means'.")
    if not fit.features:
        raise CallerError(f"effects: no predictor of {fit.model.name} has features.")
    rows, labels = seen(fit), labels_of(fit.model)
    u, share = rows.u, rows.counts / rows.counts.sum()
    others = other_columns(fit.model, columns, len(share), rows.others)
    if kind == "means":
        rows = replace(rows, tables=[(share @ Z)[None] for Z in rows.tables])
        u, others, share = (u @ share)[:, None], (share @ others)[None], np.ones(1)
    if labels is None:
        return Effects(kind, fit.features, *_summed(fit, rows, mean_of(fit.model, u, others), share))
    found = [_summed(fit, rows, each, share) for each in class_means(fit.model, u, others)]
    values, errors = (np.array(each) for each in zip(*found, strict=True))
    return Effects(kind, fit.features, values, errors, tuple(labels.tolist()))


def _summed(fit: Fit, rows: Seen, mean: Mean, share: Vector) -> tuple[Vector, Vector]:
    """The effects (d,) and their standard errors."""
    d = len(fit.features)
    weights, slopes = fit.coefficients[:, :d], mean.slopes @ share
    gradient = []
    for s, names, Z in zip(rows.free, rows.names, rows.tables, strict=True):
        bent = (mean.curvatures[:, s] * share) @ Z  # (q, d_s)
        block = weights.T @ bent
        for place, name in enumerate(names):
            block[fit.features.index(name), place] += slopes[s]
        gradient.append(block)
    G = np.hstack(gradient)
    return weights.T @ slopes, np.sqrt(np.diag(G @ fit.covariance() @ G.T))


def other_columns(loss: Loss, given: Mapping[str, Any] | None, rows: int, own: Matrix | None) -> Matrix:
    """What else a row holds (M, c): as ``given`` by name, a number for all rows or one a row, else their ``own``."""
    given = {} if given is None else given
    names = [column.name for column in loss.columns]
    unknown = [str(name) for name in given if name not in names]
    if unknown:
        raise CallerError(f"columns: {', '.join(unknown)} was given; {loss.name} has {', '.join(names) or 'none'}.")
    found = np.empty((rows, len(names)))
    for place, (name, domain) in enumerate(zip(names, loss.column_domains, strict=True)):
        if name in given:
            values = given[name]
            filled = np.full(rows, values) if np.ndim(values) == 0 else values
            found[:, place] = validation.column(name, filled, rows, domain)
        elif own is not None:
            found[:, place] = own[:, place]
        else:
            raise CallerError(f"columns: {name} of the new rows is needed, as columns={{{name!r}: ...}}.")
    return found
