"""LaTeX as tokens with their places: commands, characters, groups, scripts, alignment; abbreviations put in.

    \\frac{d}{dx} σ(x)    command frac, {, d, }, {, d, x, }, command sigma, (, x, )

Nothing is expanded but ``\\newcommand`` and ``\\def`` without parameters, which are abbreviations: a use becomes the
tokens of the definition, at the place of the use, as often as `MAX_TOKENS` and `MAX_EXPANSIONS` allow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lossproof.errors import RejectedText
from lossproof.notation.lexer import MAX_TEXT, rejected
from lossproof.notation.tex.unicode_signs import (
    COMBINING,
    HTML_ENTITIES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    UNICODE_CHARACTERS,
    UNICODE_COMMANDS,
)

MAX_TOKENS = 6_000
MAX_EXPANSIONS = 1_000
MAX_MACROS = 100
REFUSED = "refused"
"""The kind of the one token that stands for an abbreviation with parameters."""
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


Macros = Mapping[str, tuple[Token, ...]]


def latex_tokens(text: str, macros: Macros | None = None) -> tuple[list[Token], dict[str, tuple[Token, ...]]]:
    """The tokens of ``text`` with abbreviations put in, and the abbreviations known after it."""
    if len(text) > MAX_LATEX:
        raise rejected(f"This formula is too long: more than {MAX_LATEX} characters.", text, MAX_LATEX)
    known = dict(macros or {})
    plain = _without_definitions(list(_scan(text)), known, text)
    return _expanded(plain, known, text), known


def defines_only(text: str) -> bool:
    """Whether a formula holds nothing but definitions of abbreviations, of any kind."""
    try:
        return all(token.kind == "space" for token in _without_definitions(list(_scan(text)), {}, text))
    except RejectedText:
        return True


def _scan(text: str) -> Iterator[Token]:
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


_DEFINERS = frozenset({"newcommand", "renewcommand", "providecommand", "def", "DeclareMathOperator", "let"})


def _without_definitions(tokens: list[Token], known: dict[str, tuple[Token, ...]], text: str) -> list[Token]:
    """The tokens without ``\\newcommand{\\name}{...}`` and the like, whose abbreviations are put into ``known``."""
    kept, place = [], 0
    while place < len(tokens):
        token = tokens[place]
        if token.kind == "command" and token.text in _DEFINERS:
            place = _definition(tokens, place, known, text)
        else:
            kept.append(token)
            place += 1
    return kept


def _definition(tokens: list[Token], place: int, known: dict[str, tuple[Token, ...]], text: str) -> int:
    definer = tokens[place]
    name, place = _argument(tokens, place + 1)
    body, place = _argument(tokens, place)
    if len(name) != 1 or name[0].kind != "command":
        raise rejected("An abbreviation is defined as \\newcommand{\\name}{...}.", text, definer.start)
    if body[:1] and body[0].text in {"[", "#"}:
        known[name[0].text] = (replace(definer, kind=REFUSED),)
        return _behind_parameters(tokens, place)
    if len(known) >= MAX_MACROS:
        raise rejected(f"There are more than {MAX_MACROS} abbreviations.", text, definer.start)
    word = definer.text == "DeclareMathOperator"
    known[name[0].text] = (
        (replace(definer, kind="command", text="operatorname"), *_braced(body)) if word else tuple(body)
    )
    return place


def _behind_parameters(tokens: list[Token], place: int) -> int:
    """The place behind the body of a definition whose parameters, ``[2]`` or ``#1#2``, have begun before ``place``."""
    while place < len(tokens) and tokens[place].kind != "{":
        place += 1
    return _argument(tokens, place)[1]


def _braced(tokens: list[Token]) -> list[Token]:
    first, last = (tokens[0], tokens[-1]) if tokens else (Token("space", " ", 0, 0),) * 2
    return [replace(first, kind="{", text="{"), *tokens, replace(last, kind="}", text="}")]


def _argument(tokens: list[Token], place: int) -> tuple[list[Token], int]:
    """The tokens of a braced group, or the one token, at ``place``; and the place after it."""
    while place < len(tokens) and tokens[place].kind == "space":
        place += 1
    if place == len(tokens):
        return [], place
    if tokens[place].kind != "{":
        return [tokens[place]], place + 1
    depth, start = 0, place + 1
    for end in range(place, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[end].kind, 0)
        if depth == 0:
            return tokens[start:end], end + 1
    return tokens[start:], len(tokens)


def _expanded(tokens: list[Token], known: Macros, text: str) -> list[Token]:
    found: list[Token] = []
    waiting = tokens[::-1]
    expansions = 0
    while waiting:
        token = waiting.pop()
        if token.kind != "command" or token.text not in known:
            found.append(token)
        elif known[token.text][:1] and known[token.text][0].kind == REFUSED:
            sentence = f"\\{token.text} takes parameters: such abbreviations are not expanded; write it out."
            raise rejected(sentence, text, token.start)
        else:
            expansions += 1
            inside = [replace(part, start=token.start, end=token.end) for part in known[token.text]]
            waiting.extend(reversed(inside if _is_one_sign(inside) else _braced(inside)))
        if expansions > MAX_EXPANSIONS or len(found) + len(waiting) > MAX_TOKENS:
            raise _too_large(text, token, known if expansions else {})
    return found


def _is_one_sign(tokens: list[Token]) -> bool:
    """``\\,|\\,``: with braces around it a bar or a relation would be apart from what it stands between."""
    return sum(token.kind != "space" and token.text not in _BLANKS for token in tokens) <= 1


_BLANKS = frozenset([",", ";", ":", "!", "quad", "qquad", " ", ">"])


def _too_large(text: str, token: Token, known: Macros) -> RejectedText:
    sentence = f"This formula is too large: more than {MAX_TOKENS} signs."
    if known:
        sentence = "With its abbreviations written out this formula is too large."
    if (circle := _circle(known)) is not None:
        sentence = f"The abbreviation \\{circle} stands for itself: it has no end."
    return rejected(sentence, text, token.start)


def _circle(known: Macros) -> str | None:
    """An abbreviation that leads back to itself."""
    uses = {name: {part.text for part in body if part.kind == "command"} & set(known) for name, body in known.items()}
    while leaves := [name for name, used in uses.items() if not used & set(uses)]:
        for name in leaves:
            del uses[name]
    return min(uses, default=None)
