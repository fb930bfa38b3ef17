"""Functions and powers at the values of their arguments: what is known exactly, what hides bits, where a cut lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import fmpq

from lossproof.functions.table import FUNCTIONS as ROWS
from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.function_balls import FUNCTIONS, Apply
from lossproof.referee.balls.hidden_bits import hidden_by_power
from lossproof.referee.balls.irrational import Exact, Root
from lossproof.referee.balls.jets import Value
from lossproof.referee.balls.scalars import ZERO, Scalar
from lossproof.referee.balls.state import Run, State
from lossproof.referee.balls.totals import refuse_cuts

_TELLS = frozenset(row.name for row in ROWS.values() if not row.smooth and row.name != "clip")
"""What only asks for the signs of its arguments, and so can do with numbers that are known exactly."""


def one_by_one(name: str, apply: Apply, arguments: Sequence[Run]) -> Run:
    def run(state: State) -> Value:
        values = [argument(state) for argument in arguments]
        if state.root is not None and name not in _TELLS:
            if (known := _known(ROWS[name].canonical, values, state.root)) is not None:
                return known
            values = [jets.inexact(value) for value in values]
        if state.analytic:
            refuse_cuts(name, values)
        return apply(values, state.principal)

    return run


def _known(name: str, values: Sequence[Value], root: Root) -> Value | None:
    """The exact value of a function where the number of the point gives one: exp(log(60)) = 60, a root of 8."""
    (only, *others) = values
    if isinstance(only, Exact) and not others:
        return only.image(name)
    return root.image(name, only) if isinstance(only, fmpq) and not others else None


def hiding(name: str, apply: Apply, hidden: Callable[[Scalar], int], argument: Run) -> Run:
    """A function whose value may differ from a simple one by less than the bits show."""

    def run(state: State) -> Value:
        value = argument(state)
        if state.root is not None:
            if (known := _known(ROWS[name].canonical, [value], state.root)) is not None:
                return known
            value = jets.inexact(value)
        if state.analytic:
            refuse_cuts(name, [value])
        state.hide(hidden(jets.number_of(value)))
        return apply((value,), state.principal)

    return run


def less(left: Value, right: Value, arguments: Sequence[tuple[Run, Run]], state: State) -> Value:
    """left - right, which is exactly 0 where both are one function of the same numbers: exp(x) - exp(1) at x = 1."""
    found = jets.subtract(left, right)
    if isinstance(found, jets.Jet) or scalars.is_zero(found) or not scalars.ball(found).contains(0):
        return found
    same = all(scalars.is_zero(jets.number_of(jets.subtract(one(state), other(state)))) for one, other in arguments)
    return ZERO if same else found


def power(base: Value, exponent: Value, state: State) -> Value:
    if state.analytic and not (isinstance(exponent, fmpq) and exponent.q == 1):
        refuse_cuts("log", [base])
    if state.root is not None:
        exponent = jets.inexact(exponent)
    if not isinstance(exponent, jets.Jet):
        number = jets.number_of(base)
        state.hide(0 if isinstance(number, Exact) else hidden_by_power(number, exponent))
        return jets.power(base, exponent, state.principal)
    logarithm = FUNCTIONS["log"]((base,), state.principal)
    return FUNCTIONS["exp"]((jets.multiply(exponent, logarithm),), state.principal)
