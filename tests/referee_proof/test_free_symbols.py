"""The free symbols of sums, found without building them again, are those that SymPy finds."""

from __future__ import annotations

import contextlib

import pytest
import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits

from lossproof.referee.free_symbols import quick_free_symbols

m, k, n, x = sp.symbols("m k n x", integer=True)
a, w = sp.IndexedBase("a"), sp.IndexedBase("w")
SUMS = [
    sp.Sum(a[m] * x, (m, 0, n)),
    sp.Sum(sp.Max(a[m], 0) + m, (m, k, n)),
    sp.Sum(w[m, k] * x, (k, 0, m), (m, 1, n)),
    sp.Sum(w[m, k], (m, 1, n), (k, 0, m)),
    sp.Product(sp.Sum(a[k] + m, (k, 1, m)), (m, 1, x)),
    sp.Integral(x * m, m),
    sp.Integral(x**2, (x, 0, k), (k, 1, n)),
    sp.Sum(3, (m, 1, 2)),
]


@pytest.mark.parametrize("expr", SUMS)
def test_they_are_those_that_sympy_finds(expr: sp.Expr) -> None:
    usual = expr.free_symbols
    with quick_free_symbols():
        assert expr.free_symbols == usual
        assert expr.is_number is (not usual)


def test_the_summand_is_not_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    expr = sp.Sum(sp.Max(a[m], 0), (m, 1, n))
    monkeypatch.setattr(sp.Max, "__new__", lambda *_, **__: pytest.fail("built again"))
    with quick_free_symbols():
        assert n in expr.free_symbols


def test_sympy_is_as_before_whatever_happens() -> None:
    usual = vars(ExprWithLimits)["free_symbols"]
    with contextlib.suppress(ZeroDivisionError), quick_free_symbols():
        raise ZeroDivisionError
    assert vars(ExprWithLimits)["free_symbols"] is usual
