"""One formula with indices as one line of NumPy: every letter becomes an axis, every sum a product of matrices.

    sum(v[j, i]*x[m, i], i)      over (m, j)      x @ v.T
    mean(e[m, q]*z[m, h], m)     over (q, h)      1/M*(e.T @ z)
    z[m, j]*(1 - z[m, j])        over (m, j)      z*(1 - z)

A letter that a factor lacks is an axis of length 1 there, as NumPy broadcasts. Sums go over whole axes: a range that is
not that of its letter is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossproof.errors import MoveError
from lossproof.functions.table import FUNCTIONS
from lossproof.notation import to_text
from lossproof.notation.tree import (
    Binary,
    Call,
    Indexed,
    Indicator,
    Name,
    Negative,
    Node,
    Number,
    Reduction,
)

Axes = tuple[str, ...]
Ranges = Mapping[str, tuple[Node, Node]]

OTHER_NAMES = {"Max": "np.maximum", "Min": "np.minimum", "Abs": "np.abs", "expit": "expit"}
"""Functions that NumPy has under another name, or not at all; the others are called what the grammar calls them."""
ATOM, POWER, PRODUCT, SUM = 4, 3, 2, 1


@dataclass(frozen=True, slots=True)
class Code:
    """Text of an expression, the letters of its axes in their order, and how strongly it binds."""

    text: str
    axes: Axes = ()
    strength: int = ATOM

    def within(self, strength: int) -> str:
        """The text, in parentheses where something stronger stands around it."""
        return self.text if self.strength >= strength else f"({self.text})"


def line(formula: Node, axes: Axes, ranges: Ranges) -> str:
    """``formula`` as an array over ``axes``. Raises MoveError for what has no line."""
    found = _code(formula, ranges)
    if not set(found.axes) <= set(axes):
        raise MoveError(f"{to_text(formula)} has the indices {', '.join(found.axes)}; {', '.join(axes)} are asked for")
    if found.axes == axes:
        return found.text
    if len(found.axes) == 2 and found.axes == axes[::-1]:
        return f"{found.within(ATOM)}.T"
    raise MoveError(f"{to_text(formula)} does not have all of the indices {', '.join(axes)}")


def _code(node: Any, ranges: Ranges) -> Code:
    rule = _RULES.get(type(node))
    if rule is None:
        raise MoveError(f"{to_text(node)} has no line in NumPy")
    return rule(node, ranges)


def _number(node: Number, ranges: Ranges) -> Code:
    value = node.value
    return Code(str(value.numerator)) if value.denominator == 1 else Code(repr(float(value)))


def _data(node: Indexed, ranges: Ranges) -> Code:
    letters = tuple(index.name for index in node.indices if isinstance(index, Name))
    if len(set(letters)) != len(node.indices):
        raise MoveError(f"{to_text(node)}: a program picks whole axes, so that every index is a letter of its own")
    return Code(node.name, letters)


def _negative(node: Negative, ranges: Ranges) -> Code:
    inside = _code(node.operand, ranges)
    return Code(f"-{inside.within(PRODUCT)}", inside.axes, SUM)


def _binary(node: Binary, ranges: Ranges) -> Code:
    if node.operator == "*":
        return _product(_factors(node), ranges)
    strength, symbol = {"+": (SUM, " + "), "-": (SUM, " - "), "/": (PRODUCT, "/"), "^": (POWER, "**")}[node.operator]
    left, right = _code(node.left, ranges), _code(node.right, ranges)
    axes = _joined(left.axes, right.axes)
    one, other = _spread(left, axes), _spread(right, axes)
    return Code(f"{one.within(strength)}{symbol}{other.within(strength + 1)}", axes, strength)


def _product(factors: list[Node], ranges: Ranges) -> Code:
    parts = [_code(factor, ranges) for factor in factors]
    axes: Axes = ()
    for part in parts:
        axes = _joined(axes, part.axes)
    first, *others = (_spread(part, axes) for part in parts)
    if not others:
        return first
    text = "*".join([first.within(PRODUCT), *(each.within(POWER) for each in others)])
    return Code(text, axes, PRODUCT)


def _call(node: Call, ranges: Ranges) -> Code:
    name = FUNCTIONS[node.function].canonical if node.function in FUNCTIONS else node.function
    called = OTHER_NAMES.get(name) or (f"np.{name}" if isinstance(getattr(np, name, None), np.ufunc) else None)
    if called is None:
        raise MoveError(f"{to_text(node)} has no line in NumPy")
    parts = [_code(argument, ranges) for argument in node.arguments]
    axes: Axes = ()
    for part in parts:
        axes = _joined(axes, part.axes)
    return Code(f"{called}({', '.join(_spread(part, axes).text for part in parts)})", axes)


def _indicator(node: Indicator, ranges: Ranges) -> Code:
    condition: Any = node.condition
    left, right = _code(condition.left, ranges), _code(condition.right, ranges)
    axes = _joined(left.axes, right.axes)
    one, other = _spread(left, axes).within(SUM), _spread(right, axes).within(SUM)
    return Code(f"({one} {condition.operator} {other})", axes)


def _reduction(node: Reduction, ranges: Ranges) -> Code:
    if ranges.get(node.index) != (node.low, node.high):
        raise MoveError(f"{to_text(node)} does not go over the whole range of {node.index}, so it is no whole axis")
    if node.kind == "sum":
        return _sum(node, ranges)
    body = _code(node.body, ranges)
    if node.kind != "logsumexp" or node.index not in body.axes:
        raise MoveError(f"{to_text(node)} has no line in NumPy")
    place = body.axes.index(node.index)
    return Code(f"logsumexp({body.text}, {place})", _without(body.axes, node.index))


def _sum(node: Reduction, ranges: Ranges) -> Code:
    """A product of matrices where two factors share the index, a sum along the axis where one has it."""
    factors = _factors(node.body)
    codes = [(factor, _code(factor, ranges)) for factor in factors]
    inside = [(factor, code) for factor, code in codes if node.index in code.axes]
    outside = [factor for factor, code in codes if node.index not in code.axes]
    if len(inside) == 2 and not outside and (found := _matrix_product(inside[0][1], inside[1][1], node.index)):
        return found
    body = _product(factors, ranges)
    if node.index not in body.axes:
        raise MoveError(f"{to_text(node)}: nothing in it has the index {node.index}")
    place = body.axes.index(node.index)
    return Code(f"{body.within(ATOM)}.sum(axis={place})", _without(body.axes, node.index))


def _matrix_product(left: Code, right: Code, index: str) -> Code | None:
    """``left @ right``, each turned so that the shared index stands between them; None where they share more."""
    if len(left.axes) != 2 or len(right.axes) != 2 or set(left.axes) & set(right.axes) != {index}:
        return None
    (row,), (column,) = _without(left.axes, index), _without(right.axes, index)
    if (row, column) != tuple(sorted((row, column), key=_samples_first)):
        left, right, row, column = right, left, column, row
    first = left.within(ATOM) if left.axes[1] == index else f"{left.within(ATOM)}.T"
    second = right.within(ATOM) if right.axes[0] == index else f"{right.within(ATOM)}.T"
    return Code(f"{first} @ {second}", (row, column), PRODUCT)


def _samples_first(letter: str) -> bool:
    """Rows are samples: m and n stand in front."""
    return letter not in {"m", "n"}


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Binary) and node.operator == "*":
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def _joined(first: Axes, second: Axes) -> Axes:
    """All letters, those of the longer first, so that fewer axes have to be put in."""
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    return (*longer, *(letter for letter in shorter if letter not in longer))


def _spread(code: Code, axes: Axes) -> Code:
    """``code`` with an axis of length 1 for each letter that it lacks behind its own first one."""
    if code.axes in ((), axes[len(axes) - len(code.axes) :]):
        return code
    if code.axes != tuple(letter for letter in axes if letter in code.axes):
        if len(code.axes) != 2 or set(code.axes) != set(axes):
            raise MoveError(f"the axes {', '.join(code.axes)} of {code.text} cannot be put into {', '.join(axes)}")
        return Code(f"{code.within(ATOM)}.T", axes)
    places = ", ".join(":" if letter in code.axes else "None" for letter in axes)
    return Code(f"{code.within(ATOM)}[{places}]", axes)


def _without(axes: Axes, index: str) -> Axes:
    return tuple(letter for letter in axes if letter != index)


_RULES: dict[type, Callable[..., Code]] = {
    Number: _number,
    Name: lambda node, ranges: Code(node.name),
    Indexed: _data,
    Negative: _negative,
    Binary: _binary,
    Call: _call,
    Indicator: _indicator,
    Reduction: _reduction,
}
