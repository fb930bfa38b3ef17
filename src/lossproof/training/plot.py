"""Drawings of a fit with matplotlib (optional): its loss, the boundary, the calibration, what is asked afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

import numpy as np

from lossproof.errors import CallerError, MissingExtra, counted
from lossproof.training.after.pictures import PICTURES
from lossproof.training.rows.design import read_matrix

if TYPE_CHECKING:
    from lossproof.training.result import Fit

_GRID = 200
_BINS = 10


def plot(
    fit: Fit, kind: str = "loss", X: Any = None, y: Any = None, ax: Any = None, offset: Any = None, **options: Any
) -> Any:
    """Draw and return the matplotlib axes.

    "loss": the mean loss after every update. "boundary": two features, the samples ``X`` (M, 2) with classes
    ``y`` (M,), and the predicted value as shades. "calibration": what is predicted against what was observed, the
    mean of ``y``, in ten bins of equal size. ``offset`` (M,), or one number, where the fit had one.

    "residuals", with ``residual="pearson"`` for another kind, against the mean of each row; "quantiles": sorted
    quantile residuals against the normal's; "profile" of the parameter ``name``; "effects": the mean over the feature
    ``name`` with its interval at ``level``, the others at their means. These have the rows of the fit. Raises
    MissingExtra without matplotlib, CallerError for a bad call, DataError where the rows are not at hand.
    """
    if kind in PICTURES:
        _refuse_unknown(kind, options, X, y)
        return PICTURES[kind](fit, _axes() if ax is None else ax, **options)
    if kind not in KINDS:
        raise CallerError(f"kind: {kind!r} was given; known are {', '.join(map(repr, (*KINDS, *PICTURES)))}.")
    if options:
        raise CallerError(f"plot({kind!r}): it takes no {', '.join(options)}.")
    if kind != "loss" and (X is None or y is None):
        raise CallerError(f"plot({kind!r}): the samples are needed; give X and y.")
    return KINDS[kind](fit, X, y, offset, _axes() if ax is None else ax)


def _refuse_unknown(kind: str, options: Mapping[str, Any], X: Any, y: Any) -> None:
    known = tuple(signature(PICTURES[kind]).parameters)[2:]
    unknown = [
        *(name for name in options if name not in known),
        *(["X and y"] if X is not None or y is not None else []),
    ]
    if unknown:
        raise CallerError(f"plot({kind!r}): it takes no {', '.join(unknown)}; it takes {', '.join(known)}.")


def _axes() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError as missing:
        raise MissingExtra("fit.plot() needs matplotlib: pip install 'lossproof[plot]'") from missing
    return pyplot.subplots(layout="constrained")[1]


def _loss(fit: Fit, X: Any, y: Any, offset: Any, ax: Any) -> Any:
    ax.plot([entry["iteration"] for entry in fit.history], [entry["loss"] for entry in fit.history])
    ax.set(xlabel="iteration", ylabel="mean loss", title=f"{fit.model.name}, {fit.method}")
    return ax


def _boundary(fit: Fit, X: Any, y: Any, offset: Any, ax: Any) -> Any:
    if len(fit.features) != 2:
        raise CallerError(f"plot('boundary'): the fit has {counted(len(fit.features), 'feature')}; two are needed.")
    if not fit.model.two_classes:
        raise CallerError(f"plot('boundary'): {fit.model.name} is no loss of two classes; there is no boundary.")
    points, target = read_matrix(X).values.astype(np.float64), np.asarray(y, dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.05 * (high - low)
    axes = [np.linspace(a - m, b + m, _GRID) for a, b, m in zip(low, high, margin, strict=True)]
    first, second = np.meshgrid(*axes)
    predicted = fit.predict(np.column_stack([first.ravel(), second.ravel()]), offset).reshape(first.shape)
    shades = ax.contourf(first, second, predicted, levels=np.linspace(0, 1, 11), cmap="RdBu", alpha=0.5)
    ax.contour(first, second, predicted, levels=[0.5], colors="black")
    for value, marker in ((0, "x"), (1, "o")):
        ax.scatter(*points[target == value].T, marker=marker, color="black", label=f"yt = {value}")
    ax.figure.colorbar(shades, ax=ax, label="yp")
    ax.set(xlabel=fit.features[0], ylabel=fit.features[1], title=fit.model.name)
    ax.legend()
    return ax


def _calibration(fit: Fit, X: Any, y: Any, offset: Any, ax: Any) -> Any:
    predicted, target = fit.predict(X, offset), np.asarray(y, dtype=np.float64)
    name = fit.model.target.name
    two = fit.model.two_classes
    said, observed = ("yp", f"frequency of {name} = 1") if two else (f"mean of {name}",) * 2
    bins = np.array_split(np.argsort(predicted, kind="stable"), _BINS)
    points = [(predicted[rows].mean(), target[rows].mean()) for rows in bins if rows.size]
    ends = [0.0, 1.0] if fit.model.two_classes else [min(map(min, points)), max(map(max, points))]
    ax.plot(ends, ends, linestyle=":", color="gray", label="perfect")
    ax.plot(*np.array(points).T, marker="o", label=fit.model.name)
    ax.set(xlabel=f"predicted {said}", ylabel=observed, title="calibration")
    ax.legend()
    return ax


KINDS: dict[str, Callable[[Fit, Any, Any, Any, Any], Any]] = {
    "loss": _loss,
    "boundary": _boundary,
    "calibration": _calibration,
}
