"""Where a function of the table is defined and what its values are, as domains: the row's clauses, read once."""

from __future__ import annotations

from functools import cache

from lossproof.functions.table import ARGUMENTS, FUNCTIONS
from lossproof.notation.assumption_text import parse_assumptions
from lossproof.notation.assumptions import Interval


@cache
def domains(name: str) -> tuple[Interval, ...]:
    """Of each argument of the function, or of every argument where it takes any number.

        domains("log1p")   x > -1          domains("xlogy")   x real, y > 0

    An end may hold the letters of the arguments: -1 < y < x + 1.
    """
    row = FUNCTIONS[name]
    said = parse_assumptions(row.where)
    return tuple(_interval(said.scalar(letter)) for letter in ARGUMENTS[: row.most or 1])


@cache
def image(name: str) -> Interval:
    """Between which numbers the values lie, for arguments in `domains`."""
    return _interval(parse_assumptions(FUNCTIONS[name].image).scalar("f"))


def _interval(domain: object) -> Interval:
    assert isinstance(domain, Interval)
    return domain
