"""The logarithm of a likelihood: products become sums where the factors are positive."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sympy as sp

from lossproof.errors import UnknownSign

Positive = frozenset[sp.Expr]


def take_log(expr: sp.Expr, positive: Iterable[sp.Expr] = ()) -> sp.Expr:
    """log(expr), split over products, quotients and powers.

        take_log(Product(P[m], (m, 0, M-1)))  ->  Sum(log(P[m]), (m, 0, M-1))

    ``positive`` lists what is known to be positive beyond what the symbols say (``1 - p`` where 0 < p < 1).
    UnknownSign when a factor is not known to be positive: log(a b) = log a + log b needs it, and SymPy's
    expand_log does nothing there without a word.
    """
    return _log(expr, frozenset(positive))


def _log(expr: sp.Expr, positive: Positive) -> sp.Expr:
    rule = next((rule for kind, rule in RULES if isinstance(expr, kind)), None)
    if rule is not None:
        return rule(expr, positive)
    if not (expr.is_positive or expr in positive):
        raise UnknownSign(
            f"the logarithm of {expr} can be taken only where it is positive, and its symbols do not say so; where the"
            f" assumptions make it positive, write take_log(..., positive=[{expr}]): the referee looks at it.",
            str(expr).replace("**", "^"),
        )
    return sp.log(expr)


def _of_product(expr: sp.Product, positive: Positive) -> sp.Expr:
    return sp.Sum(_log(expr.function, positive), *expr.limits)


def _of_factors(expr: sp.Mul, positive: Positive) -> sp.Expr:
    return sp.Add(*(_log(factor, positive) for factor in expr.args))


def _of_power(expr: sp.Pow, positive: Positive) -> sp.Expr:
    return expr.exp * _log(expr.base, positive)


def _of_cases(expr: sp.Piecewise, positive: Positive) -> sp.Expr:
    return sp.Piecewise(*((_log(value, positive), condition) for value, condition in expr.args))


RULES: tuple[tuple[type, Callable[..., sp.Expr]], ...] = (
    (sp.Product, _of_product),
    (sp.Mul, _of_factors),
    (sp.exp, lambda expr, _: expr.exp),
    (sp.Pow, _of_power),
    (sp.Piecewise, _of_cases),
)
