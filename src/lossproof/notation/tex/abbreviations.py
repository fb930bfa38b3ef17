"""The abbreviations of a note put in: ``\\newcommand``, ``\\def``, ``\\DeclareMathOperator`` and paired delimiters.

    \\newcommand{\\pd}[2]{\\frac{\\partial #1}{\\partial #2}}    \\pd{L}{w}    \\frac{\\partial L}{\\partial w}

A use becomes the tokens of the definition, at the place of the use, with what it is given in the place of its
parameters. Nothing is computed, and nothing is put in more often than `MAX_EXPANSIONS` and `MAX_TOKENS` allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lossproof.errors import RejectedText
from lossproof.notation.lexer import rejected
from lossproof.notation.tex.tokens import MAX_LATEX, Token, scanned

MAX_TOKENS = 6_000
MAX_EXPANSIONS = 1_000
MAX_MACROS = 100
MAX_PARAMETERS = 9


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """What an abbreviation stands for; a token of the kind "parameter" is what the use has there.

    ``first`` is what the first parameter is where the use leaves it out; ``is_refused`` says that its parameters are
    of a kind that is not put in, ``is_starred`` that a star behind it says nothing.
    """

    body: tuple[Token, ...]
    parameters: int = 0
    first: tuple[Token, ...] | None = None
    is_refused: bool = False
    is_starred: bool = False


Macros = Mapping[str, Abbreviation]


def latex_tokens(text: str, macros: Macros | None = None) -> tuple[list[Token], dict[str, Abbreviation]]:
    """The tokens of ``text`` with abbreviations put in, and the abbreviations known after it."""
    if len(text) > MAX_LATEX:
        raise rejected(f"This formula is too long: more than {MAX_LATEX} characters.", text, MAX_LATEX)
    known = dict(macros or {})
    plain = _without_definitions(list(scanned(text)), known, text)
    return _expanded(plain, known, text), known


def defines_only(text: str) -> bool:
    """Whether a formula holds nothing but definitions of abbreviations, of any kind."""
    try:
        return all(token.kind == "space" for token in _without_definitions(list(scanned(text)), {}, text))
    except RejectedText:
        return True


_PLAIN = frozenset({"newcommand", "renewcommand", "providecommand", "def", "let"})
_PAIRED = frozenset({"DeclarePairedDelimiter"})
_OPERATOR = frozenset({"DeclareMathOperator"})
_DEFINERS = _PLAIN | _PAIRED | _OPERATOR


def _without_definitions(tokens: list[Token], known: dict[str, Abbreviation], text: str) -> list[Token]:
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


def _definition(tokens: list[Token], place: int, known: dict[str, Abbreviation], text: str) -> int:
    definer = tokens[place]
    name, place = _argument(tokens, place + 1)
    if len(name) != 1 or name[0].kind != "command":
        raise rejected("An abbreviation is defined as \\newcommand{\\name}{...}.", text, definer.start)
    if len(known) >= MAX_MACROS:
        raise rejected(f"There are more than {MAX_MACROS} abbreviations.", text, definer.start)
    if definer.text in _PAIRED:
        opening, place = _argument(tokens, place)
        closing, place = _argument(tokens, place)
        one = replace(definer, kind="parameter", text="1")
        known[name[0].text] = Abbreviation((*opening, *_braced([one]), *closing), 1, is_starred=True)
    elif definer.text in _OPERATOR:
        word, place = _argument(tokens, place)
        known[name[0].text] = Abbreviation((replace(definer, text="operatorname"), *_braced(word)))
    else:
        number, first, place = _parameters(tokens, place)
        body, place = _argument(tokens, place)
        again = number and any(part.kind == "command" and part.text == name[0].text for part in body)
        known[name[0].text] = _abbreviation(body, None if again else number, first)
    return place


def _parameters(tokens: list[Token], place: int) -> tuple[int | None, tuple[Token, ...] | None, int]:
    """How many parameters a definition has, ``[2]``, ``[2][w]`` or ``#1#2``, the first one, and the place behind.

    The number is None where the parameters are of another kind.
    """
    place = _behind_spaces(tokens, place)
    if _is_text(tokens, place, "#"):
        end = next((n for n in range(place, len(tokens)) if tokens[n].kind == "{"), len(tokens))
        signs = "".join(token.text for token in tokens[place:end])
        count = len(signs) // 2
        plain = signs == "".join(f"#{number}" for number in range(1, count + 1)) and count <= MAX_PARAMETERS
        return count if plain else None, None, end
    if not _is_text(tokens, place, "["):
        return 0, None, place
    inside, place = _in_square(tokens, place)
    text = "".join(token.text for token in inside).strip()
    number = int(text) if text.isdecimal() and len(text) == 1 else None
    first = None
    if _is_text(tokens, place := _behind_spaces(tokens, place), "["):
        given, place = _in_square(tokens, place)
        first = tuple(given)
    return number, first, place


def _abbreviation(body: list[Token], number: int | None, first: tuple[Token, ...] | None) -> Abbreviation:
    if number is None:
        return Abbreviation((), is_refused=True)
    found: list[Token] = []
    for token in body:
        if found and found[-1].text == "#" and token.text.isdecimal() and int(token.text) <= number:
            found[-1] = replace(token, kind="parameter")
        else:
            found.append(token)
    return Abbreviation(tuple(found), number, first)


def _is_text(tokens: Sequence[Token], place: int, text: str) -> bool:
    return place < len(tokens) and tokens[place].kind == "char" and tokens[place].text == text


def _behind_spaces(tokens: Sequence[Token], place: int) -> int:
    while place < len(tokens) and tokens[place].kind == "space":
        place += 1
    return place


def _in_square(tokens: list[Token], place: int) -> tuple[list[Token], int]:
    """What stands between the square brackets at ``place``, and the place behind them."""
    end = next((n for n in range(place, len(tokens)) if tokens[n].text == "]"), len(tokens))
    return tokens[place + 1 : end], min(end + 1, len(tokens))


def _braced(tokens: list[Token]) -> list[Token]:
    first, last = (tokens[0], tokens[-1]) if tokens else (Token("space", " ", 0, 0),) * 2
    return [replace(first, kind="{", text="{"), *tokens, replace(last, kind="}", text="}")]


def _argument(tokens: list[Token], place: int) -> tuple[list[Token], int]:
    """The tokens of a braced group, or the one token, at ``place``; and the place after it."""
    place = _behind_spaces(tokens, place)
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
        abbreviation = known.get(token.text) if token.kind == "command" else None
        if abbreviation is None:
            found.append(token)
        elif abbreviation.is_refused:
            sentence = f"\\{token.text} takes parameters of a kind that is not put in; write it out."
            raise rejected(sentence, text, token.start)
        else:
            expansions += 1
            given, end = _given(waiting, abbreviation, token)
            size = sum(len(given[int(part.text) - 1]) for part in abbreviation.body if part.kind == "parameter")
            if len(found) + len(waiting) + len(abbreviation.body) + size > MAX_TOKENS:
                raise _too_large(text, token, known)
            waiting.extend(reversed(_put_in(abbreviation, given, token.start, end)))
        if expansions > MAX_EXPANSIONS or len(found) + len(waiting) > MAX_TOKENS:
            raise _too_large(text, token, known if expansions else {})
    return found


def _given(waiting: list[Token], abbreviation: Abbreviation, token: Token) -> tuple[list[list[Token]], int]:
    """What a use has for each parameter, taken from the end of ``waiting``; and where the use ends."""
    given: list[list[Token]] = []
    end = token.end
    if abbreviation.is_starred and waiting and waiting[-1].text == "*":
        waiting.pop()
    if abbreviation.first is not None:
        given.append(_taken_in_square(waiting) or list(abbreviation.first))
    while len(given) < abbreviation.parameters:
        taken, end = _taken(waiting, end)
        given.append(taken)
    return given, end


def _taken_in_square(waiting: list[Token]) -> list[Token]:
    while waiting and waiting[-1].kind == "space":
        waiting.pop()
    found: list[Token] = []
    if waiting and waiting[-1].kind == "char" and waiting[-1].text == "[":
        waiting.pop()
        while waiting and (token := waiting.pop()).text != "]":
            found.append(token)
    return found


def _taken(waiting: list[Token], end: int) -> tuple[list[Token], int]:
    """One group or one token from the end of ``waiting``, with the place where it ends."""
    while waiting and waiting[-1].kind == "space":
        waiting.pop()
    if not waiting:
        return [], end
    first = waiting.pop()
    if first.kind != "{":
        return [first], first.end
    found: list[Token] = []
    depth = 1
    while waiting:
        token = waiting.pop()
        depth += {"{": 1, "}": -1}.get(token.kind, 0)
        if depth == 0:
            return found, token.end
        found.append(token)
    return found, end


def _put_in(abbreviation: Abbreviation, given: list[list[Token]], start: int, end: int) -> list[Token]:
    """The tokens of a use; those of the definition stand where the use begins, the last where it ends."""
    found: list[Token] = []
    for part in abbreviation.body:
        if part.kind == "parameter":
            found.extend(given[int(part.text) - 1])
        else:
            found.append(replace(part, start=start, end=start))
    if found:
        found[-1] = replace(found[-1], end=max(end, found[-1].end))
    return found if _is_one_sign(found) or _is_bracket(abbreviation.body) else _braced(found)


def _is_bracket(body: Sequence[Token]) -> bool:
    """``\\left\\lVert #1 \\right\\rVert``: a bracket holds together what stands in it, and takes scripts itself."""
    signs = [token for token in body if token.kind != "space" and token.text not in _BLANKS]
    return len(signs) > 2 and signs[0].text in _OPENING and (signs[-1].text in _CLOSING or signs[-2].text == "right")


_OPENING = frozenset(["left", "bigl", "Bigl", "lVert", "lvert", "langle", "lbrace", "|", "Vert", "vert", "(", "["])
_CLOSING = frozenset(["rVert", "rvert", "rangle", "rbrace", "|", "Vert", "vert", ")", "]"])


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
    uses = {
        name: {part.text for part in held.body if part.kind == "command"} & set(known) for name, held in known.items()
    }
    while leaves := [name for name, used in uses.items() if not used & set(uses)]:
        for name in leaves:
            del uses[name]
    return min(uses, default=None)
