"""Probabilities add up to 1: what a note names as a probability of something that takes few values is summed.

P(t) = p^t (1-p)   with t in {0,1}:   P(0) + P(1) = 1 - p^2
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lossproof.errors import LossproofError
from lossproof.notation import walk
from lossproof.notation.assumptions import Assumptions, FiniteSet
from lossproof.notation.traverse import substitute_tree
from lossproof.notation.tree import Binary, Call, Name, Node, Number, Reduction
from lossproof.notes.assuming import Claim
from lossproof.notes.definitions import Definition
from lossproof.notes.findings import Link
from lossproof.notes.judging import Outcome
from lossproof.referee.verdict import Status

PROBABILITIES = frozenset({"P", "p", "Pr", "prob", "Prob", "f", "q"})
ONE = Number(Fraction(1))
COUNTED = Number(Fraction(9))


def not_adding_up(
    definition: Definition, assumptions: Assumptions, judge: Callable[[Claim], Outcome]
) -> tuple[Link, str] | None:
    """The link that probabilities add up to 1, where it fails, and a sentence; None where nothing is wrong or known."""
    value = definition.parameters[0] if definition.parameters else None
    if definition.name not in PROBABILITIES or not isinstance(value, Name):
        return None
    domain = assumptions.scalars.get(value.name)
    try:
        if isinstance(domain, FiniteSet):
            return _finite(definition, value, domain, judge)
        return _counted(definition, value, judge) if _is_count(value, definition.body) else None
    except LossproofError:
        return None


def _finite(
    definition: Definition, value: Name, domain: FiniteSet, judge: Callable[[Claim], Outcome]
) -> tuple[Link, str] | None:
    terms = [substitute_tree(definition.body, {value: Number(number)}) for number in domain.values]
    total = terms[0]
    for term in terms[1:]:
        total = Binary("+", total, term)
    outcome = judge(Claim(total, ONE))
    if outcome.status is not Status.REFUTED:
        return None
    left = " + ".join(f"{definition.name}({number})" for number in domain.values)
    return Link(left, "1", Status.REFUTED, outcome.witness), f"{left} is not 1: these probabilities do not add up."


def _is_count(value: Name, body: Node) -> bool:
    """Whether ``value!`` occurs, so that it is a whole number from 0 on."""
    return any(
        isinstance(part, Call) and part.function == "factorial" and part.arguments == (value,) for part in walk(body)
    )


def _counted(definition: Definition, value: Name, judge: Callable[[Claim], Outcome]) -> tuple[Link, str] | None:
    """The probabilities of 0 to 9 alone must not add up to more than 1."""
    total = Reduction("sum", definition.body, value.name, Number(Fraction(0)), COUNTED)
    outcome = judge(Claim(total, ONE))
    witness = outcome.witness
    if witness is None or not _exceeds_one(witness.lhs):
        return None
    left = f"{definition.name}(0) + ... + {definition.name}(9)"
    return Link(left, "1", Status.REFUTED, witness), f"{left} is more than 1: these are no probabilities."


def _exceeds_one(text: str) -> bool:
    try:
        return float(text) > 1.0
    except ValueError:
        return False
