"""Logarithms of what stands just before: ``\\ell(p) = ...`` after a likelihood L(p), or a sum without a left side.

A note that writes L as a product and then a sum takes the logarithm, though it may not say so. What is that logarithm
is right; what is one slip away from it is wrong; anything else may be something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossproof.notation import walk
from lossproof.notation.tex.readings import NotUnderstood, Reading
from lossproof.notation.tree import Binary, Call, Name, Node, Reduction
from lossproof.notes.findings import Link
from lossproof.notes.judging import GOOD
from lossproof.notes.label_uses import factors_of
from lossproof.notes.sides import Side
from lossproof.referee.verdict import Status

if TYPE_CHECKING:
    from lossproof.notes.chains import Walker

LOGARITHMS = frozenset({"ell", "l", "LL", "ll", "logL", "lnL", "loglik"})
LIKELIHOODS = frozenset({"L", "Lscript", "lik"})


def of_likelihood(walker: Walker, left: Side, right: Side) -> tuple[Link, str] | None:
    """The link that a new ``\\ell`` is the logarithm of the likelihood named before; None where nothing says so."""
    node = left.node
    name = node.function if isinstance(node, Call) else node.name if isinstance(node, Name) else ""
    if name not in LOGARITHMS:
        return None
    arguments = node.arguments if isinstance(node, Call) else ()
    for held in walker.book.definitions.held:
        if held.name in LIKELIHOODS and is_product(held.body) and len(held.parameters) == len(arguments):
            value: Node = Call(held.name, arguments) if arguments else Name(held.name)
            return _logarithm(walker, value, left, right, f"the logarithm of {held.name}")
    return None


def of_line_before(walker: Walker, before: Side, side: Side) -> tuple[Link, str] | None:
    """The link that a formula without a relation is the logarithm of the product before it."""
    if not before.ways or not is_product(before.node):
        return None
    return _logarithm(walker, before.node, before, side, f"the logarithm of line {before.line}")


def is_product(node: Node) -> bool:
    """Whether a likelihood is multiplied up: a product sign, or powers of probabilities."""
    if any(isinstance(part, Reduction) and part.kind == "prod" for part in walk(node)):
        return True
    factors = list(factors_of(node))
    return len(factors) > 1 and any(_is_power(factor) for factor in factors)


def _is_power(node: Node) -> bool:
    return (isinstance(node, Binary) and node.operator == "^") or (isinstance(node, Call) and node.function == "exp")


def _logarithm(walker: Walker, value: Node, left: Side, right: Side, words: str) -> tuple[Link, str] | None:
    start = Side((Reading(Call("log", (value,)), ()),), left.latex, left.line, left.start, left.end)
    try:
        outcome = walker.judged(start, right, walker.book.context(frozenset(), walker.extra))
    except NotUnderstood:
        return None
    made = walker.made(start, right, outcome, (words,))
    if outcome.status in GOOD:
        return made, walker.sentence(outcome, (f"read so: this is {words}",))
    if outcome.status is Status.REFUTED and made.nearest is not None:
        return made, f"read so: this is {words}, but for one slip"
    return None
