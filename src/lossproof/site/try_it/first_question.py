"""What the box on a claim's page asks before the reader changes it: what the referee was asked of that step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from lossproof.derivation import Script, Step
from lossproof.derivation.step import UNCHECKED
from lossproof.errors import LossproofError
from lossproof.notation import assumptions_text, complete_assumptions, parse_assumptions, to_text
from lossproof.notation.assumptions import Assumptions, Interval
from lossproof.notation.traverse import children, data_names, free_names, fresh_name, rebuild
from lossproof.notation.tree import Name, Node
from lossproof.referee.balls import Given
from lossproof.referee.steps.obligations import Kind, Obligation
from lossproof.referee.steps.question import question_of
from lossproof.referee.steps.relations import proof_of_order
from lossproof.site.assumed import relevant
from lossproof.site.try_it.reader_question import Asked, Asks
from lossproof.words.codes import Duty

LONGEST = 1000  # characters of a side; what is longer is no text to change by hand
_ASKED = {
    Kind.EQUAL: Asks.EQUAL,
    Kind.AT_LEAST: Asks.AT_LEAST,
    Kind.MORE_THAN: Asks.MORE_THAN,
    Kind.CONVEX: Asks.CONVEX,
    Kind.SAME_OPTIMUM: Asks.SAME_OPTIMUM,
}
_TURNED = {Asks.AT_LEAST: Asks.AT_MOST, Asks.MORE_THAN: Asks.LESS_THAN}
# What is asked on the way to what a step claims: that a value is possible, that an optimum is the only one.
_ON_THE_WAY = frozenset({Duty.VALUE_INSIDE, Duty.SLOPE_OF, Duty.CURVATURE_OF})


# A step's page and its chapter's have the same question.
_known: WeakKeyDictionary[Script, dict[str, Asked | None]] = WeakKeyDictionary()


def asked_of(step: Step, derivation: Script) -> Asked | None:
    """What ties the step to the line that it looks back at, as a question in text; None where it is only stated.

    Names are replaced by what they stand for, as the referee has it. A clause on such a name is left out where the
    formula in its place satisfies it by itself, as ``0 < yp < 1`` with a sigmoid for yp; where it does not, as
    ``u > 0`` with a weighted sum for u, it is a clause on the formula.
    """
    known = _known.setdefault(derivation, {})
    if step.name not in known:
        known[step.name] = None if step.relation in UNCHECKED else _question(step, derivation)
    return known[step.name]


def _question(step: Step, derivation: Script) -> Asked | None:
    try:
        found = question_of(step, derivation).obligations
    except LossproofError:
        return None
    wanted = (each for each in reversed(found) if each.kind in _ASKED and each.label.code not in _ON_THE_WAY)
    asked = (_as_text(each, turned=step.operator.startswith("<")) for each in wanted)
    return next((text for text in asked if text and max(len(text.lhs), len(text.rhs)) <= LONGEST), None)


def _under(obligation: Obligation) -> Assumptions | None:
    """What is assumed, with a clause on each formula of ``given`` that needs one; None where text has none for it."""
    assumed, clauses, named = obligation.assumptions, [], dict[Node, Node]()
    for given in sorted(obligation.given, key=lambda each: len(to_text(each.body))):
        body: Node = _with_names(given.body, named)
        if _holds(replace(given, body=body), assumed):
            continue
        if (clause := _clause(given)) is None:
            return None
        clauses.append(clause)
        name = Name(fresh_name("f", frozenset(assumed.scalars) | free_names(body) | data_names(body)))
        named[given.body] = name
        assumed = replace(assumed, scalars={**assumed.scalars, name.name: given.domain})
    return parse_assumptions("; ".join((*assumptions_text(obligation.assumptions), *clauses)))


def _with_names(part: Any, named: Mapping[Node, Node]) -> Any:
    """The formula with a name in the place of each of those that a clause speaks of: ``1/f`` is positive with ``f``."""
    return named[part] if part in named else rebuild(part, [_with_names(each, named) for each in children(part)])


def _clause(given: Given) -> str | None:
    """``sum(w[k]*x[m, k], k, 0, N) > 0``."""
    domain = given.domain
    if not isinstance(domain, Interval) or domain.integer or domain.excluded:
        return None
    low = f"{to_text(domain.low)} {'<' if domain.low_open else '<='} " if domain.low else ""
    high = f" {'<' if domain.high_open else '<='} {to_text(domain.high)}" if domain.high else ""
    return f"{low}{to_text(given.body)}{high}"


def _holds(given: Given, assumptions: Assumptions) -> bool:
    """Whether the formula lies within the bounds of ``given`` by the signs of its parts."""
    domain = given.domain
    if not isinstance(domain, Interval) or domain.integer or domain.excluded:
        return False
    bounds = [(given.body, domain.low, domain.low_open), (domain.high, given.body, domain.high_open)]
    return all(_is_more(more, less, strict, assumptions) for more, less, strict in bounds if more and less)


def _is_more(more: Node, less: Node, strict: bool, assumptions: Assumptions) -> bool:
    completed = complete_assumptions(assumptions, more, less)
    return proof_of_order(more, less, completed, strict) is not None


def _as_text(obligation: Obligation, *, turned: bool) -> Asked | None:
    """``turned`` where the author writes ``f < 1`` for what the referee is asked as ``1 > f``."""
    if (assumed := _under(obligation)) is None:
        return None
    clauses = tuple(assumptions_text(assumed))
    relation, lhs, rhs = _ASKED[obligation.kind], to_text(obligation.lhs), to_text(obligation.rhs)
    if turned and relation in _TURNED:
        relation, lhs, rhs = _TURNED[relation], rhs, lhs
    where = "; ".join(_that_matter(clauses, _names_in(f"{lhs} {rhs}")))
    return Asked(lhs, rhs, where, relation, ", ".join(obligation.varying))


def _that_matter(clauses: tuple[str, ...], names: frozenset[str]) -> tuple[str, ...]:
    """The clauses on ``names``, and those on the names in these clauses, in their order."""
    both_kinds = frozenset((name, indexed) for name in names for indexed in (False, True))
    found = relevant(clauses, both_kinds)
    grown = names.union(*map(_names_in, found))
    return found if grown == names else _that_matter(clauses, grown)


def _names_in(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d]\w*", text))
