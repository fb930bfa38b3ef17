"""Sums and integrals without end: moments of named densities are proved, wrong ones refuted, the rest is said."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, fmpq

from lossproof import equal
from lossproof.errors import RejectedText
from lossproof.notation import complete_assumptions, parse_assumptions, parse_tree, to_latex, to_text
from lossproof.notation.tree import Name, Number, Total
from lossproof.referee.balls import tails
from lossproof.referee.balls.claim import Claim, Outcome
from lossproof.referee.balls.points import Sampler
from lossproof.referee.verdict import Status

POISSON = "mu^y*exp(-mu)/factorial(y)"
NORMAL = "exp(-(x-m)^2/(2*s^2))/(s*sqrt(2*pi))"
GAMMA = "r^a*x^(a-1)*exp(-r*x)/gamma(a)"

TRUE = [
    (f"sum({POISSON}, y, 0, oo)", "1", "mu > 0"),
    ("sum((y-mu)^2*exp(y*log(mu)-mu-loggamma(y+1)), y, 0, oo)", "mu", "mu > 0"),
    (f"y*sum(y*{POISSON}, y, 0, oo)", "y*mu", "mu > 0; y real"),
    (f"sum({POISSON}, y, 2, oo)", "1 - exp(-mu)*(1 + mu)", "mu > 0"),
    ("sum(y*p*(1-p)^(y-1), y, 1, oo)", "1/p", "0 < p < 1"),
    (f"integral(x*{NORMAL}, x, -oo, oo)", "m", "s > 0"),
    ("integral(x^2*normpdf((x-m)/s)/s, x, -oo, oo)", "m^2 + s^2", "s > 0"),
    (f"integral(x*{GAMMA}, x, 0, oo)", "a/r", "a > 0; r > 0"),
    ("integral(1/(b-a), x, a, b)", "1", "a < b"),
    ("integral(l*exp(-l*x), x, t, oo)", "exp(-l*t)", "l > 0"),
]
FALSE = [
    ("sum((y-mu)^2*exp(y*log(mu)-mu-loggamma(y+1)), y, 0, oo)", "2*mu", "mu > 0"),
    (f"sum({POISSON}, y, 1, oo)", "1", "mu > 0"),
    (f"integral(x^2*{NORMAL}, x, -oo, oo)", "m^2 - s^2", "s > 0"),
    (f"integral(x*{GAMMA}, x, 0, oo)", "r/a", "a > 0; r > 0"),
    ("integral(x^2*(1-x), x, 0, 1)", "1/6", ""),
]


@pytest.mark.parametrize(("lhs", "rhs", "where"), TRUE)
def test_moments_of_named_densities_are_proved(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED


@pytest.mark.parametrize(("lhs", "rhs", "where"), FALSE)
def test_wrong_moments_are_refuted(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.REFUTED


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("sum(z^k, k, 0, oo)", "1/(1 - z)", "z > 0"),
        ("sum(z^k, k, 0, oo)", "1/(1 - z)", ""),
        ("integral(exp(-a*x), x, 0, oo)", "1/a", ""),
        ("integral(x^(a-1)*exp(-x), x, 0, oo)", "gamma(a)", ""),
        ("integral(exp(-a*x^2), x, -oo, oo)", "sqrt(pi/a)", "a real"),
    ],
)
def test_what_has_no_value_everywhere_is_not_proved(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is not Status.PROVED


def test_what_has_no_rule_is_named() -> None:
    verdict = equal("integral(1/(1 + x^2), x, -oo, oo)", "pi")
    assert verdict.status is Status.UNDECIDED
    assert "there is no rule for integral(1/(x^2 + 1), x, -oo, oo)" in verdict.method


def test_the_text_is_read_and_written() -> None:
    text = "sum(p^k, k, 1, oo) + integral(exp(-x^2), x, -oo, oo) + integral(x, x, 0, b)"
    assert to_text(parse_tree(text)) == text
    one = Number(Fraction(1))
    assert parse_tree("sum(f, k, 1..oo)") == Total("sum", Name("f"), "k", one, None)
    assert to_latex(parse_tree("integral(f, x, -oo, b)")) == r"\int_{-\infty}^{b} f\, dx"


@pytest.mark.parametrize("text", ["oo", "x + oo", "sum(f, k, -oo, oo)", "prod(f, k, 0, oo)", "sum(f, k, oo, 1)"])
def test_infinity_stands_at_an_end_alone(text: str) -> None:
    with pytest.raises(RejectedText):
        parse_tree(text)


def test_an_enclosure_holds_the_value() -> None:
    """Against a closed form in balls, at points of every kind."""
    left, right = parse_tree("integral(x^(a-1)*exp(-x), x, 0, oo)"), parse_tree("gamma(a)")
    claim = Claim.of(left, right, complete_assumptions(parse_assumptions("1 <= a <= 9"), left, right), "==")
    found = [claim.at(point, precisions=(160,)).outcome for point in Sampler.of(claim, 0).points(8)]
    assert set(found) == {Outcome.AGREES}


def test_a_bound_holds_for_every_index_beyond() -> None:
    mu = fmpq(7, 2)
    tail = tails.Tail("k", lambda node: mu if node == Name("mu") else fmpq(0), arb(0).union(arb(1) / 16), far=True)
    ratio = tail.ratio(parse_tree("mu^k/factorial(k)"))
    for k in (16, 17, 40, 1000):
        here = ratio.rest * (arb(1) / k) ** ratio.power
        assert here.contains(arb(mu) / (k + 1))
