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
import inspect
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lossproof import moves
from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Relation, Step
from lossproof.derivation.step import LOOKS_BACK, UNCHECKED
from lossproof.errors import CallerError
from lossproof.functions.table import FUNCTIONS
from lossproof.notation import parse_tree, to_latex
from lossproof.referee.verdict import Status
from lossproof.site import figures
from lossproof.site.assumed import clause_latex
from lossproof.site.book import chapter_uri
from lossproof.site.pages.chapter_map import small_map
from lossproof.site.pages.chapter_page import counts
from lossproof.site.pages.markup import (
    badge,
    block,
    code,
    displayed,
    equation,
    inline,
    plain,
    short_title,
    step_file,
    table,
    tick,
)
from lossproof.site.pages.step_verdict import evidence
from lossproof.site.pages.try_box import box
from lossproof.site.reference import reference
from lossproof.site.shared_lines import Place, shared
from lossproof.site.symbols import Symbol, symbols_of
from lossproof.site.try_it.first_question import Asked
from lossproof.site.words import Words

_PIECE = re.compile(r"^\{\{ *(?P<name>[a-z_]+)(?P<arguments>(?: +[^\s{}]+)*) *\}\}$", re.MULTILINE)

_STEP = re.compile(r"\{\{ *step +(\w+) +(\w+) *\}\}")


@dataclass(frozen=True, slots=True)
class Context:
    """What a piece may draw on, and the page it stands on (its Markdown file, relative to the docs)."""

    chapters: tuple[Chapter, ...]
    words: Words
    page: str
    root: Path

    def chapter(self, name: str) -> Chapter:
        """The chapter of that name."""
        for chapter in self.chapters:
            if chapter.name == name:
                return chapter
        raise CallerError(f"{self.page}: there is no chapter `{name}`; there are {self._names()}.")

    def step(self, chapter: str, name: str) -> Step:
        """The step of that name."""
        found = self.chapter(chapter).steps.get(name)
        if found is None:
            raise CallerError(f"{self.page}: the chapter `{chapter}` has no step `{name}`.")
        return found

    def address(self, chapter: str, file: str = "index.md") -> str:
        """The relative link from this page to a generated one."""
        return posixpath.relpath(chapter_uri(chapter, file), posixpath.dirname(self.page) or ".")

    def _names(self) -> str:
        return ", ".join(f"`{chapter.name}`" for chapter in self.chapters)


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
    introduction = chapter.introduction.partition("\n\n")[0]
    return block("lp-chapter", f"**{title}**", introduction, counts(chapter, context.words))


def _maps(context: Context) -> str:
    """The graphs of all chapters, small."""
    return block("lp-maps", *(_small(context, chapter) for chapter in context.chapters))


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


def _small(context: Context, chapter: Chapter) -> str:
    title = f"**[{plain(chapter.title)}]({context.address(chapter.name)})**"
    folder = context.address(chapter.name, "")
    return block("lp-map-of", title, small_map(chapter, context.words, f"{folder}/"))


def _source(context: Context, chapter: str, name: str) -> str:
    """The function that is a step, as it stands in the script."""
    return f"```` python\n{context.step(chapter, name).source.rstrip()}\n````"


def _moves(context: Context) -> str:
    """What a textbook line does, as a function: how it is called and the first sentence of each."""
    said = context.words.moves
    rows = [(code(_call(getattr(moves, name))), _first_line(getattr(moves, name), said)) for name in moves.__all__]
    return table((context.words.move, context.words.gives), rows)


def _call(function: Callable[..., object]) -> str:
    """``take_log(expr, positive=())``: the signature without its types."""
    signature = inspect.signature(function)
    bare = [each.replace(annotation=inspect.Parameter.empty) for each in signature.parameters.values()]
    shown = signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)
    return f"{function.__name__}{shown}"


def _first_line(function: Callable[..., object], said: Mapping[str, str]) -> str:
    """What ``said`` says of the function, or the first line of its docstring, as Markdown: between two double
    backticks stands code.
    """
    line = said.get(function.__name__) or (inspect.getdoc(function) or "").partition("\n")[0]
    parts = line.rstrip(".:").split("``")
    return "".join(code(part) if place % 2 else plain(part) for place, part in enumerate(parts))


def _clauses(context: Context) -> str:
    """The kinds of assumption, each as it is written and as it is printed."""
    rows = [(code(clause), inline(clause_latex(clause))) for clause in _CLAUSES]
    return table((context.words.written, context.words.printed), rows)


def _statuses(context: Context) -> str:
    words = context.words
    lines = [f"- {badge(status, words)} {plain(words.said.statuses[status])}" for status in Status]
    return block("lp-plain", "\n".join(lines))


def _relations(context: Context) -> str:
    words = context.words
    return "\n".join(f"- **{plain(words.turn[each])}**: {plain(words.said.relations[each])}" for each in Relation)


def _relation_words(context: Context) -> str:
    """The relations as ``relation=`` takes them, what each claims and what it looks back at."""
    words = context.words
    rows = [(code(f'"{each}"'), plain(words.said.relations[each]), _looks_back(each, words)) for each in Relation]
    return table((code("relation="), words.means, words.looks_back), rows)


def _looks_back(relation: Relation, words: Words) -> str:
    if relation in UNCHECKED:
        return code(f"@chapter.{relation}")
    return words.first_argument if relation in LOOKS_BACK else words.where_given


def _checked(context: Context) -> str:
    """Steps by status and mutants, a row a chapter and the total."""
    words = context.words
    rows = [figures.chapter_figures(chapter) for chapter in context.chapters]
    shown = [status for status in Status if any(row.statuses[status] for row in rows)]
    head = (words.chapter, *(words.status[status] for status in shown), words.tried, words.dropped, words.refuted)
    body = [
        (
            f"[{plain(row.title)}]({context.address(row.name)})",
            *(str(row.statuses[status]) for status in shown),
            str(row.tried),
            str(row.dropped),
            str(row.refuted),
        )
        for row in rows
    ]
    total = tuple(f"**{sum(int(line[column]) for line in body)}**" for column in range(1, len(head)))
    return table(head, [*body, (f"**{words.together}**", *total)])


def _claims(context: Context) -> str:
    """The benchmark's figures; a sentence that says how to get them where it has not been run."""
    words = context.words
    found = figures.claim_figures(context.root / "benchmarks" / "results" / "claims.json")
    if found is None:
        return plain(words.claims_missing) + " " + code("python benchmarks/claims.py")
    shown = [*filter({**found.right, **found.wrong}.__contains__, Status)]
    others = sorted({*found.right, *found.wrong} - {*Status})
    rows = [
        (label, str(sum(counted.values())), *(str(counted.get(status, 0)) for status in [*shown, *others]))
        for label, counted in ((words.claims_right, found.right), (words.claims_wrong, found.wrong))
    ]
    head = (words.claims, words.number, *(words.status[status] for status in shown), *others)
    seconds = words.claims_seconds.format(median=found.median_seconds, slowest=found.slowest_seconds)
    named = words.claims_corroborated.format(names=", ".join(map(code, found.corroborated)) or words.none)
    failed = words.claims_not_good.format(names=", ".join(map(code, found.not_good)) or words.none)
    counted_claims = table(head, rows)
    return "\n\n".join([counted_claims, f"{seconds} {_versions_text(found.versions)}", named, failed])


def _results(context: Context, name: str) -> str:
    """A result file of the benchmarks under the page's own headings; how to get it where it is not there."""
    path = context.root / "benchmarks" / "results" / f"{name}.md"
    if not path.is_file():
        missing = f"{plain(context.words.results_missing)} {code(f'python benchmarks/{name}.py')}."
        return f"## {plain(name.capitalize())}\n\n{missing}"
    text = path.read_text(encoding="utf-8").strip()
    return re.sub(r"^#", "##", text, flags=re.MULTILINE)


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
    return f"### {plain(chapter.title)}\n\n{table(head, rows)}"


def _meaning(symbol: Symbol, context: Context, chapter: Chapter) -> str:
    """The step that says what the symbol is, and the one that has it first where that is another."""
    meaning = _told_in(symbol.meaning, context, chapter.name)
    if symbol.first is symbol.meaning:
        return meaning
    return f"{meaning}; {context.words.first_in.format(step=_told_in(symbol.first, context, chapter.name))}"


def _told_in(step: Step, context: Context, chapter: str) -> str:
    return f"[{plain(step.title)}]({context.address(chapter, step_file(step.name))})"


def _functions(context: Context) -> str:
    """The functions of the grammar, each as it is written and as it is printed; aliases beside their function."""
    words = context.words
    examples = [function.call for function in FUNCTIONS.values() if not function.same_as]
    rows = [(code(text), inline(to_latex(parse_tree(text)))) for text in (*_FORMS, *examples)]
    aliases = [f"{code(each.name)} = {code(each.same_as)}" for each in FUNCTIONS.values() if each.same_as]
    return f"{table((words.written, words.printed), rows)}\n\n{plain(words.aliases)}: {', '.join(aliases)}."


def _reference(context: Context) -> str:
    """What the docstrings say, which is English on every page."""
    return f'<div lang="en" class="lp-reference" markdown>\n\n{reference()}\n\n</div>'


def _try_it(context: Context) -> str:
    """The box by itself, with a slip that everybody knows; the page's address may bring another claim."""
    asked = Asked("(a + b)^2", "a^2 + b^2", "")
    return f'<div class="lp-try-it" markdown="0" hidden>{box(asked, context.words, from_address=True)}</div>'


def _versions(context: Context) -> str:
    return _versions_text(figures.versions())


def _versions_text(versions: dict[str, str]) -> str:
    return ", ".join(f"{plain(name)} {plain(number)}" for name, number in versions.items()) + "."


_CLAUSES = (
    "x real",
    "x > 0",
    "0 < yp < 1",
    "0 <= k <= n",
    "x != 0",
    "n integer",
    "M integer >= 1",
    "yt in {0, 1}",
    "k in 0..M-1",
    "(t1, t2, t3) one-hot",
    "t one-hot over 1..K",
    "(p1, p2) simplex",
    "p simplex over 1..K",
    "mu = exp(eta)",
    "p[m] = expit(w*x[m])",
    "0 < yp[m] < 1",
    "0 <= y[m] <= n[m]",
    "c[k] < c[k+1]",
    "a + b = 1",
)

# The forms that are not plain functions, each with a claim's spelling of it.
_FORMS = (
    "x[m]",
    "sum(x[m], m, 0, M-1)",
    "prod(x[m], m, 0, M-1)",
    "logsumexp(x[k], k, 1, K)",
    "diff(x^2, x)",
    "Piecewise((x, x > 0), (0, True))",
    "indicator(x > 0)",
)


PIECES: dict[str, Piece] = {
    "equation": _equation,
    "line": _line,
    "evidence": _evidence,
    "generated": _generated,
    "chapters": _chapters,
    "maps": _maps,
    "across": _across,
    "symbols": _symbols,
    "functions": _functions,
    "source": _source,
    "moves": _moves,
    "clauses": _clauses,
    "statuses": _statuses,
    "relations": _relations,
    "relation_words": _relation_words,
    "checked": _checked,
    "claims": _claims,
    "results": _results,
    "versions": _versions,
    "try_it": _try_it,
    "reference": _reference,
}
