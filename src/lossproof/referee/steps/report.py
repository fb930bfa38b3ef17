"""What a check of a whole derivation answers: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import add

from lossproof.derivation import Relation
from lossproof.notation.tree import Node
from lossproof.referee.steps.mutants import Mutant
from lossproof.referee.verdict import Status, Verdict, Witness
from lossproof.words.codes import Said

FALLEN = frozenset({Status.REFUTED, Status.UNDECIDED})


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong version of a claim with its counterexample: ``lhs`` is what it gives there, ``rhs`` what is right."""

    mutant: Mutant
    witness: Witness


@dataclass(frozen=True, slots=True)
class MutantCount:
    """How many wrong versions of a claim were tried and what became of them.

    ``dropped`` were proved equal to the claim and are no mistakes; ``survived`` are those that were not refuted;
    ``note`` says why there are few. ``wrong`` are the refuted ones, ``slips`` a few of them that people make.
    """

    tried: int = 0
    dropped: int = 0
    refuted: int = 0
    survived: tuple[Mutant, ...] = ()
    note: Said | None = None
    wrong: tuple[Mutant, ...] = ()
    slips: tuple[Slip, ...] = ()

    def __add__(self, other: MutantCount) -> MutantCount:
        """The counts of both; the mutants of several claims are listed only where they survived."""
        return MutantCount(
            self.tried + other.tried,
            self.dropped + other.dropped,
            self.refuted + other.refuted,
            self.survived + other.survived,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One of the obligations of a step, as what has to hold, and its verdict."""

    obligation: Said
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class StepVerdict:
    """The verdict on a step: the weakest of its ``parts``, with the evidence of all of them.

    ``nearest`` is a formula one slip away from a refuted claim that is proved; ``rests_on`` names the steps below
    that are assumed, corroborated or worse.
    """

    verdict: Verdict
    parts: tuple[Part, ...] = ()
    mutants: MutantCount = field(default_factory=MutantCount)
    nearest: Mutant | None = None
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Every step of a derivation with its verdict; ``from_cache`` counts those that were not judged again.

    ``published`` has a row for each derivative that the published loss promises ("published slope"); it counts
    like a step and is none. ``places`` say where in its script a step stands, ``derived`` what its function computed;
    ``notices`` are what the author may have overlooked.
    """

    derivation: str
    verdicts: dict[str, StepVerdict]
    relations: dict[str, Relation]
    from_cache: int = 0
    published: dict[str, StepVerdict] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    derived: dict[str, Node] = field(default_factory=dict)
    notices: tuple[Said, ...] = ()

    @property
    def rows(self) -> dict[str, StepVerdict]:
        """Everything judged: the steps, then what is published."""
        return {**self.verdicts, **self.published}

    @property
    def mutants(self) -> MutantCount:
        """The mutants of all steps together."""
        return reduce(add, (each.mutants for each in self.rows.values()), MutantCount())

    @property
    def ok(self) -> bool:
        """No step and nothing published is refuted or undecided, and no mutant survived."""
        return not self.mutants.survived and all(each.verdict.status not in FALLEN for each in self.rows.values())

    def relation(self, name: str) -> Relation:
        """How the row of that name stands to what was there before; a published row is a derivative."""
        return self.relations.get(name, Relation.DERIVATIVE)

    def count(self, status: Status) -> int:
        """How many rows have that status."""
        return sum(each.verdict.status is status for each in self.rows.values())
