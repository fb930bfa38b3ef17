"""A group over a range speaks of its range alone: what lies beyond is any real number, in both halves."""

from __future__ import annotations

import pytest

from lossproof.referee import Status, equal

SIMPLEX = "p simplex over 1..K; K integer >= 2"
ONE_HOT = "t one-hot over 1..K; K integer >= 2"


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("log(p[0]^2)", "2*log(p[0])", SIMPLEX),
        ("log(p[K+1]^2)", "2*log(p[K+1])", SIMPLEX),
        ("log(p[k]^2)", "2*log(p[k])", f"{SIMPLEX}; k in 1..K+1"),
        ("Abs(p[0])", "p[0]", SIMPLEX),
        ("sqrt(p[K+1]^2)", "p[K+1]", SIMPLEX),
        ("sum(p[j], j, 0, K)", "1", SIMPLEX),
        ("t[0]^2", "t[0]", ONE_HOT),
        ("Max(t[K+1], 0)", "t[K+1]", ONE_HOT),
        ("sum(t[j]^2, j, 0, K)", "sum(t[j], j, 0, K)", ONE_HOT),
    ],
)
def test_what_holds_inside_is_refuted_beyond(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.REFUTED


@pytest.mark.parametrize(
    ("lhs", "rhs", "where"),
    [
        ("log(p[k]^2)", "2*log(p[k])", f"{SIMPLEX}; k in 1..K"),
        ("sqrt(p[0]^2)", "p[0]", f"{SIMPLEX}; p[m] > 0"),
        ("sum(p[j], j, 0, K)", "1 + p[0]", SIMPLEX),
        ("sum(p[j], j, 1, K-1)", "1 - p[K]", SIMPLEX),
        ("t[1]^2", "t[1]", ONE_HOT),
        ("sum(t[j]^2, j, 1, K)", "1", ONE_HOT),
    ],
)
def test_what_holds_inside_is_proved_there(lhs: str, rhs: str, where: str) -> None:
    assert equal(lhs, rhs, where).status is Status.PROVED
