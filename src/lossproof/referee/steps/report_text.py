"""A report as lines for a terminal: a row a step, what is wrong below it, the sums at the end."""

from __future__ import annotations

from collections.abc import Callable

from lossproof.notation.tree import Node
from lossproof.referee.steps.report import FALLEN, Part, Report
from lossproof.referee.verdict import Status, Verdict, Witness
from lossproof.words.catalogue import Catalogue
from lossproof.words.codes import Duty, Remark, Said, StepName, Value, Way
from lossproof.words.english import ENGLISH

UNKNOWN = frozenset({Way.UNKNOWN_NAME, Way.UNKNOWN_NAME_NEAR, Way.NAME_OF_A_STEP_APART})
Paint = Callable[[Status, str], str]


def table(report: Report, paint: Paint = lambda status, text: text, words: Catalogue = ENGLISH) -> str:
    """A row a step (derivation, step, relation, status, how), what is wrong below it, and the sums at the end.

    ``paint`` may colour the word of a status.
    """
    width = max((len(name) for name in report.rows), default=0)
    rows = (line for name in report.rows for line in _row(report, name, width, paint, words))
    return "\n".join([*rows, *(f"  {words.say(line)}" for line in (*report.notices, *_sums(report)))])


def _row(report: Report, name: str, width: int, paint: Paint, words: Catalogue) -> list[str]:
    judged = report.rows[name]
    status = judged.verdict.status
    shown, how = paint(status, f"{status:12}"), words.all_of(judged.verdict.ways)
    row = f"{report.derivation}  {name:{width}}  {report.relation(name):24}  {shown}  {how}"
    return [row, *(f"    {words.say(each)}" for each in remarks(report, name))]


def remarks(report: Report, name: str) -> list[Said]:
    """What is wrong with a row: the obligations that fail, what they rest on, surviving mutants."""
    judged = report.rows[name]
    falls = judged.verdict.status in FALLEN
    failing = [part for part in judged.parts if part.verdict.status in FALLEN]
    below = [each for each in judged.rests_on if report.verdicts[each].verdict.status is Status.REFUTED]
    return [
        *(Remark.FAILS(duty=part.obligation, why=because(part.verdict, part.obligation)) for part in failing),
        *_unknown(failing),
        *([Remark.NEAREST(formula=judged.nearest.tree)] if judged.nearest else []),
        *(Remark.SCRIPT_DERIVES(formula=formula) for formula in _derived(report, name, failing)),
        *(Remark.RESTS_ON_REFUTED(step=StepName(each)) for each in below if failing),
        *(Remark.MUTANT_SURVIVED(formula=mutant.tree) for mutant in judged.mutants.survived),
        *([Remark.PLACE(place=report.places[name])] if name in report.places and falls else []),
    ]


def _unknown(failing: list[Part]) -> list[Said]:
    """The names that mean nothing, where numbers stand in the place of the reason."""
    told = {way for part in failing if part.verdict.witness is None for way in part.verdict.ways}
    ways = dict.fromkeys(way for part in failing for way in part.verdict.ways)
    return [way for way in ways if way.code in UNKNOWN and way not in told]


def _derived(report: Report, name: str, failing: list[Part]) -> list[Node]:
    """What the script derives, where the claim is something else."""
    differs = any(part.obligation.code is Duty.CLAIM_IS_RESULT for part in failing)
    return [report.derived[name]] if differs and name in report.derived else []


def because(verdict: Verdict, duty: Said | None = None) -> Said | tuple[Said, ...]:
    """Why a claim falls: both sides and where, or the reason where there is no counterexample.

    ``duty`` says what the two sides are.
    """
    if (witness := verdict.witness) is None:
        return verdict.ways
    first, second = _sides(duty)
    return Remark.SIDES(
        first=first,
        lhs=witness.lhs,
        second=second,
        rhs=witness.rhs,
        difference=witness.difference,
        point=point_of(witness),
    )


def _sides(duty: Said | None) -> tuple[Value, Value]:
    """What stands left and right in a question, by what it asks."""
    claim = Remark.CLAIM()
    match duty.code if duty else None:
        case Duty.CLAIM_IS_RESULT:
            return claim, Remark.SCRIPT()
        case Duty.LEFT_IS_CLAIM:
            return Remark.LEFT_SIDE(), claim
        case Duty.EQUAL_TO | Duty.DERIVATIVE_OF if duty:
            return (duty if duty.code is Duty.DERIVATIVE_OF else duty.arguments["of"]), claim
    return Remark.LEFT(), Remark.RIGHT()


def point_of(witness: Witness) -> tuple[str | Said, ...]:
    """A counterexample for people: ``yt = 1, x = (0, 1)``.

    Where a list begins is said only where it is neither at 0 nor at 1, as lists do.
    """
    values = [f"{name} = {_value_text(value)}" for name, value in witness.point.items()]
    firsts = [
        Remark.FIRST_INDEX(name=name, value=_value_text(value))
        for name, value in witness.firsts.items()
        if not set(value if isinstance(value, list) else [value]) <= {"0", "1"}
    ]
    return (*values, *firsts) or (Remark.EVERY_POINT(),)


def _value_text(value: object) -> str:
    return f"({', '.join(map(_value_text, value))})" if isinstance(value, list | tuple) else str(value)


def _sums(report: Report) -> list[Said]:
    statuses = tuple(f"{n} {status}" for status in Status if (n := report.count(status))) or (Remark.NONE(),)
    mutants, steps, published = report.mutants, len(report.verdicts), len(report.published)
    kept = report.from_cache
    return [
        Remark.STEPS_AND_PUBLISHED(steps=steps, published=published, statuses=statuses, kept=kept)
        if published
        else Remark.STEPS(steps=steps, statuses=statuses, kept=kept),
        Remark.MUTANTS(
            tried=mutants.tried,
            refuted=mutants.refuted,
            dropped=mutants.dropped,
            survived=len(mutants.survived),
        ),
    ]
