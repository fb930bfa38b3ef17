"""The letters of a derivation: scalars, data and indices as SymPy's symbols, and formulas written in them."""

from __future__ import annotations

from typing import Any

import sympy as sp

from lossproof.derivation.claims import ranges_of
from lossproof.errors import DerivationError
from lossproof.notation import Scope, free_names, parse_tree, to_sympy, walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.evaluated import evaluated
from lossproof.notation.tree import Indexed, Node


class Letters:
    """What is declared in a derivation, and which letters count through data.

    ``counting`` are the assumptions that give the letters that count their ranges.
    """

    def __init__(self, derivation: str, assumptions: Assumptions, counting: Assumptions) -> None:
        self.assumptions = assumptions
        self.ranges = ranges_of(counting)
        self.scope = Scope(assumptions)
        self._derivation = derivation
        self._counting: set[str] = set(self.ranges)

    def symbols(self, names: str) -> Any:
        return _one_or_all([self.scope.symbol(name) for name in names.split()])

    def data(self, names: str) -> Any:
        return _one_or_all([self.scope.data(name) for name in names.split()])

    def index(self, names: str) -> Any:
        self._counting |= set(names.split())
        return _one_or_all([self.scope.index(name) for name in names.split()])

    def over(self, letter: str) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
        """An index with its range. DerivationError where no range of it was said."""
        if letter not in self.ranges:
            known = ", ".join(self.ranges) or "none"
            raise DerivationError(
                f"Derivation `{self._derivation}` says no range of {letter!r} in indices=; it has {known}."
            )
        low, high = (self.expression(end) for end in self.ranges[letter])
        return self.scope.index(letter), low, high

    def expression(self, formula: str | Node, beside: Node | None = None) -> sp.Expr:
        """``formula`` in SymPy; ``beside`` is the other side of the same line, where a letter may be an index too."""
        tree = parse_tree(formula, self.ranges) if isinstance(formula, str) else formula
        letters = {each for side in (tree, beside) if side is not None for each in _index_letters(side)}
        indices = letters & self._counting | letters - self.assumptions.scalars.keys()
        symbols = {self.scope.symbol(letter): self.scope.index(letter) for letter in indices}
        return evaluated(to_sympy(tree, self.scope).xreplace(symbols))


def _index_letters(tree: Node) -> frozenset[str]:
    """The names that stand, free, as an index of data in ``tree`` or as a part of one: m in ``x[m - 1, k]``."""
    places = (index for part in walk(tree) if isinstance(part, Indexed) for index in part.indices)
    inside = {name for index in places for name in free_names(index)}
    return free_names(tree) & inside


def _one_or_all(things: list[Any]) -> Any:
    return things[0] if len(things) == 1 else tuple(things)
