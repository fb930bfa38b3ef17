"""A whole derivation on one page: what is assumed, the map of its steps, the chain from top to bottom."""

from __future__ import annotations

import html

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.notation import assumptions_text
from lossproof.referee.verdict import Status
from lossproof.site.assumed import clause_latex
from lossproof.site.pages.markup import (
    CODE_FILE,
    badge,
    block,
    displayed,
    equation,
    front_matter,
    inline,
    number,
    numbers,
    plain,
    step_file,
    step_link,
)
from lossproof.site.words import ENGLISH, Words


def chapter_page(chapter: Chapter, words: Words = ENGLISH) -> str:
    """The chapter's page as Markdown; its steps are pages beside it."""
    parts = (
        front_matter(title=chapter.title, hide=["toc"]),
        f"# {plain(chapter.title)}",
        chapter.introduction,
        _source(chapter, words),
        counts(chapter, words),
        _assumptions(chapter, words),
        _map(chapter, words),
        f"## {plain(words.whole)}",
        *(_line(chapter, step, words) for step in chapter.steps.values()),
        _code(chapter, words),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def counts(chapter: Chapter, words: Words) -> str:
    """How many steps have which status, and what became of the mutants, as a row of figures."""
    statuses = {status: chapter.report.count(status) for status in Status}
    items = [number(f"{count}", words.status[status], status) for status, count in statuses.items() if count]
    mutants = chapter.report.mutants
    counted = mutants.tried - mutants.dropped
    return numbers([*items, *([number(f"{mutants.refuted} / {counted}", words.mutants_of_all)] if counted else [])])


def _source(chapter: Chapter, words: Words) -> str:
    source = chapter.derivation.source
    return block("lp-source", f"{plain(words.source)}: {plain(source)}") if source else ""


def _assumptions(chapter: Chapter, words: Words) -> str:
    clauses = assumptions_text(chapter.derivation.assumptions)
    shown = " ".join(f"<span>{inline(clause_latex(clause))}</span>" for clause in clauses)
    return f"## {plain(words.assumptions)}\n\n" + block("lp-under", shown) if clauses else ""


def _map(chapter: Chapter, words: Words) -> str:
    lines = [_map_line(chapter, step, words) for step in chapter.steps.values()]
    if chapter.running:
        lines.append(f"{len(lines) + 1}. [{plain(words.code.title)}]({CODE_FILE})")
    return f"## {plain(words.map)}\n\n" + block("lp-map", "\n".join(lines))


def _map_line(chapter: Chapter, step: Step, words: Words) -> str:
    status = chapter.judged(step.name).verdict.status
    mark = f'<span class="lp-dot lp-{status.value}" title="{html.escape(words.status[status])}"></span>'
    number = chapter.numbers[step.name]
    return f'{number}. {mark} {step_link(step, number)} <span class="lp-uses">{_arrows(chapter, step)}</span>'


def _code(chapter: Chapter, words: Words) -> str:
    """Where the chain goes on: the page of what runs."""
    if chapter.running is None:
        return ""
    title = plain(words.code.title)
    return f"## {title}\n\n{plain(words.code.link)} [{title}]({CODE_FILE})."


def _arrows(chapter: Chapter, step: Step) -> str:
    """``<- 3, 4``: links to the steps that this one uses."""
    links = ", ".join(f"[{chapter.numbers[name]}]({step_file(name)})" for name in step.uses)
    return f"← {links}" if links else ""


def _line(chapter: Chapter, step: Step, words: Words) -> str:
    status = chapter.judged(step.name).verdict.status
    link = step_link(step, chapter.numbers[step.name])
    heading = f"### {link} {badge(status, words)} {{: #{step.name} }}"
    came = block("lp-came", f"{plain(words.turn[step.relation])} {_arrows(chapter, step)}")
    return block("lp-link", heading, came, step.reason, displayed(equation(step, chapter.steps)))
