"""Numbers as people set them: ``1,000`` and ``1{,}000`` are 1000, ``0{,}5`` is 0.5, ``1e-3`` typed as code is 0.001.

A number in thousands begins with one to three digits, not 0, and stands alone inside no bracket: ``(1,100)`` and
``x_{1,100}`` name two things. ``1e-3`` has no blank in it and nothing behind it that it multiplies: ``3e - 2`` and
``3e-2x`` hold Euler's e.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from lossproof.notation.tex.tokens import Token

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?![\d,.]\d|\d)")
_BRACED = re.compile(r"\d+(?:\{,\}\d+)+")
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE][-+]?\d{1,2}(?!\d)")
MAX_SCIENTIFIC = 40
_OPENS, _CLOSES = frozenset("([{|"), frozenset(")]}|")


def with_long_numbers(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with the digits of such a number in one."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        number, end = _number_at(tokens, place)
        if end > place:
            found.append(replace(tokens[place], text=number, end=tokens[end - 1].end))
        place = max(end, place + 1)
        if end < place:
            found.append(tokens[place - 1])
    return found


def _number_at(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """The number that begins at ``place`` and the place behind it, which is ``place`` where none begins."""
    before = tokens[place - 1] if place else None
    if not _is_digit(tokens[place]) or (before is not None and (_is_digit(before) or before.text in {".", "_", "^"})):
        return "", place
    if powers := _scientific(tokens, place):
        return powers
    end = place
    while end < len(tokens) and (_is_digit(tokens[end]) or tokens[end].text in {",", "{", "}", "."}):
        end += 1
    text = "".join(token.text for token in tokens[place:end])
    if held := _BRACED.match(text):
        return _braced(held.group()), place + held.end()
    held = _THOUSANDS.match(text)
    if held is None or _is_alone(tokens, place, place + held.end()):
        return "", place
    return held.group().replace(",", ""), place + held.end()


def _scientific(tokens: Sequence[Token], place: int) -> tuple[str, int] | None:
    """The number ``2.5e-4`` that begins at ``place``, and the place behind it."""
    end = place
    while end < len(tokens) and end - place < MAX_SCIENTIFIC and _goes_on(tokens, end, place):
        end += 1
    held = _SCIENTIFIC.match("".join(token.text for token in tokens[place:end]))
    if held is None:
        return None
    end = place + held.end()
    behind = tokens[end] if end < len(tokens) else None
    if behind is not None and behind.start == tokens[end - 1].end and _holds(behind):
        return None
    return format(Decimal(held.group()), "f"), end


def _goes_on(tokens: Sequence[Token], place: int, start: int) -> bool:
    """Whether a token without a blank before it may belong to such a number."""
    token = tokens[place]
    is_apart = place > start and tokens[place - 1].end < token.start
    return token.kind == "char" and not is_apart and (token.text.isdigit() or token.text in {".", "e", "E", "-", "+"})


def _holds(token: Token) -> bool:
    """Whether what stands behind is multiplied or raised: then ``e`` is a number of its own."""
    return token.kind in {"command", "^", "_", "{"} or token.text.isalnum() or token.text in {"(", "[", "'"}


def _braced(text: str) -> str:
    """``1{,}000`` in thousands, any other with a decimal comma."""
    first, *rest = text.split("{,}")
    in_thousands = 0 < len(first) < 4 and first[0] != "0" and all(len(part) == 3 for part in rest)
    return first + "".join(rest) if in_thousands or len(rest) > 1 else f"{first}.{rest[0]}"


def _is_alone(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a bracket holds nothing else: two arguments, an interval, two indices."""
    opens = start > 0 and tokens[start - 1].text in _OPENS | {"\\{", "{"}
    return opens and end < len(tokens) and tokens[end].text in _CLOSES | {"\\}"}


def _is_digit(token: Token) -> bool:
    return token.kind == "char" and token.text.isdigit()


def hundredth(number: str) -> str:
    """``50`` per cent, ``2.5`` per cent as decimal numbers: 0.50, 0.025."""
    whole, _, rest = number.partition(".")
    whole = whole.rjust(3, "0")
    return f"{whole[:-2]}.{whole[-2:]}{rest}"
