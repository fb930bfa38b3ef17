"""Sums of known length written term by term: sum(u[k], k, 0, 2) is u[0] + u[1] + u[2]."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

from lossproof.notation.domains import exact_value
from lossproof.notation.traverse import children, rebuild, substitute_tree
from lossproof.notation.tree import Binary, Call, Indexed, Name, Node, Number, Reduction

NEUTRAL = {"sum": Number(Fraction(0)), "prod": Number(Fraction(1))}
OPERATORS = {"sum": "+", "prod": "*"}


def written_out(node: Node, sizes: Mapping[str, int]) -> Node:
    """``node`` with numbers for the names in ``sizes``, and every range that is known by then written out.

    A sum of nothing is 0, a product of nothing 1. Indices that are numbers stand as such: ``u[K - 1]`` is ``u[2]``.
    """
    numbers: dict[Name | Indexed | str, Node] = {name: _number(value) for name, value in sizes.items()}
    return _written(substitute_tree(node, numbers))


def _written(node: Any) -> Any:
    if isinstance(node, Reduction):
        ends = exact_value(node.low), exact_value(node.high)
        if None not in ends:
            return _terms(node, range(int(ends[0] or 0), int(ends[1] or 0) + 1))
    parts = [_written(child) for child in children(node)]
    if isinstance(node, Indexed):
        return Indexed(node.name, tuple(_as_number(index) for index in parts))
    return rebuild(node, parts)


def _terms(node: Reduction, places: range) -> Node:
    terms = [_written(substitute_tree(node.body, {node.index: _number(place)})) for place in places]
    if node.kind == "logsumexp":
        return Call("logsumexp", tuple(terms))
    if not terms:
        return NEUTRAL[node.kind]
    return reduce(lambda left, right: Binary(OPERATORS[node.kind], left, right), terms)  # type: ignore[arg-type]


def _number(value: int) -> Number:
    return Number(Fraction(value))


def _as_number(index: Node) -> Node:
    value = exact_value(index)
    return index if value is None else Number(value)
