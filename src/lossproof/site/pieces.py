"""Pieces of a hand-written page that come from the derivations: a formula is never typed twice.

    {{ equation logistic_regression loss }}     the step's formula, displayed
    {{ line logistic_regression loss }}         the same with its verdict and a link to its page
    {{ try_it }}                                the box in which a reader's own claim is checked
    {{ chapters }}                              the list of chapters with their counts

A piece stands on a line of its own; only a link to a step's page stands anywhere, in the cell of a table, say:

    {{ step logistic_regression loss }}         its title as a link

An unknown name, chapter or step fails the build.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.errors import CallerError
from lossproof.site import figure_pieces, grammar_pieces
from lossproof.site.pages.atlas import atlas
from lossproof.site.pages.chapter_page import counts
from lossproof.site.pages.markup import (
    badge,
    block,
    code,
    displayed,
    equation,
    inline,
    introduction,
    plain,
    short_title,
    step_file,
    table,
    tick,
)
from lossproof.site.pages.step_verdict import evidence
from lossproof.site.pages.try_box import box
from lossproof.site.piece_context import Context
from lossproof.site.reference import reference
from lossproof.site.shared_lines import Place, shared
from lossproof.site.symbols import Symbol, symbols_of
from lossproof.site.try_it.reader_question import Asked

_PIECE = re.compile(r"^\{\{ *(?P<name>[a-z_]+)(?P<arguments>(?: +[^\s{}]+)*) *\}\}$", re.MULTILINE)

_STEP = re.compile(r"\{\{ *step +(\w+) +(\w+) *\}\}")


Piece = Callable[..., str]


def with_pieces(markdown: str, context: Context) -> str:
    """The page with every piece in its place. Raises CallerError for one that does not exist."""

    def replace(match: re.Match[str]) -> str:
        piece = PIECES.get(match["name"])
        if piece is None:
            raise CallerError(f"{context.page}: no piece is called `{match['name']}`; there are {', '.join(PIECES)}.")
        try:
            return piece(context, *match["arguments"].split())
        except TypeError as error:
            raise CallerError(f"{context.page}: {match[0]} has too many or too few words.") from error

    linked = _STEP.sub(lambda match: _told_in(context.step(match[1], match[2]), context, match[1]), markdown)
    return _PIECE.sub(replace, linked)


def _equation(context: Context, chapter: str, step: str) -> str:
    return displayed(equation(context.step(chapter, step), context.chapter(chapter).steps))


def _line(context: Context, chapter: str, name: str) -> str:
    step = context.step(chapter, name)
    verdict = context.chapter(chapter).judged(name).verdict
    link = f"[{plain(step.title)}]({context.address(chapter, step_file(name))})"
    label = block("lp-label", f"{link} {badge(verdict.status, context.words)}")
    return block("lp-line", label, displayed(equation(step, context.chapter(chapter).steps)))


def _evidence(context: Context, chapter: str, name: str) -> str:
    """A step's verdict on one line: its status and the evidence in numbers, with a link."""
    step, words = context.step(chapter, name), context.words
    verdict = context.chapter(chapter).judged(name).verdict
    found = [f"{shown} {plain(text)}" for shown, text in evidence(context.chapter(chapter).judged(name), words)]
    link = f"[{plain(step.title)}]({context.address(chapter, step_file(name))})"
    return block("lp-evidence", f"{badge(verdict.status, words)} {link}: {words.said.semicolon.join(found)}")


def _generated(context: Context, chapter: str, *names: str) -> str:
    """Functions that are generated from the chapter's loss, as they stand in the generated code."""
    running = context.chapter(chapter).running
    source = running.loss.compile(backend="numpy").source if running else ""
    functions = [each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef) and each.name in names]
    text = "\n\n".join(ast.get_source_segment(source, each) or "" for each in functions)
    return f"```` python\n{text}\n````"


def _chapters(context: Context) -> str:
    return block("lp-chapters", *(_chapter(context, chapter) for chapter in context.chapters))


def _chapter(context: Context, chapter: Chapter) -> str:
    title = f"[{plain(chapter.title)}]({context.address(chapter.name)})"
    said = introduction(chapter).partition("\n\n")[0]
    return block("lp-chapter", f"**{title}**", said, counts(chapter, context.words))


def _maps(context: Context) -> str:
    """The graphs of all chapters in one drawing, and as a list."""
    return atlas(context.chapters, context.words, context.address)


def _across(context: Context) -> str:
    """The lines that several chapters have, each with where it stands and what it is there."""
    return "\n\n".join(_shared(context, places) for places in shared(context.chapters)) or context.words.nothing_across


def _shared(context: Context, places: tuple[Place, ...]) -> str:
    line = equation(places[0].step, places[0].chapter.steps)
    return block("lp-shared", displayed(line), "\n".join(f"- {_stands(context, each)}" for each in places))


def _stands(context: Context, place: Place) -> str:
    chapter, step = place.chapter, place.step
    title = f"[{plain(short_title(chapter.title))}]({context.address(chapter.name, step_file(step.name))})"
    return f"{tick(chapter.judged(step.name).verdict.status, context.words)} {title}"


def _source(context: Context, chapter: str, name: str) -> str:
    """The function that is a step, as it stands in the script."""
    return f"```` python\n{context.step(chapter, name).source.rstrip()}\n````"


def _symbols(context: Context) -> str:
    return "\n\n".join(_symbol_table(context, chapter) for chapter in context.chapters)


def _symbol_table(context: Context, chapter: Chapter) -> str:
    words = context.words
    rows = [
        (
            inline(symbol.latex),
            code(symbol.text),
            inline(symbol.domain),
            _meaning(symbol, context, chapter),
        )
        for symbol in symbols_of(chapter.derivation)
    ]
    head = (words.on_the_page, words.in_scripts, words.values, words.meaning)
    far = f'<div class="lp-far" style="--lp-rows: {len(rows)}" markdown>'  # drawn when a reader comes near
    return f"### {plain(chapter.title)}\n\n{far}\n\n{table(head, rows)}\n\n</div>"


def _meaning(symbol: Symbol, context: Context, chapter: Chapter) -> str:
    """The step that says what the symbol is, and the one that has it first where that is another."""
    meaning = _told_in(symbol.meaning, context, chapter.name)
    if symbol.first is symbol.meaning:
        return meaning
    return f"{meaning}; {context.words.first_in.format(step=_told_in(symbol.first, context, chapter.name))}"


def _told_in(step: Step, context: Context, chapter: str) -> str:
    return f"[{plain(step.title)}]({context.address(chapter, step_file(step.name))})"


def _reference(context: Context) -> str:
    """What the docstrings say, which is English on every page."""
    return f'<div lang="en" class="lp-reference" markdown>\n\n{reference()}\n\n</div>'


def _try_it(context: Context) -> str:
    """The box by itself, with a slip that everybody knows; the page's address may bring another claim."""
    asked = Asked("(a + b)^2", "a^2 + b^2", "")
    return f'<div class="lp-try-it" markdown="0" hidden>{box(asked, context.words, from_address=True)}</div>'


PIECES: dict[str, Piece] = {
    "equation": _equation,
    "line": _line,
    "evidence": _evidence,
    "generated": _generated,
    "chapters": _chapters,
    "maps": _maps,
    "across": _across,
    "symbols": _symbols,
    "functions": grammar_pieces.functions,
    "source": _source,
    "moves": grammar_pieces.moves,
    "clauses": grammar_pieces.clauses,
    "statuses": grammar_pieces.statuses,
    "relations": grammar_pieces.relations,
    "relation_words": grammar_pieces.relation_words,
    "checked": figure_pieces.checked,
    "claims": figure_pieces.claims,
    "results": figure_pieces.results,
    "versions": figure_pieces.versions,
    "try_it": _try_it,
    "reference": _reference,
}
