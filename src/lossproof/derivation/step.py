"""A step as plain frozen data: the page writer, the referee and the code generator read the same object."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import sympy as sp

from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Indexed, Name, Node

Operator = Literal["=", ">=", "<=", ">", "<"]


class Relation(StrEnum):
    """How a step stands to what was there before it; each member has a sentence in `RELATION_SENTENCES`."""

    GIVEN = "given"
    DEFINITION = "definition"
    EQUAL = "equal"
    EQUAL_ON = "equal on a finite domain"
    SAME_OPTIMUM = "same optimum"
    DERIVATIVE = "derivative of"
    AT_LEAST = "at least"
    CONVEX = "convex"


RELATION_SENTENCES = {
    Relation.GIVEN: "A modelling assumption: it is stated, not derived.",
    Relation.DEFINITION: "A name for something: nothing is claimed.",
    Relation.EQUAL: "Equal under the stated assumptions.",
    Relation.EQUAL_ON: "Equal because a quantity takes finitely many values, all of which were tried.",
    Relation.SAME_OPTIMUM: "Another function, whose optimum lies at the same place.",
    Relation.DERIVATIVE: "The derivative of the formula it looks back at.",
    Relation.AT_LEAST: "An inequality under the stated assumptions.",
    Relation.CONVEX: "The formula it looks back at is convex; the claim is its curvature.",
}

UNCHECKED = frozenset({Relation.GIVEN, Relation.DEFINITION})
LOOKS_BACK = frozenset({Relation.EQUAL_ON, Relation.SAME_OPTIMUM, Relation.DERIVATIVE, Relation.CONVEX})


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
    ``of`` names the step that the relation looks back at and is None where there is no such obligation.
    ``defines`` is the symbol that this step names or restates, ``definitions`` are those that the steps it
    rests on did. ``varying`` are the quantities that an optimum is looked for in, ``variable`` is what a derivative
    is taken by.
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

    @property
    def formula(self) -> Node:
        """What later steps look back at: the claim as written, or the derived result where nothing is claimed."""
        if self.operator != "=" and self.left is not None:
            return self.left
        return self.result_tree if self.claim is None else self.claim
