"""Witnesses for the index algebra: evaluation by brute force at small sizes, and facts from a text."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import prod
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import strategies as st

from lossproof.notation import Scope, parse_assumptions, parse_tree, to_sympy
from lossproof.notation.assumptions import FiniteSet, IndexRange, Interval
from lossproof.notation.functions import Named
from lossproof.referee.facts.facts import Facts
from lossproof.referee.prove.search import Search, normal_sums
from lossproof.referee.sums import Recorder
from lossproof.referee.sums.expressions import binder

Data = Callable[[str, tuple[int, ...]], Any]
DIGITS = 50


class Undefined(Exception):
    """The expression has no value at this point."""


class BruteForce:
    """The value of an expression at a point, sums and products written out; exact until a function is met.

    ``names`` gives every free symbol a number, ``data(name, indices)`` every element of data.
    """

    def __init__(self, names: Mapping[str, Any], data: Data) -> None:
        self.names = dict(names)
        self.data = data

    def __call__(self, expr: Any) -> Any:
        with mpmath.workdps(DIGITS):
            return self._at(expr)

    def _at(self, expr: Any) -> Any:
        rule = getattr(self, f"_{type(expr).__name__.lower()}", None)
        if rule is not None:
            return rule(expr)
        if expr.is_Rational:
            return Fraction(int(expr.p), int(expr.q))
        return self._function(expr)

    def _symbol(self, expr: Any) -> Any:
        return self.names[expr.name]

    def _indexed(self, expr: Any) -> Any:
        return self.data(str(expr.base.label), tuple(int(self._at(index)) for index in expr.indices))

    def _add(self, expr: Any) -> Any:
        return sum((self._at(term) for term in expr.args), Fraction(0))

    def _mul(self, expr: Any) -> Any:
        """A delta or a bracket of 0 makes the term 0, whatever the other factors are: Iverson's convention."""
        switches = [f for f in expr.args if isinstance(f, sp.KroneckerDelta | sp.Piecewise)]
        if any(self._at(switch) == 0 for switch in switches):
            return Fraction(0)
        return prod((self._at(factor) for factor in expr.args), start=Fraction(1))

    def _pow(self, expr: Any) -> Any:
        base, exponent = self._at(expr.base), self._at(expr.exp)
        if isinstance(base, Fraction | int) and isinstance(exponent, Fraction | int) and exponent == int(exponent):
            if base == 0 and exponent < 0:
                raise Undefined
            return Fraction(base) ** int(exponent)
        return mpmath.power(as_float(base), as_float(exponent))

    def _runs(self, expr: Any, limits: tuple[Any, ...]) -> list[Any]:
        if not limits:
            return [self._at(expr.function)]
        *inner, (index, low, high) = limits
        outside = self.names.get(index.name)
        found = []
        for place in range(int(self._at(low)), int(self._at(high)) + 1):
            self.names[index.name] = place
            found += self._runs(expr, tuple(inner))
        self.names[index.name] = outside
        return found

    def _sum(self, expr: Any) -> Any:
        return sum(self._runs(expr, expr.limits), Fraction(0))

    def _product(self, expr: Any) -> Any:
        return prod(self._runs(expr, expr.limits), start=Fraction(1))

    def _kroneckerdelta(self, expr: Any) -> Any:
        return Fraction(self._at(expr.args[0]) == self._at(expr.args[1]))

    def _bracket(self, expr: Any) -> Any:
        return Fraction(self._at(expr.args[0]) >= 0)

    def _piecewise(self, expr: Any) -> Any:
        for value, condition in expr.args:
            if self._holds(condition):
                return self._at(value)
        raise Undefined

    def _holds(self, condition: Any) -> bool:
        if condition in (sp.true, sp.false):
            return bool(condition)
        if isinstance(condition, sp.And | sp.Or):
            join = all if isinstance(condition, sp.And) else any
            return join(self._holds(part) for part in condition.args)
        left, right = (Fraction(self._at(side)) for side in (condition.lhs, condition.rhs))
        return bool(_COMPARE[type(condition)](left, right))

    def _function(self, expr: Any) -> Any:
        if isinstance(expr, Named):
            return self._at(expr.definition())
        arguments = [as_float(self._at(argument)) for argument in expr.args]
        name = type(expr).__name__.lower()
        if name == "log" and arguments[0] <= 0:
            raise Undefined
        if not arguments:
            return mpmath.mpf(str(expr.evalf(DIGITS)))
        return _FUNCTIONS[name](*arguments) if name in _FUNCTIONS else getattr(mpmath, name)(*arguments)


_FUNCTIONS = {
    "abs": mpmath.fabs,
    "max": max,
    "min": min,
    "polygamma": lambda order, x: mpmath.psi(int(order), x),
    "heaviside": lambda x, at_zero: mpmath.mpf(x > 0) if x else at_zero,
}
_COMPARE = {sp.Eq: eq, sp.Ne: ne, sp.Ge: ge, sp.Gt: gt, sp.Le: le, sp.Lt: lt}


def as_float(value: Any) -> Any:
    """A rational or a number as a floating-point number."""
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return mpmath.mpf(value)


def agree(a: Any, b: Any) -> bool:
    """Equal: exactly between rationals, to 35 digits else."""
    if isinstance(a, Fraction | int) and isinstance(b, Fraction | int):
        return Fraction(a) == Fraction(b)
    with mpmath.workdps(DIGITS):
        return bool(abs(as_float(a) - as_float(b)) <= mpmath.mpf(10) ** -35 * (1 + abs(as_float(a))))


def random_data(seed: int, kinds: Mapping[str, str], sizes: Mapping[str, int]) -> Data:
    """Elements that are the same at every call: real, positive, unit, binary, sign, count, or a group 1..K."""

    def element(name: str, indices: tuple[int, ...]) -> Any:
        rng = random.Random(f"{seed} {name} {indices}")
        kind = kinds.get(name, "real")
        if kind in ("one-hot", "simplex"):
            return _group_member(f"{seed} {name} {indices[:-1]}", kind, indices[-1], sizes["K"], rng)
        draw = {
            "real": lambda: Fraction(rng.randint(-9, 9), rng.randint(1, 5)),
            "positive": lambda: Fraction(rng.randint(1, 12), rng.randint(1, 6)),
            "unit": lambda: Fraction(rng.randint(1, 10), 11),
            "binary": lambda: Fraction(rng.randint(0, 1)),
            "sign": lambda: Fraction(rng.choice((-1, 1))),
            "count": lambda: Fraction(rng.randint(0, 4)),
        }
        return draw[kind]()

    return element


def _group_member(row: str, kind: str, place: int, size: int, rng: random.Random) -> Any:
    if not 1 <= place <= size:
        return Fraction(rng.randint(0, 1)) if kind == "one-hot" else Fraction(rng.randint(1, 5), 3)
    parts = [random.Random(f"{row} {j}").randint(1, 9) for j in range(1, size + 1)]
    if kind == "simplex":
        return Fraction(parts[place - 1], sum(parts))
    return Fraction(place == 1 + random.Random(row).randrange(size))


class Statement:
    """Text with its assumptions: SymPy expressions in one scope, facts, normal forms, points that satisfy it."""

    def __init__(self, where: str) -> None:
        self.assumptions = parse_assumptions(where)
        self.scope = Scope(self.assumptions)
        self.facts = Facts(self.assumptions, self.scope)

    def expr(self, text: str) -> Any:
        """The text as SymPy reads it."""
        return to_sympy(parse_tree(text), self.scope)

    def normal(self, expr: Any, recorder: Recorder | None = None) -> Any:
        """The normal form as a proof asks for it."""
        return normal_sums(expr, self.facts, Search(), recorder)

    def normal_text(self, text: str) -> Any:
        """The normal form of a text."""
        return self.normal(self.expr(text))

    def point(self, symbols: Iterable[sp.Symbol], seed: int) -> BruteForce:
        """Evaluation at random numbers that satisfy the assumptions; sizes are their smallest value up to 2 more."""
        rng = random.Random(seed)
        evaluate = BruteForce({}, lambda name, indices: self._element(name, indices, seed, evaluate))
        names = sorted({symbol.name for symbol in symbols} | {"K", *self.assumptions.scalars})
        for wanted in (Interval, IndexRange, FiniteSet):
            for name in names:
                if isinstance(domain := self.assumptions.scalar(name), wanted):
                    evaluate.names[name] = self._draw(domain, evaluate, rng)
        return evaluate

    def _element(self, name: str, indices: tuple[int, ...], seed: int, evaluate: BruteForce) -> Any:
        rng = random.Random(f"{seed} {name} {indices}")
        for group in self.assumptions.groups:
            if name in group.members:
                row = f"{seed} {name} {indices[:-1]}"
                return _group_member(row, group.kind, indices[-1], evaluate.names["K"], rng)
        return self._draw(self.assumptions.array(name), evaluate, rng)

    def _draw(self, domain: Any, evaluate: BruteForce, rng: random.Random) -> Any:
        if isinstance(domain, FiniteSet):
            return rng.choice(domain.values)
        low, high = (None if end is None else evaluate(to_sympy(end, self.scope)) for end in (domain.low, domain.high))
        if isinstance(domain, IndexRange):
            return rng.randint(int(low), int(high))
        if domain.integer:
            return int(-1 if low is None else low) + rng.randint(0, 2)
        step = Fraction(rng.randint(1, 20), 21)
        if low is not None and high is not None:
            return low + (high - low) * step
        return low + 3 * step if low is not None else Fraction(rng.randint(-9, 9), rng.randint(1, 4))


class Maker:
    """Draws expressions over x, a, q, y, s, t, p; indices that are bound further out may be used.

    ``draw`` takes a strategy; ``functions``: products, cases, exponentials and logarithms too.
    """

    def __init__(self, draw: Callable[..., Any], scope: Any, functions: bool) -> None:
        self.draw = draw
        self.scope = scope
        self.functions = functions
        self.sizes = {name: scope.symbol(name) for name in ("M", "K", "n", "k", "h", "c", "r")}

    def choice(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def expr(self, depth: int, bound: tuple[Any, ...]) -> Any:
        kinds = ["atom", "add", "mul", "sum", "sum", "square", "delta", "over"] if depth else ["atom"]
        kinds += ["product", "cases", "exp", "log"] if depth and self.functions else []
        return getattr(self, f"_{self.choice(*kinds)}")(depth - 1, bound)

    def place(self, bound: tuple[Any, ...]) -> Any:
        s = self.sizes
        options = [*bound, *bound, s["k"], s["h"], s["M"] - 1, sp.Integer(1)]
        shift = self.choice(0, 0, 0, 1, -1)
        turned = self.choice(False, False, False, True) and bool(bound)
        return s["M"] - 1 - self.choice(*bound) if turned else self.choice(*options) + shift

    def _atom(self, depth: int, bound: tuple[Any, ...]) -> Any:
        data = self.choice("x", "a", "q", "y", "s", "t", "p", "index", "number", "scalar")
        if data == "q":
            return self.scope.data("q")[self.place(bound), self.place(bound)]
        if data == "number":
            return sp.Rational(self.choice(-2, 1, 2, 3), self.choice(1, 2))
        if data == "scalar":
            return self.sizes[self.choice("c", "M", "k")]
        return self.place(bound) if data == "index" else self.scope.data(data)[self.place(bound)]

    def _add(self, depth: int, bound: tuple[Any, ...]) -> Any:
        return self.expr(depth, bound) + self.expr(depth, bound)

    def _mul(self, depth: int, bound: tuple[Any, ...]) -> Any:
        return self.expr(depth, bound) * self.expr(depth, bound)

    def _square(self, depth: int, bound: tuple[Any, ...]) -> Any:
        return self.expr(depth, bound) ** self.choice(2, 3)

    def _over(self, depth: int, bound: tuple[Any, ...]) -> Any:
        divisor = self.scope.data("x")[self.place(bound)]
        return self.expr(depth, bound) / self.choice(divisor, 1 + divisor, divisor**2 + 2)

    def _delta(self, depth: int, bound: tuple[Any, ...]) -> Any:
        return sp.KroneckerDelta(self.place(bound), self.place(bound)) * self.expr(depth, bound)

    def _limits(self, bound: tuple[Any, ...]) -> tuple[Any, Any, Any]:
        index = self.scope.index(f"i{len(bound)}")
        s = self.sizes
        low = self.choice(sp.Integer(0), sp.Integer(1), sp.Integer(1), s["k"], s["k"] + 1, *bound)
        high = self.choice(s["M"] - 1, s["M"], s["K"], s["k"], s["n"], sp.Integer(2), *bound, *(b - 1 for b in bound))
        return index, low, high

    def _sum(self, depth: int, bound: tuple[Any, ...]) -> Any:
        limit = self._limits(bound)
        return binder(sp.Sum, self.expr(depth, (*bound, limit[0])), limit)

    def _product(self, depth: int, bound: tuple[Any, ...]) -> Any:
        limit = self._limits(bound)
        return binder(sp.Product, self.expr(min(depth, 1), (*bound, limit[0])), limit)

    def _cases(self, depth: int, bound: tuple[Any, ...]) -> Any:
        relation = self.choice(sp.Lt, sp.Le, sp.Gt, sp.Ge, sp.Eq, sp.Ne)
        condition = relation(self.place(bound), self.place(bound))
        return sp.Piecewise((self.expr(depth, bound), condition), (self.expr(depth, bound), True))

    def _exp(self, depth: int, bound: tuple[Any, ...]) -> Any:
        return sp.exp(self.expr(min(depth, 1), bound) / 4)

    def _log(self, depth: int, bound: tuple[Any, ...]) -> Any:
        x = self.scope.data("x")[self.place(bound)]
        return sp.log(self.choice(x, 1 + x, x * (1 + self.expr(depth, bound) ** 2), x ** self.choice(-1, 2)))


@pytest.fixture(scope="session")
def statement() -> Callable[[str], Statement]:
    """Make a `Statement` of a where text."""
    return Statement


@pytest.fixture(scope="session")
def brute_force() -> type[BruteForce]:
    """Evaluation at a point."""
    return BruteForce


@pytest.fixture(scope="session")
def witnesses() -> dict[str, Callable[..., Any]]:
    """``agree``, ``random_data``, ``as_float``."""
    return {"agree": agree, "random_data": random_data, "as_float": as_float}


@pytest.fixture(scope="session")
def maker() -> type[Maker]:
    """Random expressions."""
    return Maker
