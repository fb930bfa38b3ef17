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

``logsumexp`` with four arguments is the form with an index when the second is a name, not in parentheses, that
occurs in the first; with two, when the range of that name was said; a range may also be written ``low..high``. Every
bound on size is checked where it is crossed (`bounds`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, NamedTuple, NoReturn, TypeVar, cast

from lossproof.errors import RejectedText
from lossproof.functions.table import FUNCTIONS
from lossproof.notation import sizes as bounds
from lossproof.notation.lexer import ORDERS, Token, conditional_parentheses, rejected, tokens_of
from lossproof.notation.names import check_variable
from lossproof.notation.refusals import OPEN_CALL, WRONG_TOKEN, WRONG_WORD, counted, index_sentence, unknown_function
from lossproof.notation.sizes import MAX_PARTS, Measure
from lossproof.notation.traverse import Part, children, free_names, walk
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
    Order,
    Reduction,
    Total,
    Truth,
)
from lossproof.notation.vocabulary import CONSTANTS, FORMS

STRENGTH = {"+": 10, "-": 10, "*": 20, "/": 20, "^": 30}
UNARY = 11
MAX_INDICES = 4
MAX_LEVEL = 150
CALL_LEVELS = 2
"""A parenthesis or an operand counts as one level of nesting, a call, an index or a condition as so many more."""

Item = TypeVar("Item")
_SHAPE = "{0} is written {0}(expr, index, low, high)."
_NEUTRAL = {"sum": 0, "prod": 1}
_TWO_MEANINGS = (
    "This may be four values, or a sum over {0!r}: write ({0}) for a value, and the range as low..high for the sum."
)
_UNCHAINED = frozenset({"==", "!="})
Ranges = Mapping[str, tuple[Node, Node]]
NO_RANGES: Ranges = {}


class Read(NamedTuple):
    """A tree that was read, with its measure."""

    node: Any
    size: Measure


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
    operator = parser.expect_order()
    return left.node, operator, parser.to_the_end(parser.formula())


class Parser:
    """One reading of one list of tokens, from left to right."""

    def __init__(self, text: str, tokens: Sequence[Token], ranges: Ranges = NO_RANGES) -> None:
        self.text = text
        self.ranges = ranges
        self.tokens = tokens
        self.place = 0
        self.level = 0
        self.conditional = conditional_parentheses(tokens)
        self.index_counts: dict[str, int] = {}
        self.derivatives: list[tuple[str, Token]] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def advance(self) -> Token:
        token = self.token
        self.place += token.kind != "end"
        return token

    def take(self, kind: str) -> bool:
        """Step over the token if it is of this kind."""
        found = self.token.kind == kind
        self.place += found
        return found

    def expect(self, kind: str, sentence: str) -> Token:
        if self.token.kind != kind:
            self.unexpected(sentence)
        return self.advance()

    def reject(self, sentence: str, token: Token | None = None) -> NoReturn:
        raise rejected(sentence, self.text, (token or self.token).start)

    def made(self, node: Part, parts: Sequence[Read], token: Token) -> Read:
        """``node`` with its measure; a crossed bound is reported at ``token``."""
        try:
            return Read(node, bounds.measure(node, [part.size for part in parts]))
        except RejectedText as error:
            raise rejected(error.sentence, self.text, token.start) from None

    def to_the_end(self, read: Read) -> Node:
        if self.token.kind != "end":
            self.unexpected("The formula should end here.")
        return cast(Node, read.node)

    def unexpected(self, sentence: str) -> NoReturn:
        """Refuse the current token with the sentence that fits it best."""
        token = self.token
        before = self.tokens[self.place - 1] if self.place else None
        ends_value = before is not None and before.kind in {"name", "number", ")", "]"}
        if ends_value and (token.kind in {"name", "number", "("} and token.text not in {"and", "or", "not", "in"}):
            is_function = before is not None and before.text in FUNCTIONS and token.kind != "("
            called = f" A function has parentheses: {before.text}(...)." if is_function and before else ""
            self.reject(f"An operator is missing here; a product is written with '*'.{called}")
        if ends_value and token.kind == "[":
            self.reject("Only a name can have an index, all indices in one bracket: q[i, j].")
        self.reject(WRONG_TOKEN.get(token.kind, WRONG_WORD.get(token.text, sentence)))

    def deeper(self, levels: int) -> None:
        """Count nesting, so that no text can exhaust Python's stack."""
        self.level += levels
        if self.level > MAX_LEVEL:
            self.reject("This formula is nested too deep.")

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

    def check_word(self, token: Token) -> None:
        """The words of conditions get here as names; no name is among them."""
        if token.text in WRONG_WORD:
            self.reject(WRONG_WORD[token.text], token)

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

    def variable(self, token: Token) -> str:
        """The token as the name of a quantity: no constant, no word of conditions."""
        self.check_word(token)
        try:
            return check_variable(token.text)
        except RejectedText as error:
            self.reject(error.sentence, token)

    def listed(self, closing: str, sentence: str, read: Callable[[], Item]) -> list[Item]:
        """One or more things separated by commas, up to and with the closing bracket."""
        if self.token.kind == closing:
            self.reject("Something is missing between these brackets.")
        found = [read()]
        while self.take(","):
            if len(found) == MAX_PARTS:
                self.reject(f"More than {MAX_PARTS} things stand side by side here.")
            found.append(read())
        self.expect(closing, sentence)
        return found

    def call(self, token: Token) -> Read:
        if token.text not in FUNCTIONS and token.text not in FORMS:
            self.reject(unknown_function(token.text), token)
        self.advance()
        self.deeper(CALL_LEVELS)
        form = _FORMS.get(token.text)
        read = form(self, token) if form else self.plain_call(token, [])
        self.deeper(-CALL_LEVELS)
        return read

    def plain_call(self, token: Token, first: list[Read]) -> Read:
        arguments = first + self.listed(")", OPEN_CALL.format(token.text), self.formula)
        row = FUNCTIONS[token.text]
        if row.canonical == "log" and len(arguments) == 2:
            parts = [self.made(Call(token.text, (part.node,)), (part,), token) for part in arguments]
            return self.made(Binary("/", parts[0].node, parts[1].node), parts, token)
        if len(arguments) < row.least or (row.most is not None and len(arguments) > row.most):
            self.reject(f"{row.name} takes {counted(row.least)}; {len(arguments)} were given.", token)
        return self.made(Call(token.text, tuple(part.node for part in arguments)), arguments, token)

    def reduction(self, token: Token) -> Read:
        """``(expr, index, low, high)`` of a sum, product or logsumexp; the parenthesis is open."""
        start = self.place
        body = self.formula()
        self.comma(_SHAPE.format(token.text))
        return self.reduction_over(token, body, start)

    def comma(self, shape: str) -> None:
        """A comma, or the sentence that shows the whole form where it is closed too early."""
        if self.token.kind == ")":
            self.reject(shape)
        self.expect(",", shape)

    def reduction_over(self, token: Token, body: Read, start: int) -> Read:
        shape = _SHAPE.format(token.text)
        index_token = self.expect("name", shape)
        index = self.variable(index_token)
        if token.text == "integral" or (token.text == "sum" and self.goes_on()):
            return self.total(token, body, index_token, start)
        low, high = self.ends(index, shape)
        if token.text in _NEUTRAL and self.take(","):
            body = self.where_it_holds(token, body)
        self.expect(")", OPEN_CALL.format(token.text))
        if index in free_names(low.node) | free_names(high.node):
            self.reject(f"The range of {index!r} cannot contain {index!r} itself.", index_token)
        for name, place in self.derivatives:
            if name == index and place.start > self.tokens[start - 1].start:
                self.reject(f"{index!r} is a whole number here; no derivative is taken by it.", place)
        kind = cast(Literal["sum", "prod", "logsumexp"], token.text)
        return self.made(Reduction(kind, body.node, index, low.node, high.node), (body, low, high), token)

    def goes_on(self) -> bool:
        """Whether ``oo`` stands before the parenthesis that closes this form."""
        last = max(self.places_of_separators(), default=self.place)
        return self.tokens[min(last + 1, len(self.tokens) - 1)].text == "oo"

    def total(self, token: Token, body: Read, index_token: Token, start: int) -> Read:
        """``sum(expr, k, low, oo)`` and ``integral(expr, x, low, high)`` behind their index."""
        shape = _SHAPE.format(token.text)
        self.comma(shape)
        low = self.end_of_total("-oo")
        if not self.take(".."):
            self.comma(shape)
        high = self.end_of_total("oo")
        self.expect(")", OPEN_CALL.format(token.text))
        ends = [end for end in (low, high) if end is not None]
        if token.text == "sum" and low is None:
            self.reject("A sum without end begins at a whole number: sum(f, k, 0, oo).", token)
        if any(index_token.text in free_names(end.node) for end in ends):
            self.reject(f"The range of {index_token.text!r} cannot contain {index_token.text!r} itself.", index_token)
        for name, place in self.derivatives:
            if name == index_token.text and place.start > self.tokens[start - 1].start and token.text == "sum":
                self.reject(f"{name!r} is a whole number here; no derivative is taken by it.", place)
        kind = cast(Literal["sum", "integral"], token.text)
        nodes = [None if end is None else end.node for end in (low, high)]
        return self.made(Total(kind, body.node, index_token.text, *nodes), (body, *ends), token)

    def end_of_total(self, infinity: str) -> Read | None:
        """An end; None where it is the infinity that may stand there."""
        ahead = [token.text for token in self.tokens[self.place : self.place + len(infinity) - 1]]
        if "".join(ahead) != infinity:
            return self.formula()
        self.place += len(ahead)
        return None

    def where_it_holds(self, token: Token, body: Read) -> Read:
        """``sum(f, j, 1, N, j != i)``: the terms for which a condition holds."""
        condition = self.condition()
        rest = self.made(Number(Fraction(_NEUTRAL[token.text]), None), (), token)
        always = self.made(Truth(), (), token)
        cases = Cases(((body.node, condition.node), (rest.node, always.node)))
        return self.made(cases, (body, condition, rest, always), token)

    def ends(self, index: str, shape: str) -> tuple[Read, Read]:
        """The ends of a range: as written, or those that were said of the index once."""
        if self.token.kind == ")" and index in self.ranges:
            low, high = self.ranges[index]
            return self.measured(low), self.measured(high)
        self.comma(shape)
        low_end = self.formula()
        if not self.take(".."):
            self.comma(shape)
        return low_end, self.formula()

    def measured(self, node: Node) -> Read:
        """A formula that was read before, with its measure."""
        return self.made(node, [self.measured(cast(Node, part)) for part in children(node)], self.token)

    def mean(self, token: Token) -> Read:
        """``mean(expr, index, low, high)`` is the sum over the number of its terms."""
        read = self.reduction(token._replace(text="sum"))
        total = cast(Reduction, read.node)
        count = self.measured(_count(total.low, total.high))
        one = self.made(Number(Fraction(1)), (), token)
        share = self.made(Binary("/", one.node, count.node), (one, count), token)
        return self.made(Binary("*", share.node, read.node), (share, read), token)

    def logsumexp(self, token: Token) -> Read:
        """A list of values, or a reduction where the second argument is a bare name of the first that counts.

        What may be either is refused: the index picks no element, and the range does not begin with a whole number.
        """
        start = self.place
        first = self.formula()
        if self.token.kind != ",":
            self.expect(")", OPEN_CALL.format(token.text))
            return self.made(Call(token.text, (first.node,)), (first,), token)
        self.advance()
        index = self.token
        bare = index.kind == "name" and self.tokens[self.place + 1].kind == ","
        after = [self.tokens[place].kind for place in self.places_of_separators()]
        alone = index.kind == "name" and self.tokens[self.place + 1].kind == ")"
        if alone and index.text in self.ranges and index.text in free_names(first.node):
            return self.reduction_over(token, first, start)
        if after == [",", ".."]:
            return self.reduction_over(token, first, start)
        if not (bare and index.text in free_names(first.node) and after == [",", ","]):
            return self.plain_call(token, [first])
        low = self.tokens[self.place + 2].text
        if not (low.isdecimal() or _picks_an_element(index.text, first.node)):
            self.reject(_TWO_MEANINGS.format(index.text), index)
        return self.reduction_over(token, first, start)

    def places_of_separators(self) -> list[int]:
        """Where the commas and dots stand that follow before the call is closed."""
        found, depth = [], 0
        for place in range(self.place, len(self.tokens)):
            kind = self.tokens[place].kind
            depth += (kind in {"(", "["}) - (kind in {")", "]"})
            if depth < 0:
                break
            if depth == 0 and kind in {",", ".."}:
                found.append(place)
        return found

    def derivative(self, token: Token) -> Read:
        body = self.formula()
        self.expect(",", "diff is written diff(expr, x).")
        variable_token = self.token
        variable = self.formula()
        if not isinstance(variable.node, Name | Indexed):
            self.reject(
                "A derivative is taken by a name or an element: diff(expr, x), diff(expr, u[k]).", variable_token
            )
        if self.token.kind == ",":
            self.reject("diff takes one variable; a second derivative is diff(diff(expr, x), x).")
        self.expect(")", OPEN_CALL.format(token.text))
        if isinstance(variable.node, Name):
            self.derivatives.append((variable.node.name, variable_token))
        return self.made(Derivative(body.node, variable.node), (body, variable), token)

    def piecewise(self, token: Token) -> Read:
        pieces = self.listed(")", OPEN_CALL.format(token.text), self.piece)
        if [isinstance(condition.node, Truth) for _, condition in pieces] != [False] * (len(pieces) - 1) + [True]:
            self.reject("The last piece, and only the last, has the condition True.", token)
        cases = Cases(tuple((value.node, condition.node) for value, condition in pieces))
        return self.made(cases, [part for piece in pieces for part in piece], token)

    def piece(self) -> tuple[Read, Read]:
        """``(value, condition)``."""
        self.expect("(", "Piecewise is written Piecewise((value, condition), ..., (value, True)).")
        value = self.formula()
        self.expect(",", "A piece is written (value, condition).")
        condition = self.condition()
        self.expect(")", "A piece is written (value, condition).")
        return value, condition

    def indicator(self, token: Token) -> Read:
        condition = self.condition()
        self.expect(")", OPEN_CALL.format(token.text))
        return self.made(Indicator(condition.node), (condition,), token)

    def condition(self) -> Read:
        return self.junction("or", lambda: self.junction("and", self.comparison))

    def junction(self, word: Literal["and", "or"], read: Callable[[], Read]) -> Read:
        token = self.token
        parts = [read()]
        while self.token.text == word:
            if len(parts) == MAX_PARTS:
                self.reject(f"More than {MAX_PARTS} conditions are joined here.")
            self.advance()
            parts.append(read())
        if len(parts) == 1:
            return parts[0]
        return self.made(Junction(word, tuple(part.node for part in parts)), parts, token)

    def comparison(self) -> Read:
        token = self.token
        if token.text == "True":
            self.advance()
            return self.made(Truth(), (), token)
        if self.place in self.conditional:
            return self.condition_in_parentheses()
        left = self.formula()
        found: list[Read] = []
        while not found or self.token.kind in ORDERS:
            operator_token, operator = self.token, self.expect_order()
            if found and (operator in _UNCHAINED or found[0].node.operator in _UNCHAINED or len(found) == MAX_PARTS):
                self.reject("Only <, <=, > and >= stand in a row: 0 < x < 1.", operator_token)
            right = self.formula()
            found.append(self.made(Comparison(operator, left.node, right.node), (left, right), operator_token))
            left = right
        if len(found) == 1:
            return found[0]
        return self.made(Junction("and", tuple(part.node for part in found)), found, token)

    def condition_in_parentheses(self) -> Read:
        self.deeper(CALL_LEVELS)
        self.advance()
        inside = self.condition()
        self.expect(")", "This parenthesis is not closed: ')' is missing here.")
        self.deeper(-CALL_LEVELS)
        return inside

    def expect_order(self) -> Order:
        if self.token.kind not in ORDERS:
            self.unexpected("A comparison is missing here: <, <=, >, >=, == or !=.")
        return cast(Order, self.advance().kind)


def _spelling(literal: str) -> str | None:
    """How a literal is kept: digits on both sides of a point; None for a whole number without one."""
    if literal.isdecimal():
        return None
    mantissa, mark, exponent = literal.partition("e" if "e" in literal else "E")
    whole, point, fraction = mantissa.partition(".")
    return f"{whole or '0'}{point}{fraction or '0' if point else ''}{mark}{exponent}"


def _count(low: Node, high: Node) -> Node:
    """How many whole numbers there are from ``low`` to ``high``: M from 0 to M-1, K from 1 to K."""
    one = Number(Fraction(1))
    if low == Number(Fraction(0)) and isinstance(high, Binary) and (high.operator, high.right) == ("-", one):
        return high.left
    return high if low == one else Binary("+", Binary("-", high, low), one)


def _picks_an_element(name: str, node: Node) -> bool:
    return any(name in free_names(index) for part in walk(node) if isinstance(part, Indexed) for index in part.indices)


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
_FORMS: dict[str, Callable[[Parser, Token], Read]] = {
    "sum": Parser.reduction,
    "prod": Parser.reduction,
    "integral": Parser.reduction,
    "mean": Parser.mean,
    "logsumexp": Parser.logsumexp,
    "diff": Parser.derivative,
    "Piecewise": Parser.piecewise,
    "indicator": Parser.indicator,
}
