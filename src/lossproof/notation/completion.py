"""What stands between reading and judging: definitions put in, indices known to be whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from lossproof.errors import RejectedText
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval, Tie
from lossproof.notation.domains import combine, refuse_empty
from lossproof.notation.renaming import names_assumed, names_written
from lossproof.notation.sizes import (
    ALL,
    MAX_DEPTH,
    NOTHING_KNOWN,
    NUMBERS,
    Known,
    Measure,
    measure_tree,
    measure_values,
)
from lossproof.notation.traverse import Part, children, data_names, free_names, substitute_tree, walk
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
        for used in uses:
            if used in uses[name]:
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
    refuse_derivative_by(definitions, *definitions.values())
    _measures(ordered)
    return ordered


def _measures(ordered: Sequence[tuple[str, Node]], values: Known = NOTHING_KNOWN) -> Known:
    """The measures of ``values`` and of each definition with all others put in, found without doing it."""
    known = dict(values)
    for name, body in reversed(ordered):
        known[Name, name] = measure_tree(body, known)
    return known


def refuse_derivative_by(names: Mapping[str, object], *nodes: Node) -> None:
    """Refuse ``diff(..., mu)`` for a defined ``mu``: it is a formula, not a variable."""
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Derivative) and isinstance(part.variable, Name) and part.variable.name in names:
                raise RejectedText(f"No derivative by {part.variable.name!r}: it is defined by a formula.")


def apply_definitions(node: Node, assumptions: Assumptions) -> Node:
    """``node`` with every defined name replaced by its formula, all within the bounds of the grammar."""
    return _PutIn(assumptions.definitions).to(node)


class _PutIn:
    """Definitions, measured once, to be put into any number of formulas."""

    def __init__(self, definitions: Sequence[tuple[str, Node]]) -> None:
        self.definitions = definitions
        self.defined = dict(definitions)
        self.known = _measures(definitions)

    def to(self, node: Node) -> Node:
        if not free_names(node) & self.defined.keys():
            return node
        refuse_derivative_by(self.defined, node)
        measure_tree(node, self.known)
        for name, body in self.definitions:
            if name in free_names(node):
                node = substitute_tree(node, {name: body})
        return node

    def to_end(self, end: Node | None) -> Any:
        return None if end is None else self.to(end)


def put_in_formulas(assumptions: Assumptions, *nodes: Node) -> tuple[Assumptions, tuple[Node, ...]]:
    """``nodes`` and everything else that is assumed with the formulas of data in place of the data."""
    known = _formula_measures(assumptions.formulas)
    for node in nodes:
        measure_tree(node, known)
    for data, body in assumptions.formulas:
        _refuse_derivative_by_data(data.name, *nodes)
        change = partial(substitute_tree, replacements={data: body})
        nodes = tuple(map(change, nodes))
        definitions = tuple((name, change(node)) for name, node in assumptions.definitions)
        ties = tuple(_tie_with(tie, change) for tie in assumptions.ties)
        assumptions = replace(assumptions, definitions=definitions, ties=ties)
    return replace(assumptions, formulas=()), nodes


def ordered_formulas(formulas: Mapping[str, tuple[Indexed, Node]]) -> tuple[tuple[Indexed, Node], ...]:
    """The formulas of data in an order that lets them be put in one after the other; `Circular` where there is none."""
    uses = {name: data_names(body) & formulas.keys() for name, (_, body) in formulas.items()}
    ordered = tuple(formulas[name] for name in order_of_use(uses))
    _formula_measures(ordered)
    return ordered


def _formula_measures(ordered: Sequence[tuple[Indexed, Node]]) -> Known:
    """The measure of each formula with all others put in, found without doing it."""
    known = dict(NOTHING_KNOWN)
    for data, body in reversed(ordered):
        known[Indexed, data.name] = measure_tree(body, known)
    return known


def _refuse_derivative_by_data(name: str, *nodes: Node) -> None:
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Derivative) and isinstance(part.variable, Indexed) and part.variable.name == name:
                raise RejectedText(f"No derivative by an element of {name!r}: it is defined by a formula.")


def _tie_with(tie: Tie, change: Callable[[Node], Node]) -> Tie:
    return replace(tie, left=change(tie.left), right=change(tie.right))


def resolved_ties(ties: Sequence[Tie], definitions: Sequence[tuple[str, Node]]) -> tuple[Tie, ...]:
    """The ties with every defined name replaced by its formula."""
    put_in = _PutIn(definitions)
    return tuple(_tie_with(tie, put_in.to) for tie in ties)


def resolver(definitions: Sequence[tuple[str, Node]]) -> Callable[[D], D]:
    """The function that puts ``definitions`` into the ends of a domain or group."""
    put_in = _PutIn(definitions)

    def resolved(domain: D) -> D:
        if isinstance(domain, FiniteSet):
            return domain
        found = replace(domain, low=put_in.to_end(domain.low), high=put_in.to_end(domain.high))
        if isinstance(found, Interval):
            found = replace(found, excluded=tuple(map(put_in.to, found.excluded)))
        if not isinstance(found, Group):
            refuse_empty(found)
        return found

    return resolved


def complete_assumptions(assumptions: Assumptions, *nodes: Node) -> Assumptions:
    """``assumptions`` with what the formulas themselves say: an index or the end of a range is a whole number.

    Also refuses what only shows when formulas and assumptions meet: a derivative by a defined name, data with
    one index here and two there, numbers that become too large when values or definitions are put in.
    """
    refuse_derivative_by(dict(assumptions.definitions), *nodes)
    _refuse_mixed_indices(nodes)
    _refuse_large_numbers(assumptions, nodes)
    scalars = dict(assumptions.scalars)
    defined = dict(assumptions.definitions)
    whole = _whole_numbers(nodes, assumptions) - defined.keys()
    for name in (each for each in (*names_written(*nodes), *names_assumed(assumptions)) if each in whole):
        scalars[name] = combine(scalars.get(name, Interval()), Interval(integer=True))
    return replace(assumptions, scalars=scalars)


def _refuse_large_numbers(assumptions: Assumptions, nodes: tuple[Node, ...]) -> None:
    """``n in {999}`` makes ``2^n^n`` a number that nobody can compute, and so does ``n = 999``."""
    values: dict[tuple[type, str], Measure] = {}
    for kind, domains in ((Name, assumptions.scalars), (Indexed, assumptions.arrays)):
        sets = {name: domain.values for name, domain in domains.items() if isinstance(domain, FiniteSet)}
        values |= {(kind, name): measure_values(held) for name, held in sets.items()}
    known = _measures(assumptions.definitions, values)
    defined = {name for name, _ in assumptions.definitions}
    for node in nodes if known else ():
        measure_tree(node, known, ALL if free_names(node) & defined else NUMBERS)


def _refuse_mixed_indices(nodes: tuple[Node, ...]) -> None:
    counts: dict[str, int] = {}
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Indexed) and counts.setdefault(part.name, len(part.indices)) != len(part.indices):
                raise RejectedText(f"{part.name!r} is used with different numbers of indices.")


def _whole_numbers(nodes: tuple[Node, ...], assumptions: Assumptions) -> frozenset[str]:
    found = frozenset[str]().union(*map(index_names, nodes))
    ranges: list[Domain | Group] = [*assumptions.scalars.values(), *assumptions.arrays.values(), *assumptions.groups]
    for held in ranges:
        if isinstance(held, IndexRange | Group):
            found = found.union(*(free_names(end) for end in (held.low, held.high) if end is not None))
    for tie in assumptions.ties:
        found |= (index_names(tie.left) | index_names(tie.right)) - set(tie.letters)
    return found


def index_names(node: Node) -> frozenset[str]:
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
