"""One valley or not: the curvature is never negative, with the proof; or a place where it is, worked out.

d2l/du2 = exp(u) >= 0                                   one valley
d2l/du2 = ... = -3/8 < 0  at y = 2, u = 0               the loss bends downwards there
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import sympy as sp

from lossproof.derivation import Relation
from lossproof.errors import CallerError
from lossproof.models.board import Lines, product, shown
from lossproof.models.data_set import settings_of_sample
from lossproof.models.one_sample import average_tree, over_samples
from lossproof.models.setting import ZERO
from lossproof.models.slopes import Derivatives, curvature_step
from lossproof.models.tidy import rebuilt
from lossproof.moves import average_over, sum_over
from lossproof.notation import from_sympy, parse_tree, to_sympy, to_text
from lossproof.notation.tree import Binary, Name, Node, Number, Reduction
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.prove.parts import sign_of_parts
from lossproof.referee.verdict import Witness

MOST_PREDICTORS = 3  # beyond that pairs of them are not looked at


def valley(lines: Lines, found: Derivatives) -> None:
    """What can be said of the curvature, each as a line that is judged; nothing where neither is shown."""
    names = lines.setting.reading.predictors
    proved = []
    for name in names:
        curvature, step = found.curvatures[name, name], curvature_step(name, name)
        verdict = _never_negative(lines, curvature)
        if verdict.witness is not None:
            _bends_down(lines, step, step, curvature, verdict.witness, f"The curvature by {shown(name)}")
            return
        if verdict.proved:
            _bends_up(lines, found, name)
            proved.append(name)
    for pair in combinations(proved, 2):
        if len(names) <= MOST_PREDICTORS and _jointly(lines, found, *pair):
            return


def one_valley(lines: Lines, found: Derivatives) -> None:
    """That the loss of the data set is convex in its weights, where that of one sample is shown to curve up."""
    names = lines.setting.reading.predictors
    shown_already = {step.name for step in lines.script.steps}
    if names == lines.setting.reading.linear and len(names) == 1 and f"valley_{names[0]}" in shown_already:
        _one_valley(lines, found, names[0])


@dataclass(frozen=True)
class _Sign:
    """Whether a formula is never negative: proved, or refuted at a place, or neither."""

    proved: bool = False
    witness: Witness | None = None


def _never_negative(lines: Lines, curvature: sp.Expr) -> _Sign:
    """What a short look says, by the signs of factors; the line that is recorded is judged with much more."""
    tree, assumptions = from_sympy(curvature), lines.setting.assumptions
    agreement = agree_or_refute(tree, ZERO, assumptions, comparison=">=")
    if agreement.witness is not None or agreement.out_of_domain is not None:
        return _Sign(witness=agreement.witness)
    facts = lines.setting.facts
    return _Sign(proved=sign_of_parts(to_sympy(tree, facts.scope), facts, strict=False) is not None)


def _bends_up(lines: Lines, found: Derivatives, name: str) -> None:
    step, curvature = curvature_step(name, name), found.curvatures[name, name]
    lines.stated(
        f"valley_{name}",
        f"{to_text(lines.written(curvature))} >= 0",
        curvature,
        f"Along {shown(name)} the loss curves up everywhere",
        "So every slope leads to the one valley.",
        uses=[step],
        relation=Relation.AT_LEAST,
        source=step,
    )


def _bends_down(lines: Lines, step: str, name: str, curvature: sp.Expr, witness: Witness, what: str) -> None:
    """The curvature at one place, and that it is negative there."""
    values = {each: parse_tree(str(value)) for each, value in witness.point.items()}
    place = {lines.setting.scope.symbol(each): lines.setting.expression(value) for each, value in values.items()}
    there = rebuilt(curvature, place)
    if not _can_be_written(there):
        return
    said = "; ".join(f"{each} = {to_text(value)}" for each, value in values.items())
    lines.derived(
        f"{name}_at_a_place",
        "",
        there,
        f"{what} at {said.replace('; ', ', ')}",
        "One place is enough to show that the loss is no bowl.",
        [step],
        relation=Relation.SPECIAL,
        values=said,
        of=step,
        source=f"at({step}, ...)",
    )
    lines.stated(
        f"{name}_below_zero",
        f"{to_text(from_sympy(there))} < 0",
        there,
        "The loss is not convex",
        "It bends downwards there, so a place without slope may be another valley, or none; a fit says what it found.",
        uses=[f"{name}_at_a_place"],
        relation=Relation.AT_LEAST,
        source=f"{name}_at_a_place",
    )


def _can_be_written(number: sp.Expr) -> bool:
    """Whether the grammar takes the number: one with powers that might be very large it does not."""
    try:
        parse_tree(to_text(from_sympy(number)))
    except CallerError:
        return False
    return True


def _jointly(lines: Lines, found: Derivatives, first: str, second: str) -> bool:
    """The determinant of the curvatures by two predictors, if its sign is known; whether it is negative somewhere."""
    one, other, mixed = (found.curvatures[pair] for pair in ((first, first), (second, second), (first, second)))
    determinant = lines.tidy(one * other - mixed**2)
    verdict = _never_negative(lines, determinant)
    if not verdict.proved and verdict.witness is None:
        return False
    name = f"determinant_{first}_{second}"
    lines.derived(
        name,
        "",
        determinant,
        f"The determinant of the curvatures by {shown(first)} and {shown(second)}",
        "Where it is negative, the loss bends downwards in some direction between the two.",
        [curvature_step(first, first), curvature_step(second, second), curvature_step(first, second)],
        between=[_determinant_tree(lines, one, other, mixed)],
        source="curvature*curvature - mixed**2",
    )
    if verdict.witness is not None:
        _bends_down(lines, name, name, determinant, verdict.witness, "The determinant")
        return True
    lines.stated(
        f"{name}_not_negative",
        f"{to_text(lines.written(determinant))} >= 0",
        determinant,
        f"In {shown(first)} and {shown(second)} together the loss curves up",
        "No direction between the two bends downwards.",
        uses=[name],
        relation=Relation.AT_LEAST,
        source=name,
    )
    return False


def _determinant_tree(lines: Lines, one: sp.Expr, other: sp.Expr, mixed: sp.Expr) -> Node:
    product = Binary("*", lines.written(one), lines.written(other))
    return Binary("-", product, Binary("^", lines.written(mixed), Number(Fraction(2))))


def _one_valley(lines: Lines, found: Derivatives, name: str) -> None:
    """The Hessian along any direction is an average of squares: the loss of the data set is convex in the weights."""
    setting, own, design = lines.setting, lines.setting.letters, lines.setting.designs[name]
    scope, curvature = setting.scope, lines.in_means(found.curvatures[name, name])
    m, many, k = scope.index(own["m"]), setting.many, scope.index(own["k"])
    x, v = sp.IndexedBase(design.features), sp.IndexedBase(own["v"])
    count = sp.Symbol(design.last, integer=True, nonnegative=True)
    along = average_over(setting.of_sample(curvature) * sum_over(v[k] * x[m, k], k, 0, count) ** 2, m, many)
    walk = Reduction("sum", from_sympy(v[k] * x[m, k]), own["k"], ZERO, Name(design.last))
    square = Binary("^", walk, Number(Fraction(2)))
    written = average_tree(
        over_samples(product(setting.tree_of_sample(lines.written(curvature)), square), own), own["M"]
    )
    lines.stated(
        "one_valley",
        f"{to_text(written)} >= 0",
        along,
        "One valley in the weights",
        f"In any direction {shown(own['v'])} it curves by squares with factors that are never negative: it is a bowl.",
        uses=["loss_of_data", *settings_of_sample(lines), f"hessian_{name}_{name}"],
        relation=Relation.CONVEX,
        of="loss_of_data",
        varying=design.weights,
        source=f"sum_over(sum_over({own['v']}[..]*{own['v']}[..]*hessian_{name}_{name}))",
    )
