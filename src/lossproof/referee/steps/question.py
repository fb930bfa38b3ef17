"""What is asked of the referee about one step: plain data, from which its verdict follows and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from lossproof.derivation import Definition, Script, Step
from lossproof.derivation.step import UNCHECKED, Origin
from lossproof.derivation.unfolding import Quantity
from lossproof.derivation.unknown_names import unknown_names
from lossproof.errors import CallerError, DerivationError
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Node
from lossproof.referee.steps.obligations import Obligation, compared, obligations, stays
from lossproof.words.codes import Relation, Said, Way


@dataclass(frozen=True, slots=True)
class Question:
    """All that the verdict on one step depends on, and nothing else: its key in the cache, its message to a process."""

    obligations: tuple[Obligation, ...]
    claim: Node | None
    between: tuple[Node, ...]
    result: Node
    assumptions: Assumptions
    definitions: tuple[Definition, ...]
    stays: tuple[Quantity, ...]
    stated: Said | None
    unknown: tuple[Said, ...] = ()
    unknown_left: tuple[Said, ...] = ()


def place_of(step: Step, derivation: Script) -> str:
    """The script and the line where ``step`` is written."""
    script = derivation.path.name if derivation.path else f"derivation `{derivation.name}`"
    return script if step.line is None else f"{script}, line {step.line}"


def question_of(step: Step, derivation: Script) -> Question:
    """All that has to hold for ``step``, and what its mutants are made from.

    DerivationError with the place in the script where that cannot be said.
    """
    try:
        return _question(step, derivation)
    except CallerError as error:
        raise DerivationError(f"{place_of(step, derivation)}: step `{step.name}`: {error}") from error


def _question(step: Step, derivation: Script) -> Question:
    before = derivation.step(step.of) if step.of else None
    steps = {each.name: each for each in derivation.steps}
    return Question(
        obligations=obligations(step, before),
        claim=compared(step),
        between=step.between,
        result=step.formula if step.relation is Relation.FOR_EVERY else step.result_tree,
        assumptions=step.assumptions,
        definitions=step.definitions,
        stays=tuple(sorted(stays(step, before))),
        stated=_stated(step),
        unknown=unknown_names(step, steps, step.claim),
        unknown_left=unknown_names(step, steps, step.left),
    )


def _stated(step: Step) -> Said | None:
    """What is said of a line that only stands there, and is not followed from others."""
    if step.relation in UNCHECKED:
        return Way.STATED()
    return Way.NOT_DERIVED() if step.origin is Origin.TYPED else None


def published_question(obligation: Obligation) -> Question:
    """The question of a row that is published and is no step."""
    return Question((obligation,), None, (), obligation.rhs, obligation.assumptions, (), (), None)
