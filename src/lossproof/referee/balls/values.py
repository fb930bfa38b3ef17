"""Concrete domains of one quantity, and the values that are worth trying in each.

    Range(0, 1, open)      plain   1/2, 1/4, 3/4, ...        simple numbers
                           edges   the ends that belong, and their neighbours
                           tiny    1/1000, 10^-16, 1 - 10^-6 ...   close to an end, or to 0
                           large   far from 0, where the domain is unbounded

A domain is concrete once the sizes and the quantities in its ends have values. Everything is an exact rational.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from random import Random

from flint import fmpq, fmpz

from lossproof.referee.balls.scalars import key

SIMPLE = tuple(
    fmpq(*pair)
    for pair in [
        (1, 1), (0, 1), (2, 1), (1, 2), (1, 4), (-1, 1), (3, 1), (3, 4), (1, 3), (-2, 1), (-1, 2), (2, 3),
        (3, 2), (4, 1), (-1, 4), (5, 1), (-3, 1), (1, 10), (10, 1), (9, 10), (5, 2), (-3, 2), (7, 3),
    ]
)  # fmt: skip
_FRACTIONS = tuple(fmpq(*pair) for pair in [(1, 2), (1, 4), (3, 4), (1, 3), (2, 3), (1, 10), (9, 10)])
# 1e-8 and 1e-16 are where float64 formulas lose halves and wholes; clips use 1e-7 to 1e-15; 1e-320 is subnormal.
_TINY = tuple(fmpq(1, fmpz(10) ** k) for k in (2, 3, 5, 8, 10, 13, 16, 20, 40, 320))
_LARGE = tuple(fmpq(n) for n in (7, 12, 20, 36, 40, 60, 100, 300, 710, 750, 1000, 10**4, 10**6, 10**9))
_NEAR = tuple(fmpq(n) for n in range(6))
_NEAR_LENGTH = len(_NEAR)
HALF = fmpq(1, 2)
# How much of what is spread over an unbounded domain lies evenly within so far of its end or of 0.
_MIDDLE, _MIDDLE_SHARE = fmpq(6), 0.6
_LARGE_INTEGERS = tuple(fmpq(n) for n in (7, 10, 12, 20, 35, 60, 100, 171, 400, 10**4))


@dataclass(frozen=True, slots=True)
class Range:
    """Rationals, or integers only, between ``low`` and ``high`` (None: unbounded) without ``excluded``."""

    low: fmpq | None = None
    high: fmpq | None = None
    low_open: bool = False
    high_open: bool = False
    integer: bool = False
    excluded: tuple[fmpq, ...] = ()

    def __hash__(self) -> int:
        ends = map(key, (self.low, self.high, *self.excluded))
        return hash((*ends, self.low_open, self.high_open, self.integer))

    def __contains__(self, value: fmpq) -> bool:
        if self.integer and value.q != 1:
            return False
        if self.low is not None and (value < self.low or (self.low_open and value == self.low)):
            return False
        if self.high is not None and (value > self.high or (self.high_open and value == self.high)):
            return False
        return value not in self.excluded

    @property
    def first(self) -> fmpq | None:
        """The least integer of an integer range."""
        return None if self.low is None else _integer_above(self.low, self.low_open)

    @property
    def last(self) -> fmpq | None:
        """The greatest integer of an integer range."""
        return None if self.high is None else -_integer_above(-self.high, self.high_open)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values."""

    values: tuple[fmpq, ...]

    def __hash__(self) -> int:
        return hash(tuple(map(key, self.values)))

    def __contains__(self, value: fmpq) -> bool:
        return value in self.values


Concrete = Range | Choice
_End = tuple["fmpq | None", bool]


class Palette:
    """The values that are worth trying, by kind, each found when it is first asked for.

    No kind is empty unless the domain is.
    """

    def __init__(self, domain: Concrete) -> None:
        self._domain = domain

    @cached_property
    def plain(self) -> tuple[fmpq, ...]:
        """Simple numbers."""
        return self._members(_plain) or self._members(_edges) or self._members(_tiny)

    @cached_property
    def edges(self) -> tuple[fmpq, ...]:
        """The ends that belong, and their neighbours."""
        return self._members(_edges) or self.plain

    @cached_property
    def tiny(self) -> tuple[fmpq, ...]:
        """Close to an end, or to 0."""
        return self._members(_tiny) or self.plain

    @cached_property
    def large(self) -> tuple[fmpq, ...]:
        """Far from 0, where the domain is unbounded."""
        return self._members(_large) or self.edges

    @cached_property
    def least(self) -> fmpq | None:
        """The least of the values worth trying."""
        return min((*self.edges, *self.tiny), default=None)

    @cached_property
    def greatest(self) -> fmpq | None:
        """The greatest of the values worth trying."""
        return max((*self.edges, *self.tiny), default=None)

    def _members(self, kind: Callable[[Range], Iterable[fmpq]]) -> tuple[fmpq, ...]:
        if isinstance(self._domain, Choice):
            return self._domain.values
        return tuple(dict.fromkeys(value for value in kind(self._domain) if value in self._domain))


@lru_cache(maxsize=4096)
def palette(domain: Concrete) -> Palette:
    """The values worth trying in ``domain``; all empty where the domain is."""
    return Palette(domain)


def meet(first: Concrete, second: Concrete) -> Concrete:
    """The values in both domains."""
    if isinstance(first, Choice):
        return Choice(tuple(value for value in first.values if value in second))
    if isinstance(second, Choice):
        return meet(second, first)
    low, low_open = _tighter((first.low, first.low_open), (second.low, second.low_open), 1)
    high, high_open = _tighter((first.high, first.high_open), (second.high, second.high_open), -1)
    excluded = first.excluded + second.excluded
    return Range(low, high, low_open, high_open, first.integer or second.integer, excluded)


def _tighter(first: _End, second: _End, side: int) -> _End:
    """The larger of two lower ends (side 1) or the smaller of two upper ones (side -1)."""
    (one, one_open), (other, other_open) = first, second
    if one is None or other is None:
        return second if one is None else first
    if one == other:
        return one, one_open or other_open
    return first if (one > other) == (side > 0) else second


def spread(domain: Concrete, share: fmpq, random: Random) -> fmpq | None:
    """The member at ``share`` (0 to 1) of the domain, or of its middle or of its magnitudes where it has no end."""
    if isinstance(domain, Choice):
        return domain.values[int((share * len(domain.values)).floor())] if domain.values else None
    value = _anywhere(domain, share, random)
    return fmpq(value.floor()) if domain.integer else value


def _anywhere(domain: Range, share: fmpq, random: Random) -> fmpq:
    low, high = (domain.first, domain.last) if domain.integer else (domain.low, domain.high)
    if low is not None and high is not None:
        return low + share * (high - low + (1 if domain.integer else 0))
    if random.random() < _MIDDLE_SHARE:
        size, signed = _MIDDLE * share, 2 * _MIDDLE * (share - HALF)
    else:
        size = (share + fmpq(1, 9)) * 10 * fmpq(4) ** random.randrange(-3, 4)
        signed = size if random.random() < 0.5 else -size
    if low is not None:
        return low + size
    return signed if high is None else high - size


def rising(domain: Concrete, rank: fmpq) -> fmpq | None:
    """A value that rises strictly with ``rank`` where the domain has room for that, and never falls."""
    if isinstance(domain, Choice):
        ordered = sorted(domain.values)
        return ordered[min(max(int(rank.floor()) - 1, 0), len(ordered) - 1)] if ordered else None
    if domain.integer:
        return _rising_integer(domain.first, domain.last, fmpq(rank.floor()))
    low, high = domain.low, domain.high
    if low is not None and high is not None:
        return low + (high - low) * (1 + rank / (1 + abs(rank))) / 2
    if low is None and high is None:
        return rank
    positive = rank + 1 if rank > 0 else 1 / (1 - rank)
    return low + positive if low is not None else (high or fmpq(0)) - 1 / positive


def _rising_integer(first: fmpq | None, last: fmpq | None, rank: fmpq) -> fmpq:
    if first is not None:
        value = first + max(fmpq(0), rank)
        return value if last is None else min(value, last)
    return rank if last is None else last + min(fmpq(0), rank - _NEAR_LENGTH)


def _plain(domain: Range) -> Iterator[fmpq]:
    if domain.integer:
        yield from (q for q in SIMPLE if q.q == 1)
        yield from _measured_from(domain.first, domain.last, _NEAR, ())
    else:
        yield from SIMPLE
        yield from _measured_from(domain.low, domain.high, SIMPLE, _FRACTIONS)


def _edges(domain: Range) -> Iterator[fmpq]:
    if domain.integer:
        yield from _measured_from(domain.first, domain.last, _NEAR[:2], ())
        yield from (fmpq(n) for n in (0, 1, -1))
    else:
        yield from _finite(domain.low, domain.high)
        yield from _measured_from(domain.low, domain.high, _TINY[:3], _FRACTIONS[5:])
        yield from (fmpq(0), *_TINY[1:4])


def _tiny(domain: Range) -> Iterator[fmpq]:
    if domain.integer:
        yield from _measured_from(domain.first, domain.last, _NEAR[:3], ())
        yield from (fmpq(n) for n in (0, 1, 2, -1))
    else:
        yield from _measured_from(domain.low, domain.high, _TINY, ())
        yield from _both_signs(_TINY)


def _large(domain: Range) -> Iterator[fmpq]:
    if domain.integer:
        yield from _both_signs(_LARGE_INTEGERS)
        yield from _measured_from(domain.first, domain.last, _LARGE_INTEGERS, ())
    elif domain.low is None or domain.high is None:
        yield from _both_signs(_LARGE)
    else:
        yield from (domain.low, domain.high)


def _finite(*ends: fmpq | None) -> Iterator[fmpq]:
    return (end for end in ends if end is not None)


def _measured_from(
    low: fmpq | None, high: fmpq | None, steps: Iterable[fmpq], shares: Iterable[fmpq]
) -> Iterator[fmpq]:
    """low + s and high - s for each step s, and low + share·(high - low)."""
    steps = tuple(steps)
    if low is not None and high is not None:
        yield from (low + share * (high - low) for share in shares)
    if low is not None:
        yield from (low + step for step in steps)
    if high is not None:
        yield from (high - step for step in steps)


def _both_signs(values: Iterable[fmpq]) -> Iterator[fmpq]:
    for value in values:
        yield value
        yield -value


def _integer_above(value: fmpq, strictly: bool) -> fmpq:
    above = fmpq(value.ceil())
    return above + 1 if strictly and above == value else above
