"""The usual reading of a side before anything is judged, and clauses that values of a name make."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossproof.errors import RejectedText
from lossproof.notation import to_text
from lossproof.notation.domains import exact_value
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.conventions import Conventions
from lossproof.notation.tex.grammar import Grammar
from lossproof.notation.tex.matrices import LETTERS
from lossproof.notation.tree import (
    Comparison,
    Condition,
    Indexed,
    Name,
    Node,
    Number,
)
from lossproof.notes.statements import Statement


def filled_sides(statement: Statement) -> tuple[Row, ...]:
    return tuple(side for side in statement.sides if side)


def usual_reading(row: Row, conventions: Conventions) -> Node | None:
    """A side as a number, or as the component of a vector."""
    for component in (None, LETTERS[0]):
        try:
            return Grammar(conventions, component=component).read(row)
        except RejectedText:
            continue
    return None


def joined(statement: Statement) -> list[Row]:
    """The sides of a statement as one row with its relations, as they were written."""
    if statement.relations == ("range",):
        return [statement.sides[0]]
    row = list(statement.sides[0])
    for relation, side in zip(statement.relations, statement.sides[1:], strict=True):
        place = side[0].start if side else 0
        row = [*row, Atom("relation", relation, place, place), *side]
    return [tuple(row)]


def values_of(covered: Sequence[Condition], condition: Condition) -> list[str]:
    """``y = 1``, ``y = 0`` as the only cases say that y is one of them."""
    if not isinstance(condition, Comparison) or condition.operator != "==":
        return []
    value = exact_value(condition.right)
    if value not in (Fraction(0), Fraction(1), Fraction(-1)) or not isinstance(condition.left, Name | Indexed):
        return []
    other = Fraction(-1) if value == -1 else 1 - value
    return set_clause(condition.left, [Number(value), Number(other)])


def set_clause(name: Name | Indexed, values: Sequence[Node]) -> list[str]:
    """A quantity that is given several values is one of them."""
    numbers = sorted({value for node in values if (value := exact_value(node)) is not None})
    if len(numbers) < 2:
        return []
    letters = isinstance(name, Indexed) and all(isinstance(index, Name) for index in name.indices)
    target = to_text(name) if isinstance(name, Name) or letters else name.name
    return [f"{target} in {{{', '.join(map(str, numbers))}}}"]
