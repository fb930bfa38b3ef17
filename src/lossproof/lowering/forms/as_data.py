"""Formulas as plain data and back: lists of a head and its parts, of the heads that are listed here and no others.

exp(u) - 2*yt   <->   ["Add", ["Mul", ["number", -2, 1], ["symbol", 1]], ["exp", ["symbol", 0]]]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Symbol
from sympy.core.function import Application
from sympy.functions.elementary.piecewise import ExprCondPair

from lossproof.lowering.forms import code_functions
from lossproof.notation import functions

_ARITHMETIC = (sympy.Add, sympy.Mul, sympy.Pow, sympy.Piecewise, ExprCondPair, sympy.And, sympy.Or)
_ORDERS = (sympy.Eq, sympy.Ne, sympy.Le, sympy.Lt, sympy.Ge, sympy.Gt)
HEADS: dict[str, Any] = {
    **{head.__name__: head for head in (*_ARITHMETIC, *_ORDERS, *functions.NAMED)},
    **{
        name: member
        for module in (sympy, code_functions)
        for name, member in vars(module).items()
        if isinstance(member, type) and issubclass(member, Application) and member.__name__ == name
    },
}
CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "true": sympy.true, "false": sympy.false}


def to_data(expr: sympy.Basic, symbols: Sequence[Symbol]) -> list[Any] | None:
    """The formula as lists, numbers and names; None where that does not give it back as it was."""
    try:
        data = _to_data(expr, symbols)
        return data if from_data(data, symbols) == expr else None
    except (ValueError, TypeError, KeyError):
        return None


def _to_data(expr: Any, symbols: Sequence[Symbol]) -> list[Any]:
    for name, constant in CONSTANTS.items():
        if expr == constant:
            return [name]
    if expr in symbols:
        return ["symbol", list(symbols).index(expr)]
    if expr.is_Float:
        return ["float", float(expr).hex()]
    if expr.is_Rational:
        return ["number", int(expr.p), int(expr.q)]
    name = expr.func.__name__
    if HEADS[name] is not expr.func:
        raise ValueError(f"{name} is no head of data")
    return [name, *(_to_data(part, symbols) for part in expr.args)]


def from_data(data: Any, symbols: Sequence[Symbol]) -> Any:
    """The formula behind `to_data`; ValueError, TypeError, KeyError or IndexError for what is none."""
    name, *parts = data
    if name in CONSTANTS:
        return CONSTANTS[name]
    if name == "symbol":
        return symbols[parts[0]]
    if name == "float":
        return sympy.Float(float.fromhex(parts[0]))
    if name == "number":
        return sympy.Rational(int(parts[0]), int(parts[1]))
    arguments = [from_data(part, symbols) for part in parts]
    unevaluated = {"evaluate": False} if name == "Piecewise" else {}
    return HEADS[name](*arguments, **unevaluated)
