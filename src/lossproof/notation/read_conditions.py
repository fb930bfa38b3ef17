"""Conditions: comparisons, one or several in a row, joined by and / or."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from lossproof.notation.lexer import ORDERS
from lossproof.notation.sizes import MAX_PARTS
from lossproof.notation.token_reading import CALL_LEVELS, Read, Reading
from lossproof.notation.tree import Comparison, Junction, Order, Truth

_UNCHAINED = frozenset({"==", "!="})


def read_condition(reading: Reading) -> Read:
    """The condition that stands here."""
    return _junction(reading, "or", lambda: _junction(reading, "and", lambda: _comparison(reading)))


def _junction(reading: Reading, word: Literal["and", "or"], read: Callable[[], Read]) -> Read:
    token = reading.token
    parts = [read()]
    while reading.token.text == word:
        if len(parts) == MAX_PARTS:
            reading.reject(f"More than {MAX_PARTS} conditions are joined here.")
        reading.advance()
        parts.append(read())
    if len(parts) == 1:
        return parts[0]
    return reading.made(Junction(word, tuple(part.node for part in parts)), parts, token)


def _comparison(reading: Reading) -> Read:
    token = reading.token
    if token.text == "True":
        reading.advance()
        return reading.made(Truth(), (), token)
    if reading.place in reading.conditional:
        return _in_parentheses(reading)
    left = reading.formula()
    found: list[Read] = []
    while not found or reading.token.kind in ORDERS:
        operator_token, operator = reading.token, expect_order(reading)
        if found and (operator in _UNCHAINED or found[0].node.operator in _UNCHAINED or len(found) == MAX_PARTS):
            reading.reject("Only <, <=, > and >= stand in a row: 0 < x < 1.", operator_token)
        right = reading.formula()
        found.append(reading.made(Comparison(operator, left.node, right.node), (left, right), operator_token))
        left = right
    if len(found) == 1:
        return found[0]
    return reading.made(Junction("and", tuple(part.node for part in found)), found, token)


def _in_parentheses(reading: Reading) -> Read:
    reading.deeper(CALL_LEVELS)
    reading.advance()
    inside = read_condition(reading)
    reading.expect(")", "This parenthesis is not closed: ')' is missing here.")
    reading.deeper(-CALL_LEVELS)
    return inside


def expect_order(reading: Reading) -> Order:
    """The comparison that stands here, or what is said where there is none."""
    if reading.token.kind not in ORDERS:
        reading.unexpected("A comparison is missing here: <, <=, >, >=, == or !=.")
    return cast(Order, reading.advance().kind)
