"""Derivatives that say no instead of 0 when the variable was lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import mul
from typing import Any

import sympy as sp

from lossproof.errors import MoveError
from lossproof.moves.sums import taken_apart


def differentiate(expr: sp.Expr, variable: sp.Expr) -> sp.Expr:
    """d expr / d variable, for a symbol or for one element ``w[i]`` of data (also inside sums).

        differentiate(Sum(w[j]*x[j], (j, 0, N)), w[i])  ->  x[i]          i in 0..N

    MoveError when the variable does not occur: SymPy would answer 0, as it does after a substitution that
    did not reach the inside of a sum.
    """
    if not _depends(expr, variable):
        raise MoveError(f"{variable} does not occur in {expr}; was a name not replaced by what it stands for?")
    return _derive(expr, variable)


def chain_rule(*factors: sp.Expr) -> sp.Expr:
    """(dy/du)(du/dw)...: the product of the derivatives along the chain, common factors cancelled."""
    if len(factors) < 2:
        raise MoveError("a chain needs at least two derivatives.")
    return sp.cancel(reduce(mul, factors))


def together(expr: sp.Expr) -> sp.Expr:
    """expr as one fraction, as far as that goes: a/b + c/d -> (a d + b c)/(b d), common factors cancelled."""
    return sp.factor(sp.cancel(sp.together(expr)))


def collect(expr: sp.Expr, quantity: sp.Expr) -> sp.Expr:
    """expr multiplied out and ordered by powers of ``quantity``. MoveError when it does not occur."""
    if not expr.has(quantity):
        raise MoveError(f"{quantity} does not occur in {expr}, so nothing can be collected.")
    return sp.collect(sp.expand(expr), quantity)


def solve_for_zero(expr: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """The one value of ``variable`` at which the numerator of ``expr`` is zero, where that is linear in it.

        solve_for_zero((k - n*p)/(p*(1 - p)), p)  ->  k/n

    What stands in sums is taken out of them first. MoveError when the numerator is not linear: there may then be
    several zeros, or none.
    """
    expr = taken_apart(expr)
    numerator, _ = sp.fraction(sp.cancel(sp.together(expr)))
    numerator = sp.Poly(numerator, variable) if numerator.is_polynomial(variable) else None
    if numerator is None or numerator.degree() != 1:
        raise MoveError(f"the numerator of {expr} is not linear in {variable}, so it need not have exactly one zero.")
    slope, constant = numerator.all_coeffs()
    return -constant / slope


def _depends(expr: sp.Expr, variable: sp.Expr) -> bool:
    return expr.has(variable.base if isinstance(variable, sp.Indexed) else variable)


def _derive(expr: Any, variable: sp.Expr) -> sp.Expr:
    if not _depends(expr, variable):
        return sp.S.Zero
    rule = next((rule for kind, rule in RULES if isinstance(expr, kind)), _by_chain)
    return rule(expr, variable)


def _of_symbol(expr: sp.Symbol, variable: sp.Expr) -> sp.Expr:
    return sp.S.One


def _of_element(expr: sp.Indexed, variable: sp.Indexed) -> sp.Expr:
    """d w[j] / d w[i] = delta(j, i)"""
    if any(_depends(index, variable) for index in expr.indices):
        raise MoveError(f"{variable} stands in an index of {expr}.")
    deltas = (sp.KroneckerDelta(a, b) for a, b in zip(expr.indices, variable.indices, strict=True))
    return reduce(mul, deltas, sp.S.One)


def _of_sum(expr: sp.Add, variable: sp.Expr) -> sp.Expr:
    return sp.Add(*(_derive(term, variable) for term in expr.args))


def _of_product(expr: sp.Mul, variable: sp.Expr) -> sp.Expr:
    others = [sp.Mul(*expr.args[:i], *expr.args[i + 1 :]) for i in range(len(expr.args))]
    return sp.Add(*(_derive(one, variable) * rest for one, rest in zip(expr.args, others, strict=True)))


def _of_long_sum(expr: sp.Sum, variable: sp.Expr) -> sp.Expr:
    """Term by term; a delta then picks the one term whose index it names."""
    if len(expr.limits) != 1 or any(_depends(end, variable) for end in expr.limits[0][1:]):
        raise MoveError(f"only a sum over one index, with ends free of {variable}, is differentiated: not {expr}.")
    index, *ends = expr.limits[0]
    if index in variable.free_symbols:
        raise MoveError(f"{index} is the index of {expr} and stands in {variable} too: give one another name.")
    return _summed(_derive(expr.function, variable), index, ends)


def _summed(term: sp.Expr, index: sp.Symbol, ends: list[sp.Expr]) -> sp.Expr:
    """Sum(term, (index, *ends)), where delta(index, i) leaves the one term at index = i, taken to be in range."""
    if isinstance(term, sp.Add) and term.has(sp.KroneckerDelta):
        return sp.Add(*(_summed(each, index, ends) for each in term.args))
    for factor in sp.Mul.make_args(term):
        if isinstance(factor, sp.KroneckerDelta) and index in factor.indices:
            (other,) = set(factor.indices) - {index}
            return (term / factor).xreplace({index: other})
    return sp.Sum(term, (index, *ends))


def _of_cases(expr: sp.Piecewise, variable: sp.Expr) -> sp.Expr:
    if any(_depends(condition, variable) for _, condition in expr.args):
        raise MoveError(f"the cases of {expr} depend on {variable}; differentiate each case on its own.")
    return sp.Piecewise(*((_derive(value, variable), condition) for value, condition in expr.args))


def _of_largest(expr: sp.Max | sp.Min, variable: sp.Expr) -> sp.Expr:
    """The derivative of the largest argument, for Min of the smallest, off the kinks where two of them are."""
    before = sp.StrictGreaterThan if isinstance(expr, sp.Max) else sp.StrictLessThan
    rest = [expr.func(*(other for other in expr.args if other != part)) for part in expr.args]
    chosen = (sp.Piecewise((1, before(part, other)), (0, True)) for part, other in zip(expr.args, rest, strict=True))
    return sp.Add(*(where * _derive(part, variable) for part, where in zip(expr.args, chosen, strict=True)))


def _by_chain(expr: sp.Expr, variable: sp.Expr) -> sp.Expr:
    """f(a, b)' = f_1 a' + f_2 b', for powers and functions."""
    if not isinstance(expr, sp.Pow | sp.Function):
        raise MoveError(f"there is no rule here for the derivative of {expr}.")
    places = [sp.Dummy(real=True) for _ in expr.args]
    back = dict(zip(places, expr.args, strict=True))
    inner = ((place, _derive(part, variable)) for place, part in back.items())
    return sp.Add(*(expr.func(*places).diff(place).xreplace(back) * slope for place, slope in inner if slope != 0))


RULES: tuple[tuple[type, Callable[..., sp.Expr]], ...] = (
    (sp.Symbol, _of_symbol),
    (sp.Indexed, _of_element),
    (sp.Add, _of_sum),
    (sp.Mul, _of_product),
    (sp.Sum, _of_long_sum),
    (sp.Piecewise, _of_cases),
    (sp.Max, _of_largest),
    (sp.Min, _of_largest),
)
