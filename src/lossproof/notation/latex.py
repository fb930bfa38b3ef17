"""From a tree to LaTeX as a textbook sets it, in the author's order, signs and fractions.

A quotient is a ``\\frac`` (a slash inside exponents and indices), ``exp(-x)`` is ``e^{-x}``, a product has no
sign where none is needed, and parentheses stand where the author's structure needs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import glyphs
from lossproof.notation.text import ATOM, POWER, PRODUCT, SUM, UNARY
from lossproof.notation.traverse import Part, walk
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

LOOSE = 5
"""Below every operator: parentheses are needed next to any."""
SLASH = 17
"""A quotient written with a slash: weaker than a product, so ``(a/b) c`` keeps its parentheses."""
_TALL = (r"\frac", r"\sum", r"\prod", r"\begin", r"\binom", r"\operatorname*")
_LARGE_EXPONENT = 12
_PLACE = re.compile("#([1-9])")


def to_latex(part: Part, *, changed: frozenset[Part] = frozenset()) -> str:
    """``part`` in LaTeX; every node in ``changed`` is wrapped in ``\\htmlClass{chg}{...}``."""
    return _Printer(changed).of(part)


@dataclass(frozen=True, slots=True)
class _Printer:
    """One way of printing: ``inline`` inside exponents and indices."""

    changed: frozenset[Part]
    inline: bool = False

    @property
    def small(self) -> _Printer:
        return replace(self, inline=True)

    def of(self, part: Part) -> str:
        return self.marked(part, _RULES[type(part)](self, part))

    def marked(self, part: Part, latex: str) -> str:
        return rf"\htmlClass{{chg}}{{{latex}}}" if self.changed and part in self.changed else latex

    def operand(self, part: Node, least: int) -> str:
        latex = self.of(part)
        return latex if self.strength(part) >= least else self.parentheses(latex)

    def parentheses(self, latex: str) -> str:
        """Parentheses that grow around what is tall, and a little around other parentheses, as by hand."""
        if any(mark in latex for mark in _TALL):
            return rf"\left({latex}\right)"
        return rf"\bigl({latex}\bigr)" if "(" in latex and not self.inline else f"({latex})"

    def strength(self, part: Part) -> int:
        rule = _STRENGTHS.get(type(part))
        return rule(self, part) if rule else ATOM

    def listed(self, parts: Sequence[Part]) -> str:
        return ", ".join(map(self.of, parts))

    def negative(self, node: Negative) -> str:
        return f"-{self.operand(node.operand, UNARY)}"

    def binary(self, node: Binary) -> str:
        """A chain to the left is printed in a loop, so that a long sum needs no deep recursion."""
        if node.operator == "^":
            return self.power(node)
        if node.operator == "/":
            return self.quotient(node)
        chain = "+-" if node.operator in "+-" else "*"
        spine: list[Binary] = []
        left: Node = node
        while isinstance(left, Binary) and left.operator in chain:
            spine.append(left)
            left = left.left
        return self.product(left, spine[::-1]) if chain == "*" else self.sum(left, spine[::-1])

    def sum(self, first: Node, spine: Sequence[Binary]) -> str:
        latex = self.operand(first, SUM)
        for link in spine[:-1]:
            latex = self.marked(link, f"{latex} {link.operator} {self.operand(link.right, UNARY + 1)}")
        return f"{latex} {spine[-1].operator} {self.operand(spine[-1].right, UNARY + 1)}"

    def product(self, first: Node, spine: Sequence[Binary]) -> str:
        latex, before = self.factor(first, last=False), first
        for link in spine:
            right = self.factor(link.right, last=link is spine[-1])
            latex = f"{latex}{_between(before, link.right, right)}{right}"
            latex = latex if link is spine[-1] else self.marked(link, latex)
            before = link.right
        return latex

    def factor(self, node: Node, last: bool) -> str:
        """A factor; a sum sign reaches as far as the product goes, so only the last one goes without ( )."""
        latex = self.operand(node, PRODUCT)
        reaches = isinstance(node, Reduction | Derivative) and not last
        nested = isinstance(node, Binary) and node.operator == "*"
        return self.parentheses(latex) if reaches or nested else latex

    def quotient(self, node: Binary) -> str:
        if self.inline:
            return f"{self.operand(node.left, PRODUCT)}/{self.operand(node.right, PRODUCT + 1)}"
        return rf"\frac{{{self.of(node.left)}}}{{{self.of(node.right)}}}"

    def power(self, node: Binary) -> str:
        base = self.of(node.left)
        if not _plain_base(node.left):
            base = self.parentheses(base)
        return f"{base}^{{{self.small.of(node.right)}}}"

    def call(self, node: Call) -> str:
        if node.function not in FUNCTIONS:
            return self.function_of_a_note(node)
        form, latex = _CALLS.get(node.function), FUNCTIONS[node.function].latex
        if form:
            return form(self, *node.arguments)
        if "#" not in latex:
            return latex + self.parentheses(self.listed(node.arguments))
        return _PLACE.sub(lambda place: self.of(node.arguments[int(place[1]) - 1]), latex)

    def function_of_a_note(self, node: Call) -> str:
        """A function that a text defines for itself, perhaps with primes: ``f'(x)``."""
        base = node.function.rstrip("'")
        primes = node.function.removeprefix(base)
        return f"{glyphs.symbol(base)}{primes}{self.parentheses(self.listed(node.arguments))}"

    def exp(self, argument: Node) -> str:
        parts = list(walk(argument))
        if len(parts) > _LARGE_EXPONENT or any(isinstance(p, Reduction | Cases | Derivative) for p in parts):
            return rf"\exp{self.parentheses(self.of(argument))}"
        return f"e^{{{self.small.of(argument)}}}"

    def factorial(self, argument: Node) -> str:
        latex = self.of(argument)
        return f"{latex}!" if isinstance(argument, Name | Indexed | Number) else f"{self.parentheses(latex)}!"

    def reduction(self, node: Reduction) -> str:
        head, low, high = _REDUCTIONS[node.kind], self.small.of(node.low), self.small.of(node.high)
        body = self.operand(node.body, PRODUCT)
        if node.kind == "logsumexp" and self.strength(node.body) >= PRODUCT:
            body = self.parentheses(body)
        return f"{head}_{{{glyphs.symbol(node.index)}={low}}}^{{{high}}} {body}"

    def total(self, node: Total) -> str:
        low = r"-\infty" if node.low is None else self.small.of(node.low)
        high = r"\infty" if node.high is None else self.small.of(node.high)
        body, index = self.operand(node.body, PRODUCT), glyphs.symbol(node.index)
        if node.kind == "sum":
            return rf"\sum_{{{index}={low}}}^{{{high}}} {body}"
        return rf"\int_{{{low}}}^{{{high}}} {body}\, d{index}"

    def derivative(self, node: Derivative) -> str:
        """Nested derivatives are written as one of higher order."""
        variables = [node.variable]
        body = node.body
        while isinstance(body, Derivative) and body not in self.changed:
            variables.append(body.variable)
            body = body.body
        order = f"^{{{len(variables)}}}" if len(variables) > 1 else ""
        below = r"\,".join(_partial(self.of(v), n) for v, n in _runs(variables))
        if isinstance(body, Name | Indexed):
            return rf"\frac{{\partial{order} {self.of(body)}}}{{{below}}}"
        return rf"\frac{{\partial{order}}}{{{below}}} {self.operand(body, PRODUCT)}"

    def cases(self, node: Cases) -> str:
        rows = r" \\ ".join(f"{self.of(value)} & {self.when(condition)}" for value, condition in node.pieces)
        return rf"\begin{{cases}} {rows} \end{{cases}}"

    def indicator(self, node: Indicator) -> str:
        condition = self.of(node.condition)
        tall = any(mark in condition for mark in _TALL)
        return rf"\mathbf{{1}}\left[{condition}\right]" if tall else rf"\mathbf{{1}}[{condition}]"

    def when(self, condition: Part) -> str:
        return r"\text{otherwise}" if isinstance(condition, Truth) else rf"\text{{if }} {self.of(condition)}"

    def junction(self, node: Junction) -> str:
        def part(inner: Part) -> str:
            binds = isinstance(inner, Junction) and (node.operator == "and" or inner.operator == "or")
            return self.parentheses(self.of(inner)) if binds else self.of(inner)

        sign = r" \land " if node.operator == "and" else r" \lor "
        return sign.join(map(part, node.parts))


def _between(left: Node, right: Node, right_latex: str) -> str:
    """What stands between two factors: a dot before digits, a thin space between words, or nothing."""
    if right_latex[0].isdigit() or (isinstance(left, Number) and right_latex.startswith(r"\frac{1")):
        return r" \cdot "
    if isinstance(right, Call) and right_latex.startswith("\\"):
        return " "
    grouped = right_latex.startswith(("(", r"\bigl(", r"\left("))
    return r" \, " if _is_word(left) or _is_word(right) or (grouped and isinstance(left, Call)) else " "


def _is_word(node: Node) -> bool:
    """Whether a factor is a name of several letters, perhaps with an exponent."""
    inside = node.left if isinstance(node, Binary) and node.operator == "^" else node
    return isinstance(inside, Name | Indexed) and glyphs.is_word(inside.name)


def _plain_base(node: Node) -> bool:
    """Bases that carry an exponent without parentheses."""
    if isinstance(node, Number):
        return node.text.isdecimal() if node.text is not None else node.value >= 0 and node.value.denominator == 1
    return isinstance(node, Name | Indexed | Constant) or (isinstance(node, Call) and node.function == "Abs")


def _runs(variables: Sequence[Any]) -> list[tuple[Any, int]]:
    """Variables with how often each follows itself."""
    found: list[tuple[Any, int]] = []
    for variable in variables:
        if found and found[-1][0] == variable:
            found[-1] = (variable, found[-1][1] + 1)
        else:
            found.append((variable, 1))
    return found


def _partial(variable: str, times: int) -> str:
    return rf"\partial {variable}" + (f"^{{{times}}}" if times > 1 else "")


def _number_strength(printer: _Printer, node: Number) -> int:
    if node.text is not None:
        return PRODUCT if "e" in node.text.lower() and not node.text.lower().startswith("1e") else ATOM
    if node.value < 0:
        return UNARY
    return SLASH if printer.inline and node.value.denominator != 1 else ATOM


def _binary_strength(printer: _Printer, node: Binary) -> int:
    if node.operator == "/":
        return SLASH if printer.inline else ATOM
    return {"+": SUM, "-": SUM, "*": PRODUCT, "^": POWER}[node.operator]


_STRENGTHS: dict[type, Callable[[_Printer, Any], int]] = {
    Number: _number_strength,
    Binary: _binary_strength,
    Negative: lambda printer, node: UNARY,
    Reduction: lambda printer, node: PRODUCT,
    Total: lambda printer, node: PRODUCT,
    Derivative: lambda printer, node: PRODUCT,
    Cases: lambda printer, node: LOOSE,
}
_REDUCTIONS = {"sum": r"\sum", "prod": r"\prod", "logsumexp": r"\operatorname*{logsumexp}"}
_SIGNS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}
_CALLS: dict[str, Callable[..., str]] = {
    "exp": _Printer.exp,
    "factorial": _Printer.factorial,
    "delta": lambda printer, i, j: rf"\delta_{{{printer.small.of(i)},{printer.small.of(j)}}}",
}
_RULES: dict[type, Callable[[_Printer, Any], str]] = {
    Number: lambda printer, node: glyphs.number(node, printer.inline),
    Constant: lambda printer, node: r"\pi" if node.name == "pi" else "e",
    Name: lambda printer, node: glyphs.symbol(node.name),
    Indexed: lambda printer, node: glyphs.symbol(node.name, map(printer.small.of, node.indices)),
    Negative: _Printer.negative,
    Binary: _Printer.binary,
    Call: _Printer.call,
    Reduction: _Printer.reduction,
    Total: _Printer.total,
    Derivative: _Printer.derivative,
    Cases: _Printer.cases,
    Indicator: _Printer.indicator,
    Truth: lambda printer, node: r"\top",
    Comparison: lambda printer, node: f"{printer.of(node.left)} {_SIGNS[node.operator]} {printer.of(node.right)}",
    Junction: _Printer.junction,
}
