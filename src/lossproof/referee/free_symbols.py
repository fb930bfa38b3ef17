"""The free symbols of SymPy's sums without building each sum again.

    Sum(Max(a[m], 0), (m, 1, M)).free_symbols    =    (those of the summand without m) and those of 1 and M

SymPy asks for them wherever it asks whether something is a number, and rebuilds the summand on the way, index for
index: a `Max` in it is decided anew each time. The answer here is the same; it is given while a proof is looked for,
and SymPy is as it was before and after.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits

_USUAL = vars(ExprWithLimits)["free_symbols"]


@contextmanager
def quick_free_symbols() -> Iterator[None]:
    """Within it the free symbols of sums, products and integrals are found without rebuilding these."""
    kept = vars(ExprWithLimits)["free_symbols"]
    ExprWithLimits.free_symbols = property(_free_symbols)
    try:
        yield
    finally:
        ExprWithLimits.free_symbols = kept


def _free_symbols(expr: Any) -> set[sp.Basic]:
    limits = expr.limits
    if not all(type(limit[0]) is sp.Symbol or type(limit[0]) is sp.Dummy for limit in limits):
        return set(_USUAL.fget(expr))
    found = set(expr.function.free_symbols)
    for index, *ends in limits:
        if not ends:
            found.add(index)
            continue
        found.discard(index)
        for end in ends:
            found |= end.free_symbols
    return found
