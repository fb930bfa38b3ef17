"""What a chapter's loss is when it runs: the forms that are computed, why they are the published ones, how exact.

published step -> candidates, measured -> the form that is computed -> verdict on ``computed = published``
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import sympy

from lossproof.chapters.derivation import Derivation
from lossproof.chapters.kept_accuracy import kept_accuracy
from lossproof.derivation import Step
from lossproof.derivation.publication import ClassPublication, Publication, Steps
from lossproof.errors import InexactLoss
from lossproof.lowering import ClassLoss, Loss
from lossproof.lowering.code.loss_formulas import Component, components
from lossproof.lowering.forms.choice import Chosen
from lossproof.lowering.measure.accuracy import Accuracy
from lossproof.lowering.standing import spelled_out
from lossproof.notation import from_sympy
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Node
from lossproof.referee.cache import keep, key_of, recall
from lossproof.referee.judge import judge_claim
from lossproof.referee.steps.report import StepVerdict
from lossproof.referee.verdict import Verdict

Published = Publication | ClassPublication
SHOWN_CLASSES = 3  # of a loss over any number of them
FIRST_CLASSES = ((), (0,), (0, 0), (0, 1))  # the others are the same with other letters
POINTS = 2_000  # of each certificate at build; the full run is benchmarks/kernels.py


@dataclass(frozen=True)
class RunningPart:
    """Value, slope or curvature: the step that publishes it, the candidates, the verdict on the one computed."""

    component: Component
    step: Step
    chosen: Chosen
    verdict: Verdict

    @property
    def name(self) -> str:
        """``value``, or ``curvature_0_1`` with several predictors."""
        return self.component.name

    @property
    def error(self) -> float:
        """The largest error that was measured when it was chosen, in units in the last place."""
        return self.chosen.best.excused

    @property
    def within_goal(self) -> bool:
        """Whether it met the goal wherever it was measured, and every answer there could be confirmed."""
        return self.chosen.weakness is None


@dataclass(frozen=True)
class Running:
    """A loss as it runs: its parts; its certificate, from ``points`` points each, is measured when it is asked for.

    ``classes`` says for how many classes it is written here, where the loss is one of any number of them.
    """

    loss: Loss
    parts: tuple[RunningPart, ...]
    points: int
    classes: int | None = None

    @cached_property
    def accuracy(self) -> Accuracy:
        """The largest error of every function."""
        return kept_accuracy(self.loss, self.points)

    @property
    def source(self) -> str:
        """The module in NumPy. Where it has no number stands at its head, for whoever reads it there."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InexactLoss)
            return str(self.loss.export("python"))


def running(derivation: Derivation, points: int = POINTS, *, use_cache: bool = True) -> Running | None:
    """What runs where the derivation publishes a loss; None elsewhere.

    Raises RefutedLoss where a step that it rests on is refuted, MoveError where a formula has no numeric code.
    """
    published = derivation.publication
    if published is None:
        return None
    loss = derivation.loss
    of_any_number = isinstance(loss, ClassLoss)
    if isinstance(loss, ClassLoss):
        loss = loss.of(SHOWN_CLASSES)
    parts = tuple(_parts(derivation, published, loss, use_cache))
    return Running(loss, parts, points // len(loss.predictors), SHOWN_CLASSES if of_any_number else None)


def _parts(derivation: Derivation, published: Published, loss: Loss, use_cache: bool) -> Iterator[RunningPart]:
    assumptions = _assumptions(derivation, loss)
    of_any_number = isinstance(published, ClassPublication)
    for component in components(loss.value, loss.slopes, loss.curvatures):
        if of_any_number and component.place not in FIRST_CLASSES:
            continue
        step = derivation.step(_step_name(published, component))
        formula = from_sympy(spelled_out(component.expr)) if of_any_number else step.formula
        chosen = loss.choices[component.name]
        yield RunningPart(component, step, chosen, _verdict(chosen.best.expr, formula, assumptions, use_cache))


def _step_name(published: Published, component: Component) -> str:
    if isinstance(published, ClassPublication):
        return {"value": published.value, "slope": published.slope, "curvature": published.curvature}[component.kind]
    names: Steps = getattr(published, component.kind)
    for place in component.place:
        names = names[place]
    assert isinstance(names, str)
    return names


def _assumptions(derivation: Derivation, loss: Loss) -> Assumptions:
    """The predictors as the chapter has them (real, where it says nothing), what is observed in its domain."""
    predictors = {symbol.name: derivation.assumptions.scalar(symbol.name) for symbol in loss.predictors}
    columns = {symbol.name: domain for symbol, domain in zip(loss.columns, loss.column_domains, strict=True)}
    return Assumptions(scalars={**predictors, **columns, loss.target.name: loss.domain})


def _verdict(computed: sympy.Expr, formula: Node, assumptions: Assumptions, use_cache: bool = True) -> Verdict:
    """The referee on ``computed = published``, from the cache where the same was asked before."""
    claim = (from_sympy(spelled_out(computed)), formula, assumptions)
    key = key_of(claim)
    known = recall(key) if use_cache else None
    if known is None:
        known = StepVerdict(judge_claim(*claim))
        if use_cache:
            keep(key, known)
    return known.verdict
