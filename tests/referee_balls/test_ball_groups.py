"""Clauses on the members of a group: points satisfy them and are found, and no counterexample lies outside."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flint import fmpq

from lossproof.notation import parse_assumptions, parse_tree
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.balls.claim import Claim
from lossproof.referee.balls.clauses import Clauses
from lossproof.referee.balls.group_values import hot_place, lengths, within
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.points import Sampler
from lossproof.referee.balls.refute import Agreement
from lossproof.referee.balls.satisfied import satisfies
from lossproof.referee.balls.values import Choice, Range

Values = dict[str, Any]
HALF = Fraction(1, 2)


def judged(lhs: str, rhs: str, where: str) -> Agreement:
    return agree_or_refute(parse_tree(lhs), parse_tree(rhs), parse_assumptions(where))


def points(formula: str, where: str) -> list[Point]:
    claim = Claim.of(parse_tree(formula), parse_tree("0"), parse_assumptions(where), "==")
    found = []
    for point in Sampler.of(claim, 0).points(64):
        claim.at(point)
        found.append(point)
    return found


P = "sum(p[j], j, 1, K)"
NARROW: list[tuple[str, str, Callable[[Values], bool]]] = [
    (P, "p simplex over 1..K; p[m] < 1/2", lambda v: all(p < Fraction(1, 2) for p in v["p"])),
    (P, "p simplex over 1..K; p[m] < 1/100", lambda v: all(p < Fraction(1, 100) for p in v["p"])),
    (P, "p simplex over 1..K; p[m] > 1/5", lambda v: all(p > Fraction(1, 5) for p in v["p"])),
    (P, "p simplex over 1..K; 1/5 < p[m] <= 1/3", lambda v: len(v["p"]) in (3, 4)),
    (P, "p simplex over 1..K; p[m] < q; 1/4 < q < 1/3", lambda v: max(v["p"]) < v["q"]),
    (P, "p simplex over 1..K; p[m] in {1/4, 1/2}", lambda v: {*v["p"]} <= {Fraction(1, 4), HALF}),
    (P, "p simplex over 1..K; p[m] != 1/2; K integer >= 2", lambda v: Fraction(1, 2) not in v["p"]),
    ("sum(p[j], j, 0, M - 1)", "p simplex over 0..M-1; p[m] <= 1/7", lambda v: len(v["p"]) >= 7),
    ("sum(p[i, j], j, 1, K)", "p[i, j] < 1/2; K integer >= 3; p simplex over 1..K", lambda v: max(v["p"]) < HALF),
    ("a + b + c", "(a, b, c) simplex; a > 9/10", lambda v: v["a"] > Fraction(9, 10)),
    ("a + b + c", "(a, b, c) simplex; a > b; b > c", lambda v: v["a"] > v["b"] > v["c"]),
    ("a + b + c + d", "(a, b, c, d) simplex; a < b; b < c; c < d", lambda v: v["a"] < v["b"] < v["c"] < v["d"]),
    ("a + b + c", "(a, b, c) simplex; 1/4 < a < 13/50; q < b < 2*q; 0 < q < 1/4", lambda v: v["q"] < v["b"]),
    ("a + b + c", "(a, b, c) simplex; a in {1/4, 1/3}; b >= 1/2", lambda v: v["b"] >= Fraction(1, 2)),
    ("s + t + r", "(s, t, r) one-hot; s < 1/2", lambda v: v["s"] == 0),
    ("s + t + r", "(s, t, r) one-hot; s > t", lambda v: v["s"] == 1),
    ("sum(t[j], j, 1, K)", "t one-hot over 1..K; t[k] > 0", lambda v: v["t"] == [1]),
]


def values_of(point: Point) -> Values:
    found: Values = {name: Fraction(int(q.p), int(q.q)) for name, q in point.numbers.items()}
    for (name, _), q in point.elements.items():
        found.setdefault(name, []).append(Fraction(int(q.p), int(q.q)))
    return found


@pytest.mark.parametrize(("formula", "where", "holds"), NARROW)
def test_points_satisfy_clauses_on_members_of_a_group(
    formula: str, where: str, holds: Callable[[Values], bool]
) -> None:
    found = points(formula, where)
    assert len(found) >= (3 if "one-hot" in where else 32)
    assert all(satisfies(point, parse_assumptions(where)) for point in found)
    assert all(holds(values_of(point)) for point in found)


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("indicator(p[1] < 1/2)", "1", "p simplex over 1..K; p[m] < 1/2"),
        ("indicator(p[k] < 3/10)", "1", "1/5 < p[j] < 3/10; p simplex over 1..K; k in 1..K"),
        ("indicator(K >= 3)", "1 + 0*p[1]", "p simplex over 1..K; p[m] < 1/2"),
        ("indicator(a > 9/10)", "1", "(a, b, c) simplex; a > 9/10"),
        ("Max(a, b)", "a", "(a, b, c) simplex; a > b"),
        ("t[1]", "1", "t one-hot over 1..K; t[k] > 0"),
        ("s", "0", "(s, t) one-hot; s < 1/2"),
    ],
)
def test_what_holds_inside_the_clauses_is_never_refuted(lhs: str, rhs: str, where: str) -> None:
    agreement = judged(lhs, rhs, where)
    assert agreement.witness is None
    assert agreement.points


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("p[1]", "1/3", "p simplex over 1..K; p[m] < 1/2"),
        ("sum(p[j]^2, j, 1, K)", "1/100", "p simplex over 1..K; p[m] < 1/90"),
        ("p[1]", "p[2]", "1/5 < p[j] < 3/10; p simplex over 1..K"),
        ("a", "19/20", "(a, b, c) simplex; a > 9/10"),
    ],
)
def test_a_counterexample_inside_the_clauses_is_found(lhs: str, rhs: str, where: str) -> None:
    assert judged(lhs, rhs, where).witness is not None


def test_a_counterexample_outside_the_clauses_is_none_whatever_the_sampler_does(monkeypatch) -> None:
    outside = Range(fmpq(0), None, low_open=True)
    monkeypatch.setattr(Clauses, "holds", lambda self, point: True)
    monkeypatch.setattr(Clauses, "domain", lambda self, name, point: outside)
    monkeypatch.setattr(Clauses, "element_domain", lambda self, name, point: outside)
    assert judged("Min(x, 1)", "x", "0 < x < 1").witness is None
    assert judged("Min(x[1], 1)", "x[1]", "0 < x[m] < 1").witness is None
    assert judged("Min(p[1], 1/2)", "p[1]", "p simplex over 1..K; p[m] < 1/2").witness is None
    assert judged("Min(y, 2)", "y", "0 < x < 1; y = x + 1").witness is None


def test_nothing_is_refuted_where_clauses_on_other_quantities_contradict_each_other() -> None:
    agreement = judged("x", "x + 1", "a < b; b < 0; a > 0")
    assert agreement.witness is None
    assert agreement.out_of_domain
    assert judged("x", "x + 1", "p simplex over 1..K; p[m] < q; q < 0").witness is None
    assert judged("x", "x + 1", "a < b; b < 0; a > -1; p simplex over 1..K; p[m] < 1/2").witness is not None


@pytest.mark.parametrize(
    ("domain", "bounds"),
    [
        (Range(fmpq(0), None), (1, None)),
        (Range(fmpq(0), fmpq(1, 2), high_open=True), (3, None)),
        (Range(fmpq(0), fmpq(1, 2)), (2, None)),
        (Range(fmpq(1, 5), fmpq(3, 10)), (4, 5)),
        (Range(fmpq(1, 5), fmpq(3, 10), low_open=True), (4, 4)),
        (Choice((fmpq(1, 2), fmpq(1, 4))), (2, 4)),
    ],
)
def test_the_lengths_of_a_simplex_under_bounds(domain: Range | Choice, bounds: tuple[int, int | None]) -> None:
    assert lengths(domain) == bounds


def test_where_no_row_exists_none_is_made() -> None:
    assert within([fmpq(1, 2)] * 2, [Range(fmpq(0), fmpq(1, 3))] * 2, Random(0)) is None
    assert within([fmpq(1, 2)] * 2, [Choice((fmpq(1, 3),))] * 2, Random(0)) is None
    assert hot_place([Range(fmpq(1, 2), None)] * 2, 0) is None
    assert hot_place([Choice((fmpq(0),))] * 2, 0) is None


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("sum(1, m, 0, M)", "M + 1", "M integer"),
        ("sum(1, m, 0, M)", "M + 1", "M integer <= -2"),
        ("sum(1, m, 0, M)", "M + 1", "M integer >= -40"),
        ("sum(m, m, 1, M)", "M*(M + 1)/2", ""),
        ("prod(2, m, 1, M)", "2^M", ""),
        ("sum(1, m, 0, M)", "0", "M integer >= -40"),
    ],
)
def test_ranges_far_below_empty_are_tried(lhs: str, rhs: str, where: str) -> None:
    assert judged(lhs, rhs, where).witness is not None


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("expit(10^5)*x", "x", ""),
        ("expit(10^5)", "1", ""),
        ("tanh(30000)*x", "x", ""),
        ("erf(200)*x", "x", ""),
        ("sign(x*(1 - expit(5000)))", "0", "x > 0"),
        ("tanh(x)", "1", "x > 60000"),
        ("exp(-x) + exp(-5000*x)", "exp(-x)", "x > 1"),
    ],
)
def test_a_difference_that_few_bits_hide_is_found(lhs: str, rhs: str, where: str) -> None:
    assert judged(lhs, rhs, where).witness is not None


def test_more_bits_refute_nothing_that_is_true() -> None:
    assert judged("1 - expit(10^5)", "expit(-10^5)", "").witness is None
    assert judged("x*exp(20000)*exp(-20000)", "x", "").witness is None
