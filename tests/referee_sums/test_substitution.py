"""Replacement that no bound index is caught by: for free symbols and free elements of data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from lossproof.referee.sums.expressions import binder, replace_free, variables

WHERE = "M integer >= 1; N integer >= 1; k in 0..M-1; c real"


def test_a_bound_index_is_not_captured(statement: Callable[[str], Any]) -> None:
    given = statement(WHERE)
    j, k = given.scope.index("j"), given.scope.symbol("k")
    inner = given.expr("sum(x[j]*y[k], j, 0, M-1)")
    replaced = replace_free(inner, {k: j})
    assert variables(replaced) == {j, given.scope.symbol("M")}
    assert given.normal(replaced) == given.scope.data("y")[j] * given.normal(given.expr("sum(x[i], i, 0, M-1)"))


def test_a_bound_index_is_not_replaced(statement: Callable[[str], Any]) -> None:
    given = statement(WHERE)
    total = given.expr("sum(x[j], j, 0, M-1)")
    assert replace_free(total, {given.scope.index("j"): sp.Integer(3)}) == total


def test_the_bounds_lie_outside_the_sum(statement: Callable[[str], Any]) -> None:
    """In sum(x[m], m, 0, m) the bound is another m than the index."""
    given = statement(WHERE)
    m = given.scope.index("m")
    total = binder(sp.Sum, given.scope.data("x")[m], (m, sp.S.Zero, m))
    replaced = replace_free(total, {m: sp.Integer(2)})
    assert given.normal(replaced) == given.normal(given.expr("x[0]+x[1]+x[2]"))


def test_a_scalar_is_not_the_label_of_data(statement: Callable[[str], Any]) -> None:
    given = statement("M integer >= 1; x real; x[m] real")
    product = given.expr("x*x[1]")
    assert replace_free(product, {given.scope.symbol("x"): sp.Integer(2)}) == given.expr("2*x[1]")


def test_cases_are_not_folded_out_of_an_inner_sum(statement: Callable[[str], Any]) -> None:
    """SymPy's Sum brings the condition on j to a place where j is not bound; `binder` does not."""
    i, j, m = sp.symbols("i j M", integer=True)
    x = sp.IndexedBase("x")
    inner = sp.exp(binder(sp.Sum, sp.Piecewise((x[j], j <= i), (0, True)), (j, 1, m)))
    assert variables(sp.Sum(inner, (i, 1, m))) >= {j}
    assert variables(binder(sp.Sum, inner, (i, 1, m))) == {m}
