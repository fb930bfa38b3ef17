"""Derivatives by scalars and by elements of data: against difference quotients of sums written out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lossproof.notation import Scope, parse_assumptions
from lossproof.referee.sums import differentiate

STEP = Fraction(1, 10**15)
WHERE = (
    "M integer >= 1; N integer >= 1; H integer >= 1; k in 1..M; h in 1..N; c real; z real; r > 0; "
    "x[m] > 0; w[m] real; q[i,j] real; y[m] in {0, 1}"
)
RANDOM_WHERE = (
    "M integer >= 1; K integer >= 1; n integer >= 0; k in 0..M-1; h in 1..K; c real; r > 0; "
    "x[m] > 0; a[m] real; q[i,j] real; y[m] in {0, 1}; s[m] in {-1, 1}; t one-hot over 1..K; p simplex over 1..K"
)
CASES = [
    ("sum(w[j]*x[j], j, 1, M)", "w[k]"),
    ("sum(w[j]*x[j], j, 0, M+1)", "w[0]"),
    ("sum(w[j-1]*x[j], j, 2, M+1)", "w[k]"),
    ("sum(w[j-1]*x[j], j, 1, M)", "w[k+1]"),
    ("sum(w[M-j]*w[j], j, 0, M)", "w[k]"),
    ("sum(w[k]*x[k], k, 1, M)", "w[k]"),
    ("sum(x[j]^2*log(x[j]), j, 1, M)/sum(x[j], j, 1, M)", "x[k]"),
    ("sum(sum(q[i,j]*w[i]*w[j], i, 1, M), j, 1, N)", "w[k]"),
    ("sum(sum(q[i,j]^2*x[i], i, 1, M), j, 1, N)", "q[k,h]"),
    ("sum(sum(q[i,j]*q[j,i], i, 1, M), j, 1, M)", "q[k,1]"),
    ("sum(sum(w[i]*w[j], j, 1, i), i, 1, M)", "w[k]"),
    ("sum(exp(sum(q[i,j]*w[j], j, 1, N)), i, 1, M)", "w[h]"),
    ("log(sum(exp(w[l]*c), l, 1, M))", "w[k]"),
    ("log(sum(exp(w[l]*c), l, 1, M))", "c"),
    ("prod(x[j], j, 1, M)", "x[k]"),
    ("prod(w[j], j, 1, M)", "w[k]"),
    ("prod(w[j]^2+c, j, 1, M)", "c"),
    ("prod(x[j]^w[j], j, 1, M)", "x[k]"),
    ("prod(x[j]^w[j], j, 1, M)", "w[k]"),
    ("sum(prod(w[j]-c, j, 1, i), i, 1, M)", "c"),
    ("sum(softplus(w[j]) + expit(w[j]) + log1p(x[j]) + expm1(w[j]), j, 1, M)", "w[k]"),
    ("sum(normcdf(w[j]) + lognormcdf(w[j]) + erf(w[j]) + erfc(w[j]), j, 1, M)", "w[k]"),
    ("sum(loggamma(x[j]) + digamma(x[j]) + log(gamma(x[j])) + trigamma(x[j]), j, 1, M)", "x[k]"),
    ("sum(sin(w[j])*cos(w[j]) + tanh(w[j]) + sinh(w[j])/cosh(w[j]) + atan(w[j]), j, 1, M)", "w[k]"),
    ("sum(Abs(w[j]) + Max(w[j], c, 2) + Min(w[j]^2, c), j, 1, M)", "w[k]"),
    ("sum(sign(w[j])*w[j] + Heaviside(w[j]-c)*w[j]^2, j, 1, M)", "w[k]"),
    ("sum(Piecewise((w[j]^2, w[j] > 0), (3*w[j], True)), j, 1, M)", "w[k]"),
    ("sum(indicator(j <= 2)*w[j]^2, j, 1, M)", "w[k]"),
    ("sum(xlogy(y[j], x[j]) + logit(x[j]/(1+x[j])), j, 1, M)", "x[k]"),
    ("logsumexp(w[j]*c, j, 1, M)", "c"),
    ("(1+c^2)^r + r^c + sqrt(r+c^2)", "c"),
    ("r^z*z^3/(1+z^2)", "r"),
    ("diff(sum(w[j]^3*c^2, j, 1, M), c)", "w[k]"),
    ("diff(diff(sum(exp(w[j]*c), j, 1, M), w[k]), c)", "w[k]"),
]


def quotient(evaluate: Any, expr: Any, variable: Any) -> Any:
    """The symmetric difference quotient at the point, with an error of about STEP squared."""
    plus, minus = (moved(evaluate, variable, step)(expr) for step in (STEP, -STEP))
    return (number(plus) - number(minus)) / (2 * number(STEP))


def number(value: Any) -> Any:
    """The value in floating point."""
    return mpmath.mpf(value.numerator) / value.denominator if isinstance(value, Fraction | int) else value


def moved(evaluate: Any, variable: Any, step: Fraction) -> Any:
    """Evaluation with the variable moved by ``step``."""
    if isinstance(variable, sp.Symbol):
        return type(evaluate)({**evaluate.names, variable.name: evaluate.names[variable.name] + step}, evaluate.data)
    place = (str(variable.base.label), tuple(int(evaluate(index)) for index in variable.indices))
    return type(evaluate)(
        evaluate.names, lambda name, indices: evaluate.data(name, indices) + step * ((name, indices) == place)
    )


def agrees_with_quotient(given: Any, expr: Any, slope: Any, variable: Any, seeds: int = 6) -> bool:
    """Whether ``slope`` is the derivative at random points."""
    for seed in range(seeds):
        evaluate = given.point(expr.free_symbols | slope.free_symbols, seed)
        with mpmath.workdps(50):
            expected, found = quotient(evaluate, expr, variable), number(evaluate(slope))
            if abs(expected - found) > 1e-20 * (1 + abs(expected)):
                return False
    return True


@pytest.mark.parametrize(("text", "by"), CASES, ids=[f"{text} by {by}" for text, by in CASES])
def test_derivative_is_the_limit_of_quotients(text: str, by: str, statement: Callable[[str], Any]) -> None:
    given = statement(WHERE)
    variable = given.expr(by)
    function = given.expr(text)
    if function.has(sp.Derivative):
        function = given.normal(function)
    slope = differentiate(given.expr(text), variable, given.facts)
    assert not slope.has(sp.Derivative)
    assert agrees_with_quotient(given, function, slope, variable)
    assert agrees_with_quotient(given, function, given.normal(slope), variable)


@pytest.mark.parametrize("wrong", ["1.0005*x[k]", "x[k+1]", "-x[k]", "sum(x[j], j, 1, M)"])
def test_a_wrong_derivative_is_seen(wrong: str, statement: Callable[[str], Any]) -> None:
    given = statement(WHERE)
    function, variable = given.expr("sum(w[j]*x[j], j, 1, M)"), given.expr("w[k]")
    assert not agrees_with_quotient(given, function, given.expr(wrong), variable)


def slope_text(statement: Callable[[str], Any], text: str, by: str, where: str = WHERE) -> str:
    """The derivative as text, not brought to normal form."""
    given = statement(where)
    return str(differentiate(given.expr(text), given.expr(by), given.facts))


def test_a_delta_inside_its_range_picks_the_term(statement: Callable[[str], Any]) -> None:
    assert slope_text(statement, "sum(w[j]*x[j], j, 0, M)", "w[k]") == "x[k]"


def test_a_delta_that_may_leave_its_range_stays_in_the_sum(statement: Callable[[str], Any]) -> None:
    assert slope_text(statement, "sum(w[j]*x[j], j, 2, M)", "w[k]") == "Sum(KroneckerDelta(j, k)*x[j], (j, 2, M))"


def test_a_delta_outside_its_range_is_zero(statement: Callable[[str], Any]) -> None:
    given = statement("M integer >= 1; k in 1..M")
    slope = differentiate(given.expr("sum(w[j]*x[j], j, 1, M)"), given.expr("w[0]"), given.facts)
    assert given.normal(slope) == 0


def test_other_data_and_other_ranks_do_not_move(statement: Callable[[str], Any]) -> None:
    assert slope_text(statement, "sum(x[j]*q[j,j], j, 1, M)", "w[k]") == "0"
    assert slope_text(statement, "c*r", "z") == "0"
    assert slope_text(statement, "sum(x[j]*c, j, 1, M)", "z") == "0"


def test_a_scalar_is_not_the_data_of_the_same_name(statement: Callable[[str], Any]) -> None:
    assert slope_text(statement, "w*sum(w[j], j, 1, M)", "w", "M integer >= 1; w real; w[j] real") == (
        "Sum(w[j], (j, 1, M))"
    )


def test_a_function_without_a_rule_is_not_guessed(statement: Callable[[str], Any]) -> None:
    given = statement(WHERE)
    order = given.expr("z")
    slope = differentiate(sp.polygamma(order, given.expr("r")), order, given.facts)
    assert isinstance(slope, sp.Derivative)


def test_a_bound_that_moves_with_the_variable_is_not_guessed(statement: Callable[[str], Any]) -> None:
    given = statement(WHERE)
    expr = sp.Sum(given.expr("x[1]"), (given.scope.index("j"), 1, given.expr("z")))
    slope = differentiate(expr, given.expr("z"), given.facts)
    assert isinstance(slope, sp.Derivative)


SCOPE = Scope(parse_assumptions(RANDOM_WHERE))


@settings(deadline=None, derandomize=True, max_examples=80, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_derivatives_are_limits_of_quotients(data: st.DataObject, maker: Any, statement: Any) -> None:
    given_facts = statement(RANDOM_WHERE)
    function = maker(data.draw, SCOPE, True).expr(2, ())
    variable = given_facts.expr(data.draw(st.sampled_from(["x[k]", "a[1]", "a[k+1]", "q[k,h]", "c"])))
    slope = given_facts.normal(sp.Derivative(function, variable, evaluate=False))
    assume(not slope.has(sp.Derivative))
    assert agrees_with_quotient(given_facts, function, slope, variable, seeds=3)
