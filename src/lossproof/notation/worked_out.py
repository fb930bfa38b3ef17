"""A formula worked out in some arithmetic: balls, normal forms, whatever has + - * / and whole powers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from typing import Any, Generic, TypeVar

from lossproof.functions.table import ARGUMENTS, FUNCTIONS
from lossproof.notation.domains import exact_value
from lossproof.notation.parser import parse_tree
from lossproof.notation.tree import Binary, Call, Constant, Name, Negative, Node, Number

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arithmetic(Generic[T]):
    """What a formula is worked out in: its numbers, and its functions of them, ``pi`` being one of no arguments."""

    number: Callable[[Fraction], T]
    call: Callable[..., T]

    def value(self, node: Node, names: Mapping[str, T]) -> T:
        """``node`` with numbers for its names; KeyError for cases, sums, derivatives and powers that are not whole."""
        found: T = _RULES[type(node)](self, node, names)
        return found

    def defined(self, function: str, arguments: Sequence[T]) -> T:
        """``function`` of the table by its definition; KeyError where that says nothing here."""
        body = _definition(function)

        def of(*numbers: T) -> T:
            return self.value(body, dict(zip(ARGUMENTS, numbers, strict=False)))

        return of(*arguments) if FUNCTIONS[function].most else reduce(of, arguments)


@cache
def _definition(function: str) -> Node:
    text = FUNCTIONS[function].definition
    if not text:
        raise KeyError(function)
    return parse_tree(text)


def _binary(arithmetic: Arithmetic[Any], node: Binary, names: Mapping[str, Any]) -> Any:
    left = arithmetic.value(node.left, names)
    if node.operator != "^":
        return _OPERATIONS[node.operator](left, arithmetic.value(node.right, names))
    power = exact_value(node.right)
    if power is None or power.denominator != 1:
        raise KeyError(node.operator)
    return left ** int(power)


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_RULES: dict[type, Callable[..., Any]] = {
    Number: lambda arithmetic, node, names: arithmetic.number(node.value),
    Constant: lambda arithmetic, node, names: arithmetic.call(node.name),
    Name: lambda arithmetic, node, names: names[node.name],
    Negative: lambda arithmetic, node, names: -arithmetic.value(node.operand, names),
    Binary: _binary,
    Call: lambda arithmetic, node, names: arithmetic.call(
        node.function, *(arithmetic.value(argument, names) for argument in node.arguments)
    ),
}
