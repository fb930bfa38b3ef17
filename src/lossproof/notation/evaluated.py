"""A claim's SymPy form with SymPy's ordinary evaluation, which the form itself is kept from."""

from __future__ import annotations

from typing import Any

import sympy as sp


def evaluated(expr: Any) -> Any:
    """``expr`` built again from its leaves: products flattened, numbers multiplied, terms in SymPy's order.

    ``loggamma(y + 1)`` stays what it is: for a whole number y SymPy makes ``log(gamma(y + 1))`` of it, which
    overflows from y = 171 on.
    """
    if not expr.args or isinstance(expr, sp.IndexedBase):
        return expr
    parts = map(evaluated, expr.args)
    return sp.loggamma(*parts, evaluate=False) if isinstance(expr, sp.loggamma) else expr.func(*parts)
