"""What a chapter's loss is when it runs: the forms that are computed, why they are the published ones, how exact.

published step -> candidates, measured -> the form that is computed -> verdict on ``computed = published``
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from lossproof.chapters.derivation import Derivation
from lossproof.derivation import Step
from lossproof.derivation.publication import Publication, Steps
from lossproof.lowering import Loss
from lossproof.lowering.code.modules import Component, components
from lossproof.lowering.forms.choice import Chosen
from lossproof.lowering.measure.accuracy import Accuracy
from lossproof.lowering.standing import spelled_out
from lossproof.notation import from_sympy
from lossproof.notation.assumptions import Assumptions
from lossproof.referee.cache import keep, key_of, recall
from lossproof.referee.judge import judge_claim
from lossproof.referee.steps.report import StepVerdict
from lossproof.referee.verdict import Verdict

POINTS = 2_000  # of each certificate at build; the full run is benchmarks/kernels.py


@dataclass(frozen=True)
class RunningPart:
    """Value, slope or curvature: the step that publishes it, the candidates, the verdict on the one computed."""

    component: Component
    step: Step
    chosen: Chosen
    verdict: Verdict


@dataclass(frozen=True)
class Running:
    """A loss as it runs: its parts, its certificate from ``points`` points each."""

    loss: Loss
    parts: tuple[RunningPart, ...]
    accuracy: Accuracy
    points: int
    source: str


def running(derivation: Derivation, points: int = POINTS) -> Running | None:
    """What runs where the derivation publishes a loss; None elsewhere."""
    published = derivation.publication
    if published is None:
        return None
    loss = derivation.loss
    parts = tuple(_parts(derivation, published, loss))
    count = points // len(loss.predictors)
    return Running(
        loss=loss,
        parts=parts,
        accuracy=loss.accuracy(points=count),
        points=count,
        source=loss.export("python"),
    )


def _parts(derivation: Derivation, published: Publication, loss: Loss) -> Iterator[RunningPart]:
    assumptions = _assumptions(derivation, published, loss)
    for component in components(loss.value, loss.slopes, loss.curvatures):
        step = derivation.step(_step_name(published, component))
        chosen = loss.choices[component.name]
        yield RunningPart(component, step, chosen, _verdict(chosen.best.expr, step, assumptions))


def _step_name(published: Publication, component: Component) -> str:
    names: Steps = getattr(published, component.kind)
    for place in component.place:
        names = names[place]
    assert isinstance(names, str)
    return names


def _assumptions(derivation: Derivation, published: Publication, loss: Loss) -> Assumptions:
    """The predictors as the chapter has them (real, where it says nothing), the target in its domain."""
    predictors = {name: derivation.assumptions.scalar(name) for name in published.predictors}
    return Assumptions(scalars={**predictors, published.target: loss.domain})


def _verdict(computed: sympy.Expr, step: Step, assumptions: Assumptions) -> Verdict:
    """The referee on ``computed = published``, from the cache where the same was asked before."""
    claim = (from_sympy(spelled_out(computed)), step.formula, assumptions)
    key = key_of(claim)
    known = recall(key)
    if known is None:
        known = StepVerdict(judge_claim(*claim))
        keep(key, known)
    return known.verdict
