"""From a tree back to text of the grammar, in the author's order and with no more parentheses than needed.

``parse_tree(to_text(node)) == node`` for every tree that came from `parse_tree`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval, Tie
from lossproof.notation.traverse import Part, free_names
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
    Total,
    Truth,
)

SUM, UNARY, PRODUCT, POWER, ATOM = 10, 15, 20, 30, 40
STRENGTH = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER}
_SPACED = {"+": " + ", "-": " - ", "*": "*", "/": "/", "^": "^"}


def to_text(part: Part) -> str:
    """``part`` as text of the grammar."""
    return _RULES[type(part)](part)


def strength(part: Part) -> int:
    """How strongly ``part`` holds together when it is written next to an operator."""
    if isinstance(part, Binary):
        return STRENGTH[part.operator]
    if isinstance(part, Number) and part.text is None:
        return UNARY if part.value < 0 else ATOM if part.value.denominator == 1 else PRODUCT
    return UNARY if isinstance(part, Negative) else ATOM


def _operand(part: Node, least: int) -> str:
    text = to_text(part)
    return text if strength(part) >= least else f"({text})"


def _number(node: Number) -> str:
    return node.text if node.text is not None else str(node.value)


def _negative(node: Negative) -> str:
    return f"-{_operand(node.operand, UNARY)}"


def _binary(node: Binary) -> str:
    """A chain to the left is written in a loop, so that a long sum needs no deep recursion."""
    own = STRENGTH[node.operator]
    if node.operator == "^":
        return f"{_operand(node.left, own + 1)}^{_operand(node.right, own)}"
    pieces: list[str] = []
    left: Node = node
    while isinstance(left, Binary) and STRENGTH[left.operator] == own:
        pieces.append(_SPACED[left.operator] + _operand(left.right, max(own, UNARY) + 1))
        left = left.left
    return "".join([_operand(left, own), *reversed(pieces)])


def _call(node: Call) -> str:
    arguments = [to_text(argument) for argument in node.arguments]
    if node.function == "logsumexp" and len(arguments) == 4 and isinstance(node.arguments[1], Name):
        arguments[1] = _not_an_index(node.arguments[1].name, node.arguments[0])
    return f"{node.function}({', '.join(arguments)})"


def _not_an_index(name: str, first: Node) -> str:
    """Four values whose second is a name of the first would be read as a form with an index."""
    return f"({name})" if name in free_names(first) else name


def _reduction(node: Reduction) -> str:
    low, high = to_text(node.low), to_text(node.high)
    ends = f"{low}, {high}"
    if node.kind == "logsumexp" and not low.isdecimal():
        ends = f"{low}..{high}"  # with two commas it might be read as four values
    return f"{node.kind}({to_text(node.body)}, {node.index}, {ends})"


def _total(node: Total) -> str:
    low = "-oo" if node.low is None else to_text(node.low)
    high = "oo" if node.high is None else to_text(node.high)
    return f"{node.kind}({to_text(node.body)}, {node.index}, {low}, {high})"


def _cases(node: Cases) -> str:
    pieces = (f"({to_text(value)}, {to_text(condition)})" for value, condition in node.pieces)
    return f"Piecewise({', '.join(pieces)})"


def _comparison(node: Comparison) -> str:
    return f"{to_text(node.left)} {node.operator} {to_text(node.right)}"


def _junction(node: Junction) -> str:
    def part(inner: Part) -> str:
        binds = isinstance(inner, Junction) and (node.operator == "and" or inner.operator == "or")
        return f"({to_text(inner)})" if binds else to_text(inner)

    return f" {node.operator} ".join(part(inner) for inner in node.parts)


_RULES: dict[type, Callable[[Any], str]] = {
    Number: _number,
    Constant: lambda node: node.name,
    Name: lambda node: node.name,
    Indexed: lambda node: f"{node.name}[{', '.join(map(to_text, node.indices))}]",
    Negative: _negative,
    Binary: _binary,
    Call: _call,
    Reduction: _reduction,
    Total: _total,
    Derivative: lambda node: f"diff({to_text(node.body)}, {to_text(node.variable)})",
    Cases: _cases,
    Indicator: lambda node: f"indicator({to_text(node.condition)})",
    Truth: lambda node: "True",
    Comparison: _comparison,
    Junction: _junction,
}


def assumptions_text(assumptions: Assumptions) -> tuple[str, ...]:
    """One clause of the grammar each; all of them joined by ``;`` are read back to the same assumptions."""
    scalars = (clause for name, domain in assumptions.scalars.items() for clause in _clauses(name, domain))
    arrays = (
        clause
        for name, domain in assumptions.arrays.items()
        for clause in _clauses(f"{name}[{', '.join(assumptions.letters.get(name, ('m',)))}]", domain)
    )
    groups = map(_group, assumptions.groups)
    definitions = (f"{name} = {to_text(body)}" for name, body in assumptions.definitions)
    formulas = (f"{to_text(data)} = {to_text(body)}" for data, body in assumptions.formulas)
    return (*scalars, *arrays, *groups, *map(_tie, assumptions.ties), *formulas, *definitions)


def _tie(tie: Tie) -> str:
    order = "=" if tie.order == "==" else tie.order
    return f"{to_text(tie.left)} {order} {to_text(tie.right)}"


def _clauses(name: str, domain: Domain) -> list[str]:
    if isinstance(domain, FiniteSet):
        return [f"{name} in {{{', '.join(map(_fraction, domain.values))}}}"]
    if isinstance(domain, IndexRange):
        return [f"{name} in {to_text(domain.low)}..{to_text(domain.high)}"]
    return _interval_clauses(name, domain)


def _fraction(value: Fraction) -> str:
    return str(value)


def _interval_clauses(name: str, domain: Interval) -> list[str]:
    bounds = _bounds(name, domain)
    excluded = [f"{name} != {to_text(node)}" for node in domain.excluded]
    if domain.integer:
        joined = bounds and bounds.startswith(f"{name} ") and f"{name} integer{bounds.removeprefix(name)}"
        first = [joined] if joined else [f"{name} integer", *([bounds] if bounds else [])]
        return [*first, *excluded]
    found = [*([bounds] if bounds else []), *excluded]
    return found or [f"{name} real"]


def _bounds(name: str, domain: Interval) -> str:
    low = None if domain.low is None else f"{to_text(domain.low)} {'<' if domain.low_open else '<='} {name}"
    high = None if domain.high is None else f"{name} {'<' if domain.high_open else '<='} {to_text(domain.high)}"
    if low and high:
        return f"{low}{high.removeprefix(name)}" if high else low
    if domain.low is not None:
        return f"{name} {'>' if domain.low_open else '>='} {to_text(domain.low)}"
    return high or ""


def _group(group: Group) -> str:
    if group.low is None or group.high is None:
        return f"({', '.join(group.members)}) {group.kind}"
    return f"{group.members[0]} {group.kind} over {to_text(group.low)}..{to_text(group.high)}"
