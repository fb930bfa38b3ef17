"""Concrete domains of one quantity, and the values that are worth trying in each.

    Range(0, 1, open)      plain   1/2, 1/4, 3/4, ...        simple numbers
                           edges   the ends that belong, and their neighbours
                           tiny    1/1000, 10^-16, 1 - 10^-6 ...   close to an end, or to 0
                           large   far from 0, where the domain is unbounded

A domain is concrete once the sizes and the quantities in its ends have values. Everything is an exact rational.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from flint import fmpq, fmpz

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

    def __contains__(self, value: fmpq) -> bool:
        return value in self.values


Concrete = Range | Choice


@dataclass(frozen=True, slots=True)
class Palette:
    """The values that are worth trying, by kind; no kind is empty unless the domain is."""

    plain: tuple[fmpq, ...]
    edges: tuple[fmpq, ...]
    tiny: tuple[fmpq, ...]
    large: tuple[fmpq, ...]


@lru_cache(maxsize=4096)
def palette(domain: Concrete) -> Palette:
    """The values worth trying in ``domain``; all empty where the domain is."""
    if isinstance(domain, Choice):
        return Palette(*([domain.values] * 4))
    kinds = _integer_kinds(domain) if domain.integer else _real_kinds(domain)
    plain, edges, tiny, large = (_members(domain, values) for values in kinds)
    plain = plain or edges or tiny
    return Palette(plain, edges or plain, tiny or plain, large or edges or plain)


def wide(domain: Concrete, random: Random) -> fmpq | None:
    """A random member, spread over the whole domain: evenly where it is bounded, else over magnitudes."""
    if isinstance(domain, Choice):
        return random.choice(domain.values)
    for _ in range(8):
        value = _anywhere(domain, random)
        if domain.integer:
            value = fmpq(value.floor())
        if value in domain:
            return value
    plain = palette(domain).plain
    return random.choice(plain) if plain else None


def _anywhere(domain: Range, random: Random) -> fmpq:
    if domain.low is not None and domain.high is not None:
        whole = domain.high - domain.low + (1 if domain.integer else 0)
        return domain.low + whole * fmpq(random.randrange(0, 998), 997)
    size = fmpq(random.randrange(1, 1000), 101) * fmpq(4) ** random.randrange(-3, 4)
    if domain.low is not None:
        return domain.low + size
    if domain.high is not None:
        return domain.high - size
    return size if random.random() < 0.5 else -size


def _members(domain: Range, values: Iterable[fmpq]) -> tuple[fmpq, ...]:
    return tuple(dict.fromkeys(value for value in values if value in domain))


def _real_kinds(domain: Range) -> Iterator[list[fmpq]]:
    low, high = domain.low, domain.high
    yield [*SIMPLE, *_measured_from(low, high, SIMPLE, _FRACTIONS)]
    ends = [end for end in (low, high) if end is not None]
    yield [*ends, *_measured_from(low, high, _TINY[:3], _FRACTIONS[5:]), *(fmpq(0), *_TINY[1:4])]
    yield [*_measured_from(low, high, _TINY, ()), *_both_signs(_TINY)]
    yield list(_both_signs(_LARGE)) if None in (low, high) else ends


def _integer_kinds(domain: Range) -> Iterator[list[fmpq]]:
    first, last = domain.first, domain.last
    near = [fmpq(n) for n in range(6)]
    yield [*(q for q in SIMPLE if q.q == 1), *_measured_from(first, last, near, ())]
    yield [*_measured_from(first, last, near[:2], ()), *(fmpq(n) for n in (0, 1, -1))]
    yield [*_measured_from(first, last, near[:3], ()), *(fmpq(n) for n in (0, 1, 2, -1))]
    yield [*_both_signs(_LARGE_INTEGERS), *_measured_from(first, last, _LARGE_INTEGERS, ())]


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
