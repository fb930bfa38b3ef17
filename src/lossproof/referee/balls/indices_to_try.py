"""Indices to try: small ones, to both sides of 0; the ends of their range; numbers of the claim; now and then far ones.

x[j]                    j = 0, ..., 4, often enough equal to another index; -1, ..., -4; 7, -60, 10^4
x[j], j integer <= M    j = M, M-1, ... and those among the above that are at most M
sum(x[m], m, 1, 10)     j = 10, 11, 9, -10, -11 besides
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from flint import fmpq

from lossproof.referee.balls import values as domains
from lossproof.referee.balls.styles import Decks, Style
from lossproof.referee.balls.values import Choice, Concrete, Range

_NEAR = tuple(fmpq(n) for n in range(5))
_FAR = tuple(fmpq(n) for n in (5, 6, 7, 8, 12, 20, 35, 60, 100, 400, 10**4))
# Where all data between two indices cost work.
_NEAR_IN_SPANS = _NEAR[:3]
_FAR_IN_SPANS = tuple(fmpq(n) for n in (3, 4, 5))
_MIDDLES = 97
# Most are small, so that two of them are often equal, and under an order of the data few lie between them.
_SHARES = (("small", 10), ("below", 4), ("special", 1), ("far", 1))
_KINDS = tuple(kind for kind, share in _SHARES for _ in range(share))
_ASKED = {Style.SPECIAL: "special", Style.LARGE: "far", Style.GREATEST: "far"}


@dataclass(frozen=True, slots=True)
class Indices:
    """How indices are chosen: ``special`` are the whole numbers of the claim and their neighbours.

    ``near`` and ``far`` are distances from 0, to both sides, and from the ends of a range.
    """

    special: tuple[fmpq, ...]
    near: tuple[fmpq, ...]
    far: tuple[fmpq, ...]

    @classmethod
    def of(cls, numbers: Iterable[fmpq], spans: bool) -> Indices:
        """From all numbers of the claim; ``spans`` says that all data between two indices cost work."""
        around = (number + step for number in numbers if number.q == 1 for step in (0, 1, -1))
        near, far = (_NEAR_IN_SPANS, _FAR_IN_SPANS) if spans else (_NEAR, _FAR)
        return cls(tuple(dict.fromkeys(around)), near, far)

    def index(self, name: str, domain: Concrete, style: Style, decks: Decks, kind: str | None) -> fmpq | None:
        """An index in ``domain``, of the ``kind`` if one is given; None where there is none."""
        if isinstance(domain, Choice):
            return decks.deal((name, domain), domain.values)
        asked = kind or _ASKED.get(style) or decks.random.choice(_KINDS)
        for each in (asked, "small", "ends"):
            held = [value for value in self._values(each, domain, decks.random) if value in domain]
            if held:
                return decks.deal((name, each, domain), held)
        return decks.deal((name, domain), domains.palette(domain).plain)

    def _values(self, kind: str, domain: Range, random: Random) -> Sequence[fmpq]:
        first, last = domain.first, domain.last
        if kind == "special":
            return self.special
        if kind == "far":
            return (*self.far, *(-step for step in self.far), *_inward(first, last, self.far))
        if first is not None and last is not None:
            return _across(domain, first, last, random)
        if kind == "small":
            return self.near
        below = tuple(-step for step in self.near if step) if kind == "below" else ()
        return (*below, *_inward(first, last, self.near))


def _across(domain: Range, first: fmpq, last: fmpq, random: Random) -> tuple[fmpq, ...]:
    """Both ends of a range, and one in between."""
    middle = domains.spread(domain, fmpq(random.randrange(_MIDDLES), _MIDDLES), random)
    return (first, last) if middle is None else (first, last, middle)


def _inward(first: fmpq | None, last: fmpq | None, steps: Iterable[fmpq]) -> Iterator[fmpq]:
    for step in steps:
        if first is not None:
            yield first + step
        if last is not None:
            yield last - step
