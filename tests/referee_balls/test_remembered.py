"""What has one shape is evaluated once for the same indices, and what a derivative moves is evaluated again."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flint import arb, fmpq

from lossproof.notation import complete_assumptions, parse_assumptions, parse_tree
from lossproof.referee.balls import agree_or_refute, scalars
from lossproof.referee.balls.claim import Claim
from lossproof.referee.balls.evaluate import compile_tree
from lossproof.referee.balls.jets import number_of
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.same_shape import placed
from lossproof.referee.balls.state import Scope


class Counted:
    """Data whose elements are 1 + the sum of their indices, and how often each was read."""

    root = None

    def __init__(self) -> None:
        self.reads: Counter[Any] = Counter()

    def element(self, name: str, indices: tuple[int, ...]) -> fmpq:
        self.reads[name, indices] += 1
        return fmpq(1 + sum(indices), 3)


def value(text: str, elements: Counted, **numbers: int) -> arb:
    scope = Scope()
    run = compile_tree(parse_tree(text), scope)
    state = scope.state({name: fmpq(numbers[name]) for name in scope.free}, elements)
    with scalars.precision(200):
        return arb(number_of(run(state)))


@pytest.mark.parametrize(
    "text",
    [
        "sum(exp(a[m]), m, 1, M) + sum(exp(a[k]), k, 1, M)",
        "sum(sum(exp(a[j]), j, 1, M), i, 1, M)",
        "sum(exp(a[m])*exp(a[m]), m, 1, M)",
        "sum(diff(exp(a[m])*x, x), m, 1, M) + sum(exp(a[m]), m, 1, M)",
    ],
)
def test_what_has_one_shape_is_evaluated_once_for_the_same_indices(text: str) -> None:
    elements = Counted()
    value(text, elements, M=4, x=2)
    assert elements.reads == {("a", (m,)): 1 for m in range(1, 5)}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("exp(x)*diff(exp(x), x)", "exp(2*x)"),
        ("diff(exp(x)*diff(exp(x*y), y), x)", "exp(x)*x*exp(x*y) + exp(x)*(exp(x*y) + x*y*exp(x*y))"),
        ("exp(a[1]) + diff(exp(a[1])*exp(a[2]), a[1])", "exp(a[1]) + exp(a[1])*exp(a[2])"),
        ("sum(exp(a[m]), m, 1, 3) - diff(sum(exp(a[m]), m, 1, 3), a[2])", "exp(a[1]) + exp(a[3])"),
        ("diff(diff(exp(x*a[1]), x), a[1])", "(1 + x*a[1])*exp(x*a[1])"),
        ("sum(diff(exp(x*m), x), m, 1, 3) - sum(m*exp(x*m), m, 1, 3)", "0"),
        ("sum(sum(exp(a[i] - 2*a[j]), i, 1, 2), j, 1, 3)", "sum(sum(exp(a[j] - 2*a[i]), j, 1, 2), i, 1, 3)"),
    ],
)
def test_a_derivative_sees_what_it_moves_and_nothing_else(text: str, same: str) -> None:
    difference = value(f"{text} - ({same})", Counted(), x=2, y=3)
    assert difference.contains(0)
    assert difference.rad() < 1e-30


def test_shapes_differ_where_indices_are_used_in_another_order() -> None:
    scope = Scope()
    inner, first = scope.inside("i")
    inner, second = inner.inside("j")
    one, other, turned = (placed(parse_tree(text), inner) for text in ("w[i, j]*z[j]", "w[j, i]*z[i]", "w[i, j]*z[i]"))
    assert one[0] is other[0] is not turned[0]
    assert (one[1], other[1]) == ((first, second), (second, first))


def test_both_sides_of_a_claim_share_what_they_found(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = (parse_tree(f"sum(exp(a[{index}]), {index}, 1, 9)") for index in ("m", "k"))
    claim = Claim.of(left, right, complete_assumptions(parse_assumptions(""), left, right), "==")
    read: list[str] = []
    element = Point.element
    monkeypatch.setattr(
        Point, "element", lambda self, name, indices: (read.append(name), element(self, name, indices))[1]
    )
    point = Point({}, {}, lambda point, name, indices: point.elements.update({(name, indices): fmpq(1, 7)}))
    claim.at(point)
    assert len(read) == 9


def test_a_wrong_claim_is_refuted_under_whatever_names_of_indices() -> None:
    left, right = parse_tree("sum(exp(a[m])*b[m], m, 1, M)"), parse_tree("sum(exp(a[k])*b[k], k, 1, M-1)")
    found = agree_or_refute(left, right, complete_assumptions(parse_assumptions("M integer >= 1"), left, right))
    assert found.witness is not None


def test_what_is_smooth_everywhere_is_tried_at_no_more_points_than_are_enough() -> None:
    def tried(lhs: str, rhs: str) -> int:
        sides = parse_tree(lhs), parse_tree(rhs)
        held = complete_assumptions(parse_assumptions("x real; y real"), *sides)
        return agree_or_refute(*sides, held, points=6, enough=12).points

    assert 6 <= tried("exp(x + y)", "exp(x)*exp(y)") <= 12
    assert tried("Max(x, y) - y", "Max(x - y, 0)") > 12
