"""One token as an atom: a character, a command without arguments, a row in one font."""

from __future__ import annotations

import re
from dataclasses import replace

from lossproof.notation.tex import characters as ch
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.tokens import Token, decomposed


def character(token: Token) -> Atom:
    place = token.start, token.end
    text = token.text
    if found := delimiter(text, *place):
        return found
    if text in ch.OPERATORS:
        return Atom("operator", ch.OPERATORS[text], *place)
    if text in ch.RELATIONS:
        return Atom("relation", ch.RELATIONS[text], *place)
    if text in ",;:.!":
        return Atom("operator" if text == "!" else "separator", text, *place)
    if accented := decomposed(text):
        return Atom("letter", accented[0], *place, marks=(accented[1],))
    if text.isascii() and text.isalpha():
        return Atom("letter", text, *place)
    return Atom("text", text, *place)


def delimiter(name: str, start: int, end: int) -> Atom | None:
    if name in ch.OPENING:
        return Atom("open", ch.OPENING[name], start, end)
    if name in ch.CLOSING:
        return Atom("close", ch.CLOSING[name], start, end)
    return Atom("bar", ch.BARS[name], start, end) if name in ch.BARS else None


def plain_command(token: Token) -> Atom:
    """A command without arguments."""
    name, place = token.text, (token.start, token.end)
    spelled_out = "\\" + name
    if found := delimiter(spelled_out, *place):
        return found
    for kind, table in _TABLES:
        if spelled_out in table:
            return Atom(kind, table[spelled_out], *place)
    if name in ch.GREEK_NAMES:
        return Atom("letter", ch.GREEK_NAMES[name], *place)
    if spelled_out in ch.IMPLICATIONS:
        return Atom("separator", name, *place)
    if name in ch.FUNCTION_WORDS:
        return Atom("function", ch.FUNCTION_WORDS[name], *place)
    return rare_command(name, place)


_TABLES = (("operator", ch.OPERATORS), ("relation", ch.RELATIONS))


def rare_command(name: str, place: tuple[int, int]) -> Atom:
    if name in ch.BIG_OPERATORS:
        return Atom("big", ch.BIG_OPERATORS[name], *place)
    if name in ch.SPACES:
        return Atom("text", "", *place)
    if name in ch.DOTS:
        return Atom("dots", "...", *place)
    if name in {"partial", "nabla"}:
        return Atom(name, name, *place)
    if name == "prime":
        return Atom("prime", "'", *place, primes=1)
    if name in {"top", "intercal"}:
        return Atom("letter", "top", *place)
    if name == "mid":
        return Atom("separator", "|", *place)
    if name in {"colon", "#", "$", "%", "&"}:
        return Atom("separator", ":" if name == "colon" else name, *place)
    if name in {"infty"}:
        return Atom("beyond", "infinity", *place)
    if name in {"Pr", "P"}:
        return Atom("word", name, *place)
    if name in {"det", "dim", "Tr", "tr", "Var", "Cov", "diag", "E"}:
        return Atom("beyond", ch.BEYOND_WORDS.get(name, f"\\{name}"), *place)
    return Atom("beyond", f"the command \\{name}", *place)


def text_atom(raw: str, start: int, end: int) -> Atom:
    plain = raw.replace("\\_", "_").replace("\\ ", " ").replace("\\,", "")
    if plain in ch.FUNCTION_WORDS:
        return Atom("function", ch.FUNCTION_WORDS[plain], start, end)
    if plain.rstrip(".").lower() in {"const", "constant", "constants"}:
        return Atom("word", "const", start, end)
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", plain) and plain not in _LITTLE_WORDS:
        return Atom("word" if len(plain) > 1 else "letter", plain, start, end)
    return Atom("text", plain or " ", start, end)


_LITTLE_WORDS_TEXT = """
if otherwise else and or for where when with so then thus hence since because such that is be let all any
const constant given by as because st
"""
_LITTLE_WORDS = frozenset(_LITTLE_WORDS_TEXT.split())


def in_font(row: Row, font: str, start: int, end: int) -> Atom:
    """A row in one font: upright letters side by side are a word, one letter keeps its font."""
    letters = [atom for atom in row if not (atom.kind == "text" and not atom.text)]
    if font == "operator":
        if len(letters) == 1 and letters[0].text in ch.FUNCTION_WORDS:
            return replace(letters[0], kind="function", text=ch.FUNCTION_WORDS[letters[0].text], start=start, end=end)
        font = "word"
    if len(letters) == 1 and letters[0].kind in {"letter", "number", "word"}:
        return one_in_font(letters[0], font, start, end)
    word = "".join(atom.text for atom in letters)
    plain = all(atom.kind in {"letter", "number"} and (atom.bare or atom is letters[-1]) for atom in letters)
    if font == "word" and letters and plain and letters[0].kind == "letter":
        named = Atom("word", word, start, end, sub=letters[-1].sub, sup=letters[-1].sup)
        return named_word(named)
    if font == "word" and len(letters) == 1 and letters[0].kind == "function":
        return replace(letters[0], start=start, end=end)
    return Atom("group", "{", start, end, (row,), font=font)


def named_word(atom: Atom) -> Atom:
    if atom.text in ch.FUNCTION_WORDS:
        return replace(atom, kind="function", text=ch.FUNCTION_WORDS[atom.text])
    if atom.text in {"argmax", "argmin"}:
        return replace(atom, kind="big")
    if atom.text in ch.BEYOND_WORDS:
        return replace(atom, kind="beyond", text=ch.BEYOND_WORDS[atom.text])
    return atom


def one_in_font(atom: Atom, font: str, start: int, end: int) -> Atom:
    if font == "double" and atom.text in {"E", "V"}:
        word = "an expectation" if atom.text == "E" else "a variance"
        return replace(atom, kind="beyond", text=word, start=start, end=end)
    if font == "word" and atom.text == "E":
        return replace(atom, kind="letter", font="word", start=start, end=end)
    if atom.kind == "letter" and font == "word" and atom.text in {"d", "e", "T"}:
        return replace(atom, start=start, end=end)
    return replace(atom, font=font, start=start, end=end)
