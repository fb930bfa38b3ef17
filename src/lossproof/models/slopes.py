"""Derivatives of one sample's loss: by its means, through the chain rule by its predictors, and once more.

dl/dmu = 1 - y/mu      mu = exp(u), dmu/du = mu      dl/du = (1 - y/mu)*mu = mu - y      d2l/du2 = exp(u)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations_with_replacement

import sympy as sp

from lossproof.derivation import Relation
from lossproof.errors import MoveError
from lossproof.models.board import Lines, shown
from lossproof.models.reading import Reading, put_in
from lossproof.models.setting import Setting
from lossproof.models.tidy import rebuilt
from lossproof.moves import differentiate, in_stable_names
from lossproof.notation import free_names, to_text
from lossproof.notation.tree import Binary, Name


@dataclass
class Derivatives:
    """The loss, its slopes and curvatures in the predictors; ``in_means`` are slopes that hold means instead."""

    reading: Reading
    loss: sp.Expr
    slopes: dict[str, sp.Expr] = field(default_factory=dict)
    curvatures: dict[tuple[str, str], sp.Expr] = field(default_factory=dict)
    in_means: dict[str, sp.Expr] = field(default_factory=dict)
    value_step: str = "loss"

    def slope_steps(self) -> tuple[str, ...]:
        """Their names, in the order of the predictors."""
        return tuple(map(slope_step, self.slopes))

    def curvature_steps(self) -> tuple[tuple[str, ...], ...]:
        """Their names as a matrix."""
        names = list(self.slopes)
        return tuple(tuple(curvature_step(*sorted((a, b), key=names.index)) for b in names) for a in names)


@dataclass(frozen=True)
class Paths:
    """dl/dmu for every mean, and dmu/du for every letter in the formula of a mean."""

    outer: dict[str, sp.Expr]
    inner: dict[str, dict[str, sp.Expr]]

    def through(self, predictor: str, name: str) -> tuple[sp.Expr, list[str]]:
        """dmu/du, also through other means that mu hangs on, and the steps that say so."""
        total, steps = sp.S.Zero, list[str]()
        for letter, slope in self.inner[name].items():
            further, more = sp.S.One if letter == predictor else sp.S.Zero, list[str]()
            if letter in self.inner:
                further, more = self.through(predictor, letter)
                more = [f"link_{letter}", *more]
            if further != 0:
                total += slope * further
                steps += [*([f"slope_of_{name}_by_{letter}"] if slope != 1 else []), *more]
        return total, steps


def slope_step(name: str) -> str:
    """The step that is the slope by ``name``."""
    return f"slope_{name}"


def curvature_step(first: str, second: str) -> str:
    """The step that is the curvature by two predictors."""
    return f"curvature_{first}_{second}"


def derivatives(lines: Lines, loss: sp.Expr) -> Derivatives:
    """Every derivative with the lines that lead to it, and the loss in its predictors."""
    setting, means = lines.setting, lines.setting.reading.means
    outer = {name: _by_mean(lines, loss, name) for name in means if setting.scope.symbol(name) in loss.free_symbols}
    for name in means:
        _link(lines, name)
    paths = Paths(outer, {name: _slopes_of_mean(lines, name) for name in means})
    chains = {name: _by_chain(lines, loss, name, paths) for name in setting.reading.predictors}
    found = Derivatives(setting.reading, _loss_in_predictors(lines, loss), value_step=published_value(lines))
    letters = {setting.scope.symbol(name) for name in setting.reading.linear}
    found.in_means |= {name: slope for name, slope in chains.items() if slope and not slope.free_symbols & letters}
    for predictor in setting.reading.predictors:
        found.slopes[predictor] = _slope(lines, found, predictor)
    for pair in combinations_with_replacement(setting.reading.predictors, 2):
        found.curvatures[pair] = _curvature(lines, found, *pair)
    return found


def _by_mean(lines: Lines, loss: sp.Expr, name: str) -> sp.Expr:
    """dl/dmu"""
    result = lines.tidy(off_kinks(differentiate(loss, lines.setting.scope.symbol(name))))
    lines.derived(
        f"slope_in_{name}",
        f"diff({lines.setting.letters['l']}, {name})",
        result,
        f"The derivative by {shown(name)}",
        f"How the loss of a sample moves with {shown(name)}.",
        ["loss_of_one"],
        relation=Relation.DERIVATIVE,
        of="loss_of_one",
        source=f"differentiate(loss_of_one, {name})",
    )
    return result


def _link(lines: Lines, name: str) -> None:
    """mu = exp(u)"""
    formula = lines.setting.reading.means[name]
    lines.given(
        f"link_{name}",
        f"{name} = {to_text(formula)}",
        f"What {shown(name)} hangs on",
        f"This is how the model ties {shown(name)} to what is observed and what is looked for.",
    )


def _slopes_of_mean(lines: Lines, name: str) -> dict[str, sp.Expr]:
    """dmu/du, for every letter in the formula of mu; written in mu itself where that can be."""
    setting, reading = lines.setting, lines.setting.reading
    formula = setting.expression(reading.means[name])
    found = {}
    for letter in (*reading.means, *reading.predictors):
        if letter not in free_names(reading.means[name]):
            continue
        result = lines.tidy(lines.in_means(differentiate(formula, setting.scope.symbol(letter)), [name]))
        found[letter] = result
        if result == 1:
            continue
        lines.derived(
            f"slope_of_{name}_by_{letter}",
            f"diff({name}, {letter})",
            result,
            f"How {shown(name)} moves with {shown(letter)}",
            "The inner derivative, for the chain rule.",
            [f"link_{name}"],
            relation=Relation.DERIVATIVE,
            of=f"link_{name}",
            source=f"differentiate(link_{name}, {letter})",
        )
    return found


def _loss_in_predictors(lines: Lines, loss: sp.Expr) -> sp.Expr:
    """The loss with every link put in, and then in functions that neither overflow nor cancel."""
    setting, means = lines.setting, lines.setting.reading.means
    plain = lines.tidy(_with_links(loss, setting))
    try:
        result = lines.tidy(in_stable_names(plain))
    except MoveError:
        result = plain
    if not means and result == loss:
        return result
    lines.derived(
        "loss",
        setting.letters["l"],
        result,
        "The loss in its predictors",
        "With what the quantities hang on put in. This is what is published, and what runs.",
        ["loss_of_one", *(f"link_{name}" for name in means)],
        between=[] if result == plain else [lines.written(plain)],
        because="" if result == plain else "the links put in; in functions that neither overflow nor cancel",
        source="substitute(loss_of_one, links)" if result == plain else "in_stable_names(substitute(...))",
    )
    return result


def _with_links(expr: sp.Expr, setting: Setting) -> sp.Expr:
    """``expr`` with the formula of every mean in its place."""
    means = setting.reading.means
    formulas = {setting.scope.symbol(name): setting.expression(put_in(Name(name), means)) for name in means}
    return rebuilt(expr, formulas)


def _by_chain(lines: Lines, loss: sp.Expr, predictor: str, paths: Paths) -> sp.Expr | None:
    """dl/du as the sum over the means of dl/dmu*dmu/du, and what the loss holds of u by itself."""
    symbol = lines.setting.scope.symbol(predictor)
    terms, uses = [], ["loss_of_one"]
    for name, outer in paths.outer.items():
        inner, steps = paths.through(predictor, name)
        if inner not in (sp.S.Zero, sp.S.One):
            terms.append((outer, inner))
            uses += [f"slope_in_{name}", f"link_{name}", *steps]
    if not terms:
        return None
    rest = differentiate(loss, symbol) if symbol in loss.free_symbols else sp.S.Zero
    whole = sp.Add(rest, *(outer * inner for outer, inner in terms))
    products = [Binary("*", lines.written(outer), lines.written(inner)) for outer, inner in terms]
    shown_whole = reduce(
        lambda left, right: Binary("+", left, right), [*products, *([lines.written(rest)] if rest != 0 else [])]
    )
    result = lines.tidy(whole)
    lines.derived(
        f"chain_rule_{predictor}",
        f"diff({lines.setting.letters['l']}, {predictor})",
        result,
        f"The chain rule, by {shown(predictor)}",
        "The outer derivative times the inner one.",
        uses,
        relation=Relation.DERIVATIVE,
        of="loss_of_one",
        between=[shown_whole],
        source=" + ".join(f"chain_rule(slope_in_{name}, ...)" for name in paths.outer),
    )
    return result


def _slope(lines: Lines, found: Derivatives, predictor: str) -> sp.Expr:
    """dl/du, in predictors: this is published."""
    direct = off_kinks(differentiate(found.loss, lines.setting.scope.symbol(predictor)))
    result = lines.tidy(direct)
    above = published_value(lines)
    lines.derived(
        slope_step(predictor),
        f"diff({lines.setting.letters['l']}, {predictor})",
        result,
        f"The slope by {shown(predictor)}",
        "Written in what the program has at hand.",
        [above],
        relation=Relation.DERIVATIVE,
        of=above,
        source=f"differentiate({above}, {predictor})",
    )
    return result


def off_kinks(slope: sp.Expr) -> sp.Expr:
    """``slope`` away from the points at which a jump has none: sign and Heaviside are flat there."""
    return slope.replace(sp.DiracDelta, lambda *_: sp.S.Zero)


def _curvature(lines: Lines, found: Derivatives, first: str, second: str) -> sp.Expr:
    """d2l/du dv"""
    slope = found.slopes[first]
    by = lines.setting.scope.symbol(second)
    result = lines.tidy(off_kinks(differentiate(slope, by))) if by in slope.free_symbols else sp.S.Zero
    where = f"by {shown(first)}" if first == second else f"by {shown(first)} and {shown(second)}"
    own = lines.setting.letters["l"]
    lines.derived(
        curvature_step(first, second),
        f"diff(diff({own}, {first}), {second})",
        result,
        f"The curvature {where}",
        "How the slope changes.",
        [slope_step(first)],
        relation=Relation.DERIVATIVE,
        of=slope_step(first),
        source=f"differentiate({slope_step(first)}, {second})",
    )
    return result


def published_value(lines: Lines) -> str:
    """The step whose formula is the loss in its predictors."""
    known = {step.name for step in lines.script.steps}
    return "loss" if "loss" in known else "loss_of_one"
