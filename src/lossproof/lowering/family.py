"""What a family knows besides its loss, read off its formulas: never declared, never found by trying.

    mean(u)       the target at which the slope is 0: slope a(u) + b(u) y gives -a/b
    link(y)       the predictor at which it is: mean(link(y)) = y
    categorical   K predictors of which only differences count: the slopes sum to 0 for every class

For a negative log-likelihood with a mean, the slope is linear in the target and its zero is that mean: sigmoid(u)
for cross entropy, exp(u) for Poisson counts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

import numpy as np
import sympy as sp

from lossproof.lowering.validation import number
from lossproof.notation import functions as named
from lossproof.notation.assumptions import Domain, FiniteSet, Interval

Ends = tuple[float, float]


def mean_of(slope: sp.Expr, target: sp.Symbol) -> sp.Expr | None:
    """yp as an expression in the predictor and other columns; None where the slope is not linear in the target."""
    rate = sp.diff(sp.expand(slope), target)
    if rate == 0 or rate.has(target):
        return None
    return sp.factor_terms(-sp.expand(slope).subs(target, 0) / rate)


def inverse_of(expr: sp.Expr, of: sp.Symbol, value: sp.Expr) -> sp.Expr | None:
    """The u with expr(u) = value, by undoing one operation after the other; None where that does not do."""
    if expr == of:
        return value
    inside = [part for part in expr.args if part.has(of)]
    if len(inside) != 1:
        return None
    undone = _undone(expr, inside[0], value)
    return None if undone is None else inverse_of(inside[0], of, undone)


@singledispatch
def _undone(expr: sp.Expr, inside: sp.Expr, value: sp.Expr) -> sp.Expr | None:
    """What ``inside`` is where ``expr``, which holds it once, is ``value``."""
    return _INVERSES[expr.func](value) if expr.func in _INVERSES else None


@_undone.register
def _(expr: sp.Add, inside: sp.Expr, value: sp.Expr) -> sp.Expr:
    return value - (expr - inside)


@_undone.register
def _(expr: sp.Mul, inside: sp.Expr, value: sp.Expr) -> sp.Expr:
    return value / (expr / inside)


@_undone.register
def _(expr: sp.Pow, inside: sp.Expr, value: sp.Expr) -> sp.Expr | None:
    return 1 / value if expr.exp == -1 and inside == expr.base else None


_INVERSES: dict[type, Callable[[sp.Expr], sp.Expr]] = {
    sp.exp: sp.log,
    sp.log: sp.exp,
    named.expit: named.logit,
    named.logit: named.expit,
    sp.tanh: lambda y: sp.log((1 + y) / (1 - y)) / 2,
}


def sums_to_zero(slopes: tuple[sp.Expr, ...], target: sp.Symbol) -> bool:
    """Whether the slopes by K > 1 predictors sum to 0 at every class yt = 0..K-1, as formulas."""
    if len(slopes) == 1:
        return False
    whole = sp.Add(*slopes)
    return all(_vanishes(whole.subs(target, k)) for k in range(len(slopes)))


def _vanishes(expr: sp.Expr) -> bool:
    return bool(sp.cancel(sp.together(named.definition(expr.doit()))) == 0)


def ends(domain: Domain) -> Ends:
    """The least and the largest target; infinite where there is no such number."""
    if isinstance(domain, FiniteSet):
        return float(min(domain.values)), float(max(domain.values))
    if not isinstance(domain, Interval):
        return -np.inf, np.inf
    low, high = number(domain.low), number(domain.high)
    return -np.inf if low is None else low, np.inf if high is None else high
