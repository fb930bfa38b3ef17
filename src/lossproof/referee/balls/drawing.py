"""One point in the making: scalars in an order in which every end is known, groups together, data when touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from flint import fmpq

from lossproof.notation import tree
from lossproof.referee.balls.clauses import Clauses, CompiledDomain, Row, value_at
from lossproof.referee.balls.combinations import Combinations
from lossproof.referee.balls.group_values import hot_place, lengths, one_hot, simplex, within
from lossproof.referee.balls.indices_to_try import Indices
from lossproof.referee.balls.kinks import Difference, Kink, Mover, linear_root, places_of_interest
from lossproof.referee.balls.point import Point, fill_row
from lossproof.referee.balls.scalars import Scalar, Unusable
from lossproof.referee.balls.sizes_to_try import LENGTHS, NO_LENGTHS, Sizes
from lossproof.referee.balls.state import Key
from lossproof.referee.balls.styles import BESIDE, TURNS, Decks, Style, Values, beside, option
from lossproof.referee.balls.values import Choice, Concrete

_GROUP_TRIALS = 16
_IN_ORDER = (Style.SORTED, Style.REVERSED)
_AT_KINKS = (Style.KINK, Style.RELATED)
# Where data are in order, every fourth point has other styles, and one more of four stands at a kink besides.
_KINK_IN_ORDER = 2
# In nodes: of all searches for zeros of several quantities, and of one point with a large size.
_MOST_SEARCHED = 6_000
_WORK_OF_A_SIZE = 4_000
# How often a range without terms is left so, and how often one is made so.
_EMPTY_TURN, _ONE_EMPTY, _AS_DRAWN = 5, 1, 3
# How often an index is equal to another one, besides where it happens: delta(i, j) is 1 nowhere else.
_EQUAL_INDICES = 0.12
# At how many points counts are not negative where they may be either.
_COUNTS = 0.85
# One more turn at which sizes are numbers of the claim; ranges without terms are left so there.
_SPECIAL_SIZES = 21


@dataclass(slots=True)
class Stock:
    """What the points of one claim are drawn from.

    ``special`` are numbers that stand in the claim, ``kinks`` the differences that its conditions, maxima and
    absolute values look at, ``ranges`` those of its sums, which stand ``depth`` deep in one another; ``nodes`` is its
    size. ``missed`` are the kinks with a zero that no rational number is. ``enumerates`` says that every combination
    comes up once, and nothing else.
    """

    clauses: Clauses
    special: tuple[fmpq, ...]
    indices: Indices
    kinks: tuple[Kink, ...]
    ranges: tuple[CompiledDomain, ...]
    depth: int
    nodes: int
    random: Random
    decks: Decks = field(init=False)
    combinations: Combinations = field(init=False)
    sizes: Sizes = field(init=False)
    count: int | None = field(init=False)
    orders_data: bool = False
    enumerates: bool = False
    turn: int = 0
    searched: int = 0
    known: dict[tuple[int, str], list[fmpq]] = field(default_factory=dict)
    missed: dict[tree.Node, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clauses = self.clauses
        self.decks = Decks(self.random)
        self.combinations = Combinations(clauses.finite_options())
        self.count = None if clauses.is_open_ended() else self.combinations.total
        alone = not clauses.scope.arrays and set(clauses.order) <= clauses.sizes
        depth = min(3, max(1, self.depth))
        largest = int((_WORK_OF_A_SIZE / max(1, self.nodes)) ** (1 / depth))
        self.sizes = Sizes(self.special, alone, largest)

    def next_kink(self) -> int | None:
        """The place of the kink whose turn it is."""
        if not self.kinks:
            return None
        self.turn += 1
        return self.turn % len(self.kinks)


class Drawing:
    """One point in the making."""

    def __init__(self, stock: Stock, number: int) -> None:
        self.stock = stock
        self.clauses = stock.clauses
        self.random = stock.random
        self.number = number
        self.style = _IN_ORDER[number % 2] if stock.orders_data and number % 4 else TURNS[number % len(TURNS)]
        self.options = stock.combinations.choice(number)
        self._indices = [name for name in self.clauses.order if name in self.clauses.indices]
        self.values = Values(self.style, stock.decks, stock.special)
        self._counts = "small" if stock.random.random() < _COUNTS else "below"

    def point(self) -> Point | None:
        """The point, or None where a domain turns out empty."""
        point = Point({}, {}, self._fill)
        try:
            for name in self.clauses.order:
                if name not in point.numbers:
                    self._draw(point, name)
            self._make_room(point)
        except Unusable:
            return None
        self._give_terms(point)
        if self.style in _AT_KINKS or (self.stock.orders_data and self.number % 4 == _KINK_IN_ORDER):
            self._move_to_a_kink(point)
        return point

    def _draw(self, point: Point, name: str) -> None:
        members = self.clauses.members(name)
        if members:
            self._draw_group(point, members)
            return
        domain = self.clauses.domain(name, point)
        if name in self.options and isinstance(domain, Choice):
            point.numbers[name] = domain.values[self._option(name, len(domain.values))]
        elif name in self.clauses.sizes:
            point.numbers[name] = self._size(name, domain)
        elif name in self.clauses.indices:
            self._widen(point, name)
            point.numbers[name] = self._index(name, self.clauses.domain(name, point), point)
        else:
            equal = self._equal(name, domain, point)
            usual = self.values.value(name, domain, self.clauses.order.index(name))
            point.numbers[name] = usual if equal is None else equal

    def _equal(self, name: str, domain: Concrete, point: Point) -> fmpq | None:
        """Now and then the value of another quantity that stands in a ``delta``, where this one does, too."""
        compared = self.clauses.compared
        if name not in compared or self.random.random() > _EQUAL_INDICES:
            return None
        held = [value for other, value in point.numbers.items() if other in compared and value in domain]
        return self.random.choice(held) if held else None

    def _option(self, name: str, count: int) -> int:
        """Combinations take turns; where they are too many for that, the styles have a word."""
        asked = None if self.stock.enumerates else option(self.style, count)
        return self.options[name] if asked is None else asked

    def _draw_group(self, point: Point, members: tuple[str, ...]) -> None:
        """Members may bound one another (a > b), so that their domains are known when all have a value."""
        in_order = sorted(members, key=self.clauses.order.index)
        for trial in range(_GROUP_TRIALS):
            values = self._arranged(trial, in_order)
            for _ in range(2):
                point.numbers.update(zip(in_order, values, strict=True))
                domains = [self.clauses.domain(member, point) for member in in_order]
                if all(value in domain for value, domain in zip(values, domains, strict=True)):
                    return
                if not self.clauses.is_one_hot(members[0]):
                    values = within(values, domains, self.random) or values
        raise Unusable("no values of a group that satisfy the clauses on its members")

    def _arranged(self, trial: int, members: Sequence[str]) -> list[fmpq]:
        """Values of a group: as they are drawn, then falling, rising and in any order."""
        if self.clauses.is_one_hot(members[0]):
            first = self.clauses.members(members[0])[0]
            return one_hot(len(members), (self.options[first] + trial) % len(members))
        values = self._simplex(len(members))
        if trial % 4 == 3:
            self.random.shuffle(values)
        return sorted(values, reverse=trial % 4 == 1) if trial % 4 in (1, 2) else values

    def _make_room(self, point: Point) -> None:
        """Change a size where a group over a range has too few or too many members for its clauses."""
        for name, group, compiled in self.clauses.ranges():
            length = self._length(compiled, point)
            least, greatest = self._lengths(group.kind, self.clauses.member_domain(name, point))
            if length < least:
                length = fmpq(least + self.random.choice((0, 0, 1, 2)))
            wanted = length if greatest is None else min(length, fmpq(greatest))
            if wanted != self._length(compiled, point):
                self._resize(point, compiled, wanted)

    def _give_terms(self, point: Point) -> None:
        """Change a size where a sum has no terms: 0 = 0 says nothing of what stands under it.

        At some turns sizes stay as they were drawn; at others one range is left without terms, each in its turn, and
        the others have some.
        """
        turn, rest = divmod(self.number, _EMPTY_TURN)
        if rest == _AS_DRAWN:
            return
        ranges = self.stock.ranges
        for compiled in ranges:
            self._with_length(point, compiled, lambda length: length >= 1, (self.random.choice(LENGTHS),))
        if rest == _ONE_EMPTY and ranges:
            lengths = (self.random.choice(NO_LENGTHS), 0)
            self._with_length(point, ranges[turn % len(ranges)], lambda length: length < 1, lengths)

    def _with_length(
        self, point: Point, compiled: CompiledDomain, is_right: Callable[[fmpq], bool], lengths: Sequence[int]
    ) -> None:
        """Give a range another length where it is not right and the clauses allow it."""
        kept = dict(point.numbers), dict(point.elements)
        for wanted in lengths:
            try:
                if is_right(self._length(compiled, point)):
                    return
                self._resize(point, compiled, fmpq(wanted))
                self._make_room(point)
                if self.clauses.holds(point):
                    return
            except Unusable:
                pass
            point.numbers, point.elements = dict(kept[0]), dict(kept[1])

    def _widen(self, point: Point, name: str) -> None:
        """Change a size where an index has an empty range."""
        compiled = self.clauses.index_range(name)
        if compiled is not None and self._length(compiled, point) < 1:
            self._resize(point, compiled, fmpq(self.random.choice(LENGTHS)))

    def _lengths(self, kind: str, domain: Concrete) -> tuple[int, int | None]:
        """The least and the greatest number of members (None: any)."""
        if kind == "simplex":
            return lengths(domain)
        if fmpq(1) not in domain:
            raise Unusable("no member of a one-hot group can be 1")
        return 1, None if fmpq(0) in domain else 1

    def _length(self, compiled: CompiledDomain, point: Point) -> fmpq:
        length = compiled.length(point)
        if not isinstance(length, fmpq):
            raise Unusable("a range without a length")
        return length

    def _resize(self, point: Point, compiled: CompiledDomain, wanted: fmpq) -> None:
        """Give one of the names in the ends of the range the value that makes it ``wanted`` long."""
        names = [name for name in compiled.names if name in point.numbers]
        for name in self.random.sample(names, len(names)):
            root = self._root(point, name, lambda: self._length(compiled, point) - wanted)
            if root is not None and root in self.clauses.domain(name, point):
                point.numbers[name] = root
                return
        raise Unusable("a range of the wrong length")

    def _root(self, point: Point, name: str, value: Callable[[], Scalar]) -> fmpq | None:
        here = point.numbers[name]

        def at(number: fmpq) -> Scalar:
            point.numbers[name] = number
            return value()

        try:
            return linear_root(at, here)
        finally:
            point.numbers[name] = here

    def _simplex(self, count: int) -> list[fmpq]:
        if self.values.current() in (Style.TIED, Style.PLAIN):
            return simplex([1] * count if self.random.random() < 0.5 else list(range(1, count + 1)))
        most = 10 ** self.random.choice((1, 1, 2, 6))
        return simplex([self.random.randint(1, most) for _ in range(count)])

    def _size(self, name: str, domain: Concrete) -> fmpq:
        asks_special = self.style is Style.SPECIAL or self.number % len(TURNS) == _SPECIAL_SIZES
        size = self.stock.sizes.size(name, domain, self.number, asks_special, self.stock.decks)
        if size is None:
            raise Unusable("an empty domain")
        return size

    def _index(self, name: str, domain: Concrete, point: Point) -> fmpq:
        earlier = [point.numbers[other] for other in self._indices if other in point.numbers]
        equal = [value for value in earlier if value in domain]
        if equal and (self.style is Style.TIED or self.random.random() < _EQUAL_INDICES):
            return self.random.choice(equal)
        may_be_negative = name in self.clauses.counts and fmpq(-1) in domain
        kind = self._counts if may_be_negative else None
        index = self.stock.indices.index(name, domain, self.style, self.stock.decks, kind)
        if index is None:
            raise Unusable("an empty domain")
        return index

    def _fill(self, point: Point, name: str, indices: Key) -> None:
        row = self.clauses.row(name, indices, point)
        if row is None:
            domain = self.clauses.element_domain(name, point)
            if self.style in BESIDE:
                domain = beside(self.style, domain, self._scalars(point))
            point.elements[name, indices] = self.values.value(f"{name}[]", domain, sum(indices))
        else:
            fill_row(point, row, self._row_values(row, self.clauses.member_domain(name, point)))

    def _scalars(self, point: Point) -> list[fmpq]:
        """The values that data may be compared with: neither sizes nor indices."""
        counted = self.clauses.sizes | self.clauses.indices
        return [value for name, value in point.numbers.items() if name not in counted]

    def _row_values(self, row: Row, domain: Concrete) -> list[fmpq]:
        count = len(row.keys)
        each = [domain] * count
        if row.one_hot:
            place = hot_place(each, self.random.randrange(count))
            values = None if place is None else one_hot(count, place)
        else:
            tried = (within(self._simplex(count), each, self.random) for _ in range(_GROUP_TRIALS))
            values = next((found for found in tried if found is not None), None)
        if values is None:
            raise Unusable("no values of a group that satisfy the clauses on its elements")
        return values

    def _move_to_a_kink(self, point: Point) -> None:
        """Put one quantity where a difference that the claim looks at is zero, or beside or between such places."""
        place = self.stock.next_kink()
        if place is None:
            return
        for mover in self._movers(point, self.stock.kinks[place]):
            here = mover.now
            value = self._place_of_interest(place, mover)
            if value is not None:
                mover.move(value)
                if self.clauses.holds(point):
                    return
                mover.move(here)

    def _movers(self, point: Point, kink: Kink) -> Iterator[Mover]:
        """The quantities that the difference may depend on, in any order."""
        try:
            value_at(kink.run, self.clauses.scope, point)
            free: list[Mover] = [
                Mover(point, name, self.clauses.domain(name, point))
                for name in ([kink.name] if kink.name else self.clauses.order)
                if name not in self.clauses.sizes and not self.clauses.members(name)
            ]
            free += [
                Mover(point, element, self.clauses.element_domain(element[0], point))
                for element in point.elements
                if not self.clauses.is_grouped(element[0])
            ]
        except Unusable:
            return iter(())
        return iter(self.random.sample(free, len(free)))

    def _place_of_interest(self, place: int, mover: Mover) -> fmpq | None:
        """One of the values at which the difference is 0, nearly 0, or changed."""
        kink = self.stock.kinks[place]
        difference = Difference(kink, self.clauses.scope, mover)
        if kink.name is None:
            if self.stock.searched > _MOST_SEARCHED:
                root = linear_root(difference.at, mover.now)
                return root if root is not None and root in mover.domain else None
            found = places_of_interest(difference)
            self.stock.searched += difference.spent
            return self.random.choice(found) if found else None
        key = place, kink.name
        if key not in self.stock.known:
            self.stock.known[key] = places_of_interest(difference)
            if difference.is_between:
                self.stock.missed[kink.node] = None
        return self.stock.decks.deal(key, [value for value in self.stock.known[key] if value in mover.domain])
