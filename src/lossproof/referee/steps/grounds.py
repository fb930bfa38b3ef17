"""What has to hold before a loss is run, judged without mutants and kept: running must not cost a whole check.

a derivation       the steps that are published, every step below them, and the published derivatives
formulas alone     slope = diff(value, u), curvature = diff(slope, u)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lossproof.derivation import Publication, Script, ancestors
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Node
from lossproof.referee.cache import keep, key_of, recall
from lossproof.referee.steps.published import derivative_obligations
from lossproof.referee.steps.question import Question, published_question, question_of
from lossproof.referee.steps.report import StepVerdict


@dataclass(frozen=True, slots=True)
class Ground:
    """A question that the referee must not answer with a counterexample, and the step or row that it is about."""

    name: str
    question: Question


def grounds_of_script(script: Script) -> tuple[Ground, ...]:
    """The steps that the loss which ``script`` publishes rests on; none where it publishes none."""
    return grounds_of_steps(script, script.publication.names() if script.publication else ())


def grounds_of_steps(script: Script, names: Iterable[str]) -> tuple[Ground, ...]:
    """The steps ``names`` and every step below them."""
    below = ancestors(names, {step.name: step for step in script.steps})
    return tuple(Ground(name, question_of(script.step(name), script)) for name in below)


def grounds_of_formulas(
    published: Publication, formulas: Mapping[str, Node], assumptions: Assumptions
) -> tuple[Ground, ...]:
    """That slope and curvature are derivatives, whoever wrote the formulas down."""
    rows = derivative_obligations(published, formulas, assumptions)
    return tuple(Ground(name, published_question(row)) for name, row in rows.items())


def judged(ground: Ground) -> StepVerdict:
    """The verdict on one ground, as a check has kept it, or a run before this one, or the referee says it now."""
    checked = recall(key_of(ground.question))
    if checked is not None:
        return checked
    key = key_of(ground)
    known = recall(key)
    if known is None:
        from lossproof.referee.steps.examine import judge_obligations  # the provers, not needed where all is kept

        known = judge_obligations(ground.question)
        keep(key, known)
    return known
