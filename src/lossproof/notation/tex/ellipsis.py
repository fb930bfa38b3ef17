"""Dots: ``P^{(0)} P^{(1)} \\cdots P^{(M-1)}`` is the product of the pattern, where the terms written fit it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from lossproof.notation.parser import is_index
from lossproof.notation.tex.cursor import Cursor
from lossproof.notation.tex.listed import listed
from lossproof.notation.tex.readings import NotUnderstood
from lossproof.notation.traverse import children, rebuild, substitute_tree
from lossproof.notation.tree import Binary, Node, Number, Reduction
from lossproof.notation.tree import Name as NameNode

if TYPE_CHECKING:
    from lossproof.notation.tex.grammar import Grammar


class _Unlike(Exception):
    """The two terms around the dots differ in more than an index."""


def filled_sum(grammar: Grammar, terms: Sequence[tuple[str, Node | None]], cursor: Cursor) -> Node:
    """``x_1 + x_2 + \\cdots + x_n`` as a sum."""
    return _filled(grammar, terms, "sum", frozenset({"+", ""}), cursor)


def filled_product(grammar: Grammar, factors: Sequence[tuple[str, Node | None]], cursor: Cursor) -> Node:
    """``P_1 P_2 \\cdots P_n`` as a product."""
    return _filled(grammar, factors, "prod", frozenset({"*", ""}), cursor)


def _filled(
    grammar: Grammar,
    parts: Sequence[tuple[str, Node | None]],
    kind: Literal["sum", "prod"],
    signs: frozenset[str],
    cursor: Cursor,
) -> Node:
    nodes = [node for _, node in parts]
    place = nodes.index(None)
    is_plain = all(sign in signs for sign, _ in parts) and nodes.count(None) == 1
    before, after = nodes[:place], nodes[place + 1 :]
    if not is_plain or not before or not after or after[0] is None or (kind == "prod" and len(after) > 1):
        raise NotUnderstood("The pattern around the dots is not understood; write a sum or a product.", cursor.end)
    given = [node for node in before if node is not None]
    try:
        found = _pattern(grammar, given, after[0], kind, cursor)
    except NotUnderstood:
        if kind == "prod" or len(given) < 2:
            raise
        found = Binary("+", given[0], _pattern(grammar, given[1:], after[0], kind, cursor))  # b + w_1 x_1 + \\dots
    for node in after[1:]:
        assert node is not None
        found = Binary("+", found, node)
    return found


def _pattern(grammar: Grammar, given: list[Node], last: Node, kind: Literal["sum", "prod"], cursor: Cursor) -> Node:
    letter = grammar.fresh_letter()
    if (found := listed(given, last, letter, kind)) is not None:
        return found
    try:
        ends: set[tuple[Node, Node]] = set()
        template = _common(given[0], last, letter, ends)
    except _Unlike:
        ends = set()
    if len(ends) != 1:
        raise NotUnderstood("The terms around the dots do not follow one pattern.", cursor.end)
    low, high = next(iter(ends))
    for step, node in enumerate(given):
        if not isinstance(low, Number) or substitute_tree(template, {letter: Number(low.value + step)}) != node:
            raise NotUnderstood("The terms before the dots do not follow one pattern.", cursor.end)
    return Reduction(kind, template, letter, low, high)


def _common(first: Node, last: Node, letter: str, ends: set[tuple[Node, Node]]) -> Node:
    """What two terms have in common, with ``letter`` where the one has a number and the other its last value."""
    if first == last:
        return first
    if isinstance(first, Number) and is_index(last):
        ends.add((Number(Fraction(first.value)), last))
        return NameNode(letter)
    one, other = children(first), children(last)
    if type(first) is not type(last) or len(one) != len(other) or not one:
        raise _Unlike
    parts = [
        _common(a, b, letter, ends)
        for a, b in zip(one, other, strict=True)
        if isinstance(a, Node) and isinstance(b, Node)
    ]
    if len(parts) != len(one) or rebuild(first, other) != last:
        raise _Unlike
    return rebuild(first, parts)
