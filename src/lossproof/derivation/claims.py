"""From the text of a claim, or its LaTeX, to what stands left of its sign, the sign, and what stands right."""

from __future__ import annotations

from typing import NamedTuple

from lossproof.derivation.step import Operator
from lossproof.errors import DerivationError, RejectedText
from lossproof.notation import parse_assumptions, parse_equation, parse_relation, parse_tree, to_text
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.completion import ordered_definitions
from lossproof.notation.tex import is_latex, parse_latex_equation
from lossproof.notation.traverse import index_letters
from lossproof.notation.tree import Derivative, Indexed, Name, Node, Order
from lossproof.words.codes import Relation

INEQUALITIES = frozenset({Relation.AT_LEAST, Relation.CONVEX})


class Statement(NamedTuple):
    """``left operator right``; ``left`` is None where the claim is a formula alone."""

    left: Node | None
    operator: Operator
    right: Node | None


NO_CLAIM = Statement(None, "=", None)


def read_claim(text: str, relation: Relation, step: str) -> Statement:
    """The claim of ``step``; DerivationError names the step and shows a caret under the fault."""
    try:
        return _inequality(text, step) if relation in INEQUALITIES else _equation(text)
    except RejectedText as error:
        hint = " (the two sides of a claim stand around a single =)" if "==" in text else ""
        raise DerivationError(f"The claim of step `{step}` cannot be read: {error}{hint}") from error


def read_where(text: str, place: str) -> Assumptions:
    """The assumptions that ``place`` states; DerivationError names the place and shows a caret."""
    try:
        found = parse_assumptions(text)
    except RejectedText as error:
        raise DerivationError(f"The assumptions of {place} cannot be read: {error}") from error
    for data, _ in found.formulas:
        raise DerivationError(
            f"The assumptions of {place} define {to_text(data)}; in a derivation that is a step with the relation"
            " `definition`."
        )
    return found


def merge(general: Assumptions, special: Assumptions) -> Assumptions:
    """The clauses of both; what ``special`` says of a quantity replaces what ``general`` says of it."""
    spoken_for = {name for group in special.groups for name in group.members} | set(special.scalars)
    groups = tuple(group for group in general.groups if not spoken_for & set(group.members))
    return Assumptions(
        scalars={**general.scalars, **special.scalars},
        arrays={**general.arrays, **special.arrays},
        groups=groups + special.groups,
        definitions=ordered_definitions({**dict(general.definitions), **dict(special.definitions)}),
        letters={**general.letters, **special.letters},
        ties=general.ties + special.ties,
    )


def named_by(left: Node | None) -> Name | Indexed | None:
    """``left`` where it is a plain symbol, ``L`` or ``u[m]`` or ``q[i, j]``, and None where it is a formula."""
    if isinstance(left, Indexed):
        return left if index_letters(left) else None
    return left if isinstance(left, Name) else None


def variable_of(step: str, relation: Relation, text: str | None, left: Node | None) -> Name | Indexed | None:
    """What a derivative is taken by: ``text`` where it is given, else ``yp`` out of ``diff(ce, yp)``."""
    if text is not None:
        variable = parse_tree(text)
        if isinstance(variable, Name | Indexed):
            return variable
    elif isinstance(left, Derivative):
        return left.variable
    if relation is Relation.DERIVATIVE:
        raise DerivationError(
            f"Step `{step}` does not say what the derivative is taken by: write its claim as `diff(ce, yp) = ...`,"
            " or pass variable='yp'."
        )
    return None


def _equation(text: str) -> Statement:
    left, right = parse_latex_equation(text) if is_latex(text) else parse_equation(text)
    return Statement(left, "=", right)


def _relation(text: str, step: str) -> tuple[Node, Order, Node]:
    try:
        return parse_relation(text)
    except RejectedText as error:
        if not _is_equation(text):
            raise
        raise DerivationError(
            f"The claim of step `{step}` is an equation; this relation claims an inequality: write >=, >, <= or <."
        ) from error


def _is_equation(text: str) -> bool:
    try:
        return parse_equation(text)[0] is not None
    except RejectedText:
        return False


def _inequality(text: str, step: str) -> Statement:
    left, operator, right = _relation(text, step)
    if operator not in (">=", "<=", ">", "<"):
        raise DerivationError(
            f"The claim of step `{step}` compares with `{operator}`; an inequality is written with >=, >, <= or <."
        )
    return Statement(left, operator, right)
