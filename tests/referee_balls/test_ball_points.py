"""The points at which claims are tried satisfy every clause and cover the domain, ends included."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from lossproof.notation import parse_assumptions, parse_tree, tree
from lossproof.referee.balls.claim import Claim
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.points import Sampler

ZERO = tree.Number(Fraction(0))
Values = dict[str, Any]


def drawn(formula: str, where: str, count: int = 384, seed: int = 0) -> list[Values]:
    """Points for the names in ``formula``: scalars by name, elements as ``{index or indices: value}``."""
    claim = Claim.of(parse_tree(formula), ZERO, parse_assumptions(where), "==")
    points = []
    for point in Sampler.of(claim, seed).points(count):
        claim.at(point)
        points.append(values_of(point))
    return points


def values_of(point: Point) -> Values:
    found: Values = {name: Fraction(int(q.p), int(q.q)) for name, q in point.numbers.items()}
    for (name, key), q in point.elements.items():
        place = key[0] if len(key) == 1 else key
        found.setdefault(name, {})[place] = Fraction(int(q.p), int(q.q))
    return found


CLAUSES: list[tuple[str, str, Callable[[Values], bool]]] = [
    ("x", "0 < x < 1", lambda v: 0 < v["x"] < 1),
    ("x", "0 <= x <= 1", lambda v: 0 <= v["x"] <= 1),
    ("x", "x >= 5/2; x != 3", lambda v: v["x"] >= Fraction(5, 2) and v["x"] != 3),
    ("x", "x < -1", lambda v: v["x"] < -1),
    ("x", "x != 0", lambda v: v["x"] != 0),
    ("x", "0 < x < pi", lambda v: 0 < v["x"] < Fraction(355, 113)),
    ("x", "x >= sqrt(2)", lambda v: v["x"] ** 2 > 2),
    ("x", "17/10 < x < 171/100", lambda v: Fraction(17, 10) < v["x"] < Fraction(171, 100)),
    ("x + y", "0 < y < x", lambda v: 0 < v["y"] < v["x"]),
    ("k + n", "n integer >= 0; k integer; 0 <= k <= n", lambda v: v["k"] in range(int(v["n"]) + 1)),
    ("y", "y integer >= 1", lambda v: v["y"].denominator == 1 and v["y"] >= 1),
    ("y", "yt in {0, 1}; y in {-1, 1/2, 4}", lambda v: v["y"] in (-1, Fraction(1, 2), 4)),
    ("k + M", "M integer >= 1; k in 0..M-1", lambda v: v["k"] in range(int(v["M"]))),
    ("t1 + t3", "(t1, t2, t3) one-hot", lambda v: sorted((v["t1"], v["t2"], v["t3"])) == [0, 0, 1]),
    ("p1*p2", "(p1, p2) simplex", lambda v: v["p1"] + v["p2"] == 1 and min(v["p1"], v["p2"]) > 0),
    ("sum(p[m], m, 0, M-1)", "M integer >= 1; 0 < p[m] < 1", lambda v: all(0 < p < 1 for p in v["p"].values())),
    ("sum(y[m], m, 1, M)", "M integer >= 1; y[m] in {0, 1}", lambda v: set(v["y"].values()) <= {0, 1}),
    (
        "sum(t[j], j, 1, K)",
        "K integer >= 2; t one-hot over 1..K",
        lambda v: sorted(v["t"].values()) == [0] * (int(v["K"]) - 1) + [1],
    ),
    (
        "sum(p[j], j, 0, K)",
        "K integer >= 1; p simplex over 0..K",
        lambda v: sum(v["p"].values()) == 1 and min(v["p"].values()) > 0,
    ),
    (
        "sum(sum(t[m,j], j, 1, K), m, 1, M)",
        "K integer >= 2; M integer >= 1; t one-hot over 1..K",
        lambda v: all(sum(t for (m, _), t in v["t"].items() if m == row) == 1 for row in range(1, int(v["M"]) + 1)),
    ),
    (
        "sum(k[m], m, 0, M-1)",
        "M integer >= 1; n integer >= 1; k[m] integer; 0 <= k[m] <= n",
        lambda v: all(k in range(int(v["n"]) + 1) for k in v["k"].values()),
    ),
]


@pytest.mark.parametrize(("formula", "where", "holds"), CLAUSES)
def test_every_clause_holds_at_every_point(formula: str, where: str, holds: Callable[[Values], bool]) -> None:
    points = drawn(formula, where)
    assert points
    assert all(holds(point) for point in points)


def constant_columns(points: list[Values], least: int) -> set[str]:
    """The names that take fewer than ``least`` different values."""
    seen: dict[str, set[Fraction]] = {}
    for point in points:
        for name, value in point.items():
            seen.setdefault(name, set()).update(value.values() if isinstance(value, dict) else [value])
    return {name for name, values in seen.items() if len(values) < least}


@pytest.mark.parametrize(
    ("formula", "where", "least"),
    [
        ("x + y + z", "0 < y < 1; z > 0", 20),
        ("x", "17/10 < x < 171/100", 10),
        ("k + n", "n integer >= 0; k integer; 0 <= k <= n", 5),
        ("k + M", "M integer >= 1; k in 0..M-1", 4),
        ("a*b*c", "a in {0, 1}; b in {0, 1}; c in {0, 1, 2}", 2),
        ("sum(x[m]*p[m], m, 0, M-1)", "M integer >= 1; 0 < p[m] < 1", 5),
        ("p1 + p2 + p3", "(p1, p2, p3) simplex", 5),
        ("sum(p[j]*t[j], j, 1, K)", "K integer >= 2; p simplex over 1..K; t one-hot over 1..K", 2),
    ],
)
def test_no_quantity_stays_constant(formula: str, where: str, least: int) -> None:
    assert constant_columns(drawn(formula, where), least) == set()


def test_a_constant_column_would_be_noticed() -> None:
    assert constant_columns([{"x": Fraction(1), "y": Fraction(n)} for n in range(9)], 5) == {"x"}


def test_closed_ends_come_up_and_open_ends_are_neared() -> None:
    closed = {point["x"] for point in drawn("x", "0 <= x <= 1")}
    assert {0, 1, Fraction(1, 2)} <= closed
    opened = {point["x"] for point in drawn("x", "0 < x < 1")}
    assert min(opened) < 1e-300
    assert 0 < 1 - max(opened) < 1e-15


def test_numbers_of_every_size_and_sign_come_up() -> None:
    values = [point["x"] for point in drawn("x*y", "")]
    assert {0, 1, -1, Fraction(1, 2)} <= set(values)
    assert max(values) > 10**8
    assert min(values) < -(10**8)
    assert min(abs(value) for value in values if value) < 1e-15
    assert any(value.denominator > 1 for value in values)


def test_equal_arguments_come_up() -> None:
    points = drawn("x*y*z", "x > 0")
    assert sum(point["x"] == point["y"] == point["z"] for point in points) >= 5
    assert any(point["x"] == point["y"] != point["z"] for point in points)
    assert any(point["z"] == -point["y"] != 0 for point in points)


def test_counts_reach_their_symbolic_ends() -> None:
    points = drawn("k + n", "n integer >= 0; k integer; 0 <= k <= n")
    assert any(point["k"] == 0 < point["n"] for point in points)
    assert any(point["k"] == point["n"] > 0 for point in points)
    assert any(0 < point["k"] < point["n"] for point in points)
    assert any(point["n"] == 0 for point in points)
    assert max(point["n"] for point in points) > 50


def test_sizes_start_at_the_least_and_are_mostly_small() -> None:
    sizes = [point["M"] for point in drawn("sum(x[m], m, 0, M-1)", "M integer >= 1")]
    assert {1, 2, 3, 4, 5} <= set(sizes)
    assert 30 < max(sizes) <= 60
    assert sorted(sizes)[len(sizes) * 9 // 10] <= 16
    assert set(sizes[:3]) == {1, 2, 3}


def test_sizes_vary_apart_and_together() -> None:
    points = drawn("sum(sum(q[i,j], i, 1, K), j, 1, N)", "K integer >= 2; N integer >= 1")
    assert any(point["K"] == point["N"] for point in points)
    assert any(point["K"] > point["N"] for point in points)
    assert any(point["K"] < point["N"] for point in points)


def test_indices_reach_both_ends_of_their_range() -> None:
    points = drawn("k + M", "M integer >= 3; k in 0..M-1")
    assert any(point["k"] == 0 for point in points)
    assert any(point["k"] == point["M"] - 1 for point in points)
    assert any(0 < point["k"] < point["M"] - 1 for point in points)


def test_indices_without_a_range_lie_to_both_sides_of_zero_around_numbers_of_the_claim_and_far_out() -> None:
    tried = [(point["i"], point["j"]) for point in drawn("x[i]*y[j] + 37", "i integer; j integer", 128)]
    assert {-2, -1, 0, 1, 2, 36, 37, 38, -38} <= {j for pair in tried for j in pair}
    assert min(map(min, tried)) < -100
    assert max(map(max, tried)) > 100
    assert sum(i == j for i, j in tried) >= 12


def test_indices_with_one_end_come_near_it_and_cross_zero() -> None:
    assert {-100, -99, -1, 0, 1} <= {point["j"] for point in drawn("x[j]", "j integer >= -100")}
    assert {9, 8, 0, -1, -2} <= {point["j"] for point in drawn("x[j]", "j integer <= 9")}


def test_few_combinations_all_come_up_and_nothing_more() -> None:
    points = drawn("a + b + t1 + t2 + t3", "a in {0, 1}; b in {-1, 0, 1}; (t1, t2, t3) one-hot")
    assert len({tuple(sorted(point.items())) for point in points}) == len(points) == 18


def test_combinations_come_up_beside_other_quantities() -> None:
    points = drawn("a + b + x", "a in {0, 1}; b in {0, 1, 2}", 66)
    assert len({(point["a"], point["b"]) for point in points}) == 6


def test_every_place_of_a_one_hot_row_is_used() -> None:
    points = drawn("sum(t[j], j, 1, K)", "K integer >= 3; t one-hot over 1..K")
    assert {j for point in points for j, value in point["t"].items() if value == 1} >= {1, 2, 3}


def test_numbers_of_the_claim_come_up() -> None:
    values = {point["x"] for point in drawn("Max(x, 37) + indicator(x > 10^7)", "")}
    assert {37, 38, 10**7} <= values


def test_kinks_are_hit_exactly() -> None:
    points = drawn("Abs(7*x + 2*y - 3)", "")
    assert any(7 * point["x"] + 2 * point["y"] == 3 for point in points)


def test_a_defined_name_is_not_drawn() -> None:
    assert set(drawn("mu + y", "mu = exp(eta); y > 0")[0]) == {"eta", "y"}


def test_a_claim_without_names_has_one_point() -> None:
    assert drawn("exp(1)", "") == [{}]


def test_points_follow_from_the_seed() -> None:
    claim = "x + sum(a[m], m, 1, M)", "M integer >= 1"
    assert drawn(*claim, seed=3) == drawn(*claim, seed=3)
    assert drawn(*claim, seed=3) != drawn(*claim, seed=4)
