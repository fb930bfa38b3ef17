"""A tree as two-dimensional Unicode mathematics for terminals, in the author's order.

    k     n - k
    ─  -  ─────
    p     1 - p

What is wider than the terminal is written on one line of the grammar instead, which can be broken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lossproof.notation.boxes import Box, brace, enclosed, fraction, raised, root, row, stacked, text
from lossproof.notation.glyphs import GREEK
from lossproof.notation.text import POWER, PRODUCT, SUM, UNARY, strength
from lossproof.notation.traverse import Part
from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Comparison,
    Constant,
    Derivative,
    Indexed,
    Indicator,
    Junction,
    Name,
    Negative,
    Node,
    Number,
    Reduction,
    Truth,
)

_LETTERS = dict(zip(GREEK, "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
_BELOW = dict(zip("0123456789aehijklmnoprstuvx+-", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋", strict=True))
_ABOVE = dict(zip("0123456789n", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ", strict=True))
_SIGNS = {"sum": "∑", "prod": "∏", "logsumexp": "log ∑ exp"}
_HEADS = {"gamma": "Γ", "loggamma": "log Γ", "digamma": "ψ", "normcdf": "Φ", "lognormcdf": "log Φ", "delta": "δ"}
_ORDERS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}


def draw(part: Part) -> Box:
    """``part`` as a box of characters."""
    return _RULES[type(part)](part)


def drawn(part: Part) -> str:
    """``part`` as lines of text."""
    return "\n".join(line.rstrip() for line in draw(part).lines)


def spelled(name: str) -> str:
    """A name as it is read: ``theta`` is θ, ``w0`` is w₀."""
    stem, digits = re.fullmatch(r"(.*?)(?:_?([0-9]+))?", name, re.DOTALL).groups("")  # type: ignore[union-attr]
    return _LETTERS.get(stem, stem) + "".join(_BELOW.get(each, each) for each in digits)


def _operand(part: Node, least: int) -> Box:
    return draw(part) if _holds(part) >= least else enclosed(draw(part))


def _holds(part: Node) -> int:
    """As in text, but a fraction has a line of its own and needs no brackets beside a factor."""
    if isinstance(part, Binary) and part.operator == "/":
        return POWER - 1
    return strength(part)


def _number(node: Number) -> Box:
    if node.text is not None or node.value.denominator == 1:
        return text(node.text if node.text is not None else str(node.value))
    over = fraction(text(str(abs(node.value.numerator))), text(str(node.value.denominator)))
    return over if node.value > 0 else row(text("-"), over)


def _indexed(node: Indexed) -> Box:
    indices = [draw(each) for each in node.indices]
    small = ["".join(_BELOW.get(each, "?") for each in box.lines[0].replace(" ", "")) for box in indices]
    if all(box.height == 1 for box in indices) and not any("?" in each for each in small):
        return text(spelled(node.name) + ("," if any(len(each) > 1 for each in small) else "").join(small))
    return row(text(spelled(node.name)), enclosed(_listed(indices), "[", "]"))


def _listed(boxes: list[Box]) -> Box:
    return row(*[each for box in boxes for each in (text(", "), box)][1:])


def _negative(node: Negative) -> Box:
    return row(text("-"), _operand(node.operand, UNARY))


def _binary(node: Binary) -> Box:
    match node.operator:
        case "/":
            return fraction(draw(node.left), draw(node.right))
        case "^":
            return _power(node.left, draw(node.right))
        case "*":
            return row(_operand(node.left, PRODUCT), text("⋅"), _operand(node.right, PRODUCT + 1))
    return row(_operand(node.left, SUM), text(f" {node.operator} "), _operand(node.right, UNARY + 1))


def _power(base: Node, exponent: Box) -> Box:
    below = draw(base) if strength(base) > POWER else enclosed(draw(base))
    if exponent.height == 1 and all(each in _ABOVE for each in exponent.lines[0]):
        small = text("".join(_ABOVE[each] for each in exponent.lines[0]))
        return row(below, small) if below.height == 1 else raised(below, text(exponent.lines[0]))
    return raised(below, exponent)


def _call(node: Call) -> Box:
    arguments = [draw(each) for each in node.arguments]
    if node.function == "sqrt":
        return root(arguments[0])
    if node.function == "Abs":
        return enclosed(arguments[0], "|", "|")
    if node.function == "exp":
        return raised(text("e"), arguments[0])
    return row(text(_HEADS.get(node.function, node.function)), enclosed(_listed(arguments)))


def _reduction(node: Reduction) -> Box:
    low = row(text(f"{spelled(node.index)}="), draw(node.low))
    sign = stacked(draw(node.high), text(_SIGNS[node.kind]), low)
    return row(sign, text(" "), _operand(node.body, PRODUCT if node.kind == "sum" else POWER))


def _derivative(node: Derivative) -> Box:
    """∂²ce/∂u² where the same variable is met again and what is differentiated is a name; ∂/∂u (...) otherwise."""
    variables: list[Node] = []
    body: Node = node
    while isinstance(body, Derivative):
        variables.insert(0, body.variable)
        body = body.body
    count = "".join(_ABOVE[each] for each in str(len(variables))) if len(variables) > 1 else ""
    same = len(set(variables)) == 1
    below = f"∂{_line(variables[0])}{count}" if same else "".join(f" ∂{_line(each)}" for each in variables)[1:]
    if isinstance(body, Name | Indexed):
        return fraction(text(f"∂{count}{_line(body)}"), text(below))
    return row(fraction(text(f"∂{count}"), text(below)), text(" "), enclosed(draw(body)))


def _line(part: Node) -> str:
    return draw(part).lines[0]


def _cases(node: Cases) -> Box:
    values = [draw(value) for value, _ in node.pieces]
    width = max(each.width for each in values)
    rows = []
    for value, (_, condition) in zip(values, node.pieces, strict=True):
        words = text("otherwise") if isinstance(condition, Truth) else row(text("if "), draw(condition))
        rows.append(row(value, text(" " * (width - value.width + 2)), words))
    return brace(rows)


def _junction(node: Junction) -> Box:
    return row(*[each for part in node.parts for each in (text(f" {node.operator} "), draw(part))][1:])


_RULES: dict[type, Callable[[Any], Box]] = {
    Number: _number,
    Constant: lambda node: text("π" if node.name == "pi" else "e"),
    Name: lambda node: text(spelled(node.name)),
    Indexed: _indexed,
    Negative: _negative,
    Binary: _binary,
    Call: _call,
    Reduction: _reduction,
    Derivative: _derivative,
    Cases: _cases,
    Indicator: lambda node: row(text("1"), enclosed(draw(node.condition))),
    Truth: lambda node: text("otherwise"),
    Comparison: lambda node: row(draw(node.left), text(f" {_ORDERS[node.operator]} "), draw(node.right)),
    Junction: _junction,
}
