"""From SymPy back to a tree: for results that a script computed, to be printed and judged.

Terms and factors come in SymPy's printing order. A product with negative powers becomes a fraction, a negative
coefficient a minus sign, ``Piecewise((1, c), (0, True))`` an indicator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import sympy
from sympy import Expr, Rational, S

from lossproof.errors import CallerError
from lossproof.notation.endless import InfiniteSum, Integrated
from lossproof.notation.functions import called
from lossproof.notation.names import check_name, check_variable
from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Comparison,
    Condition,
    Constant,
    Derivative,
    Indexed,
    Indicator,
    Junction,
    Name,
    Negative,
    Node,
    Number,
    Order,
    Reduction,
    Total,
    Truth,
)


def from_sympy(expression: Expr) -> Node:
    """The tree of ``expression``; `CallerError` where the grammar has no word for a part of it."""
    return _node(sympy.sympify(expression, strict=True))


@lru_cache(maxsize=1 << 14)
def _node(expression: Any) -> Any:
    """The tree, remembered: the formulas of one proof have most of their parts in common."""
    for kind in type(expression).__mro__:
        if kind in _RULES:
            return _RULES[kind](expression)
    raise _unknown(expression)


def _unknown(expression: Any) -> CallerError:
    name = type(expression).__name__
    return CallerError(f"The text form of mathematics has no word for {name}: {_shortened(expression)}.")


def _shortened(expression: Any, width: int = 80) -> str:
    text = str(expression)
    return text if len(text) <= width else text[:width] + "..."


def number(value: Fraction) -> Node:
    """A fraction as the grammar writes it: ``-3`` is a Negative, ``1/2`` a quotient."""
    if value < 0:
        return Negative(number(-value))
    if value.denominator == 1:
        return Number(value)
    return Binary("/", Number(Fraction(value.numerator)), Number(Fraction(value.denominator)))


def _rational(expression: Any) -> Node:
    return number(Fraction(int(expression.p), int(expression.q)))


def _float(expression: Any) -> Node:
    """A binary floating-point number is the fraction that it holds, exactly."""
    if not expression.is_finite:
        raise CallerError("Formulas hold real numbers; nan and infinity are none.")
    return _rational(Rational(expression))


def _symbol(expression: Any) -> Node:
    return Name(check_variable(expression.name))


def _indexed(expression: Any) -> Node:
    return Indexed(check_name(expression.base.name), tuple(map(_node, expression.indices)))


def _ordered(parts: Callable[[], Sequence[Expr]], otherwise: Sequence[Expr]) -> Sequence[Expr]:
    """SymPy's printing order, or the order stored where sorting needs numbers too large to compute."""
    try:
        return parts()
    except (OverflowError, TypeError, ValueError):
        return otherwise


def _add(expression: Any) -> Node:
    """The sum, begun with its first positive term: ``n - k`` rather than ``-k + n``."""
    terms = [_node(term) for term in _ordered(expression.as_ordered_terms, expression.args)]
    positive = next((place for place, term in enumerate(terms) if not isinstance(term, Negative)), 0)
    first = terms.pop(positive)
    return reduce(_plus, terms, first)


def _plus(left: Node, right: Node) -> Node:
    if isinstance(right, Negative):
        return Binary("-", left, right.operand)
    return Binary("+", left, right)


def _multiply(expression: Any) -> Node:
    """Numerator over denominator, with the sign in front."""
    above: list[Node] = []
    below: list[Node] = []
    sign = 1
    for factor in _ordered(expression.as_ordered_factors, expression.args):
        if factor.is_Rational:
            sign = -sign if factor < 0 else sign
            _place_number(abs(factor), above, below)
        elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
            below.append(_power_of(factor.base, -factor.exp))
        else:
            above.append(_node(factor))
    product = _quotient(above, below)
    return Negative(product) if sign < 0 else product


def _place_number(value: Any, above: list[Node], below: list[Node]) -> None:
    if value.p != 1:
        above.append(Number(Fraction(int(value.p))))
    if value.q != 1:
        below.append(Number(Fraction(int(value.q))))


def _quotient(above: Sequence[Node], below: Sequence[Node]) -> Node:
    top = reduce(_times, above) if above else Number(Fraction(1))
    return Binary("/", top, reduce(_times, below)) if below else top


def _times(left: Node, right: Node) -> Node:
    return Binary("*", left, right)


def _power(expression: Any) -> Node:
    base, exponent = expression.base, expression.exp
    if exponent.is_Rational and exponent < 0:
        return Binary("/", Number(Fraction(1)), _power_of(base, -exponent))
    return _power_of(base, exponent)


def _power_of(base: Expr, exponent: Expr) -> Node:
    if base is S.Exp1:
        return Call("exp", (_node(exponent),))
    if exponent == 1:
        return _node(base)
    if exponent == Rational(1, 2):
        return Call("sqrt", (_node(base),))
    return Binary("^", _node(base), _node(exponent))


def _reduction(kind: Any) -> Callable[[Any], Node]:
    def build(expression: Any) -> Node:
        node = _node(expression.function)
        for index, low, high in expression.limits:
            node = Reduction(kind, node, check_variable(index.name), _node(low), _node(high))
        return node

    return build


def _total(kind: Any) -> Callable[[Any], Node]:
    def build(expression: Any) -> Node:
        low = None if expression.low is S.NegativeInfinity else _node(expression.low)
        high = None if expression.high is S.Infinity else _node(expression.high)
        return Total(kind, _node(expression.body), check_variable(expression.index.name), low, high)

    return build


def _derivative(expression: Any) -> Node:
    node = _node(expression.expr)
    for variable, count in expression.variable_count:
        if not count.is_Integer:
            raise CallerError(f"A derivative has a whole number of steps; not so in {_shortened(expression)}.")
        for _ in range(int(count)):
            node = Derivative(node, _node(variable))
    return node


def _piecewise(expression: Any) -> Node:
    pieces = tuple((_node(piece.expr), _condition(piece.cond)) for piece in expression.args)
    if not isinstance(pieces[-1][1], Truth):
        raise CallerError(f"The last piece has the condition True; not so in {_shortened(expression)}.")
    values = [value for value, _ in pieces]
    if values == [Number(Fraction(1)), Number(Fraction(0))]:
        return Indicator(pieces[0][1])
    return Cases(pieces)


_ORDERS: dict[type, Order] = {
    sympy.StrictLessThan: "<",
    sympy.LessThan: "<=",
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.Equality: "==",
    sympy.Unequality: "!=",
}


def _condition(condition: Any) -> Condition:
    if condition == S.true:
        return Truth()
    if isinstance(condition, sympy.And | sympy.Or):
        parts = tuple(map(_condition, sympy.ordered(condition.args)))
        return Junction("and" if isinstance(condition, sympy.And) else "or", parts)
    if type(condition) in _ORDERS:
        return Comparison(_ORDERS[type(condition)], _node(condition.lhs), _node(condition.rhs))
    raise CallerError(f"The text form of mathematics has no word for the condition {_shortened(condition)}.")


def _call(expression: Any) -> Node:
    found = called(expression)
    if found is None:
        raise _unknown(expression)
    return Call(found[0], tuple(map(_node, found[1])))


def _heaviside(expression: Any) -> Node:
    if expression.args[1] != Rational(1, 2):
        raise CallerError("Heaviside(0) is 1/2 in the text form of mathematics.")
    return _call(expression)


def _polygamma(expression: Any) -> Node:
    if called(expression) is None:
        order = expression.args[0]
        raise CallerError(f"The text form of mathematics has no word for polygamma of order {order}.")
    return _call(expression)


_RULES: dict[type, Callable[[Any], Any]] = {
    sympy.Rational: _rational,
    sympy.Float: _float,
    sympy.core.numbers.Pi: lambda expression: Constant("pi"),
    sympy.core.numbers.Exp1: lambda expression: Constant("e"),
    sympy.Symbol: _symbol,
    sympy.Indexed: _indexed,
    sympy.Add: _add,
    sympy.Mul: _multiply,
    sympy.Pow: _power,
    sympy.Sum: _reduction("sum"),
    sympy.Product: _reduction("prod"),
    InfiniteSum: _total("sum"),
    Integrated: _total("integral"),
    sympy.Derivative: _derivative,
    sympy.Piecewise: _piecewise,
    sympy.Function: _call,
    sympy.Max: _call,
    sympy.Min: _call,
    sympy.Heaviside: _heaviside,
    sympy.polygamma: _polygamma,
}
