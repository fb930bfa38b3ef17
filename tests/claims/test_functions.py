"""Notation, prover and ball evaluator mean the same by every function of the grammar."""

from __future__ import annotations

import pytest

import lossproof
from lossproof.notation.vocabulary import FUNCTIONS

# The definition of each named function in elementary ones, as design pages and textbooks give it.
DEFINITIONS = {
    "ln": ("log(x)", "x > 0"),
    "sqrt": ("x^(1/2)", "x >= 0"),
    "sigmoid": ("1/(1+exp(-x))", "x real"),
    "expit": ("1/(1+exp(-x))", "x real"),
    "logit": ("log(x/(1-x))", "0 < x < 1"),
    "softplus": ("log(1+exp(x))", "x real"),
    "log1p": ("log(1+x)", "x > -1"),
    "expm1": ("exp(x)-1", "x real"),
    "log1mexp": ("log(1-exp(-x))", "x > 0"),
    "tanh": ("(exp(x)-exp(-x))/(exp(x)+exp(-x))", "x real"),
    "sinh": ("(exp(x)-exp(-x))/2", "x real"),
    "cosh": ("(exp(x)+exp(-x))/2", "x real"),
    "erf": ("1-erfc(x)", "x real"),
    "normcdf": ("erfc(-x/sqrt(2))/2", "x real"),
    "lognormcdf": ("log(erfc(-x/sqrt(2))/2)", "x real"),
    "factorial": ("gamma(x+1)", "x integer >= 0"),
    "loggamma": ("log(gamma(x))", "x > 0"),
    "digamma": ("diff(loggamma(x), x)", "x > 0"),
    "trigamma": ("diff(digamma(x), x)", "x > 0"),
    "Abs": ("Piecewise((x, x >= 0), (-x, True))", "x real"),
    "sign": ("Piecewise((1, x > 0), (-1, x < 0), (0, True))", "x real"),
    "Heaviside": ("Piecewise((1, x > 0), (0, x < 0), (1/2, True))", "x real"),
    "xlogy": ("Piecewise((0, x == 0), (x*log(y), True))", "x >= 0; y > 0"),
    "binomial": ("gamma(x+1)/(gamma(y+1)*gamma(x-y+1))", "x integer >= 0; y integer; 0 <= y <= x"),
    "Max": ("Piecewise((x, x >= y), (y, True))", "x real; y real"),
    "Min": ("Piecewise((x, x <= y), (y, True))", "x real; y real"),
    "logsumexp": ("log(exp(x)+exp(y))", "x real; y real"),
    "delta": ("indicator(x == y)", "x integer; y integer"),
}
TWO_ARGUMENTS = {"xlogy", "binomial", "Max", "Min", "logsumexp", "delta"}
# What the others are defined by; the evaluator's tests hold these against mpmath.
PRIMITIVE = {"exp", "log", "sin", "cos", "atan", "erfc", "gamma"}


def test_no_function_of_the_grammar_is_left_out() -> None:
    assert set(FUNCTIONS) == set(DEFINITIONS) | PRIMITIVE


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_function_is_proved_to_be_what_it_is_defined_as(name: str) -> None:
    definition, where = DEFINITIONS[name]
    call = f"{name}(x, y)" if name in TWO_ARGUMENTS else f"{name}(x)"
    assert lossproof.equal(call, definition, where=where).status == "proved"
    assert lossproof.equal(call, f"{definition} + 10^(-20)", where=where).status == "refuted"
