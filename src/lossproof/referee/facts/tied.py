"""What ties between quantities say of an element: with ``c[k] < c[k+1]``, c[j] < c[j+1] and c[j-1] < c[j]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import sympy as sp

from lossproof.notation import Scope, to_sympy
from lossproof.notation.assumptions import Assumptions, Tie

Tied = tuple[sp.Expr, str]
_MOST_FURTHER = 24


def scalar_ties(assumptions: Assumptions, scope: Scope) -> Iterator[Tied]:
    """The ties without index letters, as (left - right, order)."""
    yield from ((tied_difference(tie, scope), tie.order) for tie in assumptions.ties if not tie.letters)


def ties_around(elements: Sequence[sp.Indexed], assumptions: Assumptions, scope: Scope) -> Iterator[Tied]:
    """The ties of ``elements`` and, once more, of the elements that come in with these."""
    met = set(elements)
    around: list[Tied] = [
        tied for element in elements for tie in assumptions.ties for tied in element_ties(element, tie, scope)
    ]
    beside = dict.fromkeys(each for difference, _ in around for each in difference.atoms(sp.Indexed) if each not in met)
    further = (tied for element in beside for tie in assumptions.ties for tied in element_ties(element, tie, scope))
    yield from dict.fromkeys((*around, *islice(further, _MOST_FURTHER)))


def element_ties(element: sp.Indexed, tie: Tie, scope: Scope) -> Iterator[Tied]:
    """What the tie says of ``element``: with its letters so that one of its data is this element."""
    difference = tied_difference(tie, scope)
    if difference.has(sp.Sum, sp.Product):
        return
    for other in sorted(difference.atoms(sp.Indexed), key=sp.default_sort_key):
        values = _matched(other, element, tie.letters)
        if values is not None:
            yield _in_order(difference.subs(values, simultaneous=True)), tie.order


def tied_difference(tie: Tie, scope: Scope) -> sp.Expr:
    """left - right."""
    return _in_order(to_sympy(tie.left, scope) - to_sympy(tie.right, scope))


def _in_order(difference: sp.Expr) -> sp.Expr:
    """With every index as SymPy orders it: ``k + 1`` as it was read and as it is computed are two formulas there."""
    elements = {e: e.base[tuple(sp.Add(*sp.Add.make_args(i)) for i in e.indices)] for e in difference.atoms(sp.Indexed)}
    return difference.xreplace(elements)


def _matched(pattern: sp.Indexed, element: sp.Indexed, letters: tuple[str, ...]) -> dict[sp.Symbol, sp.Expr] | None:
    """The value of each letter at which ``pattern`` is ``element``; None where there is none."""
    if pattern.base != element.base or len(pattern.indices) != len(element.indices):
        return None
    values: dict[sp.Symbol, sp.Expr] = {}
    for index, place in zip(pattern.indices, element.indices, strict=True):
        symbols = [symbol for symbol in index.free_symbols if symbol.name in letters]
        if not symbols:
            if sp.expand(index - place) != 0:
                return None
            continue
        added = sp.expand(index - symbols[0])
        if len(symbols) > 1 or not added.is_Integer:
            return None
        if values.setdefault(symbols[0], place - added) != place - added:
            return None
    return values if {symbol.name for symbol in values} == set(letters) else None
