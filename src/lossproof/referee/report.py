"""What a check of a whole derivation answers: plain data, and its table for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from operator import add

from lossproof.derivation import Relation
from lossproof.referee.verdict import Status, Verdict

FALLEN = frozenset({Status.REFUTED, Status.UNDECIDED})


@dataclass(frozen=True, slots=True)
class MutantCount:
    """How many wrong versions of a claim were tried and what became of them.

    ``dropped`` were proved equal to the claim and are no mistakes; ``survived`` shows those that were not
    refuted, as text; ``note`` says why there are few.
    """

    tried: int = 0
    dropped: int = 0
    refuted: int = 0
    survived: tuple[str, ...] = ()
    note: str = ""

    def __add__(self, other: MutantCount) -> MutantCount:
        return MutantCount(
            self.tried + other.tried,
            self.dropped + other.dropped,
            self.refuted + other.refuted,
            self.survived + other.survived,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One of the obligations of a step and its verdict: "the claim is what the script derives"."""

    obligation: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class StepVerdict:
    """The verdict on a step: the weakest of its ``parts``, with the evidence of all of them.

    ``rests_on`` names the steps below that are assumed, corroborated or worse.
    """

    verdict: Verdict
    parts: tuple[Part, ...] = ()
    mutants: MutantCount = field(default_factory=MutantCount)
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Every step of a derivation with its verdict; ``from_cache`` counts those that were not judged again."""

    derivation: str
    verdicts: dict[str, StepVerdict]
    relations: dict[str, Relation]
    from_cache: int = 0

    @property
    def mutants(self) -> MutantCount:
        """The mutants of all steps together."""
        return reduce(add, (each.mutants for each in self.verdicts.values()), MutantCount())

    @property
    def ok(self) -> bool:
        """No step refuted or undecided, and no mutant survived."""
        return not self.mutants.survived and all(each.verdict.status not in FALLEN for each in self.verdicts.values())

    def count(self, status: Status) -> int:
        """How many steps have that status."""
        return sum(each.verdict.status is status for each in self.verdicts.values())


def table(report: Report, paint: Callable[[Status, str], str] = lambda status, text: text) -> str:
    """A row a step (derivation, step, relation, status, how), what is wrong below it, and the sums at the end.

    ``paint`` may colour the word of a status.
    """
    width = max((len(name) for name in report.verdicts), default=0)
    return "\n".join([*(line for name in report.verdicts for line in _row(report, name, width, paint)), *_sums(report)])


def _row(report: Report, name: str, width: int, paint: Callable[[Status, str], str]) -> list[str]:
    judged = report.verdicts[name]
    status = judged.verdict.status
    shown = paint(status, f"{status:12}")
    row = f"{report.derivation}  {name:{width}}  {report.relations[name]:24}  {shown}  {judged.verdict.method}"
    return [row, *(f"    {line}" for line in _remarks(judged))]


def _remarks(judged: StepVerdict) -> list[str]:
    remarks = [f"a mutant survived: {text}" for text in judged.mutants.survived]
    if witness := judged.verdict.witness:
        point = ", ".join(f"{name} = {value}" for name, value in witness.point.items())
        remarks.append(f"at {point}: {witness.lhs} against {witness.rhs}, difference {witness.difference}")
    return remarks


def _sums(report: Report) -> list[str]:
    statuses = ", ".join(f"{n} {status}" for status in Status if (n := report.count(status)))
    mutants = report.mutants
    return [
        f"  {len(report.verdicts)} steps: {statuses or 'none'}; {report.from_cache} from the cache",
        f"  mutants: {mutants.tried} tried, {mutants.refuted} refuted, {mutants.dropped} equal to the claim,"
        f" {len(mutants.survived)} survived",
    ]
