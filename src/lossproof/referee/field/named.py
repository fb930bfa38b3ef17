"""Rules for the project's named functions: what they stand for, without SymPy building it.

expit(x)     = exp(x)/(1 + exp(x))          softplus(x)      = log(1 + exp(x))
logit(x)     = log(x/(1 - x))               log1p(x)         = log(1 + x)
expm1(x)     = exp(x) - 1                   log1mexp(x)      = log(1 - exp(-x))
normcdf(x)   = erfc(-x/sqrt(2))/2           logsumexp(x, y)  = log(exp(x) + exp(y))
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.referee.algebra.ratios import Ratio
from lossproof.referee.field.exp_log import exponential, logarithm, root
from lossproof.referee.field.record import unevaluated
from lossproof.referee.field.special import erfc

if TYPE_CHECKING:
    from lossproof.referee.field.normal import Normaliser, Rule

Definition = Callable[..., Ratio]


def _expit(n: Normaliser, x: Ratio) -> Ratio:
    up = exponential(n, x)
    return up / (up + n.table.number(1))


def _log_sum_exp(n: Normaliser, *arguments: Ratio) -> Ratio:
    total = n.table.number(0)
    for argument in arguments:
        total = total + exponential(n, argument)
    return logarithm(n, total)


def _softplus(n: Normaliser, x: Ratio) -> Ratio:
    return _log_sum_exp(n, n.table.number(0), x)


def _log_one_minus_exp(n: Normaliser, x: Ratio) -> Ratio:
    return logarithm(n, n.table.number(1) - exponential(n, -x))


def _normcdf(n: Normaliser, x: Ratio) -> Ratio:
    return erfc(n, -x / root(n, n.table.number(2), Fraction(1, 2))).times(Fraction(1, 2))


DEFINITIONS: dict[str, Definition] = {
    "expit": _expit,
    "softplus": _softplus,
    "logit": lambda n, x: logarithm(n, x / (n.table.number(1) - x)),
    "log1p": lambda n, x: logarithm(n, n.table.number(1) + x),
    "expm1": lambda n, x: exponential(n, x) - n.table.number(1),
    "log1mexp": _log_one_minus_exp,
    "logsumexp": _log_sum_exp,
    "normcdf": _normcdf,
    "lognormcdf": lambda n, x: logarithm(n, _normcdf(n, x)),
}


def _defined(definition: Definition, n: Normaliser, expr: sp.Expr) -> Ratio:
    arguments = [n.ratio(argument) for argument in expr.args]
    after = definition(n, *arguments)
    return n.note("definition of a named function", unevaluated(expr.func, *arguments), after)


RULES: dict[str, Rule] = {name: partial(_defined, definition) for name, definition in DEFINITIONS.items()}
