"""Whether a clause on a name that was replaced follows from what it was replaced by."""

from __future__ import annotations

from lossproof.notation.assumptions import Assumptions, Interval
from lossproof.notation.tree import Node
from lossproof.referee.balls import Given
from lossproof.referee.steps.relations import at_least
from lossproof.referee.verdict import Status


def holds(given: Given, assumptions: Assumptions) -> bool:
    """Whether a clause on a name that was replaced follows from what it was replaced by: 0 < expit(u) < 1."""
    key = given.body, repr(given.domain), repr(assumptions)
    if key not in _KNOWN:
        _KNOWN[key] = _is_proved(given, assumptions)
    return _KNOWN[key]


def _is_proved(given: Given, assumptions: Assumptions) -> bool:
    domain = given.domain
    if not isinstance(domain, Interval) or domain.integer or domain.excluded:
        return False
    questions = [(given.body, domain.low, domain.low_open)] if domain.low is not None else []
    questions += [(domain.high, given.body, domain.high_open)] if domain.high is not None else []
    judged = (at_least(more, less, assumptions, strict=strict) for more, less, strict in questions)
    return all(verdict.status is Status.PROVED for verdict in judged)


_KNOWN: dict[tuple[Node, str, str], bool] = {}
