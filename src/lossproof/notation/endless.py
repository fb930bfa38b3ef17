"""Sums and integrals without end in SymPy: nodes of their own, so that nothing takes them for sums with an end.

InfiniteSum(f, k, 0, oo)        Integrated(f, x, -oo, oo)
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, Symbol

HIDDEN = "_over"
"""What the name of a bound index begins with: no name of the grammar does."""


class Endless(Expr):
    """``body`` over an index that is bound here; its name is one that no formula has."""

    is_commutative = True

    def __new__(cls, body: Expr, index: Symbol, low: Expr, high: Expr, **options: Any) -> Endless:
        made: Endless = Expr.__new__(cls, body, index, low, high)
        return made

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def index(self) -> Symbol:
        return self.args[1]

    @property
    def low(self) -> Expr:
        return self.args[2]

    @property
    def high(self) -> Expr:
        return self.args[3]

    @property
    def free_symbols(self) -> set[sympy.Basic]:
        """Without the index."""
        ends = self.low.free_symbols | self.high.free_symbols
        return (self.body.free_symbols - {self.index}) | ends


class InfiniteSum(Endless):
    """The sum of ``body`` for whole numbers from ``low`` on."""


class Integrated(Endless):
    """The integral of ``body`` from ``low`` to ``high``."""


KINDS: dict[str, type[Endless]] = {"sum": InfiniteSum, "integral": Integrated}
