"""The one loop that drives the methods of this room: advance, tell, look whether to stop.

An interruption (Ctrl-C) is an outcome like any other: the best point so far is handed back.
"""

from __future__ import annotations

from collections.abc import Callable

from lossproof.training.minimise.solution import Limits, Outcome, Solution, State, Watch

Advance = Callable[[State], "State | Outcome"]
"""One update: the next state, or why there is none."""


def iterate(state: State, advance: Advance, limits: Limits, watch: Watch) -> Solution:
    """Advance from ``state`` until the method, the watch, the keyboard or the limit says stop."""
    best, done, outcome = state, 0, Outcome.ITERATIONS
    try:
        while done < limits.iterations:
            step = advance(state)
            if isinstance(step, Outcome):
                outcome = step
                break
            state, done = step, done + 1
            best = state if state.value <= best.value else best
            if watch(done - 1, state):
                outcome = Outcome.STOPPED
                break
    except KeyboardInterrupt:
        return Solution(best, done, Outcome.INTERRUPTED)
    return Solution(state, done, outcome)
