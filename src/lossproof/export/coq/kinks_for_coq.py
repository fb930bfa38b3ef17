"""Where a formula has a kink in a variable: a derivative has no value there, so a lemma about it asks to be elsewhere.

mean(Max(0, b[j] + sum(v[j, i]*x[m, i], i)), m)   by   v[h, d]        for every m, b[h] + sum(...) is not 0
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lossproof.export.coq.coq_terms import SUM, NotSaid, Terms, safe
from lossproof.export.coq.slopes_for_coq import ZERO, Variable, moves, predictor
from lossproof.notation import substitute_tree, walk
from lossproof.notation.traverse import children
from lossproof.notation.tree import Binary, Call, Indexed, Name, Node, Reduction

KINKED = {"Max", "Min", "Abs"}


@dataclass(frozen=True)
class Kink:
    """Two formulas that must not be equal, for every value of the indices of the sums around them."""

    left: Node
    right: Node
    around: tuple[Reduction, ...]


def kinks(node: Node, variable: Variable, around: tuple[Reduction, ...] = ()) -> Iterator[Kink]:
    """Every kink of ``node`` in ``variable``. A sum of which one term alone moves has the kinks of that term."""
    if not moves(node, variable):
        return
    if isinstance(node, Reduction):
        place = _picked(node, variable)
        inside = substitute_tree(node.body, {node.index: place or _from_zero(node)})
        yield from kinks(inside, variable, around if place is not None else (*around, node))
        return
    if isinstance(node, Call) and node.function in KINKED:
        arguments = (*node.arguments, ZERO) if node.function == "Abs" else node.arguments
        yield from (Kink(*pair, around) for pair in pairwise(arguments))
        if len(arguments) > 2:
            raise NotSaid("a derivative of the largest of more than two numbers")
    for child in children(node):
        if isinstance(child, Node):
            yield from kinks(child, variable, around)


def _picked(reduction: Reduction, variable: Variable) -> Node | None:
    """The index of the one term of a sum that ``variable`` moves; None where it may move all of them."""
    if not isinstance(variable, Indexed):
        return None
    entries = [part for part in walk(reduction.body) if isinstance(part, Indexed) and part.name == variable.name]
    for slot, place in enumerate(variable.indices):
        if all(each.indices[slot] == Name(reduction.index) for each in entries):
            return place
    return None


def _from_zero(reduction: Reduction) -> Node:
    """The index of a sum, counted from 0: ``i + 1`` for a sum from 1 on."""
    index = Name(reduction.index)
    return index if reduction.low == ZERO else Binary("+", index, reduction.low)


def premise(kink: Kink, terms: Terms) -> str:
    """``forall m : nat, (m < M)%nat -> left <> right``, in the counting from 0 that sums have in the files."""
    indices = {each.index for each in kink.around}
    inner = Terms(terms.whole | indices, terms.functions, terms.bases)
    node, other = (kink.right, kink.left) if kink.left == ZERO else (kink.left, kink.right)
    ranges = (
        f"forall {safe(each.index)} : nat, ({safe(each.index)} < {terms.over(each)[0]})%nat -> " for each in kink.around
    )
    return f"{''.join(ranges)}{inner.real(node, SUM)} <> {inner.real(other)}"


def by_terms(node: Node, variable: Variable) -> bool:
    """Whether the derivative has to be put together from those of the parts: a table, a kink, sums inside of sums."""
    if isinstance(variable, Indexed) and len(variable.indices) > 1:
        return True
    return any(kinks(node, variable)) or any(_is_nested(part, variable) for part in walk(node))


def _is_nested(node: object, variable: Variable) -> bool:
    """A sum that moves, inside of a moving sum: linear predictors in one sum apart."""
    if not (isinstance(node, Reduction) and moves(node, variable)):
        return False
    if node.kind != "sum":
        return True
    inner = (part for part in walk(node.body) if isinstance(part, Reduction) and moves(part, variable))
    return any(predictor(part, variable) is None for part in inner)
