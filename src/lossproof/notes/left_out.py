"""An index that was left out everywhere in a chain: ``da/dz = a(1-a)`` of the a_i, ``y = w x + b`` of the y_i."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lossproof.notation import walk
from lossproof.notation.tex.readings import Beyond, Reading
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Derivative, Indexed, Name, Node, Reduction
from lossproof.notes.sides import Side

LETTER = "i"
TOLD = "the index that is left out is put in"


def put_in(sides: Sequence[Side], data: frozenset[str]) -> list[Side]:
    """The sides, read with the index at every name of ``data`` too, where a chain about one element says not which."""
    nodes = [side.node for side in sides if side.ways]
    if not nodes or not _asks(nodes, data):
        return list(sides)
    if any(isinstance(part, Indexed | Reduction) for node in nodes for part in walk(node)):
        return [_refused(side, data) for side in sides]
    return [replace(side, ways=(*side.ways, *(_with_index(way, data) for way in side.ways))) for side in sides]


def element(side: Side) -> Node | None:
    """The reading of a side with the index put in, if it has one."""
    return next((way.value for way in side.ways if TOLD in way.taken), None)


def _asks(nodes: Sequence[Node], data: frozenset[str]) -> bool:
    first = nodes[0]
    if isinstance(first, Name) and first.name in data:
        return True
    return any(_by_data(part, data) or _of_data(part, data) for node in nodes for part in walk(node))


def _by_data(part: Any, data: frozenset[str]) -> bool:
    return isinstance(part, Derivative) and isinstance(part.variable, Name) and part.variable.name in data


def _of_data(part: Any, data: frozenset[str]) -> bool:
    return isinstance(part, Derivative) and isinstance(part.body, Name) and part.body.name in data


def _refused(side: Side, data: frozenset[str]) -> Side:
    """A derivative by all data at once beside elements of them: nothing says what is meant."""
    if not side.ways or not any(_by_data(part, data) for part in walk(side.node)):
        return side
    error = Beyond("A derivative by data without their index is beyond scalar formulas; write which element varies.")
    return replace(side, ways=(), error=error)


def _with_index(way: Reading[Node], data: frozenset[str]) -> Reading[Node]:
    return Reading(indexed(way.value, data), (*way.taken, TOLD))


def indexed(node: Any, data: frozenset[str]) -> Any:
    """``node`` with the index at every name of ``data``."""
    if isinstance(node, Name) and node.name in data:
        return Indexed(node.name, (Name(LETTER),))
    return rebuild(node, [indexed(child, data) for child in children(node)])
