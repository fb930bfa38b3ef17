"""One factory of SymPy symbols, so that scripts, claims and proofs mean the same symbol by the same name.

A symbol carries the SymPy assumptions that follow from its clause and no others: ``0 < yp < 1`` makes it
positive, ``yt in {0, 1}`` a nonnegative integer, and everything is real.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

import sympy

from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, IndexRange, Interval
from lossproof.notation.domains import exact_value
from lossproof.notation.names import check_name, check_variable

Facts = dict[str, bool]


class DataLabel(sympy.Symbol):
    """The label of indexed data: never equal to the scalar of the same name, so ``yt`` is not in ``yt[m]``."""

    __slots__ = ()


class Scope:
    """Symbols under ``assumptions``: `symbol` for scalars, `data` for indexed data, `index` for bound indices."""

    def __init__(self, assumptions: Assumptions | None = None) -> None:
        self.assumptions = assumptions or Assumptions()
        self._kinds = {
            member: group.kind for group in self.assumptions.groups if group.low is None for member in group.members
        }

    def symbol(self, name: str) -> sympy.Symbol:
        """The scalar ``name``."""
        facts = facts_of(self.assumptions.scalar(name)) | _GROUP_FACTS.get(self._kinds.get(name, ""), {})
        return sympy.Symbol(check_variable(name), **facts)

    def data(self, name: str) -> sympy.IndexedBase:
        """The indexed data ``name``; every element has the assumptions of the clause.

        What a group over a range says holds inside the range alone: ``p[0]`` of a simplex over 1..K is any real number.
        """
        facts = facts_of(self.assumptions.array(name))
        return sympy.IndexedBase(DataLabel(check_name(name), **facts))

    def index(self, name: str) -> sympy.Symbol:
        """A whole number that a sum or product runs through, or that picks an element."""
        return sympy.Symbol(check_variable(name), integer=True)


_GROUP_FACTS: dict[str, Facts] = {
    "one-hot": {"integer": True, "nonnegative": True},
    "simplex": {"real": True, "positive": True},
}


def facts_of(domain: Domain) -> Facts:
    """SymPy assumptions that hold for every value of ``domain``."""
    if isinstance(domain, FiniteSet):
        return _facts_of_values(domain.values)
    if isinstance(domain, IndexRange):
        return facts_of(Interval(domain.low, domain.high, integer=True))
    facts: Facts = {"integer": True} if domain.integer else {"real": True}
    facts |= _facts_of_low(exact_value(domain.low), domain.low_open)
    facts |= _facts_of_high(exact_value(domain.high), domain.high_open)
    if any(exact_value(node) == 0 for node in domain.excluded):
        facts |= _without_zero(facts)
    return facts


def _facts_of_values(values: Iterable[Fraction]) -> Facts:
    tests: dict[str, Callable[[Fraction], bool]] = {
        "integer": lambda value: value.denominator == 1,
        "positive": lambda value: value > 0,
        "negative": lambda value: value < 0,
        "nonnegative": lambda value: value >= 0,
        "nonpositive": lambda value: value <= 0,
        "nonzero": lambda value: value != 0,
    }
    held = list(values)
    return {"real": True} | {fact: True for fact, test in tests.items() if all(map(test, held))}


def _facts_of_low(low: Fraction | None, is_open: bool) -> Facts:
    if low is None or low < 0:
        return {}
    return {"positive": True} if low > 0 or is_open else {"nonnegative": True}


def _facts_of_high(high: Fraction | None, is_open: bool) -> Facts:
    if high is None or high > 0:
        return {}
    return {"negative": True} if high < 0 or is_open else {"nonpositive": True}


def _without_zero(facts: Facts) -> Facts:
    """What ``x != 0`` adds: a nonnegative quantity becomes positive."""
    stronger = {"nonnegative": "positive", "nonpositive": "negative"}
    return {"nonzero": True} | {stronger[fact]: True for fact in facts if fact in stronger}
