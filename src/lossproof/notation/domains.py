"""Domains as sets: what a bound says, and what several clauses on one quantity say together."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction

from lossproof.errors import RejectedText
from lossproof.notation.assumptions import Domain, FiniteSet, IndexRange, Interval
from lossproof.notation.tree import Binary, Call, Negative, Node, Number, Order

_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_ORDERS: dict[Order, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "!=": operator.ne,
    "==": operator.eq,
}


def exact_value(node: Node | None) -> Fraction | None:
    """The fraction that ``node`` is, if it is built from literals by + - * / alone; None otherwise."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative):
        value = exact_value(node.operand)
        return None if value is None else -value
    if isinstance(node, Binary):
        return _combined_value(node)
    return None


def _combined_value(node: Binary) -> Fraction | None:
    left, right = exact_value(node.left), exact_value(node.right)
    if left is None or right is None:
        return None
    if node.operator == "/":
        return left / right if right else None
    return _ARITHMETIC[node.operator](left, right) if node.operator in _ARITHMETIC else None


def interval(order: Order, bound: Node) -> Interval:
    """The values ``x`` with ``x order bound``."""
    if order == "!=":
        return Interval(excluded=(bound,))
    if order in {"<", "<="}:
        return Interval(high=bound, high_open=order == "<")
    return Interval(low=bound, low_open=order == ">")


class CannotCombine(RejectedText):
    """Two clauses that may well hold together, but that no single domain says."""


def combine(first: Domain, second: Domain) -> Domain:
    """The values in both domains; `RejectedText` where there is none, or where it cannot be written down."""
    if isinstance(second, FiniteSet) and not isinstance(first, FiniteSet):
        first, second = second, first
    if isinstance(first, FiniteSet):
        return _filtered(first, second)
    for one, other in ((first, second), (second, first)):
        if isinstance(one, IndexRange) and other in (Interval(), Interval(integer=True)):
            return one
    return _intersection(_as_interval(first), _as_interval(second))


def _as_interval(domain: Domain) -> Interval:
    if isinstance(domain, IndexRange):
        return Interval(domain.low, domain.high, integer=True)
    assert isinstance(domain, Interval)
    return domain


def _filtered(values: FiniteSet, domain: Domain) -> FiniteSet:
    if isinstance(domain, FiniteSet):
        return _not_empty(tuple(value for value in values.values if value in domain.values))
    allowed = _as_interval(domain)
    tests = [_test(order, bound) for order, bound in _bounds(allowed)]
    kept = (value for value in values.values if all(test(value) for test in tests))
    return _not_empty(tuple(value for value in kept if not allowed.integer or value.denominator == 1))


def _test(order: Order, bound: Node) -> Callable[[Fraction], bool]:
    value = exact_value(bound)
    if value is None:
        raise CannotCombine("A set of values cannot be combined with a bound that has names in it.")
    return lambda candidate: _ORDERS[order](candidate, value)


def _not_empty(values: tuple[Fraction, ...]) -> FiniteSet:
    if not values:
        raise RejectedText("No value satisfies this clause together with the earlier ones.")
    return FiniteSet(values)


def _bounds(domain: Interval) -> list[tuple[Order, Node]]:
    """The comparisons that an interval stands for."""
    found: list[tuple[Order, Node]] = [("!=", node) for node in domain.excluded]
    if domain.high is not None:
        found.insert(0, ("<" if domain.high_open else "<=", domain.high))
    if domain.low is not None:
        found.insert(0, (">" if domain.low_open else ">=", domain.low))
    return found


def _intersection(first: Interval, second: Interval) -> Interval:
    low, low_open = _tighter(first.low, first.low_open, second.low, second.low_open, "Max")
    high, high_open = _tighter(first.high, first.high_open, second.high, second.high_open, "Min")
    excluded = first.excluded + tuple(node for node in second.excluded if node not in first.excluded)
    found = Interval(low, high, low_open, high_open, first.integer or second.integer, excluded)
    refuse_empty(found)
    return found


def _tighter(
    first: Node | None, first_open: bool, second: Node | None, second_open: bool, function: str
) -> tuple[Node | None, bool]:
    """The larger of two lower bounds (``Max``) or the smaller of two upper ones (``Min``)."""
    if first is None or second is None or first == second:
        return (second if first is None else first), first_open or second_open
    one, other = exact_value(first), exact_value(second)
    if one is not None and other is not None:
        if one == other:
            return first, first_open or second_open
        wins = (one > other) == (function == "Max")
        return (first, first_open) if wins else (second, second_open)
    if first_open != second_open:
        raise CannotCombine("Two bounds, one strict and one not, cannot be combined when they have names in them.")
    held = first.arguments if isinstance(first, Call) and first.function == function else (first,)
    return Call(function, (*held, *([] if second in held else [second]))), first_open


def refuse_empty(domain: Domain) -> None:
    """`RejectedText` where the ends are numbers that leave nothing between them."""
    if isinstance(domain, FiniteSet):
        return
    domain = _as_interval(domain)
    low, high = exact_value(domain.low), exact_value(domain.high)
    if low is None or high is None:
        return
    low_open, high_open = domain.low_open, domain.high_open
    if domain.integer:
        low = Fraction(math.floor(low) + 1 if low_open else math.ceil(low))
        high = Fraction(math.ceil(high) - 1 if high_open else math.floor(high))
        low_open = high_open = False
    empty = low > high or (low == high and (low_open or high_open))
    if empty or (low == high and low in {exact_value(node) for node in domain.excluded}):
        raise RejectedText("No value satisfies this clause together with the earlier ones.")
