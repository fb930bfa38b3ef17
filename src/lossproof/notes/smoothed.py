"""Labels of classes that were mixed with a constant before they weigh: ``(1-\\epsilon) y_k + \\epsilon/K``."""

from __future__ import annotations

from collections.abc import Iterator

from lossproof.notation import walk
from lossproof.notation.tree import Binary, Indexed, Negative, Node


def mixed_label(node: Node) -> Indexed | None:
    """``y_k`` where the formula is a multiple of it and a constant, which holds no data; None where it is not that."""
    if not isinstance(node, Binary) or node.operator not in "+-":
        return None
    data = [part for part in walk(node) if isinstance(part, Indexed)]
    if len(data) != 1:
        return None
    terms = list(_terms(node))
    is_multiple = any(factor == data[0] for term in terms for factor in _above(term))
    return data[0] if is_multiple else None


def _terms(node: Node) -> Iterator[Node]:
    if isinstance(node, Negative):
        yield from _terms(node.operand)
    elif isinstance(node, Binary) and node.operator in "+-":
        yield from _terms(node.left)
        yield from _terms(node.right)
    else:
        yield node


def _above(node: Node) -> Iterator[Node]:
    """The factors of a term, those below a fraction left out."""
    if isinstance(node, Binary) and node.operator in "*/":
        yield from _above(node.left)
        if node.operator == "*":
            yield from _above(node.right)
    else:
        yield node
