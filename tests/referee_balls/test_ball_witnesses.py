"""Counterexamples are small, readable and genuine."""

from __future__ import annotations

from typing import Any

import pytest
from flint import acb, arb, fmpq

from lossproof.notation import parse_assumptions, parse_tree
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.balls.claim import Claim, Outcome
from lossproof.referee.balls.points import Point
from lossproof.referee.balls.shrink import shrink
from lossproof.referee.balls.witness import decimal
from lossproof.referee.verdict import Witness


def witness(lhs: str, rhs: str, where: str) -> Witness:
    found = agree_or_refute(parse_tree(lhs), parse_tree(rhs), parse_assumptions(where)).witness
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("lhs", "rhs", "where", "point"),
    [
        ("-(yt*log(yp)+(1-yt)*log(1-yp))", "-yt*log(yp)", "yt in {0,1}; 0 < yp < 1", {"yt": "0", "yp": "1/2"}),
        ("yp", "1-yp", "0 < yp < 1", {"yp": "1/4"}),
        ("sqrt(x^2)", "x", "", {"x": "-1"}),
        ("indicator(a >= b)", "indicator(a > b)", "", {"a": "0", "b": "0"}),
        ("sum(x[m], m, 0, M-1)", "x[0]", "M integer >= 1", {"M": "2", "x": ["0", "1"]}),
        ("sum(x[m]^2, m, 0, M-1)", "sum(x[m], m, 0, M-1)^2", "M integer >= 1", {"M": "2", "x": ["1", "1"]}),
        ("sum(c, m, 0, M-1)", "c", "M integer >= 1", {"c": "1", "M": "2"}),
        ("k", "0", "n integer >= 0; k integer; 0 <= k <= n", {"n": "1", "k": "1"}),
        ("t1", "0", "(t1, t2) one-hot", {"t1": "1", "t2": "0"}),
        ("p1", "p2", "(p1, p2) simplex", {"p1": "2/3", "p2": "1/3"}),
        ("x", "1001", "x > 1000", {"x": "1002"}),
        ("Min(x, 10^7)", "x", "", {"x": "10000001"}),
        ("softplus(x)", "x", "x > 1000", {"x": "1001"}),
        ("pi", "22/7", "", {}),
        ("sum(u[j], j, 1, K)", "0", "K integer >= 1", {"K": "1", "u": ["1"], "first index of u": "1"}),
        (
            "sum(sum(q[i,j], j, 1, i), i, 1, K)",
            "sum(sum(q[i,j], i, 1, j), j, 1, K)",
            "K integer >= 1",
            {"K": "2", "q": [["0", "0"], ["1", "0"]], "first index of q": ["1", "1"]},
        ),
    ],
)
def test_the_witness_reads_easily(lhs: str, rhs: str, where: str, point: dict[str, Any]) -> None:
    found = witness(lhs, rhs, where).entries
    assert found == point or equally_simple(found, point)


def equally_simple(found: dict[str, Any], point: dict[str, Any]) -> bool:
    """The same names with numbers that are together no longer to read."""
    return found.keys() == point.keys() and len(str(found)) <= len(str(point))


def test_a_scalar_and_data_of_one_name_are_both_shown() -> None:
    point = witness("yt + sum(yt[m], m, 0, M-1)", "0", "M integer >= 1; yt[m] in {0, 1}").point
    assert set(point) == {"yt", "yt[]", "M"}


def test_only_elements_that_are_touched_are_shown() -> None:
    point = witness("sum(x[m], m, 0, M-1)", "sum(x[m], m, 0, M-1) + 1", "M integer >= 1").point
    assert point == {"M": "1", "x": ["0"]}


def claim_and_point(lhs: str, rhs: str, where: str, **numbers: str) -> tuple[Claim, Point]:
    claim = Claim.of(parse_tree(lhs), parse_tree(rhs), parse_assumptions(where), "==")
    values = {name: fmpq(*map(int, text.split("/"))) for name, text in numbers.items()}

    def fill(point: Point, name: str, key: tuple[int, ...]) -> None:
        point.elements[name, key] = fmpq(7 * key[0] + 3, 11)

    return claim, Point(values, {}, fill)


def test_an_ugly_counterexample_becomes_small() -> None:
    claim, point = claim_and_point("log(yp*z)", "log(yp)", "0 < yp < 1; z > 0", yp="2531/10000", z="977/3")
    assert claim.at(point).outcome is Outcome.REFUTES
    small, finding = shrink(claim, point, claim.at(point))
    assert {name: str(value) for name, value in small.numbers.items()} == {"yp": "1/2", "z": "1/2"}
    assert finding.outcome is Outcome.REFUTES


def test_a_size_shrinks_with_its_data() -> None:
    claim, point = claim_and_point("sum(x[m], m, 1, M)", "x[1]", "M integer >= 1", M="9")
    small, _ = shrink(claim, point, claim.at(point))
    assert small.numbers == {"M": fmpq(2)}
    assert {key for _, key in small.elements} == {(1,), (2,)}


def test_shrinking_never_leaves_the_clauses_or_the_domain() -> None:
    claim, point = claim_and_point("log(x - 5)", "log(x)", "x > 7; x != 8", x="123/10")
    small, _ = shrink(claim, point, claim.at(point))
    assert small.numbers == {"x": fmpq(10)}


def test_a_row_shrinks_as_a_whole() -> None:
    where = "K integer >= 2; p simplex over 1..K"
    found = witness("sum(p[j]^2, j, 1, K)", "1", where).entries
    assert found == {"K": "2", "p": ["1/2", "1/2"], "first index of p": "1"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (fmpq(3), "3"),
        (fmpq(1, 4), "0.25"),
        (fmpq(-1, 3), "-0.33333333333333333"),
        (fmpq(10) ** 30, "1e+30"),
        (1 / arb(4), "0.25"),
        (acb(0, 2), "0+2j"),
        (acb(fmpq(1, 2), -2), "0.5-2j"),
    ],
)
def test_values_are_decimals_without_balls(value: Any, text: str) -> None:
    assert decimal(value) == text
    assert "+/-" not in decimal(value)


def test_the_difference_is_that_of_the_values() -> None:
    found = witness("exp(x)", "1 + x", "x > 0")
    assert found.point == {"x": "1"}
    assert abs(float(found.lhs) - float(found.rhs) - float(found.difference)) < 1e-15
