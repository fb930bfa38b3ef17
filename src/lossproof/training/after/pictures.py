"""Drawings of what is asked of a fit afterwards, on matplotlib axes.

residuals   of every row against its mean                quantiles   sorted quantile residuals against the normal's
profile     twice the fall of the log-likelihood over a parameter, the others at their best
effects     the mean over one feature with its interval, the others at their means
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from lossproof.errors import CallerError, DataError
from lossproof.training.after.class_probabilities import labels_of, seen
from lossproof.training.after.hypotheses import KINDS as TESTS
from lossproof.training.after.mean_of_rows import mean_of
from lossproof.training.after.rows_again import work_of
from lossproof.training.arrays import Matrix

if TYPE_CHECKING:
    from lossproof.training.result import Fit

_PLACES = 41
_LEVELS = (0.9, 0.95, 0.99)


def residuals(fit: Fit, ax: Any, residual: str = "quantile", seed: int = 0) -> Any:
    """Residuals of the kind ``residual`` against the mean of each row."""
    if labels_of(fit.model) is not None:
        raise CallerError(
            f"plot('residuals'): {fit.model.name} predicts a class, which has no mean to draw them over; there is"
            " plot('effects'), and plot('quantiles') where the classes have an order."
        )
    work = work_of(fit)
    mean = mean_of(fit.model, work.predictors(fit.params), work.rows.observed[:, :-1]).value
    ax.axhline(0, color="gray", linestyle=":")
    ax.scatter(mean, fit.residuals(residual, seed), s=12)
    ax.set(xlabel=f"mean of {fit.model.target.name}", ylabel=f"{residual} residual", title=fit.model.name)
    return ax


def quantiles(fit: Fit, ax: Any, seed: int = 0) -> Any:
    """Sorted quantile residuals (M,) against the normal's: a straight line where the model is true."""
    found = np.sort(fit.residuals("quantile", seed))
    expected = special.ndtri((np.arange(len(found)) + 0.5) / len(found))
    ax.plot(expected, expected, linestyle=":", color="gray")
    ax.scatter(expected, found, s=12)
    ax.set(xlabel="quantile of the normal", ylabel="quantile residual", title=fit.model.name)
    return ax


def profile(fit: Fit, ax: Any, name: str | None = None) -> Any:
    """The likelihood-ratio statistic of every value of the parameter ``name``, with the intervals' levels."""
    name = _named(name, fit.names, "profile")
    low, high = fit.profile(name, _LEVELS[-1])
    if not np.isfinite([low, high]).all():
        raise DataError(f"plot('profile'): the likelihood of {name} has no end on one side; see fit.profile({name!r}).")
    values = np.linspace(low, high, _PLACES)
    ax.plot(values, [fit.test({name: float(value)}, kind=TESTS[1]).statistic for value in values])
    ax.axvline(fit.params[fit.names.index(name)], color="gray", linestyle=":")
    for level in _LEVELS:
        ax.axhline(special.chdtri(1, 1 - level), color="gray", linewidth=0.5)
        ax.annotate(f"{level:.0%}", (low, special.chdtri(1, 1 - level)), va="bottom")
    ax.set(xlabel=name, ylabel="twice the fall of the log-likelihood", title=fit.model.name)
    return ax


def effects(
    fit: Fit, ax: Any, name: str | None = None, level: float = 0.95, columns: Mapping[str, Any] | None = None
) -> Any:
    """The mean over the range of the feature ``name`` with its interval, the other features at their means.

    Where the target is one of K classes, the probability of each.
    """
    name = _named(name, fit.features, "effects")
    rows, labels = seen(fit), labels_of(fit.model)
    share = rows.counts / rows.counts.sum()
    designs: dict[str, Matrix] = {}
    values = np.empty(0)
    for predictor, names, table in zip(rows.free, rows.names, rows.tables, strict=True):
        d = len(names)
        X = np.tile(share @ table[:, :d], (_PLACES, 1))
        if name in names:
            place = names.index(name)
            values = np.linspace(table[:, place].min(), table[:, place].max(), _PLACES)
            X[:, place] = values
        designs |= {fit.model.predictors[predictor].name: X} if d else {}
    found = fit.interval(designs if fit.designs else next(iter(designs.values())), level, 0, columns=columns)
    bands = {"": found} if labels is None else {f"{each:g}": found[:, k] for k, each in enumerate(labels)}
    for label, band in bands.items():
        ax.plot(values, band[:, 0], label=label)
        ax.fill_between(values, band[:, 1], band[:, 2], alpha=0.3)
    what = "mean" if labels is None else "probability"
    ax.set(xlabel=name, ylabel=f"{what} of {fit.model.target.name}", title=f"{fit.model.name}, {level:.0%}")
    if labels is not None:
        ax.legend()
    return ax


def _named(name: str | None, names: tuple[str, ...], kind: str) -> str:
    if name is None and len(names) == 1:
        return names[0]
    if name not in names:
        given = "none was given" if name is None else f"{name!r} was given"
        raise CallerError(f"plot({kind!r}): name: {given}; there are {', '.join(names) or 'none'}.")
    return name


PICTURES: dict[str, Callable[..., Any]] = {
    "residuals": residuals,
    "quantiles": quantiles,
    "profile": profile,
    "effects": effects,
}
