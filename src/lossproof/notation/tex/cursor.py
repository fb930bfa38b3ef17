"""A place in a row of atoms, and the small questions that the grammar asks there."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.letters import Symbol
from lossproof.notation.tex.readings import Beyond, NotUnderstood
from lossproof.notation.tree import Binary, Negative, Node, Number

SIGNS = frozenset("+-")
TIMES = frozenset("*/")
_VALUE_KINDS_TEXT = """
number letter word group bracket frac sqrt function big environment partial nabla beyond
"""
VALUE_KINDS = frozenset(_VALUE_KINDS_TEXT.split())
"""The kinds of atoms that a factor can begin with."""


class Factor(NamedTuple):
    """A factor, and the vector that it is where it is one: the name with the indices that it has already."""

    node: Node
    vector: Symbol | None = None


def holds_relation(atom: Atom) -> bool:
    return any(part.kind == "relation" and part.text not in {"in"} for part in atom.parts[0])


def number(atom: Atom) -> Number:
    text = atom.text if not atom.text.startswith(".") else f"0{atom.text}"
    if len(text) > 60:
        raise NotUnderstood("This number has more than 60 digits.", atom.start)
    return Number(Fraction(text), text if "." in text else None)


def added(terms: Sequence[tuple[str, Node]]) -> Node:
    """The terms from left to right: a first minus is unary, as in the text grammar."""
    sign, first = terms[0]
    node = Negative(first) if sign == "-" else first
    for sign, term in terms[1:]:
        node = Binary("-" if sign == "-" else "+", node, term)
    return node


def unexpected(atom: Atom) -> NotUnderstood:
    """The refusal of an atom that cannot stand where it does."""
    if atom.kind == "relation" and atom.text in {"∝", "≈", "~", "->", "≪", "≫"}:
        return Beyond(f"'{atom.text}' claims no equality.", atom.start)
    if atom.kind == "operator" and atom.text in "±⊙∘⊗⊕":
        return Beyond(f"'{atom.text}' is beyond scalar formulas.", atom.start)
    if atom.kind == "text":
        return NotUnderstood(f"These words are not understood: {atom.text[:40]!r}.", atom.start)
    return NotUnderstood(f"This is not understood here: {atom.text[:40]!r}.", atom.start)


def _is_matrix(atom: Atom) -> bool:
    """A capital letter, beside which a product component by component is not what the other products are."""
    return atom.kind == "letter" and atom.text.isupper()


class Cursor:
    """A place in a row."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.place = 0

    @property
    def atom(self) -> Atom | None:
        return self.row[self.place] if self.place < len(self.row) else None

    @property
    def end(self) -> int | None:
        return self.row[-1].end if self.row else None

    def advance(self) -> Atom:
        self.place += 1
        return self.row[self.place - 1]

    def skip_text(self) -> None:
        """Pass over signs that only set space or align."""
        while self.atom is not None and (
            self.atom.kind == "align"
            or (self.atom.kind == "separator" and self.atom.text == "\n")
            or (self.atom.kind == "text" and not self.atom.text.strip())
        ):
            self.place += 1

    def take(self, kind: str) -> bool:
        self.skip_text()
        found = self.atom is not None and self.atom.kind == kind
        self.place += found
        return found

    def at_sign(self) -> bool:
        self.skip_text()
        atom = self.atom
        return atom is not None and atom.kind == "operator" and atom.text in SIGNS

    def take_sign(self) -> str | None:
        return self.advance().text if self.at_sign() else None

    def at_times_again(self) -> None:
        """Pass over a sign of multiplication after dots."""
        if self.atom is not None and self.atom.kind == "operator" and self.atom.text == "*":
            self.place += 1

    def take_times(self) -> str | None:
        """The sign before the next factor, "" where none is written; None where no factor follows."""
        self.skip_text()
        atom = self.atom
        if atom is None:
            return None
        if atom.kind == "operator":
            if atom.text in TIMES or (atom.text == "⊙" and not any(map(_is_matrix, self.row))):
                return self.advance().text
            if atom.text in "±⊙∘⊗⊕∖∪∩":
                raise unexpected(atom)
            return None
        if atom.kind == "align":
            return None
        return "" if atom.kind in VALUE_KINDS or atom.kind == "dots" else None

    def joined(self, place: int, word: str) -> Atom:
        """The letters of ``word`` from ``place`` on as one atom with the last one's scripts; the cursor goes behind."""
        first, count, spelled = self.row[place], 0, ""
        while spelled != word:
            spelled += self.row[place + count].text
            count += 1
            if len(spelled) > len(word):
                spelled, count = word, count
        last = self.row[place + count - 1]
        self.place = place + count
        return Atom("word", word, first.start, last.end, (), last.sub, last.sup, last.primes, last.marks)
