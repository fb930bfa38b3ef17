"""Put one expression for another, also where it stands inside a sum with its own index."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits

from lossproof.errors import MoveError

Values = dict[sp.Symbol, sp.Expr]
Bound = Mapping[sp.Symbol, sp.Symbol]
NOTHING_BOUND: Bound = {}


def substitute(expr: sp.Expr, old: sp.Expr, new: sp.Expr) -> sp.Expr:
    """expr with ``new`` for every ``old``; an index in ``old`` stands for any index.

        substitute(Sum(log(P[m]), (m, 0, M-1)), P[k], yp[k])  ->  Sum(log(yp[m]), (m, 0, M-1))

    SymPy's own `subs` leaves ``P[m]`` where m is the index of the sum, silently. Free names of ``new`` are
    never captured by a sum. MoveError when ``old`` does not occur.
    """
    if old == new:
        return expr
    result = _put(expr, old, new, _indices(old))
    if result == expr:
        raise MoveError(f"there is no {old} in {expr}, so nothing can be put in its place.")
    return result


def at(expr: sp.Expr, values: Mapping[sp.Symbol, Any]) -> sp.Expr:
    """expr where each symbol has the given value, with sums of known length written out: at(ce, {yt: 1})"""
    for symbol, value in values.items():
        expr = substitute(expr, symbol, _value(value, symbol))
    return expr


def _value(value: Any, symbol: sp.Symbol) -> sp.Expr:
    """A number or an expression as SymPy; text is refused, for SymPy would run it."""
    try:
        return sp.sympify(value, strict=True)
    except sp.SympifyError:
        raise MoveError(f"the value for {symbol} is a number or an expression, not {type(value).__name__}.") from None


def for_sample(expr: sp.Expr, index: sp.Symbol, *data: sp.IndexedBase) -> sp.Expr:
    """ce with ``yt[m]``, ``yp[m]`` for ``yt``, ``yp``: what holds for one sample, said of sample m.

    for_sample(Sum(yt[k]*u[k], (k, 0, K - 1)), m, yt, u)  ->  Sum(yt[m, k]*u[m, k], (k, 0, K - 1))
    """
    for base in data:
        before = expr
        for scalar in (each for each in before.free_symbols if each.is_Symbol and each.name == str(base.label)):
            expr = _put(expr, scalar, base[index], frozenset())
        expr = _of_sample(expr, index, base)
        if expr == before:
            raise MoveError(f"there is no {base.label} in {expr} to be written as {base.label} of one sample.")
    return expr


def _of_sample(expr: sp.Expr, index: sp.Symbol, base: sp.IndexedBase) -> sp.Expr:
    """``base[m, k]`` for every ``base[k]``, whatever stands for k."""
    k = sp.Dummy("k", integer=True)
    lengths = {len(each.indices) for each in expr.atoms(sp.Indexed) if each.base == base and index not in each.indices}
    for length in sorted(lengths, reverse=True):
        places = [k, *(sp.Dummy(integer=True) for _ in range(length - 1))]
        expr = _put(expr, base[tuple(places)], base[(index, *places)], frozenset(places))
    return expr


def _put(expr: Any, old: sp.Expr, new: sp.Expr, indices: frozenset[sp.Symbol]) -> Any:
    values = _match(old, expr, indices)
    if values is not None:
        return _renamed(new, values)
    if not expr.args or isinstance(expr, sp.IndexedBase):
        return expr
    if isinstance(expr, sp.Derivative) and expr.expr.has(old) and old in expr.variables:
        raise MoveError(f"{expr} is a derivative by {old}: carry it out before putting something for {old}.")
    if isinstance(expr, ExprWithLimits):
        return _put_below(expr, old, new, indices)
    return expr.func(*(_put(each, old, new, indices) for each in expr.args))


def _put_below(expr: Any, old: sp.Expr, new: sp.Expr, indices: frozenset[sp.Symbol]) -> Any:
    """Inside a sum: its index is another symbol than one of the same name outside, and gives way to it."""
    if old in expr.variables:
        return expr
    taken = {str(symbol) for symbol in new.free_symbols - indices}
    body, limits = expr.function, []
    for index, *ends in expr.limits:
        fresh = _fresh(index, taken | {str(s) for s in body.free_symbols}) if str(index) in taken else index
        body = _renamed(body, {index: fresh})
        limits.append((fresh, *(_put(end, old, new, indices) for end in ends)))
    return expr.func(_put(body, old, new, indices), *limits)


def _match(pattern: Any, expr: Any, indices: frozenset[sp.Symbol], bound: Bound = NOTHING_BOUND) -> Values | None:
    """The values of ``indices`` that make ``pattern`` the same as ``expr``; None where there are none.

    ``bound`` pairs the indices of the sums around ``pattern`` and ``expr``: they stand for each other and for nothing
    else, and no value holds one of them, for outside of its sum it would mean nothing.
    """
    inside = set(bound.values())
    if pattern in bound or expr in inside:
        return {} if pattern in bound and bound[pattern] == expr else None
    if pattern in indices:
        return None if expr.free_symbols & inside else {pattern: expr}
    if pattern.func != expr.func or len(pattern.args) != len(expr.args):
        return None
    if not pattern.args:
        return {} if pattern == expr else None
    if isinstance(pattern, ExprWithLimits):
        return _match_sums(pattern, expr, indices, bound)
    return _match_all(pattern.args, expr.args, indices, bound)


def _match_sums(pattern: Any, expr: Any, indices: frozenset[sp.Symbol], bound: Bound) -> Values | None:
    """Ends against ends, and the bodies with their indices paired; ends that hold another index do not match."""
    if any(len(limit) != 3 for limit in (*pattern.limits, *expr.limits)):
        return {} if pattern == expr else None
    ends, others = ([end for limit in each.limits for end in limit[1:]] for each in (pattern, expr))
    pairs = dict(zip(pattern.variables, expr.variables, strict=True))
    values = _match_all((*ends,), (*others,), indices, bound)
    body = _match(pattern.function, expr.function, indices - pairs.keys(), {**bound, **pairs})
    return _joined(values, body)


def _match_all(
    patterns: tuple[Any, ...], exprs: tuple[Any, ...], indices: frozenset[sp.Symbol], bound: Bound
) -> Values | None:
    values: Values | None = {}
    for part, other in zip(patterns, exprs, strict=True):
        values = _joined(values, _match(part, other, indices, bound))
    return values


def _joined(first: Values | None, second: Values | None) -> Values | None:
    """Both, where they agree."""
    if first is None or second is None or any(first.get(key, value) != value for key, value in second.items()):
        return None
    return {**first, **second}


def _renamed(expr: sp.Expr, values: Values) -> sp.Expr:
    for index, value in values.items():
        expr = expr if index == value else _put(expr, index, value, frozenset())
    return expr


def _indices(expr: sp.Expr) -> frozenset[sp.Symbol]:
    """The symbols that stand, free, as an index of data in ``expr``."""
    found = (i for part in expr.atoms(sp.Indexed) for i in part.indices if isinstance(i, sp.Symbol))
    return frozenset(found) & expr.free_symbols


def _fresh(index: sp.Symbol, taken: set[str]) -> sp.Symbol:
    name = next(f"{index}{i}" for i in count(1) if f"{index}{i}" not in taken)
    return sp.Symbol(name, **index.assumptions0)
