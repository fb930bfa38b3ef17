"""Sums, products and their like over the whole numbers of a range, at concrete sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from flint import fmpq

from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.function_balls import FUNCTIONS
from lossproof.referee.balls.jets import Value
from lossproof.referee.balls.scalars import ONE, ZERO, OutOfDomain
from lossproof.referee.balls.state import Run, State

Join = Callable[[Callable[[State], Sequence[Value]]], Run]


@dataclass(frozen=True, slots=True)
class Terms:
    """The values of ``body`` for each index of the range."""

    body: Run
    slot: int
    low: Run
    high: Run
    cost: int
    is_symbolic: bool

    def __call__(self, state: State) -> Sequence[Value]:
        first = scalars.integer_of(self.low(state), "the end of a range")
        last = scalars.integer_of(self.high(state), "the end of a range")
        state.ranges += self.is_symbolic
        state.filled += self.is_symbolic and last >= first
        state.spend(self.cost * max(0, last - first + 1))
        kept, values = state.slots[self.slot], []
        for index in range(first, last + 1):
            state.count(self.slot, index)
            values.append(self.body(state))
        state.slots[self.slot] = kept
        return values


def _joined(first: Value, join: Callable[[Value, Value], Value]) -> Join:
    """All terms joined, ``first`` where there are none."""
    return lambda terms: lambda state: reduce(join, terms(state), first)


def _log_sum_exp(terms: Callable[[State], Sequence[Value]]) -> Run:
    def run(state: State) -> Value:
        values = terms(state)
        if not values:
            raise OutOfDomain("logsumexp over an empty range")
        return FUNCTIONS["logsumexp"](values, state.principal)

    return run


REDUCTIONS: Mapping[str, Join] = {
    "sum": _joined(ZERO, jets.add),
    "prod": _joined(ONE, jets.multiply),
    "logsumexp": _log_sum_exp,
}


_EXACT = (int, fmpq)


def remembered(run: Run, slots: Sequence[int]) -> Run:
    """``run``, once for the values of the indices that it depends on: what is in ``slots``."""

    def once(state: State) -> Value:
        places = [state.place(slot) for slot in slots]
        if state.analytic or not all(isinstance(place, _EXACT) for place in places):
            return run(state)
        key = (run, *map(scalars.key, places))
        found = state.known.get(key)
        if found is None:
            found = state.known[key] = run(state)
        return found

    return once
