"""Replacement that no bound index is caught by: for elements of data at every index, and for free symbols."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from lossproof.referee.sums import substitute_indexed
from lossproof.referee.sums.expressions import binder, replace_free, variables

WHERE = "M integer >= 1; N integer >= 1; k in 0..M-1; c real"

# expression, element, replacement, expected
CASES = [
    ("sum(log(P[m]), m, 0, M-1)", "P[m]", "1-x[m]", "sum(log(1-x[m]), m, 0, M-1)"),
    ("sum(log(P[j]), j, 0, M-1)", "P[m]", "1-x[m]", "sum(log(1-x[j]), j, 0, M-1)"),
    ("P[0]*P[k]+P[k+1]", "P[m]", "x[m]^2", "x[0]^2*x[k]^2+x[k+1]^2"),
    ("prod(P[m-1], m, 1, M)", "P[i]", "x[i]*i", "prod(x[m-1]*(m-1), m, 1, M)"),
    ("sum(P[m], m, 0, M-1)", "P[i]", "x[i]+m", "sum(x[m1]+m, m1, 0, M-1)"),
    ("sum(P[j], j, 0, M-1)", "P[m]", "sum(w[j]*x[m,j], j, 0, N)", "sum(sum(w[j1]*x[j,j1], j1, 0, N), j, 0, M-1)"),
    ("sum(q[i,j], i, 0, M-1)", "q[m,n]", "x[m]*y[n]", "sum(x[i]*y[j], i, 0, M-1)"),
    ("q[k,k]+q[k,1]", "q[m,m]", "x[m]", "x[k]+q[k,1]"),
    ("P[0]+P[1]", "P[0]", "c", "c+P[1]"),
    ("P*P[m]", "P[m]", "c", "P*c"),
]


@pytest.mark.parametrize(("text", "element", "replacement", "expected"), CASES)
def test_every_index_is_met(
    text: str, element: str, replacement: str, expected: str, statement: Callable[[str], Any]
) -> None:
    given = statement(WHERE)
    found = substitute_indexed(given.expr(text), given.expr(element), given.expr(replacement))
    assert given.normal(found) == given.normal(given.expr(expected))


def test_sympy_leaves_the_bound_index_in_place(statement: Callable[[str], Any]) -> None:
    """The trap that substitute_indexed is for; when this fails SymPy has changed."""
    given = statement(WHERE)
    total = given.expr("sum(log(P[m]), m, 0, M-1)")
    assert total.subs(given.expr("P[k]"), given.expr("c")) == total


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
