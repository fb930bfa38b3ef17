"""The formulas of a note with what they leave out and others of them say: what a gradient is taken by, one sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from lossproof.notation.tex.atoms import Row
from lossproof.notation.tex.chosen import chosen_in, with_chosen
from lossproof.notation.tex.gradients import arguments_of, with_variables
from lossproof.notation.tex.prime_names import prime_names_in, with_prime_names
from lossproof.notes.statements import Parsed, Statement


def spelled_out(parsed: Sequence[Parsed]) -> list[Parsed]:
    """``parsed`` with the variable of each gradient below its sign, and labels of one sample without its letter.

    Primes that are part of a name are accents from here on.
    """
    primed = prime_names_in(each.sides for one in parsed for each in one.statements if each.relations)
    parsed = _changed(parsed, lambda row: with_prime_names(row, primed))
    statements = [each for one in parsed for each in one.statements]
    arguments = arguments_of(each.sides for each in statements if each.relations[:1] in {("=",), (":=",)})
    chosen = chosen_in(side for each in statements for side in each.sides)
    return _changed(parsed, lambda row: with_chosen(with_variables(row, arguments), chosen))


def _changed(parsed: Sequence[Parsed], change: Callable[[Row], Row]) -> list[Parsed]:
    def changed(statement: Statement) -> Statement:
        sides = tuple(map(change, statement.sides))
        return replace(statement, sides=sides, other=tuple(tuple(map(change, way)) for way in statement.other))

    return [replace(one, statements=tuple(map(changed, one.statements))) for one in parsed]
