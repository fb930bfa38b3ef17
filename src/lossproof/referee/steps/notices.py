"""What the author of a script may have overlooked: clauses, parameters and givens that nothing uses, lines without a
reason."""

from __future__ import annotations

from collections.abc import Iterator

from lossproof.derivation import Script
from lossproof.derivation.unknown_names import idle_names, names_met, nearest
from lossproof.words.codes import Notice, Relation, Said, StepName


def notices(script: Script) -> tuple[Said, ...]:
    """Everything of the kind, in the order: clauses, parameters, reasons, givens."""
    return (*_clauses(script), *_parameters(script), *_reasons(script), *_givens(script))


def _clauses(script: Script) -> Iterator[Said]:
    met = names_met(script.steps)
    for name in idle_names(script.assumptions, script.steps):
        near = nearest(name, met)
        yield Notice.IDLE_CLAUSE_NEAR(name=name, near=near[0]) if near else Notice.IDLE_CLAUSE(name=name)


def _parameters(script: Script) -> Iterator[Said]:
    asked = script.parameters.union(*(step.varying for step in script.steps))
    for name in sorted(asked - names_met(script.steps)):
        yield Notice.IDLE_PARAMETER(name=name)


def _reasons(script: Script) -> Iterator[Said]:
    silent = tuple(StepName(step.name) for step in script.steps if step.source and not step.reason)
    if silent:
        yield Notice.NO_REASON(steps=silent)


def _givens(script: Script) -> Iterator[Said]:
    """Assumptions of the author that no line rests on, where there are lines at all."""
    used = {name for step in script.steps for name in (*step.uses, step.of)}
    used |= set(script.publication.names()) if script.publication else set()
    givens = [step for step in script.steps if step.relation is Relation.GIVEN]
    idle = tuple(StepName(step.name) for step in givens if step.source and step.name not in used)
    if idle and len(givens) < len(script.steps):
        yield Notice.IDLE_GIVEN(steps=idle)
