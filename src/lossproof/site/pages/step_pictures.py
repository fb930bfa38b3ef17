"""The pictures that a step names, drawn from its formulas."""

from __future__ import annotations

from collections.abc import Callable

from lossproof.errors import CallerError
from lossproof.site.pages.markup import plain
from lossproof.site.pages.view import StepView
from lossproof.site.pictures.curves import floats, optimum, parabola, shares, stable, tangent, valley
from lossproof.site.pictures.sketch import Sketch, figure
from lossproof.site.pictures.surfaces import surface

PICTURES: dict[str, Callable[[StepView], Sketch]] = {
    "tangent": tangent,
    "parabola": parabola,
    "optimum": optimum,
    "floats": floats,
    "shares": shares,
    "stable": stable,
    "valley": valley,
    "surface": surface,
}


def pictures(view: StepView) -> str:
    """Each picture that the step names, under a heading; nothing where it names none."""
    names = view.step.shown.pictures
    if not names:
        return ""
    words = view.words
    drawn = [figure(_sketch(name, view), words.read, words.picture_hint) for name in names]
    return "\n\n".join([f"## {plain(words.picture)}", *drawn])


def _sketch(name: str, view: StepView) -> Sketch:
    draw = PICTURES.get(name)
    if draw is None:
        known = ", ".join(PICTURES)
        raise CallerError(f"{view.chapter.name}/{view.step.name}: no picture is called {name!r}; there are {known}.")
    return draw(view)
