"""Case distinctions, indicators and matrices."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Literal

from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.cursor import Cursor
from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notation.tree import (
    Cases,
    Comparison,
    Condition,
    Indicator,
    Junction,
    Node,
    Order,
    Truth,
)

if TYPE_CHECKING:
    from lossproof.notation.tex.grammar import Grammar

ORDERS: dict[str, Order] = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
OTHERWISE = frozenset({"otherwise", "else", "other", "elsewhere", "sonst", "それ以外", "その他", "otherwise."})
WORDS = frozenset({"if", "for", "when", "where", "falls", "si", "のとき", "の場合", "とき", "かつ"})


def read_environment(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """``cases``, or an array that stands in for it; a matrix is beyond scalar formulas."""
    if not is_case_distinction(atom):
        raise Beyond("Matrices are beyond scalar formulas.", atom.start)
    pieces = [_piece(grammar, cells, atom) for cells in atom.parts]
    if not pieces:
        raise NotUnderstood("This case distinction is empty.", atom.start)
    value, condition = pieces[-1]
    if not isinstance(condition, Truth):
        pieces[-1] = value, Truth()
        grammar.covered.append(condition)
    return Cases(tuple(pieces))


def is_case_distinction(atom: Atom) -> bool:
    """``cases``, an array of two columns, or a matrix whose second column says when: ``a & i = j``."""
    if atom.text in {"cases", "dcases", "rcases"}:
        return True
    two = all(len(cells) == 2 for cells in atom.parts)
    return two and (atom.text == "array" or (atom.text == "matrix" and all(map(_says_when, atom.parts))))


def _says_when(cells: Row) -> bool:
    behind = cells[1].parts[0]
    return any(part.kind == "relation" or part.text.strip().lower() in OTHERWISE | WORDS for part in behind)


def _piece(grammar: Grammar, cells: Row, atom: Atom) -> tuple[Node, Condition]:
    """``value & condition``; a value alone, or with a word, is the one for all other cases."""
    rows = [cell.parts[0] for cell in cells]
    if len(rows) == 1:
        rows = _split(rows[0])
    value = tuple(part for part in rows[0] if not (part.kind == "separator" and part is rows[0][-1]))
    condition = tuple(part for row in rows[1:] for part in row)
    return grammar.inside(value), condition_of(grammar, condition, atom)


def _split(row: Row) -> list[Row]:
    """A line of a case distinction without ``&``: the condition stands behind the first words or comma."""
    for place, part in enumerate(row):
        if part.kind == "text" or (part.kind == "separator" and place):
            return [row[:place], row[place:]]
    return [row]


def condition_of(grammar: Grammar, row: Row, atom: Atom) -> Condition:
    """A condition in words and comparisons; none, or "otherwise", always holds."""
    words = "".join(part.text for part in row if part.kind in {"text", "word"}).strip().lower()
    parts = tuple(part for part in row if not (part.kind == "text" or _is_padding(part)))
    if not parts or words in OTHERWISE or any(word in words for word in OTHERWISE):
        return Truth()
    return _junction(grammar, parts, atom)


def _is_padding(part: Atom) -> bool:
    return (part.kind == "word" and part.text.lower() in WORDS) or (
        part.kind == "separator" and part.text in {",", ".", ";", "quad", "qquad"}
    )


_JOINTS: tuple[tuple[str, Literal["or", "and"]], ...] = (("∨", "or"), ("∧", "and"))


def _junction(grammar: Grammar, row: Row, atom: Atom) -> Condition:
    """``\\lor`` binds weaker than ``\\land``."""
    for sign, word in _JOINTS:
        parts = _cut(row, sign)
        if len(parts) > 1:
            return Junction(word, tuple(_junction(grammar, part, atom) for part in parts))
    if len(row) == 1 and row[0].kind == "bracket" and row[0].bare:
        return _junction(grammar, row[0].parts[0], atom)
    if len(row) == 1 and row[0].text == "top":
        return Truth()
    return _comparison(grammar, row, atom)


def _cut(row: Row, sign: str) -> list[Row]:
    found: list[Row] = [()]
    for part in row:
        if part.kind == "operator" and part.text == sign:
            found.append(())
        else:
            found[-1] = (*found[-1], part)
    return found


def _comparison(grammar: Grammar, row: Row, atom: Atom) -> Condition:
    places = [place for place, part in enumerate(row) if part.kind == "relation"]
    if not places or any(row[place].text not in ORDERS for place in places):
        raise NotUnderstood("This condition is not understood.", row[0].start if row else atom.start)
    cuts = [-1, *places, len(row)]
    sides = [grammar.inside(row[a + 1 : b]) for a, b in itertools.pairwise(cuts)]
    found = [
        Comparison(ORDERS[row[place].text], left, right)
        for place, left, right in zip(places, sides, sides[1:], strict=False)
    ]
    return found[0] if len(found) == 1 else Junction("and", tuple(found))


def indicator(grammar: Grammar, atom: Atom, cursor: Cursor) -> Node:
    """``\\mathbf{1}[y = k]``, ``\\mathbb{1}(y=k)``, ``\\mathbb{1}_{\\{y=k\\}}``."""
    if atom.sub is not None:
        return Indicator(_junction(grammar, _plain(atom.sub), atom))
    if cursor.atom is None or cursor.atom.kind != "bracket":
        raise NotUnderstood("The condition of this indicator is missing.", atom.start)
    return indicator_of(grammar, cursor.advance())


def indicator_of(grammar: Grammar, bracket: Atom) -> Node:
    if bracket.sup is not None or bracket.sub is not None:
        raise NotUnderstood("A power of an indicator is the indicator; leave the exponent out.", bracket.start)
    return Indicator(_junction(grammar, _plain(bracket.parts[0]), bracket))


def _plain(row: Row) -> Row:
    while len(row) == 1 and row[0].kind in {"group", "bracket"} and row[0].bare:
        row = row[0].parts[0]
    return row
