"""A line in the forms that people take along: TeX, the claim, SymPy, a citation."""

from __future__ import annotations

import html
from importlib.metadata import version

from lossproof.site.pages.markup import equation
from lossproof.site.pages.view import StepView

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


def citation(view: StepView) -> str:
    """``lossproof 0.1.0, logistic_regression/ce, digest 0123456789ab: The cross entropy of one sample``."""
    place = f"{view.chapter.name}/{view.step.name}"
    digest = view.chapter.digest[:_DIGEST]
    return f"lossproof {version('lossproof')}, {place}, digest {digest}: {view.step.title}"
