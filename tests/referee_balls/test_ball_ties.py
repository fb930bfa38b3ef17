"""Clauses that tie quantities together: points satisfy them, false claims fall at such points, true ones stand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from lossproof import equal
from lossproof.notation import complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.balls.claim import Claim
from lossproof.referee.balls.points import Sampler

M = "M integer >= 1"
Values = dict[str, Any]


def settled(formula: str, where: str, count: int = 60) -> list[Values]:
    """Points at which every clause holds, once the ties are made true: scalars by name, elements by index."""
    node = parse_tree(formula)
    claim = Claim.of(node, node, complete_assumptions(parse_assumptions(where), node), "==")
    found = []
    for point in Sampler.of(claim, 0).points(count):
        claim.settled(point)
        if claim.holds(point):
            values: Values = {name: Fraction(int(q.p), int(q.q)) for name, q in point.numbers.items()}
            for (name, key), q in point.elements.items():
                values.setdefault(name, {})[key if len(key) > 1 else key[0]] = Fraction(int(q.p), int(q.q))
            found.append(values)
    return found


def rises(values: dict[int, Fraction]) -> bool:
    return all(before < after for before, after in pairwise(values[k] for k in sorted(values)))


TIED: list[tuple[str, str, Callable[[Values], bool]]] = [
    ("a", "a + b = 1; b > 0", lambda v: v["a"] + v["b"] == 1 and v["b"] > 0),
    ("a*b*c", "2*a + b = c; a > 0", lambda v: 2 * v["a"] + v["b"] == v["c"] and v["a"] > 0),
    ("x*y", "x*y < 1", lambda v: v["x"] * v["y"] < 1),
    ("sum(c[k], k, 1, M)", f"c[k] < c[k+1]; {M}", lambda v: rises(v["c"])),
    ("c[1] + c[4]", "c[k] < c[k+1]; c[k] integer", lambda v: v["c"][4] - v["c"][1] >= 3),
    ("sum(y[m], m, 1, M)", f"0 <= y[m] <= n[m]; {M}", lambda v: all(0 <= y <= v["n"][m] for m, y in v["y"].items())),
    ("sum(x[m]^2, m, 1, M)", f"sum(x[m], m, 1, M) = 0; {M}", lambda v: sum(v["x"].values()) == 0),
    ("A[1, 2] + A[2, 1]", "A[i, j] = A[j, i]", lambda v: v["A"][1, 2] == v["A"][2, 1]),
    ("x[0] + y", "x[0] = 2*y", lambda v: v["x"][0] == 2 * v["y"]),
]


@pytest.mark.parametrize(("formula", "where", "holds"), TIED)
def test_points_satisfy_what_ties_quantities(formula: str, where: str, holds: Callable[[Values], bool]) -> None:
    points = settled(formula, where)
    assert len(points) >= 12
    assert all(holds(point) for point in points)
    assert len({str(point) for point in points}) >= 8


PROVED = [
    ("a^2 + 2*a*b + b^2", "1", "a + b = 1"),
    ("p*log(p) + q*log(q)", "p*log(p) + (1-p)*log(1-p)", "p + q = 1; 0<p<1, 0<q<1"),
    ("sum((x[m]-a)^2, m, 1, M)", "sum(x[m]^2, m, 1, M) + M*a^2", f"sum(x[m], m, 1, M) = 0; {M}"),
    ("Max(c[k], c[k+1])", "c[k+1]", "c[k] < c[k+1]"),
    ("Max(c[1], c[3])", "c[3]", "c[k] < c[k+1]"),
    ("log((expit(c[j]-u)-expit(c[j-1]-u))^2)", "2*log(expit(c[j]-u)-expit(c[j-1]-u))", "c[k-1] < c[k]; j integer"),
    ("Abs(n[m]-y[m])", "n[m]-y[m]", "0 <= y[m] <= n[m]"),
    ("A[i,j] + A[j,i]", "2*A[i,j]", "A[i,j] = A[j,i]"),
    ("x[1] + x[2]", "x[2]", "x[1] = 0"),
    ("sqrt((1-x)^2)", "1-x", "Abs(x) < 1"),
    ("log((1-a*b)^2)", "2*log(1-a*b)", "a*b < 1"),
    (
        "diff(sum(y[m]*log(p[m]) + (1-y[m])*log(1-p[m]), m, 1, M), w)",
        "sum((y[m]-p[m])*x[m], m, 1, M)",
        f"p[m] = sigmoid(w*x[m]); {M}; y[m] in {{0,1}}",
    ),
    ("sum(p[k], k, 1, K)", "1", "p[k] = exp(z[k])/sum(exp(z[l]), l, 1, K); K integer >= 1"),
]


@pytest.mark.parametrize(("lhs", "rhs", "where"), PROVED)
def test_what_follows_from_a_tie_is_proved(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status == "proved"


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("a^2 + b^2", "1", "a + b = 1"),
        ("sum((x[m]-a)^2, m, 1, M)", "sum(x[m]^2, m, 1, M) - M*a^2", f"sum(x[m], m, 1, M) = 0; {M}"),
        ("Max(c[j], c[j+1])", "c[j]", "c[k] < c[k+1]; j integer"),
        ("Max(c[3]-c[1], 3)", "c[3]-c[1]", "c[k] < c[k+1]; c[k] integer"),
        ("n[m]-y[m]", "y[m]", "0 <= y[m] <= n[m]; y[m], n[m] integer"),
        ("A[1,2]", "A[1,1]", "A[i,j] = A[j,i]"),
        ("a*b", "0", "a*b < 1"),
        ("x", "0", "x^2 < 1"),
        ("log(p[1])", "w*x[1]", "p[m] = sigmoid(w*x[m])"),
    ],
)
def test_what_does_not_follow_is_refuted_at_a_point_that_keeps_the_tie(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status == "refuted"


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("Max(c[3]-c[1], 2)", "c[3]-c[1]", "c[k] < c[k+1]; c[k] integer"),
        ("sum(sum(P[i,j], j, 1, K), i, 1, M)", "M", f"sum(P[i,j], j, 1, K) = 1; {M}; K integer >= 1"),
        ("sum(sum(A[i,j]*x[i], i, 1, K), j, 1, K)", "sum(sum(A[j,i]*x[i], i, 1, K), j, 1, K)", "A[p,q] = A[q,p]"),
        ("x[M]", "x[0]", f"x[M] = x[0]; {M}"),
    ],
)
def test_what_follows_is_never_refuted(lhs: str, rhs: str, where: str) -> None:
    left, right = parse_tree(lhs), parse_tree(rhs)
    agreement = agree_or_refute(left, right, complete_assumptions(parse_assumptions(where), left, right))
    assert agreement.witness is None
    assert agreement.points >= 8


def test_a_tie_at_one_size_is_no_step_of_an_induction_on_it() -> None:
    assert equal("sum(x[m], m, 1, M-1)", "0", f"sum(x[m], m, 1, M) = 0; {M}").status == "refuted"
    assert equal("sum(x[m], m, 1, M)", "0", f"sum(x[m], m, 1, M) = 0; {M}").status == "proved"


def test_ties_that_nothing_satisfies_refute_nothing() -> None:
    assert equal("x + 1", "x", "a*b > 1; a*b < 0").status == "undecided"
    assert equal("a", "b", "a + b = 1; a + b = 2").status == "undecided"
