"""The functions of steps: what they are given, what they return, and whether they look at what they are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp

from lossproof.derivation import graph
from lossproof.derivation.claims import Statement
from lossproof.derivation.declared_letters import Letters
from lossproof.derivation.dependence import depends
from lossproof.derivation.step import UNCHECKED, Step
from lossproof.errors import CallerError, DerivationError, MoveError
from lossproof.notation import from_sympy
from lossproof.notation.tree import Node

Body = Callable[..., Any]


def run(function: Body, used: Sequence[Step], letters: Letters, place: str) -> tuple[list[sp.Expr], sp.Expr | None]:
    """What the function of the step at ``place`` was given and what it returned.

    Where a move refuses the claims it is given what was derived: a wrong claim is to be refuted where it stands,
    and not to be met as a move that fails further down.
    """
    claims, results = [_received(step, letters) for step in used], [step.result for step in used]
    try:
        return claims, function(*claims)
    except MoveError as error:
        try:
            return results, function(*results)
        except MoveError:
            raise MoveError(f"In {place}: {error}") from error


def _received(step: Step, letters: Letters) -> sp.Expr:
    """What a later step is given: the claim as it is written, or the result where no formula is claimed."""
    if step.claim is None or step.operator != "=":
        return step.result
    return letters.expression(step.claim, step.left)


def is_typed(step: Step, function: Body, arguments: Sequence[sp.Expr]) -> bool:
    """Whether its function alone could tie the claim of a step to others, and does not use them."""
    bare = step.relation not in UNCHECKED and step.claim is not None and not graph.is_tied(step)
    return bare and not depends(function, arguments, step.result)


def formula_of(name: str, result: Any, statement: Statement, letters: Letters) -> sp.Expr:
    """What the function of step ``name`` returned; for a line that only states something, the statement itself."""
    own, other = statement.right, statement.left
    if statement.operator != "=":
        own, other = other, own
    if result is None and own is not None:
        return letters.expression(own, other)
    if not isinstance(result, sp.Expr):
        returned = "nothing" if result is None else type(result).__name__
        raise DerivationError(f"The function of step `{name}` returns {returned}; it has to return SymPy's Expr.")
    return result


def tree_of(name: str, result: sp.Expr) -> Node:
    """The formula of step ``name`` as a tree. DerivationError where the grammar has no words for it."""
    try:
        return from_sympy(result)
    except CallerError as error:
        raise DerivationError(f"What the function of step `{name}` returns cannot be written down: {error}") from error
