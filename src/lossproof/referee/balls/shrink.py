"""Make a counterexample small and readable: yt = 1, yp = 1/4 rather than yp = 0.2531...

Greedy: every quantity in turn takes the simplest value at which the claim still fails inside its domain, sizes
first; quantities that are equal also move together. Rounds go on until one changes nothing. Every step is
checked by the same balls as any other point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from flint import fmpq

from lossproof.referee.balls.claim import PRECISIONS, Claim, Finding, Outcome
from lossproof.referee.balls.clauses import Element
from lossproof.referee.balls.group_values import one_hot, simplex
from lossproof.referee.balls.point import Point, fill_row
from lossproof.referee.balls.scalars import Unusable, key
from lossproof.referee.balls.state import Key
from lossproof.referee.balls.values import Choice, Concrete, Range, palette

_ORDER = (
    fmpq(0), fmpq(1), fmpq(1, 2), fmpq(1, 4), fmpq(2), fmpq(-1), fmpq(3, 4), fmpq(3), fmpq(1, 3), fmpq(-2),
    fmpq(-1, 2), fmpq(2, 3), fmpq(4), fmpq(5), fmpq(3, 2), fmpq(10),
)  # fmt: skip
_RANKS = {key(value): rank for rank, value in enumerate(_ORDER)}
_TRIALS = 600
_WORK = 1_000_000
_ROUNDS = 4

Elements = dict[Element, fmpq]


def shrink(
    claim: Claim, point: Point, finding: Finding, principal: bool = False, precisions: Iterable[int] = PRECISIONS
) -> tuple[Point, Finding]:
    """A simpler point that refutes as well, with its finding; it holds only the elements that are touched."""
    claim.meter.allow(_WORK)
    search = _Search(claim, point, finding, principal, tuple(precisions))
    for _ in range(_ROUNDS):
        if not search.improve():
            break
    return search.point, search.finding


class _Search:
    """The best point so far, and what may still be spent on it."""

    def __init__(
        self, claim: Claim, point: Point, finding: Finding, principal: bool, precisions: tuple[int, ...]
    ) -> None:
        self.claim = claim
        self.clauses = claim.clauses
        self.principal = principal
        self.precisions = precisions
        self.trials = _TRIALS
        self.point = point
        self.finding = finding
        if not self._is_over():
            self._try({}, {})

    def improve(self) -> bool:
        """One round over all quantities; whether anything became simpler."""
        before = self.point
        sizes = [name for name in self.clauses.order if name in self.clauses.sizes]
        for name in sizes:
            self._first(self._scalar_changes(name), also_afresh=True)
        for value, places in self._ties():
            self._first(self._tied_changes(value, places))
        for name in self.clauses.order:
            self._first(self._scalar_changes(name))
        for element in self._elements():
            if element in self.point.elements:
                self._first(self._element_changes(*element))
        return self.point is not before

    def _elements(self) -> Iterator[Element]:
        """The elements in order, the first of each row of a group for all of it, while there is work to spend."""
        seen: set[Element] = set()
        arrays = list(self.claim.scope.arrays)
        for element in sorted(self.point.elements, key=lambda each: (arrays.index(each[0]), each[1])):
            if self._is_over():
                return
            if element not in seen:
                row = self.clauses.row(*element, self.point)
                seen.update(row.keys if row else ())
                yield row.keys[0] if row else element

    def _first(self, changes: Iterator[tuple[dict[str, fmpq], Elements]], also_afresh: bool = False) -> None:
        """Make the first change after which the claim still fails; with other data where ``also_afresh``."""
        for numbers, elements in changes:
            if self._is_over():
                return
            if self._try(numbers, elements) or (also_afresh and self._try(numbers, elements, afresh=True)):
                return

    def _is_over(self) -> bool:
        """Whether there is not enough left for one more trial."""
        return self.trials <= 0 or self.claim.meter.left < self.claim.cost(max(self.precisions))

    def _try(self, numbers: dict[str, fmpq], elements: Elements, afresh: bool = False) -> bool:
        """Whether the claim still fails with these values; then they are kept."""
        self.trials -= 1
        kept = self._ungrouped() if numbers.keys() & self.clauses.sizes else self.point.elements
        if afresh:
            kept = {}
        candidate = Point({**self.point.numbers, **numbers}, {}, _Fill(self.claim, {**kept, **elements}))
        if not self.clauses.holds(candidate):
            return False
        finding = self.claim.settled(candidate, self.principal, self.precisions)
        if finding.outcome is not Outcome.REFUTES or not self.claim.holds(candidate):
            return False
        self.point, self.finding = candidate, finding
        return True

    def _ungrouped(self) -> Elements:
        """The elements without rows of groups, whose length follows a size."""
        return {e: value for e, value in self.point.elements.items() if not self.clauses.is_grouped(e[0])}

    def _scalar_changes(self, name: str) -> Iterator[tuple[dict[str, fmpq], Elements]]:
        members = self.clauses.members(name)
        if members:
            now = [self.point.numbers[member] for member in members]
            for values in _simpler_rows(self.clauses.is_one_hot(name), now):
                yield dict(zip(members, values, strict=True)), {}
            return
        for value in self._simpler(self.point.numbers[name], self.clauses.domain(name, self.point)):
            yield {name: value}, {}

    def _element_changes(self, name: str, key: Key) -> Iterator[tuple[dict[str, fmpq], Elements]]:
        row = self.clauses.row(name, key, self.point)
        if row is None:
            domain = self.clauses.element_domain(name, self.point)
            for value in self._simpler(self.point.elements[name, key], domain):
                yield {}, {(name, key): value}
        else:
            now = [self.point.element(*place) for place in row.keys]
            for values in _simpler_rows(row.one_hot, now):
                yield {}, dict(zip(row.keys, values, strict=True))

    def _ties(self) -> list[tuple[fmpq, list[str]]]:
        """The scalars that share a value, with that value."""
        free = {n: v for n, v in self.point.numbers.items() if not self.clauses.members(n)}
        shared = [value for value, count in Counter(free.values()).items() if count > 1]
        return [(value, [name for name, v in free.items() if v == value]) for value in shared]

    def _tied_changes(self, now: fmpq, names: list[str]) -> Iterator[tuple[dict[str, fmpq], Elements]]:
        everywhere = Range(integer=now.q == 1)
        for value in self._simpler(now, everywhere):
            yield dict.fromkeys(names, value), {}

    def _simpler(self, now: fmpq, domain: Concrete) -> list[fmpq]:
        """Members of the domain that read more easily than ``now``, the simplest first."""
        rank = _rank(now)
        if rank[0] < len(_ORDER) and isinstance(domain, Range):
            return [value for value in _ORDER[: rank[0]] if value in domain]
        near = [fmpq((now * scale).floor() + up) / scale for scale in (1, 2, 10) for up in (0, 1)]
        found = {value for value in (*_candidates(domain), *self.claim.numbers, *near) if value in domain}
        return sorted((value for value in found if _rank(value) < rank), key=_rank)


class _Fill:
    """Elements keep the value that they had; one that is touched for the first time gets a simple one.

    Zeros and ties would hide most differences; they come later, if they may.
    """

    def __init__(self, claim: Claim, known: Elements) -> None:
        self.clauses = claim.clauses
        self.known = known

    def __call__(self, point: Point, name: str, key: Key) -> None:
        row = self.clauses.row(name, key, point)
        if row is None:
            domain = self.clauses.element_domain(name, point)
            now = self.known.get((name, key))
            point.elements[name, key] = now if now is not None and now in domain else _newcomer(domain, sum(key))
        elif all(place in self.known for place in row.keys):
            fill_row(point, row, [self.known[place] for place in row.keys])
        else:
            count = len(row.keys)
            fill_row(point, row, one_hot(count, 0) if row.one_hot else simplex([1] * count))


def _rank(value: fmpq) -> tuple[int, int, bool]:
    """Small for numbers that read easily."""
    listed = _RANKS.get(key(value))
    if listed is not None:
        return listed, 0, False
    return len(_ORDER), int(abs(value.p) + value.q), value < 0


def _candidates(domain: Concrete) -> tuple[fmpq, ...]:
    if isinstance(domain, Choice):
        return domain.values
    values = palette(domain)
    ends = tuple(end for end in (domain.first, domain.last) if end is not None) if domain.integer else ()
    return (*_ORDER, *ends, *values.plain, *values.edges, *values.tiny, *values.large)


def _newcomer(domain: Concrete, place: int) -> fmpq:
    choice = _newcomers(domain)
    if not choice:
        raise Unusable("an empty domain")
    return choice[place % len(choice)]


@lru_cache(maxsize=1000)
def _newcomers(domain: Concrete) -> list[fmpq]:
    """The three that read most easily and are not 0, where there are such."""
    members = sorted({value for value in _candidates(domain) if value in domain}, key=_rank)
    return [value for value in members if value][:3] or members


def _simpler_rows(is_one_hot: bool, now: list[fmpq]) -> Iterator[list[fmpq]]:
    count = len(now)
    if is_one_hot:
        options = [one_hot(count, place) for place in range(count)]
    else:
        options = [simplex([1] * count), simplex([2, *[1] * (count - 1)]), simplex(list(range(1, count + 1)))]
    for option in options:
        if option == now:
            return
        yield option
