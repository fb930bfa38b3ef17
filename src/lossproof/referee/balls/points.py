"""Points at which a claim is tried: every clause holds at each of them.

    sizes      the least that is allowed and the next few: M = 2, 1, 3, ...
    finite     every combination of the values of finite sets and one-hot groups comes up when they are few
    the rest   by styles that take turns: plain, tied, edge, large, tiny, wide, related, mixed

Elements of indexed data get their value when they are first touched, so that whatever index a claim reaches
has one. The same seed gives the same points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import gcd
from random import Random

from flint import fmpq

from lossproof.referee.balls import values as domains
from lossproof.referee.balls.clauses import Clauses, CompiledDomain, Element, Row, value_at
from lossproof.referee.balls.evaluate import Key, Run
from lossproof.referee.balls.group_values import hot_place, lengths, one_hot, simplex, within
from lossproof.referee.balls.jets import Value
from lossproof.referee.balls.scalars import Unusable
from lossproof.referee.balls.values import SIMPLE, Choice, Concrete, Range

Fill = Callable[["Point", str, Key], None]


class Style(StrEnum):
    """How the values of one point are chosen."""

    PLAIN = "simple numbers"
    TIED = "all equal where their domains allow"
    EDGE = "ends of the domains"
    LARGE = "far from zero"
    TINY = "close to an end or to zero"
    WIDE = "spread over the domain"
    RELATED = "sums, negatives, complements, quotients of one another"
    SPECIAL = "numbers that stand in the claim, and their neighbours"
    MIXED = "each quantity in a style of its own"


_TURNS = (
    Style.PLAIN,
    Style.WIDE,
    Style.TIED,
    Style.EDGE,
    Style.MIXED,
    Style.RELATED,
    Style.SPECIAL,
    Style.LARGE,
    Style.PLAIN,
    Style.TINY,
    Style.SPECIAL,
    Style.MIXED,
    Style.RELATED,
)
_SINGLE = tuple(style for style in Style if style is not Style.MIXED)
_FIRST_SIZES = (1, 0, 2)
_SIZE_STEPS = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 6, 11)
_LARGEST_SPECIAL_SIZE = 16
# Ranges that are empty are more than those from -1 down: a sum over one is 0, whatever its formula says.
_UNBOUNDED_SIZES = tuple(fmpq(n) for n in (1, 2, 3, 4, 1, 2, 0, 5, -1, -2, -3))
_INDICES = tuple(fmpq(n) for n in range(5))
_ATTEMPTS = 12
_MOST_MISSES = 32
_GROUP_TRIALS = 16


@dataclass(slots=True)
class Point:
    """Values of the scalars, and of the elements of indexed data that were touched so far."""

    numbers: dict[str, fmpq]
    elements: dict[Element, fmpq]
    fill: Fill

    def element(self, name: str, indices: Key) -> fmpq:
        """The number at ``name[indices]``; chosen now when it is asked for the first time."""
        if (name, indices) not in self.elements:
            self.fill(self, name, indices)
        return self.elements[name, indices]


@dataclass(slots=True)
class Sampler:
    """Draws points that satisfy ``clauses``.

    ``special`` are numbers that stand in the claim, ``kinks`` the formulas at whose zeros it may change its
    form: the differences that its conditions, maxima and absolute values look at.
    """

    clauses: Clauses
    special: tuple[fmpq, ...]
    kinks: tuple[Run, ...]
    random: Random
    combinations: _Combinations = field(init=False)
    decks: dict[object, list[fmpq]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.combinations = _Combinations(self.clauses.finite_options())

    @property
    def count(self) -> int | None:
        """How many points there are; None where the clauses leave more than finitely many combinations."""
        return None if self.clauses.is_open_ended() else self.combinations.total

    def points(self, attempts: int) -> Iterator[Point]:
        """At most ``attempts`` points; fewer when the clauses leave only finitely many, or none that is found."""
        misses = 0
        for number in range(attempts if self.count is None else min(attempts, self.count)):
            point = self._point(number)
            misses = 0 if point is not None else misses + 1
            if point is not None:
                yield point
            elif misses == _MOST_MISSES:
                return

    def deal(self, name: str, style: Style, domain: Concrete, values: Sequence[fmpq]) -> fmpq | None:
        """One of ``values`` at random; each comes up once before any comes up again."""
        deck = self.decks.setdefault((name, style, domain), [])
        if not deck:
            deck.extend(values)
            self.random.shuffle(deck)
        return deck.pop() if deck else None

    def _point(self, number: int) -> Point | None:
        for _ in range(_ATTEMPTS):
            point = _Drawing(self, number).point()
            if point is not None:
                return point
        return None


class _Combinations:
    """The combinations of finitely many options, in an order that changes everything early."""

    def __init__(self, options: dict[str, int]) -> None:
        self.options = options
        self.total = 1
        for count in options.values():
            self.total *= count
        self.stride = _coprime_near(self.total * 0.618, self.total)

    def choice(self, number: int) -> dict[str, int]:
        """Which option each name takes in combination ``number``."""
        rest = (number * self.stride + number // self.total) % self.total
        chosen = {}
        for name, count in self.options.items():
            rest, chosen[name] = divmod(rest, count)
        return chosen


def _coprime_near(wanted: float, total: int) -> int:
    stride = max(1, round(wanted))
    while gcd(stride, total) != 1:
        stride += 1
    return stride


class _Drawing:
    """One point in the making."""

    def __init__(self, sampler: Sampler, number: int) -> None:
        self.sampler = sampler
        self.clauses = sampler.clauses
        self.random = sampler.random
        self.number = number
        self.style = _TURNS[number % len(_TURNS)]
        self.options = sampler.combinations.choice(number)
        self.tie = self.random.choice(SIMPLE[:12])
        self.drawn: list[fmpq] = []

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
        if self.sampler.kinks and self.style in _AT_KINKS and self.number // len(_TURNS) % 2 == 0:
            self._move_to_a_kink(point)
        return point

    def _move_to_a_kink(self, point: Point) -> None:
        """Put one scalar where a difference that the claim looks at is zero, if that is a linear question."""
        kink = self.random.choice(self.sampler.kinks)
        free = [name for name in self.clauses.order if self._moves_freely(name)]
        for name in self.random.sample(free, len(free)):
            here = point.numbers[name]
            root = _root(lambda: value_at(kink, self.clauses.scope, point), point.numbers, name)
            if root is not None and root in self.clauses.domain(name, point):
                point.numbers[name] = root
                if self.clauses.holds(point):
                    return
            point.numbers[name] = here

    def _moves_freely(self, name: str) -> bool:
        return name not in self.clauses.sizes and not self.clauses.members(name)

    def _draw(self, point: Point, name: str) -> None:
        members = self.clauses.members(name)
        if members:
            self._draw_group(point, members)
            return
        domain = self.clauses.domain(name, point)
        if name in self.options and isinstance(domain, Choice):
            point.numbers[name] = domain.values[self.options[name]]
        elif name in self.clauses.sizes:
            point.numbers[name] = self._size(domain)
        elif name in self.clauses.indices:
            point.numbers[name] = self._index(domain)
        else:
            point.numbers[name] = self._value(name, domain)

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

    def _lengths(self, kind: str, domain: Concrete) -> tuple[int, int | None]:
        """The least and the greatest number of members (None: any)."""
        if kind == "simplex":
            return lengths(domain)
        if fmpq(1) not in domain:
            raise Unusable("no member of a one-hot group can be 1")
        return 1, None if fmpq(0) in domain else 1

    def _length(self, compiled: CompiledDomain, point: Point) -> fmpq:
        length = value_at(compiled.length, self.clauses.scope, point)
        if not isinstance(length, fmpq):
            raise Unusable("a range without a length")
        return length

    def _resize(self, point: Point, compiled: CompiledDomain, wanted: fmpq) -> None:
        """Give one of the names in the ends of the range the value that makes it ``wanted`` long."""

        def missing() -> Value:
            return self._length(compiled, point) - wanted

        names = [name for name in compiled.names if name in point.numbers]
        for name in self.random.sample(names, len(names)):
            root = _root(missing, point.numbers, name)
            if root is not None and root in self.clauses.domain(name, point):
                point.numbers[name] = root
                return
        raise Unusable("a group over a range of the wrong length")

    def _simplex(self, count: int) -> list[fmpq]:
        if self._style() in (Style.TIED, Style.PLAIN):
            return simplex([1] * count if self.random.random() < 0.5 else list(range(1, count + 1)))
        most = 10 ** self.random.choice((1, 1, 2, 6))
        return simplex([self.random.randint(1, most) for _ in range(count)])

    def _size(self, domain: Concrete) -> fmpq:
        if isinstance(domain, Choice):
            return self._pick(domain.values)
        if domain.first is None or (domain.first < 0 and self.number % 2):
            usual = [value for value in _UNBOUNDED_SIZES if value in domain]
            return self._pick(usual or domains.palette(domain).plain)
        small = [v for v in self.sampler.special if v in domain and v <= _LARGEST_SPECIAL_SIZE]
        if small and self.style is Style.SPECIAL:
            return self._pick(small)
        early = self.number < len(_FIRST_SIZES)
        step = _FIRST_SIZES[self.number] if early else self.random.choice(_SIZE_STEPS)
        return self._pick([v for back in range(step + 1) if (v := domain.first + step - back) in domain][:1])

    def _index(self, domain: Concrete) -> fmpq:
        if isinstance(domain, Range) and domain.integer and None not in (domain.low, domain.high):
            ends = [end for end in (domain.first, domain.last) if end is not None]
            middle = domains.wide(domain, self.random)
            return self._pick(v for v in (*ends, middle) if v is not None and v in domain)
        return self._pick([v for v in _INDICES if v in domain] or domains.palette(domain).plain)

    def _pick(self, values: Iterator[fmpq] | Sequence[fmpq]) -> fmpq:
        options = list(values)
        if not options:
            raise Unusable("an empty domain")
        return self.random.choice(options)

    def _style(self) -> Style:
        return self.random.choice(_SINGLE) if self.style is Style.MIXED else self.style

    def _value(self, name: str, domain: Concrete) -> fmpq:
        """A member of ``domain`` in the point's style."""
        style = self._style()
        value = _BY_STYLE[style](self, domain, lambda values: self.sampler.deal(name, style, domain, values))
        if value is None or value not in domain:
            value = self._pick(domains.palette(domain).plain)
        self.drawn.append(value)
        return value

    def _fill(self, point: Point, name: str, indices: Key) -> None:
        row = self.clauses.row(name, indices, point)
        if row is None:
            domain = self.clauses.element_domain(name, point)
            point.elements[name, indices] = self._value(f"{name}[]", domain)
        else:
            fill_row(point, row, self._row_values(row, self.clauses.member_domain(name, point)))

    def _row_values(self, row: Row, domain: Concrete) -> list[fmpq]:
        count = len(row.keys)
        each = [domain] * count
        if row.one_hot:
            place = hot_place(each, self.random.randrange(count))
            values = None if place is None else one_hot(count, place)
        else:
            values = within(self._simplex(count), each, self.random)
        if values is None:
            raise Unusable("no values of a group that satisfy the clauses on its elements")
        return values

    def _related(self, domain: Concrete) -> fmpq | None:
        if not self.drawn:
            return None
        for _ in range(4):
            first, second = self.random.choice(self.drawn), self.random.choice(self.drawn)
            value = self.random.choice(_RELATIONS)(first, second)
            if value is not None and value in domain:
                return value
        return None

    def _special(self, domain: Concrete) -> list[fmpq]:
        return [value for value in self.sampler.special if value in domain]


_Deal = Callable[[Sequence[fmpq]], "fmpq | None"]

_BY_STYLE: dict[Style, Callable[[_Drawing, Concrete, _Deal], fmpq | None]] = {
    Style.PLAIN: lambda drawing, domain, deal: deal(domains.palette(domain).plain),
    Style.TIED: lambda drawing, domain, deal: drawing.tie,
    Style.EDGE: lambda drawing, domain, deal: deal(domains.palette(domain).edges),
    Style.LARGE: lambda drawing, domain, deal: deal(domains.palette(domain).large),
    Style.TINY: lambda drawing, domain, deal: deal(domains.palette(domain).tiny),
    Style.WIDE: lambda drawing, domain, deal: domains.wide(domain, drawing.random),
    Style.RELATED: lambda drawing, domain, deal: drawing._related(domain),
    Style.SPECIAL: lambda drawing, domain, deal: deal(drawing._special(domain)),
}
_AT_KINKS = (Style.SPECIAL, Style.RELATED)

_RELATIONS: tuple[Callable[[fmpq, fmpq], fmpq | None], ...] = (
    lambda v, w: v,
    lambda v, w: v,
    lambda v, w: -v,
    lambda v, w: 1 - v,
    lambda v, w: 1 / v if v != 0 else None,
    lambda v, w: v + 1,
    lambda v, w: v - 1,
    lambda v, w: 2 * v,
    lambda v, w: v + w,
    lambda v, w: v - w,
    lambda v, w: v * w,
    lambda v, w: v / w if w != 0 else None,
)


def _root(value: Callable[[], Value], numbers: dict[str, fmpq], name: str) -> fmpq | None:
    """Where the value would be 0 if it were linear in ``name``; None where that cannot be told exactly."""
    here = numbers[name]
    try:
        before = value()
        numbers[name] = here + 1
        after = value()
    except Unusable:
        return None
    finally:
        numbers[name] = here
    if not isinstance(before, fmpq) or not isinstance(after, fmpq) or before == after:
        return None
    return here - before / (after - before)


def fill_row(point: Point, row: Row, values: Sequence[fmpq]) -> None:
    """Give every element of a one-hot or simplex row its value."""
    point.elements.update(zip(row.keys, values, strict=True))
