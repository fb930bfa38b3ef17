"""Sizes to try: the least and the next few, numbers of the claim and their neighbours, now and then large ones.

sum(x[m], m, 1, M)     M = 2, 1, 3, ..., now and then up to 60
sum(x[m], m, 25, M)    M = 25, 26, ..., so that the sum has terms; at times fewer, so that it has none
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from flint import fmpq

from lossproof.referee.balls import values as domains
from lossproof.referee.balls.styles import Decks
from lossproof.referee.balls.values import Choice, Concrete

_FIRST = (1, 0, 2)
_STEPS = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 6, 11)
_LARGE_TURN = 32
_LARGEST = 60
_LARGEST_SPECIAL = 2_000
# Ranges that are empty are more than those from -1 down: a sum over one is 0, whatever its formula says.
_UNBOUNDED = tuple(fmpq(n) for n in (1, 2, 3, 4, 1, 2, 0, 5, -1, -2, -3))
LENGTHS = (1, 1, 2, 2, 3, 5)
NO_LENGTHS = (0, 0, -1, -2, -5)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How sizes are chosen: ``special`` are numbers of the claim, ``alone`` says that there is nothing but sizes."""

    special: tuple[fmpq, ...]
    alone: bool
    largest: int

    def size(self, name: str, domain: Concrete, number: int, asks_special: bool, decks: Decks) -> fmpq | None:
        """A size of ``domain`` for the point with this ``number``; None where there is none."""
        random = decks.random
        if isinstance(domain, Choice):
            return _pick(domain.values, random)
        least = domain.first
        farthest = fmpq(min(_LARGEST_SPECIAL, self.largest))
        if least is None or (least < 0 and number % 2):
            near = [value for value in self.special if value in domain and abs(value) <= farthest]
            if near and asks_special:
                return decks.deal((name, domain), near)
            usual = [value for value in _UNBOUNDED if value in domain]
            return _pick(usual or domains.palette(domain).plain, random)
        most = max(farthest, least)
        small = [value for value in self.special if value in domain and value <= most]
        if small and asks_special:
            return decks.deal((name, domain), small)
        step = self._step(number, random)
        return next((value for back in range(step + 1) if (value := least + step - back) in domain), None)

    def _step(self, number: int, random: Random) -> int:
        if number < len(_FIRST):
            return _FIRST[number]
        largest = min(_LARGEST, self.largest)
        if self.alone and number <= largest:
            return number
        if number % _LARGE_TURN == _LARGE_TURN - 1:
            return random.randrange(min(_STEPS[-1], largest), largest + 1)
        return random.choice(_STEPS)


def _pick(values: Sequence[fmpq], random: Random) -> fmpq | None:
    return random.choice(values) if values else None
