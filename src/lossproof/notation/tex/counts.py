"""What people leave unsaid of a sum in LaTeX: its upper end n is no smaller than what lies before its first index.

sum_{k=1}^n      n >= 0        sum_{k=0}^{n}      n >= -1        sum_{k=0}^{n-1}      n >= 0
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from lossproof.errors import RejectedText
from lossproof.notation.assumptions import Assumptions, Interval
from lossproof.notation.domains import combine
from lossproof.notation.traverse import free_names, walk
from lossproof.notation.tree import Binary, Name, Node, Number, Reduction


def with_counts(assumptions: Assumptions, *nodes: Node) -> Assumptions:
    """``assumptions`` with the least value of every end of a sum that is said nothing of."""
    scalars = dict(assumptions.scalars)
    defined = {name for name, _ in assumptions.definitions}
    free = frozenset[str]().union(*map(free_names, nodes))
    for name, least in _ends(nodes):
        if name in assumptions.scalars or name in defined or name not in free:
            continue
        bound = Interval(low=Number(least), integer=True)
        try:
            scalars[name] = combine(scalars[name], bound) if name in scalars else bound
        except RejectedText:
            continue
    return replace(assumptions, scalars=scalars)


def _ends(nodes: tuple[Node, ...]) -> Iterator[tuple[str, Fraction]]:
    """The names at the upper ends of sums and products, with their least values."""
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Reduction) and isinstance(part.low, Number):
                name, shift = _shifted(part.high)
                if name:
                    yield name, part.low.value - 1 - shift


def _shifted(end: Node) -> tuple[str, Fraction]:
    """``n`` and -1 of ``n - 1``; no name where the end is something else."""
    if isinstance(end, Name):
        return end.name, Fraction(0)
    if isinstance(end, Binary) and isinstance(end.left, Name) and isinstance(end.right, Number):
        signs = {"+": 1, "-": -1}
        return (end.left.name, end.right.value * signs[end.operator]) if end.operator in signs else ("", Fraction(0))
    return "", Fraction(0)
