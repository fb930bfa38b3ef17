"""LaTeX as tokens with their places: commands, characters, groups, scripts, alignment.

    \\frac{d}{dx} σ(x)    command frac, {, d, }, {, d, x, }, command sigma, (, x, )

Abbreviations (``\\newcommand``, ``\\def``) are put in by `abbreviations`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from lossproof.notation.lexer import MAX_TEXT
from lossproof.notation.tex.unicode_signs import (
    COMBINING,
    HTML_ENTITIES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    UNICODE_CHARACTERS,
    UNICODE_COMMANDS,
)

MAX_LATEX = max(MAX_TEXT, 8_000)

_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|\r?\n|.)", re.DOTALL)
_ENTITY = re.compile("|".join(map(re.escape, HTML_ENTITIES)))
_STARRED = frozenset({"tag*", "hspace*", "operatorname*"})


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is "command", "char", "{", "}", "^", "_", "&", "space" or "script"; ``end`` is one past the place.

    A "script" is a Unicode superscript or subscript: ``text`` begins with ^ or _ and holds what stands there.
    """

    kind: str
    text: str
    start: int
    end: int


def scanned(text: str) -> Iterator[Token]:
    """The tokens of ``text`` as they are written."""
    place = 0
    while place < len(text):
        token = _next(text, place)
        yield token
        place = token.end


def _next(text: str, place: int) -> Token:
    character = text[place]
    if character == "\\":
        return _command(text, place)
    if character == "&" and (entity := _ENTITY.match(text, place)):
        return _character(HTML_ENTITIES[entity.group()], place, entity.end())
    if character == "%":
        end = text.find("\n", place)
        return Token("space", "%", place, len(text) if end < 0 else end + 1)
    return _character(character, place, place + 1)


def _command(text: str, place: int) -> Token:
    match = _COMMAND.match(text, place)
    if match is None:
        return Token("space", "\\", place, place + 1)
    name, end = match.group()[1:], match.end()
    if name.endswith("*") and name not in _STARRED:
        name, end = name[:-1], end - 1
    return Token("command", "\n" if name in {"\\", "\r\n", "\n"} else name, place, end)


def _character(character: str, start: int, end: int) -> Token:
    character = UNICODE_CHARACTERS.get(character, character)
    if character in SUPERSCRIPTS or character in SUBSCRIPTS:
        mark = "^" if character in SUPERSCRIPTS else "_"
        return Token("script", mark + (SUPERSCRIPTS | SUBSCRIPTS)[character], start, end)
    if character in UNICODE_COMMANDS:
        return Token("command", UNICODE_COMMANDS[character], start, end)
    if character in COMBINING:
        return Token("combining", COMBINING[character], start, end)
    folded = unicodedata.normalize("NFKC", character) if not character.isascii() else character
    if folded != character and len(folded) == 1:
        return _character(folded, start, end)
    if character in "{}^_&":
        return Token(character, character, start, end)
    return Token("space" if character.isspace() or character in "~$" else "char", character, start, end)


def decomposed(character: str) -> tuple[str, str] | None:
    """``("y", "hat")`` for ``ŷ``; None for a character that is no letter with an accent of mathematics."""
    parts = unicodedata.normalize("NFD", character)
    if len(parts) == 2 and parts[1] in COMBINING:
        return parts[0], COMBINING[parts[1]]
    return None
