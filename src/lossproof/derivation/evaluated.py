"""A claim's SymPy form with SymPy's ordinary evaluation, which the form itself is kept from."""

from __future__ import annotations

from typing import Any

import sympy as sp


def evaluated(expr: Any) -> Any:
    """``expr`` built again from its leaves: products flattened, numbers multiplied, terms in SymPy's order."""
    if not expr.args or isinstance(expr, sp.IndexedBase):
        return expr
    return expr.func(*map(evaluated, expr.args))
