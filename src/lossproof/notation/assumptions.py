"""What is assumed of each quantity: the clauses of a ``where`` text as data.

    "yt in {0, 1}; 0 < yp < 1; M integer >= 1; x[m] real; k in 0..M-1; mu = exp(eta)"

A clause on ``yp[m]`` holds for every index, whatever letter is used. A quantity without a clause is real.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from lossproof.notation.tree import Indexed, Node, Order


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers between ``low`` and ``high`` (None: unbounded), all of them or the integers only.

    The ends are formulas, so that ``0 <= k <= n`` can be said; ``excluded`` holds the values of ``x != 0``.
    """

    low: Node | None = None
    high: Node | None = None
    low_open: bool = False
    high_open: bool = False
    integer: bool = False
    excluded: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class FiniteSet:
    """One of the listed values: ``yt in {0, 1}``."""

    values: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class IndexRange:
    """An index that runs through the integers ``low..high``, both included."""

    low: Node
    high: Node


Domain = Interval | FiniteSet | IndexRange
REAL = Interval()


@dataclass(frozen=True, slots=True)
class Group:
    """Quantities bound together: one-hot (one is 1, the others 0) or a simplex (positive, sum 1).

    Either scalars listed by name (``(t1, t2, t3) one-hot``: ``members`` is filled) or indexed data over a
    range (``p simplex over 1..K``: ``members`` is the one name, ``low`` and ``high`` the range).
    Simplex members are strictly positive, so that their logarithms exist.
    """

    kind: str  # "one-hot" | "simplex"
    members: tuple[str, ...]
    low: Node | None = None
    high: Node | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """``left order right`` between several quantities, for every value of the index ``letters``.

    ``a + b = 1``, ``c[k] < c[k+1]``, ``0 <= y[m] <= n[m]`` (two of them), ``A[i, j] = A[j, i]``,
    ``sum(x[m], m, 1, M) = 0``; an equation has the order ``==``.
    """

    left: Node
    order: Order
    right: Node
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Every clause of a ``where`` text, in the order written.

    ``scalars`` and ``arrays`` map a name to its domain: ``yt`` and ``yt[m]`` are two different quantities and
    both may be declared. ``definitions`` are substituted before anything else, in order; before them ``formulas``,
    which define data by index letters: ``p[m] = expit(w*x[m])``. ``letters`` are the index letters that a clause on
    data was written with: ``q[i, j] real`` has ``{"q": ("i", "j")}``.
    """

    scalars: dict[str, Domain] = field(default_factory=dict)
    arrays: dict[str, Domain] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    definitions: tuple[tuple[str, Node], ...] = ()
    letters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ties: tuple[Tie, ...] = ()
    formulas: tuple[tuple[Indexed, Node], ...] = ()

    def scalar(self, name: str) -> Domain:
        """The domain of the scalar ``name``; real where nothing is said."""
        return self.scalars.get(name, REAL)

    def array(self, name: str) -> Domain:
        """The domain of every element of the indexed data ``name``; real where nothing is said."""
        return self.arrays.get(name, REAL)
