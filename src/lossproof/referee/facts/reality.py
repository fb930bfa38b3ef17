"""Is a formula proved to be real wherever it has a value? Only what is real has a sign.

    x^2 >= 0,  log(x^2) = 2*log|x|,  log(exp(x)) = x        for real x; with log(-1) for x all three are false

A logarithm or a root whose argument may be negative has a principal value beyond the reals, and claims are followed
there: nothing that is true of real numbers alone is said of it. What compares its arguments with numbers (Abs, Max,
sign, a case distinction) has no value where they are not real.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.functions import called, demands

if TYPE_CHECKING:
    from lossproof.referee.facts.facts import Facts


def is_real(expr: sp.Expr, facts: Facts) -> bool:
    """Is ``expr`` proved to be a real number wherever the facts hold and it has a value?"""
    known = facts.memory.reality
    if expr not in known:
        known[expr] = _is_real(expr, facts)
    return known[expr]


def _is_real(expr: sp.Expr, facts: Facts) -> bool:
    if expr.is_Symbol or expr.is_Rational or isinstance(expr, sp.Indexed):
        return True
    if not expr.args:
        return bool(expr.is_real)
    rule = next((rule for kind, rule in _RULES if isinstance(expr, kind)), _of_function)
    return rule(expr, facts)


def _of_parts(expr: sp.Expr, facts: Facts) -> bool:
    return all(is_real(part, facts) for part in expr.args)


def _of_power(expr: sp.Pow, facts: Facts) -> bool:
    """b^n for whole n; b^a for b >= 0."""
    if not _of_parts(expr, facts):
        return False
    return facts.is_integer(expr.exp) is True or facts.is_nonnegative(expr.base) is True


def _over_ranges(expr: sp.Expr, facts: Facts) -> bool:
    for index, low, high in reversed(expr.limits):
        if not (is_real(low, facts) and is_real(high, facts)):
            return False
        facts = facts.with_range(index, low, high)
    return is_real(expr.function, facts)


def _of_function(expr: sp.Expr, facts: Facts) -> bool:
    found = called(expr)
    if found is None:
        return expr.func.__name__ in ("polygamma", "Bracket") and _of_parts(expr, facts)
    row = FUNCTIONS[found[0]]
    if not row.smooth:
        return True
    inside = row.real_beyond or all(facts.is_nonnegative(demand) is True for demand, _ in demands(*found))
    return inside and _of_parts(expr, facts)


_RULES: tuple[tuple[type | tuple[type, ...], Callable[..., bool]], ...] = (
    (sp.exp, _of_parts),
    ((sp.Add, sp.Mul), _of_parts),
    (sp.Pow, _of_power),
    ((sp.Sum, sp.Product), _over_ranges),
    (sp.Piecewise, lambda expr, facts: all(is_real(value, facts) for value, _ in expr.args)),
    (sp.Derivative, lambda expr, facts: is_real(expr.expr, facts)),
)
