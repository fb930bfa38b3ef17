"""The derivative of a formula by a scalar or by one entry of data, as a formula: what a proof script hands to Coq.

    -(1/M)*sum(F(m, sum(w[k]*x[m, k], k, 0, N)), m, 0, M-1)   by   w[i]
    -(1/M)*sum(F'(m, sum(...))*x[m, i], m, 0, M-1)

Nothing rests on it: Coq checks that it is the derivative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial, reduce
from itertools import count

import sympy as sp

from lossproof.export.coq.coq_terms import NotSaid
from lossproof.notation import Scope, data_names, free_names, from_sympy, substitute_tree, to_sympy, walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.evaluated import evaluated
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Binary, Indexed, Name, Node, Number, Reduction

ZERO = Number(Fraction(0))
Variable = Name | Indexed


@dataclass(frozen=True)
class Outer:
    """``factor*sum + rest``: how a formula holds the one sum that a variable stands in."""

    factor: Node
    reduction: Reduction
    rest: Node


def moves(node: Node, variable: Variable) -> bool:
    """Whether ``variable``, or any entry of its data, stands in ``node``."""
    if isinstance(variable, Indexed):
        return variable.name in data_names(node)
    return variable.name in free_names(node)


def outer_sum(node: Node, variable: Variable, assumptions: Assumptions) -> Outer | None:
    """The sum over samples that ``variable`` stands in; None where it stands in no sum but linear predictors."""
    found = dict.fromkeys(each for each in _outermost(node) if moves(each, variable))
    sums = [each for each in found if predictor(each, variable) is None]
    if not sums:
        return None
    if len(sums) > 1 or sums[0].kind != "sum":
        raise NotSaid("a derivative of more than one sum")
    apart = _apart(node, sums[0], assumptions)
    if apart is None or moves(apart.rest, variable) or moves(apart.factor, variable):
        raise NotSaid("a derivative of a function of a sum")
    return apart


def only_sum(node: Node, assumptions: Assumptions) -> Outer | None:
    """``factor*sum`` where that is all of ``node``."""
    sums = list(dict.fromkeys(_outermost(node)))
    if len(sums) != 1 or sums[0].kind != "sum":
        return None
    apart = _apart(node, sums[0], assumptions)
    return apart if apart is not None and apart.rest == ZERO else None


def square_of_sum(outer: Outer) -> tuple[Node, Reduction] | None:
    """``(c*h, sum)`` of ``c*sum(h*sum^2)``."""
    match outer.reduction.body:
        case Binary("*", weight, Binary("^", Reduction() as inner, Number(value))) if value == 2:
            return Binary("*", outer.factor, weight), inner
        case Binary("^", Reduction() as inner, Number(value)) if value == 2:
            return outer.factor, inner
    return None


def _apart(node: Node, reduction: Reduction, assumptions: Assumptions) -> Outer | None:
    name = _new("sum", node)
    scope = Scope(assumptions)
    expr = evaluated(to_sympy(_replaced(node, {reduction: Name(name)}), scope))
    symbol = scope.symbol(name)
    factor = sp.diff(expr, symbol)
    if factor.has(symbol):
        return None
    return Outer(from_sympy(factor), reduction, from_sympy(sp.expand(expr.subs(symbol, 0))))


def predictor(node: Node, variable: Variable) -> Node | None:
    """``x[m, k]`` of ``sum(w[k]*x[m, k], k, 0, N)``, for data w; None for every other sum."""
    if not (isinstance(node, Reduction) and node.kind == "sum" and isinstance(variable, Indexed)):
        return None
    match node.body:
        case Binary("*", Indexed(name, (Name(index),)), other) if name == variable.name and index == node.index:
            return None if moves(other, variable) else other
    return None


def slope(node: Node, variable: Variable, assumptions: Assumptions, direction: str | None = None) -> Node:
    """The derivative of ``node`` by ``variable``; with a ``direction``, of data along that vector."""
    outer = outer_sum(node, variable, assumptions)
    if outer is None:
        return _inner_slope(node, variable, assumptions, direction)
    body = _inner_slope(outer.reduction.body, variable, assumptions, direction)
    inner = outer.reduction
    return Binary("*", outer.factor, Reduction("sum", body, inner.index, inner.low, inner.high))


def _inner_slope(node: Node, variable: Variable, assumptions: Assumptions, direction: str | None) -> Node:
    """The derivative where ``variable`` stands by itself, or in linear predictors alone."""
    if isinstance(variable, Name):
        return _plain_slope(node, variable, assumptions)
    names: dict[Reduction, str] = {}
    for each in dict.fromkeys(_outermost(node)):
        if predictor(each, variable) is not None:
            names[each] = _new("predictor", node, *map(Name, names.values()))
    inside = _replaced(node, {each: Name(name) for each, name in names.items()})
    if moves(inside, variable):
        raise NotSaid("a derivative by an entry of data outside of a linear predictor")
    parts = [
        Binary("*", _plain_slope(inside, Name(name), assumptions), _entry(each, variable, direction))
        for each, name in names.items()
    ]
    found: Node = reduce(partial(Binary, "+"), parts) if parts else ZERO
    return substitute_tree(found, {name: each for each, name in names.items()})


def _entry(reduction: Reduction, variable: Indexed, direction: str | None) -> Node:
    """``x[m, i]``: what the predictor changes by with w[i]; with a direction v, ``sum(v[k]*x[m, k], k, 0, N)``."""
    own = predictor(reduction, variable)
    assert own is not None
    if direction is None:
        return substitute_tree(own, {reduction.index: variable.indices[0]})
    return replace(reduction, body=Binary("*", Indexed(direction, (Name(reduction.index),)), own))


def _plain_slope(node: Node, variable: Name, assumptions: Assumptions) -> Node:
    scope = Scope(assumptions)
    expr = sp.expand_log(evaluated(to_sympy(node, scope)), force=True)
    return from_sympy(sp.diff(expr, scope.symbol(variable.name)))


def _outermost(node: Node) -> list[Reduction]:
    if isinstance(node, Reduction):
        return [node]
    return [found for child in children(node) if isinstance(child, Node) for found in _outermost(child)]


def _replaced(node: Node, table: dict[Reduction, Node]) -> Node:
    if node in table:
        return table[node]
    return rebuild(node, [_replaced(child, table) if isinstance(child, Node) else child for child in children(node)])


def _new(stem: str, *nodes: Node) -> str:
    taken = frozenset().union(*(free_names(each) | data_names(each) for each in nodes))
    taken |= {part.index for each in nodes for part in walk(each) if isinstance(part, Reduction)}
    return next(name for number in count() if (name := f"{stem}{number or ''}") not in taken)
