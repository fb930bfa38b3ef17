r"""``\sigma(-x) = 1 - \sigma(x)`` in a note whose x is a vector: what is said of a function, x being any number.

A formula that holds one letter and functions of numbers says nothing about the data that elsewhere have that letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.tex.atom_looks import base_of, function_name, walk_atoms
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.calls import USUAL_FUNCTIONS
from lossproof.notation.tex.conventions import Conventions

_CONSTANTS = frozenset({"d", "e", "pi"})
_OF_MANY = frozenset({"max", "min", "ln"})
_JOINING = ("number", "group", "frac", "sqrt", "operator", "relation", "separator", "align", "text", "partial")


def of_one_number(rows: Sequence[Row], conventions: Conventions) -> Conventions | None:
    """``conventions`` with the one letter of ``rows`` as a number; None where they speak of anything else."""
    atoms = [atom for row in rows for atom in walk_atoms(row)]
    others = [atom for atom in atoms if not _is_function(atom, conventions)]
    letters = {base_of(atom) for atom in others if atom.kind == "letter"} - _CONSTANTS
    if len(letters) != 1 or not letters <= conventions.vectors or not all(map(_is_plain, others)):
        return None
    held = ("vectors", "families", "counted", "arrays", "data", "subscripted")
    return replace(conventions, **{name: getattr(conventions, name) - letters for name in held})


def _is_function(atom: Atom, conventions: Conventions) -> bool:
    """Whether an atom is the name of a function of numbers."""
    if atom.kind == "function":
        is_known = atom.text in FUNCTIONS and len(FUNCTIONS[atom.text].derivative) == 1
        return atom.sub is None and (is_known or atom.text in _OF_MANY)
    is_name = atom.kind in {"letter", "word"} and atom.sub is None
    return is_name and (function_name(atom) in conventions.functions or base_of(atom) in USUAL_FUNCTIONS)


def _is_plain(atom: Atom) -> bool:
    """A letter without an index, or what joins letters; a norm and a sum speak of vectors."""
    if atom.kind == "letter":
        return atom.sub is None and not atom.marks
    if atom.kind == "bracket":
        return atom.sub is None and atom.text in {"(", "[", "{", "."}
    return atom.kind in _JOINING
