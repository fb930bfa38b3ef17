"""Which one is right? A claim among wrong versions of itself, each of which opens to the referee's counterexample."""

from __future__ import annotations

import hashlib
import html

from lossproof.notation import to_latex, to_text
from lossproof.notation.tree import Node
from lossproof.referee.steps.mutants import Mutant
from lossproof.referee.steps.report import Slip
from lossproof.referee.verdict import Witness
from lossproof.site.counterexamples import formula, point, shortened
from lossproof.site.pages.glossary import status_term
from lossproof.site.pages.markup import block, code, filled, folded, inline, plain
from lossproof.site.pages.view import StepView
from lossproof.site.words import Words


def exercise(view: StepView) -> str:
    """The claim and its slips, and below it all wrong versions; nothing where the referee refuted none."""
    slips = view.judged.mutants.slips
    if not slips:
        return ""
    words = view.words
    options = [_option(view, slip) for slip in slips]
    options.insert(_place(view, len(options) + 1), _right(view))
    listed = "\n".join(f"<li>{option}</li>" for option in options)
    return "\n\n".join(
        [
            f"## {plain(words.exercise)}",
            plain(words.exercise_lead),
            _asked(view),
            f'<ol class="lp-options" data-search-exclude>\n{listed}\n</ol>',
            _all_wrong(view),
        ]
    )


def _asked(view: StepView) -> str:
    left = view.step.left
    if left is None or view.step.operator != "=":
        return ""
    return block("lp-asked", filled(view.words.exercise_of, {"left": inline(_large(left))}))


def _place(view: StepView, options: int) -> int:
    """Where the right one stands: anywhere, and always there."""
    return hashlib.sha256(f"{view.chapter.name} {view.step.name}".encode()).digest()[0] % options


def _right(view: StepView) -> str:
    words, status = view.words, view.judged.verdict.status
    note = html.escape(words.right_note).format(status=status_term(status, words))
    return _opening(view.step.formula, f"<strong>{html.escape(words.right)}</strong> {note}", "lp-right")


def _option(view: StepView, slip: Slip) -> str:
    words = view.words
    wrong = html.escape(words.wrong.format(mistake=words.said.mistakes[slip.mutant.kind]))
    return _opening(slip.mutant.tree, f"<strong>{wrong}</strong> {counterexample(slip.witness, words)}", "lp-wrong")


def _opening(shown: Node, inside: str, name: str) -> str:
    summary = f'<summary aria-label="{html.escape(to_text(shown))}">{formula(_large(shown))}</summary>'
    return f'<details class="lp-option {name}">{summary}<p>{inside}</p></details>'


def _large(tree: Node) -> str:
    """A formula in a line of text at its full size."""
    return rf"\displaystyle {to_latex(tree)}"


def counterexample(witness: Witness, words: Words) -> str:
    """Where a wrong version gives something else, and what: a sentence in HTML."""
    given, right = formula(shortened(witness.lhs)), formula(shortened(witness.rhs))
    if not witness.point:
        return html.escape(words.wrong_always).format(given=given, right=right)
    return html.escape(words.wrong_at).format(point=point(witness), given=given, right=right)


def _all_wrong(view: StepView) -> str:
    wrong, words = view.judged.mutants.wrong, view.words
    if not wrong:
        return ""
    listed = "\n".join(f"- {code(to_text(each.tree))} {plain(_mistake(each, words))}" for each in wrong)
    return folded(words.all_wrong.format(count=len(wrong)), plain(words.all_wrong_note), block("lp-wrongs", listed))


def _mistake(mutant: Mutant, words: Words) -> str:
    return f"({words.said.mistakes[mutant.kind]})"
