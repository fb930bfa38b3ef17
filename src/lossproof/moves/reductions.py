"""Sums and products over samples: write them, write them out, average them."""

from __future__ import annotations

from functools import reduce
from operator import mul

import sympy as sp

from lossproof.errors import MoveError

LONGEST = 100  # a product of more factors than this is nothing to look at


def product_over(factor: sp.Expr, index: sp.Symbol, low: sp.Expr | int, high: sp.Expr | int) -> sp.Expr:
    """Product(factor, (index, low, high)). MoveError when ``factor`` does not depend on ``index``."""
    return sp.Product(_depending(factor, index), (index, low, high))


def sum_over(term: sp.Expr, index: sp.Symbol, low: sp.Expr | int, high: sp.Expr | int) -> sp.Expr:
    """Sum(term, (index, low, high)). MoveError when ``term`` does not depend on ``index``."""
    return sp.Sum(_depending(term, index), (index, low, high))


def average_over(term: sp.Expr, index: sp.Symbol, count: sp.Expr) -> sp.Expr:
    """(1/M) Sum(term, (index, 0, M-1)): the mean of M samples that are counted from 0."""
    return sum_over(term, index, 0, count - 1) / _positive(count)


def negate_and_average(expr: sp.Expr, count: sp.Expr) -> sp.Expr:
    """-expr/M: the maximum becomes the minimum, and the number of samples no longer matters.

    MoveError when M is not known to be positive.
    """
    return -expr / _positive(count)


def expand_product(product: sp.Product) -> sp.Expr:
    """P[0] P[1] ... P[4] for a product whose ends are numbers. MoveError otherwise."""
    if not isinstance(product, sp.Product) or len(product.limits) != 1:
        raise MoveError(f"{product} is no product over one index.")
    index, low, high = product.limits[0]
    if not (low.is_Integer and high.is_Integer and high - low < LONGEST):
        raise MoveError(f"a product from {low} to {high} cannot be written out factor by factor.")
    factors = (product.function.xreplace({index: sp.Integer(i)}) for i in range(int(low), int(high) + 1))
    return reduce(mul, factors, sp.S.One)


def _depending(term: sp.Expr, index: sp.Symbol) -> sp.Expr:
    if index not in term.free_symbols:
        raise MoveError(f"{term} does not depend on {index}: was an index lost on the way?")
    return term


def _positive(count: sp.Expr) -> sp.Expr:
    if not count.is_positive:
        raise MoveError(f"{count} is not known to be positive, so dividing by it may turn the optimum round.")
    return count
