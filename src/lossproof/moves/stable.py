"""Formulas that overflow as code, written with named functions that do not."""

from __future__ import annotations

import sympy as sp

from lossproof.errors import MoveError
from lossproof.functions.identities import RULES, Rule
from lossproof.notation import parse
from lossproof.notation.functions import logsumexp

OF_LOGARITHMS = (
    Rule("log of expit, by its argument", "log(expit(x))", "x - softplus(x)", "x real"),
    Rule("log of the complement of expit", "log(1 - expit(x))", "-softplus(x)", "x real"),
)
"""As a textbook writes them: what both cases of a target share stands out."""

_AFTER = ("complement of expit", "complement of the normal distribution", "log of the normal distribution", "log1mexp")
_NAMED = {rule.name: rule for rule in RULES}
NAMES = (
    *(_NAMED[name] for name in ("expit of the opposite", "softplus")),
    *OF_LOGARITHMS,
    *(_NAMED[name] for name in _AFTER),
)


def in_stable_names(expr: sp.Expr) -> sp.Expr:
    """expr with softplus, expit, lognormcdf and log1mexp where it spells them out, logarithms first.

        log(expit(u)) -> u - softplus(u)      log(1 - expit(u)) -> -softplus(u)      1 - expit(u) -> expit(-u)
        log(1 - normcdf(u)) -> lognormcdf(-u)                                        log(1 - exp(-x)) -> log1mexp(x)
        log(exp(a) + exp(b)) -> logsumexp(a, b)

    MoveError when there is nothing to rename.
    """
    result, anything = expr, {parse("x"): sp.Wild("x")}
    for rule in NAMES:
        before, after = (parse(side).doit().xreplace(anything) for side in (rule.before, rule.after))
        result = result.replace(before, after)
    result = result.replace(_is_log_of_exponentials, lambda part: logsumexp(*map(_exponent, part.args[0].args)))
    if result == expr:
        raise MoveError(f"{expr} spells out no function that has a stable name.")
    return result


def _is_log_of_exponentials(part: sp.Basic) -> bool:
    """log(exp(a) + exp(b)), a 1 being exp(0)"""
    terms = part.args[0].args if isinstance(part, sp.log) and part.args[0].is_Add else ()
    return len(terms) > 1 and all(isinstance(term, sp.exp) or term == 1 for term in terms)


def _exponent(term: sp.Expr) -> sp.Expr:
    return term.args[0] if isinstance(term, sp.exp) else sp.S.Zero
