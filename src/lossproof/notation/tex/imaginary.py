"""The imaginary unit, which no formula here holds: ``e^{i\\theta}`` where nothing else is called i, ``\\sqrt{-1}``."""

from __future__ import annotations

from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.conventions import Conventions
from lossproof.notation.tex.readings import Beyond
from lossproof.notation.tree import Constant, Node

_FACTORS = frozenset({"letter", "number", "bracket", "frac", "group"})


def real_exponent(exponent: Row, base: Node, conventions: Conventions) -> Row:
    """``exponent``; `Beyond` for one of e with a factor i that is no index and no quantity of the text."""
    if base == Constant("e"):
        _refuse_unit(exponent, conventions)
    return exponent


def is_negative_number(inside: Row) -> bool:
    """``-1``: a number with a root that no real number is."""
    return len(inside) == 2 and inside[0].text == "-" and inside[1].kind == "number" and inside[1].bare


def _refuse_unit(exponent: Row, conventions: Conventions) -> None:
    if "i" in conventions.bound | conventions.named | conventions.arrays | conventions.labels:
        return
    for place, atom in enumerate(exponent):
        beside = (*exponent[max(place - 1, 0) : place], *exponent[place + 1 : place + 2])
        if _is_unit(atom) and any(other.kind in _FACTORS for other in beside):
            raise Beyond("A complex number is beyond scalar formulas.", atom.start)


def _is_unit(atom: Atom) -> bool:
    return atom.kind == "letter" and atom.text == "i" and atom.bare and not atom.marks
