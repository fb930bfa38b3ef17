"""One step: what it says, why, what it was made from, whether it is true, and the SymPy that derives it."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.derivation.step import UNCHECKED, Origin
from lossproof.notation import to_latex, to_text
from lossproof.notation.tree import Node
from lossproof.referee.steps.mutants import Mutant
from lossproof.referee.steps.report import Part, StepVerdict
from lossproof.referee.verdict import Rule, Status, Witness
from lossproof.site.assumed import clause_latex, relevant
from lossproof.site.changes import new_terms
from lossproof.site.pages.markup import (
    badge,
    block,
    code,
    displayed,
    equation,
    folded,
    front_matter,
    inline,
    number,
    numbers,
    plain,
    said,
    step_link,
    tick,
)
from lossproof.site.proofs import Row, Section, rows, sections
from lossproof.site.symbols import quantities_in
from lossproof.site.words import ENGLISH, Words
from lossproof.words.codes import Said

_READABLE = 160
ARROW = '<span class="lp-arrow" aria-hidden="true"></span>'


@dataclass(frozen=True)
class StepView:
    """What the parts of a step's page are made from."""

    chapter: Chapter
    step: Step
    words: Words

    @property
    def judged(self) -> StepVerdict:
        """The step's verdict with what it rests on and what became of its mutants."""
        return self.chapter.judged(self.step.name)

    @cached_property
    def before(self) -> tuple[Step, ...]:
        """The steps that this one uses, in the order of its arguments."""
        return tuple(self.chapter.steps[name] for name in self.step.uses)

    @cached_property
    def after(self) -> tuple[Step, ...]:
        """The steps that use this one."""
        return tuple(step for step in self.chapter.steps.values() if self.step.name in step.uses)

    def link(self, step: Step) -> str:
        """A link to another step of the chapter."""
        return step_link(step, self.chapter.numbers[step.name])

    def said(self, *phrases: Said) -> str:
        """What the referee says, with its formulas set and its steps as links."""
        return said(phrases, self.chapter, self.words)


def step_page(chapter: Chapter, step: Step, words: Words = ENGLISH) -> str:
    """The page of one step as Markdown."""
    view = StepView(chapter, step, words)
    return "\n\n".join(text for text in (part(view) for part in PARTS) if text) + "\n"


def _head(view: StepView) -> str:
    return front_matter(title=view.step.title, status=view.judged.verdict.status.value, hide=["toc"])


def _where(view: StepView) -> str:
    place = view.words.step_of.format(number=view.chapter.numbers[view.step.name], count=len(view.chapter.steps))
    line = f"[{plain(view.chapter.title)}](index.md) <span>{html.escape(place)}</span>"
    return block("lp-where", line, _bar(view), searched=False)


def _bar(view: StepView) -> str:
    """A mark a step in the colour of its verdict, this one's bolder."""
    here = {view.step.name: " lp-here"}
    marks = (
        f'<i class="lp-{view.chapter.judged(name).verdict.status.value}{here.get(name, "")}"></i>'
        for name in view.chapter.steps
    )
    return f'<div class="lp-bar" aria-hidden="true">{"".join(marks)}</div>'


def _title(view: StepView) -> str:
    return f"# {plain(view.step.title)}"


def _reason(view: StepView) -> str:
    return block("lp-reason", view.step.reason)


def _move(view: StepView) -> str:
    """Before -> after: the lines that the step uses, the turn, the lines of its chain, and the line it arrives at."""
    before = (_line_before(view, step) for step in view.before)
    return block("lp-move", *before, _turn(view), *_lines_between(view), _line_after(view))


def _line_before(view: StepView, step: Step) -> str:
    return block("lp-line", block("lp-label", view.link(step)), displayed(equation(step)))


def _turn(view: StepView) -> str:
    arrow = ARROW if view.before else ""
    turn, relation = view.words.turn[view.step.relation], view.words.said.relations[view.step.relation]
    of = view.step.of if view.step.uses != (view.step.of,) else None  # with one line above, nobody need be told
    looked_at = f" <span>({view.link(view.chapter.steps[of])})</span>" if of else ""
    return block("lp-turn", f"{arrow} **{plain(turn)}** <span>{html.escape(relation)}</span>{looked_at}")


def _lines_between(view: StepView) -> tuple[str, ...]:
    """The lines of a chain that lead to the claim, each with its few words."""
    step = view.step
    lefts = [to_latex(step.left) if step.left is not None else "", *("" for _ in step.between[1:])]
    return (
        tuple(
            block("lp-between", displayed(f"{left} = {to_latex(line)}"), _words(step, place))
            for place, (left, line) in enumerate(zip(lefts, step.between, strict=True))
        )
        if step.between
        else ()
    )


def _words(step: Step, place: int) -> str:
    """How a line of a chain follows from the one before it, as far as the author says so."""
    return block("lp-because", plain(step.because[place])) if step.because else ""


def _line_after(view: StepView) -> str:
    new = new_terms(view.step.formula, [step.formula for step in view.before]) if view.before else frozenset()
    note = "" if view.step.claim is not None else plain(view.words.no_claim)
    words = _words(view.step, len(view.step.between)) if view.step.between else ""
    return block("lp-line lp-result", displayed(equation(view.step, new)), words, note)


def _verdict(view: StepView) -> str:
    verdict, words = view.judged.verdict, view.words
    parts = (
        f"{badge(verdict.status, words)} {plain(words.said.statuses[verdict.status])}",
        _obligations(view),
        counterexample(verdict.witness, words),
        _figures(view),
        _conditions(view),
        _weakness(view),
        _survivors(view.judged.mutants.survived, words),
        _proof(view),
    )
    return f"## {plain(words.verdict)}\n\n" + block(f"lp-verdict lp-{verdict.status.value}", *parts)


def _obligations(view: StepView) -> str:
    """What had to hold, and how each was settled."""
    lines = [f"- {tick(part.verdict.status, view.words)} {_settled(part, view)}" for part in view.judged.parts]
    return block("lp-parts", "\n".join(lines)) if lines else ""


def _settled(part: Part, view: StepView) -> str:
    """The obligation and the method."""
    return f"{view.said(part.obligation)} <span>{view.said(*part.verdict.ways)}</span>"


def counterexample(witness: Witness | None, words: Words) -> str:
    """The point, both values and their difference; nothing where there is no witness."""
    if witness is None:
        return ""
    point = ", ".join(code(f"{name} = {_value(value)}") for name, value in witness.point.items())
    values = words.witness_values.format(lhs=witness.lhs, rhs=witness.rhs, difference=witness.difference)
    return block("lp-witness", f"**{plain(words.witness)}** {point}", plain(values))


def _value(value: object) -> str:
    return f"[{', '.join(map(_value, value))}]" if isinstance(value, list) else str(value)


def _figures(view: StepView) -> str:
    return numbers([number(shown, text) for shown, text in evidence(view.judged, view.words)])


def evidence(judged: StepVerdict, words: Words) -> list[tuple[str, str]]:
    """The evidence in numbers, each with what it counts: rules, points, wrong versions."""
    found, mutants = judged.verdict.evidence, judged.mutants
    counted = mutants.tried - mutants.dropped
    rules = sum(len(section.rows) for section in sections(judged))
    figures = [
        (rules, f"{rules}", words.rules),
        (found.points, f"{found.points}", words.points.format(radius=found.radius)),
        (counted, f"{mutants.refuted} / {counted}", words.mutants),
    ]
    return [(shown, text) for count, shown, text in figures if count]


def _conditions(view: StepView) -> str:
    """The clauses that speak of what can be seen on the page: in the step, or in a line that it starts from."""
    looked_at = [view.chapter.steps[view.step.of]] if view.step.of else []
    lines = [quantities_in(view.step), *(quantities_in(step) for step in (*view.before, *looked_at))]
    return conditions(relevant(view.judged.verdict.evidence.assumptions, frozenset().union(*lines)), view.words)


def conditions(clauses: Sequence[str], words: Words) -> str:
    """The clauses of a ``where`` text, each as a formula."""
    if not clauses:
        return ""
    shown = " ".join(f"<span>{inline(clause_latex(clause))}</span>" for clause in clauses)
    return block("lp-under", f"**{plain(words.under)}** {shown}")


def _weakness(view: StepView) -> str:
    """Weakness travels: what the step rests on that is less than proved, grouped by how much less."""
    groups: dict[Status, list[Step]] = {}
    for name in view.judged.rests_on:
        groups.setdefault(view.chapter.judged(name).verdict.status, []).append(view.chapter.steps[name])
    return "\n\n".join(
        block(f"lp-rests lp-{status.value}", f"{plain(view.words.rests_on[status])} {_joined(view, steps)}")
        for status, steps in groups.items()
    )


def _joined(view: StepView, steps: list[Step]) -> str:
    return ", ".join(view.link(step) for step in steps)


def _survivors(survived: tuple[Mutant, ...], words: Words) -> str:
    lines = "\n".join(
        f"- {code(to_text(mutant.tree))}: {plain(words.said.mistakes[mutant.kind])}" for mutant in survived
    )
    return f"**{plain(words.survived)}**\n\n{lines}" if lines else ""


def _proof(view: StepView) -> str:
    """The rules of each obligation below its name."""
    found = sections(view.judged)
    if not any(section.rows for section in found):
        return ""
    shown = [_section(section, view) for section in found]
    return folded(f"{view.words.proof} ({sum(len(section.rows) for section in found)})", *shown)


def _section(section: Section, view: StepView) -> str:
    words, heading = view.words, view.said(section.part.obligation) if section.part else ""
    none = words.same_formula if section.same else words.as_above
    lines = _listed(section.rows, words) or (plain(none),)
    return "\n\n".join([block("lp-obligation", heading) if heading else "", *lines])


def proof(rules: Sequence[Rule], words: Words) -> str:
    """Rules with their before and after, numbered, to be opened; nothing where there are none."""
    shown = _listed(rows(rules), words)
    return folded(f"{words.proof} ({len(shown)})", *shown) if shown else ""


def _listed(listed: Sequence[Row], words: Words) -> tuple[str, ...]:
    return tuple(_rule(number, row, words) for number, row in enumerate(listed, 1))


def _rule(number: int, row: Row, words: Words) -> str:
    rule, times = row.rule, f" <span>× {row.count}</span>" if row.count > 1 else ""
    between = words.said.between.get(rule.name)
    named = f"{plain(words.said.rules[rule.name])}{times}"
    return rewriting(number, named, _side(rule.before), _side(rule.after), between)


def rewriting(number: int, name: str, before: str, after: str, between: str | None = None) -> str:
    """A numbered rule: before and after with an arrow, or with the words of a rule that is no rewriting."""
    turn = ARROW if between is None else f"<span>{html.escape(between)}</span>"
    return block("lp-rule", f"**{number}** {name}", block("lp-rewriting", before, turn, after))


def _side(formula: Node) -> str:
    """A side of a rule, set where it is of a size to be read."""
    text = to_text(formula)
    return code(text) if len(text) > _READABLE else displayed(to_latex(formula))


def _neighbours(view: StepView) -> str:
    """The steps that use this one; those that it uses stand above it as cards."""
    lines = "\n".join(f"- {view.link(step)}" for step in view.after) or plain(view.words.nothing_after)
    return block("lp-neighbours", f"### {plain(view.words.used_by)}", lines)


def _source(view: StepView) -> str:
    if not view.step.source:
        return ""
    path = view.chapter.derivation.path
    title = f"{path.parent.name}/{path.name}" if path else view.chapter.name
    source = f'```` {{.python title="{title}"}}\n{view.step.source.rstrip()}\n````'
    words, stated = view.words, view.step.relation in UNCHECKED and view.step.origin is Origin.STATED
    note = words.source_code_of_statement if stated else words.source_code_note[view.step.origin]
    return "\n\n".join([f"## {plain(words.source_code)}", plain(note), source])


PARTS: tuple[Callable[[StepView], str], ...] = (
    _head,
    _where,
    _title,
    _reason,
    _move,
    _verdict,
    _neighbours,
    _source,
)
