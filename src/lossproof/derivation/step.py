"""A step as plain frozen data: the page writer, the referee and the code generator read the same object."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import sympy as sp

from lossproof.derivation.shown import Shown
from lossproof.notation import to_latex
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Indexed, Name, Node
from lossproof.words.codes import Relation

Operator = Literal["=", ">=", "<=", ">", "<"]


UNCHECKED = frozenset({Relation.GIVEN, Relation.DEFINITION})
LOOKS_BACK = frozenset(Relation) - UNCHECKED - {Relation.DERIVED, Relation.EQUAL, Relation.AT_LEAST}
"""Relations that speak of a line above, whichever it is; the others may."""


class Origin(StrEnum):
    """Where the formula of a step comes from."""

    DERIVED = "derived"  # its function computed it from the steps that it uses
    TYPED = "typed"  # its function returns it whatever those steps say, and nothing else ties it to them
    STATED = "stated"  # its function returns nothing: the claim is the formula


@dataclass(frozen=True, slots=True)
class Definition:
    """``symbol = body``; in ``u[m] = w0 + w1*x1[m]`` the index stands for every index."""

    symbol: Name | Indexed
    body: Node


@dataclass(frozen=True, slots=True)
class Step:
    """``left operator claim``: one line of a derivation, with the reason and the SymPy that derives it.

    ``claim`` is what the author writes, ``result`` what the body computed: two independent things that the
    referee compares. For an inequality ``left`` is compared with the result and ``claim`` is the bound.
    ``between`` are the lines of a chain from ``left`` to ``claim``, ``because`` a few words for each line of it.
    ``of`` names the step that the relation looks back at and is None where there is no such obligation.
    ``defines`` is the symbol that this step names or restates, ``definitions`` are those that the steps it
    rests on did. ``varying`` are the quantities that an optimum is looked for in, ``variable`` is what a derivative
    is taken by, ``values`` what is put in for a special case, or where what holds for every size begins, ``line`` where
    the step begins in its script, ``shown`` how a reader meets it.
    """

    name: str
    title: str
    reason: str
    uses: tuple[str, ...]
    relation: Relation
    of: str | None
    left: Node | None
    operator: Operator
    claim: Node | None
    claim_text: str | None
    result: sp.Expr
    result_tree: Node
    assumptions: Assumptions
    source: str = ""
    defines: Definition | None = None
    definitions: tuple[Definition, ...] = ()
    varying: frozenset[str] = field(default_factory=frozenset)
    variable: Name | Indexed | None = None
    origin: Origin = Origin.DERIVED
    line: int | None = None
    between: tuple[Node, ...] = ()
    because: tuple[str, ...] = ()
    values: tuple[tuple[str, Node], ...] = ()
    shown: Shown = field(default_factory=Shown)

    @property
    def formula(self) -> Node:
        """What later steps look back at: the claim as written, or the derived result where nothing is claimed."""
        if self.operator != "=" and self.left is not None:
            return self.left
        return self.result_tree if self.claim is None else self.claim

    @property
    def latex(self) -> str:
        """The line in LaTeX; a chain is set below each other, as `aligned` lines."""
        if not self.between:
            right = to_latex(self.claim if self.claim is not None else self.result_tree)
            order = {">=": r"\geq", "<=": r"\leq"}.get(self.operator, self.operator)
            return right if self.left is None else f"{to_latex(self.left)} {order} {right}"
        left = "" if self.left is None else to_latex(self.left)
        lines = [f"&= {to_latex(line)}" for line in (*self.between, self.formula)]
        return rf"\begin{{aligned}} {left} " + r" \\ ".join(lines) + r" \end{aligned}"

    def _repr_markdown_(self) -> str:
        """What a notebook shows: the line with its title and its reason."""
        return f"**{self.title}**\n\n$${self.latex}$$\n\n{self.reason}"

    @property
    def chain(self) -> tuple[Node, ...]:
        """The lines that have to equal each other, from the left side, where it is a formula, to the claim."""
        first = () if self.left is None else (self.left,)
        return (*first, *self.between, self.formula) if self.operator == "=" else (self.formula,)
