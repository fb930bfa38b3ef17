"""The loss of a data set: every linear predictor is a sum over features, and the gradient is a vote of the samples.

u[m] = sum(w[k]*x[m, k], k, 0, N)      diff(L, w[i]) = (1/M)*sum(x[m, i]*(mu[m] - y[m]), m, 0, M - 1)
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import sympy as sp

from lossproof.derivation import Relation
from lossproof.models.board import Lines, product, shown
from lossproof.models.one_sample import average_tree, over_samples
from lossproof.models.slopes import Derivatives, curvature_step, slope_step
from lossproof.moves import average_over
from lossproof.notation import to_text, walk
from lossproof.notation.tree import Indexed, Name, Node


def samples(lines: Lines, found: Derivatives) -> None:
    """Features and links of each sample, the gradient, the Hessian."""
    reading = lines.setting.reading
    for name in reading.linear:
        _features(lines, name)
    for name, formula in reading.means.items():
        m = lines.setting.letters["m"]
        lines.given(
            f"{name}_of_sample",
            f"{name}[{m}] = {to_text(lines.setting.tree_of_sample(formula))}",
            f"{shown(name)} of each sample",
            "The same for all samples.",
            [f"link_{name}"],
        )
    for name in reading.predictors:
        _gradient(lines, found, name)
    for first, second in combinations_with_replacement(reading.linear, 2):
        _hessian(lines, found, first, second)


def _features(lines: Lines, name: str) -> None:
    own, design = lines.setting.letters, lines.setting.designs[name]
    m, k = own["m"], own["k"]
    lines.given(
        f"features_of_{name}",
        f"{name}[{m}] = sum({design.weights}[{k}]*{design.features}[{m}, {k}], {k}, 0, {design.last})",
        f"Any number of measurements for {shown(name)}",
        f"The predictor is a sum, and ${design.features}_{{{m},0}} = 1$ for every sample.",
    )


def _gradient(lines: Lines, found: Derivatives, name: str) -> None:
    """dL/dw, or dL/dtheta for a parameter that all samples share."""
    setting, own = lines.setting, lines.setting.letters
    design = setting.designs.get(name)
    by = f"{design.weights}[{design.first}]" if design else name
    factors = [Indexed(design.features, (Name(own["m"]), Name(design.first)))] if design else []
    slope = found.in_means.get(name) or lines.in_means(found.slopes[name])
    lines.derived(
        f"gradient_{name}",
        f"diff({own['L']}, {by})",
        _average(lines, factors, slope),
        f"The gradient by {shown(design.weights if design else name)}",
        "Each sample votes with its slope, and its vote weighs as much as its measurement."
        if design
        else "The slopes of all samples, averaged.",
        ["loss_of_data", slope_step(name), *settings_of_sample(lines)],
        relation=Relation.DERIVATIVE,
        of="loss_of_data",
        written=_average_tree(lines, factors, slope),
        source=f"average_over(chain_rule(for_sample({slope_step(name)}), ...), {own['m']}, {own['M']})",
    )


def _hessian(lines: Lines, found: Derivatives, first: str, second: str) -> None:
    setting, own = lines.setting, lines.setting.letters
    one, other = setting.designs[first], setting.designs[second]
    place = other.second if first == second else other.first
    m = Name(own["m"])
    factors = [Indexed(one.features, (m, Name(one.first))), Indexed(other.features, (m, Name(place)))]
    curvature = lines.in_means(found.curvatures[first, second])
    lines.derived(
        f"hessian_{first}_{second}",
        f"diff(diff({own['L']}, {one.weights}[{one.first}]), {other.weights}[{place}])",
        _average(lines, factors, curvature),
        f"The Hessian by {shown(one.weights)}"
        if first == second
        else f"The Hessian by {shown(one.weights)} and {shown(other.weights)}",
        "Differentiate once more: the curvature of each sample, weighed with its measurements.",
        [f"gradient_{first}", curvature_step(first, second), *settings_of_sample(lines)],
        relation=Relation.DERIVATIVE,
        of=f"gradient_{first}",
        written=_average_tree(lines, factors, curvature),
        source=f"average_over(for_sample({curvature_step(first, second)}) * ..., {own['m']}, {own['M']})",
    )


def settings_of_sample(lines: Lines) -> list[str]:
    """The steps that say what a sample's predictors and means are."""
    reading = lines.setting.reading
    return [*(f"features_of_{name}" for name in reading.linear), *(f"{name}_of_sample" for name in reading.means)]


def _average(lines: Lines, factors: list[Indexed], slope: sp.Expr) -> sp.Expr:
    scope = lines.setting.scope
    m, many = (
        scope.index(lines.setting.letters["m"]),
        sp.Symbol(lines.setting.letters["M"], integer=True, positive=True),
    )
    measured = [lines.expression(each) for each in factors]
    term = sp.Mul(*measured, lines.setting.of_sample(slope))
    return average_over(term, m, many) if m in term.free_symbols else term


def _average_tree(lines: Lines, factors: list[Indexed], slope: sp.Expr) -> Node | None:
    """The same as it is written: measurements in front."""
    own, term = lines.setting.letters, lines.setting.tree_of_sample(lines.written(slope))
    if not factors and not any(isinstance(part, Indexed) for part in walk(term)):
        return None
    return average_tree(over_samples(product(*factors, term), own), own["M"])
