"""Moves do one line of a textbook, and refuse with a sentence where it does not apply."""

from __future__ import annotations

import pytest
import sympy as sp

from lossproof.errors import MoveError
from lossproof.functions.identities import Rule
from lossproof.moves import (
    at,
    average_over,
    chain_rule,
    collect,
    differentiate,
    expand_product,
    for_sample,
    in_stable_names,
    negate_and_average,
    one_expression,
    product_over,
    solve_for_zero,
    substitute,
    sum_over,
    take_log,
    together,
)
from lossproof.moves.stable import NAMES
from lossproof.notation.functions import expit, lognormcdf, normcdf, softplus
from lossproof.referee import Status, equal

M = sp.Symbol("M", integer=True, positive=True)
N = sp.Symbol("N", integer=True, positive=True)
m, i, j, k = sp.symbols("m i j k", integer=True)
p, u, x, yt, yp = sp.symbols("p u x yt yp", real=True)
P = sp.IndexedBase(sp.Symbol("P", positive=True))
ypd, ytd, w, X = (sp.IndexedBase(sp.Symbol(name, real=True)) for name in ("yp", "yt", "w", "X"))


def test_sympy_itself_leaves_the_inside_of_a_sum_alone() -> None:
    """The trap that `substitute` exists for; when SymPy mends it, this test says so."""
    assert sp.Sum(sp.log(P[m]), (m, 0, M - 1)).subs(P[m], ypd[m]).has(P)


def test_substitute_reaches_the_inside_of_a_sum() -> None:
    total = sp.Sum(sp.log(P[m]), (m, 0, M - 1))
    assert substitute(total, P[m], ypd[m]) == sp.Sum(sp.log(ypd[m]), (m, 0, M - 1))


def test_substitute_takes_the_index_of_a_pattern_for_any_index() -> None:
    expr = P[0] + sp.Sum(P[j], (j, 0, M - 1))
    assert substitute(expr, P[k], ypd[k] ** 2) == ypd[0] ** 2 + sp.Sum(ypd[j] ** 2, (j, 0, M - 1))


def test_substitute_matches_a_formula_around_indexed_data() -> None:
    total = sp.Sum(sp.log(P[m]), (m, 0, M - 1))
    assert substitute(total, sp.log(P[k]), ytd[k]) == sp.Sum(ytd[m], (m, 0, M - 1))


def test_a_sum_never_captures_a_free_index() -> None:
    result = substitute(sp.Sum(x * P[m], (m, 0, M - 1)), x, ypd[m])
    (index, *_ends) = result.limits[0]
    assert index != m
    assert result.subs(M, 2).doit() == ypd[m] * (P[0] + P[1])


def test_substitute_leaves_a_bound_index_alone() -> None:
    with pytest.raises(MoveError, match="nothing can be put"):
        substitute(sp.Sum(P[m], (m, 0, M - 1)), m, sp.Integer(3))


def test_substitute_refuses_what_does_not_occur() -> None:
    with pytest.raises(MoveError, match="there is no yp"):
        substitute(x**2, yp, u)


def test_substitute_refuses_inside_a_derivative_by_the_symbol() -> None:
    with pytest.raises(MoveError, match="carry it out"):
        substitute(sp.Derivative(sp.sin(x), x), x, u)


U = sp.IndexedBase(sp.Symbol("u", real=True))
ell = sp.Symbol("ell", integer=True)
K = sp.Symbol("K", integer=True, positive=True)


def share(index: sp.Symbol, inside: sp.Symbol, counted: sp.Symbol = ell) -> sp.Expr:
    return sp.exp(U[index]) / sp.Sum(sp.exp(U[inside]), (counted, 1, K))


def nested(high: sp.Symbol) -> sp.Expr:
    return sp.Sum(sp.Sum(ypd[ell] * P[j], (j, 0, high)), (ell, 1, K))


@pytest.mark.parametrize(
    ("expr", "pattern"),
    [
        (share(i, ell), share(i, i)),
        (sp.Sum(sp.exp(U[ell]), (ell, 1, K)), sp.Sum(sp.exp(U[m]), (ell, 1, K))),
        (sp.Sum(sp.exp(U[ell]), (ell, 1, K)), sp.Sum(sp.exp(U[ell]), (m, 1, K))),
        (sp.Sum(sp.exp(U[j]), (ell, 1, K)), sp.Sum(sp.exp(U[ell]), (ell, 1, K))),
        (
            sp.Sum(sp.Sum(ypd[ell] * P[j], (j, 0, ell)), (ell, 1, K)),
            sp.Sum(sp.Sum(ypd[ell] * P[j], (j, 0, m)), (ell, 1, K)),
        ),
    ],
)
def test_an_index_never_leaves_its_sum(expr: sp.Expr, pattern: sp.Expr) -> None:
    with pytest.raises(MoveError, match="nothing can be put"):
        substitute(expr, pattern, ypd[m])


def test_the_letter_of_a_sum_in_a_pattern_is_any_letter() -> None:
    assert substitute(sp.log(share(i, j, j)), share(k, ell), P[k]) == sp.log(P[i])
    total = sp.Sum(sp.log(share(i, j, j)), (i, 1, K))
    assert substitute(total, share(k, ell), P[k]) == sp.Sum(sp.log(P[i]), (i, 1, K))
    assert substitute(share(ell, m, m), share(k, ell), P[k]) == P[ell]


def test_at_puts_values_in() -> None:
    assert at(yt * sp.log(p) + (1 - yt) * sp.log(1 - p), {yt: 1}) == sp.log(p)


def test_for_sample_indexes_every_name() -> None:
    assert for_sample(yp - yt, m, ytd, ypd) == ypd[m] - ytd[m]


def test_for_sample_refuses_a_name_that_is_absent() -> None:
    with pytest.raises(MoveError, match="there is no yt"):
        for_sample(yp**2, m, ytd)


def test_the_log_of_a_product_is_a_sum() -> None:
    assert take_log(product_over(P[m], m, 0, M - 1)) == sp.Sum(sp.log(P[m]), (m, 0, M - 1))


def test_the_log_of_powers_needs_positivity_on_record() -> None:
    likelihood = p**k * (1 - p) ** (M - k)
    with pytest.raises(MoveError, match="positive"):
        take_log(likelihood)
    assert take_log(likelihood, positive=[p, 1 - p]) == k * sp.log(p) + (M - k) * sp.log(1 - p)


def test_the_log_of_cases_is_taken_in_each_case() -> None:
    cases = sp.Piecewise((p, sp.Eq(yt, 1)), (1 - p, True))
    expected = sp.Piecewise((sp.log(p), sp.Eq(yt, 1)), (sp.log(1 - p), True))
    assert take_log(cases, positive=[p, 1 - p]) == expected


def test_negate_and_average_needs_a_positive_count() -> None:
    assert negate_and_average(x, M) == -x / M
    with pytest.raises(MoveError, match="turn the optimum"):
        negate_and_average(x, u)


def test_average_over_counts_from_zero() -> None:
    assert average_over(P[m], m, M) == sp.Sum(P[m], (m, 0, M - 1)) / M


def test_a_sum_over_a_lost_index_is_refused() -> None:
    with pytest.raises(MoveError, match="index lost"):
        sum_over(x, m, 0, M - 1)


def test_a_short_product_is_written_out() -> None:
    assert expand_product(product_over(P[m], m, 0, 4)) == P[0] * P[1] * P[2] * P[3] * P[4]
    with pytest.raises(MoveError, match="factor by factor"):
        expand_product(product_over(P[m], m, 0, M))


def test_one_expression_switches_between_the_cases() -> None:
    cases = sp.Piecewise((x, sp.Eq(yt, 1)), (u, True))
    assert one_expression(cases, yt) == yt * x + (1 - yt) * u
    with pytest.raises(MoveError, match="no cases"):
        one_expression(x, yt)


def test_a_lost_variable_is_refused_and_not_differentiated_to_zero() -> None:
    with pytest.raises(MoveError, match="does not occur"):
        differentiate(sp.Sum(P[m], (m, 0, M - 1)), yp)


def test_the_derivative_by_an_element_picks_its_term() -> None:
    predictor = sp.Sum(w[k] * X[m, k], (k, 0, N))
    assert differentiate(predictor, w[i]) == X[m, i]
    loss = sp.Sum(sp.exp(predictor), (m, 0, M - 1))
    assert differentiate(loss, w[i]) == sp.Sum(sp.exp(predictor) * X[m, i], (m, 0, M - 1))


def test_the_index_of_a_sum_may_not_be_that_of_the_variable() -> None:
    with pytest.raises(MoveError, match="another name"):
        differentiate(sp.Sum(w[k] * X[m, k], (k, 0, N)), w[k])


@pytest.mark.parametrize(
    "expr", [sp.exp(x**2), sp.log(x) / x, x**x, sp.sin(x) * sp.cos(x), softplus(x) - yt * x, expit(x) * expit(-x)]
)
def test_scalar_derivatives_agree_with_finite_differences(expr: sp.Expr) -> None:
    slope = differentiate(expr, x).subs(yt, sp.Rational(1, 3))
    f = sp.lambdify(x, expr.subs(yt, sp.Rational(1, 3)).rewrite(sp.exp).replace(*_expit).replace(*_softplus), "mpmath")
    g = sp.lambdify(x, slope.replace(*_expit).replace(*_softplus), "mpmath")
    import mpmath

    with mpmath.workdps(40):
        at_point = mpmath.mpf("0.7")
        assert mpmath.almosteq(mpmath.diff(f, at_point), g(at_point), 1e-20)


_expit = (expit, lambda t: 1 / (1 + sp.exp(-t)))
_softplus = (softplus, lambda t: sp.log(1 + sp.exp(t)))


def test_the_chain_rule_cancels_common_factors() -> None:
    assert chain_rule((yp - yt) / (yp * (1 - yp)), yp * (1 - yp)) == yp - yt
    with pytest.raises(MoveError, match="at least two"):
        chain_rule(x)


def test_together_makes_one_fraction() -> None:
    assert sp.fraction(together(-yt / yp + (1 - yt) / (1 - yp)))[1].free_symbols == {yp}


def test_collect_refuses_an_absent_quantity() -> None:
    assert collect(x * (u + p), x) == x * (u + p)
    with pytest.raises(MoveError, match="nothing can be collected"):
        collect(x, u)


def test_solve_for_zero_wants_exactly_one_zero() -> None:
    assert solve_for_zero((k - M * p) / (p * (1 - p)), p) == k / M
    with pytest.raises(MoveError, match="not linear"):
        solve_for_zero(p**2 - 1, p)


def test_stable_names_replace_what_overflows() -> None:
    assert in_stable_names(sp.log(1 + sp.exp(u))) == softplus(u)
    assert in_stable_names(1 / (1 + sp.exp(-u))) == expit(u)
    assert in_stable_names(sp.log(1 - expit(u))) == -softplus(u)
    assert in_stable_names(sp.log(expit(u)) + sp.log(1 - normcdf(u))) == u - softplus(u) + lognormcdf(-u)
    with pytest.raises(MoveError, match="spells out no function"):
        in_stable_names(x)


@pytest.mark.parametrize("rule", NAMES, ids=lambda rule: rule.name)
def test_every_stable_name_is_proved_to_be_what_it_replaces(rule: Rule) -> None:
    assert equal(rule.before, rule.after, rule.where).status is Status.PROVED


def test_text_is_never_a_value() -> None:
    x = sp.Symbol("x")
    with pytest.raises(MoveError, match="not str"):
        at(x + 1, {x: "__import__('os').getpid()"})
