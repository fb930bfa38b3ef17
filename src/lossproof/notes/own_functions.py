"""Letters of usual functions that a note gives a meaning of its own, and which spread the normal density is given by.

\\psi(z) = \\log(1 + e^{-z})     no digamma function: a formula for that one holds \\Gamma, \\gamma or an integral
\\mathcal N(x; \\mu, \\sigma)     \\sigma may be the variance, the standard deviation or, as \\lambda, the precision
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from lossproof.notation import walk
from lossproof.notation.tex.atom_looks import base_of, is_argument, walk_atoms
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.calls import pieces_of
from lossproof.notation.tex.known import KNOWN
from lossproof.notation.tree import Binary, Call, Name, Negative, Node, Number
from lossproof.notes.definitions import Definition

_TELLING = {
    "Gamma": frozenset({"int", "Gamma", "!", "prod"}),
    "psi": frozenset({"int", "Gamma", "gamma", "psi", "sum"}),
    "Phi": frozenset({"int", "erf", "Phi", "varphi", "phi"}),
    "B": frozenset({"int", "Gamma", "B", "!"}),
    "Beta": frozenset({"int", "Gamma", "B", "!"}),
    "N": frozenset({"exp", "e", "pi", "int"}),
}
"""What stands in formulas for the usual function of a letter."""
_SPOKEN = {
    "Gamma": re.compile(r"gamma[- ](?:function|distribution)", re.IGNORECASE),
    "psi": re.compile(r"digamma", re.IGNORECASE),
    "Phi": re.compile(r"\bcdf\b|probit|normal distribution|distribution function", re.IGNORECASE),
    "B": re.compile(r"beta[- ](?:function|distribution)", re.IGNORECASE),
    "Beta": re.compile(r"beta[- ](?:function|distribution)", re.IGNORECASE),
    "N": re.compile(r"\bnormal\b|gauss", re.IGNORECASE),
}
_SPREADS = ((1, "variance"), (2, "standard deviation"), (-1, "precision"))


def own_functions(chains: Iterable[Sequence[Row]], text: str) -> frozenset[str]:
    """The letters whose first formula with arguments left of ``=`` is none for what they usually stand for."""
    seen: dict[str, bool] = {}
    for chain in chains:
        letter = _defined(chain[0]) if chain else ""
        if letter in _TELLING and letter not in seen:
            held = {atom.text for side in chain[1:] for atom in walk_atoms(side)}
            seen[letter] = not held & _TELLING[letter] and not _SPOKEN[letter].search(text)
    return frozenset(letter for letter, is_own in seen.items() if is_own)


def _defined(left: Row) -> str:
    """``psi`` of ``\\psi(z)``."""
    if len(left) != 2 or left[0].kind not in {"letter", "word"} or not left[0].bare or not is_argument(left[1]):
        return ""
    return base_of(left[0]) if all(map(_is_name, pieces_of(left[1].parts[0]))) else ""


def _is_name(piece: tuple[Atom, ...]) -> bool:
    return len(piece) == 1 and piece[0].kind == "letter"


def normal_densities(*sides: Node) -> dict[str, Node]:
    """The letters of normal densities, each with its third argument where that is a name: the spread of some kind."""
    calls = (part for side in sides for part in walk(side) if isinstance(part, Call) and len(part.arguments) == 3)
    named = (part for part in calls if part.function in {"N", "Nscript"} and isinstance(part.arguments[2], Name))
    return {part.function: part.arguments[2] for part in named}


def by_spread(function: str) -> Iterator[tuple[Definition, str]]:
    """The density with its third argument as the variance, the standard deviation, the precision."""
    x, mean, spread = Name("x"), Name("mu"), Name("sigma")
    for power, words in _SPREADS:
        exponent: Node = Number(Fraction(abs(power)))
        variance = spread if power == 1 else Binary("^", spread, Negative(exponent) if power < 0 else exponent)
        yield Definition(function, KNOWN[function, 3](x, mean, variance), (x, mean, spread)), words
