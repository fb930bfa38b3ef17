"""Sums taken apart, and groups of numbers that add up to 1.

Sum(a + c*x[m], (m, 0, M-1))      ->  M*a + c*Sum(x[m], (m, 0, M-1))
Sum(c*t[k], (k, 1, K))            ->  c                                   where the t[k] add up to 1
"""

from __future__ import annotations

import sympy as sp

from lossproof.errors import MoveError


def apart(expr: sp.Expr) -> sp.Expr:
    """Each sum as a sum of sums, constants in front: ``Sum(a + c*x[m]) -> M*a + c*Sum(x[m])``

    What is added as often as the range is long is multiplied by that length, which takes a range of at least -1, as in
    0..M-1. MoveError where there is no sum, or none that comes apart.
    """
    result = taken_apart(expr)
    if result == expr:
        raise MoveError(f"there is no sum in {expr} that comes apart.")
    return result


def adds_up_to_one(expr: sp.Expr, member: sp.Indexed) -> sp.Expr:
    """1 for each sum of ``member``, t[k], over its last index, what is in front stays: ``Sum(c*t[k]) -> c``

    For one-hot or simplex data; that a sum runs over all of them is for the referee to see. MoveError where no sum is
    one over them alone.
    """
    result = taken_apart(expr).replace(
        lambda part: isinstance(part, sp.Sum) and _is_member(part, member), lambda part: sp.S.One
    )
    if result.has(sp.Sum) and result == taken_apart(expr):
        raise MoveError(f"no sum in {expr} is one of {member} alone, so none of them is 1.")
    return result


def without_constants(expr: sp.Expr, *quantities: sp.Symbol | sp.IndexedBase) -> sp.Expr:
    """The terms that hold one of ``quantities``, also inside sums: what does not move with them moves no optimum.

        without_constants(Sum(x[m]**2/(2*s**2) + log(s), (m, 0, M-1)), x)  ->  Sum(x[m]**2/(2*s**2), (m, 0, M-1))

    MoveError where every term holds one of them, or none does.
    """
    result = _holding(expr, quantities)
    if result in (expr, 0):
        named = " or ".join(str(getattr(each, "label", each)) for each in quantities)
        raise MoveError(f"{'no' if result == 0 else 'every'} term of {expr} holds {named}, so no constant is left out.")
    return result


def _holding(expr: sp.Expr, quantities: tuple[sp.Expr, ...]) -> sp.Expr:
    if not expr.has(*quantities):
        return sp.S.Zero
    if isinstance(expr, sp.Add):
        return sp.Add(*(_holding(term, quantities) for term in expr.args))
    if isinstance(expr, sp.Sum):
        return sp.Sum(_holding(expr.function, quantities), *expr.limits)
    if isinstance(expr, sp.Mul):
        held = [factor for factor in expr.args if factor.has(*quantities)]
        if len(held) == 1:
            return sp.Mul(*(_holding(factor, quantities) if factor in held else factor for factor in expr.args))
    return expr


def _is_member(total: sp.Sum, member: sp.Indexed) -> bool:
    term = total.function
    if not isinstance(term, sp.Indexed) or len(total.limits) != 1:
        return False
    return bool(
        term.base == member.base and len(term.indices) == len(member.indices) and term.indices[-1] == total.variables[0]
    )


def taken_apart(expr: sp.Expr) -> sp.Expr:
    """`apart`, and ``expr`` itself where nothing comes apart."""
    if not expr.args or isinstance(expr, sp.Indexed):
        return expr
    if isinstance(expr, sp.Sum):
        (index, low, high), *outer = expr.limits
        inner = _of_terms(taken_apart(expr.function), index, low, high)
        return taken_apart(sp.Sum(inner, *outer)) if outer else inner
    return expr.func(*(taken_apart(part) for part in expr.args))


def _of_terms(term: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """The term multiplied out, and a sum for each of its terms."""
    opened = sp.expand(term, power_base=False, power_exp=False, log=False) if term.has(index) else term
    return sp.Add(*(_of_term(each, index, low, high) for each in sp.Add.make_args(opened)))


def _of_term(term: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """c*Sum(f) for a product of what holds the index and what does not; length*c where nothing does."""
    outside, inside = term.as_independent(index, as_Add=False)
    if inside == 1:
        return (high - low + 1) * term
    return outside * sp.Sum(inside, (index, low, high))
