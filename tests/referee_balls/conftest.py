"""A second evaluator, of another kind: mpmath on the same trees, written without a look at the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from mpmath import mp

from lossproof.notation import tree


def _log1mexp(x: Any) -> Any:
    return mp.log(1 - mp.exp(-x))


def _same(a: Any, b: Any) -> bool:
    """Equal up to the rounding of a few operations: 1/10 + 9/10 is 1."""
    return bool(abs(a - b) <= mp.eps * 1000 * max(1, abs(a)))


def _heaviside(x: Any) -> Any:
    return mp.mpf(1) / 2 if _same(x, 0) else mp.mpf(x > 0)


def _sign(x: Any) -> Any:
    return mp.mpf(0) if _same(x, 0) else mp.sign(x)


MPMATH: dict[str, Callable[..., Any]] = {
    "exp": mp.exp,
    "log": mp.log,
    "ln": mp.log,
    "sqrt": mp.sqrt,
    "expit": lambda x: 1 / (1 + mp.exp(-x)),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "logit": lambda x: mp.log(x / (1 - x)),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "log1p": lambda x: mp.log(1 + x),
    "expm1": lambda x: mp.exp(x) - 1,
    "log1mexp": _log1mexp,
    "xlogy": lambda x, y: mp.mpf(0) if x == 0 else x * mp.log(y),
    "logsumexp": lambda *xs: mp.log(mp.fsum(mp.exp(x) for x in xs)),
    "sin": mp.sin,
    "cos": mp.cos,
    "tanh": mp.tanh,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "atan": mp.atan,
    "asin": mp.asin,
    "acos": mp.acos,
    "asinh": mp.asinh,
    "atanh": mp.atanh,
    "erf": mp.erf,
    "erfc": mp.erfc,
    "normcdf": mp.ncdf,
    "lognormcdf": lambda x: mp.log(mp.ncdf(x)),
    "normpdf": mp.npdf,
    "gamma": mp.gamma,
    "beta": mp.beta,
    "betaln": lambda x, y: mp.log(mp.beta(x, y)),
    "loggamma": mp.loggamma,
    "digamma": lambda x: mp.polygamma(0, x),
    "trigamma": lambda x: mp.polygamma(1, x),
    "factorial": mp.factorial,
    "binomial": mp.binomial,
    "Abs": abs,
    "sign": _sign,
    "Heaviside": _heaviside,
    "delta": lambda i, j: mp.mpf(_same(i, j)),
    "Max": max,
    "Min": min,
    "clip": lambda x, low, high: min(max(x, low), high),
}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b and not _same(a, b),
    "<=": lambda a, b: a < b or _same(a, b),
    ">": lambda a, b: a > b and not _same(a, b),
    ">=": lambda a, b: a > b or _same(a, b),
    "==": lambda a, b: _same(a, b),
    "!=": lambda a, b: not _same(a, b),
}
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: mp.mpf(1) if b == 0 else a**b,
}


class Oracle:
    """Values of trees by mpmath; derivatives by finite differences at many digits."""

    functions = MPMATH

    def value(self, node: tree.Node, point: dict[str, Any], digits: int = 50) -> Any:
        """The value at a point such as ``{"yt": "1", "x": ["0", "1"]}``, lists from index 0 or the stated one."""
        with mp.workdps(digits + 60):
            return self._value(node, {name: _number(value) for name, value in point.items()})

    def _value(self, node: Any, at: dict[str, Any]) -> Any:
        match node:
            case tree.Number(value):
                return mp.mpf(value.numerator) / value.denominator
            case tree.Constant(name):
                return mp.pi if name == "pi" else mp.e
            case tree.Name(name):
                return at[name]
            case tree.Indexed(name, indices):
                return self._element(name, tuple(int(self._value(i, at)) for i in indices), at)
            case tree.Negative(operand):
                return -self._value(operand, at)
            case tree.Binary(operator, left, right):
                return _SIGNS[operator](self._value(left, at), self._value(right, at))
            case tree.Call(function, arguments):
                return MPMATH[function](*(self._value(a, at) for a in arguments))
            case tree.Indicator(condition):
                return mp.mpf(self._holds(condition, at))
            case tree.Cases(pieces):
                return next(self._value(value, at) for value, test in pieces if self._holds(test, at))
            case tree.Reduction():
                return self._reduction(node, at)
            case tree.Derivative():
                return self._derivative(node, at)
        raise AssertionError(node)

    def _holds(self, test: Any, at: dict[str, Any]) -> bool:
        match test:
            case tree.Truth():
                return True
            case tree.Comparison(operator, left, right):
                return _ORDERS[operator](self._value(left, at), self._value(right, at))
            case tree.Junction(operator, parts):
                return (all if operator == "and" else any)(self._holds(part, at) for part in parts)
        raise AssertionError(test)

    def _reduction(self, node: tree.Reduction, at: dict[str, Any]) -> Any:
        low, high = int(self._value(node.low, at)), int(self._value(node.high, at))
        terms = [self._value(node.body, {**at, node.index: mp.mpf(i)}) for i in range(low, high + 1)]
        if node.kind == "logsumexp":
            return mp.log(mp.fsum(mp.exp(term) for term in terms))
        return mp.fsum(terms) if node.kind == "sum" else mp.fprod(terms)

    def _derivative(self, node: tree.Derivative, at: dict[str, Any]) -> Any:
        here = self._value(node.variable, at)
        return mp.diff(lambda t: self._value(node.body, self._moved(node.variable, t, at)), here)

    def _moved(self, variable: Any, value: Any, at: dict[str, Any]) -> dict[str, Any]:
        if isinstance(variable, tree.Name):
            return {**at, variable.name: value}
        key = tuple(int(self._value(i, at)) for i in variable.indices)
        return {**at, "moved": {**at.get("moved", {}), (variable.name, key): value}}

    def _element(self, name: str, key: tuple[int, ...], at: dict[str, Any]) -> Any:
        if (name, key) in at.get("moved", {}):
            return at["moved"][name, key]
        first = at.get(f"first index of {name}", 0)
        value = at[name]
        for index, start in zip(key, first if isinstance(first, list) else [first] * len(key), strict=True):
            value = value[index - int(start)]
        return value


def _number(value: Any) -> Any:
    if isinstance(value, list):
        return [_number(each) for each in value]
    numerator, _, denominator = str(value).partition("/")
    return mp.mpf(numerator) / mp.mpf(denominator or 1)


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    """mpmath on trees."""
    assert mpmath.__version__
    return Oracle()
