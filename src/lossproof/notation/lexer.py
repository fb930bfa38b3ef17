"""Text to tokens: numbers, names and operators, each with its place; everything else is refused by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from lossproof.errors import RejectedText
from lossproof.notation.names import LETTERS, MAX_NAME, PI, describe, printable, why_not

MAX_TEXT = 10_000
MAX_DIGITS = 1_000
MAX_EXPONENT = 1_000


class Token(NamedTuple):
    """One word of a formula: ``kind`` is "number", "name", "end", or the operator itself."""

    kind: str
    text: str
    start: int


_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+)
  | (?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<name>[{LETTERS}_][{LETTERS}0-9_]*)
  | (?P<operator>\*\*|<=|>=|==|!=|\.\.|[-+*/^()\[\],<>=;{{}}])
    """,
    re.VERBOSE,
)
ORDERS = frozenset({"<", "<=", ">", ">=", "==", "!="})
_STUCK = re.compile(rf"[{LETTERS}0-9_.]")
_WORDS = frozenset({"and", "or", "not", "in", "True", "False", "None", "oo"})


def rejected(sentence: str, text: str, position: int) -> RejectedText:
    """The error for a fault at ``position`` of ``text``; what cannot be shown is replaced in its caret line."""
    return RejectedText(sentence, printable(text[: MAX_TEXT + 1]), position)


def tokens_of(text: str) -> list[Token]:
    """The tokens of ``text`` with an "end" token last; `RejectedText` at the first that is none."""
    if not isinstance(text, str):
        raise RejectedText(f"A formula is text; this is {type(text).__name__}.")
    if len(text) > MAX_TEXT:
        raise rejected(f"This text is longer than {MAX_TEXT} characters.", text, MAX_TEXT)
    found = list(_scan(text))
    return [*found, Token("end", "", len(text))]


def _scan(text: str) -> list[Token]:
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise rejected(describe(text[place]), text, place)
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(_CHECKS[kind](match, text))
        place = match.end()
    return found


def _number(match: re.Match[str], text: str) -> Token:
    literal, end = match.group(), match.end()
    mantissa, _, exponent = literal.lower().partition("e")
    if len(mantissa) > MAX_DIGITS:
        raise rejected(f"This number has more than {MAX_DIGITS} digits.", text, match.start())
    if len(exponent) > 6 or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise rejected(f"The exponent of this number is beyond {MAX_EXPONENT}.", text, match.start())
    if re.fullmatch(r"0[0-9]+", literal):
        raise rejected("A whole number does not begin with 0.", text, match.start())
    if _STUCK.match(text, end) and not text.startswith("..", end):
        raise rejected(_stuck_sentence(literal, text[end : end + 1]), text, end)
    return Token("number", literal, match.start())


def _stuck_sentence(literal: str, following: str) -> str:
    if following == "_":
        return "Digits are not grouped by '_'; write the number without it."
    if following == ".":
        return "A number has one decimal point; there are no attributes or methods in formulas."
    if literal == "0" and following in "xXoObB":
        return "Numbers are written in decimal digits."
    return "A number and a name stand side by side; write '*' between them."


def _name(match: re.Match[str], text: str) -> Token:
    name = "pi" if match.group() == PI else match.group()
    if name not in _WORDS and (reason := why_not(name)) and not _function_like(name, text, match.end()):
        place, sentence = reason
        raise rejected(sentence, text, match.start() + min(place, MAX_NAME))
    return Token("name", name, match.start())


def _function_like(name: str, text: str, end: int) -> bool:
    """Python's ``max(`` gets the parser's better sentence, which names ``Max``."""
    return name in {"abs", "max", "min", "pow"} and text[end:].lstrip().startswith("(")


def _operator(match: re.Match[str], text: str) -> Token:
    operator = match.group()
    return Token("^" if operator == "**" else operator, operator, match.start())


_CHECKS = {"number": _number, "name": _name, "operator": _operator}


def conditional_parentheses(tokens: Sequence[Token]) -> frozenset[int]:
    """The places of opening parentheses that hold a condition: a comparison, or and / or, directly inside.

    Found in one pass, so that a condition is never read twice to see what it is. The parentheses of calls and
    of pieces hold conditions too and are read as such; only those that group are of interest.
    """
    found: set[int] = set()
    open_places: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind in {"(", "["}:
            open_places.append(place)
        elif token.kind in {")", "]"} and open_places:
            closed = open_places.pop()
            if closed in found and open_places and _groups(tokens, closed):
                found.add(open_places[-1])
        elif open_places and (token.kind in ORDERS or token.text in {"and", "or"}):
            found.add(open_places[-1])
    return frozenset(place for place in found if _groups(tokens, place))


def _groups(tokens: Sequence[Token], place: int) -> bool:
    """Whether a bracket groups, as opposed to one that holds arguments or indices."""
    before = tokens[place - 1] if place else None
    called = before is not None and before.kind == "name" and before.text not in {"and", "or"}
    return tokens[place].kind == "(" and not called
