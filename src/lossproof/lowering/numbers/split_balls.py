"""Programs of split numbers: formulas of any shape at any float, right to the last place.

What cancels although exact parts are kept apart (`split_numbers`) gets more digits, up to `PRECISIONS`. It is slow
(about a microsecond an operation), and asked only where no formula in floats is right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from threading import RLock
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from lossproof.lowering.numbers import split_choices as choices
from lossproof.lowering.numbers import split_functions as functions
from lossproof.lowering.numbers.rounding import FLOAT64, Ball, Format, rounded, settled
from lossproof.lowering.numbers.split_numbers import (
    UNKNOWN,
    Split,
    exp,
    log,
    of_ball,
    of_fraction,
    power,
    product,
    summed,
)

PRECISIONS = (128, 320, 1280, 2560, 5120)
MOST_PRECISE = len(PRECISIONS) - 1
LOCK = RLock()  # python-flint has one precision for all threads

Instruction = tuple[Any, ...]
Program = tuple[Instruction, ...]
"""Steps as (operation, places of earlier steps); ("argument", n) and ("number", p, q) stand at the leaves."""


def of_one_ball(function: Callable[[Ball], Ball]) -> Callable[[Split], Split]:
    """A function that balls alone are enough for."""
    return lambda x: of_ball(function(x.total()))


@lru_cache(maxsize=1 << 10)
def _fraction(p: int, q: int) -> Any:
    return fmpq(p, q)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "Abs": choices.absolute,
    "Add": summed,
    "And": choices.every,
    "Exp1": lambda: of_ball(arb.const_e()),
    "Heaviside": choices.heaviside,
    "Max": choices.largest,
    "Min": choices.smallest,
    "Mul": product,
    "Or": choices.some,
    "Pi": lambda: of_ball(arb.pi()),
    "Piecewise": choices.chosen,
    "Pow": power,
    "atan": of_one_ball(lambda x: x.atan()),
    "cos": of_one_ball(lambda x: x.cos()),
    "cosh": functions.cosh,
    "digamma": of_one_ball(lambda x: x.digamma()),
    "erf": functions.erf,
    "erfc": functions.erfc,
    "exp": exp,
    "expit": functions.expit,
    "expm1": functions.expm1,
    "factorial": functions.factorial,
    "gamma": functions.gamma,
    "log": log,
    "log1mexp": functions.log1mexp,
    "log1p": functions.log1p,
    "loggamma": of_one_ball(lambda x: x.lgamma()),
    "logit": functions.logit,
    "lognormcdf": lambda x: log(functions.normcdf(x)),
    "logsumexp": functions.logsumexp,
    "normcdf": functions.normcdf,
    "number": lambda p, q: of_fraction(_fraction(p, q)),
    "polygamma": functions.polygamma,
    "sign": choices.sign,
    "sin": of_one_ball(lambda x: x.sin()),
    "sinh": functions.sinh,
    "softplus": functions.softplus,
    "tanh": functions.tanh,
    "trigamma": functions.trigamma,
    "truth": bool,
    "xlogy": functions.xlogy,
}
LEAVES = ("number", "truth")


def is_known(name: str) -> bool:
    """Whether there is an operation of that name, here or among those of balls."""
    return name in OPERATIONS or hasattr(arb, name)


@cache
def operation(name: str) -> Callable[..., Any]:
    """The operation of that name; what stands in no row here is python-flint's own, of one ball."""
    return OPERATIONS.get(name) or of_one_ball(getattr(arb, name))


def ball_of(program: Program, point: tuple[float, ...], form: Format = FLOAT64) -> Ball:
    """A ball around the program's last step that settles its rounding; not finite where no precision does."""
    return settling(program, point, form)[0]


@lru_cache(maxsize=1 << 14)
def settling(
    program: Program, point: tuple[float, ...], form: Format, first: int = 0, last: int = MOST_PRECISE
) -> tuple[Ball, int]:
    """`ball_of`, and the place in `PRECISIONS` of the one that settles it, from the ``first`` to the ``last``.

    Kept, because the forms of one formula are measured at the same points, and the hard ones take milliseconds.
    """
    with LOCK:
        before = ctx.prec
        try:
            for place in range(first, last + 1):
                ctx.prec = PRECISIONS[place]
                ball = _run(program, [of_fraction(fmpq(*x.as_integer_ratio())) for x in point]).total()
                if settled(ball, form):
                    return ball, place
        finally:
            ctx.prec = before
    return arb("nan"), len(PRECISIONS)


def _run(program: Program, point: Sequence[Split]) -> Split:
    steps: list[Any] = []
    for name, *places in program:
        if name == "argument":
            steps.append(point[places[0]])
        elif name in LEAVES:
            steps.append(OPERATIONS[name](*places))
        elif name in choices.ORDERS:
            steps.append(choices.holds(name, steps[places[0]], steps[places[1]]))
        else:
            steps.append(operation(name)(*(steps[place] for place in places)))
    result = steps[-1]
    return result if isinstance(result, Split) else UNKNOWN


class Exactly:
    """A function of arrays that runs a program at choices.every point and rounds once; nan where it cannot tell."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def __call__(self, *columns: Any) -> np.ndarray:
        arrays = np.broadcast_arrays(*(np.asarray(column, dtype=np.float64) for column in columns))
        points = zip(*(array.ravel().tolist() for array in arrays), strict=True)
        return np.array([self.at(point) for point in points]).reshape(arrays[0].shape)

    def at(self, point: tuple[float, ...]) -> float:
        """The value at one point of floats."""
        return rounded(ball_of(self.program, point)) if all(map(math.isfinite, point)) else math.nan

    def correct(self, u: np.ndarray, observed: np.ndarray, places: np.ndarray, row: np.ndarray) -> None:
        """row[i] for the places i among samples u (q, n) and observed (c + 1, n), the target last."""
        for i in places.tolist():
            row[i] = self.at((*u[:, i].tolist(), *observed[:, i].tolist()))


@cache
def exactly(program: Program) -> Exactly:
    """The function of a program, one for each."""
    return Exactly(program)
