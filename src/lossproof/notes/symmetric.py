"""Which matrices a note says to be their own transposes: those that stand beside the word, and no others.

Let $S$ be symmetric.    where $S$ is the sample covariance    noise with covariance matrix $\\Sigma$
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from lossproof.notes.documents import Formula, Note

_SYMMETRIC = re.compile(
    r"\b(?:symmetri|covarian|symétri|positive[- ](?:semi)?-?definite|Kovarian)\w*|対称|共分散|对称|协方差",
    re.IGNORECASE,
)
_NOUNS = r"(?:matri\w*|kernel|行列|矩阵|of the \w+|is|are|be|by|given|は|を|とする)"
_AFTER = re.compile(rf"[\s$\\(\[`*_:]*(?:{_NOUNS}[\s$\\(\[`*_:]*)*")
_NO_END = re.compile(r"(?:(?![.。!?]\s|。|\n\s*\n).){0,80}", re.DOTALL)
_JOINS = re.compile(r"[\s$\\()\[\]`]*(?:,|and|und|et|と|、|和)?[\s$\\()\[\]`]*(?:and|und|et)?[\s$\\()\[\]`]*")
_LETTERS = re.compile(r"[A-Za-z]+")
MOST_JOINED = 4
_HEAD = re.compile(r"[=:,;<>]|\\(?:in|succ|succeq|equiv|sim)(?![A-Za-z])")


def symmetric_matrices(note: Note, names: Sequence[str]) -> list[str]:
    """Those of the names that a sentence of ``note`` calls symmetric, positive definite or a covariance."""
    said = _letters_said(note)
    return [name for name in names if name in said]


@lru_cache(maxsize=4)
def _letters_said(note: Note) -> frozenset[str]:
    """The runs of letters in what is said to be symmetric, up to a relation: S of ``S = X^\\top X/n``."""
    heads = (_HEAD.split(each.latex, maxsplit=1)[0] for each in _said_symmetric(note))
    return frozenset(run for head in heads for run in _LETTERS.findall(head))


def _said_symmetric(note: Note) -> Iterator[Formula]:
    """The formulas behind such a word, or before it in its sentence; and those that an *and* joins to them."""
    formulas, starts = note.formulas, [each.start for each in note.formulas]
    for word in _SYMMETRIC.finditer(note.text):
        place = bisect_left(starts, word.start())
        if place < len(formulas) and _AFTER.fullmatch(note.text[word.end() : starts[place]]):
            yield from _joined(note.text, formulas[place : place + MOST_JOINED])
        elif place and _NO_END.fullmatch(note.text[formulas[place - 1].end : word.start()]):
            yield from _joined(note.text, formulas[max(0, place - MOST_JOINED) : place][::-1])


def _joined(text: str, formulas: Sequence[Formula]) -> list[Formula]:
    """The first, and what only a comma or an *and* keeps apart from it."""
    found = list(formulas[:1])
    for one, other in pairwise(formulas):
        first, last = sorted((one, other), key=lambda each: each.start)
        if not _JOINS.fullmatch(text[first.end : last.start]):
            break
        found.append(other)
    return found
