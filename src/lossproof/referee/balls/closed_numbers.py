"""Numbers that are written alike are equal, which no ball can tell of irrational ones: pi/2 - pi/2 = 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from lossproof.notation import tree
from lossproof.notation.traverse import children, data_names, free_names, rebuild

_E = tree.Constant("e")
_EXP_OF_ONE = tree.Call("exp", (tree.Number(Fraction(1)),))


def is_same_number(left: tree.Node, right: tree.Node) -> bool:
    """Whether both are the same formula, without names in it."""
    return is_closed(left) and is_closed(right) and _plain(left) == _plain(right)


def is_closed(node: tree.Node) -> bool:
    """Whether a formula has the same value at every point."""
    return not free_names(node) and not data_names(node)


def distinct(arguments: Iterable[tree.Node]) -> Iterator[tree.Node]:
    """The arguments without numbers that were there before: of equal ones Max is any."""
    seen: list[tree.Node] = []
    for argument in arguments:
        if not any(is_same_number(argument, other) for other in seen):
            seen.append(argument)
            yield argument


def _plain(part: Any) -> Any:
    """The same with e for exp(1), and numbers whatever they were read from."""
    if isinstance(part, tree.Number):
        return tree.Number(part.value)
    found = rebuild(part, [_plain(child) for child in children(part)])
    return _E if found == _EXP_OF_ONE else found
