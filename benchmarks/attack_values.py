"""Formulas as tuples: written as text for the referee, and evaluated by mpmath with principal complex values.

    ("+", "x", ("at", "x", ("-", "m", 24)))        x + x[m - 24]

Nothing here comes from the library: what it says of a claim is compared with what is found here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

import mpmath as mp

Tree = Any  # a number, a name, or (operation, part, ...)
mp.mp.dps = 40
LARGEST_EXPONENT = 10**6


class NoValue(Exception):
    """A formula has no value at this point."""


INFIX = {"+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "and"}


def text(tree: Tree) -> str:
    """The claim's text: every operation in parentheses of its own."""
    if isinstance(tree, Fraction):
        return str(tree) if tree.denominator == 1 and tree >= 0 else f"({tree})"
    if not isinstance(tree, tuple):
        return str(tree) if isinstance(tree, str) or tree >= 0 else f"({tree})"
    operation, *parts = tree
    if operation == "and":
        return " and ".join(map(text, parts))
    if operation in INFIX:
        joined = f" {operation} ".join(map(text, parts))
        return joined if operation in {"<", "<=", ">", ">=", "==", "!="} else f"({joined})"
    if operation == "at":
        return f"{parts[0]}[{', '.join(map(text, parts[1:]))}]"
    if operation == "cases":
        value, condition, other = map(text, parts)
        return f"Piecewise(({value}, {condition}), ({other}, True))"
    return f"{operation}({', '.join(map(text, parts))})"


@dataclass
class Point:
    """Values of the names, and of data as they are asked for."""

    random: Random
    domains: dict[str, str]
    style: int
    close_to: list[Fraction]
    names: dict[str, Any] = field(default_factory=dict)
    data: dict[tuple[str, tuple[int, ...]], Any] = field(default_factory=dict)

    def element(self, name: str, place: tuple[int, ...]) -> Any:
        """One element of data, the same whenever it is asked for."""
        key = name, place
        if key not in self.data:
            if self.domains[name] == "sorted":
                step = Fraction(1, 8) if self.style % 2 else Fraction(3)
                self.data[key] = (place[0] - 2) * step
            else:
                self.data[key] = number(self.random, self.domains[name], self.style, self.close_to)
        return self.data[key]


SMALL = [
    Fraction(*pair) for pair in ((0, 1), (1, 1), (-1, 1), (1, 2), (-1, 2), (2, 1), (-2, 1), (3, 1), (-3, 1), (5, 3))
]


def number(random: Random, domain: str, style: int, close_to: list[Fraction]) -> Any:
    """A member of a domain: simple, anywhere, far out, or beside a number of the claim."""
    if domain == "bit":
        return Fraction(random.randrange(2))
    if domain == "integer":
        return Fraction(random.randrange(-4, 5))
    kind = (style + random.randrange(2)) % 4
    if kind == 0:
        value = Fraction(random.choice(SMALL))
    elif kind == 1:
        value = Fraction(random.randrange(-600, 601), 100)
    elif kind == 2 and close_to:
        value = random.choice(close_to) + random.choice((0, 1, -1)) * Fraction(1, random.choice((5, 50, 5000)))
    else:
        value = Fraction(random.randrange(-60, 61), random.choice((1, 2, 3)))
    if domain in {"positive", "unit"}:
        value = abs(value) or Fraction(1)
    if domain == "negative":
        value = -abs(value) or Fraction(-1)
    if domain == "unit":
        value = value / (1 + value)
    return value


def inexact(value: Any) -> Any:
    """The number as mpmath has it: exact fractions are exact as long as nothing but arithmetic happens to them."""
    return mp.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Two fractions, or two numbers of mpmath."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left, right
    return inexact(left), inexact(right)


def whole(value: Any) -> int:
    """An index or the end of a range."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return int(value)
    value = inexact(value)
    if mp.im(value) != 0 or mp.re(value) != mp.floor(mp.re(value)):
        raise NoValue
    return int(mp.re(value))


def real(value: Any) -> Any:
    """The same where it is real: nothing else is compared."""
    if isinstance(value, mp.mpc):
        if value.imag != 0:
            raise NoValue
        return value.real
    return value


def power(base: Any, exponent: Any) -> Any:
    """Principal values; 0^0 = 1, 0 to a positive power is 0."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        if base == 0 and exponent < 0:
            raise NoValue
        return base ** int(exponent)
    base, exponent = inexact(base), inexact(exponent)
    if base == 0:
        if mp.im(exponent) == 0 and mp.re(exponent) > 0:
            return mp.mpf(0)
        raise NoValue
    return exponential(exponent * mp.log(base))


def exponential(value: Any) -> Any:
    """exp, as far as its digits can be written down."""
    value = inexact(value)
    if abs(mp.re(value)) > LARGEST_EXPONENT:
        raise NoValue
    return mp.exp(value)


def logarithm(value: Any) -> Any:
    """The principal logarithm."""
    if value == 0:
        raise NoValue
    return mp.log(inexact(value))


def divided(left: Any, right: Any) -> Any:
    """A quotient."""
    if right == 0:
        raise NoValue
    left, right = alike(left, right)
    return left / right


def _exactly(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, right: operate(*alike(left, right))


def _really(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, right: operate(*alike(real(left), real(right)))


ONE_PLACE: dict[str, Callable[[Any], Any]] = {
    "log": logarithm,
    "exp": exponential,
    "sqrt": lambda v: mp.sqrt(inexact(v)),
    "Abs": lambda v: abs(real(v)),
    "sign": lambda v: Fraction((real(v) > 0) - (real(v) < 0)),
    "atan": lambda v: mp.atan(inexact(real(v))),
    "expit": lambda v: divided(mp.mpf(1), 1 + exponential(-v)),
    "softplus": lambda v: logarithm(1 + exponential(real(v))),
}
TWO_PLACES: dict[str, Callable[[Any, Any], Any]] = {
    "+": _exactly(lambda a, b: a + b),
    "-": _exactly(lambda a, b: a - b),
    "*": _exactly(lambda a, b: a * b),
    "/": divided,
    "^": power,
    "Max": _really(max),
    "Min": _really(min),
}
ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "<": _really(lambda a, b: a < b),
    "<=": _really(lambda a, b: a <= b),
    ">": _really(lambda a, b: a > b),
    ">=": _really(lambda a, b: a >= b),
    "==": _really(lambda a, b: a == b),
    "!=": _really(lambda a, b: a != b),
}


def value(tree: Tree, point: Point) -> Any:
    """The value of a formula; raises NoValue where there is none."""
    if isinstance(tree, str):
        return {"pi": mp.pi, "e": mp.e}[tree] * mp.mpf(1) if tree in {"pi", "e"} else point.names[tree]
    if not isinstance(tree, tuple):
        return Fraction(tree)
    operation, *parts = tree
    if operation in {"sum", "prod"}:
        return _total(operation, *parts, point=point)
    if operation == "diff":
        return _slope(*parts, point=point)
    if operation == "at":
        return point.element(parts[0], tuple(whole(value(part, point)) for part in parts[1:]))
    if operation == "indicator":
        return Fraction(int(holds(parts[0], point)))
    if operation == "cases":
        return value(parts[0] if holds(parts[1], point) else parts[2], point)
    if operation == "delta":
        return Fraction(int(ORDERS["=="](value(parts[0], point), value(parts[1], point))))
    values = [value(part, point) for part in parts]
    return ONE_PLACE[operation](*values) if len(values) == 1 else TWO_PLACES[operation](*values)


def holds(condition: Tree, point: Point) -> bool:
    """Whether a condition holds."""
    operation, *parts = condition
    if operation == "and":
        return all(holds(part, point) for part in parts)
    return ORDERS[operation](*(value(part, point) for part in parts))


def _total(operation: str, body: Tree, index: str, low: Tree, high: Tree, *, point: Point) -> Any:
    first, last = whole(value(low, point)), whole(value(high, point))
    outer = point.names.get(index)
    total = Fraction(0 if operation == "sum" else 1)
    for place in range(first, last + 1):
        point.names[index] = Fraction(place)
        total = TWO_PLACES["+" if operation == "sum" else "*"](total, value(body, point))
    if outer is None:
        point.names.pop(index, None)
    else:
        point.names[index] = outer
    return total


def _slope(body: Tree, variable: Tree, *, point: Point) -> Any:
    """By differences to both sides, which must agree: where they do not, something switches."""
    store: dict[Any, Any]
    if isinstance(variable, str):
        store, key = point.names, variable
    else:
        store, key = point.data, (variable[1], tuple(whole(value(part, point)) for part in variable[2:]))
        point.element(*key)
    here, step = store[key], Fraction(1, 10**12)
    values = []
    for offset in (-2, -1, 0, 1, 2):
        store[key] = here + offset * step
        values.append(inexact(value(body, point)))
    store[key] = here
    step = inexact(step)
    right = (-3 * values[2] + 4 * values[3] - values[4]) / (2 * step)
    left = (3 * values[2] - 4 * values[1] + values[0]) / (2 * step)
    if abs(right - left) > mp.mpf(10) ** -8 * (1 + abs(right)):
        raise NoValue
    return (8 * (values[3] - values[1]) - (values[4] - values[0])) / (12 * step)
