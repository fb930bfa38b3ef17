"""A whole derivation on one page: what is assumed, the map of its steps, the chain from top to bottom."""

from __future__ import annotations

import html
from collections import Counter

from lossproof.derivation.step import Step
from lossproof.notation import assumptions_text
from lossproof.referee.check import Report
from lossproof.referee.verdict import Status
from lossproof.site.clauses import clause_latex
from lossproof.site.pages.markup import (
    badge,
    block,
    displayed,
    equation,
    front_matter,
    inline,
    plain,
    step_file,
    step_link,
)
from lossproof.site.words import ENGLISH, Words


def chapter_page(report: Report, words: Words = ENGLISH) -> str:
    """The chapter's page as Markdown; its steps are pages beside it."""
    chapter = report.derivation
    parts = (
        front_matter(title=chapter.title, toc_depth=2),
        f"# {plain(chapter.title)}",
        _source(report, words),
        counts(report, words),
        _assumptions(report, words),
        _map(report, words),
        f"## {plain(words.whole)}",
        *(_line(report, number, step, words) for number, step in enumerate(chapter.steps, 1)),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _source(report: Report, words: Words) -> str:
    source = report.derivation.source
    return block("lp-source", f"{plain(words.source)}: {plain(source)}") if source else ""


def counts(report: Report, words: Words) -> str:
    """How many steps have which status, and what became of the mutants, as a row of figures."""
    statuses = Counter(judged.verdict.status for judged in report.verdicts.values())
    mutants = report.mutants
    items = [
        f'<li class="lp-{status.value}"><b>{statuses[status]}</b> {html.escape(words.status[status])}</li>'
        for status in Status
        if statuses[status]
    ]
    if mutants.tried:
        of = f" / {mutants.tried - mutants.dropped}"
        items.append(f"<li><b>{mutants.refuted}{of}</b> {html.escape(words.mutants)}</li>")
    return f'<ul class="lp-figures">{"".join(items)}</ul>'


def _assumptions(report: Report, words: Words) -> str:
    clauses = assumptions_text(report.derivation.assumptions)
    shown = " ".join(f"<span>{inline(clause_latex(clause))}</span>" for clause in clauses)
    return f"## {plain(words.assumptions)}\n\n" + block("lp-under", shown) if clauses else ""


def _map(report: Report, words: Words) -> str:
    lines = [_map_line(report, step, words) for step in report.derivation.steps]
    return f"## {plain(words.map)}\n\n" + block("lp-map", "\n".join(lines))


def _map_line(report: Report, step: Step, words: Words) -> str:
    status = report.verdicts[step.name].verdict.status
    number = {each.name: place for place, each in enumerate(report.derivation.steps, 1)}
    mark = f'<span class="lp-dot lp-{status.value}" title="{html.escape(words.status[status])}"></span>'
    arrows = ", ".join(f"[{number[name]}]({step_file(name)})" for name in step.uses)
    came = f' <span class="lp-uses">← {arrows}</span>' if arrows else ""
    return f"{number[step.name]}. {mark} [{plain(step.title)}]({step_file(step.name)}){came}"


def _line(report: Report, number: int, step: Step, words: Words) -> str:
    status = report.verdicts[step.name].verdict.status
    return block(
        "lp-link",
        f"### {step_link(step, number)} {badge(status, words)} {{: #{step.name} }}",
        step.reason,
        displayed(equation(step)),
    )
