"""What is not known is not used: every rule with a condition fails to apply where the condition may not hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from lossproof.referee.sums import STEPS, normalise_sums
from lossproof.referee.sums.expressions import binder

# what, left, right, where it holds, where it may not
CONDITIONS = [
    (
        "first term split off",
        "sum(x[m], m, 0, M-1)",
        "x[0]+sum(x[m], m, 1, M-1)",
        "M integer >= 1",
        "M integer >= 0",
    ),
    (
        "length of a range",
        "sum(c, m, 1, n)",
        "n*c",
        "n integer >= 0; c real",
        "n integer >= -1; c real",
    ),
    (
        "empty range",
        "sum(x[m], m, n, 0)",
        "0",
        "n integer >= 1",
        "n integer >= 0",
    ),
    (
        "delta in its range",
        "sum(delta(m,k)*x[m], m, 0, M-1)",
        "x[k]",
        "M integer >= 1; k in 0..M-1",
        "M integer >= 1; k in 0..M",
    ),
    (
        "delta out of its range",
        "sum(delta(m,k)*x[m], m, 0, M-1)",
        "0",
        "M integer; k integer >= M",
        "M integer; k integer >= 0",
    ),
    (
        "log of a product",
        "log(prod(x[m], m, 1, M))",
        "sum(log(x[m]), m, 1, M)",
        "M integer; x[m] > 0",
        "M integer; x[m] real",
    ),
    (
        "log of a quotient",
        "log(a/b)",
        "log(a)-log(b)",
        "a > 0; b > 0",
        "a real; b real",
    ),
    (
        "power of a product",
        "(a*b)^c",
        "a^c*b^c",
        "a > 0; b real; c real",
        "a real; b real; c real",
    ),
    (
        "power of a base that is not 0",
        "a^M/a",
        "a^(M-1)",
        "M integer >= 1; a != 0",
        None,
    ),
    (
        "square of a binary value",
        "sum(y[m]^2, m, 1, M)",
        "sum(y[m], m, 1, M)",
        "M integer; y[m] in {0, 1}",
        "M integer; 0 <= y[m] <= 1",
    ),
    (
        "one-hot pair in its range",
        "t[k]*t[h]",
        "delta(k,h)*t[k]",
        "t one-hot over 1..K; K integer >= 1; k in 1..K; h in 1..K",
        "t one-hot over 1..K; K integer >= 1; k integer; h integer",
    ),
    (
        "group adds to 1",
        "sum(t[j], j, 1, K)",
        "1",
        "t one-hot over 1..K; K integer >= 1",
        "0 <= t[j] <= 1; K integer >= 1",
    ),
    (
        "group over a shifted range",
        "sum(t[j], j, 0, K-1)",
        "1-t[K]+t[0]",
        "t simplex over 1..K; K integer >= 1",
        "t[j] > 0; K integer >= 1",
    ),
    (
        "geometric sum",
        "sum(r^m, m, 0, M-1)",
        "(1-r^M)/(1-r)",
        "M integer >= 1; 0 < r < 1",
        None,
    ),
    (
        "split at a point inside",
        "sum(x[m], m, 0, M)",
        "sum(x[m], m, 0, k)+sum(x[m], m, k+1, M)",
        "M integer >= 0; k in 0..M",
        "M integer >= 0; k integer",
    ),
    (
        "product of a constant",
        "prod(c, m, 1, n)",
        "c^n",
        "n integer >= 0; c real",
        "n integer >= -2; c > 0",
    ),
    (
        "indicator of an index",
        "indicator(k >= 1)*x[k]",
        "x[k]-delta(k,0)*x[0]",
        "M integer >= 0; k in 0..M",
        "M integer >= 0; k in -3..M",
    ),
]


@pytest.mark.parametrize(("what", "left", "right", "holds", "may_not"), CONDITIONS, ids=[c[0] for c in CONDITIONS])
def test_a_condition_is_needed(
    what: str, left: str, right: str, holds: str, may_not: str | None, statement: Callable[[str], Any]
) -> None:
    where = statement(holds)
    assert where.normal(where.expr(left) - where.expr(right)) == 0
    if may_not is not None:
        weaker = statement(may_not)
        assert weaker.normal(weaker.expr(left) - weaker.expr(right)) != 0


def test_an_index_moves_by_whole_numbers_only(statement: Callable[[str], Any]) -> None:
    given = statement("M integer >= 1; c real; n integer >= 0")
    total = given.normal(given.expr("prod(m+c, m, 0, M) + sum(1/(m+c^2+1), m, 0, M)"))
    assert {str(limit[1]) for part in total.atoms(sp.Sum, sp.Product) for limit in part.limits} == {"0"}
    assert given.normal(given.expr("sum(1/(m+n+1), m, 0, M)")) == given.normal(given.expr("sum(1/m, m, n+1, M+n+1)"))


def test_ends_that_may_not_be_whole_are_left_alone(statement: Callable[[str], Any]) -> None:
    given = statement("M integer >= 1; z real")
    m, z = given.scope.index("m"), given.scope.symbol("z")
    for kind in (sp.Sum, sp.Product):
        total = binder(kind, given.expr("c"), (m, sp.S.One, z))
        assert isinstance(given.normal(total), kind)


def test_the_empty_product_of_zeros_is_one(statement: Callable[[str], Any]) -> None:
    given = statement("k in 0..3")
    product = given.normal(given.expr("prod(0*x[m], m, 1, k)"))
    assert [int(product.subs(given.scope.symbol("k"), k)) for k in range(4)] == [1, 0, 0, 0]


def test_nothing_is_divided_by_zero_on_the_way(statement: Callable[[str], Any]) -> None:
    """delta(i, j)/(i - j) has no value on the diagonal: the expression comes back as it was."""
    given = statement("M integer >= 1")
    total = given.expr("sum(sum(Piecewise((1/(i-j), i != j), (0, True)), j, 1, M), i, 1, M)")
    assert not given.normal(total).has(sp.zoo, sp.nan)


def test_order_of_a_pair_keeps_off_the_diagonal(statement: Callable[[str], Any]) -> None:
    """1/(i-j) over j < i may not be completed to all pairs."""
    given = statement("M integer >= 1")
    total = given.normal(given.expr("sum(sum(1/(i-j), j, 1, i-1), i, 1, M)"))
    assert not total.has(sp.zoo, sp.nan)
    assert total.has(sp.Sum)


def test_simplify_never_runs(statement: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """SymPy's simplify raises StopIteration on nested sums with a delta."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("simplify was called")

    for name in ("simplify", "expand_log", "summation"):
        monkeypatch.setattr(sp, name, refuse)
    given = statement("K integer >= 1; i in 1..K; j in 1..K")
    softmax = "exp(u[i])/sum(exp(u[l]), l, 1, K)"
    given.normal(given.expr(f"diff({softmax}, u[j]) + sum(sum(delta(i,j)*u[i], i, 1, K), j, 1, K)"))


def test_the_hessian_of_softmax_takes_little_work(statement: Callable[[str], Any]) -> None:
    given = statement("K integer >= 2; M integer >= 1; i in 1..K; j in 1..K")
    loss = "sum(log(sum(exp(u[m,l]), l, 1, K)), m, 1, M)"
    expr = given.expr(f"diff(diff({loss}, u[1,i]), u[1,j])")
    given.normal(expr)
    assert given.facts.work.spent < 1000


def test_what_is_too_large_comes_back_unchanged(statement: Callable[[str], Any]) -> None:
    given = statement("M integer >= 1")
    factors = "*".join(f"(x[{n}]+y[{n}]+z[{n}])" for n in range(12))
    expr = given.expr(factors)
    assert given.normal(expr) == expr


def test_a_summand_goes_through_the_scalar_normal_form(statement: Callable[[str], Any]) -> None:
    given = statement("M integer >= 1")
    seen: list[sp.Expr] = []

    def normalise(expr: sp.Expr, facts: Any) -> sp.Expr:
        seen.append(expr)
        return expr.replace(sp.sin, lambda x: sp.tanh(x))

    total = normalise_sums(given.expr("sum(sin(x[m]), m, 1, M)"), given.facts, normalise)
    assert total.has(sp.tanh)
    assert not total.has(sp.sin)
    assert any(expr.has(sp.sin) for expr in seen)


def test_steps_are_named_once() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)
    assert all(step.shows and "\n" not in step.shows for step in STEPS)
