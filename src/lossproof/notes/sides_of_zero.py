"""On which side of zero a claim holds where it takes a root of a square, an absolute value, a logarithm of a power.

sqrt((x-1)^2) = x - 1     x >= 1          |a - b| = b - a          b >= a
log (v-2)^2 = 2 log(v-2)  v > 2           sqrt(y^2-2y+1) = y - 1   y >= 1
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lossproof.notation import walk
from lossproof.notation.assumptions import Assumptions, Interval, Tie
from lossproof.notation.domains import exact_value
from lossproof.notation.traverse import Part, substitute_tree
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node, Number
from lossproof.notes.assuming import Claim, with_domain
from lossproof.notes.chain_parts import ZERO
from lossproof.notes.label_uses import factors_of

MAX_BASES = 3
"""Of how many things at once it is asked on which side of zero they are."""


@dataclass(frozen=True, slots=True)
class _Base:
    """What is squared or stands between bars, and whether it may be zero."""

    node: Node
    open: bool = False


def sides_of_zero(assumptions: Assumptions, claim: Claim) -> Iterator[Assumptions]:
    """``assumptions`` with what stands below roots and powers and between bars as positive, differences as negative.

    Nothing for a claim about derivatives: beside a kink these say something else on each side.
    """
    parts = claim.parts
    if any(isinstance(part, Derivative) for part in parts):
        return
    found = list(dict.fromkeys(base for part in parts for base in _bases(part))) or list(_beside(claim))
    if not 0 < len(found) <= MAX_BASES or not _are_apart(found):
        return
    yield _with(assumptions, found, (), claim)
    turned = [base for base in found if isinstance(base.node, Binary)]
    if turned:
        yield _with(assumptions, found, turned, claim)


def _are_apart(bases: Sequence[_Base]) -> bool:
    """Whether orders of the bases leave room: ``a >= b`` and ``b >= a`` would say that both are the same."""
    zeros = [_zero(base.node) for base in bases]
    places = [zero[:2] for zero in zeros if zero is not None]
    return zeros.count(None) <= 1 and len(set(places)) == len(places)


def _bases(part: Part) -> Iterator[_Base]:
    """``x - 1`` of ``sqrt((x-1)^2)``, ``((x-1)^2)^a``, ``log (x-1)^2`` and ``|x - 1|``."""
    if isinstance(part, Binary) and part.operator == "^" and not _is_whole(part.right):
        yield from _squared(part.left, False)
    elif isinstance(part, Call) and len(part.arguments) == 1:
        inside = part.arguments[0]
        if part.function == "Abs":
            yield from (_Base(factor) for factor in factors_of(inside) if _is_quantity(factor))
        elif part.function in {"sqrt", "log", "ln"}:
            yield from _squared(inside, part.function != "sqrt")


def _squared(node: Node, is_open: bool) -> Iterator[_Base]:
    for factor in factors_of(node):
        if isinstance(factor, Binary) and factor.operator == "^" and _is_quantity(factor.left):
            yield _Base(factor.left, is_open)


def _is_quantity(node: Node) -> bool:
    return isinstance(node, Name | Indexed) or (isinstance(node, Binary) and node.operator in "+-")


def _is_whole(node: Node) -> bool:
    value = exact_value(node)
    return value is not None and value.denominator == 1


def _beside(claim: Claim) -> Iterator[_Base]:
    """``y - 1`` of ``sqrt(y^2 - 2y + 1) = y - 1``: what a root or bars are said to be."""
    for one, other in ((claim.left, claim.right), (claim.right, claim.left)):
        is_sum = isinstance(other, Binary) and other.operator in "+-"
        if is_sum and isinstance(one, Call) and one.function in {"sqrt", "Abs"} and not any(map(_is_root, walk(other))):
            yield _Base(other)


def _is_root(part: Part) -> bool:
    return isinstance(part, Call) and part.function in {"sqrt", "Abs"}


def _with(assumptions: Assumptions, bases: Sequence[_Base], turned: Sequence[_Base], claim: Claim) -> Assumptions:
    for base in bases:
        assumptions = _on_one_side(assumptions, base, base in turned, claim)
    return assumptions


def _on_one_side(assumptions: Assumptions, base: _Base, below: bool, claim: Claim) -> Assumptions:
    """With ``base`` as not negative, or not positive: ``x >= 1`` of ``x - 1``, ``a >= b`` of ``a - b``."""
    if (zero := _zero(base.node)) is not None:
        quantity, place, rises = zero
        end = Number(place)
        is_low = rises is not below
        domain = Interval(low=end, low_open=base.open) if is_low else Interval(high=end, high_open=base.open)
        return with_domain(assumptions, quantity, domain, claim)
    first: Node = base.node
    second: Node = ZERO
    if isinstance(base.node, Binary) and base.node.operator == "-":
        first, second = base.node.left, base.node.right
    left, right = (second, first) if below else (first, second)
    tie = Tie(left, ">" if base.open else ">=", right)
    return replace(assumptions, ties=(*assumptions.ties, tie))


def _zero(node: Node) -> tuple[Name | Indexed, Fraction, bool] | None:
    """The one quantity of ``2t + 1``, where it makes the formula zero, and whether the formula rises with it."""
    quantities = {part for part in walk(node) if isinstance(part, Name | Indexed)}
    indices = {index for part in quantities if isinstance(part, Indexed) for index in part.indices}
    quantities -= indices
    if len(quantities) != 1:
        return None
    quantity = quantities.pop()
    values = [exact_value(substitute_tree(node, {quantity: Number(Fraction(n))})) for n in range(3)]
    start, next_, last = values
    if start is None or next_ is None or last is None or last - next_ != next_ - start or next_ == start:
        return None
    return quantity, -start / (next_ - start), next_ > start
