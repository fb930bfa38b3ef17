"""What the referee answers: a status, how it was reached, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field

from lossproof.notation.tree import Node
from lossproof.words.codes import RuleName, Said, Status
from lossproof.words.english import ENGLISH

__all__ = ["Evidence", "Rule", "Status", "Verdict", "Witness"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One named rewriting of a proof, ``before -> after``."""

    name: RuleName
    before: Node
    after: Node


@dataclass(frozen=True, slots=True)
class Witness:
    """A counterexample in small readable numbers: exact rationals as text, sequences as lists of them.

    An irrational number at which alone a claim fails stands as a formula: ``{"x": "-sqrt(2)"}``, ``{"x": "log(60)"}``.

    ``{"yt": "1", "yp": "1/4", "M": "2", "x": ["0", "1"]}``; ``lhs``, ``rhs`` and ``difference`` are decimals.
    ``firsts`` says of indexed data at which index its list begins, where that is not 0.
    """

    point: dict[str, object]
    lhs: str
    rhs: str
    difference: str
    firsts: dict[str, object] = field(default_factory=dict)

    @property
    def entries(self) -> dict[str, object]:
        """The point and, as further entries "first index of x", where its lists begin: as JSON has it."""
        return {**self.point, **{f"first index of {name}": index for name, index in self.firsts.items()}}


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
    """The answer to one claim; ``ways`` say how it was reached."""

    status: Status
    ways: tuple[Said, ...]
    evidence: Evidence = field(default_factory=Evidence)
    witness: Witness | None = None

    def __str__(self) -> str:
        return f"{self.status}: {self.method}"

    def _repr_markdown_(self) -> str:
        """What a notebook shows: the answer, and the counterexample where there is one."""
        answer = f"**{self.status}**: {self.method}"
        if self.witness is None:
            return answer
        names = ", ".join(f"{name} = {value}" for name, value in self.witness.entries.items())
        return f"{answer}\n\nAt {names} the left side is {self.witness.lhs} and the right side {self.witness.rhs}."

    @property
    def method(self) -> str:
        """How it was reached as a short phrase in English: "cases yt = 0, 1; rational identity"."""
        return ENGLISH.all_of(self.ways)
