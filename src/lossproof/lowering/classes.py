"""A loss over K classes with K a symbol, and the loss of three classes, or of ten, that it becomes.

    value    logsumexp(u[k], k, 0, K-1) - sum(yt[k]*u[k], k, 0, K-1)          of(3): u0, u1, u2 and a label 0, 1, 2
    slope    by u[i]        curvature    by u[i] and u[j]

Classes are exchangeable: where the formulas say the same after two of them have changed places, what is found for
one class (for one pair of them) holds for all. Ten classes then take as many measurements as two.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import sympy as sp

from lossproof.errors import CallerError, DataError, counted
from lossproof.lowering import standing
from lossproof.lowering.code.loss_formulas import Component, components
from lossproof.lowering.forms.choice import Chosen, Measured, Weakness
from lossproof.lowering.forms.rewriting import Applied
from lossproof.lowering.loss import CompiledLoss, Loss, chosen_forms
from lossproof.notation import Scope, free_names, substitute_tree, to_sympy, to_text
from lossproof.notation.domains import exact_value
from lossproof.notation.evaluated import evaluated
from lossproof.notation.functions import logsumexp
from lossproof.notation.tree import Binary, Indexed, Name, Node, Number
from lossproof.notation.written_out import written_out
from lossproof.referee.steps.grounds import Ground
from lossproof.referee.steps.report import StepVerdict

FEWEST, MOST = 2, 100


@dataclass(frozen=True)
class ClassFormulas:
    """Value, slope and curvature in the data ``predictors`` and the one-hot data ``truth``.

    The slope is by the class ``places[0]``, the curvature by that and ``places[1]``. Classes are counted from ``low``,
    labels in data from 0; ``high`` is the last class, and holds the one name that stands for K.
    """

    value: Node
    slope: Node
    curvature: Node
    predictors: str
    truth: str
    places: tuple[str, str]
    low: Node
    high: Node

    def of(self, classes: int) -> OfSoMany:
        """The formulas for so many classes."""
        return OfSoMany(self, classes)


@dataclass(frozen=True)
class ClassLoss:
    """The loss of one sample over K classes; `of` says how many there are, and data say it where nobody does.

    ``value`` holds data ``u[k]`` and one-hot data ``yt[k]``; ``slope`` is its derivative by ``u[i]``, ``curvature``
    that by ``u[i]`` and ``u[j]``; ``trees`` are the same formulas as the derivation has them.
    """

    name: str
    value: sp.Expr
    slope: sp.Expr
    curvature: sp.Expr
    trees: ClassFormulas = field(repr=False)
    digest: str = ""
    grounds: tuple[Ground, ...] = field(default=(), repr=False, hash=False)
    unchecked: bool = False

    def of(self, classes: int) -> Loss:
        """The loss of so many classes: predictors ``u0, u1, ..`` and a label 0, 1, ... Raises CallerError."""
        if isinstance(classes, bool) or not isinstance(classes, (int, np.integer)) or not FEWEST <= classes <= MOST:
            raise CallerError(f"classes: {classes!r} was given; a whole number from {FEWEST} to {MOST} is needed")
        return _of(self, int(classes))

    def of_labels(self, y: Any) -> Loss:
        """The loss of as many classes as the labels y (M,) name: 0..K-1, none of them missing. Raises DataError."""
        labels = np.unique(np.asarray(self.from_zero(y)))
        if labels.dtype.kind not in "biuf" or not np.isfinite(labels).all() or (labels != np.floor(labels)).any():
            shown = ", ".join(map(str, labels[:3].tolist()))
            raise DataError(
                f"y: {shown}, ... was given; the labels of {self.name} are the numbers 0, 1, ... of the classes."
                " Labels of another kind are taken by LossClassifier."
            )
        classes = int(labels.max(initial=-1)) + 1
        missing = sorted(set(range(min(classes, MOST))) - set(labels.astype(int).tolist()))
        if labels.min(initial=0) < 0 or missing:
            what = (
                f"{int(labels[0])} stands there" if labels.min(initial=0) < 0 else f"no row has the label {missing[0]}"
            )
            raise DataError(
                f"y: {what}; the labels of {self.name} count the classes from 0{self._or_from_one}."
                f" Where a class has no row, say how many there are: loss.of({max(classes, FEWEST)})"
            )
        if not FEWEST <= classes <= MOST:
            raise DataError(
                f"y: the labels name {counted(classes, 'class', 'classes')};"
                f" {self.name} is a loss of {FEWEST} to {MOST}"
            )
        return _of(self, classes)

    @property
    def _or_from_one(self) -> str:
        return " or from 1" if exact_value(self.trees.low) == 1 else ""

    def from_zero(self, y: Any) -> Any:
        """The labels y (M,) counted from 0: a model whose classes are 1..K takes 1, 2, ..., K as well."""
        labels = np.asarray(y)
        if exact_value(self.trees.low) != 1 or labels.dtype.kind not in "iuf" or not labels.size or labels.min() != 1:
            return y
        return labels - 1

    def compile(self, backend: str = "numba") -> CompiledClasses:
        """Functions of u (M, K) and labels y (M,): how many classes there are is read off u."""
        return CompiledClasses(self, backend)

    def export(self, target: str, *, classes: int | None = None, **options: Any) -> Any:
        """The loss of so many ``classes`` for another program, as `Loss.export` does it."""
        if classes is None:
            raise CallerError(f"classes: none was given; say how many, as in loss.export({target!r}, classes=3)")
        return self.of(classes).export(target, **options)


class CompiledClasses:
    """value(u, y), slope(u, y) and curvature(u, y) for any number of classes: u (M, K), y (M,)."""

    def __init__(self, loss: ClassLoss, backend: str) -> None:
        self.loss, self.backend = loss, backend

    def of(self, u: Any) -> CompiledLoss:
        """The functions for as many classes as u (.., K) has columns."""
        shape = np.shape(u)
        if not shape:
            raise CallerError("u: one number was given; the predictors of K classes are an array (M, K)")
        return self.loss.of(shape[-1]).compile(self.backend)

    def value(self, u: Any, y: Any) -> Any:
        """The loss of each sample (M,)."""
        return self.of(u).value(u, y)

    def slope(self, u: Any, y: Any) -> Any:
        """The derivatives (M, K)."""
        return self.of(u).slope(u, y)

    def curvature(self, u: Any, y: Any) -> Any:
        """The second derivatives (M, K, K)."""
        return self.of(u).curvature(u, y)


def settled(loss: Loss | ClassLoss, y: Any) -> Loss:
    """``loss`` where it says how many classes there are, else that of the labels y (M,). Raises DataError."""
    return loss if isinstance(loss, Loss) else loss.of_labels(y)


@dataclass(frozen=True)
class LossOfClasses(Loss):
    """A loss of K classes: what is found for the first class, or pair of classes, is written for the others."""

    __hash__ = Loss.__hash__

    @cached_property
    def verdicts(self) -> dict[str, StepVerdict]:
        """The referee's verdict on the steps, and on the derivatives of the first of each kind."""
        return standing.verdicts(self, self._kinds)

    @cached_property
    def choices(self) -> dict[str, Chosen]:
        """Which forms are computed: those of the first of each kind were measured. Raises RefutedLoss."""
        standing.refuse_refuted(self)
        parts = components(self.value, self.slopes, self.curvatures)
        found = dict(chosen_forms(self, [part for part in parts if part.place in self._kinds]))
        names = {part.place: part.name for part in parts}
        return {
            part.name: found[part.name] if part.name in found else self._exchanged(part, found, names) for part in parts
        }

    @cached_property
    def _kinds(self) -> frozenset[tuple[int, ...]]:
        """The places that stand for all: the value, the first slope, and two curvatures; all where classes differ."""
        parts = {part.place: part.expr for part in components(self.value, self.slopes, self.curvatures)}
        first = [(), (0,), (0, 0), (0, 1)]
        alike = all(self._alike(parts[_kind(place)], expr, place) for place, expr in parts.items())
        return frozenset(first) if alike else frozenset(parts)

    def _alike(self, first: sp.Expr, other: sp.Expr, place: tuple[int, ...]) -> bool:
        return bool(_in_order(first.xreplace(self._exchange(place))) == _in_order(other))

    def _exchanged(self, part: Component, found: dict[str, Chosen], names: dict[tuple[int, ...], str]) -> Chosen:
        exchange = self._exchange(part.place)
        return _of_other_classes(found[names[_kind(part.place)]], exchange, self.predictors)

    def _exchange(self, place: tuple[int, ...]) -> dict[Any, Any]:
        """What becomes of predictors and labels where classes 0 (and 1) change places with those of ``place``."""
        order = list(range(len(self.predictors)))
        for here, there in enumerate(dict.fromkeys(place)):
            at = order.index(there)
            order[here], order[at] = order[at], order[here]
        letters = dict(zip(self.predictors, (self.predictors[k] for k in order), strict=True))
        labels = {sp.Eq(self.target, k): sp.Eq(self.target, order[k]) for k in range(len(order))}
        return {**letters, **labels}


@lru_cache(maxsize=64)
def _of(loss: ClassLoss, classes: int) -> Loss:
    made, q = loss.trees.of(classes), range(classes)
    label = made.target.name
    return LossOfClasses(
        name=loss.name,
        predictors=made.predictors,
        target=made.target,
        target_domain=f"{label} integer; 0 <= {label} <= {classes - 1}",
        value=made.at(loss.trees.value),
        slope=tuple(made.at(loss.trees.slope, i) for i in q),
        curvature=tuple(tuple(made.at(loss.trees.curvature, i, j) for j in q) for i in q),
        digest=f"{loss.digest}, {classes} classes" if loss.digest else "",
        grounds=loss.grounds,
        unchecked=loss.unchecked,
    )


class OfSoMany:
    """Formulas in scalars: the predictors ``u0, u1, ..`` and a label ``yt`` that is 0, 1, ..."""

    def __init__(self, formulas: ClassFormulas, classes: int) -> None:
        self.formulas, self.classes, self.sizes = formulas, classes, _sizes(formulas, classes)
        low = exact_value(written_out(formulas.low, self.sizes))
        if low is None:
            raise CallerError(f"the classes are counted from {to_text(formulas.low)}, which is no number")
        self.low = int(low)
        self.predictors = tuple(sp.Symbol(f"{formulas.predictors}{k}", real=True) for k in range(classes))
        self.target = sp.Symbol(formulas.truth, real=True)

    def at(self, formula: Node, *places: int) -> sp.Expr:
        """The formula for the classes ``places``; one case a label, where labels make a difference."""
        numbers = {letter: place + self.low for letter, place in zip(self.formulas.places, places, strict=False)}
        written = written_out(formula, {**self.sizes, **numbers})
        cases = [self._of_label(written, label) for label in range(self.classes)]
        labels = [sp.Eq(self.target, label) for label in range(self.classes)]
        rest = max(reversed(cases), key=cases.count)
        own = [(case, label) for case, label in zip(cases, labels, strict=True) if case != rest]
        return sp.Piecewise(*own, (rest, True)) if own else rest

    def _of_label(self, written: Node, label: int) -> sp.Expr:
        known: dict[Name | Indexed | str, Node] = {}
        for k in range(self.classes):
            place = (Number(Fraction(k + self.low)),)
            known[Indexed(self.formulas.predictors, place)] = Name(self.predictors[k].name)
            known[Indexed(self.formulas.truth, place)] = Number(Fraction(int(k == label)))
        expr = evaluated(to_sympy(substitute_tree(written, known), _REALS))
        return expr.xreplace({sp.Symbol(letter.name): letter for letter in self.predictors})


_REALS = Scope()


def _sizes(formulas: ClassFormulas, classes: int) -> dict[str, int]:
    """What the one name in the range of the classes is, where there are so many of them."""
    names = sorted(free_names(formulas.low) | free_names(formulas.high))
    if len(names) != 1:
        raise CallerError(f"the range of the classes holds the names {names}; it needs one that stands for K")
    count = to_sympy(Binary("-", formulas.high, formulas.low), _REALS) + 1
    found = sp.solve(sp.Eq(sp.expand(count), classes), _REALS.symbol(names[0]))
    if len(found) != 1 or not found[0].is_Integer:
        raise CallerError(f"the range of the classes does not say what {names[0]} is for {classes} classes")
    return {names[0]: int(found[0])}


def _kind(place: tuple[int, ...]) -> tuple[int, ...]:
    """The place that stands for ``place``: the first class, the first class twice, or the first two."""
    return tuple(range(len(set(place)))) if len(set(place)) == len(place) else (0,) * len(place)


def _in_order(expr: sp.Expr) -> sp.Expr:
    """``expr`` with the arguments of functions that do not mind their order in one order."""
    return expr.replace(logsumexp, lambda *terms: logsumexp(*sorted(terms, key=sp.default_sort_key)))


def _of_other_classes(chosen: Chosen, exchange: dict[Any, Any], predictors: tuple[sp.Symbol, ...]) -> Chosen:
    """What was measured, with other classes in the place of the first."""
    candidates = tuple(_measured(each, exchange) for each in chosen.candidates)
    best = (
        candidates[chosen.candidates.index(chosen.best)]
        if chosen.best in chosen.candidates
        else _measured(chosen.best, exchange)
    )
    weak, weakness = chosen.weakness, None
    if weak is not None:
        order = [predictors.index(exchange[letter]) for letter in predictors]
        weakness = Weakness(weak.error, _moved(weak.point, order), _moved(weak.box, order))
    return replace(chosen, best=best, candidates=candidates, weakness=weakness)


def _measured(form: Measured, exchange: dict[Any, Any]) -> Measured:
    applied = tuple(
        Applied(each.rule, each.before.xreplace(exchange), each.after.xreplace(exchange)) for each in form.applied
    )
    return replace(form, expr=form.expr.xreplace(exchange), applied=applied)


def _moved(values: tuple[Any, ...], order: list[int]) -> tuple[Any, ...]:
    """One value a predictor in the new order; what follows them (the target's) stays."""
    return (*(values[k] for k in order), *values[len(order) :])
