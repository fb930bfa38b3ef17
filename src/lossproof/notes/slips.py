"""Slips that show in a definition by itself: nobody divides by 1 or writes a number behind what it multiplies.

1 / 1 + e^{-x}    a bracket is lost        \\sigma_q2, (x - \\mu)2    a caret is lost
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lossproof.notation import walk
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tree import Binary, Node, Number
from lossproof.notes.chain_parts import with_part

BRACKET = "Dividing by 1 changes nothing: a bracket seems to be lost."
CARET = "A number stands behind what it multiplies: a caret seems to be lost."


@dataclass(frozen=True, slots=True)
class Slip:
    """What was probably meant, and a sentence."""

    meant: Node
    sentence: str


def lost_bracket(node: Node) -> Slip | None:
    """``a / 1 + b`` for ``a / (1 + b)``."""
    found = next((part for part in walk(node) if _divides_by_one(part)), None)
    if not isinstance(found, Binary) or not isinstance(found.left, Binary):
        return None
    below = Binary(found.operator, found.left.right, found.right)
    return Slip(with_part(node, found, Binary("/", found.left.left, below)), BRACKET)


def _divides_by_one(part: Any) -> bool:
    is_sum = isinstance(part, Binary) and part.operator in "+-" and isinstance(part.left, Binary)
    return is_sum and part.left.operator == "/" and isinstance(part.left.right, Number) and part.left.right.value == 1


def lost_carets(row: Row) -> Row | None:
    """The row with the numbers behind names with a subscript, and behind brackets, as powers; None without any."""
    found = tuple(_with_carets(row))
    return None if found == row else found


def _with_carets(row: Row) -> Iterator[Atom]:
    waiting: Atom | None = None
    for place, atom in enumerate(row):
        atom = _inside(atom)
        if waiting is not None and _is_lone_digit(row, place, waiting):
            waiting = replace(waiting, sup=(atom,), end=atom.end)
            continue
        if waiting is not None:
            yield waiting
        waiting = atom
    if waiting is not None:
        yield waiting


def _inside(atom: Atom) -> Atom:
    parts = tuple(lost_carets(part) or part for part in atom.parts)
    return atom if parts == atom.parts else replace(atom, parts=parts)


def _is_lone_digit(row: Row, place: int, before: Atom) -> bool:
    """``2`` at once behind a value that takes a power, with no further factor behind it."""
    atom = row[place]
    following = row[place + 1] if place + 1 < len(row) else None
    ends = following is None or following.kind in {"operator", "relation", "separator", "align", "close"}
    is_digit = atom.kind == "number" and atom.bare and atom.text in {"2", "3", "4"} and atom.start == before.end
    has_index = before.sub is not None and any(part.kind != "number" for part in before.sub)
    takes = (before.kind == "letter" and has_index) or (before.kind == "bracket" and before.text in "([")
    return is_digit and ends and takes and before.sup is None
