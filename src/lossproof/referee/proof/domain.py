"""What must hold for an expression to be defined: facts that a claim brings along itself.

log(a), loggamma(a)     a > 0              1/a          a != 0
sqrt(a)                 a >= 0             factorial(n) n >= 0 for whole n
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sympy as sp

from lossproof.referee.facts import Comparison, Facts

Condition = tuple[sp.Expr, Comparison]
_POSITIVE: dict[str, Callable[[sp.Expr], sp.Expr]] = {
    "log": lambda a: a,
    "loggamma": lambda a: a,
    "log1p": lambda a: 1 + a,
    "log1mexp": lambda a: a,
}
_POSITIVE_WHOLE: dict[str, Callable[[sp.Expr], sp.Expr]] = {"factorial": lambda a: a + 1, "gamma": lambda a: a}
_CONDITIONAL = (sp.Piecewise, sp.Sum, sp.Product, sp.Derivative)


def with_domain(expr: sp.Expr, facts: Facts) -> Facts:
    """The facts together with what ``expr`` needs to be defined; the same object when that says nothing new."""
    for condition, comparison in dict.fromkeys(_needed(expr, facts)):
        if not _is_known(condition, comparison, facts):
            facts = facts.with_condition(condition, comparison)
    return facts


def _needed(expr: sp.Expr, facts: Facts) -> Iterator[Condition]:
    if not expr.args or isinstance(expr, (*_CONDITIONAL, sp.Indexed)):
        return
    name = expr.func.__name__
    if name in _POSITIVE:
        yield _POSITIVE[name](expr.args[0]), ">"
    elif name in _POSITIVE_WHOLE and facts.is_integer(expr.args[0]):
        yield _POSITIVE_WHOLE[name](expr.args[0]), ">"
    elif expr.is_Pow and expr.exp.is_Rational and not (expr.exp.is_Integer and expr.exp > 0):
        yield expr.base, "!=" if expr.exp.is_Integer else ">=" if expr.exp > 0 else ">"
    for argument in expr.args:
        yield from _needed(argument, facts)


def _is_known(condition: sp.Expr, comparison: Comparison, facts: Facts) -> bool:
    known = {">": facts.is_positive, ">=": facts.is_nonnegative, "!=": facts.is_nonzero, "==": facts.is_zero}
    return known[comparison](condition) is True
