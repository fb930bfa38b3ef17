"""Rules about what is added: constants out, independent sums apart, powers of the index."""

from __future__ import annotations

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import may_leave, nonempty, total
from lossproof.referee.sums.expressions import (
    Range,
    base_and_exponent,
    bracketed,
    replace_free,
    slope,
    spread,
    variables,
)
from lossproof.referee.sums.summation import Outcome, Summation, alone, split_factors

_HIGHEST_POWER = 8


def constants_out(summation: Summation, context: Context) -> Outcome | None:
    """``sum of c*f(i) = c * sum of f(i)``"""
    fixed = [f for f in summation.factors if not variables(f) & summation.indices]
    if not fixed or (summation.body == 1 and summation.ranges):
        return None
    if not nonempty(summation.ranges, context):
        fixed = [f for f in fixed if total(f, context)]
    rest = [f for f in summation.factors if f not in fixed]
    return ((sp.Mul(*fixed), (summation.with_body(rest),)),) if fixed else None


def nested_into_one(summation: Summation, context: Context) -> Outcome | None:
    """``sum over i of f(i) * (sum over j of g(i, j))`` is one sum over i and j; so are powers of a sum."""
    for factor in summation.factors:
        base, exponent = base_and_exponent(factor)
        if isinstance(base, sp.Sum) and exponent > 0 and variables(factor) & summation.indices:
            rest = [f for f in summation.factors if f != factor]
            left = base ** (exponent - 1)
            return alone(_joined(summation.with_body((*rest, left)), base, context))
    return None


def _joined(outer: Summation, inner: sp.Sum, context: Context) -> Summation:
    ranges = outer.ranges
    names: dict[sp.Basic, sp.Basic] = {}
    for index, low, high in reversed(inner.limits):
        fresh = context.fresh(ranges)
        ranges = (*ranges, Range(fresh, replace_free(low, names), replace_free(high, names)))
        names[index] = fresh
    return Summation(outer.body * replace_free(inner.function, names), ranges, True)


def independent_apart(summation: Summation, context: Context) -> Outcome | None:
    """``sum over i, j of f(i)*g(j) = (sum of f) * (sum of g)``"""
    if len(summation.ranges) < 2:
        return None
    groups = _connected(summation)
    if len(groups) < 2:
        return None
    parts = []
    for group in groups:
        body = [f for f in summation.factors if variables(f) & group]
        own = tuple(r for r in summation.ranges if r.index in group)
        others = (r for r in summation.ranges if r.index not in group)
        if not may_leave(body, others, context.open(*own)):
            return None
        parts.append(Summation(sp.Mul(*body), own))
    rest = [f for f in summation.factors if not variables(f) & summation.indices]
    return ((sp.Mul(*rest), tuple(parts)),) if not rest or nonempty(summation.ranges, context) else None


def _connected(summation: Summation) -> list[frozenset[sp.Symbol]]:
    """The indices, grouped by the factors and bounds that link them."""
    groups = [frozenset((r.index,)) for r in summation.ranges]
    links = [variables(f) & summation.indices for f in summation.factors]
    links += [(variables(r.low) | variables(r.high) | {r.index}) & summation.indices for r in summation.ranges]
    for link in links:
        touched = [g for g in groups if g & link]
        groups = [g for g in groups if not g & link] + ([frozenset().union(*touched)] if touched else [])
    return groups


def powers_of_the_index(summation: Summation, context: Context) -> Outcome | None:
    """``sum of i^p over low..high`` in closed form; p = 0 is the length of the range."""
    for r in reversed(summation.ranges):
        others = tuple(other for other in summation.ranges if other != r)
        if any(r.index in variables(other.low) | variables(other.high) for other in others):
            continue
        inside = context.open(*others)
        found = _power_and_ends(summation, r, inside)
        if found is not None and inside.at_least_zero(found[2] - found[1] + 1) is True:
            _, rest = split_factors(summation, r.index)
            if not may_leave(rest, (r,), inside):
                continue
            return alone(Summation(sp.Mul(power_sum(*found), *rest), others, True))
    return None


def _power_and_ends(summation: Summation, r: Range, inside: Context) -> tuple[int, sp.Expr, sp.Expr] | None:
    power, lows, highs = 0, [r.low], [r.high]
    for factor in split_factors(summation, r.index)[0]:
        base, exponent = base_and_exponent(factor)
        condition = bracketed(factor)
        rate = None if condition is None else slope(condition, r.index)
        if base == r.index and exponent > 0:
            power += int(exponent)
        elif rate == 1:
            lows.append(spread(r.index - condition))
        elif rate == -1:
            highs.append(spread(r.index + condition))
        else:
            return None
    low, high = _largest(lows, inside, 1), _largest(highs, inside, -1)
    return None if low is None or high is None or power > _HIGHEST_POWER else (power, low, high)


def _largest(values: list[sp.Expr], inside: Context, sign: int) -> sp.Expr | None:
    """The value that is proved largest (sign 1) or smallest (sign -1)."""
    for value in values:
        if all(inside.at_least_zero(sign * (value - other)) is True for other in values):
            return value
    return None


def power_sum(power: int, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """``sum of i^power for i = low..high`` with high >= low - 1, by Bernoulli polynomials."""
    x = sp.Dummy()
    antidifference = sp.bernoulli(power + 1, x) / (power + 1)
    return spread(antidifference.subs(x, high + 1) - antidifference.subs(x, low))
