"""What occurs in a formula, and how two formulas are related: small questions that the reading of a chain asks."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import data_names, free_names, walk
from lossproof.notation.traverse import Part, children, rebuild
from lossproof.notation.tree import Binary, Call, Derivative, Indexed, Name, Node, Number, Reduction

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


def without_hat(name: str) -> str:
    """The name of what was varied: ``p`` of ``\\hat p`` and ``p^*``."""
    return re.sub(r"(?:hat|star|_star|_ML|_MLE|_opt|tilde)+$", "", name)


def calls_same(node: Node, left: Node) -> bool:
    """Whether ``node`` is ``f(x)`` beside the ``f`` of ``f = f(x) = ...``: that says of what f is a function."""
    return isinstance(node, Call) and isinstance(left, Name) and node.function == left.name


def is_function_value_of_note(node: Node) -> bool:
    """Whether the formula is ``H'(t)``, a function of the note, or a derivative of one."""
    return isinstance(node, Derivative) or (isinstance(node, Call) and node.function not in FUNCTIONS)


def is_function_value(node: Node) -> bool:
    """Whether the formula is ``exp(2a)``, a function that everybody knows of something."""
    return isinstance(node, Call) and node.function in FUNCTIONS


def unsquared(node: Node) -> Node:
    """``s_k`` of ``s_k^2``, which a definition may stand for."""
    return node.left if isinstance(node, Binary) and node.operator == "^" else node


def is_next(node: Node, before: Node) -> bool:
    """Whether one element follows the other: ``w_{t+1}`` and ``w_t``."""
    if not isinstance(node, Indexed) or not isinstance(before, Indexed) or node.name != before.name:
        return False
    return any(index == Binary("+", old, ONE) for index, old in zip(node.indices, before.indices, strict=False))


def is_before(node: Indexed, part: Part) -> bool:
    """Whether ``part`` is an element that comes before ``node``: ``v_{t-1}`` of ``v_t``."""
    if not isinstance(part, Indexed) or part.name != node.name:
        return False
    return any(old == Binary("-", index, ONE) for index, old in zip(node.indices, part.indices, strict=False))


def bound_in(node: Node) -> frozenset[str]:
    """The indices and ends of sums, which nobody needs to define."""
    sums = [part for part in walk(node) if isinstance(part, Reduction)]
    ends = [end for part in sums for end in (part.low, part.high)]
    return frozenset(part.index for part in sums).union(*map(free_names, ends))


def letters_of(node: Node) -> frozenset[str]:
    """The names and data of a formula."""
    return free_names(node) | data_names(node)


def functions_of(node: Node) -> frozenset[str]:
    """The functions of a formula, without their primes."""
    return frozenset(part.function.rstrip("'") for part in walk(node) if isinstance(part, Call))


def without_calls(node: Node) -> Node:
    """The formula with the number 0 for each call of a function of the note, whose arguments stand outside of it."""
    if isinstance(node, Call) and node.function not in FUNCTIONS:
        return ZERO
    return rebuild(node, [without_calls(child) if isinstance(child, Node) else child for child in children(node)])


def without_derivatives(node: Node) -> Node:
    """The same names without derivatives, which need no carrying out to see what occurs."""
    if isinstance(node, Derivative):
        return without_derivatives(node.body)
    return rebuild(node, [without_derivatives(child) if isinstance(child, Node) else child for child in children(node)])


def with_part(node: Any, part: Node, other: Node) -> Any:
    """``node`` with ``other`` wherever ``part`` stands."""
    if node == part:
        return other
    return rebuild(node, [with_part(child, part, other) for child in children(node)])


def kinds_of(name: str, node: Node) -> set[type]:
    """Whether a formula has a name alone, or elements of it."""
    return {type(part) for part in walk(node) if isinstance(part, Name | Indexed) and part.name == name}
