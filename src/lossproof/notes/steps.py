"""Equations that a note solves step by step: the left side is an old or new value, or stands in the names on the right.

\\mu = \\frac{\\sum_n \\gamma_n x_n}{\\sum_n \\gamma_n}    a step, where the \\gamma_n were computed with \\mu
w_{new} = w_{old} - \\eta g                                 a value that every rule gives anew
"""

from __future__ import annotations

from lossproof.notation import walk
from lossproof.notation.tex.readings import NotUnderstood
from lossproof.notation.tree import Indexed, Name, Node, Reduction
from lossproof.notes.chain_parts import unsquared, without_derivatives
from lossproof.notes.definitions import Definitions
from lossproof.notes.put_in import Unfolding

GOES_BACK = "read as a step or as what holds at the solution: what is on the right was computed with the left side"
NEXT = ("_new", "_next")


def is_next_value(left: Node) -> bool:
    """``w_{new}`` and ``w^{\\text{new}}``: each rule for it says another value."""
    node = unsquared(left)
    return isinstance(node, Name | Indexed) and node.name.endswith(NEXT)


def goes_back(left: Node, right: Node, definitions: Definitions) -> bool:
    """Whether ``left`` is a parameter that ``right`` holds inside a sum over data, through names alone.

    The inverse of a definition holds it too, but never sums over data in which it is the same for all.
    """
    node = unsquared(left)
    if not isinstance(node, Name | Indexed) or any(held.name == node.name for held in definitions.held):
        return False
    if _holds(right, node):
        return False
    fresh = Definitions(list(definitions.held), definitions.means)
    try:
        whole = Unfolding(fresh, frozenset()).of(without_derivatives(right))
    except NotUnderstood:
        return False
    return any(isinstance(part, Reduction) and _holds(part.body, node, part.index) for part in walk(whole))


def _holds(body: Node, node: Name | Indexed, index: str = "") -> bool:
    """Whether the quantity stands in ``body``, not as the element that ``index`` says."""
    return any(
        isinstance(part, type(node))
        and part.name == node.name
        and not (isinstance(part, Indexed) and Name(index) in part.indices)
        for part in walk(body)
    )
