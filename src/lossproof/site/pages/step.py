"""One step: what it says, why, what it was made from, whether it is true, and the SymPy that derives it."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from lossproof.derivation import Derivation
from lossproof.derivation.step import Step
from lossproof.errors import LossproofError
from lossproof.notation import parse_tree, to_latex
from lossproof.referee.check import MutantCount, Report, StepVerdict
from lossproof.referee.verdict import Rule, Status, Verdict, Witness
from lossproof.site.changes import new_terms
from lossproof.site.clauses import clause_latex
from lossproof.site.pages.markup import (
    badge,
    block,
    code,
    displayed,
    equation,
    folded,
    front_matter,
    inline,
    plain,
    step_link,
)
from lossproof.site.words import ENGLISH, Words

_ARROW = '<span class="lp-arrow" aria-hidden="true"></span>'


@dataclass(frozen=True)
class StepView:
    """What the parts of a step's page are made from."""

    report: Report
    step: Step
    words: Words

    @property
    def chapter(self) -> Derivation:
        """The derivation that the step belongs to."""
        return self.report.derivation

    @cached_property
    def judged(self) -> StepVerdict:
        """The step's verdict with what it rests on and what became of its mutants."""
        return self.report.verdicts[self.step.name]

    @cached_property
    def number(self) -> int:
        """The step's place in its chapter, from 1."""
        return self.place(self.step)

    def place(self, step: Step) -> int:
        """The place of any step of the chapter, from 1."""
        return self.chapter.steps.index(step) + 1

    @cached_property
    def before(self) -> tuple[Step, ...]:
        """The steps that this one uses, in the order of its arguments."""
        return tuple(self.chapter.step(name) for name in self.step.uses)

    @cached_property
    def after(self) -> tuple[Step, ...]:
        """The steps that use this one."""
        return tuple(step for step in self.chapter.steps if self.step.name in step.uses)

    def link(self, step: Step) -> str:
        """A link to another step of the chapter."""
        return step_link(step, self.place(step))


def step_page(report: Report, step: Step, words: Words = ENGLISH) -> str:
    """The page of one step as Markdown."""
    view = StepView(report, step, words)
    return "\n\n".join(text for text in (part(view) for part in PARTS) if text) + "\n"


def _head(view: StepView) -> str:
    return front_matter(
        title=view.step.title,
        status=view.judged.verdict.status.value,
        hide=["toc"],
        search={"boost": 1.5},
    )


def _where(view: StepView) -> str:
    place = view.words.step_of.format(number=view.number, count=len(view.chapter.steps))
    return block("lp-where", f"[{plain(view.chapter.title)}](index.md) <span>{html.escape(place)}</span>", _bar(view))


def _bar(view: StepView) -> str:
    marks = "".join(
        f'<i class="lp-{view.report.verdicts[step.name].verdict.status.value}'
        f'{" lp-here" if step is view.step else ""}"></i>'
        for step in view.chapter.steps
    )
    return f'<div class="lp-bar" aria-hidden="true">{marks}</div>'


def _title(view: StepView) -> str:
    return f"# {plain(view.step.title)}"


def _reason(view: StepView) -> str:
    return block("lp-reason", view.step.reason)


def _move(view: StepView) -> str:
    """Before -> after: the lines that the step uses, the turn, and the line it arrives at."""
    return block("lp-move", *(_line_before(view, step) for step in view.before), _turn(view), _line_after(view))


def _line_before(view: StepView, step: Step) -> str:
    gone = new_terms(step.formula, [view.step.formula])
    return block("lp-line", block("lp-label", view.link(step)), displayed(equation(step, gone)))


def _turn(view: StepView) -> str:
    turn = view.words.turn[view.step.relation]
    relation = view.words.relation[view.step.relation]
    arrow = _ARROW if view.before else ""
    return block("lp-turn", f"{arrow}**{plain(turn)}** <span>{html.escape(relation)}</span>")


def _line_after(view: StepView) -> str:
    new = new_terms(view.step.formula, [step.formula for step in view.before]) if view.before else frozenset()
    note = "" if view.step.claim is not None else plain(view.words.no_claim)
    return block("lp-line lp-result", displayed(equation(view.step, new)), note)


def _verdict(view: StepView) -> str:
    verdict = view.judged.verdict
    parts = (
        f"{badge(verdict.status, view.words)} {plain(view.words.sentence[verdict.status])}",
        _method(verdict, view.words),
        _witness(verdict.witness, view.words),
        _figures(view),
        _conditions(view),
        _weakness(view),
        _survivors(view.judged.mutants, view.words),
        _proof(verdict.evidence.rules, view.words),
    )
    return f"## {plain(view.words.verdict)}\n\n" + block(f"lp-verdict lp-{verdict.status.value}", *parts)


def _method(verdict: Verdict, words: Words) -> str:
    if verdict.status is Status.GIVEN or not verdict.method:
        return ""
    return block("lp-how", f"**{plain(words.how)}** {plain(verdict.method)}")


def _figures(view: StepView) -> str:
    """The evidence in numbers: rules, points, mutants."""
    words, evidence, mutants = view.words, view.judged.verdict.evidence, view.judged.mutants
    counted = mutants.tried - mutants.dropped
    figures = [
        (len(evidence.rules), "", words.rules),
        (evidence.points, "", words.points.format(radius=evidence.radius)),
        (mutants.refuted, f" / {counted}", words.mutants),
    ]
    items = [
        f"<li><b>{number}{of}</b> {html.escape(text)}</li>"
        for number, of, text in figures
        if number or (of and counted)
    ]
    return f'<ul class="lp-figures">{"".join(items)}</ul>' if items else ""


def _conditions(view: StepView) -> str:
    clauses = view.judged.verdict.evidence.assumptions
    if not clauses:
        return ""
    shown = " ".join(f"<span>{inline(clause_latex(clause))}</span>" for clause in clauses)
    return block("lp-under", f"**{plain(view.words.under)}** {shown}")


def _weakness(view: StepView) -> str:
    """Weakness travels: what the step rests on that is less than proved."""
    weak = [view.chapter.step(name) for name in view.judged.rests_on]
    groups = [
        (status, [step for step in weak if view.report.verdicts[step.name].verdict.status is status])
        for status in Status
    ]
    return "\n\n".join(
        block(f"lp-rests lp-{status.value}", f"{plain(view.words.rests_on[status])} {_joined(view, steps)}")
        for status, steps in groups
        if steps
    )


def _joined(view: StepView, steps: list[Step]) -> str:
    return ", ".join(view.link(step) for step in steps)


def _witness(witness: Witness | None, words: Words) -> str:
    if witness is None:
        return ""
    point = ", ".join(code(f"{name} = {_value(value)}") for name, value in witness.point.items())
    values = words.witness_values.format(lhs=witness.lhs, rhs=witness.rhs, difference=witness.difference)
    return block("lp-witness", f"**{plain(words.witness)}** {point}", plain(values))


def _value(value: object) -> str:
    return f"[{', '.join(map(_value, value))}]" if isinstance(value, list) else str(value)


def _survivors(mutants: MutantCount, words: Words) -> str:
    lines = "\n".join(f"- {code(text)}" for text in mutants.survived)
    return f"**{plain(words.survived)}**\n\n{lines}" if lines else ""


def _proof(rules: tuple[Rule, ...], words: Words) -> str:
    if not rules:
        return ""
    items = [block("lp-rule", f"**{n}** {plain(rule.name)}", _rewriting(rule)) for n, rule in enumerate(rules, 1)]
    return folded(f"{words.proof} ({len(rules)})", *items)


def _rewriting(rule: Rule) -> str:
    return block("lp-rewriting", _side(rule.before), _ARROW, _side(rule.after))


def _side(text: str) -> str:
    """A side of a rule as a formula where it is text of the grammar, and as it stands elsewhere."""
    try:
        return displayed(to_latex(parse_tree(text)))
    except LossproofError:
        return code(text)


def _neighbours(view: StepView) -> str:
    words = view.words
    return block(
        "lp-neighbours",
        _list(words.uses, [view.link(step) for step in view.before], words.nothing_before),
        _list(words.used_by, [view.link(step) for step in view.after], words.nothing_after),
    )


def _list(heading: str, links: list[str], empty: str) -> str:
    lines = "\n".join(f"- {link}" for link in links) or plain(empty)
    return block("lp-neighbour", f"### {plain(heading)}", lines)


def _source(view: StepView) -> str:
    if not view.step.source:
        return ""
    title = f"derivations/{view.chapter.name}.py" if view.chapter.path is None else _shown_path(view.chapter.path)
    code_block = f'```` {{.python title="{title}"}}\n{view.step.source.rstrip()}\n````'
    return "\n\n".join([f"## {plain(view.words.source_code)}", plain(view.words.source_code_note), code_block])


def _shown_path(path: PurePath) -> str:
    return "/".join(PurePath(path).parts[-2:])


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
