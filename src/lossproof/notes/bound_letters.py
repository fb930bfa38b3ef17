"""Letters of sums told apart from the free ones of a claim: ``d/dz_i sum_i f(z_i)`` sums over another letter."""

from __future__ import annotations

from typing import Any

from lossproof.notation.traverse import children, free_names, fresh_name, rebuild, substitute_tree, walk
from lossproof.notation.tree import Name, Node, Reduction


def with_own_letters(node: Node, taken: frozenset[str]) -> Node:
    """``node`` with another letter for every sum whose letter is in ``taken``; what it says stays the same."""
    if not any(isinstance(part, Reduction) and part.index in taken for part in walk(node)):
        return node
    found: Node = _apart(node, taken | free_names(node))
    return found


def _apart(part: Any, taken: frozenset[str]) -> Any:
    part = rebuild(part, [_apart(child, taken) for child in children(part)])
    if not isinstance(part, Reduction) or part.index not in taken:
        return part
    bound = frozenset(inner.index for inner in walk(part.body) if isinstance(inner, Reduction))
    letter = fresh_name(part.index, taken | free_names(part.body) | bound)
    return Reduction(part.kind, substitute_tree(part.body, {part.index: Name(letter)}), letter, part.low, part.high)
