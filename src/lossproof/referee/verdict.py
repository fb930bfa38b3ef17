"""What the referee answers: a status, how it was reached, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """The outcome of judging one claim; each member has a sentence for people in `SENTENCES`."""

    PROVED = "proved"
    CORROBORATED = "corroborated"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    GIVEN = "given"


SENTENCES = {
    Status.PROVED: "A symbolic proof under the stated assumptions, and an independent evaluator agrees.",
    Status.CORROBORATED: "No symbolic proof was found; every point that was tried agrees in ball arithmetic.",
    Status.REFUTED: "A counterexample was found: the ball of the difference excludes zero there.",
    Status.UNDECIDED: "Neither a proof nor enough agreeing points were found; this never passes for a tick.",
    Status.GIVEN: "A name or a modelling assumption: there is nothing to prove.",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One named rewriting of a proof, ``before -> after`` as text of the grammar where that can be."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Witness:
    """A counterexample in small readable numbers: exact rationals as text, sequences as lists of them.

    ``{"yt": "1", "yp": "1/4", "M": "2", "x": ["0", "1"]}``; ``lhs``, ``rhs`` and ``difference`` are decimals.
    """

    point: dict[str, object]
    lhs: str
    rhs: str
    difference: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What supports a verdict: the proof's rules, and the points at which balls agreed.

    ``points`` is how many points were evaluated inside both domains; ``radius`` the largest radius of the
    ball of the difference among them, as decimal text; ``assumptions`` the clauses that were used. ``failure``
    names the exception where the search for a proof broke down: then there is none.
    """

    rules: tuple[Rule, ...] = ()
    points: int = 0
    radius: str = "0"
    assumptions: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one claim. ``method`` is a short phrase for people: "cases yt = 0, 1; rational function"."""

    status: Status
    method: str
    evidence: Evidence = field(default_factory=Evidence)
    witness: Witness | None = None
