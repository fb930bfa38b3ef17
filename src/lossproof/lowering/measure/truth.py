"""The true value of an expression at a point of floats: balls of python-flint, as precise as it takes.

Every float is an exact rational, so the point has no error; the precision is raised until the ball is a hundred
thousand times smaller than the last place of the result, or lies wholly out of the range of floats. Plain balls
share nothing with the generated code: named functions are expanded by their definitions. Where they cancel all
they have, the balls of `split_balls` decide, which the generated code asks as well where no form in floats is right;
tests hold those against other formulas of the same quantity.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from flint import arb, ctx, fmpq
from sympy.logic.boolalg import Boolean

from lossproof.errors import MoveError
from lossproof.lowering.code.exact_code import program
from lossproof.lowering.numbers import split_balls
from lossproof.lowering.numbers.rounding import FLOAT64, Ball, Format, settled
from lossproof.lowering.numbers.split_balls import LOCK
from lossproof.notation.functions import written_out

PRECISIONS = (128, 256, 512)
MOST_PRECISE = len(PRECISIONS) + split_balls.MOST_PRECISE

Point = tuple[float, ...]
Evaluator = Callable[[Sequence[Ball]], Ball]


class Uncertain(Exception):
    """A ball is too wide to tell which side of a condition it is on; more precision will tell."""


def true_ball(expr: sympy.Expr, symbols: tuple[sympy.Symbol, ...], point: Point, form: Format = FLOAT64) -> Ball:
    """A ball around expr(point) that settles its rounding to ``form``.

    Plain balls first; where they cancel, balls that keep apart what is exact. Not finite where the expression is
    undefined, or cancels more digits than the highest precision has.
    """
    return settling(expr, symbols, point, form)[0]


@lru_cache(maxsize=1 << 14)
def settling(
    expr: sympy.Expr,
    symbols: tuple[sympy.Symbol, ...],
    point: Point,
    form: Format = FLOAT64,
    first: int = 0,
    last: int = MOST_PRECISE,
) -> tuple[Ball, int]:
    """`true_ball`, and which of the precisions settled it: those of plain balls are counted first.

    None before the ``first`` is tried: at a neighbour of a point that needs many digits fewer are not enough. None
    after the ``last``.
    """
    evaluate = evaluator(expr, symbols)
    with LOCK:
        before = ctx.prec
        try:
            for place in range(first, min(last + 1, len(PRECISIONS))):
                ctx.prec = PRECISIONS[place]
                with suppress(Uncertain):
                    ball = evaluate([arb(x) for x in point])
                    if settled(ball, form):
                        return ball, place
        finally:
            ctx.prec = before
    steps, before_split = program(expr, symbols), len(PRECISIONS)
    ball, place = split_balls.settling(steps, point, form, max(0, first - before_split), last - before_split)
    return ball, place + len(PRECISIONS)


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
            parts.append(_Formula(places).compiled(part.xreplace(conditions)))
            places[letter] = len(places)
    parts += [_Formula(places).compiled(expr.xreplace(conditions)) for expr in rest]

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


class Deviations:
    """How far results (n,) are from the truth, in whatever units are asked for; ``sizes`` are those of the truth."""

    def __init__(
        self,
        results: np.ndarray,
        balls: Sequence[Ball],
        sizes: np.ndarray,
        form: Format = FLOAT64,
        strict: np.ndarray | None = None,
    ) -> None:
        self.results, self.balls, self.sizes, self.form = results, balls, sizes, form
        told = zip(results.tolist(), balls, sizes.tolist(), strict=True)
        self.strict = np.array([error_in_ulp(*each, form) for each in told]) if strict is None else strict

    def only(self, places: np.ndarray) -> Deviations:
        """Those at some of the places, which are not worked out again."""
        balls = [self.balls[k] for k in places.tolist()]
        return Deviations(self.results[places], balls, self.sizes[places], self.form, self.strict[places])

    def in_units_of(self, scales: np.ndarray) -> np.ndarray:
        """The errors in last places of ``scales``, which are as large as the sizes or larger."""
        exponents = self.form.ulp_exponents(self.sizes) - self.form.ulp_exponents(scales)
        errors: np.ndarray = np.ldexp(self.strict, exponents)
        for k in np.flatnonzero(np.isinf(self.strict) & np.isfinite(self.results)).tolist():
            errors[k] = error_in_ulp(float(self.results[k]), self.balls[k], float(scales[k]), self.form)
        return errors


@lru_cache(maxsize=256)
def evaluator(expr: sympy.Expr, symbols: tuple[sympy.Symbol, ...]) -> Evaluator:
    """A function of balls, one for each symbol."""
    places = {symbol: place for place, symbol in enumerate(symbols)}
    found = Counter(part for part in sympy.preorder_traversal(expr) if part.args)
    return _Formula(places, {part for part, count in found.items() if count > 1}).compiled(expr)


class _Once:
    """What a formula holds more than once: worked out once for each list of balls that is given."""

    __slots__ = ("ball", "evaluate", "point")

    def __init__(self, evaluate: Evaluator) -> None:
        self.evaluate = evaluate
        self.point: Sequence[Ball] | None = None
        self.ball: Ball = None

    def __call__(self, point: Sequence[Ball]) -> Ball:
        if self.point is not point:
            self.ball = self.evaluate(point)
            self.point = point
        return self.ball


class _Formula:
    """Makes a formula a function of balls; ``places`` says which ball a symbol is."""

    def __init__(self, places: Mapping[sympy.Symbol, int], repeated: Container[sympy.Basic] = ()) -> None:
        self.places = places
        self.repeated = repeated
        self.shared: dict[sympy.Basic, Evaluator] = {}

    def compiled(self, expr: sympy.Expr) -> Evaluator:
        if expr not in self.repeated:
            return self._compiled(expr)
        if expr not in self.shared:
            self.shared[expr] = _Once(self._compiled(expr))
        return self.shared[expr]

    def _compiled(self, expr: sympy.Expr) -> Evaluator:
        if expr in self.places:
            place = self.places[expr]
            return lambda point: point[place]
        if expr.is_Rational:
            exact = fmpq(int(expr.p), int(expr.q))
            return lambda point: arb(exact)
        if expr.is_Float:
            return lambda point: arb(float(expr))
        if isinstance(expr, sympy.Piecewise):
            return self._cases(expr)
        name = expr.func.__name__
        operation = OPERATIONS.get(name) or getattr(arb, name, None)
        if operation is None:
            if (written := written_out(expr)) is None:
                raise MoveError(f"{name} has no evaluation in balls; known are {', '.join(sorted(OPERATIONS))}")
            return self.compiled(written)
        return _applied(operation, [self.compiled(argument) for argument in expr.args])

    def _cases(self, expr: sympy.Piecewise) -> Evaluator:
        pieces = [(self._condition(condition), self.compiled(value)) for value, condition in expr.args]

        def evaluate(point: Sequence[Ball]) -> Ball:
            for holds, value in pieces:
                if holds(point):
                    return value(point)
            return arb("nan")

        return evaluate

    def _condition(self, condition: Any) -> Callable[[Sequence[Ball]], bool]:
        if condition in (sympy.true, sympy.false):
            answer = bool(condition)
            return lambda point: answer
        if isinstance(condition, (sympy.And, sympy.Or)):
            parts = [self._condition(part) for part in condition.args]
            joined = all if isinstance(condition, sympy.And) else any
            return lambda point: joined(part(point) for part in parts)
        left, right = (self.compiled(side) for side in condition.args)
        order = condition.rel_op
        return lambda point: ORDERS[order](sign_of(left(point) - right(point)))


def _applied(operation: Callable[..., Ball], arguments: Sequence[Evaluator]) -> Evaluator:
    if len(arguments) == 1:
        (only,) = arguments
        return lambda point: operation(only(point))
    if len(arguments) == 2:
        first, second = arguments
        return lambda point: operation(first(point), second(point))
    return lambda point: operation(*(argument(point) for argument in arguments))


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
