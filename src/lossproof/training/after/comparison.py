"""Fits to the same rows, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lossproof.errors import CallerError, DataError
from lossproof.training.after.hypotheses import Test, chi_squared

if TYPE_CHECKING:
    from lossproof.training.result import Fit


class Row(NamedTuple):
    """A fit in a table: how many parameters, log-likelihood, AIC and BIC; ``share`` is its Akaike weight."""

    name: str
    parameters: int
    loglik: float
    aic: float
    bic: float
    share: float


@dataclass(frozen=True)
class Comparison:
    """Fits side by side in the order they were given.

    ``share`` of a row is exp(-(AIC - least AIC)/2) over the sum of these. ``ratios`` are likelihood-ratio tests of each
    fit against the next one that has more parameters; they are valid where the smaller model is a part of the larger.
    """

    rows: tuple[Row, ...]
    ratios: tuple[tuple[str, str, Test], ...]

    @property
    def ratio(self) -> Test | None:
        """The first of the tests."""
        return self.ratios[0][2] if self.ratios else None

    def __str__(self) -> str:
        width = max(24, *(len(row.name) for row in self.rows))
        head = f"{'':<{width}} {'params':>6} {'loglik':>14} {'AIC':>14} {'BIC':>14} {'share':>7}"
        lines = [
            f"{row.name:<{width}} {row.parameters:>6} {row.loglik:>14.8g} {row.aic:>14.8g} {row.bic:>14.8g} "
            f"{row.share:>7.4f}"
            for row in self.rows
        ]
        several = len(self.ratios) > 1
        tests = [f"{test}{f'  ({small} in {large})' if several else ''}" for small, large, test in self.ratios]
        return "\n".join([head, *lines, *tests])


def compare(fits: Sequence[Fit], names: Sequence[str] | None) -> Comparison:
    """The table. DataError where they were not fitted to as many rows; CallerError for names that do not fit."""
    first = fits[0]
    if len(fits) < 2:
        raise CallerError("compare: no other fit was given.")
    for other in fits[1:]:
        if (first.rows, first.total_weight) != (other.rows, other.total_weight):
            raise DataError(
                f"other: it has {other.rows} rows of weight {other.total_weight:g}, this one {first.rows} of "
                f"{first.total_weight:g}."
            )
    called = tuple(fit.model.name for fit in fits) if names is None else tuple(names)
    if len(called) != len(fits):
        raise CallerError(f"names: {len(called)} were given for {len(fits)} fits.")
    aic = np.array([fit.aic for fit in fits])
    shares = np.exp(-(aic - aic.min()) / 2)
    rows = tuple(
        Row(name, fit.rank, fit.loglik, fit.aic, fit.bic, float(share))
        for name, fit, share in zip(called, fits, shares / shares.sum(), strict=True)
    )
    return Comparison(rows, _ratios(rows))


def _ratios(rows: Sequence[Row]) -> tuple[tuple[str, str, Test], ...]:
    found = []
    for small, large in pairwise(sorted(rows, key=lambda row: row.parameters)):
        gained, df = 2 * (large.loglik - small.loglik), large.parameters - small.parameters
        if df and np.isfinite(gained):
            found.append((small.name, large.name, chi_squared("lr", max(0.0, gained), df)))
    return tuple(found)
