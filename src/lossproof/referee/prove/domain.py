"""What must hold for an expression to be defined: facts that a claim brings along itself.

    1/a, log(a)                  a != 0
    factorial(n), n integer      n >= 0
    loggamma(n), n integer       n >= 1

That log and roots ask for positive arguments is not used: claims about them are followed beyond the reals, where
log(x*y) = log(x) + log(y) fails.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.functions import called, demands
from lossproof.referee.facts.facts import Comparison, Facts
from lossproof.referee.prove.case_split import Case, sign_case

Condition = tuple[sp.Expr, Comparison]
_LONGEST = 12
_CONDITIONAL = (sp.Piecewise, sp.Sum, sp.Product, sp.Derivative)


def with_domain(expr: sp.Expr, asked: sp.Expr, facts: Facts) -> Case:
    """The facts together with what ``asked`` needs to be defined, the same object when that says nothing new.

    ``expr`` is what was made of ``asked``: a denominator that came in on the way excludes nothing.
    """
    case = Case(expr, facts)
    for condition, comparison in dict.fromkeys(_needed(asked, facts)):
        if condition.count_ops() <= _LONGEST and not _is_known(condition, comparison, case.facts):
            case = sign_case(case.expr, case.facts, condition, comparison)
    return case


def _needed(expr: sp.Expr, facts: Facts) -> Iterator[Condition]:
    if not expr.args or isinstance(expr, (*_CONDITIONAL, sp.Indexed)):
        return
    found = called(expr)
    if found is not None and FUNCTIONS[found[0]].poles and facts.is_integer(found[1][0]):
        yield from ((demand - 1, ">=") for demand, _ in demands(*found))
    elif isinstance(expr, sp.log):
        yield expr.args[0], "!="
    elif expr.is_Pow and expr.exp.is_Rational and expr.exp < 0:
        yield expr.base, "!="
    for argument in expr.args:
        yield from _needed(argument, facts)


def _is_known(condition: sp.Expr, comparison: Comparison, facts: Facts) -> bool:
    if (condition, comparison) in facts.conditions:
        return True
    known = {">": facts.is_positive, ">=": facts.is_nonnegative, "!=": facts.is_nonzero, "==": facts.is_zero}
    return known[comparison](condition) is True
