"""``x_1`` of a vector x: its component with that number, unless the numbers say which of several vectors is meant.

w^\\top x = w_1 x_1 + w_2 x_2     components        w_1^\\top x,  \\|x_1 - x_2\\|,  W_1 x     numbered vectors
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lossproof.notation.tex.atom_looks import base_of, is_transposed, rows_of
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.conventions import Conventions


def with_components(conventions: Conventions, rows: Sequence[Row]) -> Conventions:
    """``conventions`` with a number below a vector as an index, where it can be nothing else."""
    every = [row for whole in rows for row in rows_of(whole)]
    letters = [atom for row in every for atom in row if atom.kind == "letter"]
    if any(_is_numbered(atom) and base_of(atom) in conventions.matrices for atom in letters):
        return conventions
    alone = {base_of(atom) for atom in letters if atom.sub is None}
    numbered = {base_of(atom) for atom in letters if _is_numbered(atom) and not atom.font}
    found = (conventions.vectors - conventions.families) & alone & numbered
    whole = {base_of(atom) for row in every for atom in _whole(row)}
    return replace(conventions, subscripted=conventions.subscripted | (found - whole))


def _is_numbered(atom: Atom) -> bool:
    below = atom.sub or ()
    return len(below) == 1 and below[0].kind == "number" and "." not in below[0].text


def _whole(row: Row) -> Iterator[Atom]:
    """The numbered letters that are vectors themselves: transposed or beside one that is, inside a norm."""
    for atom in row:
        if atom.kind == "bracket" and atom.text == "‖":
            yield from (inner for part in rows_of(atom.parts[0]) for inner in part if _is_numbered(inner))
        elif _is_numbered(atom) and is_transposed(atom):
            yield atom
    values = [atom for atom in row if atom.kind != "text"]
    for before, after in itertools.pairwise(values):
        if is_transposed(before) and _is_numbered(after):
            yield after
