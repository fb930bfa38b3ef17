"""Sums and products: their bounds, how far they reach, and an index that was left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, cast

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.tex.atom_looks import USUAL_INDICES, bound_letters, walk_atoms
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.characters import GREEK_NAMES
from lossproof.notation.tex.cursor import Cursor
from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notation.traverse import children, free_names, rebuild, substitute_tree
from lossproof.notation.tree import Binary, Call, Cases, Comparison, Indexed, Name, Node, Number, Reduction, Truth

if TYPE_CHECKING:
    from lossproof.notation.tex.grammar import Grammar

UNKNOWN = "?"
"""``?i`` stands for an end that is not written; the formulas around tell it, see `dimensions`."""
_WORDS = {
    "int": "An integral",
    "lim": "A limit",
    "argmax": "The place of a maximum",
    "argmin": "The place of a minimum",
    "sup": "A supremum",
    "inf": "An infimum",
}


@dataclass(frozen=True, slots=True)
class Range:
    """One bound letter with its ends; ``but`` is the element that is left out."""

    letter: str
    low: Node
    high: Node
    but: Node | None = None


def read_big(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """A sum or a product with all that it reaches over."""
    if atom.text not in {"sum", "prod"}:
        raise Beyond(f"{_WORDS.get(atom.text, 'This operator')} is beyond scalar formulas.", atom.start)
    ranges = ranges_of(grammar, atom)
    letter = ranges[-1].letter if ranges else left_out_letter(cursor.row[cursor.place :])
    if not ranges:
        ranges = [Range(letter, _one(), _upper(grammar, atom, letter))]
    start = cursor.place
    body = reached(grammar, cursor, [held.letter for held in ranges], start)
    body = put_in(grammar, body, ranges[0].letter, cursor.row[start : cursor.place])
    for held in reversed(ranges):
        body = reduced(cast(Literal["sum", "prod"], atom.text), body, held)
    return body


def read_logsumexp(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """``\\operatorname*{logsumexp}_{k=1}^{K} (z_k)``, as the printer writes it."""
    held = ranges_of(grammar, atom)
    if len(held) != 1 or held[0].but is not None:
        raise NotUnderstood("The range of this logsumexp is not understood.", atom.start)
    return Reduction("logsumexp", grammar.product(cursor), held[0].letter, held[0].low, held[0].high)


def _one() -> Node:
    return Number(Fraction(1))


def reduced(kind: Literal["sum", "prod"], body: Node, held: Range) -> Node:
    """The reduction; an element that is left out is taken from a sum, and is 1 in a product."""
    if held.but is None:
        return Reduction(kind, body, held.letter, held.low, held.high)
    if kind == "prod":
        at = Comparison("==", Name(held.letter), held.but)
        return Reduction(kind, Cases(((_one(), at), (body, Truth()))), held.letter, held.low, held.high)
    left_out = substitute_tree(body, {held.letter: held.but})
    return Binary("-", Reduction(kind, body, held.letter, held.low, held.high), left_out)


def ranges_of(grammar: Grammar, atom: Atom) -> list[Range]:
    """The bound letters below with their ends; empty where nothing stands below."""
    if not atom.sub:
        return []
    pieces: list[Row] = [()]
    for part in atom.sub:
        if part.kind == "separator" and part.text in {",", "\n"}:
            pieces.append(())
        else:
            pieces[-1] = (*pieces[-1], part)
    return [_range(grammar, piece, atom) for piece in pieces if piece and piece[0].kind != "dots"]


def _range(grammar: Grammar, piece: Row, atom: Atom) -> Range:
    first = piece[0]
    relations = [place for place, part in enumerate(piece) if part.kind == "relation"]
    if len(relations) == 2:
        return _between(grammar, piece, relations, atom)
    if first.kind not in {"letter", "word"} or (len(first.text) > 1 and first.text not in {"ell"}) or not first.bare:
        raise Beyond("A sum over a set is beyond scalar formulas.", atom.start)
    letter = first.text
    if len(piece) == 1:
        return Range(letter, _one(), _upper(grammar, atom, letter))
    return _with_relation(grammar, piece, letter, atom)


def _with_relation(grammar: Grammar, piece: Row, letter: str, atom: Atom) -> Range:
    relation, rest = piece[1], piece[2:]
    if relation.text == "=":
        dotted = next((place for place, part in enumerate(rest) if part.kind == "dots"), None)
        if dotted is not None:
            return Range(letter, grammar.inside(rest[:1]), grammar.inside(rest[dotted + 1 :]))
        return Range(letter, grammar.inside(rest), _upper(grammar, atom, letter))
    if relation.text == "!=":
        return Range(letter, _one(), _upper(grammar, atom, letter), grammar.inside(rest))
    raise Beyond("A sum over a set or under a condition is beyond scalar formulas.", atom.start)


def _between(grammar: Grammar, piece: Row, relations: list[int], atom: Atom) -> Range:
    """``1 \\le i \\le n``."""
    first, second = relations
    middle = piece[first + 1 : second]
    if len(middle) != 1 or piece[first].text != "<=" or piece[second].text != "<=":
        raise Beyond("A sum under a condition is beyond scalar formulas.", atom.start)
    return Range(middle[0].text, grammar.inside(piece[:first]), grammar.inside(piece[second + 1 :]))


def _upper(grammar: Grammar, atom: Atom, letter: str) -> Node:
    return grammar.inside(atom.sup) if atom.sup else Name(f"{UNKNOWN}{letter}")


def left_out_letter(row: Row) -> str:
    """The index of a sum without one: the first letter that is an index in what follows, else i."""
    for atom in walk_atoms(row):
        for scripts in (atom.sub or (), atom.sup or ()):
            for part in walk_atoms(scripts):
                if part.kind == "letter" and part.text in USUAL_INDICES:
                    return part.text
    return "i"


def reached(grammar: Grammar, cursor: Cursor, letters: list[str], start: int) -> Node:
    """The product behind the sign, and the terms after it that hold its index."""
    body = grammar.unary(cursor) if cursor.at_sign() else grammar.product(cursor)
    asked = False
    while cursor.at_sign() and _next_term_belongs(cursor, letters, cursor.row[start : cursor.place]):
        ways = ("the sum reaches over the terms that hold its index", "the sum ends before the next sign")
        if not asked and grammar.choices.choose(ways):
            return body
        asked = True
        sign = cursor.advance().text
        body = Binary("-" if sign == "-" else "+", body, grammar.product(cursor))
    return body


def _next_term_belongs(cursor: Cursor, letters: list[str], body: Row) -> bool:
    """Whether the term behind the sign holds an index of the sum, or names that stand in its body without one."""
    term = tuple(_term(cursor.row[cursor.place + 1 :]))
    if _holds(term, letters):
        return True
    if any(atom.text in letters and atom.kind == "letter" for atom in walk_atoms(body)):
        return False
    if any(atom.kind == "big" for atom in walk_atoms(term)):
        return False
    shared = {atom.text for atom in walk_atoms(body) if atom.kind in {"letter", "word"}}
    return any(atom.kind in {"letter", "word"} and atom.text in shared for atom in walk_atoms(term))


def _holds(row: Row, letters: list[str]) -> bool:
    """Whether a letter occurs outside of sums of its own, which reach to the end of their row."""
    for atom in row:
        if _binds(atom, letters):
            return False
        if atom.kind == "letter" and atom.text in letters:
            return True
        if any(_holds(part, letters) for part in (*atom.parts, atom.sub or (), atom.sup or ())):
            return True
    return False


def _binds(atom: Atom, letters: list[str]) -> bool:
    return atom.kind == "big" and (not atom.sub or bool(set(bound_letters(atom)) & set(letters)))


def _term(row: Row) -> Iterator[Atom]:
    """The atoms up to the next sign between terms."""
    for place, atom in enumerate(row):
        if place and atom.kind == "operator" and atom.text in "+-" and not _times_before(row, place):
            return
        yield atom


def _times_before(row: Row, place: int) -> bool:
    before = row[place - 1]
    return before.kind == "operator" and before.text in "*/"


def put_in(grammar: Grammar, body: Node, letter: str, row: Row) -> Node:
    """The body with its index put in where it was left out: at data, or at all Latin names where there is none."""
    if (
        not grammar.conventions.fills
        or letter in free_names(body)
        or any(part.text == letter for part in walk_atoms(row) if part.kind == "letter")
    ):
        return body
    families = grammar.conventions.data
    if not grammar.conventions.indexed:
        return _indexed(body, letter, None, grammar)
    return _indexed(body, letter, families, grammar)


def _indexed(node: Node, letter: str, names: frozenset[str] | None, grammar: Grammar) -> Node:
    """``node`` with ``letter`` as index of the names that vary: those in ``names``, or all that are Latin."""
    if isinstance(node, Name) and _varies(node.name, names):
        grammar.left_out.add(node.name)
        return Indexed(node.name, (Name(letter),))
    if isinstance(node, Reduction):
        return node
    if isinstance(node, Call) and names is None and not _is_known(node.function):
        grammar.left_out.add(node.function)
        return Indexed(node.function.replace("'", "_prime"), (Name(letter),))
    parts = [_indexed(child, letter, names, grammar) if isinstance(child, Node) else child for child in children(node)]
    return rebuild(node, parts)


def _varies(name: str, names: frozenset[str] | None) -> bool:
    if name.startswith(UNKNOWN):
        return False
    return name in names if names is not None else name[0].isascii() and _latin(name)


def _latin(name: str) -> bool:
    return name.split("_")[0] not in {*GREEK_NAMES.values(), "lambda"}


def _is_known(function: str) -> bool:
    return function in FUNCTIONS
