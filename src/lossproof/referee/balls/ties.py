"""Ties between quantities at a point: ``a + b = 1``, ``c[k] < c[k+1]``, ``y[m] <= n[m]``, ``sum(x[m], m, 1, M) = 0``.

A tie over letters is looked at wherever one of its data has been read, and what it says there is then made true by
moving one quantity: to the zero of the difference where that is linear, or to the right side of it. Points at which
that does not succeed are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from random import Random

from flint import fmpq

from lossproof.notation import tree
from lossproof.notation.assumptions import Assumptions, Tie
from lossproof.notation.domains import exact_value
from lossproof.notation.traverse import children, data_names, free_names, names_in_order
from lossproof.referee.balls import scalars
from lossproof.referee.balls.clauses import Clauses, Element
from lossproof.referee.balls.evaluate import compile_tree, nodes_in
from lossproof.referee.balls.jets import number_of
from lossproof.referee.balls.kinks import Mover, linear_root
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.scalars import Scalar, TooLarge, Unusable
from lossproof.referee.balls.state import Key, Run, Scope
from lossproof.referee.balls.values import Choice, palette

_BITS = 256
_SIGNS = {"<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {0, 1}, "==": {0}, "!=": {-1, 1}}
_STEPS = tuple(fmpq(n) for n in (1, 2)) + tuple(fmpq(1, n) for n in (2, 10, 100, 10**4, 10**9))
_ROUNDS = 3
_WORK_OF_ONE = 10
_MOST_INSTANCES = 2_000
_MOST_READINGS = 4

Instance = tuple[int, ...]
Corners = dict[str, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """An element in the text of a tie; without ``indices`` where a sum inside the tie runs over it.

    ``places`` says at which index which letter stands, and what is added to it there.
    """

    name: str
    indices: tuple[Run, ...] | None
    places: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class CompiledTie:
    """A tie compiled into the scope of a claim, which learns its names."""

    run: Run
    order: str
    slots: tuple[int, ...]
    occurrences: tuple[_Occurrence, ...]
    names: tuple[str, ...]
    scope: Scope
    nodes: int

    @classmethod
    def of(cls, tie: Tie, scope: Scope) -> CompiledTie:
        """Compile the difference of both sides, with the letters as bound indices."""
        inner, slots = scope, []
        for letter in tie.letters:
            inner, slot = inner.inside(letter)
            slots.append(slot)
        difference = tree.Binary("-", tie.left, tie.right)
        run = compile_tree(difference, inner)
        occurrences = tuple(_occurrences(difference, tie.letters, inner, frozenset()))
        names = tuple(name for name in names_in_order(difference) if name not in tie.letters)
        return cls(run, tie.order, tuple(slots), occurrences, names, scope, _WORK_OF_ONE + nodes_in(difference))

    def instances(self, point: Point) -> list[Instance]:
        """The values of the letters at which one of its data has been read, or lies between what has been read.

        Between, because c[1] < c[3] follows from c[1] < c[2] < c[3]. Raises TooLarge where they are too many.
        """
        if not self.slots:
            return [()]
        met: list[set[int]] = [set() for _ in self.slots]
        for name, key in point.elements:
            for occurrence in self.occurrences:
                if occurrence.name == name:
                    for at, letter, added in occurrence.places:
                        met[letter].add(key[at] - added)
        spans = [range(min(values), max(values) + 1) for values in met if values]
        if len(spans) < len(met):
            return []
        if prod(map(len, spans)) > _MOST_INSTANCES:
            raise TooLarge("more ties between data than are looked at")
        corners = _corners(point)
        return [each for each in product(*spans) if self._is_met(each, point, corners)]

    def holds(self, instance: Instance, point: Point) -> bool:
        """Whether the tie holds there; not where that cannot be told."""
        try:
            return scalars.sign(self.difference(instance, point)) in _SIGNS[self.order]
        except Unusable:
            return False

    def difference(self, instance: Instance, point: Point) -> Scalar:
        """left - right; reads the elements that stand in them."""
        state = self.scope.state(point.numbers, point)
        for slot, index in zip(self.slots, instance, strict=True):
            state.count(slot, index)
        with scalars.precision(_BITS):
            return number_of(self.run(state))

    def keys(self, instance: Instance, point: Point) -> Iterator[Element]:
        """The elements of the instance; those under a sum as far as they have been read."""
        state = self.scope.state(point.numbers, point)
        for slot, index in zip(self.slots, instance, strict=True):
            state.count(slot, index)
        for occurrence in self.occurrences:
            if occurrence.indices is None:
                yield from (element for element in point.elements if element[0] == occurrence.name)
            else:
                key = (scalars.integer_of(number_of(run(state)), "an index") for run in occurrence.indices)
                yield occurrence.name, tuple(key)

    def _is_met(self, instance: Instance, point: Point, corners: Corners) -> bool:
        """Whether every element of one of its data lies among those that have been read."""
        try:
            keys = list(self.keys(instance, point))
        except Unusable:
            return False
        outside = {name for name, key in keys if not _lies_within(key, corners.get(name))}
        return any(occurrence.name not in outside for occurrence in self.occurrences)


def _corners(point: Point) -> Corners:
    """The least and the greatest index of each data, in each of its places."""
    keys: dict[str, list[Key]] = {}
    for name, key in point.elements:
        keys.setdefault(name, []).append(key)
    return {name: [(min(axis), max(axis)) for axis in zip(*held, strict=True)] for name, held in keys.items()}


def _lies_within(key: Key, box: list[tuple[int, int]] | None) -> bool:
    return box is not None and all(low <= at <= high for at, (low, high) in zip(key, box, strict=True))


@dataclass(slots=True)
class Ties:
    """The ties that speak of the quantities of one claim; ``spent`` is the work of looking at them, in nodes."""

    held: tuple[CompiledTie, ...]
    random: Random
    spent: int = 0

    @classmethod
    def of(cls, assumptions: Assumptions, scope: Scope) -> Ties:
        """Those that are connected with the names in ``scope``, which learns the other names in them."""
        waiting, held = list(assumptions.ties), []
        while connected := [tie for tie in waiting if is_connected(tie, scope)]:
            held += [CompiledTie.of(tie, scope) for tie in connected]
            waiting = [tie for tie in waiting if tie not in connected]
        return cls(tuple(held), Random(0))

    @property
    def span_data(self) -> bool:
        """Whether one is looked at wherever data lie between those that have been read."""
        return any(tie.slots for tie in self.held)

    @property
    def order_data(self) -> bool:
        """Whether one compares elements of the same data."""
        names = [[each.name for each in tie.occurrences] for tie in self.held if tie.order not in {"==", "!="}]
        return any(len(each) > len(set(each)) for each in names)

    def hold(self, point: Point) -> bool:
        """Whether every tie holds wherever it is met."""
        try:
            for _ in range(_MOST_READINGS):
                before = len(point.elements)
                if not all(self._holds(tie, each, point) for tie in self.held for each in tie.instances(point)):
                    return False
                # What ties bring in is tied in its turn.
                if len(point.elements) == before:
                    return True
        except Unusable:
            pass
        return False

    def settle(self, point: Point, clauses: Clauses) -> bool:
        """Make the ties true where they are not, by moving one quantity at a time; whether anything was moved."""
        try:
            return self._settle(point, clauses)
        except Unusable:
            return False

    def _settle(self, point: Point, clauses: Clauses) -> bool:
        moved = False
        for _ in range(_ROUNDS if self.held else 0):
            broken = [
                (tie, each) for tie in self.held for each in tie.instances(point) if not self._holds(tie, each, point)
            ]
            # An earlier one, made true, may have made a later one true or untrue.
            changed = [self._made_true(tie, each, point, clauses) for tie, each in broken]
            if not any(changed):
                break
            moved = True
        return moved

    def _holds(self, tie: CompiledTie, instance: Instance, point: Point) -> bool:
        self.spent += tie.nodes
        return tie.holds(instance, point)

    def _made_true(self, tie: CompiledTie, instance: Instance, point: Point, clauses: Clauses) -> bool:
        if self._holds(tie, instance, point):
            return False
        try:
            movers = list(_movers(tie, instance, point, clauses))
        except Unusable:
            return False
        for mover in self.random.sample(movers, len(movers)):
            here = mover.now
            for value in _candidates(tie, instance, mover):
                mover.move(value)
                if value in mover.domain and self._holds(tie, instance, point):
                    return True
            mover.move(here)
        return False


def is_connected(tie: Tie, scope: Scope) -> bool:
    """Whether one of its quantities stands in the claim."""
    sides = tie.left, tie.right
    names = frozenset[str]().union(*map(free_names, sides)) - set(tie.letters)
    data = frozenset[str]().union(*map(data_names, sides))
    return bool(names & scope.free.keys() or data & scope.arrays.keys())


def _movers(tie: CompiledTie, instance: Instance, point: Point, clauses: Clauses) -> Iterator[Mover]:
    tie.difference(instance, point)
    for name in tie.names:
        if name in point.numbers and name not in clauses.sizes and not clauses.members(name):
            yield Mover(point, name, clauses.domain(name, point))
    for element in dict.fromkeys(tie.keys(instance, point)):
        if element in point.elements and not clauses.is_grouped(element[0]):
            yield Mover(point, element, clauses.element_domain(element[0], point))


def _candidates(tie: CompiledTie, instance: Instance, mover: Mover) -> Iterator[fmpq]:
    """The zero of the difference, values to both sides of it, then simple ones."""
    here = mover.now

    def at(value: fmpq) -> Scalar:
        mover.move(value)
        return tie.difference(instance, mover.point)

    root = linear_root(at, here)
    mover.move(here)
    if root is not None:
        yield root
        yield from (root + sign * step for step in _STEPS for sign in (1, -1))
    yield from mover.domain.values if isinstance(mover.domain, Choice) else palette(mover.domain).plain


def _occurrences(
    part: tree.Node | tree.Condition, letters: Sequence[str], scope: Scope, bound: frozenset[str]
) -> Iterator[_Occurrence]:
    if isinstance(part, tree.Reduction):
        bound = bound | {part.index}
    if isinstance(part, tree.Indexed):
        places = [
            (at, letters.index(found[0]), found[1])
            for at, index in enumerate(part.indices)
            if (found := _letter(index)) and found[0] in letters and found[0] not in bound
        ]
        under_a_sum = any(free_names(index) & bound for index in part.indices)
        runs = None if under_a_sum else tuple(compile_tree(index, scope) for index in part.indices)
        yield _Occurrence(part.name, runs, tuple(places))
    for child in children(part):
        yield from _occurrences(child, letters, scope, bound)


def _letter(index: tree.Node) -> tuple[str, int] | None:
    """The letter of ``k``, ``k + 1``, ``k - 1`` and what is added to it."""
    if isinstance(index, tree.Name):
        return index.name, 0
    if isinstance(index, tree.Binary) and index.operator in "+-" and isinstance(index.left, tree.Name):
        added = exact_value(index.right)
        if added is not None and added.denominator == 1:
            return index.left.name, int(added) if index.operator == "+" else -int(added)
    return None
