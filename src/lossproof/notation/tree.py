"""The author's formula as a small tree that keeps the order, signs and fractions as written.

SymPy reorders at once (``-(a + b)`` is distributed, ``1 - yp`` may print as ``-yp + 1``), so what an author
wrote is kept here: it is printed from this tree, evaluated in balls from this tree, and turned into SymPy for
proofs. Trees are plain data; two trees are equal when they would print alike.

    sum(yt[m]*log(yp[m]), m, 0, M-1)

    Reduction("sum", Binary("*", Indexed("yt", (Name("m"),)), Call("log", (Indexed("yp", ...),))),
              "m", Number(0), Binary("-", Name("M"), Number(1)))
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Arithmetic = Literal["+", "-", "*", "/", "^"]
Order = Literal["<", "<=", ">", ">=", "==", "!="]


class Node:
    """A formula: one of the dataclasses below."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Number(Node):
    """An exact rational written as one literal: ``3``, ``0.5``, ``1e-9`` (``1/2`` is a `Binary`).

    ``text`` is the spelling; None where the number was computed and is written in its shortest form.
    """

    value: Fraction
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """``pi`` or ``e``."""

    name: Literal["pi", "e"]


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A scalar: a variable, a size such as ``M``, or a bound index."""

    name: str


@dataclass(frozen=True, slots=True)
class Indexed(Node):
    """One element of indexed data: ``p[m]``, ``q[i, j]``, ``x[m-1]``."""

    name: str
    indices: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """Unary minus; powers bind tighter, so ``-x^2`` is ``Negative(Binary("^", x, 2))``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """``left operator right``; ``**`` is read as ``^``, which associates to the right."""

    operator: Arithmetic
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the grammar's table, under the name the author used (``ln`` stays ``ln``)."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Reduction(Node):
    """``sum``, ``prod`` or ``logsumexp`` of ``body`` for ``index`` from ``low`` to ``high``, both included.

    An empty range (``high < low``) gives 0, 1 and is outside the domain for ``logsumexp``.
    """

    kind: Literal["sum", "prod", "logsumexp"]
    body: Node
    index: str
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Total(Node):
    """A ``sum`` of ``body`` for whole numbers from ``low`` on, or its ``integral`` from ``low`` to ``high``.

    None is an end that is not there: ``sum(f, k, 0, oo)``, ``integral(f, x, -oo, oo)``. Outside the domain where
    there is no finite value.
    """

    kind: Literal["sum", "integral"]
    body: Node
    index: str
    low: Node | None
    high: Node | None


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """``diff(body, variable)``: the partial derivative, not carried out."""

    body: Node
    variable: Name | Indexed


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """``Piecewise((value, condition), ..., (value, True))``: the first condition that holds decides."""

    pieces: tuple[tuple[Node, Condition], ...]


@dataclass(frozen=True, slots=True)
class Indicator(Node):
    """``indicator(condition)``: 1 where it holds and 0 elsewhere."""

    condition: Condition


class Condition:
    """What stands in a `Cases` piece or an `Indicator`; never a value by itself."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Truth(Condition):
    """``True``."""


@dataclass(frozen=True, slots=True)
class Comparison(Condition):
    """One comparison of two formulas."""

    operator: Order
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Junction(Condition):
    """Conditions joined by ``and`` or by ``or``."""

    operator: Literal["and", "or"]
    parts: tuple[Condition, ...]
