"""The rule of the table's own functions: what each is defined as, worked out in normal forms without SymPy.

softplus(x) = log(1 + exp(x))        normcdf(x) = erfc(-x/sqrt(2))/2        expm1(x) = exp(x) - 1
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.notation.arithmetic import Arithmetic
from lossproof.notation.functions import CONSTRUCTORS, NAMED
from lossproof.referee.algebra.ratios import Ratio
from lossproof.referee.field.exp_log import exponential, logarithm, root
from lossproof.referee.field.record import unevaluated
from lossproof.referee.field.special import erfc, gamma, log_gamma

if TYPE_CHECKING:
    from lossproof.referee.field.normal import Normaliser, Rule

_CALLS: dict[str, Callable[..., Ratio]] = {
    "exp": exponential,
    "log": logarithm,
    "sqrt": lambda n, x: root(n, x, Fraction(1, 2)),
    "erfc": erfc,
    "gamma": gamma,
    "loggamma": log_gamma,
    "pi": lambda n: n.ratio(sp.pi),
}


def _called(n: Normaliser, name: str, *arguments: Ratio) -> Ratio:
    if name in _CALLS:
        return _CALLS[name](n, *arguments)
    return n.ratio(CONSTRUCTORS[name](*(argument.to_expr() for argument in arguments)))


def _defined(n: Normaliser, expr: sp.Expr) -> Ratio:
    name, arguments = expr.func.__name__, [n.ratio(argument) for argument in expr.args]
    forms: Arithmetic[Ratio] = Arithmetic(n.table.number, lambda function, *inside: _called(n, function, *inside))
    return n.note("definition of a named function", unevaluated(expr.func, *arguments), forms.defined(name, arguments))


RULES: dict[str, Rule] = {kind.__name__: _defined for kind in NAMED}
