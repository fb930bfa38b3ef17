"""The grammar of formulas as a Pratt parser: text in, tree out, nothing evaluated on the way.

    formula     number | name | name[formula, ...] | (formula) | -formula | formula op formula | call
    op          + -   weakest, to the left;   * /  to the left;   ^  (or **) strongest, to the right
    unary -     weaker than * and /: ``-a*b`` is ``-(a*b)``; after an operator as strong as that operator
    call        function(formula, ...)
    total       sum(formula, index, low, oo), integral(formula, x, low, high), with -oo and oo for ends
    sum         sum(formula, index, low, high [, condition]), prod(...), logsumexp(...), mean(...)
    derivative  diff(formula, x), diff(formula, u[k])
    cases       Piecewise((formula, condition), ..., (formula, True)), indicator(condition)
    condition   one comparison, several in a row or True, joined by and / or, in parentheses where needed

Every bound on size is checked where it is crossed (`sizes`).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, cast

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.lexer import Token, rejected, tokens_of
from lossproof.notation.read_conditions import expect_order
from lossproof.notation.read_forms import FORM_READERS, plain_call
from lossproof.notation.refusals import index_sentence, unknown_function
from lossproof.notation.sizes import MAX_PARTS
from lossproof.notation.token_reading import CALL_LEVELS, NO_RANGES, Ranges, Read, Reading
from lossproof.notation.traverse import Part, children
from lossproof.notation.tree import (
    Binary,
    Constant,
    Indexed,
    Name,
    Negative,
    Node,
    Number,
    Order,
)
from lossproof.notation.vocabulary import CONSTANTS, FORMS

STRENGTH = {"+": 10, "-": 10, "*": 20, "/": 20, "^": 30}
UNARY = 11
MAX_INDICES = 4


def parse_tree(text: str, ranges: Ranges = NO_RANGES) -> Node:
    """The tree of one formula; `RejectedText`, with a caret under the place, for anything else."""
    parser = Parser(text, tokens_of(text), ranges)
    return parser.to_the_end(parser.formula())


def parse_equation(text: str, ranges: Ranges = NO_RANGES) -> tuple[Node | None, Node]:
    """``left = right`` as two trees; the left one is None where there is no ``=``."""
    sides = parse_chain(text, ranges)
    if len(sides) > 2:
        raise rejected("One '=' stands in an equation.", text, text.rindex("="))
    return (None, sides[0]) if len(sides) == 1 else (sides[0], sides[1])


def parse_chain(text: str, ranges: Ranges = NO_RANGES) -> tuple[Node, ...]:
    """``a = b = c`` as trees, one where there is no ``=``.

    ``ranges`` are those of indices that may be left out: ``sum(x[m], m)`` with {"m": (0, M-1)}.
    """
    parser = Parser(text, tokens_of(text), ranges)
    sides = [parser.formula()]
    while parser.take("="):
        if len(sides) == MAX_PARTS:
            parser.reject(f"More than {MAX_PARTS} lines stand in one chain here.")
        sides.append(parser.formula())
    last = parser.to_the_end(sides[-1])
    return (*(cast(Node, side.node) for side in sides[:-1]), last)


def parse_relation(text: str, ranges: Ranges = NO_RANGES) -> tuple[Node, Order, Node]:
    """One comparison, such as ``h >= 0``, as (left, operator, right)."""
    parser = Parser(text, tokens_of(text), ranges)
    left = parser.formula()
    operator = expect_order(parser)
    return left.node, operator, parser.to_the_end(parser.formula())


class Parser(Reading):
    """Operators and operands; what stands in a call is in `read_forms`, conditions in `read_conditions`."""

    def formula(self, strength: int = 0) -> Read:
        """A formula whose operators are at least as strong as ``strength``."""
        self.deeper(1)
        left = self.operand(strength)
        while (own := STRENGTH.get(self.token.kind, -1)) >= strength:
            token = self.advance()
            right = self.formula(own if token.kind == "^" else own + 1)
            left = self.made(Binary(cast(Any, token.kind), left.node, right.node), (left, right), token)
        self.deeper(-1)
        return left

    def operand(self, strength: int) -> Read:
        token = self.token
        reader = _OPERANDS.get(token.kind)
        if reader is None:
            self.unexpected("A formula is missing here." if token.kind == "end" else "A value is missing here.")
        self.advance()
        return reader(self, token, strength)

    def negative(self, token: Token, strength: int) -> Read:
        operand = self.formula(max(strength, UNARY))
        return self.made(Negative(operand.node), (operand,), token)

    def positive(self, token: Token, strength: int) -> Read:
        return self.formula(max(strength, UNARY))

    def number(self, token: Token, strength: int) -> Read:
        value = Fraction(token.text)
        return self.made(Number(value, _spelling(token.text)), (), token)

    def parenthesis(self, token: Token, strength: int) -> Read:
        if self.place - 1 in self.conditional:
            self.reject("A comparison stands only in a condition: Piecewise((value, condition), ...).", token)
        inside = self.formula()
        if self.token.kind == ",":
            self.reject("A comma stands only between the arguments of a function or between indices.")
        self.expect(")", "This parenthesis is not closed: ')' is missing here.")
        return inside

    def name(self, token: Token, strength: int) -> Read:
        if self.token.kind == "(":
            return self.call(token)
        if self.token.kind == "[":
            return self.indexed(token)
        if token.text in CONSTANTS:
            return self.made(Constant(cast(Any, token.text)), (), token)
        self.check_word(token)
        return self.made(Name(token.text), (), token)

    def indexed(self, token: Token) -> Read:
        """Data; a bracket tells ``pi[k]`` and ``e[m]`` from the constants."""
        if token.text not in CONSTANTS:
            self.variable(token)
        self.advance()
        self.deeper(CALL_LEVELS)
        indices = self.listed("]", "This bracket is not closed: ']' is missing here.", self.index)
        self.deeper(-CALL_LEVELS)
        count = self.index_counts.setdefault(token.text, len(indices))
        if count != len(indices) or count > MAX_INDICES:
            self.reject(index_sentence(token.text, count, len(indices), MAX_INDICES), token)
        return self.made(Indexed(token.text, tuple(part.node for part in indices)), indices, token)

    def index(self) -> Read:
        token = self.token
        read = self.formula()
        if not is_index(read.node):
            self.reject("An index is made of names and whole numbers with +, - and *.", token)
        return read

    def call(self, token: Token) -> Read:
        if token.text not in FUNCTIONS and token.text not in FORMS:
            self.reject(unknown_function(token.text), token)
        self.advance()
        self.deeper(CALL_LEVELS)
        form = FORM_READERS.get(token.text)
        read = form(self, token) if form else plain_call(self, token, [])
        self.deeper(-CALL_LEVELS)
        return read


def _spelling(literal: str) -> str | None:
    """How a literal is kept: digits on both sides of a point; None for a whole number without one."""
    if literal.isdecimal():
        return None
    mantissa, mark, exponent = literal.partition("e" if "e" in literal else "E")
    whole, point, fraction = mantissa.partition(".")
    return f"{whole or '0'}{point}{fraction or '0' if point else ''}{mark}{exponent}"


def is_index(node: Node) -> bool:
    """Whether ``node`` is made of names and whole numbers with +, - and * only."""
    stack: list[Part] = [node]
    while stack:
        part = stack.pop()
        whole = isinstance(part, Number) and part.value.denominator == 1
        linear = isinstance(part, Binary) and part.operator in "+-*"
        if not (whole or linear or isinstance(part, Name | Negative)):
            return False
        stack.extend(children(part))
    return True


_OPERANDS: dict[str, Callable[[Parser, Token, int], Read]] = {
    "number": Parser.number,
    "name": Parser.name,
    "(": Parser.parenthesis,
    "-": Parser.negative,
    "+": Parser.positive,
}
