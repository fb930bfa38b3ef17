"""Formulas but for the names of the indices around them: what has one shape is evaluated once for the same indices.

    sum(w[k, j]*z[m, j], j, 1, H)    in a sum over m and k
    sum(w[q, i]*z[n, i], i, 1, H)    in a sum over n and q          the same shape, at the places (k, m) and (q, n)

Both sides of a claim, and the definitions put into them, are mostly made of the same parts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from lossproof.notation import tree
from lossproof.notation.traverse import Part, children
from lossproof.referee.balls.state import Placed, Scope, Shape

_INDEX = "index", ()
NOTHING_READS = ""
"""An index as what a `diff` moves: what depends on it has no whole number for it, and is not remembered."""
_OWN = -1
"""The place of the index that a sum runs through."""

_LABELS: Mapping[type, Callable[[Any], Hashable]] = {
    tree.Number: lambda n: (n.value.numerator, n.value.denominator),
    tree.Constant: lambda n: n.name,
    tree.Indexed: lambda n: n.name,
    tree.Binary: lambda n: n.operator,
    tree.Call: lambda n: n.function,
    tree.Reduction: lambda n: n.kind,
    tree.Total: lambda n: (n.kind, n.low is None, n.high is None),
    tree.Comparison: lambda n: n.operator,
    tree.Junction: lambda n: n.operator,
}


def placed(part: Part, scope: Scope) -> Placed:
    """The shape of a part, and the slots of the indices that stand in it, in the order written."""
    kept = scope.placed.get(id(part))
    if kept is None:
        # Kept with the part itself, so that no other part can have its id.
        kept = scope.placed[id(part)] = part, _placed(part, scope)
    return kept[1]


def _placed(part: Part, scope: Scope) -> Placed:
    if isinstance(part, tree.Name):
        return _name(part.name, scope)
    if isinstance(part, tree.Reduction | tree.Total):
        inner, own = scope.inside(part.index, part)
        body, *ends = children(part)
        found = [placed(body, inner), *(placed(end, scope) for end in ends)]
    else:
        own, found = None, [placed(child, scope) for child in children(part)]
    slots = tuple(dict.fromkeys(slot for _, each in found for slot in each if slot != own))
    where = {slot: place for place, slot in enumerate(slots)}
    label = _LABELS.get(type(part))
    key = type(part), label and label(part), tuple((s, tuple(where.get(each, _OWN) for each in at)) for s, at in found)
    shape = scope.shapes.get(key)
    if shape is None:
        reads = frozenset[str]().union(*(each.reads for each, _ in found))
        shape = Shape(reads | {data(part.name)} if isinstance(part, tree.Indexed) else reads)
        scope.shapes[key] = shape
    return shape, slots


def _name(name: str, scope: Scope) -> Placed:
    if name in scope.bound:
        return scope.shapes.setdefault(_INDEX, Shape(frozenset())), (scope.bound[name],)
    found = scope.definition(name)
    if found is not None:
        return placed(found[1], found[0])
    return scope.shapes.setdefault(("name", name), Shape(frozenset((name,)))), ()


def data(name: str) -> str:
    """What says in `Shape.reads` that indexed data are read, and not a scalar of that name."""
    return f"{name}[]"
