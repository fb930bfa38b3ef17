"""Drawings of a fit with matplotlib (optional): the loss curve, the boundary between classes, the calibration."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from lossproof.errors import CallerError, MissingExtra
from lossproof.training.rows.design import read_matrix

if TYPE_CHECKING:
    from lossproof.training.result import Fit

_GRID = 200
_BINS = 10


def plot(fit: Fit, kind: str = "loss", X: Any = None, y: Any = None, ax: Any = None) -> Any:
    """Draw and return the matplotlib axes.

    "loss": the mean loss after every update. "boundary": two features, the samples ``X`` (M, 2) with classes
    ``y`` (M,), and the predicted value as shades. "calibration": predicted probability against the frequency of
    yt = 1, in ten bins of equal size. Raises MissingExtra without matplotlib, CallerError for a bad call.
    """
    if kind not in KINDS:
        raise CallerError(f"kind: {kind!r} was given; known are {', '.join(map(repr, KINDS))}.")
    if kind != "loss" and (X is None or y is None):
        raise CallerError(f"plot({kind!r}): the samples are needed; give X and y.")
    return KINDS[kind](fit, X, y, _axes() if ax is None else ax)


def _axes() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError as missing:
        raise MissingExtra("fit.plot() needs matplotlib: pip install 'lossproof[plot]'") from missing
    return pyplot.subplots(layout="constrained")[1]


def _loss(fit: Fit, X: Any, y: Any, ax: Any) -> Any:
    ax.plot([entry["iteration"] for entry in fit.history], [entry["loss"] for entry in fit.history])
    ax.set(xlabel="iteration", ylabel="mean loss", title=f"{fit.model.name}, {fit.method}")
    return ax


def _boundary(fit: Fit, X: Any, y: Any, ax: Any) -> Any:
    if len(fit.features) != 2:
        raise CallerError(f"plot('boundary'): the fit has {len(fit.features)} features; two are needed.")
    points, target = read_matrix(X).values.astype(np.float64), np.asarray(y, dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.05 * (high - low)
    axes = [np.linspace(a - m, b + m, _GRID) for a, b, m in zip(low, high, margin, strict=True)]
    first, second = np.meshgrid(*axes)
    predicted = fit.predict(np.column_stack([first.ravel(), second.ravel()])).reshape(first.shape)
    shades = ax.contourf(first, second, predicted, levels=np.linspace(0, 1, 11), cmap="RdBu", alpha=0.5)
    ax.contour(first, second, predicted, levels=[0.5], colors="black")
    for value, marker in ((0, "x"), (1, "o")):
        ax.scatter(*points[target == value].T, marker=marker, color="black", label=f"yt = {value}")
    ax.figure.colorbar(shades, ax=ax, label="yp")
    ax.set(xlabel=fit.features[0], ylabel=fit.features[1], title=fit.model.name)
    ax.legend()
    return ax


def _calibration(fit: Fit, X: Any, y: Any, ax: Any) -> Any:
    predicted, target = fit.predict(X), np.asarray(y, dtype=np.float64)
    bins = np.array_split(np.argsort(predicted, kind="stable"), _BINS)
    points = [(predicted[rows].mean(), target[rows].mean()) for rows in bins if rows.size]
    ax.plot([0, 1], [0, 1], linestyle=":", color="gray", label="perfect")
    ax.plot(*np.array(points).T, marker="o", label=fit.model.name)
    ax.set(xlabel="predicted yp", ylabel="frequency of yt = 1", title="calibration")
    ax.legend()
    return ax


KINDS: dict[str, Callable[[Fit, Any, Any, Any], Any]] = {
    "loss": _loss,
    "boundary": _boundary,
    "calibration": _calibration,
}
