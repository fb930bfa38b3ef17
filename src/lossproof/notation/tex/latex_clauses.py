"""Assumptions as formulas, ``y \\in \\{0,1\\}``, ``0 < p < 1``, ``i = 1, \\dots, n``, into clauses of a where text."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from lossproof.notation.tex.atom_looks import is_range
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.conventions import Conventions
from lossproof.notation.tex.grammar import Grammar
from lossproof.notation.tex.readings import NotUnderstood
from lossproof.notation.text import to_text
from lossproof.notation.tree import Indexed, Name

ORDERS = frozenset({"<", "<=", ">", ">="})
SETS = {"R": "real", "N": "integer >= 0", "Z": "integer"}
POSITIVE_SETS = {"R": "> 0", "N": "integer >= 1", "Z": "integer >= 1"}


def several(row: Row) -> list[Row]:
    """A row cut at the commas between whole clauses: ``y \\in \\{0, 1\\}, 0 < p < 1, a, b > 0``."""
    found: list[Row] = [()]
    for place, atom in enumerate(row):
        if atom.kind == "separator" and atom.text == "," and _is_whole(found[-1]) and _begins_clause(row[place + 1 :]):
            found.append(())
        else:
            found[-1] = (*found[-1], atom)
    return found


def _is_whole(row: Row) -> bool:
    return row[-1:] != () and row[-1].kind != "dots" and any(atom.kind == "relation" for atom in row)


def _begins_clause(row: Row) -> bool:
    """Whether names, or one number, and a relation come next."""
    names = list(itertools.takewhile(lambda atom: atom.kind != "relation", row))
    are_names = all(atom.kind in {"letter", "word", "separator"} for atom in names)
    return len(names) < len(row) and (are_names or len(names) == 1)


def clauses_of(row: Row, conventions: Conventions) -> list[str] | None:
    """The clauses that a statement makes; None where it is no assumption, `NotUnderstood` where it is none we know."""
    row = tuple(atom for atom in row if not (atom.kind == "text" and not atom.text.strip()))
    relations = [place for place, atom in enumerate(row) if atom.kind == "relation"]
    if not relations:
        return None
    signs = [row[place].text for place in relations]
    if is_range(row):
        return _range(row, conventions)
    if signs in (["="], ["in"]) and (both := _both_signs(row[relations[0] + 1 :])):
        return [f"{name} in {{{', '.join(both)}}}" for name in _quantities(row[: relations[0]], conventions)]
    if signs == ["in", "="]:  # y_i \\in \\mathcal Y = \\{-1, 1\\}
        row, relations, signs = (*row[: relations[0] + 1], *row[relations[1] + 1 :]), relations[:1], ["in"]
    if signs == ["in"]:
        return _membership(row, relations[0], conventions)
    if set(signs) <= ORDERS or signs == ["!="]:
        return _comparison(row, relations, conventions)
    return None


def _quantities(row: Row, conventions: Conventions) -> list[str]:
    """``\\sigma_1, \\sigma_2`` in front of a relation: each name or element."""
    found: list[str] = []
    for piece in _listed(row):
        node = Grammar(conventions).read(piece)
        if not isinstance(node, Name | Indexed):
            raise NotUnderstood("An assumption is about one quantity.", piece[0].start)
        found.append(to_text(node))
    return found


def _listed(row: Row) -> list[Row]:
    found: list[Row] = [()]
    for atom in row:
        if atom.kind == "separator" and atom.text in {",", ";"}:
            found.append(())
        else:
            found[-1] = (*found[-1], atom)
    return [piece for piece in found if piece]


def _text(row: Row, conventions: Conventions) -> str:
    return to_text(Grammar(conventions).read(row))


def _range(row: Row, conventions: Conventions) -> list[str]:
    inside = row[2].parts[0] if row[2].kind == "bracket" else row[2:]
    if (without_end := _without_end(_listed(inside), conventions)) is not None:
        return [f"{row[0].text} {without_end}"]
    pieces = [piece for piece in _listed(inside) if piece[0].kind != "dots"]
    if len(pieces) < 2:
        raise NotUnderstood("This range is not understood; write i = 1, \\dots, n.", row[0].start)
    return [f"{row[0].text} in {_text(pieces[0], conventions)}..{_text(pieces[-1], conventions)}"]


def _without_end(pieces: Sequence[Row], conventions: Conventions) -> str | None:
    """What ``0, 1, 2, \\dots`` and ``\\dots, -1, 0, 1, \\dots`` say of a number; None where the list has an end."""
    if not pieces or pieces[-1][0].kind != "dots":
        return None
    return "integer" if pieces[0][0].kind == "dots" else f"integer >= {_text(pieces[0], conventions)}"


def _membership(row: Row, place: int, conventions: Conventions) -> list[str]:
    names, held = _quantities(row[:place], conventions), row[place + 1 :]
    if len(held) != 1:
        raise NotUnderstood("This set is not understood.", row[place].start)
    says = _set(held[0], conventions)
    return [says(name) for name in names]


def _values(row: Row, conventions: Conventions) -> tuple[str, ...]:
    """The values that one piece of a set stands for."""
    return _both_signs(row) or (_text(row, conventions),)


def _both_signs(row: Row) -> tuple[str, ...]:
    """``-1`` and ``1`` of ``\\pm 1``."""
    is_both = len(row) == 2 and row[0].kind == "operator" and row[0].text == "±" and row[1].kind == "number"
    return (f"-{row[1].text}", row[1].text) if is_both else ()


def _set(atom: Atom, conventions: Conventions) -> Callable[[str], str]:
    if atom.kind == "bracket" and atom.text == "{":
        inside = _listed(atom.parts[0])
        if (without_end := _without_end(inside, conventions)) is not None:
            return lambda name: f"{name} {without_end}"
        if any(piece[0].kind == "dots" for piece in inside):
            ends = f"{_text(inside[0], conventions)}..{_text(inside[-1], conventions)}"
            return lambda name: f"{name} in {ends}"
        values = ", ".join(text for piece in inside for text in _values(piece, conventions))
        return lambda name: f"{name} in {{{values}}}"
    if atom.kind == "bracket" and atom.text in {"(", "["}:
        return _interval(atom, conventions)
    kind = SETS.get(atom.text) if atom.font == "double" else None
    if kind is None:
        raise NotUnderstood("This set is not understood; write {0, 1}, (0, 1) or \\mathbb{R}.", atom.start)
    above = "".join(part.text for part in atom.sup or ())
    below = "".join(part.text for part in atom.sub or ())
    positive = "+" in (above, below) or below in {">0", "++"}
    if above not in {"", "+"}:
        raise NotUnderstood("A vector or a matrix is declared here; an assumption is about numbers.", atom.start)
    held = POSITIVE_SETS[atom.text] if positive else kind
    return lambda name: f"{name} {held}"


def _interval(atom: Atom, conventions: Conventions) -> Callable[[str], str]:
    ends = _listed(atom.parts[0])
    if len(ends) != 2:
        raise NotUnderstood("An interval has two ends.", atom.start)
    low, high = (None if _infinite(end) else _text(end, conventions) for end in ends)
    sign = "<" if atom.text == "(" else "<="
    if low is None or high is None:
        raise NotUnderstood("Write one bound as x > 0.", atom.start)
    return lambda name: f"{low} {sign} {name} {sign} {high}"


def _infinite(row: Row) -> bool:
    return any(atom.kind == "beyond" for atom in row)


def _comparison(row: Row, relations: Sequence[int], conventions: Conventions) -> list[str]:
    """``a < x``, ``0 < p < 1``, ``p, q > 0``; several names share one bound."""
    cuts = [-1, *relations, len(row)]
    sides = [row[a + 1 : b] for a, b in itertools.pairwise(cuts)]
    middle = 1 if len(sides) == 3 else 0
    if len(sides) > 3 or not all(sides):
        raise NotUnderstood("An assumption has at most two bounds.", row[0].start)
    if len(sides) == 2 and _is_number(sides[0]):
        middle = 1
    names = _quantities(sides[middle], conventions)
    texts = [_text(side, conventions) if number != middle else "" for number, side in enumerate(sides)]
    found = []
    for name in names:
        words = [name if number == middle else text for number, text in enumerate(texts)]
        signs = [row[place].text for place in relations]
        found.append(" ".join(word for pair in zip(words, [*signs, ""], strict=True) for word in pair).strip())
    return found


def _is_number(row: Row) -> bool:
    return all(atom.kind in {"number", "operator"} for atom in row)
