"""How the values of one point are chosen: styles that take turns.

plain, wide, large, tiny, edge     simple numbers; all over the domain; far off; close to an end or 0; the ends
least, greatest, tied, near        every quantity at its least, at its greatest; all equal; all nearly equal
sorted, reversed                   rising or falling with the index, and from one scalar to the next
above, below, between              all data above every scalar, below every scalar, between the least and the greatest
related, special, kink             sums and quotients of one another; numbers of the claim; where it changes
mixed                              each quantity in a style of its own
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import NamedTuple

from flint import fmpq

from lossproof.referee.balls import values as domains
from lossproof.referee.balls.scalars import Unusable
from lossproof.referee.balls.values import SIMPLE, Concrete


class Style(StrEnum):
    """How the values of one point are chosen."""

    PLAIN = "simple numbers"
    TIED = "all equal where their domains allow"
    NEAR = "all nearly equal"
    EDGE = "ends of the domains"
    LEAST = "every quantity at its least"
    GREATEST = "every quantity at its greatest"
    SORTED = "rising with the index"
    REVERSED = "falling with the index"
    ABOVE = "all data above every scalar"
    BELOW = "all data below every scalar"
    BETWEEN = "all data between the scalars"
    LARGE = "far from zero"
    TINY = "close to an end or to zero"
    WIDE = "spread evenly over the domain"
    RELATED = "sums, negatives, complements, quotients of one another"
    SPECIAL = "numbers that stand in the claim, and their neighbours"
    KINK = "where the claim may change its form, and to either side"
    MIXED = "each quantity in a style of its own"


TURNS = (
    Style.PLAIN,
    Style.WIDE,
    Style.TIED,
    Style.EDGE,
    Style.MIXED,
    Style.RELATED,
    Style.SPECIAL,
    Style.LARGE,
    Style.KINK,
    Style.ABOVE,
    Style.PLAIN,
    Style.SORTED,
    Style.TINY,
    Style.WIDE,
    Style.LARGE,
    Style.GREATEST,
    Style.BELOW,
    Style.KINK,
    Style.SPECIAL,
    Style.LEAST,
    Style.MIXED,
    Style.REVERSED,
    Style.RELATED,
    Style.NEAR,
    Style.WIDE,
    Style.BETWEEN,
    Style.TINY,
    Style.KINK,
    Style.KINK,
)
BESIDE = (Style.ABOVE, Style.BELOW, Style.BETWEEN)
_SINGLE = tuple(style for style in Style if style is not Style.MIXED)
_STRATA = tuple(fmpq(n) for n in range(24))
_WITHIN = 41
_NEARLY = tuple(fmpq(1, 10**k) for k in (3, 6, 10))
_LAST_RANK = 12
_SCALES = (fmpq(1, 7), fmpq(1, 2), fmpq(1), fmpq(1), fmpq(3))


@dataclass(slots=True)
class Decks:
    """Values dealt at random, each once before any comes up again."""

    random: Random
    held: dict[object, list[fmpq]] = field(default_factory=dict)

    def deal(self, key: object, values: Sequence[fmpq]) -> fmpq | None:
        """One of ``values``; None where there are none."""
        deck = self.held.setdefault(key, [])
        if not deck:
            deck.extend(values)
            self.random.shuffle(deck)
        return deck.pop() if deck else None


class Values:
    """The values of one point, in its style."""

    def __init__(self, style: Style, decks: Decks, special: Sequence[fmpq]) -> None:
        self.style = style
        self.decks = decks
        self.random = decks.random
        self.special = special
        self.tie = self.random.choice(SIMPLE[:12])
        self.scale = self.random.choice(_SCALES)
        self.nearly = self.random.choice(_NEARLY)
        self.ties: dict[Concrete, fmpq] = {}
        self.drawn: list[fmpq] = []

    def current(self) -> Style:
        """The style of the next value."""
        return self.random.choice(_SINGLE) if self.style is Style.MIXED else self.style

    def value(self, name: str, domain: Concrete, rank: int) -> fmpq:
        """A member of ``domain``; ``rank`` is its place among the indices or the scalars."""
        style = self.current()
        value = _BY_STYLE[style](self, _Wanted(name, style, domain, rank))
        if value is None or value not in domain:
            value = self.pick(domains.palette(domain).plain)
        self.drawn.append(value)
        return value

    def pick(self, values: Sequence[fmpq]) -> fmpq:
        """One of ``values``; Unusable where there are none."""
        if not values:
            raise Unusable("an empty domain")
        return self.random.choice(values)

    def step_to(self, rank: int) -> fmpq:
        """A number that rises with ``rank``, in steps of different length."""
        return (rank + fmpq(self.random.randrange(5), 10)) * self.scale

    def tied(self, domain: Concrete) -> fmpq | None:
        """The one value of this point for every quantity of ``domain``, and for all domains that hold it."""
        if self.tie in domain:
            return self.tie
        if domain not in self.ties:
            plain = domains.palette(domain).plain
            self.ties[domain] = self.tie = self.random.choice(plain) if plain else self.tie
        return self.ties[domain]

    def related(self, domain: Concrete) -> fmpq | None:
        """Made of values that were drawn before."""
        if not self.drawn:
            return None
        for _ in range(4):
            first, second = self.random.choice(self.drawn), self.random.choice(self.drawn)
            value = self.random.choice(_RELATIONS)(first, second)
            if value is not None and value in domain:
                return value
        return None


class _Wanted(NamedTuple):
    """What a value is wanted for."""

    name: str
    style: Style
    domain: Concrete
    rank: int


def _from(kind: Callable[[domains.Palette], Sequence[fmpq]]) -> Callable[[Values, _Wanted], fmpq | None]:
    """Dealt from one kind of the values worth trying."""
    return lambda values, want: values.decks.deal(
        (want.name, want.style, want.domain), kind(domains.palette(want.domain))
    )


def _special(values: Values, want: _Wanted) -> fmpq | None:
    held = [value for value in values.special if value in want.domain]
    return values.decks.deal((want.name, want.style, want.domain), held)


def _wide(values: Values, want: _Wanted) -> fmpq | None:
    """Each stratum of the domain once before any comes again."""
    stratum = values.decks.deal((want.name, want.style), _STRATA)
    assert stratum is not None
    share = (stratum + fmpq(2 * values.random.randrange(_WITHIN) + 1, 2 * _WITHIN)) / len(_STRATA)
    return domains.spread(want.domain, share, values.random)


def _near(values: Values, want: _Wanted) -> fmpq | None:
    base = values.tied(want.domain)
    return None if base is None else base + values.random.choice((want.rank, -want.rank)) * values.nearly


_BY_STYLE: dict[Style, Callable[[Values, _Wanted], fmpq | None]] = {
    Style.PLAIN: _from(lambda palette: palette.plain),
    Style.TIED: lambda values, want: values.tied(want.domain),
    Style.NEAR: _near,
    Style.EDGE: _from(lambda palette: palette.edges),
    Style.LEAST: lambda values, want: domains.palette(want.domain).least,
    Style.GREATEST: lambda values, want: domains.palette(want.domain).greatest,
    Style.SORTED: lambda values, want: domains.rising(want.domain, values.step_to(want.rank)),
    Style.REVERSED: lambda values, want: domains.rising(want.domain, values.step_to(_LAST_RANK - want.rank)),
    **dict.fromkeys(BESIDE, _from(lambda palette: palette.plain)),
    Style.LARGE: _from(lambda palette: palette.large),
    Style.TINY: _from(lambda palette: palette.tiny),
    Style.WIDE: _wide,
    Style.RELATED: lambda values, want: values.related(want.domain),
    Style.SPECIAL: _special,
    Style.KINK: _wide,
}

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


def beside(style: Style, domain: Concrete, scalars: Sequence[fmpq]) -> Concrete:
    """What a style leaves of the domain of data, beside the scalars of the point."""
    if not scalars or style not in BESIDE:
        return domain
    low = {Style.ABOVE: max(scalars), Style.BETWEEN: min(scalars)}.get(style)
    high = {Style.BELOW: min(scalars), Style.BETWEEN: max(scalars)}.get(style)
    narrow = domains.meet(domain, domains.Range(low, high, low_open=True, high_open=True))
    return narrow if domains.palette(narrow).plain else domain


def option(style: Style, count: int) -> int | None:
    """Which of finitely many options a style asks for: the first, the last, or none in particular."""
    return {Style.LEAST: 0, Style.GREATEST: count - 1}.get(style)
