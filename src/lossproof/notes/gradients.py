"""The formulas of a note with what each gradient is taken by, as far as the note says it where it defines functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lossproof.notation.tex.gradients import arguments_of, with_variables
from lossproof.notes.statements import Parsed, Statement


def with_gradients(parsed: Sequence[Parsed]) -> list[Parsed]:
    """``parsed`` with the argument of the function behind it below every sign that has nothing there."""
    chains = (each.sides for one in parsed for each in one.statements if each.relations[:1] in {("=",), (":=",)})
    arguments = arguments_of(chains)

    def written(statement: Statement) -> Statement:
        sides = tuple(with_variables(side, arguments) for side in statement.sides)
        other = tuple(tuple(with_variables(side, arguments) for side in way) for way in statement.other)
        return replace(statement, sides=sides, other=other)

    return [replace(one, statements=tuple(map(written, one.statements))) for one in parsed]
