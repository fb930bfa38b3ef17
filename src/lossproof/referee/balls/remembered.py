"""What has been found once is not evaluated again: values by the shape of a formula and the indices in it.

Under a `diff` what reads the moving quantity has values of its own; everything else is as it was outside.
"""

from __future__ import annotations

from collections.abc import Callable

from lossproof.referee.balls.jets import Value
from lossproof.referee.balls.state import Known, Placed, Run, Shape, State

Find = Callable[[State], tuple[object, ...] | None]


def remembered(run: Run, at: Placed) -> Run:
    """``run``, once for the values of the indices that it depends on; again where one of them is no whole number."""
    shape, slots = at
    key = _key(shape, slots)

    def once(state: State) -> Value:
        place = None if state.analytic else key(state)
        if place is None:
            return run(state)
        known = _values(state, shape) if state.moving else state.known
        found = known.get(place)
        if found is None:
            found = known[place] = run(state)
        return found

    return once


def _values(state: State, shape: Shape) -> Known:
    """The values found under the innermost `diff` that moves something in the formula."""
    reads = shape.reads
    return next((known for moved, known in reversed(state.moving) if moved in reads), state.known)


def _key(shape: Shape, slots: tuple[int, ...]) -> Find:
    """The shape and the indices; None where one of them is no whole number."""
    if not slots:
        return lambda state: (shape,)
    if len(slots) == 1:
        (only,) = slots
        return lambda state: None if (i := state.whole[only]) is None else (shape, i)
    if len(slots) == 2:
        return _key_of_two(shape, *slots)

    def key(state: State) -> tuple[object, ...] | None:
        whole = state.whole
        places = [whole[slot] for slot in slots]
        return None if None in places else (shape, *places)

    return key


def _key_of_two(shape: Shape, first: int, second: int) -> Find:
    def key(state: State) -> tuple[object, ...] | None:
        i, j = state.whole[first], state.whole[second]
        return None if i is None or j is None else (shape, i, j)

    return key
