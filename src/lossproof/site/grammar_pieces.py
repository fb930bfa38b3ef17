"""Pieces that say what may be written, and how it is printed: moves, clauses, functions, relations, statuses."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

from lossproof import moves as textbook_moves
from lossproof.derivation import Relation
from lossproof.derivation.step import LOOKS_BACK, UNCHECKED
from lossproof.functions.table import FUNCTIONS
from lossproof.notation import parse_tree, to_latex
from lossproof.referee.verdict import Status
from lossproof.site.assumed import clause_latex
from lossproof.site.pages.markup import badge, block, code, inline, plain, table
from lossproof.site.piece_context import Context
from lossproof.site.words import Words

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


def moves(context: Context) -> str:
    """What a textbook line does, as a function: how it is called and the first sentence of each."""
    said = context.words.moves
    rows = [
        (code(_call(getattr(textbook_moves, name))), _first_line(getattr(textbook_moves, name), said))
        for name in textbook_moves.__all__
    ]
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


def clauses(context: Context) -> str:
    """The kinds of assumption, each as it is written and as it is printed."""
    rows = [(code(clause), inline(clause_latex(clause))) for clause in _CLAUSES]
    return table((context.words.written, context.words.printed), rows)


def statuses(context: Context) -> str:
    words = context.words
    lines = [f"- {badge(status, words)} {plain(words.said.statuses[status])}" for status in Status]
    return block("lp-plain", "\n".join(lines))


def relations(context: Context) -> str:
    words = context.words
    return "\n".join(f"- **{plain(words.turn[each])}**: {plain(words.said.relations[each])}" for each in Relation)


def relation_words(context: Context) -> str:
    """The relations as ``relation=`` takes them, what each claims and what it looks back at."""
    words = context.words
    rows = [(code(f'"{each}"'), plain(words.said.relations[each]), _looks_back(each, words)) for each in Relation]
    return table((code("relation="), words.means, words.looks_back), rows)


def _looks_back(relation: Relation, words: Words) -> str:
    if relation in UNCHECKED:
        return code(f"@chapter.{relation}")
    return words.first_argument if relation in LOOKS_BACK else words.where_given


def functions(context: Context) -> str:
    """The functions of the grammar, each as it is written and as it is printed; aliases beside their function."""
    words = context.words
    examples = [function.call for function in FUNCTIONS.values() if not function.same_as]
    rows = [(code(text), inline(to_latex(parse_tree(text)))) for text in (*_FORMS, *examples)]
    aliases = [f"{code(each.name)} = {code(each.same_as)}" for each in FUNCTIONS.values() if each.same_as]
    return f"{table((words.written, words.printed), rows)}\n\n{plain(words.aliases)}: {', '.join(aliases)}."
