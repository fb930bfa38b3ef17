"""Declarations of vectors and matrices: ``w \\in \\mathbb{R}^d``, ``X \\in \\mathbb{R}^{n \\times d}``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lossproof.notation.tex.atom_looks import base_of
from lossproof.notation.tex.atoms import Atom, Row


@dataclass(frozen=True, slots=True)
class Declared:
    """A letter with the rows of its sizes, one for a vector and two for a matrix; ``family`` where it has an index."""

    name: str
    sizes: tuple[Row, ...]
    family: bool


def declared_in(row: Row) -> Iterator[Declared]:
    """The letters that a statement declares to be vectors or matrices; none where it declares no such thing."""
    row = tuple(atom for atom in row if not (atom.kind == "text" and not atom.text.strip()))
    places = [place for place, atom in enumerate(row) if atom.kind == "relation"]
    if len(places) != 1 or row[places[0]].text != "in" or len(row) != places[0] + 2:
        return
    sizes = _sizes(row[-1])
    letters = [atom for atom in row[: places[0]] if atom.kind != "separator"]
    if not sizes or not all(atom.kind in {"letter", "word"} for atom in letters):
        return
    yield from (Declared(base_of(atom), sizes, _has_index(atom)) for atom in letters)


def _has_index(atom: Atom) -> bool:
    return atom.sub is not None or atom.sup is not None


def _sizes(held: Atom) -> tuple[Row, ...]:
    """``n`` and ``d`` of ``\\mathbb{R}^{n \\times d}``; none for a set of numbers."""
    above = held.sup or ()
    if held.font != "double" or held.text not in {"R", "N", "Z"} or not above:
        return ()
    if len(above) == 1 and above[0].kind == "operator":
        return ()
    found: list[Row] = [()]
    for atom in above:
        if atom.kind == "operator" and atom.text == "*":
            found.append(())
        else:
            found[-1] = (*found[-1], atom)
    return tuple(found) if len(found) <= 2 and all(found) else ()
