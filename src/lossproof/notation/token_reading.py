"""A list of tokens, read from left to right: the place, what is refused there, and the measure of what was read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, TypeVar, cast

from lossproof.errors import RejectedText
from lossproof.functions.table import FUNCTIONS
from lossproof.notation import sizes as bounds
from lossproof.notation.lexer import Token, conditional_parentheses, rejected
from lossproof.notation.names import check_variable
from lossproof.notation.refusals import WRONG_TOKEN, WRONG_WORD
from lossproof.notation.sizes import MAX_PARTS, Measure
from lossproof.notation.traverse import Part, children
from lossproof.notation.tree import Node

MAX_LEVEL = 150
CALL_LEVELS = 2
"""A parenthesis or an operand counts as one level of nesting, a call, an index or a condition as so many more."""

Item = TypeVar("Item")
Ranges = Mapping[str, tuple[Node, Node]]
NO_RANGES: Ranges = {}


class Read(NamedTuple):
    """A tree that was read, with its measure."""

    node: Any
    size: Measure


class Reading(ABC):
    """Tokens, and the place that was come to; `formula` is the grammar's own."""

    def __init__(self, text: str, tokens: Sequence[Token], ranges: Ranges = NO_RANGES) -> None:
        self.text = text
        self.ranges = ranges
        self.tokens = tokens
        self.place = 0
        self.level = 0
        self.conditional = conditional_parentheses(tokens)
        self.index_counts: dict[str, int] = {}
        self.derivatives: list[tuple[str, Token]] = []

    @abstractmethod
    def formula(self, strength: int = 0) -> Read:
        """A formula whose operators are at least as strong as ``strength``."""

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

    def measured(self, node: Node) -> Read:
        """A formula that was read before, with its measure."""
        return self.made(node, [self.measured(cast(Node, part)) for part in children(node)], self.token)

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

    def check_word(self, token: Token) -> None:
        """The words of conditions get here as names; no name is among them."""
        if token.text in WRONG_WORD:
            self.reject(WRONG_WORD[token.text], token)

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
