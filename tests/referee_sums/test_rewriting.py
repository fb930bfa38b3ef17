"""Expressions equal themselves after random valid rewriting, and differ after a random change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lossproof.notation import Scope, parse_assumptions
from lossproof.referee.sums.expressions import binder, fresh_index, replace_free, variables

WHERE = (
    "M integer >= 1; K integer >= 1; N integer >= 1; k in 0..M-1; h in 1..K; c real; "
    "x[m] > 0; a[m] real; q[i,j] real; y[m] in {0, 1}; t one-hot over 1..K"
)
SCOPE = Scope(parse_assumptions(WHERE))
M, K, N, C, PLACE, CLASS = (SCOPE.symbol(name) for name in ("M", "K", "N", "c", "k", "h"))
RANGES = ((sp.S.Zero, M - 1), (sp.S.One, M), (sp.S.One, K), (sp.S.Zero, N))
FEW = settings(deadline=None, derandomize=True, max_examples=120, suppress_health_check=list(HealthCheck))


def data(name: str, *indices: Any) -> Any:
    """One element."""
    return SCOPE.data(name)[indices]


class Maker:
    """Draws nested sums over ranges that are not empty."""

    def __init__(self, draw: Callable[..., Any]) -> None:
        self.draw = draw
        self.made = 0

    def choice(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def expr(self, depth: int, bound: tuple[Any, ...]) -> Any:
        if not depth:
            return self.atom(bound)
        kind = self.choice("sum", "sum", "sum", "add", "mul", "log")
        if kind == "sum":
            self.made += 1
            limit = (SCOPE.index(f"i{self.made}"), *self.choice(*RANGES))
            return binder(sp.Sum, self.expr(depth - 1, (*bound, limit[0])), limit)
        if kind == "log":
            return sp.log(data("x", self.place(bound))) + self.expr(depth - 1, bound)
        first, second = self.expr(depth - 1, bound), self.expr(depth - 1, bound)
        return first + second if kind == "add" else first * second

    def place(self, bound: tuple[Any, ...]) -> Any:
        return self.choice(*bound, *bound, PLACE, CLASS) + self.choice(0, 0, 1)

    def atom(self, bound: tuple[Any, ...]) -> Any:
        name = self.choice("x", "a", "y", "q", "t", "c")
        if name == "c":
            return C
        return data(name, *(self.place(bound) for _ in range(2 if name == "q" else 1)))


def sums_in(expr: Any) -> list[Any]:
    """Every sum in the expression, outer ones first."""
    found = [expr] if isinstance(expr, sp.Sum) else []
    return found + [inner for argument in expr.args for inner in sums_in(argument)]


def exchanged(expr: Any, old: Any, new: Any) -> Any:
    """One node exchanged for another that has the same free indices."""
    if expr == old:
        return new
    if not expr.args or isinstance(expr, sp.Indexed):
        return expr
    args = [exchanged(argument, old, new) for argument in expr.args]
    return binder(sp.Sum, *args) if isinstance(expr, sp.Sum) else expr.func(*args)


def limits_of(node: Any) -> tuple[Any, Any, Any, Any, tuple[Any, ...]]:
    """(index, low, high, body, the other limits) of the innermost limit."""
    (index, low, high), *outer = node.limits
    return index, low, high, node.function, tuple(outer)


def renamed(node: Any) -> Any:
    index, low, high, body, outer = limits_of(node)
    new = fresh_index(index, (node,))
    return binder(sp.Sum, replace_free(body, {index: new}), (new, low, high), *outer)


def shifted(node: Any) -> Any:
    index, low, high, body, outer = limits_of(node)
    return binder(sp.Sum, replace_free(body, {index: index - 2}), (index, low + 2, high + 2), *outer)


def reversed_order(node: Any) -> Any:
    index, low, high, body, outer = limits_of(node)
    return binder(sp.Sum, replace_free(body, {index: low + high - index}), (index, low, high), *outer)


def first_split_off(node: Any) -> Any:
    index, low, high, body, outer = limits_of(node)
    if (low, high) not in RANGES:  # it may be empty
        return node
    first = replace_free(body, {index: low})
    rest = binder(sp.Sum, body, (index, low + 1, high))
    return binder(sp.Sum, first + rest, *outer) if outer else first + rest


def last_split_off(node: Any) -> Any:
    index, low, high, body, outer = limits_of(node)
    if (low, high) not in RANGES:
        return node
    total = replace_free(body, {index: high}) + binder(sp.Sum, body, (index, low, high - 1))
    return binder(sp.Sum, total, *outer) if outer else total


def distributed(node: Any) -> Any:
    body = sp.expand_mul(node.function, deep=False)
    return sp.Add(*(binder(sp.Sum, term, *node.limits) for term in sp.Add.make_args(body)))


def swapped(node: Any) -> Any:
    indices = {index for index, _, _ in node.limits}
    if any(indices & variables(end) for limit in node.limits for end in limit[1:]):
        return node
    return binder(sp.Sum, node.function, *reversed(node.limits))


def through_a_delta(node: Any) -> Any:
    """f = sum of delta(j, k)*f over the range of k: a sum of one term."""
    new = fresh_index(SCOPE.index("d"), (node,))
    return binder(sp.Sum, sp.KroneckerDelta(new, PLACE) * node, (new, 0, M - 1))


def times_a_group(node: Any) -> Any:
    """f = f * sum of t."""
    new = fresh_index(SCOPE.index("d"), (node,))
    return binder(sp.Sum, data("t", new) * node, (new, 1, K))


def by_ordered_pairs(node: Any) -> Any:
    """A sum as half the sum over two indices of which one is ahead, and the diagonal: sum of f(i)*[i = j]."""
    index, low, high, body, outer = limits_of(node)
    new = fresh_index(index, (node,))
    pairs = binder(sp.Sum, body * sp.KroneckerDelta(index, new), (new, low, index), (index, low, high))
    return binder(sp.Sum, pairs, *outer)


REWRITINGS = (
    renamed,
    shifted,
    reversed_order,
    first_split_off,
    last_split_off,
    distributed,
    swapped,
    through_a_delta,
    times_a_group,
    by_ordered_pairs,
)


@st.composite
def pairs(draw: Callable[..., Any]) -> tuple[Any, Any]:
    """An expression and the same after some valid rewritings."""
    expr = Maker(draw).expr(3, ())
    assume(sums_in(expr))
    changed = expr
    for _ in range(draw(st.integers(1, 4))):
        node = draw(st.sampled_from(sums_in(changed)))
        changed = exchanged(changed, node, draw(st.sampled_from(REWRITINGS))(node))
    return expr, changed


@FEW
@given(pair=pairs())
def test_valid_rewriting_gives_the_same_normal_form(pair: tuple[Any, Any], statement: Any) -> None:
    one, other = pair
    facts = statement(WHERE)
    assert facts.normal(one - other) == 0


def shorter(node: Any) -> Any:
    index, low, high, body, outer = limits_of(node)
    return binder(sp.Sum, body, (index, low + 1, high), *outer)


def doubled(node: Any) -> Any:
    return 2 * node


def off_by_one(node: Any) -> Any:
    index, low, high, body, outer = limits_of(node)
    return binder(sp.Sum, replace_free(body, {index: index + 1}), (index, low, high), *outer)


def divided(node: Any) -> Any:
    _, low, high, _, _ = limits_of(node)
    return node / (high - low + 2)


CHANGES = (shorter, doubled, off_by_one, divided)


@st.composite
def changed_pairs(draw: Callable[..., Any]) -> tuple[Any, Any]:
    """An expression and the same after a valid rewriting and one change that is not valid."""
    expr, changed = draw(pairs())
    nodes = sums_in(changed)
    assume(nodes)
    node = draw(st.sampled_from(nodes))
    return expr, exchanged(changed, node, draw(st.sampled_from(CHANGES))(node))


@FEW
@given(pair=changed_pairs())
def test_a_random_change_is_never_proved_equal(
    pair: tuple[Any, Any], statement: Any, witnesses: dict[str, Any]
) -> None:
    """Where brute force finds a difference the normal form of the difference is not 0."""
    one, other = pair
    facts = statement(WHERE)
    symbols = variables(one) | variables(other)
    differ = False
    for seed in range(4):
        evaluate = facts.point(symbols, seed)
        differ = differ or not witnesses["agree"](evaluate(one), evaluate(other))
    assume(differ)
    assert facts.normal(one - other) != 0
