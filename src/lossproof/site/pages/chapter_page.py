"""A whole derivation on one page: its main line, its map, then part by part from top to bottom."""

from __future__ import annotations

import re

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.notation import assumptions_text
from lossproof.referee.verdict import Status
from lossproof.site.assumed import clause_latex
from lossproof.site.outline import Line, Section, main_line, sections
from lossproof.site.pages.chapter_map import arrows, chapter_map
from lossproof.site.pages.markup import (
    CODE_FILE,
    badge,
    block,
    displayed,
    equation,
    folded,
    front_matter,
    inline,
    introduction,
    number,
    numbers,
    plain,
    step_link,
)
from lossproof.site.pages.taken import take_chapter
from lossproof.site.pages.try_box import try_any
from lossproof.site.readable import first_sentence
from lossproof.site.words import ENGLISH, Words

_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff](?:[\u3041-\u30ff\u4e00-\u9fff ]*[\u3041-\u30ff\u4e00-\u9fff])?")


def chapter_page(chapter: Chapter, words: Words = ENGLISH) -> str:
    """The chapter's page as Markdown; its steps are pages beside it."""
    parts = (
        front_matter(title=chapter.title, description=first_sentence(introduction(chapter)), hide=["toc"]),
        f"# {plain(chapter.title)}",
        introduction(chapter),
        _source(chapter, words),
        counts(chapter, words),
        take_chapter(chapter, words),
        _main_line(chapter, words),
        chapter_map(chapter, words),
        try_any(chapter, words),
        _assumptions(chapter, words),
        _parts(chapter, words),
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
    return block("lp-source", f"{plain(words.source)}: {spoken(source, words)}") if source else ""


def spoken(text: str, words: Words) -> str:
    """Text in which Japanese says that it is Japanese, on a page in another language: for voices and for fonts."""
    if words.said.language == "ja":
        return plain(text)
    return _JAPANESE.sub(r'<span lang="ja">\g<0></span>', plain(text))


def _assumptions(chapter: Chapter, words: Words) -> str:
    clauses = assumptions_text(chapter.derivation.assumptions)
    shown = " ".join(f"<span>{inline(clause_latex(clause))}</span>" for clause in clauses)
    return folded(words.assumptions, block("lp-under", shown)) if clauses else ""


def _main_line(chapter: Chapter, words: Words) -> str:
    """The few formulas that a reader comes for, each with its word and its page."""
    lines = [_of_main(chapter, step, words) for step in main_line(chapter)]
    if not lines:
        return ""
    return f"## {plain(words.main_line)}\n\n" + block("lp-main-line", *lines)


def _of_main(chapter: Chapter, step: Step, words: Words) -> str:
    badge_ = badge(chapter.judged(step.name).verdict.status, words)
    label = block("lp-label", f"{step_link(step, chapter.numbers[step.name])} {badge_}")
    return block("lp-line", label, displayed(equation(step, chapter.steps)))


def _parts(chapter: Chapter, words: Words) -> str:
    return "\n\n".join(_part(chapter, section, words) for section in sections(chapter))


def _part(chapter: Chapter, section: Section, words: Words) -> str:
    lines = (_line(chapter, line, words) for line in section.lines)
    return "\n\n".join([f"## {plain(section.heading or words.whole)}", *lines])


def _code(chapter: Chapter, words: Words) -> str:
    """Where the chain goes on: the page of what runs."""
    if chapter.running is None:
        return ""
    title = plain(words.code.title)
    return f"## {title}\n\n{plain(words.code.link)} [{title}]({CODE_FILE})."


def _line(chapter: Chapter, line: Line, words: Words) -> str:
    checks = "\n\n".join(_step(chapter, check, words) for check in line.checks)
    summary = words.checks.format(titles=", ".join(check.title for check in line.checks))
    return _step(chapter, line.step, words, folded(summary, checks) if checks else "")


def _step(chapter: Chapter, step: Step, words: Words, below: str = "") -> str:
    status = chapter.judged(step.name).verdict.status
    link = step_link(step, chapter.numbers[step.name])
    heading = f"### {link} {badge(status, words)} {{: #{step.name} }}"
    came = block("lp-came", f"{plain(words.turn[step.relation])} {arrows(chapter, step)}")
    return block("lp-link", heading, came, step.reason, displayed(equation(step, chapter.steps)), below)
