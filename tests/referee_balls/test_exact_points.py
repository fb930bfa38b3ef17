"""Claims that fail at an irrational number alone are refuted there, and the arithmetic that does it is right."""

from __future__ import annotations

from itertools import product

import pytest
from flint import arb, fmpq, fmpq_poly

from lossproof import equal
from lossproof.notation import parse_tree
from lossproof.referee.balls import exact_places, exact_points, scalars
from lossproof.referee.balls.exact_places import zeros_alone
from lossproof.referee.balls.irrational import Exact
from lossproof.referee.verdict import Verdict

FALSE_AT_ONE_NUMBER = [
    ("sign((x^2-2)^2)", "1", "x real", "-sqrt(2)"),
    ("sign((x^2-2)^2)", "1", "x >= sqrt(2)", "sqrt(2)"),
    ("indicator(x^2 >= 2)", "indicator(x^2 > 2)", "", "-sqrt(2)"),
    ("indicator(p*(1-p) < 1/8)", "indicator(p*(1-p) <= 1/8)", "0 < p < 1", "1/2 - sqrt(1/8)"),
    ("indicator(x^3 > 2)", "indicator(x^3 >= 2)", "", "1.259921050... (t^3 - 2 = 0)"),
    ("sign(exp(x)-2)", "1", "x >= log(2)", "log(2)"),
    ("indicator(exp(2*x) > 60)", "indicator(exp(2*x) >= 60)", "", "1/2*log(60)"),
    ("sign(x-pi)", "1", "x >= pi", "pi"),
    ("indicator(log(x) >= 1)", "indicator(x > e)", "x > 0", "e"),
    ("indicator(exp(x) >= 7)", "indicator(x > log(7))", "", "log(7)"),
    ("indicator(x > pi/2) + indicator(x < pi/2)", "1", "", "1/2*pi"),
    ("indicator(x^3 > sqrt(2)) + indicator(x^3 < sqrt(2))", "1", "", "1.122462048... (t^6 - 2 = 0)"),
    ("sign(log(x)-2)^2", "1", "x > 0", "exp(2)"),
    ("sign(expit(x)-1/3)^2", "1", "", "logit(1/3)"),
    ("indicator(exp(x) > exp(1)) + indicator(exp(x) < exp(1))", "1", "", "1"),
]
TRUE = [
    ("sign(x^2-2)", "1", "x > sqrt(2)"),
    ("indicator(asin(x) > 3) + indicator(asin(x) < 3)", "1", "-1 <= x <= 1"),
    ("Abs(x^2-2)", "sqrt((x^2-2)^2)", ""),
    ("indicator(x^2 >= 2) - indicator(x^2 > 2)", "indicator(x^2 == 2)", ""),
    ("diff(Max(x^2-2, 0), x)", "2*x*indicator(x^2 > 2)", ""),
]


@pytest.mark.parametrize(("lhs", "rhs", "where", "place"), FALSE_AT_ONE_NUMBER)
def test_a_claim_that_fails_at_one_number_is_refuted_there(lhs: str, rhs: str, where: str, place: str) -> None:
    verdict = equal(lhs, rhs, where)
    assert verdict.status == "refuted"
    assert verdict.witness
    assert place in verdict.witness.point.values()


def test_without_exact_points_it_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_points, "zeros_alone", lambda *_: iter(()))
    assert equal("sign((x^2-2)^2)", "1").status == "corroborated"


@pytest.mark.parametrize(("lhs", "rhs", "where"), TRUE)
def test_what_holds_there_too_is_not_refuted(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status in ("proved", "corroborated")


def test_other_quantities_have_values_there() -> None:
    def point(verdict: Verdict) -> dict[str, object]:
        assert verdict.witness
        return verdict.witness.point

    circle = point(equal("indicator(x^2+y^2 >= 3)", "indicator(x^2+y^2 > 3)"))
    assert {*circle} == {"x", "y"}
    summed = point(equal("sum(indicator(x^2 >= 2)*y[m], m, 1, M)", "sum(indicator(x^2 > 2)*y[m], m, 1, M)"))
    assert "sqrt(2)" in str(summed["x"])


@pytest.mark.parametrize(
    ("difference", "places"),
    [
        ("(x^2-2)^3", ["-sqrt(2)", "sqrt(2)"]),
        ("(3*x-1)*(x^2-x-1)", ["1/3", "1/2 - sqrt(5/4)", "1/2 + sqrt(5/4)"]),
        ("x^2+1", []),
        ("exp(1-2*x)-60", ["-1/2*log(60) + 1/2"]),
        ("2*x-pi+1", ["1/2*pi - 1/2"]),
        ("exp(x)+1", []),
        ("asin(x)-3", []),
        ("x*exp(x)-1", []),
        ("exp(x)-1", ["0"]),
        ("1/x", []),
        ("normcdf(x)-1/3", []),
    ],
)
def test_zeros_of_a_difference(difference: str, places: list[str]) -> None:
    assert [str(place) for place in zeros_alone(parse_tree(difference), "x")] == places


def numbers() -> list[Exact]:
    (root,) = [place for place in zeros_alone(parse_tree("t^3-t-1"), "t") if isinstance(place, Exact)]
    polys = ([0, 1], [1, 2], [fmpq(1, 3), 0, -1], [2, -1, 1])
    return [Exact(fmpq_poly(poly), root.root) for poly in polys]


def test_exact_arithmetic_agrees_with_balls() -> None:
    with scalars.precision(200):
        for x, y in product(numbers(), [*numbers(), fmpq(2, 3), fmpq(-1)]):
            ball = scalars.ball(y)
            pairs = [(x + y, x.ball() + ball), (x - y, x.ball() - ball), (y - x, ball - x.ball())]
            pairs += [(x * y, x.ball() * ball), (x / y, x.ball() / ball), (y / x, ball / x.ball())]
            for exact, inexact in pairs:
                assert scalars.ball(exact).overlaps(inexact)
            assert (x > y) == (x.ball() > ball) or x == y


def test_an_equation_of_the_number_is_exactly_zero_and_others_are_not() -> None:
    t = numbers()[0]
    assert t**3 - t - 1 == fmpq(0)
    assert isinstance(t**3 - t - 2, Exact | fmpq)
    assert t**3 - t - 2 == fmpq(-1)
    assert t * (1 / t) == fmpq(1)
    assert isinstance(t + arb(1), arb)
    assert scalars.power(t, fmpq(-2)) * t * t == 1


def test_a_square_root_of_the_same_field_is_known() -> None:
    (_, root) = zeros_alone(parse_tree("x^2-x-1"), "x")
    assert isinstance(root, Exact)
    five = root.root.root_of(fmpq(20))
    assert five is not None
    assert five * five == fmpq(20)
    assert five > 0
    assert root.root.root_of(fmpq(2)) is None
    (_, sixth) = zeros_alone(parse_tree("x^6-2"), "x")
    assert isinstance(sixth, Exact)
    assert sixth.root.root_of(fmpq(2)) == sixth**3
    assert exact_places.undone("exp") == "log"
