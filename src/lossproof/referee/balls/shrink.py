"""Make a counterexample small and readable: yt = 1, yp = 1/4 rather than yp = 0.2531...

Greedy: every quantity in turn takes the simplest value at which the claim still fails inside its domain, sizes
first, until a whole round changes nothing. Every step is checked by the same balls as any other point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from flint import fmpq

from lossproof.referee.balls.claim import Claim, Finding, Outcome
from lossproof.referee.balls.clauses import Clauses
from lossproof.referee.balls.domains import Choice, Range, palette
from lossproof.referee.balls.evaluate import Key
from lossproof.referee.balls.points import Point, fill_row, one_hot, simplex
from lossproof.referee.balls.scalars import Unusable

_ORDER = (
    fmpq(0), fmpq(1), fmpq(1, 2), fmpq(1, 4), fmpq(2), fmpq(-1), fmpq(3, 4), fmpq(3), fmpq(1, 3), fmpq(-2),
    fmpq(-1, 2), fmpq(2, 3), fmpq(4), fmpq(5), fmpq(3, 2), fmpq(10),
)  # fmt: skip
_TRIALS = 400
_WORK = 2_000_000
_ROUNDS = 4


def shrink(claim: Claim, point: Point, finding: Finding, principal: bool) -> tuple[Point, Finding]:
    """A simpler point that refutes as well, with its finding."""
    search = _Search(claim, principal, point, finding)
    for _ in range(_ROUNDS):
        if not search.improve():
            break
    return search.point, search.finding


class _Search:
    """The best point so far, and what has been spent on it."""

    def __init__(self, claim: Claim, principal: bool, point: Point, finding: Finding) -> None:
        self.claim = claim
        self.clauses = claim.clauses
        self.principal = principal
        self.point = Point(point.numbers, point.elements, _simplest_fill(claim.clauses))
        self.finding = finding
        self.left = _TRIALS
        self.most_work = claim.meter.spent + _WORK

    def improve(self) -> bool:
        """One round over all quantities; whether anything became simpler."""
        before = self.point
        sizes = [name for name in self.clauses.order if name in self.clauses.sizes]
        for name in chain(sizes, (n for n in self.clauses.order if n not in sizes)):
            self._first(self._simpler_numbers(name))
        for element in sorted(self.point.elements):
            if element in self.point.elements:
                self._first(self._simpler_elements(*element))
        return self.point is not before

    def _first(self, candidates: Iterator[Point]) -> None:
        """Take the first candidate that still refutes."""
        for candidate in candidates:
            if self.left <= 0 or self.claim.meter.spent > self.most_work:
                return
            self.left -= 1
            finding = self._refutes(candidate)
            if finding is not None:
                self.point, self.finding = candidate, finding
                return

    def _refutes(self, candidate: Point) -> Finding | None:
        if not self.clauses.holds(candidate):
            return None
        finding = self.claim.at(candidate, self.principal)
        return finding if finding.outcome is Outcome.REFUTES else None

    def _simpler_numbers(self, name: str) -> Iterator[Point]:
        members = self.clauses.members(name)
        if members:
            now = [self.point.numbers[member] for member in members]
            for values in _simpler_rows(self.clauses.is_one_hot(name), now):
                yield self._with_numbers(dict(zip(members, values, strict=True)))
            return
        for value in self._simpler(name):
            yield self._with_numbers({name: value})

    def _simpler(self, name: str) -> Iterator[fmpq]:
        now = self.point.numbers[name]
        try:
            domain = self.clauses.domain(name, self.point)
        except Unusable:
            return iter(())
        return _before(now, _candidates(domain))

    def _simpler_elements(self, name: str, key: Key) -> Iterator[Point]:
        row = self.clauses.row(name, key, self.point)
        if row is None:
            now = self.point.elements[name, key]
            for value in _before(now, _candidates(self.clauses.element_domain(name, key, self.point))):
                yield self._with_elements({(name, key): value})
        elif key == row.keys[0][1]:
            now_row = [self.point.element(*place) for place in row.keys]
            for values in _simpler_rows(row.one_hot, now_row):
                yield self._with_elements(dict(zip(row.keys, values, strict=True)))

    def _with_numbers(self, change: dict[str, fmpq]) -> Point:
        """The point with other scalars; rows of groups are drawn anew when a size changes."""
        kept = dict(self.point.elements)
        if change.keys() & self.clauses.sizes:
            kept = {place: value for place, value in kept.items() if not self.clauses.is_grouped(place[0])}
        return Point({**self.point.numbers, **change}, kept, self.point.fill)

    def _with_elements(self, change: dict[tuple[str, Key], fmpq]) -> Point:
        return Point(dict(self.point.numbers), {**self.point.elements, **change}, self.point.fill)


def _simplest_fill(clauses: Clauses) -> Callable[[Point, str, Key], None]:
    """Elements that a smaller point touches for the first time get the simplest value."""

    def fill(point: Point, name: str, key: Key) -> None:
        row = clauses.row(name, key, point)
        if row is not None:
            values = one_hot(len(row.keys), 0) if row.one_hot else simplex([1] * len(row.keys))
            fill_row(point, row, values)
            return
        candidates = _candidates(clauses.element_domain(name, key, point))
        point.elements[name, key] = next(candidates)

    return fill


def _candidates(domain: Range | Choice) -> Iterator[fmpq]:
    """Members of the domain, the simplest first."""
    if isinstance(domain, Choice):
        return iter(sorted(domain.values, key=lambda q: (q.q, abs(q.p), q < 0)))
    values = palette(domain)
    ends = (v for v in (domain.first, domain.last) if domain.integer and v is not None)
    pool = chain(ends if domain.integer else (), _ORDER, values.plain, values.edges)
    return (value for value in dict.fromkeys(pool) if value in domain)


def _before(now: fmpq, candidates: Iterator[fmpq]) -> Iterator[fmpq]:
    """The candidates that are simpler than ``now``."""
    for value in candidates:
        if value == now:
            return
        yield value


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
