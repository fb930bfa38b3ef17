"""Error against input: how far the computed value and the printed formula are from the truth, all along u.

The truth is a ball of high precision; the printed formula is what the chapter has left of the equals sign in the
step that publishes the value, with every name in it replaced by what it stands for, handed to NumPy and SciPy as it
is. A formula that they cannot evaluate is not drawn.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import sympy

from lossproof.derivation import Script, Step, unfold
from lossproof.lowering import Loss
from lossproof.lowering.measure.truth import error_in_ulp, true_ball
from lossproof.lowering.numbers.rounding import rounded
from lossproof.lowering.validation import outside
from lossproof.notation import data_names, free_names, to_sympy
from lossproof.notation.functions import definition
from lossproof.notation.tree import Node
from lossproof.site.notebooks import figure
from lossproof.site.words import CurveWords

TARGET = 1.0
DECADES = 4  # |u| up to 10^4
PLACES, NEAR = 180, 12
LEAST = 0.05  # ulp; less is drawn there
_BLUE, _ORANGE, _ORANGE_SOFT = "#2a5db0", "#c2571a", "#f9e2d2"
_Call = Callable[..., Any]


@dataclass(frozen=True)
class Place:
    """Around ``u``: the largest error in ulp of each form; what the printed one gives where it fails."""

    u: float
    computed: float
    printed: float
    failure: str  # "", "inf" or "nan"


@dataclass(frozen=True)
class Curve:
    """The errors of the value for one target, with the first predictor running and any others at 0.

    ``printed`` is the formula as the book prints it, in predictors and target; None where the chapter has none.
    ``evaluated`` says whether NumPy and SciPy have every function in it.
    """

    target: float
    predictor: str
    places: tuple[Place, ...]
    printed: Node | None
    evaluated: bool = True


def error_curve(loss: Loss, derivation: Script, published: Step) -> Curve | None:
    """The curve for yt = 1; None where that is no target, or where a row holds more than a target."""
    if loss.columns or outside(loss.domain, np.array([TARGET])).any():
        return None
    computed = loss.compile("numpy").value
    formula = printed_formula(loss, published)
    printed = None if formula is None else _as_it_stands(formula, loss, derivation)
    random = np.random.default_rng(0)
    edges = np.linspace(-DECADES - 1, DECADES + 1, PLACES + 1)
    places = []
    for low, high in pairwise(edges):
        inputs = _unfolded_scale(random.uniform(low, high, NEAR))
        middle = float(_unfolded_scale(np.array([(low + high) / 2]))[0])
        places.append(_place(loss, computed, printed, middle, inputs))
    return Curve(TARGET, loss.predictors[0].name, tuple(places), formula, printed is not None)


def printed_formula(loss: Loss, published: Step) -> Node | None:
    """The formula that the published value rewrites, in predictors and target; None where it rewrites none."""
    if published.left is None:
        return None
    names = frozenset(symbol.name for symbol in loss.arguments)
    stays = frozenset((name, False) for name in names)
    formula = unfold(published.left, published.definitions, stays)
    return formula if free_names(formula) <= names and not data_names(formula) else None


def _as_it_stands(formula: Node, loss: Loss, derivation: Script) -> _Call | None:
    """The formula in functions of NumPy's and SciPy's, nothing rewritten; None where they cannot evaluate it."""
    elementary = definition(to_sympy(formula, derivation.letters.scope))
    arguments = [*loss.predictors, loss.target]
    try:
        function: _Call = sympy.lambdify(arguments, elementary, modules=["scipy", "numpy"])
        with np.errstate(all="ignore"):
            np.broadcast_to(function(*np.ones((len(arguments), NEAR))), (NEAR,)).astype(np.float64)
    except (TypeError, ValueError, NameError, AttributeError, NotImplementedError, SyntaxError):
        return None  # each of them is how a function that is not there shows, by its kind
    return function


def _unfolded_scale(places: np.ndarray) -> np.ndarray:
    """Even steps on the paper as inputs: linear up to 1, powers of ten beyond."""
    size = np.abs(places)
    return np.sign(places) * np.where(size <= 1, size, 10.0 ** (np.maximum(size, 1) - 1))


def _place(loss: Loss, computed: _Call, printed: _Call | None, middle: float, inputs: np.ndarray) -> Place:
    others = np.zeros((len(inputs), len(loss.predictors) - 1))
    predictors = np.column_stack([inputs, others])
    points = np.column_stack([predictors, np.full(len(inputs), TARGET)])
    with np.errstate(all="ignore"):
        ours = computed(inputs if others.shape[1] == 0 else predictors, points[:, -1])
        theirs = ours if printed is None else np.broadcast_to(printed(*points.T), inputs.shape)
    failure = next((str(value).lstrip("-") for value in theirs.tolist() if not math.isfinite(value)), "")
    errors = list(_errors(loss, points, ours, theirs))
    largest = [max(column) for column in zip(*errors, strict=True)] or [math.nan, math.nan]
    return Place(middle, largest[0], largest[1], failure if errors else "")


def _errors(loss: Loss, points: np.ndarray, *results: np.ndarray) -> Iterator[list[float]]:
    """For each point with a finite true value, the error of each result."""
    arguments = (*loss.predictors, loss.target)
    for point, *given in zip(points.tolist(), *(result.tolist() for result in results), strict=True):
        ball = true_ball(loss.value, arguments, tuple(point))
        true = rounded(ball)
        if math.isfinite(true):
            yield [error_in_ulp(value, ball, true) for value in given]


def drawn(curve: Curve, words: CurveWords) -> str:
    """The curve as a figure whose colours follow light and dark."""
    from matplotlib import style
    from matplotlib.figure import Figure

    with style.context("lossproof.site.figure"):
        sheet = Figure(figsize=(5.6, 3.7))  # on a phone its letters are not to shrink too far
        _draw(sheet.add_subplot(), curve, words)
        text = io.StringIO()
        sheet.savefig(text, format="svg", metadata={"Date": None})
    return figure(text.getvalue())


def _draw(axes: Any, curve: Curve, words: CurveWords) -> None:
    u = [place.u for place in curve.places]
    top = max((p.printed for p in curve.places if math.isfinite(p.printed)), default=10.0)
    axes.set(xscale="symlog", yscale="log", ylim=(0.6 * LEAST, 40 * max(top, 10.0)), xlim=(u[0], u[-1]))
    if curve.printed is not None and curve.evaluated:
        for failure, low, high in _failures(curve):
            axes.axvspan(low, high, color=_ORANGE_SOFT, linewidth=0)
            _write(axes, low, f"{words.gives} {failure}")
        axes.plot(u, _shown(p.printed for p in curve.places), color=_ORANGE, linestyle="--", label=words.printed)
    axes.plot(u, _shown(p.computed for p in curve.places), color=_BLUE, label=words.computed)
    axes.set(xlabel=curve.predictor, ylabel=words.error)
    axes.set_xticks(*_u_ticks())
    axes.set_yticks(*_ulp_ticks(top))
    axes.minorticks_off()
    axes.legend(loc="upper center", fontsize=9.5)


def _write(axes: Any, u: float, text: str) -> None:
    """A word at the top, to the right of ``u``."""
    place = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "va": "top"}
    axes.annotate(text, (u, 1), (4, -3), color=_ORANGE, fontsize=9, **place)


def _failures(curve: Curve) -> Iterator[tuple[str, float, float]]:
    """Each stretch where the printed formula gives inf or nan, from half way to the place before it."""
    start = 0
    for failure, group in groupby(curve.places, key=lambda place: place.failure):
        stop = start + len(list(group))
        if failure:
            yield failure, curve.places[start].u, curve.places[stop - 1].u
        start = stop


def _shown(errors: Iterator[float]) -> list[float]:
    return [max(error, LEAST) if math.isfinite(error) else math.nan for error in errors]


def _u_ticks() -> tuple[list[float], list[str]]:
    sizes = [(1.0, "1"), (1e2, "100"), (1e4, "10 000")]
    negative = [(-size, f"−{text}") for size, text in reversed(sizes)]
    ticks = [*negative, (0.0, "0"), *sizes]
    return [place for place, _ in ticks], [text for _, text in ticks]


def _ulp_ticks(top: float) -> tuple[list[float], list[str]]:
    powers = [power for power in (4, 8, 12, 16) if 10.0**power <= 40 * top]
    named = [power_of_ten(power) for power in powers]
    return [0.1, 1.0, *(10.0**power for power in powers)], ["≤ 0.1", "1", *named]


def power_of_ten(power: int) -> str:
    """``10¹⁶``."""
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
