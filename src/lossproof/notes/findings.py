"""What a note was found to say: a row a line of a formula, with its links."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from lossproof.referee.verdict import Status, Witness


class Kind(StrEnum):
    """What a formula is; each member has a sentence for people in `SENTENCES`."""

    DEFINITION = "definition"
    CLAIM = "claim"
    ASSUMPTION = "assumption"
    CONDITION = "condition"
    UPDATE = "update"
    BEYOND = "beyond"
    NOT_UNDERSTOOD = "not understood"


SENTENCES = {
    Kind.DEFINITION: "names something",
    Kind.CLAIM: "claims an equality",
    Kind.ASSUMPTION: "assumes something",
    Kind.CONDITION: "an equation to be solved, or its solution: not judged",
    Kind.UPDATE: "a step of an iteration: not judged",
    Kind.BEYOND: "beyond scalar formulas: not judged",
    Kind.NOT_UNDERSTOOD: "not understood",
}
BADNESS = {
    Status.REFUTED: 4,
    Status.UNDECIDED: 3,
    Status.CORROBORATED: 2,
    Status.PROVED: 1,
    Status.GIVEN: 0,
}


@dataclass(frozen=True, slots=True)
class Link:
    """One equality of a chain: both sides as the note has them, the verdict, and the nearest right form.

    ``assumed`` are clauses that the note does not say and under which it holds; ``said`` tells how it was read.
    """

    lhs: str
    rhs: str
    status: Status
    witness: Witness | None = None
    nearest: str | None = None
    assumed: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one line of a formula is; ``start`` and ``end`` are places in the text of the note."""

    line: int
    latex: str
    kind: Kind
    start: int
    end: int
    links: tuple[Link, ...] = ()
    message: str = ""
    cell: int | None = None

    @property
    def status(self) -> Status | None:
        """The worst of the links; None for what is not judged."""
        if self.kind in {Kind.BEYOND, Kind.NOT_UNDERSTOOD}:
            return None
        if not self.links:
            return Status.GIVEN
        return max((link.status for link in self.links), key=BADNESS.__getitem__)

    @property
    def assumed(self) -> tuple[str, ...]:
        """The clauses that the note does not say and under which its links hold."""
        return tuple(dict.fromkeys(clause for link in self.links for clause in link.assumed))

    @property
    def is_wrong(self) -> bool:
        """Whether a link is refuted."""
        return self.status is Status.REFUTED


@dataclass(frozen=True, slots=True)
class Checked:
    """A note with its findings in order."""

    name: str
    findings: tuple[Finding, ...]
    text: str = field(default="", repr=False)

    @property
    def ok(self) -> bool:
        """Whether no formula is refuted or undecided."""
        return not any(finding.status in {Status.REFUTED, Status.UNDECIDED} for finding in self.findings)

    @property
    def tally(self) -> Counter[str]:
        """How many formulas are what: right, wrong, open, and the kinds that are not judged."""
        return Counter(_word(finding) for finding in self.findings)


def _word(finding: Finding) -> str:
    if finding.kind is Kind.CLAIM or finding.links:
        words = {Status.REFUTED: "wrong", Status.PROVED: "right", Status.CORROBORATED: "probably right"}
        return words.get(finding.status or Status.UNDECIDED, "undecided")
    return str(finding.kind)
