"""A whole derivation judged: every obligation of every step, every mutant of every claim, and what is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lossproof.derivation import Relation, Script, ancestors, unfold
from lossproof.derivation.step import Origin
from lossproof.errors import CallerError
from lossproof.notation import walk
from lossproof.notation.tree import Node
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.balls.refute import Agreement
from lossproof.referee.cache import keep, key_of, recall
from lossproof.referee.judge import judge_claim, judge_nothing_twice, judged_once, mostly_one_sided
from lossproof.referee.steps.answers import answer
from lossproof.referee.steps.exercise import options
from lossproof.referee.steps.in_processes import in_processes
from lossproof.referee.steps.mutants import Mutant, mutants, near
from lossproof.referee.steps.notices import notices
from lossproof.referee.steps.obligations import Obligation
from lossproof.referee.steps.published import published_obligations
from lossproof.referee.steps.question import Question, place_of, published_question, question_of
from lossproof.referee.steps.report import FALLEN, MutantCount, Part, Report, Slip, StepVerdict
from lossproof.referee.verdict import Evidence, Status, Verdict
from lossproof.words.codes import Duty, Note, Way

STRENGTH = (Status.REFUTED, Status.UNDECIDED, Status.GIVEN, Status.CORROBORATED, Status.PROVED)
MOST_MUTANTS = 24  # of one claim: a chapter's are judged within seconds
MUTANTS_OF_A_LINE = 8  # of a chain, each between the left side and the claim
MUTANT_POINTS = 24
MOST_SLIPS = 200  # of a refuted claim: each is refuted in milliseconds
ENOUGH_MUTANTS, ENOUGH_KINDS = 5, 3
NO_MUTANTS = MutantCount(note=Note.MUTANTS_OF_THE_STEP())


def check(derivation: Script, *, use_cache: bool = True, jobs: int = 1) -> Report:
    """The verdict on every step of ``derivation``, from the cache where the same question was judged before."""
    return check_all([derivation], use_cache=use_cache, jobs=jobs)[0]


def check_all(derivations: Sequence[Script], *, use_cache: bool = True, jobs: int = 1) -> list[Report]:
    """A report on each derivation; one set of processes judges for all, for starting one takes longer than many steps.

    A verdict is kept as soon as it is there: a check that is broken off goes on from there.
    """
    asked = [_questions(derivation) for derivation in derivations]
    keys = [{name: key_of(question) for name, question in questions.items()} for questions in asked]
    by_key = {key: found[name] for found, names in zip(asked, keys, strict=True) for name, key in names.items()}
    known = {key: found for key in by_key if use_cache and (found := recall(key)) is not None}
    new = {key: question for key, question in by_key.items() if key not in known}
    judged = dict(known)
    with judged_once():
        waiting, questions = list(new), list(new.values())
        lengths = list(map(_length, questions))
        for place, verdict in in_processes(judge_step, questions, lengths, jobs, judge_nothing_twice):
            judged[waiting[place]] = verdict
            if use_cache:
                keep(waiting[place], verdict)
    return [
        _report(
            derivation, {name: judged[key] for name, key in names.items()}, sum(key in known for key in names.values())
        )
        for derivation, names in zip(derivations, keys, strict=True)
    ]


def _questions(derivation: Script) -> dict[str, Question]:
    """What is asked about each step, then about each derivative that is published."""
    questions = {step.name: question_of(step, derivation) for step in derivation.steps}
    published = published_obligations(derivation)
    return questions | {name: published_question(obligation) for name, obligation in published.items()}


def _report(derivation: Script, judged: dict[str, StepVerdict], from_cache: int) -> Report:
    verdicts = {step.name: judged[step.name] for step in derivation.steps}
    published = {name: found for name, found in judged.items() if name not in verdicts}
    return Report(
        derivation=derivation.name,
        verdicts=_with_weakness(derivation, verdicts),
        relations={step.name: step.relation for step in derivation.steps},
        from_cache=from_cache,
        published=_published(derivation, verdicts, published),
        places={step.name: place_of(step, derivation) for step in derivation.steps if step.line is not None},
        notices=notices(derivation),
        derived={step.name: step.result_tree for step in derivation.steps if step.origin is not Origin.STATED},
    )


def judge_step(question: Question) -> StepVerdict:
    """The weakest verdict of the obligations, and the count of the claim's mutants."""
    found = judge_obligations(question)
    if any(way.code is Way.NOT_A_QUESTION for way in found.verdict.ways):
        return found
    return replace(found, mutants=_count_mutants(question), nearest=_nearest(found, question))


def _nearest(found: StepVerdict, question: Question) -> Mutant | None:
    """What the author may have meant: a formula one slip away from a refuted claim that is right."""
    truth = _truth(found, question)
    if question.claim is None or truth is None:
        return None
    asked, slips = Compared.of(replace(question, result=truth)), islice(near(question.claim), MOST_SLIPS)
    return next((mutant for mutant in slips if _fate(mutant, asked) is Status.PROVED), None)


def _truth(found: StepVerdict, question: Question) -> Node | None:
    """What a refuted claim was to be: what the script derives, the derivative of a line above, or the left side."""
    for part, obligation in zip(found.parts, question.obligations, strict=True):
        if part.verdict.status is not Status.REFUTED:
            continue
        match part.obligation.code:
            case Duty.CLAIM_IS_RESULT:
                return question.result
            case Duty.DERIVATIVE_OF | Duty.EQUAL_TO | Duty.LEFT_IS_CLAIM:
                return obligation.lhs
    return None


def judge_obligations(question: Question) -> StepVerdict:
    """The weakest verdict of the obligations, with each of them.

    What cannot be asked (a derivative by a name that is defined) is undecided, and says why.
    """
    try:
        return _judged(question)
    except CallerError as error:
        return StepVerdict(Verdict(Status.UNDECIDED, (Way.NOT_A_QUESTION(reason=str(error)),)))


def _judged(question: Question) -> StepVerdict:
    parts = tuple(Part(each.label, _answer(each, question)) for each in question.obligations)
    return StepVerdict(_weakest(parts, question), parts)


def _answer(obligation: Obligation, question: Question) -> Verdict:
    """The verdict; what falls says which names mean nothing, and by a left side of such names nothing is refuted."""
    verdict = answer(obligation)
    unknown = question.unknown_left + question.unknown
    if verdict.status not in FALLEN or not unknown:
        return verdict
    if obligation.label.code is Duty.LEFT_IS_CLAIM and question.unknown_left:
        return Verdict(Status.UNDECIDED, question.unknown_left, verdict.evidence)
    return replace(verdict, ways=tuple(dict.fromkeys((*verdict.ways, *unknown))))


def _length(question: Question) -> int:
    """How much there is to judge, as far as it is seen at once: the parts of all formulas."""
    return sum(1 for each in question.obligations for side in (each.lhs, each.rhs) for _ in walk(side))


def _weakest(parts: tuple[Part, ...], question: Question) -> Verdict:
    if not parts:
        return Verdict(Status.GIVEN, (question.stated or Way.NOTHING_CLAIMED(),))
    weakest = min((part.verdict for part in parts), key=lambda verdict: STRENGTH.index(verdict.status))
    if question.stated is not None and weakest.status is not Status.REFUTED:
        return Verdict(Status.GIVEN, (question.stated,))
    as_weak = (part.verdict for part in parts if part.verdict.status is weakest.status)
    ways = tuple(dict.fromkeys(way for verdict in as_weak for way in verdict.ways))
    return replace(weakest, ways=ways, evidence=_together(part.verdict.evidence for part in parts))


def _together(evidence: Iterable[Evidence]) -> Evidence:
    found = list(evidence)
    return Evidence(
        rules=tuple(rule for each in found for rule in each.rules),
        points=sum(each.points for each in found),
        radius=max((each.radius for each in found), key=float),
        assumptions=tuple(dict.fromkeys(clause for each in found for clause in each.assumptions)),
        failure="; ".join(dict.fromkeys(each.failure for each in found if each.failure)),
    )


def _with_weakness(derivation: Script, verdicts: dict[str, StepVerdict]) -> dict[str, StepVerdict]:
    """Each verdict with the steps below it that are not proved; a mere name is no weakness."""
    below = {name: _weak_up_to([name], derivation, verdicts) for name in verdicts}
    return {
        name: _resting_on(found, [each for each in below[name] if each != name], verdicts)
        for name, found in verdicts.items()
    }


def _resting_on(found: StepVerdict, weak: Sequence[str], verdicts: Mapping[str, StepVerdict]) -> StepVerdict:
    """What would be right in the place of a refuted claim says nothing where it rests on a wrong line."""
    is_led_astray = any(verdicts[name].verdict.status is Status.REFUTED for name in weak)
    return replace(found, rests_on=tuple(weak), nearest=None if is_led_astray else found.nearest)


def _published(
    derivation: Script, verdicts: dict[str, StepVerdict], published: dict[str, StepVerdict]
) -> dict[str, StepVerdict]:
    """What is published rests on the steps that become code and on everything below them."""
    names = derivation.publication.names() if derivation.publication else ()
    below = _weak_up_to(names, derivation, verdicts)
    return {name: replace(found, rests_on=below, mutants=NO_MUTANTS) for name, found in published.items()}


def _weak_up_to(names: Iterable[str], derivation: Script, verdicts: dict[str, StepVerdict]) -> tuple[str, ...]:
    """``names`` and what is below them, as far as it is neither proved nor a mere name."""
    steps = {step.name: step for step in derivation.steps}
    found = ancestors(names, steps)
    strong = {name for name in found if verdicts[name].verdict.status is Status.PROVED}
    return tuple(each for each in found if each not in strong and steps[each].relation is not Relation.DEFINITION)


def _count_mutants(question: Question) -> MutantCount:
    if question.stated is not None or question.claim is None:
        return MutantCount(note=Note.NO_CLAIM())
    asked = Compared.of(question)
    tried = _tried(question.claim, MOST_MUTANTS, asked)
    tried += [pair for line in question.between for pair in _tried(line, MUTANTS_OF_A_LINE, asked)]
    fates = [fate for _, fate in tried]
    wrong = tuple(mutant for mutant, fate in tried if fate is Status.REFUTED)
    kinds = {mutant.kind for mutant, _ in tried}
    few = len(tried) < ENOUGH_MUTANTS or len(kinds) < ENOUGH_KINDS
    return MutantCount(
        tried=len(tried),
        dropped=fates.count(Status.PROVED),
        refuted=fates.count(Status.REFUTED),
        survived=tuple(m for m, fate in tried if fate not in (Status.PROVED, Status.REFUTED)),
        note=Note.SHORT_CLAIM(tried=len(tried)) if few else None,
        wrong=wrong,
        slips=tuple(_slips(asked, question.claim, wrong)),
    )


def _slips(asked: Compared, claim: Node, wrong: tuple[Mutant, ...]) -> Iterator[Slip]:
    """A few wrong versions that people write, each with a counterexample in small numbers."""
    for mutant in options(claim, wrong):
        witness = _agreement(mutant, asked, minimise=True).witness
        if witness is not None:
            yield Slip(mutant, witness)


def _tried(line: Node, most: int, asked: Compared) -> list[tuple[Mutant, Status]]:
    """Up to ``most`` wrong versions of a line with what the referee says to each."""
    judged = ((mutant, _fate(mutant, asked)) for mutant in mutants(line))
    return list(islice(((mutant, fate) for mutant, fate in judged if fate is not None), most))


def _fate(mutant: Mutant, asked: Compared) -> Status | None:
    """What the referee says to a wrong claim; None where it has hardly a value anywhere: ``2/delta(i, j)``."""
    agreement = _agreement(mutant, asked)
    if agreement.witness is not None:
        return Status.REFUTED
    if agreement.out_of_domain is not None or mostly_one_sided(agreement) is not None:
        return None
    return judge_claim(asked.unfolded(mutant.tree), asked.right, asked.question.assumptions).status


def _agreement(mutant: Mutant, asked: Compared, *, minimise: bool = False) -> Agreement:
    wrong, held = asked.unfolded(mutant.tree), asked.question.assumptions
    return agree_or_refute(wrong, asked.right, held, points=MUTANT_POINTS, minimise=minimise)


@dataclass(frozen=True, slots=True)
class Compared:
    """What wrong versions are compared with: what the script derives, with every definition put in."""

    question: Question
    right: Node

    @classmethod
    def of(cls, question: Question) -> Compared:
        """The right side of a question, put in once for all wrong versions."""
        return cls(question, unfold(question.result, question.definitions, frozenset(question.stays)))

    def unfolded(self, wrong: Node) -> Node:
        """A wrong version with every definition put in."""
        return unfold(wrong, self.question.definitions, frozenset(self.question.stays))
