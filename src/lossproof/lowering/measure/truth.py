"""The true value of an expression at a point of floats: balls of python-flint, as precise as it takes.

Every float is an exact rational, so the point has no error; the precision is raised until the ball is a hundred
thousand times smaller than the last place of the result, or lies wholly out of the range of floats. Plain balls
share nothing with the generated code: named functions are expanded by their definitions. Where they cancel all
they have, the balls of `split_balls` decide, which the generated code asks as well where no form in floats is right;
tests hold those against other formulas of the same quantity.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import sympy
from flint import arb, ctx, fmpq
from sympy.logic.boolalg import Boolean

from lossproof.errors import MoveError
from lossproof.lowering.code.exact_code import program
from lossproof.lowering.numbers.rounding import FLOAT64, Ball, Format, settled
from lossproof.lowering.numbers.split_balls import LOCK, ball_of
from lossproof.notation.functions import written_out

PRECISIONS = (128, 256, 512)

Point = tuple[float, ...]
Evaluator = Callable[[Sequence[Ball]], Ball]


class Uncertain(Exception):
    """A ball is too wide to tell which side of a condition it is on; more precision will tell."""


def true_ball(expr: sympy.Expr, symbols: tuple[sympy.Symbol, ...], point: Point, form: Format = FLOAT64) -> Ball:
    """A ball around expr(point) that settles its rounding to ``form``.

    Plain balls first; where they cancel, balls that keep apart what is exact. Not finite where the expression is
    undefined, or cancels more digits than the highest precision has.
    """
    evaluate = evaluator(expr, symbols)
    exact = [arb(x) for x in point]
    with LOCK:
        before = ctx.prec
        try:
            for precision in PRECISIONS:
                ctx.prec = precision
                with suppress(Uncertain):
                    ball = evaluate(exact)
                    if settled(ball, form):
                        return ball
        finally:
            ctx.prec = before
    return ball_of(program(expr, symbols), point, form)


def true_balls(exprs: tuple[sympy.Expr, ...], symbols: tuple[sympy.Symbol, ...], point: Point) -> list[Ball]:
    """`true_ball` of each; what they share is worked out once."""
    with LOCK:
        before = ctx.prec
        try:
            ctx.prec = PRECISIONS[0]
            balls = _together(exprs, symbols)([arb(x) for x in point])
        except Uncertain:
            balls = [arb("nan")] * len(exprs)
        finally:
            ctx.prec = before
    return [ball if settled(ball) else true_ball(expr, symbols, point) for expr, ball in zip(exprs, balls, strict=True)]


@lru_cache(maxsize=64)
def _together(exprs: tuple[sympy.Expr, ...], symbols: tuple[sympy.Symbol, ...]) -> Callable[[list[Ball]], list[Ball]]:
    """A function of balls, one for each symbol, that gives one for each expression."""
    places = {symbol: place for place, symbol in enumerate(symbols)}
    conditions: dict[sympy.Basic, sympy.Basic] = {}
    parts = []
    shared, rest = sympy.cse(exprs)
    for letter, part in shared:
        if isinstance(part, Boolean):
            conditions[letter] = part.xreplace(conditions)
        else:
            parts.append(_compiled(part.xreplace(conditions), places))
            places[letter] = len(places)
    parts += [_compiled(expr.xreplace(conditions), places) for expr in rest]

    def evaluate(point: list[Ball]) -> list[Ball]:
        for part in parts:
            point.append(part(point))
        return point[-len(exprs) :]

    return evaluate


def error_in_ulp(computed: float, ball: Ball, scale: float, form: Format = FLOAT64) -> float:
    """|computed - true| in units of the last place of ``scale``; infinite for a computed inf or nan."""
    if not math.isfinite(computed):
        return math.inf
    return abs(float((arb(computed) - ball).mid() * arb(2) ** -form.ulp_exponent(scale)))


@lru_cache(maxsize=256)
def evaluator(expr: sympy.Expr, symbols: tuple[sympy.Symbol, ...]) -> Evaluator:
    """A function of balls, one for each symbol."""
    places = {symbol: place for place, symbol in enumerate(symbols)}
    return _compiled(expr, places)


def _compiled(expr: sympy.Expr, places: Mapping[sympy.Symbol, int]) -> Evaluator:
    if expr in places:
        place = places[expr]
        return lambda point: point[place]
    if expr.is_Rational:
        exact = fmpq(int(expr.p), int(expr.q))
        return lambda point: arb(exact)
    if expr.is_Float:
        return lambda point: arb(float(expr))
    if isinstance(expr, sympy.Piecewise):
        return _cases(expr, places)
    name = expr.func.__name__
    operation = OPERATIONS.get(name) or getattr(arb, name, None)
    if operation is None:
        if (written := written_out(expr)) is None:
            raise MoveError(f"{name} has no evaluation in balls; known are {', '.join(sorted(OPERATIONS))}")
        return _compiled(written, places)
    arguments = [_compiled(argument, places) for argument in expr.args]
    if len(arguments) == 1:
        (only,) = arguments
        return lambda point: operation(only(point))
    if len(arguments) == 2:
        first, second = arguments
        return lambda point: operation(first(point), second(point))
    return lambda point: operation(*(argument(point) for argument in arguments))


def _cases(expr: sympy.Piecewise, places: Mapping[sympy.Symbol, int]) -> Evaluator:
    pieces = [(_condition(condition, places), _compiled(value, places)) for value, condition in expr.args]

    def evaluate(point: Sequence[Ball]) -> Ball:
        for holds, value in pieces:
            if holds(point):
                return value(point)
        return arb("nan")

    return evaluate


def _condition(condition: Any, places: Mapping[sympy.Symbol, int]) -> Callable[[Sequence[Ball]], bool]:
    if condition in (sympy.true, sympy.false):
        answer = bool(condition)
        return lambda point: answer
    if isinstance(condition, (sympy.And, sympy.Or)):
        parts = [_condition(part, places) for part in condition.args]
        joined = all if isinstance(condition, sympy.And) else any
        return lambda point: joined(part(point) for part in parts)
    left, right = (_compiled(side, places) for side in condition.args)
    order = condition.rel_op
    return lambda point: ORDERS[order](sign_of(left(point) - right(point)))


ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda s: s < 0,
    "<=": lambda s: s <= 0,
    ">": lambda s: s > 0,
    ">=": lambda s: s >= 0,
    "==": lambda s: s == 0,
    "!=": lambda s: s != 0,
}


def sign_of(ball: Ball) -> int:
    """-1, 0 or 1; raises Uncertain where the ball holds 0 and something else."""
    if ball > 0:
        return 1
    if ball < 0:
        return -1
    if ball.is_zero():
        return 0
    raise Uncertain


def _power(base: Ball, exponent: Ball) -> Ball:
    return base ** exponent.unique_fmpz() if exponent.is_integer() else base**exponent


def _summed(*terms: Ball) -> Ball:
    return sum(terms[1:], terms[0])


def _product(*factors: Ball) -> Ball:
    return math.prod(factors[1:], start=factors[0])


def _softplus(x: Ball) -> Ball:
    return x.exp().log1p()


def _normcdf(x: Ball) -> Ball:
    return (-x / arb(2).sqrt()).erfc() / 2


def _logsumexp(*terms: Ball) -> Ball:
    return _summed(*(term.exp() for term in terms)).log()


def _xlogy(x: Ball, y: Ball) -> Ball:
    return arb(0) if x.is_zero() else x * y.log()


def _heaviside(x: Ball, at_zero: Ball) -> Ball:
    return (arb(0), at_zero, arb(1))[sign_of(x) + 1]


OPERATIONS: dict[str, Callable[..., Ball]] = {
    "Add": _summed,
    "Mul": _product,
    "Pow": _power,
    "Pi": lambda: arb.pi(),
    "Exp1": lambda: arb.const_e(),
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "log1p": lambda x: x.log1p(),
    "expm1": lambda x: x.expm1(),
    "softplus": _softplus,
    "expit": lambda x: 1 / (1 + (-x).exp()),
    "logit": lambda p: (p / (1 - p)).log(),
    "log1mexp": lambda x: (-(-x).expm1()).log(),
    "xlogy": _xlogy,
    "logsumexp": _logsumexp,
    "normcdf": _normcdf,
    "lognormcdf": lambda x: _normcdf(x).log(),
    "Abs": abs,
    "sign": lambda x: arb(sign_of(x)),
    "Max": lambda first, *others: _extreme(first, others, 1),
    "Min": lambda first, *others: _extreme(first, others, -1),
    "Heaviside": _heaviside,
    "erf": lambda x: x.erf(),
    "erfc": lambda x: x.erfc(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "tanh": lambda x: x.tanh(),
    "sinh": lambda x: x.sinh(),
    "cosh": lambda x: x.cosh(),
    "atan": lambda x: x.atan(),
    "gamma": lambda x: x.gamma(),
    "loggamma": lambda x: x.lgamma(),
    "digamma": lambda x: x.digamma(),
    "factorial": lambda x: (x + 1).gamma(),
    "polygamma": lambda order, x: _polygamma(order, x),
    "trigamma": lambda x: _polygamma(arb(1), x),
}


def _extreme(first: Ball, others: Sequence[Ball], direction: int) -> Ball:
    for other in others:
        first = other if sign_of(other - first) * direction > 0 else first
    return first


def _polygamma(order: Ball, x: Ball) -> Ball:
    """(-1)^(n+1) n! zeta(n+1, x), and the digamma function for n = 0."""
    n = int(order.unique_fmpz())
    return x.digamma() if n == 0 else arb((-1) ** (n + 1) * math.factorial(n)) * arb(n + 1).zeta(x)
