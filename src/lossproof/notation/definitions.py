"""What stands between reading and judging: definitions put in, indices known to be whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from lossproof.errors import RejectedText
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval
from lossproof.notation.bounds import MAX_DEPTH, MAX_NODES, measure_tree
from lossproof.notation.domains import combine
from lossproof.notation.traverse import Part, children, free_names, substitute_tree, walk
from lossproof.notation.tree import Derivative, Indexed, Name, Node, Reduction

D = TypeVar("D", Domain, Group)


class Circular(RejectedText):
    """Names that are explained by themselves; ``name`` is one of them."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


def order_of_use(uses: Mapping[str, frozenset[str]]) -> list[str]:
    """The keys in an order in which each comes before those it uses; `Circular` where there is none."""
    placed: list[str] = []
    open_names: list[str] = []

    def visit(name: str) -> None:
        if name in open_names:
            ring = " -> ".join([*open_names[open_names.index(name) :], name])
            raise Circular(name, f"{name!r} goes back to itself: {ring}.")
        if name in placed or name not in uses:
            return
        open_names.append(name)
        if len(open_names) > MAX_DEPTH:
            raise Circular(name, f"More than {MAX_DEPTH} names follow from one another.")
        for used in sorted(uses[name]):
            visit(used)
        placed.append(open_names.pop())

    for name in reversed(list(uses)):
        visit(name)
    return placed[::-1]


def ordered_definitions(definitions: Mapping[str, Node]) -> tuple[tuple[str, Node], ...]:
    """The definitions in an order that lets them be put in one after the other.

    Refused: circles, a derivative by a defined name, and definitions that grow beyond the bounds when each is
    put into the next.
    """
    uses = {name: free_names(body) & definitions.keys() for name, body in definitions.items()}
    ordered = tuple((name, definitions[name]) for name in order_of_use(uses))
    known: dict[str, Size] = {}
    for body in definitions.values():
        refuse_derivative_by(definitions, body)
        _grown(body, definitions, known)
    return ordered


Size = tuple[int, int]
"""Nodes and depth of a tree."""


def _grown(part: Part, definitions: Mapping[str, Node], known: dict[str, Size]) -> Size:
    """A bound on nodes and depth of ``part`` with all definitions put in, found without doing it."""
    names = [inner.name for inner in walk(part) if isinstance(inner, Name) and inner.name in definitions]
    for name in names:
        if name not in known:
            known[name] = _grown(definitions[name], definitions, known)
    own = measure_tree(part)
    nodes = own.nodes + sum(known[name][0] for name in names)
    depth = own.depth + max((known[name][1] for name in names), default=0)
    if nodes > MAX_NODES or depth > MAX_DEPTH:
        raise RejectedText("Formulas become too large when the definitions are put into one another.")
    return nodes, depth


def refuse_derivative_by(names: Mapping[str, object], *nodes: Node) -> None:
    """Refuse ``diff(..., mu)`` for a defined ``mu``: it is a formula, not a variable."""
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Derivative) and isinstance(part.variable, Name) and part.variable.name in names:
                raise RejectedText(f"No derivative by {part.variable.name!r}: it is defined by a formula.")


def apply_definitions(node: Node, assumptions: Assumptions) -> Node:
    """``node`` with every defined name replaced by its formula, all within the bounds of the grammar."""
    defined = dict(assumptions.definitions)
    if not free_names(node) & defined.keys():
        return node
    refuse_derivative_by(defined, node)
    _grown(node, defined, {})
    for name, body in assumptions.definitions:
        node = substitute_tree(node, {name: body})
    measure_tree(node)
    return node


def resolved(domain: D, assumptions: Assumptions) -> D:
    """A domain or group whose ends have the definitions put in."""
    if isinstance(domain, FiniteSet):
        return domain
    ends = {side: getattr(domain, side) for side in ("low", "high")}
    found: dict[str, Any] = {side: apply_definitions(end, assumptions) for side, end in ends.items() if end is not None}
    if isinstance(domain, Interval):
        found["excluded"] = tuple(apply_definitions(node, assumptions) for node in domain.excluded)
    return replace(domain, **found)


def complete_assumptions(assumptions: Assumptions, *nodes: Node) -> Assumptions:
    """``assumptions`` with what the formulas themselves say: an index or the end of a range is a whole number.

    Also refuses what only shows when formulas and assumptions meet: a derivative by a defined name, data with
    one index here and two there.
    """
    refuse_derivative_by(dict(assumptions.definitions), *nodes)
    _refuse_mixed_indices(nodes)
    scalars = dict(assumptions.scalars)
    defined = dict(assumptions.definitions)
    for name in sorted(_whole_numbers(nodes, assumptions) - defined.keys()):
        scalars[name] = combine(scalars.get(name, Interval()), Interval(integer=True))
    return replace(assumptions, scalars=scalars)


def _refuse_mixed_indices(nodes: tuple[Node, ...]) -> None:
    counts: dict[str, int] = {}
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Indexed) and counts.setdefault(part.name, len(part.indices)) != len(part.indices):
                raise RejectedText(f"{part.name!r} is used with different numbers of indices.")


def _whole_numbers(nodes: tuple[Node, ...], assumptions: Assumptions) -> frozenset[str]:
    found = frozenset[str]().union(*map(_index_names, nodes))
    ranges: list[Domain | Group] = [*assumptions.scalars.values(), *assumptions.arrays.values(), *assumptions.groups]
    for held in ranges:
        if isinstance(held, IndexRange | Group):
            found = found.union(*(free_names(end) for end in (held.low, held.high) if end is not None))
    return found


def _index_names(node: Node) -> frozenset[str]:
    """The free names inside index brackets and in the ranges of sums and products."""
    found: set[str] = set()
    stack: list[tuple[Part, frozenset[str]]] = [(node, frozenset())]
    while stack:
        part, bound = stack.pop()
        inside = bound | {part.index} if isinstance(part, Reduction) else bound
        if isinstance(part, Indexed):
            found |= frozenset[str]().union(*map(free_names, part.indices)) - bound
        if isinstance(part, Reduction):
            found |= (free_names(part.low) | free_names(part.high)) - bound
            stack += [(part.body, inside), (part.low, bound), (part.high, bound)]
        else:
            stack += [(child, bound) for child in children(part)]
    return frozenset(found)
