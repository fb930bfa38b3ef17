"""The clauses of a ``where`` text, made ready to draw points and to check them.

Ends of intervals are formulas; they are compiled into the same scope as the claim, so that ``0 <= k <= n``
reads the n of the point. Names are put in an order in which every end is known before it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from lossproof.notation import tree
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval
from lossproof.notation.traverse import data_names, free_names, names_in_order
from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.evaluate import compile_tree
from lossproof.referee.balls.group_values import LONGEST_ROW
from lossproof.referee.balls.irrational import Exact
from lossproof.referee.balls.jets import Value
from lossproof.referee.balls.scalars import ONE, TooLarge, Unusable
from lossproof.referee.balls.state import Key, Run, Scope
from lossproof.referee.balls.values import Choice, Concrete, Range, meet

if TYPE_CHECKING:
    from lossproof.referee.balls.point import Point

Element = tuple[str, Key]
_PRECISION = 256
_LONGEST_END = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """The elements that a one-hot or simplex clause binds together."""

    one_hot: bool
    keys: tuple[tuple[str, Key], ...]


@dataclass(slots=True)
class CompiledDomain:
    """A domain whose ends are compiled into the scope of the claim, which learns their names.

    ``names`` stand in the ends; ``known`` are the concrete domains that were found, by the values of these, where
    nothing else is read: neither data nor a defined name. ``lengths`` are those of ranges.
    """

    domain: Domain
    scope: Scope
    low: Run | None
    high: Run | None
    excluded: tuple[Run, ...]
    names: tuple[str, ...]
    reads_more: bool = False
    known: dict[tuple[object, ...], Concrete] = field(default_factory=dict)
    lengths: dict[tuple[object, ...], Value] = field(default_factory=dict)

    @classmethod
    def of(cls, domain: Domain, scope: Scope) -> CompiledDomain:
        """Compile the ends."""
        ends = _ends(domain)
        low, high, *excluded = (None if end is None else compile_tree(end, scope) for end in ends)
        names = names_in_order(*ends)
        reads_data = any(data_names(end) for end in ends if end is not None)
        reads_more = reads_data or not scope.definitions.keys().isdisjoint(names)
        return cls(domain, scope, low, high, tuple(run for run in excluded if run), names, reads_more)

    def length(self, point: Point) -> Value:
        """How many whole numbers an index range holds with the values that ``point`` has so far."""
        if point.root is not None or self.reads_more:
            return self._length(point)
        at = self._at(point)
        found = self.lengths.get(at)
        if found is None:
            found = self.lengths[at] = self._length(point)
        return found

    def _length(self, point: Point) -> Value:
        low, high = self.low, self.high
        assert low is not None
        assert high is not None
        return value_at(lambda state: jets.add(jets.subtract(high(state), low(state)), ONE), self.scope, point)

    def _at(self, point: Point) -> tuple[object, ...]:
        """The values of the names in the ends, as a key."""
        return tuple([scalars.key(point.numbers.get(name)) for name in self.names]) if self.names else ()

    def concrete(self, point: Point) -> Concrete:
        """The domain with the values that ``point`` has so far."""
        if point.root is not None or self.reads_more:
            return self._concrete(point)
        at = self._at(point)
        found = self.known.get(at)
        if found is None:
            found = self.known[at] = self._concrete(point)
        return found

    def _concrete(self, point: Point) -> Concrete:
        if isinstance(self.domain, FiniteSet):
            return Choice(tuple(fmpq(v.numerator, v.denominator) for v in self.domain.values))
        low, high = self._end(self.low, point, 1), self._end(self.high, point, -1)
        if isinstance(self.domain, IndexRange):
            return Range(low, high, integer=True)
        given = [self._end(run, point, 1) for run in self.excluded]
        excluded = tuple(value for value in given if value is not None)
        return Range(low, high, self.domain.low_open, self.domain.high_open, self.domain.integer, excluded)

    def _end(self, run: Run | None, point: Point, side: int) -> fmpq | None:
        """The end as a rational: exact, or just inside where it is irrational."""
        return None if run is None else _inside(value_at(run, self.scope, point), side)


@dataclass(slots=True)
class Clauses:
    """What must hold of the names of one claim; ``scope`` has the claim compiled and learns more names.

    ``sizes`` are the names that end the range of a sum, ``indices`` those that stand in ``[...]`` or are
    whole and stand in ``delta``; ``counts`` are those among them that are mostly not negative. ``compared`` are
    all that stand in ``delta``, whole or not.
    """

    assumptions: Assumptions
    scope: Scope
    sizes: frozenset[str]
    indices: frozenset[str]
    counts: frozenset[str] = frozenset()
    compared: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    _scalars: dict[str, CompiledDomain] = field(default_factory=dict)
    _arrays: dict[str, CompiledDomain] = field(default_factory=dict)
    _groups: dict[str, tuple[Group, CompiledDomain]] = field(default_factory=dict)
    _scalar_groups: dict[str, Group] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for group in reversed(self.assumptions.groups):  # of two that a name is in, the first counts
            if group.low is None:
                self._scalar_groups |= dict.fromkeys(group.members, group)
        self._compile_groups()
        self._compile_arrays()
        self._compile_scalars()
        self.order = tuple(self._in_order())

    def domain(self, name: str, point: Point) -> Concrete:
        """The domain of a scalar, with the values that ``point`` has so far."""
        return self._scalars[name].concrete(point)

    def element_domain(self, name: str, point: Point) -> Concrete:
        """The domain of an element of ``name``; a group says nothing of what lies beyond its range."""
        if name not in self._arrays:
            self._compile_array(name)
        return self._arrays[name].concrete(point)

    def member_domain(self, name: str, point: Point) -> Concrete:
        """The domain of a member of the group over a range that ``name`` is."""
        return meet(_KINDS[self._groups[name][0].kind], self.element_domain(name, point))

    def row(self, name: str, indices: Key, point: Point) -> Row | None:
        """The row of a group that the element belongs to; None where it belongs to none."""
        if name not in self._groups:
            return None
        group, compiled = self._groups[name]
        domain = compiled.concrete(point)
        if not isinstance(domain, Range) or fmpq(indices[-1]) not in domain:
            return None
        first, last = int((domain.first or fmpq(0)).p), int((domain.last or fmpq(0)).p)
        if last - first >= LONGEST_ROW:
            raise TooLarge("a group of more members than are looked at")
        places = range(first, last + 1)
        return Row(group.kind == "one-hot", tuple((name, (*indices[:-1], place)) for place in places))

    def members(self, name: str) -> tuple[str, ...]:
        """The scalars that a group binds together with ``name``; () where none does."""
        group = self._scalar_group(name)
        return group.members if group else ()

    def is_one_hot(self, name: str) -> bool:
        """Whether ``name`` belongs to a one-hot group."""
        group = self._scalar_group(name)
        return group is not None and group.kind == "one-hot"

    def is_grouped(self, name: str) -> bool:
        """Whether the indexed data ``name`` is one-hot or a simplex over a range."""
        return name in self._groups

    def finite_options(self) -> dict[str, int]:
        """How many values each finite scalar, and the first member of each one-hot group, can take."""
        options = {}
        for name in self.order:
            domain, members = self.assumptions.scalar(name), self.members(name)
            if members and self.is_one_hot(name):
                options[members[0]] = len(members)
            elif isinstance(domain, FiniteSet) and not members:
                options[name] = len(domain.values)
        return options

    def is_open_ended(self) -> bool:
        """Whether there are quantities besides those with finitely many values."""
        finite = set(self.finite_options())
        bound = finite | {member for name in finite for member in self.members(name)}
        return bool(self.scope.arrays) or not bound >= set(self.order)

    def ranges(self) -> Iterator[tuple[str, Group, CompiledDomain]]:
        """The groups over a range, each with its name and the compiled range."""
        return ((name, group, compiled) for name, (group, compiled) in self._groups.items())

    def index_range(self, name: str) -> CompiledDomain | None:
        """The range of an index; None where it has none."""
        compiled = self._scalars[name]
        return compiled if isinstance(compiled.domain, IndexRange) else None

    def holds(self, point: Point) -> bool:
        """Whether every clause holds at the point."""
        try:
            return (
                all(self._scalar_holds(name, point) for name in self.order)
                and all(self._has_members(compiled, point) for _, compiled in self._groups.values())
                and self._elements_hold(point)
            )
        except Unusable:
            return False

    def _has_members(self, compiled: CompiledDomain, point: Point) -> bool:
        """Whether the range of a group is not empty: something in it has to be 1, or to sum to 1."""
        domain = compiled.concrete(point)
        return not isinstance(domain, Range) or (domain.first or fmpq(0)) <= (domain.last or fmpq(0))

    def _scalar_holds(self, name: str, point: Point) -> bool:
        if point.numbers[name] not in self.domain(name, point):
            return False
        group = self._scalar_group(name)
        return group is None or _bound(group.kind == "one-hot", [point.numbers[member] for member in group.members])

    def _elements_hold(self, point: Point) -> bool:
        """Each row of a group is looked at once, with all its elements."""
        met = dict.fromkeys(name for name, _ in point.elements)
        domains = {name: self.element_domain(name, point) for name in met}
        seen: set[Element] = set()
        for name, key in list(point.elements):
            if point.elements[name, key] not in domains[name]:
                return False
            if name not in self._groups or (name, key) in seen:
                continue
            row = self.row(name, key, point)
            if row is not None:
                seen.update(row.keys)
                values = [point.element(*place) for place in row.keys]
                if not (_bound(row.one_hot, values) and all(value in domains[name] for value in values)):
                    return False
        return True

    def _scalar_group(self, name: str) -> Group | None:
        return self._scalar_groups.get(name)

    def _compile_groups(self) -> None:
        for group in self.assumptions.groups:
            if group.low is not None and group.high is not None and group.members[0] in self.scope.arrays:
                compiled = CompiledDomain.of(IndexRange(group.low, group.high), self.scope)
                self._groups[group.members[0]] = group, compiled

    def _compile_arrays(self) -> None:
        while waiting := [name for name in self.scope.arrays if name not in self._arrays]:
            for name in waiting:
                self._compile_array(name)

    def _compile_array(self, name: str) -> None:
        self._arrays[name] = CompiledDomain.of(self.assumptions.array(name), self.scope)

    def _compile_scalars(self) -> None:
        """Compile the domains of all free names; their ends and groups bring in more names."""
        while waiting := [name for name in self.scope.free if name not in self._scalars]:
            for name in waiting:
                self._scalars[name] = CompiledDomain.of(self.assumptions.scalar(name), self.scope)
                for member in self.members(name):
                    self.scope.slot(member)

    def _in_order(self) -> Iterator[str]:
        """The free names, those in the ends of a domain before the name itself."""
        done: dict[str, None] = {}

        def visit(name: str, above: frozenset[str]) -> None:
            if name in done or name in above:
                return
            for earlier in self._needed_by(name):
                visit(earlier, above | {name})
            done[name] = None

        for name in self.scope.free:
            visit(name, frozenset())
        return iter(done)

    def _needed_by(self, name: str) -> list[str]:
        """The names in the ends of the domain; members of a group are drawn together, so those of all of them."""
        bound = [name, *(member for member in self.members(name) if member != name)]
        ends = [end for one in bound for end in _ends(self.assumptions.scalar(one))]
        return [n for n in names_in_order(*ends) if n in self.scope.free and n != name]


def value_at(run: Run, scope: Scope, point: Point) -> Value:
    """A formula of the clauses at a point, whose later names may still be missing."""
    with scalars.precision(_PRECISION):
        return run(scope.early_state(point.numbers, point))


_KINDS: dict[str, Concrete] = {
    "one-hot": Choice((fmpq(0), fmpq(1))),
    "simplex": Range(fmpq(0), None, low_open=True),
}


def _ends(domain: Domain) -> tuple[tree.Node | None, ...]:
    if isinstance(domain, FiniteSet):
        return None, None
    excluded = domain.excluded if isinstance(domain, Interval) else ()
    return domain.low, domain.high, *excluded


def has_names(domain: Domain) -> bool:
    """Whether a name stands in an end of the domain."""
    return any(free_names(end) for end in _ends(domain) if end is not None)


def _bound(one_hot: bool, values: list[fmpq]) -> bool:
    if one_hot:
        return sorted(values) == [fmpq(0)] * (len(values) - 1) + [fmpq(1)]
    return min(values) > 0 and sum(values) == 1


def _inside(value: Value, side: int) -> Any:
    """A rational at the ball's upper end (side 1) or lower end (side -1); the number itself where it is exact."""
    if isinstance(value, fmpq | Exact):
        return value
    if not isinstance(value, arb) or not value.is_finite():
        raise Unusable("an end of a domain that is not a number")
    mantissa, exponent = (value.upper() if side > 0 else value.lower()).man_exp()
    if abs(exponent) > _LONGEST_END:
        raise Unusable("an end of a domain that is too large or too small to be written down")
    return fmpq(mantissa) * fmpq(2) ** int(exponent)
