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
    """Every step of a derivation with its verdict; ``from_cache`` counts those that were not judged again.

    ``published`` has a row for each derivative that the published loss promises ("published slope"); it counts
    like a step and is none.
    """

    derivation: str
    verdicts: dict[str, StepVerdict]
    relations: dict[str, Relation]
    from_cache: int = 0
    published: dict[str, StepVerdict] = field(default_factory=dict)

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


def table(report: Report, paint: Callable[[Status, str], str] = lambda status, text: text) -> str:
    """A row a step (derivation, step, relation, status, how), what is wrong below it, and the sums at the end.

    ``paint`` may colour the word of a status.
    """
    width = max((len(name) for name in report.rows), default=0)
    return "\n".join([*(line for name in report.rows for line in _row(report, name, width, paint)), *_sums(report)])


def _row(report: Report, name: str, width: int, paint: Callable[[Status, str], str]) -> list[str]:
    judged = report.rows[name]
    status = judged.verdict.status
    shown = paint(status, f"{status:12}")
    row = f"{report.derivation}  {name:{width}}  {report.relation(name):24}  {shown}  {judged.verdict.method}"
    return [row, *(f"    {line}" for line in remarks(report, name))]


def remarks(report: Report, name: str) -> list[str]:
    """What is wrong with a row, a line each: the obligations that fail, what they rest on, surviving mutants."""
    judged = report.rows[name]
    failing = [part for part in judged.parts if part.verdict.status in FALLEN]
    below = [each for each in judged.rests_on if report.verdicts[each].verdict.status is Status.REFUTED]
    return [
        *(f"{part.obligation}: {because(part.verdict)}" for part in failing),
        *(f"rests on {each}, which is refuted" for each in below if failing),
        *(f"a mutant survived: {text}" for text in judged.mutants.survived),
    ]


def because(verdict: Verdict) -> str:
    """Why a claim falls: both sides and where, or the reason where there is no counterexample."""
    if (witness := verdict.witness) is None:
        return verdict.method
    sides = f"left {witness.lhs}, right {witness.rhs}, difference {witness.difference}"
    return f"{sides}, at {point_text(witness.point)}"


def point_text(point: dict[str, object]) -> str:
    """A counterexample for people: ``yt = 1, x = (0, 1)``.

    Where a list begins is said only where it is neither at 0 nor at 1, as lists do.
    """
    shown = (f"{name} = {_value_text(value)}" for name, value in point.items() if not _is_noise(name, value))
    return ", ".join(shown) or "every point"


def _is_noise(name: str, value: object) -> bool:
    firsts = value if isinstance(value, list) else [value]
    return name.startswith("first index of ") and set(firsts) <= {"0", "1"}


def _value_text(value: object) -> str:
    return f"({', '.join(map(_value_text, value))})" if isinstance(value, list | tuple) else str(value)


def _sums(report: Report) -> list[str]:
    statuses = ", ".join(f"{n} {status}" for status in Status if (n := report.count(status)))
    mutants, published = report.mutants, len(report.published)
    also = f" and {published} published derivatives" if published else ""
    return [
        f"  {len(report.verdicts)} steps{also}: {statuses or 'none'}; {report.from_cache} from the cache",
        f"  mutants: {mutants.tried} tried, {mutants.refuted} refuted, {mutants.dropped} equal to the claim,"
        f" {len(mutants.survived)} survived",
    ]
