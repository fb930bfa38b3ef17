"""What a bare letter above means: ``y^i`` is an element of data, ``q^k`` a power of a number.

x^{(i)} elsewhere     an index       q^{k+1}, q^2 elsewhere    a power
y^i p^i in one note   an index       \\sum_{k=0}, \\gamma^k      a power
\\hat y^i, x^i_j       an index       q beside q^k              a power
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.characters import GREEK_NAMES

SAMPLES = frozenset("im")
"""The letters that count samples; above a single name in the whole text others are exponents."""
DATA = frozenset({"x", "y", "z", "t", "a", "h", "o", "X", "Y"})
_GREEK = frozenset(GREEK_NAMES.values())


def indices_above(atoms: Iterable[Atom], bound: frozenset[str], powers: frozenset[str]) -> frozenset[tuple[str, str]]:
    """The pairs of a name and a letter of ``bound`` where the letter above the name says which element it is.

    ``powers`` are letters that stand as numbers of their own, as k in ``k!``.
    """
    seen = _Seen(atoms, bound)
    return frozenset((base, letter) for base, letter in seen.pairs if seen.is_index(base, letter, powers))


class _Seen:
    """What stands above the names of a text."""

    def __init__(self, atoms: Iterable[Atom], bound: frozenset[str]) -> None:
        self.pairs: set[tuple[str, str]] = set()
        self.bare: set[str] = set()
        self.bracketed: set[str] = set()
        self.powers: set[str] = set()
        self.decorated: set[tuple[str, str]] = set()
        self.plain: set[tuple[str, str]] = set()
        self.from_zero: set[str] = set()
        self.sharing: dict[str, set[str]] = defaultdict(set)
        for atom in atoms:
            if atom.kind in {"letter", "word"}:
                self.name(atom, bound)
            elif atom.kind == "big" and (letter := _counted_from_zero(atom.sub or ())):
                self.from_zero.add(letter)

    def name(self, atom: Atom, bound: frozenset[str]) -> None:
        base, above = atom.text + "".join(atom.marks), atom.sup or ()
        if not above:
            if atom.sub is None:
                self.bare.add(base)
        elif len(above) == 1 and above[0].kind == "bracket":
            self.bracketed.add(base)
        elif len(above) == 1 and above[0].kind == "letter" and above[0].bare:
            self.letter_above(atom, base, above[0].text, bound)
        elif any(part.kind in {"number", "operator"} and part.text not in "*⋆†∗" for part in above):
            self.powers.add(base)

    def letter_above(self, atom: Atom, base: str, letter: str, bound: frozenset[str]) -> None:
        if letter in bound:
            self.pairs.add((base, letter))
            self.sharing[letter].add(base)
            is_decorated = atom.sub is not None or bool(atom.marks)
            (self.decorated if is_decorated else self.plain).add((base, letter))

    def is_index(self, base: str, letter: str, powers: frozenset[str]) -> bool:
        if base in self.bracketed:
            return True
        if base == "e" or (letter in powers and letter != "i"):
            return False
        if (base, letter) in self.plain and letter in self.from_zero:
            return False  # x_n^j beside w_j x^j, j = 0, ..., M
        if (base, letter) in self.decorated:
            return True
        if base in self.powers or letter in self.from_zero:
            return False
        if len(self.sharing[letter]) > 1:
            return True
        is_number = base in self.bare or base in _GREEK
        return not is_number and (letter in SAMPLES or base in DATA)


def _counted_from_zero(below: Row) -> str:
    """``k`` of ``k = 0``."""
    is_zero = len(below) > 2 and below[1].text == "=" and below[2].text == "0"
    return below[0].text if is_zero and below[0].kind == "letter" else ""
