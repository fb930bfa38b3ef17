"""The lines of a step: what it starts from, how they turn, the lines between, the line it arrives at."""

from __future__ import annotations

from lossproof.derivation import Step
from lossproof.derivation.step import UNCHECKED
from lossproof.notation import to_latex
from lossproof.site.changes import new_terms
from lossproof.site.pages.glossary import letters, relation_term
from lossproof.site.pages.markup import block, displayed, equation, filled, inline, phrase, plain
from lossproof.site.pages.view import StepView

ARROW = '<span class="lp-arrow" aria-hidden="true"></span>'


def lines(view: StepView) -> str:
    """Before -> after, and what the letters of the last line mean."""
    before = (_line_before(view, step) for step in view.before)
    moved = block("lp-move", *before, _turn(view), *_lines_between(view), _line_after(view))
    return f"{moved}\n\n{letters(view)}"


def _line_before(view: StepView, step: Step) -> str:
    return block("lp-line", block("lp-label", view.link(step)), displayed(equation(step, view.chapter.steps)))


def _turn(view: StepView) -> str:
    """The word beside the arrow; none beside what stands by itself, or is assumed, which is said further down."""
    step, words = view.step, view.words
    arrow = ARROW if view.before else ""
    if step.relation in UNCHECKED:
        return block("lp-turn", arrow) if view.before else ""
    word = relation_term(step.relation, plain(words.turn[step.relation]))
    return block("lp-turn", f"{arrow} **{word}** <span>{_turned(view)}</span>")


def _turned(view: StepView) -> str:
    """What the line does to the one that it looks back at, which is named where it is not the only one above."""
    step, words = view.step, view.words
    sentence = words.turned.get(step.relation) if step.of else None
    if sentence is None:
        return plain(words.said.relations[step.relation])
    alone = step.uses == (step.of,)
    of = plain(words.line_above) if alone else view.link(view.chapter.steps[step.of or ""])
    variable = inline(to_latex(step.variable)) if step.variable is not None else ""
    told = filled(sentence, {"of": of, "variable": variable})
    return told[:1].upper() + told[1:]


def _lines_between(view: StepView) -> tuple[str, ...]:
    """The lines of a chain that lead to the claim, each with its few words."""
    step = view.step
    lefts = [to_latex(step.left) if step.left is not None else "", *("" for _ in step.between[1:])]
    return (
        tuple(
            block("lp-between", _words(step, place), displayed(f"{left} = {to_latex(line)}"))
            for place, (left, line) in enumerate(zip(lefts, step.between, strict=True))
        )
        if step.between
        else ()
    )


def _words(step: Step, place: int) -> str:
    """How a line of a chain follows from the one before it, as far as the author says so."""
    return block("lp-because", phrase(step.because[place])) if step.because else ""


def _line_after(view: StepView) -> str:
    new = new_terms(view.step.formula, [step.formula for step in view.before]) if view.before else frozenset()
    note = "" if view.step.claim is not None else plain(view.words.no_claim)
    words = _words(view.step, len(view.step.between)) if view.step.between else ""
    return block("lp-line lp-result", words, displayed(equation(view.step, view.chapter.steps, new)), note)
