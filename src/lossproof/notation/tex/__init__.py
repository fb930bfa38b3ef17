"""LaTeX read into the tree of the text grammar: the inverse of `notation.latex`, for what people write too.

`latex_atoms` makes atoms of tokens, `conventions_of` looks at all formulas of a text together, `Grammar` reads one of
them, `close` puts known functions in. Nothing is evaluated, and nothing is guessed: what is not understood is
refused with a caret under the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lossproof.errors import RejectedText
from lossproof.functions.table import FUNCTIONS
from lossproof.notation.lexer import rejected
from lossproof.notation.sizes import measure_tree
from lossproof.notation.tex.atoms import Row
from lossproof.notation.tex.brackets import matched
from lossproof.notation.tex.conventions import Conventions, conventions_of
from lossproof.notation.tex.dimensions import with_ends
from lossproof.notation.tex.grammar import Grammar
from lossproof.notation.tex.known import KNOWN
from lossproof.notation.tex.latex_clauses import clauses_of, several
from lossproof.notation.tex.readings import NotUnderstood
from lossproof.notation.tex.rows import latex_atoms
from lossproof.notation.traverse import Part, children, rebuild
from lossproof.notation.tree import Call, Node

__all__ = ["is_latex", "latex_where", "parse_latex", "parse_latex_chain", "parse_latex_equation", "parse_latex_pair"]

_MARKS = re.compile(r"\\|\$")
_DELIMITERS = re.compile(r"\A\s*(?:\$\$(.*?)\$\$|\$(.*?)\$|\\\[(.*?)\\\]|\\\((.*?)\\\))\s*\Z", re.DOTALL)


def is_latex(text: str) -> bool:
    """Whether a text is meant as LaTeX: it holds a backslash or a dollar sign."""
    return _MARKS.search(text) is not None


def parse_latex(text: str, data: Iterable[str] = ()) -> Node:
    """The tree of one formula in LaTeX; `RejectedText`, with a caret under the place, for anything else.

    ``data`` are names known to be indexed, so that ``P_0`` is the element ``P[0]`` and not the name ``P0``.
    """
    return parse_latex_pair((text,), data)[0]


def parse_latex_equation(text: str, data: Iterable[str] = ()) -> tuple[Node | None, Node]:
    """``left = right`` as two trees; the left one is None where there is no ``=``."""
    trees = parse_latex_chain(text, data)
    if len(trees) > 2:
        raise rejected("One '=' stands in an equation.", text, text.rindex("="))
    return (None, trees[0]) if len(trees) == 1 else (trees[0], trees[1])


def parse_latex_chain(text: str, data: Iterable[str] = (), names: Iterable[str] = ()) -> tuple[Node, ...]:
    """``a = b = c`` as trees, one where there is no ``=``; ``names`` are letters side by side that are one name."""
    row = _row(text)
    places = [place for place, atom in enumerate(row) if atom.kind == "relation" and atom.text == "="]
    starts, ends = [0, *(place + 1 for place in places)], [*places, len(row)]
    sides = [row[start:end] for start, end in zip(starts, ends, strict=True)]
    return _trees(sides, [text] * len(sides), data, names)


def parse_latex_pair(texts: Sequence[str], data: Iterable[str] = ()) -> tuple[Node, ...]:
    """Formulas that belong together, such as the two sides of a claim: they share their conventions."""
    return _trees([_row(text) for text in texts], list(texts), data)


def _row(text: str) -> Row:
    """The row keeps its places in ``text``: what is not formula is blanked."""
    found = _DELIMITERS.match(text)
    if found:
        inside = next(place for place in range(1, 5) if found.group(place) is not None)
        start, end = found.span(inside)
        text = " " * start + text[start:end]
    elif "$" in text:
        raise rejected("A '$' stands at both ends of a formula or nowhere.", text, text.index("$"))
    return matched(latex_atoms(text), text)


def _trees(
    rows: Sequence[Row], texts: Sequence[str], data: Iterable[str], names: Iterable[str] = ()
) -> tuple[Node, ...]:
    found = conventions_of(rows, names)
    conventions = replace(found, arrays=found.arrays | set(data), subscripted=found.subscripted | set(data))
    read = [_read(row, text, conventions) for row, text in zip(rows, texts, strict=True)]
    return tuple(_bounded(node, text) for node, text in zip(with_ends(read), texts, strict=True))


def _read(row: Row, text: str, conventions: Conventions) -> Node:
    try:
        return close(Grammar(conventions).read(row))
    except NotUnderstood as error:
        raise rejected(error.sentence, text, min(error.place or 0, len(text))) from error


def _bounded(node: Node, text: str) -> Node:
    try:
        measure_tree(node)
    except RejectedText as error:
        raise rejected(error.sentence, text, 0) from error
    return node


def close(node: Node) -> Node:
    """``node`` with the functions that everybody knows put in; `NotUnderstood` for a call of any other."""
    return _closed(node)


def _closed(part: Part) -> Node:
    parts = [_closed(child) for child in children(part)]
    if not isinstance(part, Call) or part.function in FUNCTIONS:
        return rebuild(part, parts)  # type: ignore[return-value,type-var]
    rule = KNOWN.get((part.function, len(parts)))
    if rule is None:
        raise NotUnderstood(f"The function {part.function!r} is not known here.")
    return rule(*parts)


def latex_where(where: str, conventions: Conventions | None = None) -> str:
    """A where text whose clauses may be LaTeX, in the text grammar; clauses that are none stay as they are."""
    return "; ".join(_clause(clause, conventions) if is_latex(clause) else clause for clause in where.split(";"))


def _clause(text: str, conventions: Conventions | None) -> str:
    row = _row(text)
    held = conventions or conventions_of([row])
    return "; ".join(clause for part in several(row) for clause in _clauses_of_one(part, text, held))


def _clauses_of_one(row: Row, text: str, conventions: Conventions) -> list[str]:
    try:
        found = clauses_of(row, conventions)
    except NotUnderstood as error:
        raise rejected(error.sentence, text, min(error.place or 0, len(text))) from error
    if found is None:
        place = row[0].start if row else 0
        raise rejected("A clause says what a quantity is: y \\in \\{0, 1\\}, 0 < p < 1.", text, place)
    return found
