"""What the box on a claim's page asks before the reader changes it: what the referee was asked of that step."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lossproof.derivation import Script, Step
from lossproof.errors import LossproofError
from lossproof.notation import assumptions_text, to_text
from lossproof.referee.steps.obligations import Kind, Obligation
from lossproof.referee.steps.question import question_of
from lossproof.site.assumed import relevant

LONGEST = 400  # characters of a side; what is longer is no text to change by hand


@dataclass(frozen=True, slots=True)
class Asked:
    """An equation as text, and what is assumed."""

    lhs: str
    rhs: str
    where: str


def asked_of(step: Step, derivation: Script) -> Asked | None:
    """What ties the step to the line that it looks back at, as an equation; None where none of it is one.

    Names are replaced by what they stand for, as the referee has it. A question with clauses on such a name cannot be
    put by text alone and is left out.
    """
    try:
        found = question_of(step, derivation).obligations
    except LossproofError:
        return None
    asked = (_as_text(each) for each in reversed(found) if each.kind is Kind.EQUAL and not each.given)
    return next((each for each in asked if max(len(each.lhs), len(each.rhs)) <= LONGEST), None)


def _as_text(obligation: Obligation) -> Asked:
    clauses = tuple(assumptions_text(obligation.assumptions))
    lhs, rhs = to_text(obligation.lhs), to_text(obligation.rhs)
    return Asked(lhs, rhs, "; ".join(_that_matter(clauses, _names_in(f"{lhs} {rhs}"))))


def _that_matter(clauses: tuple[str, ...], names: frozenset[str]) -> tuple[str, ...]:
    """The clauses on ``names``, and those on the names in these clauses, in their order."""
    both_kinds = frozenset((name, indexed) for name in names for indexed in (False, True))
    found = relevant(clauses, both_kinds)
    grown = names.union(*map(_names_in, found))
    return found if grown == names else _that_matter(clauses, grown)


def _names_in(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d]\w*", text))
