"""Identities of the functions that lead to forms which neither overflow nor cancel, as text of the grammar.

Each is proved by the referee in a test. Whoever rewrites reads them here: moves of a derivation, forms of code.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """``before -> after`` for every value of the letters that satisfies ``where``."""

    name: str
    before: str
    after: str
    where: str
    needs: tuple[tuple[str, str], ...] = ()
    """What must be known of a letter: ("x", "positive"), where the left side alone does not imply it."""


RULES = (
    Rule("softplus", "log(1 + exp(x))", "softplus(x)", "x real"),
    Rule("expit of the opposite", "1/(1 + exp(x))", "expit(-x)", "x real"),
    Rule("expit", "exp(x)*expit(-x)", "expit(x)", "x real"),
    Rule("complement of expit", "1 - expit(x)", "expit(-x)", "x real"),
    Rule("expit and its complement", "expit(x) + expit(-x)", "1", "x real"),
    Rule("odds", "expit(x)/expit(-x)", "exp(x)", "x real"),
    Rule("log of expit", "log(expit(x))", "-softplus(-x)", "x real"),
    Rule("softplus minus its argument", "softplus(x) - x", "softplus(-x)", "x real"),
    Rule("exponential of softplus", "exp(-softplus(x))", "expit(-x)", "x real"),
    Rule("exponential of log expit", "exp(x - softplus(x))", "expit(x)", "x real"),
    Rule("log1mexp", "log(1 - exp(-x))", "log1mexp(x)", "x > 0"),
    Rule("logit", "log(x/(1 - x))", "logit(x)", "0 < x < 1"),
    Rule("normal distribution of the opposite", "1 - erfc(x/sqrt(2))/2", "normcdf(x)", "x real"),
    Rule("log1p", "log(1 + x)", "log1p(x)", "x > -1"),
    Rule("log1mexp of expm1", "log(-expm1(-x))", "log1mexp(x)", "x > 0"),
    Rule("expm1", "exp(x) - 1", "expm1(x)", "x real"),
    Rule("xlogy", "x*log(x)", "xlogy(x, x)", "x > 0"),
    Rule("normal distribution", "erfc(x/sqrt(2))/2", "normcdf(-x)", "x real"),
    Rule("complement of the normal distribution", "1 - normcdf(x)", "normcdf(-x)", "x real"),
    Rule("log of the gamma function", "log(gamma(x))", "loggamma(x)", "x > 0", (("x", "positive"),)),
    Rule("log of a factorial", "log(factorial(x))", "loggamma(1 + x)", "x >= 0", (("x", "nonnegative"),)),
    Rule("log of the normal distribution", "log(normcdf(x))", "lognormcdf(x)", "x real"),
    Rule("log of the normal density", "log(normpdf(x))", "-x^2/2 - log(2*pi)/2", "x real"),
    Rule(
        "log of the beta function",
        "log(beta(x, y))",
        "betaln(x, y)",
        "x > 0; y > 0",
        (("x", "positive"), ("y", "positive")),
    ),
)
"""Rules for everybody, in the order in which they are tried."""
