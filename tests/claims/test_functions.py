"""Notation, prover and ball evaluator mean the same by every function of the grammar: what its row says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import pytest
import sympy
from flint import arb, fmpq

import lossproof
from lossproof.functions.table import ARGUMENTS, FUNCTIONS, Function
from lossproof.notation import free_names, parse_tree, to_latex, to_text
from lossproof.notation.function_domains import image
from lossproof.notation.functions import demands
from lossproof.notation.tree import Node
from lossproof.referee.balls import function_balls as balls
from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.evaluate import compile_tree
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.state import Scope
from lossproof.referee.balls.where_to_look import kinks, look

# What the others are defined by; the evaluator's tests hold these against mpmath.
PRIMITIVE = {"exp", "log", "ln", "sin", "cos", "atan", "asin", "erfc", "gamma"}
ROWS = [pytest.param(row, id=row.name) for row in FUNCTIONS.values()]
DEFINED = [pytest.param(row, id=row.name) for row in FUNCTIONS.values() if row.definition]
SLOPES = [
    pytest.param(row, letter, slope, id=f"{row.name} by {letter}")
    for row in FUNCTIONS.values()
    for letter, slope in zip(ARGUMENTS, row.derivative, strict=False)
]
PLACES = [fmpq(n, 7) for n in (-280, -71, -23, -12, -8, -6, -5, -2, -1, 0, 1, 2, 5, 6, 8, 12, 23, 71, 280)]


def test_every_function_is_defined_by_others_or_is_primitive() -> None:
    assert {row.name for row in FUNCTIONS.values() if not row.definition} == PRIMITIVE


@pytest.mark.parametrize("row", DEFINED)
def test_a_function_is_proved_to_be_what_it_is_defined_as(row: Function) -> None:
    assert lossproof.equal(row.call, row.definition, where=row.where).status == "proved"
    assert lossproof.equal(row.call, f"{row.definition} + 10^(-20)", where=row.where).status == "refuted"


@pytest.mark.parametrize(("row", "letter", "slope"), SLOPES)
def test_a_derivative_is_proved_to_be_what_the_row_says(row: Function, letter: str, slope: str) -> None:
    assert lossproof.equal(f"diff({row.call}, {letter})", slope, where=row.where).status == "proved"
    assert lossproof.equal(f"diff({row.call}, {letter})", f"{slope} + 10^(-20)", where=row.where).status == "refuted"


def arguments(row: Function) -> Iterator[tuple[Any, ...]]:
    """Points of the domain: every place for one argument, pairs of places for two."""
    for point in product(PLACES if row.most == 1 else PLACES[::3], repeat=row.most or 2):
        exact = [sympy.Rational(int(x.p), int(x.q)) for x in point]
        if all(demand > 0 or (demand == 0 and not strict) for demand, strict in demands(row.name, exact)):
            yield point


def value(row: Function, *point: Any) -> Any:
    return balls.FUNCTIONS[row.name](point, False)


def number(node: Node) -> Any:
    scope = Scope()
    return compile_tree(node, scope)(scope.state({}, Point({}, {}, lambda *_: fmpq(0))))


def outside(row: Function) -> list[Any]:
    """The points at which the value is proved not to lie in the image."""
    said, found = image(row.name), []
    with scalars.precision(4000):
        for point in arguments(row):
            at = value(row, *point)
            low = 1 if said.low is None else scalars.sign(at - number(said.low))
            high = 1 if said.high is None else scalars.sign(number(said.high) - at)
            if min(low, high) < 0 or (low == 0 and said.low_open) or (high == 0 and said.high_open):
                found.append(point)
    return found


def direction(row: Function) -> set[int]:
    """The signs of f(b) - f(a) for a < b."""
    with scalars.precision(4000):
        values = [value(row, *point) for point in arguments(row)]
        return {scalars.sign(after - before) for before, after in pairwise(values)}


def parity(row: Function) -> set[str]:
    """Which symmetries hold at all points."""
    with scalars.precision(400):
        pairs = [(value(row, *point), value(row, *(-x for x in point))) for point in arguments(row)]
        same = {"even": [a - b for a, b in pairs], "odd": [a + b for a, b in pairs]}
        return {kind for kind, gaps in same.items() if all(abs(gap) < fmpq(1, 10**40) for gap in gaps)}


@pytest.mark.parametrize("row", ROWS)
def test_values_lie_in_the_image_at_points_of_the_domain(row: Function) -> None:
    assert len(list(arguments(row))) > 3
    assert outside(row) == []


@pytest.mark.parametrize("row", ROWS)
def test_a_function_goes_up_and_down_as_its_row_says(row: Function) -> None:
    if row.least == row.most == 1:
        found = {frozenset({1}): "increasing", frozenset({-1}): "decreasing"}.get(frozenset(direction(row)), "")
        assert found == row.monotone


@pytest.mark.parametrize("row", ROWS)
def test_a_function_is_even_or_odd_where_its_row_says_so(row: Function) -> None:
    if row.where == "x real":
        assert parity(row) == {row.symmetry} - {""}


@pytest.mark.parametrize(
    ("name", "change", "seen"),
    [
        ("expit", {"image": "0 < f < 1/2"}, outside),
        ("cosh", {"image": "f > 1"}, outside),
        ("atan", {"image": "-3/2 < f < 3/2"}, outside),
    ],
)
def test_a_wrong_image_is_seen(name: str, change: dict[str, str], seen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled = replace(FUNCTIONS[name], **change)  # type: ignore[arg-type]
    monkeypatch.setitem(FUNCTIONS, name, spoiled)
    image.cache_clear()
    try:
        assert seen(spoiled)
    finally:
        image.cache_clear()


def has_value(row: Function, *point: Any, principal: bool = False) -> bool:
    try:
        balls.FUNCTIONS[row.name](point, principal)
    except scalars.Unusable:
        return False
    return True


@pytest.mark.parametrize("row", ROWS)
def test_a_smooth_function_has_a_derivative_at_inner_points_and_no_other_at_its_kink(row: Function) -> None:
    inner = [point for point in arguments(row) if row.where != "x >= 0" or point != (0,)]
    moved = [[jets.add(x, jets.unit(1)) if place == 0 else x for place, x in enumerate(point)] for point in inner]
    assert all(has_value(row, *point) for point in moved) == row.smooth


@pytest.mark.parametrize("row", ROWS)
def test_beyond_its_domain_a_function_is_real_or_complex_or_has_poles(row: Function) -> None:
    if row.least == row.most == 1 and row.where != "x real":
        assert has_value(row, fmpq(-5, 2)) == row.real_beyond
        assert not has_value(row, fmpq(-3))
        assert has_value(row, fmpq(-3), principal=True) != row.poles


def steepness(row: Function, x: int) -> float:
    """|log |f'||, the larger of that at x and that at -x, where there is a domain."""
    with scalars.precision(30_000):
        places = [fmpq(at) for at in (x, -x) if has_value(row, fmpq(at))]
        slopes = [jets.coefficient(value(row, jets.add(at, jets.unit(1))), 1) for at in places]
        return max(float(abs(arb(abs(slope)).log())) for slope in slopes)


@pytest.mark.parametrize("row", [param for param in ROWS if param.values[0].most == 1 and param.values[0].smooth])
def test_a_function_comes_near_to_its_limits_as_fast_as_its_row_says(row: Function) -> None:
    if row.fades:
        factor, power = row.fades
        assert 0.9 < steepness(row, 100) / (factor * 100**power) < 1.1
    elif has_value(row, fmpq(100)) and not row.growth.is_like_gamma:
        assert steepness(row, 100) < 20


@pytest.mark.parametrize("row", ROWS)
def test_where_to_look_is_said_in_the_names_of_the_claim(row: Function) -> None:
    sums = ", ".join(f"{letter} + 1" for letter in "abc"[: row.most or 2])
    assert {name for kink in kinks([look(parse_tree(f"{row.name}({sums})"))]) for name in free_names(kink)} <= set(
        "abc"
    )


def test_rows_are_read_again_as_they_are_printed_and_no_two_look_alike() -> None:
    for row in FUNCTIONS.values():
        for formula in filter(None, (row.call, row.definition, *row.derivative)):
            assert parse_tree(to_text(parse_tree(formula))) == parse_tree(formula)
    assert len({to_latex(parse_tree(row.call)) for row in FUNCTIONS.values()}) == len(FUNCTIONS)
