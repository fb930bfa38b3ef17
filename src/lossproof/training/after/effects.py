"""How much the mean changes with each feature.

dE/dx_j = sum_p dE/du_p w_pj          averaged over the rows, or at their means; its variance by the delta method
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lossproof.errors import CallerError
from lossproof.lowering import validation
from lossproof.training.after.mean_of_rows import Mean, mean_of
from lossproof.training.after.rows_again import weights_of, work_of
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.several.fit_several import Work

if TYPE_CHECKING:
    from lossproof.lowering import Loss
    from lossproof.training.result import Fit


@dataclass(frozen=True, eq=False)
class Effects:
    """How much the mean changes with each feature: ``values`` (d,), ``standard_errors`` (d,), by ``names``."""

    kind: str
    names: tuple[str, ...]
    values: Vector
    standard_errors: Vector

    def __str__(self) -> str:
        rows = zip(self.names, self.values, self.standard_errors, strict=True)
        return "\n".join(f"{name:<20} {value:12.6g} {error:12.6g}" for name, value, error in rows)


def effects(fit: Fit, kind: str, columns: Mapping[str, Any] | None) -> Effects:
    """dE/dx_j averaged over the rows ("average"), or at their means ("means"). Raises CallerError and DataError."""
    if kind not in ("average", "means"):
        raise CallerError(f"kind: {kind!r} was given; it is 'average' or 'means'.")
    if not fit.features:
        raise CallerError(f"effects: no predictor of {fit.model.name} has features.")
    work = work_of(fit)
    counts, u = weights_of(work), work.predictors(fit.params)
    share = counts / counts.sum()
    others = other_columns(fit.model, columns, len(share), work.rows.observed[:, :-1])
    tables = columns_of_each(work)
    if kind == "means":
        tables, u, others = [(share @ Z)[None] for Z in tables], (u @ share)[:, None], (share @ others)[None]
        share = np.ones(1)
    return Effects(kind, fit.features, *_summed(fit, work, mean_of(fit.model, u, others), tables, share))


def _summed(fit: Fit, work: Work, mean: Mean, tables: list[Matrix], share: Vector) -> tuple[Vector, Vector]:
    """The effects (d,) and their standard errors."""
    d = len(fit.features)
    weights, slopes = fit.coefficients[:, :d], mean.slopes @ share
    gradient = []
    for s, (design, Z) in enumerate(zip(work.designs, tables, strict=True)):
        bent = (mean.curvatures[:, s] * share) @ Z  # (q, d_s)
        block = weights.T @ bent
        for place, name in enumerate(design.names):
            block[fit.features.index(name), place] += slopes[s]
        gradient.append(block)
    G = np.hstack(gradient)
    return weights.T @ slopes, np.sqrt(np.diag(G @ fit.covariance() @ G.T))


def columns_of_each(work: Work) -> list[Matrix]:
    """du_p/dw_p (M, d_p) of each predictor, in the units of the data."""
    return [np.column_stack([design.X, *[np.ones(len(design.X))] * design.intercept]) for design in work.designs]


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
