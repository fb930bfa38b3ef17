"""The box in which a reader changes a claim and has it checked; `try.js` shows it where the site has a referee.

Without scripts, and on a site without one, it is not shown.
"""

from __future__ import annotations

import html
import re
from dataclasses import asdict

from lossproof.chapters.chapter import Chapter
from lossproof.site.outline import main_line
from lossproof.site.pages.view import StepView
from lossproof.site.try_it.first_question import asked_of
from lossproof.site.try_it.reader_question import Asked, Asks
from lossproof.site.words import Words

MARK = "lp-try"
_SAID = (
    *("right", "curvature", "loading", "checking", "searching", "nothing_near", "from_disk", "broken", "seconds"),
    *("check", "stop"),
)


def shown(page: str) -> str:
    """A page whose site has a referee: the box is there from the first, and not only when `try.js` has run."""
    return re.sub(r'(<(?:details|div) class="(?:lp-folded )?lp-try-it"[^>]*?) hidden(?=[ >])', r"\1", page)


def try_it(view: StepView) -> str:
    """The box with the question that the referee was asked of this step; nothing where it was asked none."""
    asked = asked_of(view.step, view.chapter.derivation)
    return "" if asked is None else folded_box(asked, view.words)


def try_any(chapter: Chapter, words: Words) -> str:
    """The box with the questions of all steps of a chapter, to choose from; it begins with one of the main line."""
    found = {step.name: asked_of(step, chapter.derivation) for step in chapter.steps.values()}
    asked = {name: each for name, each in found.items() if each is not None}
    if not asked:
        return ""
    first = next((step.name for step in main_line(chapter) if step.name in asked), next(iter(asked)))
    options = "".join(
        f'<option value="{name}"{_as_data(each)}{" selected" if name == first else ""}>'
        f"{html.escape(f'{chapter.numbers[name]} · {chapter.steps[name].title}')}</option>"
        for name, each in asked.items()
    )
    return _folded(box(asked[first], words, before=_choice("claim", words.try_it.claim, options)), words)


def _as_data(asked: Asked) -> str:
    values = {**asdict(asked), "relation": asked.relation.value}
    return "".join(f' data-{name}="{html.escape(value)}"' for name, value in values.items())


def folded_box(asked: Asked, words: Words) -> str:
    """The box, opened by its title."""
    return _folded(box(asked, words), words)


def _folded(form: str, words: Words) -> str:
    title = html.escape(words.try_it.title)
    return (
        f'<details class="lp-folded lp-try-it" hidden markdown="0" data-search-exclude>'
        f"<summary>{title}</summary>{form}</details>"
    )


def box(asked: Asked, words: Words, *, from_address: bool = False, before: str = "") -> str:
    """The form alone; ``from_address`` lets what stands behind ``#`` in the page's address fill it."""
    said = words.try_it
    fields = [
        before,
        _field("lhs", said.left, asked.lhs),
        _relations(asked.relation, words),
        _field("rhs", said.right, asked.rhs),
        _field("varying", said.varying, asked.varying, shown=asked.relation.varies),
        _field("where", said.where, asked.where),
    ]
    spoken = "".join(f' data-{name.replace("_", "-")}="{html.escape(getattr(said, name))}"' for name in _SAID)
    spoken += ' data-from="address"' if from_address else ""
    return (
        f'<form class="{MARK}" lang="{words.said.language}"{spoken}>{"".join(fields)}'
        f'<p class="lp-try-do"><button type="submit">{html.escape(said.check)}</button> '
        f'<button type="reset">{html.escape(said.reset)}</button> <span>{html.escape(said.hint)}</span></p>'
        f'<p class="lp-try-note" data-weight="{html.escape(said.weight)}"></p>'
        f'<div class="lp-answer" role="status" aria-live="polite"></div></form>'
    )


def _relations(chosen: Asks, words: Words) -> str:
    """The ways in which the sides may be said to stand to each other, to choose from."""
    options = "".join(
        f'<option value="{html.escape(each)}"{" selected" if each is chosen else ""}>'
        f"{html.escape(words.try_it.relations[each])}</option>"
        for each in Asks
    )
    return _choice("relation", words.try_it.relation, options)


def _choice(name: str, label: str, options: str) -> str:
    return (
        f'<label><span>{html.escape(label)}</span><select name="{name}" autocomplete="off">{options}</select></label>'
    )


def _field(name: str, label: str, text: str, *, shown: bool = True) -> str:
    hidden = "" if shown else " hidden"
    return (
        f'<label{hidden}><span>{html.escape(label)}</span><textarea name="{name}" rows="1" spellcheck="false" '
        f'autocapitalize="off" autocomplete="off">{html.escape(text)}</textarea></label>'
    )
