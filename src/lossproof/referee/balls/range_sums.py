"""Sums, products and their like over the whole numbers of a range, at concrete sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from flint import arb, fmpq

from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.function_balls import FUNCTIONS
from lossproof.referee.balls.jets import Value
from lossproof.referee.balls.scalars import ONE, ZERO, OutOfDomain
from lossproof.referee.balls.state import Run, State

Join = Callable[[Callable[[State], Sequence[Value]]], Run]


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The values of ``body`` for each index of the range."""

    body: Run
    slot: int
    low: Run
    high: Run
    cost: int
    is_symbolic: bool
    is_fixed: bool

    def ends(self, state: State) -> tuple[int, int]:
        """Both ends of the range; looked up where no index and no `diff` around can change them."""
        found = state.spans.get(self) if self.is_fixed and not state.moving else None
        if found is None:
            first = scalars.integer_of(self.low(state), "the end of a range")
            last = scalars.integer_of(self.high(state), "the end of a range")
            found = state.spans[self] = first, last
        return found

    def __call__(self, state: State) -> Sequence[Value]:
        first, last = self.ends(state)
        state.ranges += self.is_symbolic
        state.filled += self.is_symbolic and last >= first
        state.spend(self.cost * max(0, last - first + 1))
        slot, body, slots, whole = self.slot, self.body, state.slots, state.whole
        kept, values = (slots[slot], whole[slot]), []
        for index in range(first, last + 1):
            slots[slot], whole[slot] = fmpq(index), index
            values.append(body(state))
        slots[slot], whole[slot] = kept
        return values


def _sum(terms: Callable[[State], Sequence[Value]]) -> Run:
    def run(state: State) -> Value:
        found: Value = ZERO
        for value in terms(state):
            found = found + value if type(found) is arb is type(value) else jets.add(found, value)
        return found

    return run


def _product(terms: Callable[[State], Sequence[Value]]) -> Run:
    first: Value = ONE
    return lambda state: reduce(jets.multiply, terms(state), first)


def _log_sum_exp(terms: Callable[[State], Sequence[Value]]) -> Run:
    def run(state: State) -> Value:
        values = terms(state)
        if not values:
            raise OutOfDomain("logsumexp over an empty range")
        return FUNCTIONS["logsumexp"](values, state.principal)

    return run


REDUCTIONS: Mapping[str, Join] = {
    "sum": _sum,
    "prod": _product,
    "logsumexp": _log_sum_exp,
}
