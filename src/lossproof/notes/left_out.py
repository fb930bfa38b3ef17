"""An index that was left out everywhere in a chain: ``da/dz = a(1-a)`` of the a_i, ``y = w x + b`` of the y_i."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from lossproof.notation import walk
from lossproof.notation.tex.readings import Beyond, Reading
from lossproof.notation.traverse import children, free_names, fresh_name, rebuild, substitute_tree
from lossproof.notation.tree import Derivative, Indexed, Name, Node, Number, Reduction
from lossproof.notes.any_sample import LETTER, is_of_any, of_sample
from lossproof.notes.chain_parts import with_part
from lossproof.notes.sides import Side

TOLD = "the index that is left out is put in"


def put_in(sides: Sequence[Side], data: frozenset[str], samples: Mapping[str, int]) -> list[Side]:
    """The sides, read with the index at every name of ``data`` too, where a chain about one element says not which.

    ``samples`` are the names that vary from sample to sample where the samples are vectors.
    """
    nodes = [side.node for side in sides if side.ways]
    if nodes and is_of_any(nodes, samples):
        return [_with_ways(side, lambda node: of_sample(node, samples)) for side in sides]
    if not nodes or not _asks(nodes, data):
        return list(sides)
    if any(isinstance(part, Indexed | Reduction) for node in nodes for part in walk(node)):
        return [_refused(side, data) for side in sides]
    return [_with_ways(side, lambda node: indexed(node, data)) for side in sides]


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


def _with_ways(side: Side, with_index: Callable[[Node], Node]) -> Side:
    return replace(side, ways=(*side.ways, *(Reading(with_index(way.value), (*way.taken, TOLD)) for way in side.ways)))


def indexed(node: Any, data: frozenset[str]) -> Any:
    """``node`` with the index at every name of ``data``."""
    if isinstance(node, Name) and node.name in data:
        return Indexed(node.name, (Name(LETTER),))
    return rebuild(node, [indexed(child, data) for child in children(node)])


def lengthened(sides: Sequence[Side]) -> list[Side] | None:
    """The sides with the first index put in at data that have one less than elsewhere; None where there are none."""
    if not all(side.ways for side in sides):
        return None
    found = {(part.name, len(part.indices)) for side in sides for part in walk(side.node) if isinstance(part, Indexed)}
    short = {name: count for name, count in found if (name, count + 1) in found}
    if not short:
        return None
    taken = frozenset[str]().union(*(free_names(side.node) for side in sides))
    letter = Name(fresh_name(LETTER, taken))
    return [replace(side, ways=(Reading(_longer(side.node, short, letter), (TOLD,)),)) for side in sides]


def _longer(node: Any, short: dict[str, int], letter: Name) -> Any:
    node = rebuild(node, [_longer(child, short, letter) for child in children(node)])
    if isinstance(node, Indexed) and len(node.indices) == short.get(node.name):
        return Indexed(node.name, (letter, *node.indices))
    return node


def for_one_sample(body: Node) -> Node | None:
    """What a sum or a product over samples says of a single one: its term, and the number 1 for theirs."""
    found = [part for part in walk(body) if isinstance(part, Reduction) and _runs_through_samples(part)]
    if len(found) != 1 or not isinstance(count := found[0].high, Name):
        return None
    whole = found[0]
    term = _without_index(whole.body, whole.index)
    return substitute_tree(with_part(body, whole, term), {count: Number(Fraction(1))})


def _runs_through_samples(part: Reduction) -> bool:
    """Whether a sum runs over samples; one over components has an index that the reader chose, which begins with l."""
    inside = [inner for inner in walk(part.body) if isinstance(inner, Indexed)]
    is_sample = part.kind in {"sum", "prod"} and not part.index.startswith("l")
    return is_sample and any(Name(part.index) in inner.indices for inner in inside)


def _without_index(node: Any, letter: str) -> Any:
    if isinstance(node, Indexed) and Name(letter) in node.indices:
        rest = tuple(index for index in node.indices if index != Name(letter))
        return Indexed(node.name, rest) if rest else Name(node.name)
    return rebuild(node, [_without_index(child, letter) for child in children(node)])
