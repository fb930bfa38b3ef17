"""Words above a name that say which of its values is meant: ``\\mu^{\\text{new}}``, ``\\theta^{(old)}``, no powers."""

from __future__ import annotations

from lossproof.notation.tex.atoms import Row

_TEXT = """
new old next prev previous cur curr current init initial final opt best ref obs true pred train test val
ML MLE mle MAP map OLS ols
"""
WORDS = frozenset(_TEXT.split())


def word_above(row: Row) -> str | None:
    """The word that a superscript is, in brackets or typed letter by letter too; None where it is something else."""
    while len(row) == 1 and row[0].kind in {"group", "bracket"} and row[0].bare:
        row = row[0].parts[0]
    letters = [atom for atom in row if not (atom.kind == "text" and not atom.text.strip())]
    if not letters or not all(atom.kind in {"letter", "word"} and atom.bare for atom in letters):
        return None
    word = "".join(atom.text for atom in letters)
    return word if word in WORDS else None
