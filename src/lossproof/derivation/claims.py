"""From the text of a claim, or its LaTeX, to what stands left of its sign, the sign, and what stands right.

diff(ce, yp) = -yt/yp + (1-yt)/(1-yp) = (yp-yt)/(yp*(1-yp))        a chain: the lines between are judged, too
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from lossproof.derivation.step import Operator
from lossproof.errors import DerivationError, RejectedText
from lossproof.notation import (
    assumptions_text,
    parse_assumptions,
    parse_chain,
    parse_equation,
    parse_relation,
    parse_tree,
    to_text,
)
from lossproof.notation.assumptions import REAL, Assumptions, Domain, IndexRange
from lossproof.notation.completion import ordered_definitions
from lossproof.notation.domains import CannotCombine, combine
from lossproof.notation.group_clauses import refuse_empty_group
from lossproof.notation.tex import is_latex, parse_latex_chain
from lossproof.notation.token_reading import NO_RANGES, Ranges
from lossproof.notation.traverse import index_letters
from lossproof.notation.tree import Derivative, Indexed, Name, Node, Order
from lossproof.words.codes import Relation

INEQUALITIES = frozenset({Relation.AT_LEAST, Relation.CONVEX})


class Statement(NamedTuple):
    """``left operator right``; ``left`` is None where the claim is a formula alone.

    ``between`` are the lines of a chain that lead from the left side to the right one.
    """

    left: Node | None
    operator: Operator
    right: Node | None
    between: tuple[Node, ...] = ()


NO_CLAIM = Statement(None, "=", None)


def read_claim(
    text: str, relation: Relation, step: str, ranges: Ranges = NO_RANGES, names: Iterable[str] = ()
) -> Statement:
    """The claim of ``step``; DerivationError names the step and shows a caret under the fault.

    ``names`` are those that the derivation knows: in LaTeX, ``Lk`` is else a product of two letters.
    """
    try:
        return _inequality(text, step, ranges) if relation in INEQUALITIES else _equation(text, ranges, names)
    except RejectedText as error:
        hint = " (the two sides of a claim stand around a single =: write = for ==)" if "==" in text else ""
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


def narrowed(general: Assumptions, special: Assumptions, place: str) -> Assumptions:
    """What holds of both; DerivationError where ``special``, which ``place`` states, leaves nothing of ``general``.

    A step says more than its derivation, never something else: ``x > 0`` beside ``x real`` is x > 0, and beside
    ``x < -1`` it is a mistake.
    """
    scalars, arrays = dict(general.scalars), dict(general.arrays)
    for domains, own in ((scalars, special.scalars), (arrays, special.arrays)):
        for name, domain in own.items():
            domains[name] = _both(name, domains.get(name, REAL), domain, place)
    groups = tuple(group for group in special.groups if group not in general.groups)
    grouped = {(member, group.low is None) for group in general.groups for member in group.members}
    for name in (member for group in groups for member in group.members if (member, group.low is None) in grouped):
        raise DerivationError(f"The assumptions of {place} say of {name} another group than the derivation does.")
    for name, body in special.definitions:
        if dict(general.definitions).get(name, body) != body:
            raise DerivationError(f"The assumptions of {place} define {name} as the derivation does not.")
    found = merge(general, Assumptions(definitions=special.definitions, letters=special.letters, ties=special.ties))
    found = replace(found, scalars=scalars, arrays=arrays, groups=general.groups + groups)
    for group in found.groups:
        try:
            refuse_empty_group(group, found)
        except RejectedText as error:
            raise DerivationError(f"The assumptions of {place} and of the derivation: {error.sentence}") from error
    return found


def _both(name: str, general: Domain, special: Domain, place: str) -> Domain:
    try:
        return combine(general, special)
    except CannotCombine as error:
        raise DerivationError(f"The assumptions of {place} on {name}: {error.sentence}") from error
    except RejectedText as error:
        said = "; ".join(assumptions_text(Assumptions(scalars={name: general})))
        raise DerivationError(
            f"The assumptions of {place} on {name} contradict those of the derivation, which has {said}."
        ) from error


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
    if relation in (Relation.ZERO, Relation.OPTIMUM):
        example = left.name if isinstance(left, Name | Indexed) else "p"
        raise DerivationError(f"Step `{step}` ({relation}) does not say in which quantity: pass variable={example!r}.")
    if relation is Relation.DERIVATIVE:
        raise DerivationError(
            f"Step `{step}` does not say what the derivative is taken by: write its claim as `diff(ce, yp) = ...`,"
            " or pass variable='yp'."
        )
    return None


def ranges_of(assumptions: Assumptions) -> Ranges:
    """The ends of every index whose range is said, ``m in 0..M-1``: a sum over it need not repeat them."""
    domains = assumptions.scalars.items()
    return {name: (domain.low, domain.high) for name, domain in domains if isinstance(domain, IndexRange)}


def read_words(text: str, statement: Statement, step: str) -> tuple[str, ...]:
    """A few words for each line of a chain, separated by semicolons; none where ``text`` is empty."""
    if not text:
        return ()
    words, lines = tuple(each.strip() for each in text.split(";")), len(statement.between) + 1
    if len(words) != lines:
        raise DerivationError(
            f"Step `{step}` has because= for {len(words)} lines, and its claim has {lines}: one phrase a line,"
            " separated by semicolons."
        )
    return words


def read_values(text: str, relation: Relation, step: str) -> tuple[tuple[str, Node], ...]:
    """What is put in for a special case: ``"M = 5; yt = 1"`` as pairs of a name and its value."""
    values = read_where(text, f"step `{step}` (values=)").definitions
    if bool(values) != (relation in (Relation.SPECIAL, Relation.FOR_EVERY)):
        raise DerivationError(
            f"Step `{step}`: a special case, and what holds for every size, say what is put in, as in values='M = 5';"
            " nothing else does."
        )
    return values


def _equation(text: str, ranges: Ranges, names: Iterable[str]) -> Statement:
    sides = (
        parse_latex_chain(text, names=[name for name in names if len(name) > 1])
        if is_latex(text)
        else parse_chain(text, ranges)
    )
    return Statement(sides[0] if len(sides) > 1 else None, "=", sides[-1], tuple(sides[1:-1]))


def _relation(text: str, step: str, ranges: Ranges) -> tuple[Node, Order, Node]:
    try:
        return parse_relation(text, ranges)
    except RejectedText as error:
        if (kind := _kind(text, ranges)) is None:
            raise
        raise DerivationError(
            f"The claim of step `{step}` is {kind}; this relation claims an inequality: write >=, >, <= or <."
        ) from error


def _kind(text: str, ranges: Ranges) -> str | None:
    """What a claim is that is no inequality; None where it cannot be read either way."""
    try:
        return "a formula" if parse_equation(text, ranges)[0] is None else "an equation"
    except RejectedText:
        return None


def _inequality(text: str, step: str, ranges: Ranges) -> Statement:
    left, operator, right = _relation(text, step, ranges)
    if operator not in (">=", "<=", ">", "<"):
        raise DerivationError(
            f"The claim of step `{step}` compares with `{operator}`; an inequality is written with >=, >, <= or <."
        )
    return Statement(left, operator, right)
