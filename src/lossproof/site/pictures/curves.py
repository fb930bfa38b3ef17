"""Pictures of one quantity, each from the formulas of a step and of those it looks back at.

tangent    a function with a movable point and its tangent: the slope is the claim
parabola   the same with the parabola that bends like it there: the curvature is the claim
optimum    two functions one below the other, with their largest value at the same place
floats     a product that a computer loses, and the sum of logarithms that it keeps
stable     a formula as it is printed, and in the form that a computer can trust
shares     numbers that become shares of one: each class's share, as one of the numbers moves
valley     the loss of a data set that a line separates: it falls for ever; and of one that it does not
"""

from __future__ import annotations

from fractions import Fraction

from lossproof.derivation import Relation, Step, unfold
from lossproof.errors import CallerError
from lossproof.lowering import ClassLoss
from lossproof.notation import free_names, substitute_tree, to_latex, to_text, walk
from lossproof.notation.assumptions import Domain, FiniteSet, Interval
from lossproof.notation.tree import Indexed, Name, Node, Number, Reduction
from lossproof.site.curve import printed_formula
from lossproof.site.pages.view import StepView
from lossproof.site.pictures.javascript import javascript
from lossproof.site.pictures.sketch import Curve, Panel, Sketch, Slider

MANY = 1500  # samples: far beyond where a product of probabilities is lost
CLASSES, PREDICTED = 3, (1.0, 0.5, -1.0)
# Six samples with one measurement: in the first set a line separates the classes, in the second it does not.
MEASURED = (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0)
TRUE_CLASSES = ((0, 0, 0, 1, 1, 1), (0, 1, 0, 1, 0, 1))


def tangent(view: StepView) -> Sketch:
    """Of a step that is a derivative, or of one that a later step differentiates."""
    slope = view.step if view.step.relation is Relation.DERIVATIVE else _derivative_of(view.step, view)
    if slope is None or slope.of is None:
        raise _no("tangent", view, "neither it nor a later step is a derivative")
    function = view.chapter.steps[slope.of]
    return _touching(view, "tangent", function, slope)


def parabola(view: StepView) -> Sketch:
    """Of a step that is the derivative of a derivative."""
    slope = view.chapter.steps.get(view.step.of or "")
    function = view.chapter.steps.get(slope.of or "") if slope else None
    if slope is None or function is None:
        raise _no("parabola", view, "it is not the derivative of a derivative")
    return _touching(view, "parabola", function, slope, view.step)


def _touching(view: StepView, name: str, function: Step, slope: Step, curvature: Step | None = None) -> Sketch:
    """The function with what touches it at the movable point."""
    last = curvature or slope
    variable = slope.variable
    if not isinstance(variable, Name):
        raise _no(name, view, "it is not taken by a scalar")
    stays = frozenset({(variable.name, 0)})
    value, first = (unfold(step.formula, last.definitions, stays) for step in (function, slope))
    second = javascript(unfold(curvature.formula, last.definitions, stays)) if curvature else ""
    others = sorted((free_names(value) | free_names(first)) - {variable.name})
    sliders = (_axis(variable.name, last), *(_slider(other, last) for other in others))
    label = to_text(function.left) if function.left is not None else variable.name
    tex = to_latex(function.left) if function.left is not None else to_latex(function.formula)
    curve = Curve(javascript(value), label, tex, javascript(first), second)
    return _sketch(view, name, sliders, (Panel((curve,)),))


def optimum(view: StepView) -> Sketch:
    """Of a step that says that another function has its optimum at the same place."""
    step = view.step
    above = view.chapter.steps.get(step.of or "")
    varying = sorted(step.varying & free_names(step.formula))
    if above is None or not varying:
        raise _no("optimum", view, "it looks back at no function of what varies")
    formulas = (unfold(above.formula, step.definitions), unfold(step.formula, step.definitions))
    others = sorted(free_names(formulas[0]) - {varying[0]})
    sliders = (_axis(varying[0], step), *(_slider(other, step) for other in sorted(others, key=lambda o: -len(o))))
    panels = tuple(
        Panel((Curve(javascript(formula), _label(each), _tex(each)),), cut=cut)
        for formula, each, cut in zip(formulas, (above, step), (0.0, 0.12), strict=True)
    )
    return _sketch(view, "optimum", sliders, panels, optimum=True)


def floats(view: StepView) -> Sketch:
    """Of a step that takes the logarithm of a product over samples, with all factors alike."""
    step = view.step
    above = view.chapter.steps.get(step.of or "")
    product = next((part for part in walk(above.formula) if isinstance(part, Reduction)), None) if above else None
    data = next((part for part in walk(step.formula) if isinstance(part, Indexed)), None)
    size = next(iter(free_names(product.high)), None) if product is not None else None
    if above is None or data is None or size is None:
        raise _no("floats", view, "it is no sum over samples that looks back at a product")
    each = f"each_{data.name}"
    sliders = (
        Slider(size, size, 1, MANY, 900, 1),
        Slider(each, to_text(data), 0.05, 0.95, 0.4, 0.05),
    )
    top, bottom = (javascript(formula) for formula in (above.formula, step.formula))
    # the sizes of a computer's numbers end at 10^-308, and the last digits at 10^-324
    panels = (
        Panel((Curve(top, _label(above), _tex(above)),), log=True, low=-330.0, high=10.0),
        Panel((Curve(bottom, _label(step), _tex(step)),), cut=0.0),
    )
    return _sketch(view, "floats", sliders, panels, data={data.name: f"()=>q.{each}"})


def stable(view: StepView) -> Sketch:
    """Of the published value: the formula that it rewrites, handed to a computer as it stands, and itself."""
    loss = view.chapter.derivation.loss
    printed = None if isinstance(loss, ClassLoss) else printed_formula(loss, view.step)
    if printed is None or isinstance(loss, ClassLoss):
        raise _no("stable", view, "it rewrites no formula")
    predictor, target = loss.predictors[0].name, loss.target.name
    sliders = (Slider(predictor, predictor, -10, 60, 20, 0.5), Slider(target, target, 0, 1, 0, 1))
    itself = Curve(javascript(view.step.formula), _label(view.step), to_latex(view.step.formula))
    as_printed = Curve(javascript(printed), view.words.printed_as, rf"\text{{{view.words.printed_as}}}")
    return _sketch(view, "stable", sliders, (Panel((itself, as_printed), cut=0.0),))


def shares(view: StepView) -> Sketch:
    """Of a step that makes data indexed by a class from other such data: a curve for each of three classes."""
    step = view.step
    data = {part.name for part in walk(step.formula) if isinstance(part, Indexed)}
    if not isinstance(step.left, Indexed) or not isinstance(step.left.indices[-1], Name) or len(data) != 1:
        raise _no("shares", view, "it makes no indexed data from one other")
    (given,), index = data, step.left.indices[-1]
    names = [f"{given}_{place}" for place in range(CLASSES)]
    begin = enumerate(zip(names, PREDICTED, strict=True))
    sliders = tuple(Slider(name, f"{given}[{place}]", -5, 5, value, 0.1) for place, (name, value) in begin)
    curves = tuple(_share(step, index, place) for place in range(CLASSES))
    sizes = {name: str(CLASSES) for name in sorted(free_names(step.formula) - {index.name})}
    values = f"k=>[{','.join(f'q.{name}' for name in names)}][k]"
    return _sketch(view, "shares", sliders, (Panel(curves, low=0.0, high=1.0),), data={**sizes, given: values})


def _share(step: Step, index: Name, place: int) -> Curve:
    """The curve of one class."""
    which: dict[Name | Indexed | str, Node] = {index: Number(Fraction(place))}
    left = substitute_tree(step.left, which) if step.left is not None else index
    return Curve(javascript(substitute_tree(step.formula, which)), to_text(left), to_latex(left))


def valley(view: StepView) -> Sketch:
    """Of a step that looks back at the loss of a data set, in a predictor that is a sum of weights and measurements."""
    loss = view.chapter.steps.get(view.step.of or "") or view.step
    formula = unfold(loss.formula, view.step.definitions)
    weight, mixed = "w_1", "mixed"
    sliders = (Slider(weight, weight, -2, 12, 1, 0.1), Slider(mixed, view.words.mixed, 0, 1, 0, 1))
    measured, classes = list(MEASURED), [list(each) for each in TRUE_CLASSES]
    data = {
        "w": f"k=>k===1?q.{weight}:0",
        "x": f"(m,k)=>k===0?1:{measured}[m]",
        "yt": f"m=>{classes}[q.{mixed}][m]",
    }
    sizes = {"M": len(MEASURED), "N": 1}
    known = {name: str(value) for name, value in sizes.items()}
    panel = Panel((Curve(javascript(formula), _label(loss), _tex(loss)),), low=0.0, cut=0.05)
    return _sketch(view, "valley", sliders, (panel,), data={**known, **data})


def _derivative_of(step: Step, view: StepView) -> Step | None:
    found = (
        each for each in view.chapter.steps.values() if each.of == step.name and each.relation.value == "derivative of"
    )
    return next(found, None)


def _label(step: Step) -> str:
    return to_text(step.left) if step.left is not None else to_text(step.formula)


def _tex(step: Step) -> str:
    return to_latex(step.left) if step.left is not None else to_latex(step.formula)


def _axis(name: str, step: Step) -> Slider:
    """The quantity along the axis: open ends are kept away from."""
    low, high = _ends(step.assumptions.scalar(name), -6.0, 6.0)
    low, high = (float(end) if not isinstance(end, str) else 0.0 for end in (low, high))
    room = (high - low) * 0.005
    return Slider(name, name, low + room, high - room, low + 0.3 * (high - low), (high - low) / 200)


def _slider(name: str, step: Step) -> Slider:
    domain = step.assumptions.scalar(name)
    low, high = _ends(domain, -3.0, 3.0)
    whole = isinstance(domain, Interval) and domain.integer
    if whole:
        low = 0 if low == -3.0 else low
        high = 40 if high == 3.0 else high
        value = 7.0 if isinstance(high, str) else 10.0
        return Slider(name, name, low, high, value, 1)
    if (low, high) == (0.0, 1.0):
        return Slider(name, name, 0, 1, 1, 1)
    return Slider(name, name, low, high, 1.0, 0.1)


def _ends(domain: Domain, low: float, high: float) -> tuple[float | str, float | str]:
    """The ends of a domain: numbers, the name of another quantity, or what is given where there is none."""
    if isinstance(domain, FiniteSet):
        return float(min(domain.values)), float(max(domain.values))
    if not isinstance(domain, Interval):
        return low, high
    return _end(domain.low, low), _end(domain.high, high)


def _end(end: Node | None, otherwise: float) -> float | str:
    match end:
        case Number(value):
            return float(Fraction(value))
        case Name(name):
            return name
    return otherwise


def _sketch(
    view: StepView,
    name: str,
    sliders: tuple[Slider, ...],
    panels: tuple[Panel, ...],
    *,
    optimum: bool = False,
    data: dict[str, str] | None = None,
) -> Sketch:
    said = view.words.pictures[name]
    return Sketch(f"{view.step.name}-{name}", said.caption, said.alt, sliders, panels, data or {}, optimum)


def _no(picture: str, view: StepView, why: str) -> CallerError:
    return CallerError(f"{view.chapter.name}/{view.step.name}: no picture {picture!r} can be drawn of it: {why}.")
