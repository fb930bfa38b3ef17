"""Where a claim may change its form: the zeros of what it compares, exact where linear, else held in balls.

    Max(x - 3, 0)              3, and a little to either side
    indicator(exp(x) > 60)     log 60 between two rationals, by bisection; then between it and the next one
    Abs(x^2 - 2)               zeros that are crossed, and places where the difference comes near 0 and turns back

One quantity moves at a time, the others stay where they were drawn. All decisions are made by whole balls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from flint import arb, fmpq

from lossproof.notation import tree
from lossproof.notation.traverse import data_names, free_names
from lossproof.referee.balls import scalars
from lossproof.referee.balls.clauses import Element
from lossproof.referee.balls.evaluate import compile_tree, nodes_in
from lossproof.referee.balls.jets import number_of
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.scalars import Scalar, Unusable
from lossproof.referee.balls.state import Run, Scope
from lossproof.referee.balls.values import Concrete, Range

_BITS = 128
_HALVINGS = 64
_TURNINGS = 24
# A difference of several quantities is looked at in fewer places, but again at other points.
_COARSE = 3
_BESIDE = tuple(fmpq(1, n) for n in (10**9, 999, 20))
_EVEN = tuple(fmpq(k, 4) for k in range(-32, 33))
_FAR = tuple(fmpq(n) for n in (10, 14, 20, 30, 50, 100, 300, 1000, 10**4, 10**6))
_CLOSE = tuple(fmpq(1, n) for n in (8, 20, 100, 10**4, 10**8))
_SHARES = tuple(fmpq(2 * k + 1, 128) for k in range(64))


@dataclass(frozen=True, slots=True)
class Kink:
    """A difference that the claim looks at; ``name`` is the one quantity in it, where there is just one."""

    node: tree.Node
    run: Run
    name: str | None
    nodes: int

    @classmethod
    def of(cls, node: tree.Node, scope: Scope) -> Kink:
        """Compile the difference."""
        names = free_names(node)
        alone = len(names) == 1 and not data_names(node) and not names & scope.definitions.keys()
        return cls(node, compile_tree(node, scope), next(iter(names)) if alone else None, nodes_in(node))


@dataclass(frozen=True, slots=True)
class Mover:
    """One scalar or element of a point that can take other values of its domain."""

    point: Point
    place: str | Element
    domain: Concrete

    @property
    def now(self) -> fmpq:
        """The value that it has."""
        return self.point.numbers[self.place] if isinstance(self.place, str) else self.point.elements[self.place]

    def move(self, value: fmpq) -> None:
        """Give it another value."""
        if isinstance(self.place, str):
            self.point.numbers[self.place] = value
        else:
            self.point.elements[self.place] = value


class Difference:
    """The difference as a function of the value of one mover.

    ``spent`` counts the nodes evaluated; ``is_between`` says that a zero was found between two numbers, and not hit, or
    at one where balls do not tell it from what is nearly zero.
    """

    def __init__(self, kink: Kink, scope: Scope, mover: Mover) -> None:
        self.kink, self.scope, self.mover = kink, scope, mover
        self.spent = 0
        self.is_between = False

    def at(self, value: Any) -> Scalar:
        """The difference where the mover has this value, rational or exact; raises Unusable where it has none."""
        kept, point = self.mover.now, self.mover.point
        self.mover.move(value)
        state = self.scope.early_state(point.numbers, point)
        try:
            with scalars.precision(_BITS):
                return number_of(self.kink.run(state))
        finally:
            self.mover.move(kept)
            self.spent += self.kink.nodes + state.spent

    def ball(self, value: fmpq) -> arb | None:
        """The difference as a real ball; None where there is none."""
        try:
            found = scalars.ball(self.at(value))
        except Unusable:
            return None
        return found if isinstance(found, arb) and found.is_finite() else None

    def sign(self, value: fmpq) -> int | None:
        """-1, 0 or 1; None where balls do not tell."""
        found = self.ball(value)
        if found is None or (found.contains(0) and not found.is_zero()):
            return None
        return int(found > 0) - int(found < 0)


def linear_root(value: Callable[[fmpq], Scalar], here: fmpq) -> fmpq | None:
    """Where the value would be 0 if it were linear; None where that cannot be told exactly."""
    try:
        before, after = value(here), value(here + 1)
    except Unusable:
        return None
    if not isinstance(before, fmpq) or not isinstance(after, fmpq) or before == after:
        return None
    return here - before / (after - before)


def places_of_interest(difference: Difference) -> list[fmpq]:
    """Values at which the difference is 0, or as near as balls show, then beside them and between them."""
    mover = difference.mover
    root = linear_root(difference.at, mover.now)
    if root is not None and difference.sign(root) == 0:
        return _within([root, *_beside(root, root)], mover.domain)
    if not isinstance(mover.domain, Range):
        return []
    grid = _grid(mover.domain)
    brackets = sorted(_brackets(difference, grid if difference.kink.name else grid[::_COARSE]))
    difference.is_between = any(low < high or difference.sign(low) is None for low, high in brackets)
    found = [value for low, high in brackets for value in (low, high, *_beside(low, high))]
    found += [(before[1] + after[0]) / 2 for before, after in pairwise(brackets)]
    return _within(found, mover.domain)


def _within(found: Sequence[fmpq], domain: Concrete) -> list[fmpq]:
    """Those of the values that belong to the domain; of one of whole numbers, the nearest ones and their neighbours."""
    if isinstance(domain, Range) and domain.integer:
        found = [
            fmpq(whole) + step for value in found for whole in (value.floor(), value.ceil()) for step in (0, -1, 1)
        ]
    return [value for value in {scalars.key(value): value for value in found}.values() if value in domain]


def _beside(low: fmpq, high: fmpq) -> Iterator[fmpq]:
    for step in _BESIDE:
        yield high + step
        yield low - step


@lru_cache(maxsize=1024)
def _grid(domain: Range) -> tuple[fmpq, ...]:
    """Values all over the domain, in order: evenly in the middle, by magnitudes beyond."""
    low, high = domain.low, domain.high
    if low is not None and high is not None:
        values = [low + share * (high - low) for share in _SHARES]
    elif low is not None or high is not None:
        steps = (*_CLOSE, *(value for value in _EVEN if value > 0), *_FAR)
        values = [low + step if low is not None else (high or fmpq(0)) - step for step in steps]
    else:
        values = [*_EVEN, *(sign * value for value in (*_FAR, *_CLOSE) for sign in (1, -1))]
    # An integer moves through all numbers between its ends: what lies beside a zero is rounded afterwards.
    everywhere = replace(domain, integer=False, excluded=())
    different = {scalars.key(value): value for value in values}.values()
    return tuple(sorted(value for value in different if value in everywhere))


def _brackets(difference: Difference, grid: Sequence[fmpq]) -> Iterator[tuple[fmpq, fmpq]]:
    """Two rationals close to each other around each zero that the grid shows, or one where balls do not tell."""
    found = [(value, ball) for value in grid if (ball := difference.ball(value)) is not None]
    balls = [(value, ball) for value, ball in found if ball.is_zero() or not ball.contains(0)]
    yield from ((value, value) for value, ball in found if ball.contains(0) and not ball.is_zero())
    for (value, ball), (next_value, next_ball) in pairwise(balls):
        if ball.is_zero():
            yield value, value
        elif (ball > 0 and next_ball < 0) or (ball < 0 and next_ball > 0):
            yield _halved(difference, value, next_value, 1 if ball > 0 else -1)
    for before, here, after in zip(balls, balls[1:], balls[2:], strict=False):
        side = 1 if here[1] > 0 else -1
        if side * here[1] < side * before[1] and side * here[1] < side * after[1] and before[1] * side > 0:
            yield from _around_a_turn(difference, before[0], after[0], side)


def _halved(difference: Difference, low: fmpq, high: fmpq, sign_at_low: int) -> tuple[fmpq, fmpq]:
    """A bracket with the signs of ``low`` and ``high`` at its ends, halved as long as balls decide."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        sign = difference.sign(middle)
        if not sign:
            return (low, high) if sign is None else (middle, middle)
        low, high = (middle, high) if sign == sign_at_low else (low, middle)
    return low, high


def _around_a_turn(difference: Difference, low: fmpq, high: fmpq, side: int) -> Iterator[tuple[fmpq, fmpq]]:
    """The zeros beside a place where the difference turns back, or that place itself."""
    first, last = low, high
    for _ in range(_TURNINGS):
        left, right = low + (high - low) * fmpq(2, 5), low + (high - low) * fmpq(3, 5)
        at_left, at_right = difference.ball(left), difference.ball(right)
        if at_left is None or at_right is None:
            return
        for value, ball in ((left, at_left), (right, at_right)):
            if side * ball < 0:
                yield _halved(difference, first, value, side)
                yield _halved(difference, value, last, -side)
                return
        low, high = (low, right) if side * at_left < side * at_right else (left, high)
    yield low, high
