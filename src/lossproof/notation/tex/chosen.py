"""A label that says which class is meant: ``p_{y_i}`` beside ``\\mathbb{1}(y_i = k)`` of the one sample i.

Where no sum runs over the samples the label is one number, and the i below it says nothing: it is read as y.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lossproof.notation.tex.atom_looks import USUAL_INDICES, bound_letters, walk_atoms
from lossproof.notation.tex.atoms import Atom, Row

LABELS = frozenset({"y", "t", "c"})
Chosen = frozenset[tuple[str, str]]


def chosen_in(rows: Iterable[Row]) -> Chosen:
    """The labels, each with the letter of the sample, that stand below other letters and never change with a sum."""
    atoms = [atom for row in rows for atom in walk_atoms(row)]
    bound = {letter for atom in atoms if atom.kind == "big" for letter in bound_letters(atom)}
    below = {pair for atom in atoms if atom.kind == "letter" and (pair := _label(atom.sub or ())) is not None}
    found = {(label, sample) for label, sample in below if sample not in bound}
    every = [atom for atom in atoms if atom.kind == "letter"]
    return frozenset(pair for pair in found if all(_label((atom,)) == pair for atom in every if atom.text == pair[0]))


def _label(row: Row) -> tuple[str, str] | None:
    """``y`` and ``i`` of ``y_i`` alone."""
    if len(row) != 1 or row[0].kind != "letter" or row[0].text not in LABELS or row[0].marks or row[0].sup is not None:
        return None
    inside = row[0].sub or ()
    is_sample = len(inside) == 1 and inside[0].kind == "letter" and inside[0].bare
    return (row[0].text, inside[0].text) if is_sample and inside[0].text in USUAL_INDICES else None


def with_chosen(row: Row, chosen: Chosen) -> Row:
    """``row`` with the labels without their samples."""
    if not chosen:
        return row
    return tuple(_inside(atom, chosen) for atom in row)


def _inside(atom: Atom, chosen: Chosen) -> Atom:
    if _label((atom,)) in chosen:
        return replace(atom, sub=None)
    if not atom.parts and atom.sub is None and atom.sup is None:
        return atom
    parts = tuple(with_chosen(part, chosen) for part in atom.parts)
    sub, sup = (None if part is None else with_chosen(part, chosen) for part in (atom.sub, atom.sup))
    return replace(atom, parts=parts, sub=sub, sup=sup)
