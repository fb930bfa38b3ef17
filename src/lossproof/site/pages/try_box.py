"""The box in which a reader changes a claim and has it checked; `try.js` shows it where the site has a referee.

Without scripts, and on a site without one, it is not shown.
"""

from __future__ import annotations

import html

from lossproof.site.pages.view import StepView
from lossproof.site.try_it.first_question import Asked, asked_of
from lossproof.site.words import Words

MARK = "lp-try"
_SAID = ("loading", "checking", "searching", "nothing_near", "from_disk", "broken", "seconds", "check", "stop")


def try_it(view: StepView) -> str:
    """The box with the question that the referee was asked of this step; nothing where that is no equation."""
    asked = asked_of(view.step, view.chapter.derivation)
    return "" if asked is None else folded_box(asked, view.words)


def folded_box(asked: Asked, words: Words) -> str:
    """The box, opened by its title."""
    title = html.escape(words.try_it.title)
    return (
        f'<details class="lp-folded lp-try-it" hidden markdown="0" data-search-exclude>'
        f"<summary>{title}</summary>{box(asked, words)}</details>"
    )


def box(asked: Asked, words: Words, *, from_address: bool = False) -> str:
    """The form alone; ``from_address`` lets what stands behind ``#`` in the page's address fill it."""
    said = words.try_it
    fields = [
        _field("lhs", said.left, asked.lhs),
        _field("rhs", said.right, asked.rhs),
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


def _field(name: str, label: str, text: str) -> str:
    return (
        f'<label><span>{html.escape(label)}</span><textarea name="{name}" rows="1" spellcheck="false" '
        f'autocapitalize="off" autocomplete="off">{html.escape(text)}</textarea></label>'
    )
