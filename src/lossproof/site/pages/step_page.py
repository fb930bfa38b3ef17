"""One step: why, the lines, a picture, which of four is right, whether it is true, and the SymPy that derives it."""

from __future__ import annotations

import ast
import html
from collections.abc import Callable

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.derivation.step import UNCHECKED
from lossproof.site.pages.glossary import with_glossary
from lossproof.site.pages.markup import (
    badge,
    block,
    filled,
    folded,
    front_matter,
    page_title,
    plain,
    short_title,
    step_file,
)
from lossproof.site.pages.step_lines import lines
from lossproof.site.pages.step_pictures import pictures
from lossproof.site.pages.step_verdict import verdict
from lossproof.site.pages.taken import take
from lossproof.site.pages.try_box import try_it
from lossproof.site.pages.view import StepView
from lossproof.site.pages.which_is_right import exercise
from lossproof.site.readable import first_sentence
from lossproof.site.shared_lines import Place
from lossproof.site.words import ENGLISH, Words


def step_page(chapter: Chapter, step: Step, words: Words = ENGLISH, elsewhere: tuple[Place, ...] = ()) -> str:
    """The page of one step as Markdown; ``elsewhere`` are the steps of other chapters with the same line."""
    view = StepView(chapter, step, words, elsewhere)
    page = "\n\n".join(text for text in (part(view) for part in PARTS) if text) + "\n"
    return with_glossary(page, view)


def _head(view: StepView) -> str:
    step = view.step
    return front_matter(
        title=page_title(step.title, view.chapter.title),
        description=first_sentence(f"{short_title(view.chapter.title)}: {step.reason or step.title}"),
        status=view.judged.verdict.status.value,
        hide=["toc"],
    )


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


def _neighbours(view: StepView) -> str:
    """The steps that use this one; those that it uses stand above it as cards."""
    lines = "\n".join(f"- {view.link(step)}" for step in view.after) or plain(view.words.nothing_after)
    return block("lp-neighbours", f"### {plain(view.words.used_by)}", lines)


def _elsewhere(view: StepView) -> str:
    """The same line in other chapters, each with its verdict there: what is assumed here may be derived there."""
    if not view.elsewhere:
        return ""
    lines = "\n".join(f"- {_place(each, view.words)}" for each in view.elsewhere)
    return block("lp-neighbours", f"### {plain(view.words.same_line)}", lines)


def _place(place: Place, words: Words) -> str:
    folder = f"../{place.chapter.name}"
    step = f"[{plain(place.step.title)}]({folder}/{step_file(place.step.name)})"
    chapter = f"[{plain(short_title(place.chapter.title))}]({folder}/index.md)"
    status = place.chapter.judged(place.step.name).verdict.status
    return f"{filled(words.same_line_in, {'step': step, 'chapter': chapter})} {badge(status, words)}"


def _source(view: StepView) -> str:
    """The function of the step, folded, without the docstring that stands at the head of the page."""
    if not view.step.source:
        return ""
    path = view.chapter.derivation.path
    title = f"{path.parent.name}/{path.name}" if path else view.chapter.name
    source = f'```` {{.python title="{title}"}}\n{without_docstring(view.step.source)}\n````'
    words, stated = view.words, view.step.relation in UNCHECKED
    note = words.source_code_of_statement if stated else words.source_code_note[view.step.origin]
    return folded(words.source_code, plain(note), source)


def without_docstring(source: str) -> str:
    """The text of a function without its docstring; ``...`` where it has no other body."""
    function = ast.parse(source).body[0]
    if not isinstance(function, ast.FunctionDef) or ast.get_docstring(function) is None:
        return source.rstrip()
    lines, docstring = source.rstrip().splitlines(), function.body[0]
    kept = lines[: docstring.lineno - 1], lines[docstring.end_lineno or docstring.lineno :]
    body = kept[1] if len(function.body) > 1 else [" " * docstring.col_offset + "..."]
    return "\n".join([*kept[0], *body])


PARTS: tuple[Callable[[StepView], str], ...] = (
    _head,
    _where,
    _title,
    _reason,
    lines,
    take,
    pictures,
    exercise,
    try_it,
    verdict,
    _neighbours,
    _elsewhere,
    _source,
)
