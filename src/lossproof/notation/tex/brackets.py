"""Brackets put around what they hold, functions typed as letters put together, and brackets that were lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from lossproof.notation.lexer import rejected
from lossproof.notation.tex import characters as ch
from lossproof.notation.tex.atoms import MAX_NESTING, Atom, Row
from lossproof.notation.tex.bars import absolute_behind

_BEGUN = {
    letter: tuple(word for word in ch.SPELLED if word[0] == letter) for letter in {word[0] for word in ch.SPELLED}
}
"""The words that begin with a letter, in their order: most characters begin none, and are asked about none."""


def spelled(atoms: Sequence[Atom]) -> Row:
    """The atoms with functions that were typed as letters put together: ``l o g`` is the logarithm."""
    found: list[Atom] = []
    place = 0
    while place < len(atoms):
        if atoms[place].text == ":" and place + 1 < len(atoms) and atoms[place + 1].text == "=":
            found.append(replace(atoms[place + 1], text=":=", start=atoms[place].start))
            place += 2
            continue
        match = next((word for word in _BEGUN.get(atoms[place].text, ()) if _typed(atoms, place, word)), None)
        if match is None:
            found.append(atoms[place])
            place += 1
        else:
            last = atoms[place + len(match) - 1]
            kind = "big" if match.startswith("arg") else "function"
            text = match if kind == "big" else ch.FUNCTION_WORDS[match]
            found.append(replace(last, kind=kind, text=text, start=atoms[place].start))
            place += len(match)
    return tuple(atom for atom in found if not (atom.kind == "text" and not atom.text and atom.bare))


def _typed(atoms: Sequence[Atom], place: int, word: str) -> bool:
    run = atoms[place : place + len(word)]
    if len(run) < len(word):
        return False
    if run[1].text != word[1] or any(atom.marks or atom.font for atom in run):
        return False
    letters = all(atom.kind == "letter" and atom.text == letter for atom, letter in zip(run, word, strict=True))
    return letters and all(before.end == after.start and before.bare for before, after in pairwise(run))


def matched(atoms: Row, text: str) -> Row:
    """The row with brackets as atoms of the kind "bracket" and typed functions put together, at every depth."""
    matcher = _Matcher(spelled(atoms), text)
    row = matcher.until(None)
    if matcher.place < len(matcher.atoms):
        raise rejected("This bracket closes nothing that was opened.", text, matcher.atoms[matcher.place].start)
    return row


class _Matcher:
    def __init__(self, atoms: Row, text: str) -> None:
        self.atoms = atoms
        self.text = text
        self.place = 0
        self.depth = 0

    def until(self, opening: Atom | None) -> Row:
        """Atoms up to the bracket that closes ``opening``, which is not consumed."""
        found: list[Atom] = []
        while self.place < len(self.atoms) and not self.closes(opening, found):
            atom = self.atoms[self.place]
            self.place += 1
            is_open = atom.kind == "open" or (atom.kind == "bar" and self.opens(atom, found) and self.another(atom))
            if is_open or (atom.kind == "bar" and absolute_behind(self.atoms, self.place - 1, opening)):
                found.append(self.bracket(atom))
            elif atom.kind == "bar":
                found.append(replace(atom, kind="separator", text="|" if atom.text == "|" else "‖"))
            else:
                found.append(self.inner(atom))
        return tuple(found)

    def closes(self, opening: Atom | None, found: Sequence[Atom]) -> bool:
        atom = self.atoms[self.place]
        if opening is not None and opening.kind == "bar":
            return atom.kind == "close" or (
                atom.kind == "bar" and atom.text == opening.text and bool(found) and not _expects(found[-1])
            )
        return atom.kind == "close"

    def opens(self, bar: Atom, found: Sequence[Atom]) -> bool:
        """A bar opens where a value is to follow; a double one, of which another follows, behind a value too."""
        return not found or _expects(found[-1]) or bar.text == "‖"

    def another(self, bar: Atom) -> bool:
        """Whether a second bar follows before the bracket around is closed."""
        depth = 0
        for atom in self.atoms[self.place :]:
            depth += {"open": 1, "close": -1}.get(atom.kind, 0)
            if depth < 0:
                return False
            if depth == 0 and atom.kind == "bar" and atom.text == bar.text:
                return True
        return False

    def bracket(self, opening: Atom) -> Atom:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise rejected("This formula is nested too deep.", self.text, opening.start)
        inside = self.until(opening)
        self.depth -= 1
        if self.place == len(self.atoms):
            raise rejected("This bracket is not closed.", self.text, opening.start)
        closing = self.atoms[self.place]
        if not _fits(opening, closing):
            raise rejected("This bracket closes one of another kind.", self.text, closing.start)
        self.place += 1
        kind = opening.text if opening.text != "." else closing.text
        scripted = self.inner(closing)
        return replace(scripted, kind="bracket", text=kind, start=opening.start, end=closing.end, parts=(inside,))

    def inner(self, atom: Atom) -> Atom:
        """The atom with the rows inside it and around it matched."""

        def row(part: Row | None) -> Row | None:
            return None if part is None else matched(part, self.text)

        parts = tuple(matched(part, self.text) for part in atom.parts)
        return replace(atom, parts=parts, sub=row(atom.sub), sup=row(atom.sup))


def _expects(atom: Atom) -> bool:
    """Whether a value is to follow this atom."""
    return (atom.kind in {"operator", "relation", "align", "function", "big", "cell"} and atom.text != "!") or (
        atom.kind == "separator" and atom.text != "."
    )


def _fits(opening: Atom, closing: Atom) -> bool:
    """``[0, 1)`` aside, a bracket is closed by its own kind; ``.`` closes any."""
    return "." in (opening.text, closing.text) or opening.text == closing.text


def repairs(atoms: Row, fault: int) -> Iterator[Row]:
    """Rows of one bracket more or less than ``atoms``: every place for a lost one, those near ``fault`` first.

    None where more than one bracket is lost or too many.
    """
    places = [place for place, atom in enumerate(atoms) if atom.kind in {"open", "close"}]
    opened = sum(1 if atoms[place].kind == "open" else -1 for place in places)
    if abs(opened) != 1:
        return
    kinds = tuple(dict.fromkeys(atoms[place].text for place in places)) if opened > 0 else ()
    removed = [(abs(atoms[place].start - fault), place, "") for place in places]
    added = [(abs(atoms[place - 1].end - fault), place, kind) for kind in kinds for place in range(1, len(atoms) + 1)]
    for _, place, kind in sorted([*removed, *added], key=lambda found: found[0]):
        if not kind:
            yield atoms[:place] + atoms[place + 1 :]
        else:
            near = atoms[place - 1].end
            yield (*atoms[:place], Atom("close", kind, near, near), *atoms[place:])
