"""The rule of every function that the table defines by others: its definition, worked out in normal forms.

softplus(x) = log(1 + exp(x))        normcdf(x) = erfc(-x/sqrt(2))/2        expm1(x) = exp(x) - 1
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.functions import CLASSES, CONSTRUCTORS, called
from lossproof.notation.worked_out import Arithmetic
from lossproof.referee.algebra.ratios import Ratio
from lossproof.referee.field.exp_log import exponential, logarithm, root
from lossproof.referee.field.record import unevaluated
from lossproof.referee.field.special import erfc, gamma, log_gamma

if TYPE_CHECKING:
    from lossproof.referee.field.normal import Normaliser, Rule

CALLS: dict[str, Callable[..., Ratio]] = {
    "exp": exponential,
    "log": logarithm,
    "sqrt": lambda n, x: root(n, x, Fraction(1, 2)),
    "erfc": erfc,
    "gamma": gamma,
    "loggamma": log_gamma,
    "pi": lambda n: n.ratio(sp.pi),
}


def _called(n: Normaliser, name: str, *arguments: Ratio) -> Ratio:
    if name in CALLS:
        return CALLS[name](n, *arguments)
    return n.ratio(CONSTRUCTORS[name](*(argument.to_expr() for argument in arguments)))


def _defined(n: Normaliser, expr: sp.Expr) -> Ratio:
    name, inside = called(expr) or (expr.func.__name__, expr.args)
    arguments = [n.ratio(argument) for argument in inside]
    forms: Arithmetic[Ratio] = Arithmetic(n.table.number, lambda function, *inside: _called(n, function, *inside))
    return n.note("definition of a named function", unevaluated(expr.func, *arguments), forms.defined(name, arguments))


RULES: dict[str, Rule] = {kind.__name__: _defined for name, kind in CLASSES.items() if FUNCTIONS[name].definition}
