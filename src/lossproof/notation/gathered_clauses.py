"""What was read of one ``where`` text, clause by clause, and all of it brought together as `Assumptions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lossproof.errors import RejectedText
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval, Tie
from lossproof.notation.completion import (
    Circular,
    order_of_use,
    ordered_definitions,
    ordered_formulas,
    resolved_ties,
    resolver,
)
from lossproof.notation.domains import combine, exact_value
from lossproof.notation.group_clauses import refuse_empty_group
from lossproof.notation.lexer import rejected
from lossproof.notation.traverse import data_names, free_names, index_letters, names_in_order, walk
from lossproof.notation.tree import Binary, Indexed, Name, Node

_SHIFTED = "In a clause an index is a letter, perhaps with a whole number added: c[k] < c[k+1]."


class GatheredClauses:
    """What has been read of one ``where`` text; every name remembers its place for the caret."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.scalars: dict[str, Domain] = {}
        self.arrays: dict[str, Domain] = {}
        self.groups: list[Group] = []
        self.definitions: dict[str, Node] = {}
        self.letters: dict[str, tuple[str, ...]] = {}
        self.places: dict[str, int] = {}
        self.index_counts: dict[str, int] = {}
        self.ties: list[tuple[Tie, int]] = []
        self.equations: list[tuple[Indexed, Node, int]] = []

    def restrict(self, quantity: Name | Indexed, domain: Domain) -> None:
        domains = self.arrays if isinstance(quantity, Indexed) else self.scalars
        if isinstance(quantity, Indexed):
            self.letters.setdefault(quantity.name, index_letters(quantity) or ())
        domains[quantity.name] = combine(domains.get(quantity.name, Interval()), domain)

    def assumptions(self) -> Assumptions:
        """All clauses together; `RejectedText` where they do not fit together."""
        formulas = self.formulas_of_data()
        self.refuse_clauses_on_defined_names(formulas)
        try:
            ordered = ordered_formulas(formulas)
            definitions = ordered_definitions(self.definitions)
            ties = resolved_ties([self.with_letters(tie, place) for tie, place in self.ties], definitions)
            resolved = resolver(definitions)
            scalars = {name: resolved(domain) for name, domain in self.scalars.items()}
            arrays = {name: resolved(domain) for name, domain in self.arrays.items()}
            groups = tuple(map(resolved, self.groups))
            order_of_use({name: _bounded_by(domain) for name, domain in scalars.items()})
        except Circular as error:
            raise rejected(error.sentence, self.where, self.places[error.name]) from None
        except RejectedText as error:
            raise rejected(error.sentence, self.where, 0) from None
        found = Assumptions(scalars, arrays, groups, definitions, self.letters, ties, ordered)
        self.refuse_empty_groups(found)
        return found

    def refuse_empty_groups(self, found: Assumptions) -> None:
        for group in found.groups:
            try:
                refuse_empty_group(group, found)
            except RejectedText as error:
                raise rejected(error.sentence, self.where, self.places[group.members[0]]) from None

    def formulas_of_data(self) -> dict[str, tuple[Indexed, Node]]:
        """The equations that define data for every index; the others become ties."""
        found: dict[str, tuple[Indexed, Node]] = {}
        for data, body, place in self.equations:
            letters = set(index_letters(data) or ())
            if not letters or any(map(self.is_quantity, letters)) or data.name in data_names(body):
                self.ties.append((Tie(data, "==", body), place))
            elif data.name in found:
                raise rejected(f"{data.name!r} is defined twice.", self.where, place)
            else:
                found[data.name] = data, body
                self.places[data.name] = place
        return found

    def is_quantity(self, name: str) -> bool:
        """Whether a name in brackets is a number of its own, as the size M, and does not stand for every index."""
        domain = self.scalars.get(name)
        return domain not in (None, Interval(), Interval(integer=True)) and not isinstance(domain, IndexRange)

    def with_letters(self, tie: Tie, place: int) -> Tie:
        """The tie with the letters that stand for every index: those in brackets that are not quantities."""
        data = [part for side in (tie.left, tie.right) for part in walk(side) if isinstance(part, Indexed)]
        inside = dict.fromkeys(name for part in data for index in part.indices for name in names_in_order(index))
        free = free_names(tie.left) | free_names(tie.right)
        letters = tuple(name for name in inside if name in free and not self.is_quantity(name))
        for index in (index for part in data for index in part.indices):
            if free_names(index) & set(letters) and not _is_shifted_letter(index):
                raise rejected(_SHIFTED, self.where, place)
        return replace(tie, letters=letters)

    def refuse_clauses_on_defined_names(self, formulas: Mapping[str, tuple[Indexed, Node]]) -> None:
        members = {member for group in self.groups if group.low is None for member in group.members}
        bound = self.arrays.keys() | {group.members[0] for group in self.groups if group.low is not None}
        for name in formulas:
            if name in bound:
                sentence = f"{name!r} is defined by '='; what holds for it follows from there."
                raise rejected(sentence, self.where, self.places[name])
        for name in self.definitions:
            if name in self.scalars or name in members:
                sentence = f"{name!r} is defined by '='; what holds for it follows from there."
                raise rejected(sentence, self.where, self.places[name])


def _bounded_by(domain: Domain) -> frozenset[str]:
    """The names that must have values before this quantity can be given one."""
    if isinstance(domain, FiniteSet):
        return frozenset()
    excluded = domain.excluded if isinstance(domain, Interval) else ()
    ends = [node for node in (domain.low, domain.high, *excluded) if node is not None]
    return frozenset[str]().union(*map(free_names, ends))


def _is_shifted_letter(index: Node) -> bool:
    """``k``, ``k + 1`` or ``k - 1``."""
    shifted = isinstance(index, Binary) and index.operator in "+-" and exact_value(index.right) is not None
    return isinstance(index.left if isinstance(index, Binary) and shifted else index, Name)
