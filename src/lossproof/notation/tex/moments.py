"""Words above a name that say which of its values is meant: ``\\mu^{\\text{new}}``, ``\\theta^{(old)}``, no powers."""

from __future__ import annotations

from itertools import pairwise

from lossproof.notation.tex.atoms import Atom, Row

_TEXT = """
new old next prev previous cur curr current init initial final opt best ref obs true pred train test val
ML MLE mle MAP map OLS ols
ridge lasso LASSO LS GLS WLS MMSE GD SGD CV ERM pre post prior eff target pos neg Bayes
"""
WORDS = frozenset(_TEXT.split())


def word_above(row: Row, base: Atom) -> str | None:
    """The word that a superscript is, in brackets or typed letter by letter too; None where it is something else.

    Above e stands an exponent.
    """
    while len(row) == 1 and row[0].kind in {"group", "bracket"} and row[0].bare:
        row = row[0].parts[0]
    letters = [atom for atom in row if not (atom.kind == "text" and not atom.text.strip())]
    if not letters or not all(atom.kind in {"letter", "word"} and atom.bare for atom in letters):
        return None
    word = "".join(atom.text for atom in letters)
    return word if base.text != "e" and (word in WORDS or _reads_as_word(letters, base)) else None


def _reads_as_word(letters: list[Atom], base: Atom) -> bool:
    """Whether letters side by side, or upright ones above an estimate, are too many for a product of exponents."""
    if len(letters) == 1:
        return letters[0].kind == "word" and bool(base.marks) and len(letters[0].text) >= UPRIGHT
    is_together = all(one.end == other.start for one, other in pairwise(letters))
    return is_together and len(letters) >= TYPED and all(len(atom.text) == 1 for atom in letters)


UPRIGHT, TYPED = 3, 5
"""From how many letters on a superscript that is upright, or typed letter by letter, is a word."""
