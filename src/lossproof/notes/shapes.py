"""Which letters of a note are vectors and matrices: those it declares, and those that stand beside them.

X \\in \\mathbb{R}^{n \\times d}     X has rows and columns        y - Xw     y is a vector, since Xw is one
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lossproof.errors import RejectedText
from lossproof.notation.tex.atoms import Row
from lossproof.notation.tex.conventions import Conventions
from lossproof.notation.tex.declared import declared_in
from lossproof.notation.tex.dimensions import Sizes
from lossproof.notation.tex.grammar import Grammar
from lossproof.notation.tex.matrices import ONE, elements_of
from lossproof.notation.tex.readings import Beyond
from lossproof.notation.tex.tensors import Mismatch, Untyped
from lossproof.notation.tree import Node

MAX_INFERRED = 40
LETTERS_A_STATEMENT = 40
"""Indices that one statement may bind: those of two statements of one formula are told apart."""


def with_shapes(conventions: Conventions, rows: Iterable[Row], chains: Sequence[Sequence[Row]]) -> Conventions:
    """``conventions`` with the vectors and matrices that ``rows`` declare and ``chains`` show."""
    for row in rows:
        for each in declared_in(row):
            if len(each.sizes) == 2:
                conventions = replace(conventions, matrices=conventions.matrices | {each.name})
            else:
                conventions = _with_vector(conventions, each.name)
            if each.family:
                conventions = replace(conventions, families=conventions.families | {each.name})
    conventions = replace(conventions, rows=_rows_of(conventions))
    if not conventions.vectors and not conventions.matrices:
        return conventions
    for chain in chains:
        conventions = _inferred(conventions, chain)
    return conventions


def _with_vector(conventions: Conventions, name: str) -> Conventions:
    vectors, matrices = conventions.vectors | {name}, conventions.matrices - {name}
    return replace(conventions, vectors=vectors, matrices=matrices)


def _rows_of(conventions: Conventions) -> dict[str, str]:
    """``X`` of ``\\mathbf{X}`` whose rows are the vectors ``x_i``."""
    pairs = {name: name.lower() for name in conventions.matrices if name.isupper()}
    return {name: lower for name, lower in pairs.items() if lower in conventions.families & conventions.vectors}


def _inferred(conventions: Conventions, chain: Sequence[Row]) -> Conventions:
    """With what must be a vector or a matrix for the sides of one chain to have one size."""
    for _ in range(MAX_INFERRED):
        if not needs_elements(chain, conventions):
            return conventions
        try:
            elements_of(chain, conventions)
        except Untyped as error:
            if error.rank == 1:
                conventions = _with_vector(conventions, error.name)
            else:
                conventions = replace(conventions, matrices=conventions.matrices | {error.name})
        except RejectedText:
            return conventions
        else:
            return conventions
    return conventions


def needs_elements(chain: Sequence[Row], conventions: Conventions) -> bool:
    """Whether some side is no number as it stands."""
    for row in chain:
        try:
            Grammar(conventions).read(row)
        except RejectedText:
            return True
    return False


def elements(chain: Sequence[Row], conventions: Conventions, place: int) -> list[Node] | None:
    """The sides of the statement at ``place`` of its formula, element by element; None where they are not read so.

    `Mismatch` where a row is said to be a column.
    """
    if not chain or not (conventions.vectors or conventions.matrices or conventions.arrays):
        return None
    try:
        return elements_of(chain, conventions, place * LETTERS_A_STATEMENT)
    except Mismatch:
        raise
    except RejectedText:
        return None


def why_not(chain: Sequence[Row], conventions: Conventions) -> Beyond | None:
    """What of a chain of vectors and matrices is beyond this reader, where it is."""
    if not chain:
        return None
    try:
        elements_of(chain, conventions)
    except Beyond as error:
        return error
    except RejectedText:
        return None
    return None


def fitting(chain: Sequence[Row], conventions: Conventions, place: int) -> list[Node] | None:
    """The same; None also where the shapes do not fit."""
    try:
        return elements(chain, conventions, place)
    except Mismatch:
        return None


def say_sizes(rows: Iterable[Row], conventions: Conventions, sizes: Sizes) -> None:
    """Tell ``sizes`` what is declared."""
    for row in rows:
        for each in declared_in(row):
            for position, size in enumerate(each.sizes, -len(each.sizes)):
                try:
                    end = Grammar(conventions).read(size)
                except RejectedText:
                    continue
                name = conventions.rows.get(each.name, each.name)
                sizes.say(name, ONE, end, position)
