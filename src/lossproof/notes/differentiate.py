"""Derivatives carried out on trees: what the chain rule of a note needs before a name is put in.

d/dyp (-(yt log yp + ...))    with    yp = sigmoid(u)    put in afterwards
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lossproof.functions.table import ARGUMENTS, FUNCTIONS
from lossproof.notation.parser import parse_tree
from lossproof.notation.traverse import free_names, fresh_name, substitute_tree, walk
from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Constant,
    Derivative,
    Indexed,
    Name,
    Negative,
    Node,
    Number,
    Reduction,
)

ZERO, ONE, TWO = (Number(Fraction(n)) for n in (0, 1, 2))


class NoRule(Exception):
    """A formula that is not differentiated here."""


def differentiated(node: Node, variable: Name | Indexed) -> Node:
    """The derivative of ``node`` by ``variable``, carried out; `NoRule` where that is not known how."""
    if not any(isinstance(part, type(variable)) and part.name == variable.name for part in walk(node)):
        return ZERO
    rule = _RULES.get(type(node))
    if rule is None:
        raise NoRule
    return rule(node, variable)


def _symbol(node: Name, variable: Name | Indexed) -> Node:
    return ONE if node == variable else ZERO


def _element(node: Indexed, variable: Name | Indexed) -> Node:
    """1 where the indices are the same ones, which Kronecker's delta says of letters."""
    if not isinstance(variable, Indexed) or variable.name != node.name or len(variable.indices) != len(node.indices):
        return ZERO
    found: Node = ONE
    for one, other in zip(node.indices, variable.indices, strict=True):
        found = times(found, ONE if one == other else Call("delta", (one, other)))
    return found


def times(left: Node, right: Node) -> Node:
    if ZERO in (left, right):
        return ZERO
    if left == ONE:
        return right
    return left if right == ONE else Binary("*", left, right)


def plus(left: Node, right: Node) -> Node:
    if left == ZERO:
        return right
    return left if right == ZERO else Binary("+", left, right)


def negative(node: Node) -> Node:
    return ZERO if node == ZERO else Negative(node)


def _binary(node: Binary, variable: Name | Indexed) -> Node:
    return _OPERATORS[node.operator](node.left, node.right, variable)


def _product(left: Node, right: Node, variable: Name | Indexed) -> Node:
    return plus(times(differentiated(left, variable), right), times(left, differentiated(right, variable)))


def _quotient(left: Node, right: Node, variable: Name | Indexed) -> Node:
    above = plus(times(differentiated(left, variable), right), negative(times(left, differentiated(right, variable))))
    return ZERO if above == ZERO else Binary("/", above, Binary("^", right, TWO))


def _power(base: Node, exponent: Node, variable: Name | Indexed) -> Node:
    inner, outer = differentiated(base, variable), differentiated(exponent, variable)
    lowered = times(times(exponent, Binary("^", base, Binary("-", exponent, ONE))), inner)
    grown = times(times(Binary("^", base, exponent), Call("log", (base,))), outer)
    return plus(lowered if inner != ZERO else ZERO, grown if outer != ZERO else ZERO)


_OPERATORS: dict[str, Callable[[Node, Node, Name | Indexed], Node]] = {
    "+": lambda a, b, v: plus(differentiated(a, v), differentiated(b, v)),
    "-": lambda a, b, v: plus(differentiated(a, v), negative(differentiated(b, v))),
    "*": _product,
    "/": _quotient,
    "^": _power,
}


def _call(node: Call, variable: Name | Indexed) -> Node:
    """The chain rule with the slopes of the function's row."""
    slopes = FUNCTIONS[node.function].derivative
    letters: dict[Name | Indexed | str, Node] = dict(zip(ARGUMENTS, node.arguments, strict=False))
    if len(slopes) != len(node.arguments):
        raise NoRule
    found: Node = ZERO
    for slope, argument in zip(slopes, node.arguments, strict=True):
        found = plus(found, times(substitute_tree(parse_tree(slope), letters), differentiated(argument, variable)))
    return found


def _reduction(node: Reduction, variable: Name | Indexed) -> Node:
    """Sums term by term; a bound index that is an index of the variable is renamed first."""
    if node.kind != "sum":
        raise NoRule
    index, body = node.index, node.body
    taken = free_names(variable)
    if index in taken:
        index = fresh_name(index, taken | free_names(body))
        body = substitute_tree(body, {node.index: Name(index)})
    return Reduction("sum", differentiated(body, variable), index, node.low, node.high)


def _cases(node: Cases, variable: Name | Indexed) -> Node:
    return Cases(tuple((differentiated(value, variable), condition) for value, condition in node.pieces))


def _derivative(node: Derivative, variable: Name | Indexed) -> Node:
    return differentiated(differentiated(node.body, node.variable), variable)


_RULES: dict[type, Callable[..., Node]] = {
    Number: lambda node, variable: ZERO,
    Constant: lambda node, variable: ZERO,
    Name: _symbol,
    Indexed: _element,
    Negative: lambda node, variable: negative(differentiated(node.operand, variable)),
    Binary: _binary,
    Call: _call,
    Reduction: _reduction,
    Cases: _cases,
    Derivative: _derivative,
}
