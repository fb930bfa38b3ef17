"""Where an expression is a smooth function of a variable that runs through an interval.

On an interval a differentiable function whose derivative is zero is constant; a value at one point settles it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sympy as sp

from lossproof.notation.assumptions import Interval
from lossproof.referee.facts import Facts
from lossproof.referee.proof.cases import free_atoms

_ENTIRE = frozenset(
    ("exp", "sin", "cos", "tanh", "sinh", "cosh", "atan", "erf", "erfc", "expm1", "expit", "softplus")
) | {"normcdf", "lognormcdf", "logsumexp"}
_ON_POSITIVE: dict[str, Callable[[sp.Expr], sp.Expr]] = {
    "log": lambda x: x,
    "log1p": lambda x: 1 + x,
    "log1mexp": lambda x: x,
    "logit": lambda x: x * (1 - x),
    "loggamma": lambda x: x,
    "gamma": lambda x: x,
}


def variables_of_smooth(expr: sp.Expr, facts: Facts) -> Iterator[sp.Symbol]:
    """The real scalars of an interval in which ``expr`` is differentiable, all other quantities being fixed."""
    for atom in sorted(free_atoms(expr), key=sp.default_sort_key):
        if atom.is_Symbol and _runs_through_interval(atom, facts) and is_smooth(expr, facts):
            yield atom


def _runs_through_interval(symbol: sp.Symbol, facts: Facts) -> bool:
    domain = facts.domain(symbol)
    whole = facts.is_integer(symbol) or facts.group(symbol) or facts.values(symbol)
    return isinstance(domain, Interval) and not domain.excluded and not whole


def is_smooth(expr: sp.Expr, facts: Facts) -> bool:
    """Is ``expr`` proved to be defined and differentiable wherever the facts hold?"""
    if expr.is_Symbol or expr.is_number or isinstance(expr, sp.Indexed):
        return True
    name = expr.func.__name__
    if name in _ON_POSITIVE and facts.is_positive(_ON_POSITIVE[name](expr.args[0])) is not True:
        return False
    if expr.is_Pow and not isinstance(expr, sp.exp) and not _is_smooth_power(expr, facts):
        return False
    if not (expr.is_Add or expr.is_Mul or expr.is_Pow or name in _ENTIRE or name in _ON_POSITIVE):
        return False
    return all(is_smooth(argument, facts) for argument in expr.args)


def _is_smooth_power(expr: sp.Expr, facts: Facts) -> bool:
    if expr.exp.is_Integer:
        return bool(expr.exp >= 0) or facts.is_nonzero(expr.base) is True
    return facts.is_positive(expr.base) is True


def starting_points(variable: sp.Symbol, facts: Facts) -> Iterator[sp.Rational]:
    """A few simple numbers in the domain of ``variable``."""
    for value in (sp.S.Zero, sp.S.One, sp.S.Half, -sp.S.One):
        if not facts.with_condition(variable - value, "==").is_impossible():
            yield value
