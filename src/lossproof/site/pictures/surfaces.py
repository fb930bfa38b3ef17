"""A loss over two weights with the path of the updates: the irises of the book, the rate and their number free.

Two measurements, each with its mean taken off, and no weight that stands alone, so that two weights are all there are.
Value and gradient are the claims of the chapter, with what they are defined by put in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from lossproof.chapters.experiments import experiments
from lossproof.derivation import Step, unfold
from lossproof.derivation.step import Definition
from lossproof.errors import CallerError
from lossproof.notation.tree import Derivative, Name
from lossproof.site.pages.view import StepView
from lossproof.site.pictures.javascript import javascript
from lossproof.site.pictures.sketch import Sketch, Slider
from lossproof.training.rows.csv_tables import shipped_table

WEIGHTS = ("w1", "w2")
MEASURED = ("x1", "x2")
START = (-2.0, 2.5)


def surface(view: StepView) -> Sketch:
    """Of the step that is the loss in the predictor, where the chapter has its derivatives by ``w1`` and ``w2``."""
    steps = tuple(view.chapter.steps.values())
    slopes = [_slope(weight, steps) for weight in WEIGHTS]
    definitions = (*view.step.definitions, *(each for slope in slopes for each in slope.definitions))
    value, *gradient = (javascript(unfold(step.formula, _once(definitions))) for step in (view.step, *slopes))
    rows, classes = _irises()
    fields = (
        'axes:[{name:"w1",label:"w1",low:-4,high:8},{name:"w2",label:"w2",low:-8,high:4}]',
        f"value:q=>{value}",
        f"gradient:[{','.join(f'q=>{each}' for each in gradient)}]",
        f"start:{list(START)}",
    )
    columns = {name: _column(column) for name, column in zip(MEASURED, rows, strict=True)}
    data = {"M": str(len(classes)), "w0": "0", **columns, "yt": _column(classes)}
    words = view.words
    sliders = (
        Slider("rate", words.rate, 0.1, 12, 1.5, 0.1),
        Slider("steps", words.updates, 0, 60, 25, 1),
    )
    said = words.pictures["surface"]
    return Sketch(f"{view.step.name}-surface", said.caption, said.alt, sliders, (), data, surface=",".join(fields))


def _column(values: Sequence[float]) -> str:
    """Data as a JavaScript function of the sample."""
    return f"m=>{json.dumps(list(values), separators=(',', ':'))}[m]"


def _slope(weight: str, steps: Iterable[Step]) -> Step:
    for step in steps:
        if isinstance(step.left, Derivative) and step.left == Derivative(Name("L"), Name(weight)):
            return step
    raise CallerError(f"the picture 'surface' needs a step that claims diff(L, {weight}).")


def _once(definitions: tuple[Definition, ...]) -> tuple[Definition, ...]:
    """Without repetitions, and without what the loss itself is called."""
    return tuple(each for each in dict.fromkeys(definitions) if each.symbol != Name("L"))


def _irises() -> tuple[list[list[float]], list[int]]:
    """Both measurements with their means taken off, to three decimals; the true classes."""
    run = experiments()["logistic_regression"]
    table = shipped_table("iris.csv")
    names = table.text("species")
    kept = [row for row, name in enumerate(names) if name in run.classes]
    measured = table.matrix(run.features)[kept]
    columns = (measured - measured.mean(axis=0)).T
    return [[round(float(value), 3) for value in column] for column in columns], [
        run.classes.index(names[row]) for row in kept
    ]
