"""Which terms of a formula are new: what a step's page marks.

    new_terms(log(yp)*yt, (log(P),))   ->   {log(yp), yt}

A term is new when it stands nowhere in the formulas that the step uses. Reported are the smallest terms that
explain the difference, so that ``-(1/M)*sum(...)`` marks ``-(1/M)`` and not the sum it was put before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lossproof.notation import walk
from lossproof.notation.traverse import Part, children
from lossproof.notation.tree import Indexed, Node

# A formula of which more than this part is new has nothing in it to point at.
_ALL_NEW = 0.7


def new_terms(formula: Node, known: Iterable[Node]) -> frozenset[Node]:
    """The smallest terms of ``formula`` that occur in none of ``known``; empty where nearly all is new."""
    seen = {term for other in known for term in walk(other)}
    new = frozenset(_new(formula, seen))
    covered = sum(_leaves(term) for term in _outermost(formula, new))
    return frozenset() if covered > _ALL_NEW * _leaves(formula) else new


def _new(term: Part, seen: set[Part]) -> Iterator[Node]:
    if term in seen:
        return
    # an element of data is one thing to the eye: x[m, j] is new, and not its j alone
    below = () if isinstance(term, Indexed) else children(term)
    if isinstance(term, Node) and not any(part in seen for child in below for part in walk(child)):
        yield term
        return
    inner = [new for child in below for new in _new(child, seen)]
    # a term with no old part in it is new as a whole, and so is one that is only put together anew
    if isinstance(term, Node) and (not inner or inner == list(below)):
        yield term
    else:
        yield from inner


def _outermost(formula: Part, marked: frozenset[Node]) -> Iterator[Part]:
    if formula in marked:
        yield formula
        return
    for child in children(formula):
        yield from _outermost(child, marked)


def _leaves(formula: Part) -> int:
    return sum(1 for term in walk(formula) if not children(term))
