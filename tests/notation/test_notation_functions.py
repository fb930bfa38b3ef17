"""The named functions agree with their definitions, and so do their derivatives."""

from __future__ import annotations

import pickle

import mpmath
import pytest
import sympy

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.functions import CONSTRUCTORS, NAMED, Named, definition, logsumexp, softplus, xlogy

x, y, z = sympy.symbols("x y z", real=True)
POINTS = {
    "logit": [("1/7",), ("0.9",)],
    "log1p": [("-0.5",), ("3",)],
    "log1mexp": [("0.25",), ("4",)],
    "betaln": [("0.5", "2"), ("3", "1")],
    "clip": [("1", "0", "2"), ("-1", "0", "2"), ("3", "0", "2")],
    "xlogy": [("2", "0.3"), ("-1.5", "4")],
    "logsumexp": [("1", "-2", "0.5"), ("30", "29", "-40")],
}
DEFAULT = [("-3.5",), ("-0.25",), ("0",), ("1.5",), ("6",)]


def points(function: type[Named]) -> list[tuple[sympy.Rational, ...]]:
    return [tuple(map(sympy.Rational, point)) for point in POINTS.get(function.__name__, DEFAULT)]


def relative(found: sympy.Expr, expected: mpmath.mpf) -> float:
    with mpmath.workdps(40):
        return float(abs(mpmath.mpf(str(sympy.N(found, 35))) - expected) / max(abs(expected), mpmath.mpf("1e-30")))


@pytest.mark.parametrize("function", NAMED, ids=lambda function: function.__name__)
def test_the_stable_derivative_is_that_of_the_definition(function: type[Named]) -> None:
    for point in points(function):
        symbols = sympy.symbols(f"a0:{len(point)}", real=True)
        expression = function(*symbols)
        at = dict(zip(symbols, point, strict=True))
        for symbol in symbols:
            stable = definition(sympy.diff(expression, symbol)).subs(at)
            plain = sympy.diff(expression.definition(), symbol).subs(at)
            with mpmath.workdps(40):
                expected = mpmath.mpf(str(sympy.N(plain, 35)))
            assert relative(stable, expected) < 1e-30


MPMATH = {
    "expit": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "logit": lambda x: mpmath.log(x / (1 - x)),
    "log1p": mpmath.log1p,
    "expm1": mpmath.expm1,
    "log1mexp": lambda x: mpmath.log(-mpmath.expm1(-x)),
    "xlogy": lambda x, y: x * mpmath.log(y),
    "logsumexp": lambda *xs: mpmath.log(mpmath.fsum(map(mpmath.exp, xs))),
    "normcdf": mpmath.ncdf,
    "lognormcdf": lambda x: mpmath.log(mpmath.ncdf(x)),
    "normpdf": mpmath.npdf,
    "betaln": lambda x, y: mpmath.log(mpmath.beta(x, y)),
    "clip": lambda x, low, high: min(max(x, low), high),
}


@pytest.mark.parametrize("function", NAMED, ids=lambda function: function.__name__)
def test_the_definition_is_the_function_that_others_know(function: type[Named]) -> None:
    for point in points(function):
        with mpmath.workdps(40):
            expected = MPMATH[function.__name__](*(mpmath.mpf(value.p) / value.q for value in point))
        assert relative(function(*point).definition(), expected) < 1e-30


def test_derivatives_are_written_with_named_functions() -> None:
    assert sympy.diff(softplus(3 * x), x).atoms(sympy.Function) == {CONSTRUCTORS["expit"](3 * x)}
    assert sympy.diff(logsumexp(x, y), y) == sympy.exp(y - logsumexp(x, y))


def test_xlogy_is_zero_where_its_first_argument_is() -> None:
    assert xlogy(0, 0).definition() == 0
    assert xlogy(x, y).definition().subs(x, 0) == 0


@pytest.mark.parametrize("function", NAMED, ids=lambda function: function.__name__)
def test_signs_that_are_claimed_hold_at_points(function: type[Named]) -> None:
    for point in points(function):
        node = function(*point)
        value = sympy.N(node.definition(), 30)
        for claimed, holds in ((node.is_positive, value > 0), (node.is_negative, value < 0)):
            assert claimed is None or claimed == holds
        assert node.is_real is not False


@pytest.mark.parametrize("function", NAMED, ids=lambda function: function.__name__)
def test_named_functions_pickle_and_print(function: type[Named]) -> None:
    node = function(*(x, y, z)[: function.row.most or 2])
    assert pickle.loads(pickle.dumps(node)) == node
    assert FUNCTIONS[function.__name__].latex in sympy.latex(node)
    assert "^{2}" in sympy.latex(node**2)


def test_every_function_of_the_grammar_has_a_constructor() -> None:
    assert {row.canonical for row in FUNCTIONS.values()} == set(CONSTRUCTORS)


def test_a_sum_under_definitions_is_rewritten_inside() -> None:
    m = sympy.Symbol("m", integer=True)
    u = sympy.IndexedBase("u")
    expression = sympy.Sum(softplus(u[m]), (m, 1, z))
    assert definition(expression) == sympy.Sum(sympy.log(1 + sympy.exp(u[m])), (m, 1, z))
