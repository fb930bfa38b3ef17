"""The values of a group: one 1 among zeros, or a point of a simplex, under the clauses on each member.

p simplex over 1..K; p[m] < 1/2      K >= 3, and weights drawn anywhere move towards 1/K as far as they must
(a, b, c) simplex; a > 9/10          towards low + s·(high - low), with s such that the sum is 1
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from flint import fmpq

from lossproof.referee.balls.values import Choice, Concrete, Range

LONGEST_ROW = 250_000
_SHARES = (fmpq(1), fmpq(3, 4), fmpq(1, 2), fmpq(1, 97), fmpq(0))
_SEARCH = 2_000


def one_hot(count: int, place: int) -> list[fmpq]:
    """1 at ``place`` and 0 elsewhere."""
    return [fmpq(int(i == place)) for i in range(count)]


def simplex(weights: Sequence[int]) -> list[fmpq]:
    """The weights divided by their sum."""
    total = sum(weights)
    return [fmpq(weight, total) for weight in weights]


def hot_place(domains: Sequence[Concrete], place: int) -> int | None:
    """``place`` or the next one after it at which a 1 and zeros elsewhere satisfy the domains."""
    unlike_zero = [i for i, domain in enumerate(domains) if fmpq(0) not in domain]
    if len(unlike_zero) > 1:
        return None
    places = unlike_zero or [(place + step) % len(domains) for step in range(len(domains))]
    return next((i for i in places if fmpq(1) in domains[i]), None)


def within(values: Sequence[fmpq], domains: Sequence[Concrete], random: Random) -> list[fmpq] | None:
    """A point of the simplex that satisfies the domains, near ``values``, which are one; None where none is found."""
    if _all_in(values, domains):
        return list(values)
    ranges = [domain for domain in domains if isinstance(domain, Range) and not domain.integer]
    if len(ranges) < len(domains):
        return _listed(domains, random)
    box = [_ends(domain) for domain in ranges]
    centre = _centre(box)
    if centre is None:
        return None
    most = min(map(_reach, centre, values, box))
    for share in (*_SHARES[:-1], fmpq(random.randrange(1, 997), 997), _SHARES[-1]):
        moved = [c + share * most * (value - c) for c, value in zip(centre, values, strict=True)]
        if _all_in(moved, domains):
            return moved
    return None


def lengths(domain: Concrete) -> tuple[int, int | None]:
    """The least and the greatest number of members (None: any) of a simplex in which each is in ``domain``."""
    if isinstance(domain, Choice):
        positive = [value for value in domain.values if value > 0]
        if not positive:
            return LONGEST_ROW + 1, None
        low, high, low_open, high_open = min(positive), max(positive), False, False
    else:
        (low, high), low_open, high_open = _ends(domain), domain.low_open, domain.high_open
    least = int((1 / high).ceil()) if high > 0 else LONGEST_ROW + 1
    least += high_open and least * high == 1
    if low <= 0:
        return max(least, 1), None
    greatest = int((1 / low).floor())
    return max(least, 1), greatest - (low_open and greatest * low == 1)


def _all_in(values: Sequence[fmpq], domains: Sequence[Concrete]) -> bool:
    return all(value in domain for value, domain in zip(values, domains, strict=True))


def _ends(domain: Range) -> tuple[fmpq, fmpq]:
    low = fmpq(0) if domain.low is None else max(domain.low, fmpq(0))
    high = fmpq(1) if domain.high is None else min(domain.high, fmpq(1))
    return low, high


def _centre(box: Sequence[tuple[fmpq, fmpq]]) -> list[fmpq] | None:
    """low + s·(high - low) with sum 1."""
    least, greatest = sum((low for low, _ in box), fmpq(0)), sum((high for _, high in box), fmpq(0))
    if not least <= 1 <= greatest or any(low > high for low, high in box):
        return None
    share = (1 - least) / (greatest - least) if greatest > least else fmpq(0)
    return [low + share * (high - low) for low, high in box]


def _reach(centre: fmpq, value: fmpq, ends: tuple[fmpq, fmpq]) -> fmpq:
    """How far (0 to 1) one may go from the centre to the value and stay between the ends."""
    end = ends[1] if value > centre else ends[0]
    return fmpq(1) if value == centre else min(fmpq(1), (end - centre) / (value - centre))


def _listed(domains: Sequence[Concrete], random: Random) -> list[fmpq] | None:
    """Values with sum 1 where some domains are lists, by a search of bounded length."""
    budget = iter(range(_SEARCH))

    def search(place: int, rest: fmpq) -> list[fmpq] | None:
        if place == len(domains):
            return [] if rest == 0 else None
        for value in _options(domains[place], rest, place == len(domains) - 1, random):
            if next(budget, None) is None:
                return None
            found = search(place + 1, rest - value)
            if found is not None:
                return [value, *found]
        return None

    return search(0, fmpq(1)) if len(domains) <= 64 else None


def _options(domain: Concrete, rest: fmpq, is_last: bool, random: Random) -> Iterator[fmpq]:
    """Positive members that leave something for those that come."""
    if is_last:
        yield from (value for value in (rest,) if value in domain)
    elif isinstance(domain, Choice):
        yield from random.sample([v for v in domain.values if 0 < v < rest], sum(0 < v < rest for v in domain.values))
    else:
        low, high = _ends(domain)
        spread = (low + (min(high, rest) - low) * fmpq(random.randrange(1, 12), 12) for _ in range(3))
        yield from (value for value in spread if value in domain and 0 < value < rest)
