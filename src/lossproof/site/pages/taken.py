"""A line in the forms that people take along: TeX, the claim, SymPy, a citation."""

from __future__ import annotations

import html
from importlib.metadata import version

from lossproof.chapters.chapter import Chapter
from lossproof.site.pages.markup import equation
from lossproof.site.pages.view import StepView
from lossproof.site.words import Words

_DIGEST = 12


def take(view: StepView) -> str:
    """A row of buttons; without scripts there is none (the formula's TeX is then in the page for copying)."""
    words, step = view.words, view.step
    forms = {
        words.take_tex: equation(step, view.chapter.steps),
        words.take_claim: step.claim_text or "",
        words.take_sympy: str(step.result),
        words.take_citation: citation(view),
    }
    buttons = "".join(
        f'<button type="button" data-copy="{html.escape(text)}">{html.escape(name)}</button>'
        for name, text in forms.items()
        if text
    )
    said = f'<output data-said="{html.escape(words.taken)}"></output>'
    return f'<p class="lp-take" markdown="0" data-search-exclude>{html.escape(words.take)} {buttons}{said}</p>'


def take_chapter(chapter: Chapter, words: Words) -> str:
    """The chapter's notebook and script, its citation, and the page as paper.

    The two files lie beside the page; no Markdown link leads to them, since a generator would look for pages there.
    """
    files = (("ipynb", words.take_notebook), ("py", words.take_script)) if chapter.derivation.path else ()
    links = "".join(f'<a href="{chapter.name}.{ending}" download>{html.escape(text)}</a> ' for ending, text in files)
    cited = html.escape(_cited(chapter, chapter.name, chapter.title))
    return (
        f'<p class="lp-take lp-take-along" markdown="0" data-search-exclude>{html.escape(words.take_along)} {links}'
        f'<button type="button" data-copy="{cited}">{html.escape(words.take_citation)}</button>'
        f'<button type="button" data-print>{html.escape(words.take_page)}</button>'
        f'<output data-said="{html.escape(words.taken)}"></output></p>'
    )


def citation(view: StepView) -> str:
    """``lossproof 0.1.0, logistic_regression/ce, digest 0123456789ab: The cross entropy of one sample``."""
    return _cited(view.chapter, f"{view.chapter.name}/{view.step.name}", view.step.title)


def _cited(chapter: Chapter, place: str, title: str) -> str:
    return f"lossproof {version('lossproof')}, {place}, digest {chapter.digest[:_DIGEST]}: {title}"
