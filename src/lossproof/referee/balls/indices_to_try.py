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

_SMALL = tuple(fmpq(n) for n in range(5))
_BELOW = tuple(fmpq(-n) for n in range(1, 5))
_FAR = tuple(fmpq(sign * n) for n in (5, 6, 7, 8, 12, 20, 35, 60, 100, 400, 10**4) for sign in (1, -1))
_MIDDLES = 97
# Most are small, so that two of them are often equal, and under an order of the data few lie between them.
_SHARES = (("small", 10), ("below", 4), ("special", 1), ("far", 1))
_KINDS = tuple(kind for kind, share in _SHARES for _ in range(share))
_ASKED = {Style.SPECIAL: "special", Style.LARGE: "far", Style.GREATEST: "far"}


@dataclass(frozen=True, slots=True)
class Indices:
    """How indices are chosen: ``special`` are the whole numbers of the claim and their neighbours."""

    special: tuple[fmpq, ...]

    @classmethod
    def of(cls, numbers: Iterable[fmpq]) -> Indices:
        """From all numbers of the claim."""
        near = (number + step for number in numbers if number.q == 1 for step in (0, 1, -1))
        return cls(tuple(dict.fromkeys(near)))

    def index(self, name: str, domain: Concrete, style: Style, decks: Decks) -> fmpq | None:
        """An index in ``domain``; None where there is none."""
        if isinstance(domain, Choice):
            return decks.deal((name, domain), domain.values)
        asked = _ASKED.get(style) or decks.random.choice(_KINDS)
        for kind in (asked, "small", "ends"):
            held = [value for value in self._values(kind, domain, decks.random) if value in domain]
            if held:
                return decks.deal((name, kind, domain), held)
        return decks.deal((name, domain), domains.palette(domain).plain)

    def _values(self, kind: str, domain: Range, random: Random) -> Sequence[fmpq]:
        first, last = domain.first, domain.last
        if kind == "special":
            return self.special
        if kind == "far":
            return (*_FAR, *_inward(first, last, _FAR[::2]))
        if first is not None and last is not None:
            return _across(domain, first, last, random)
        if kind == "below" and first is None:
            return (*_BELOW, *_inward(None, last, _SMALL))
        return _SMALL if kind == "small" else tuple(_inward(first, last, _SMALL))


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
