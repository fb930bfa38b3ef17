"""Every function of the grammar, and its derivatives, against mpmath at 50 digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from flint import arb, fmpq
from mpmath import mp

from lossproof.functions.table import FUNCTIONS as GRAMMAR
from lossproof.referee.balls import jets, scalars
from lossproof.referee.balls.function_balls import FUNCTIONS, Analytic, Apply

Arguments = tuple[str, ...]

_EVERYWHERE = ["0", "1/3", "-1/3", "1", "-2", "7/2", "-25/2", "40", "-40"]
_POSITIVE = ["1/1000", "1/3", "1", "2", "7/2", "12", "1000"]
_GAMMA = ["1/3", "1", "2", "7/2", "12", "171", "-1/3", "-7/2"]
POINTS: dict[str, list[Arguments]] = {
    **{name: [(x,) for x in _EVERYWHERE] for name in (
        "exp", "expit", "sigmoid", "softplus", "expm1", "sin", "cos", "tanh", "sinh", "cosh", "atan", "erf",
        "erfc", "normcdf", "lognormcdf", "normpdf", "asinh",
    )},
    **{name: [(x,) for x in _POSITIVE] for name in ("log", "ln", "sqrt", "loggamma")},
    **{name: [(x,) for x in _GAMMA] for name in ("gamma", "digamma", "trigamma")},
    **{name: [("0",), ("1/1000",), ("-1/3",), ("99/100",)] for name in ("asin", "acos", "atanh")},
    **{name: [("1/3", "2"), ("1", "1"), ("12", "1/7"), ("171", "170")] for name in ("beta", "betaln")},
    "clip": [("1", "0", "2"), ("-1", "0", "2"), ("3", "0", "2"), ("1", "5", "2")],
    "factorial": [("0",), ("1",), ("5",), ("61",), ("1/2",), ("-1/3",)],
    "logit": [("1/1000",), ("1/3",), ("1/2",), ("9/10",)],
    "log1p": [("-9/10",), ("0",), ("1/1000000",), ("3",)],
    "log1mexp": [("1/1000000",), ("1",), ("40",)],
    "Abs": [("3",), ("-1/3",)],
    "sign": [("3",), ("-1/3",)],
    "Heaviside": [("3",), ("-1/3",)],
    "xlogy": [("2", "1/3"), ("1/3", "7"), ("-1", "1/2")],
    "binomial": [("7", "3"), ("7/2", "2"), ("7/2", "3/2"), ("200", "70"), ("5", "0"), ("6", "6"), ("6", "13/2")],
    "logsumexp": [("1", "2", "-3"), ("1/3",), ("40", "-40")],
    "Max": [("1", "2", "-3"), ("1/3", "1/4")],
    "Min": [("1", "2", "-3"), ("1/3", "1/4")],
    "delta": [("1", "2"), ("1/3", "1/4")],
}  # fmt: skip


def number(text: str) -> Any:
    """The text as an mpmath number."""
    numerator, _, denominator = text.partition("/")
    return mp.mpf(numerator) / mp.mpf(denominator or 1)


def close(ours: Any, theirs: Any, digits: int = 50) -> bool:
    """Whether the ball, or the rational, agrees to ``digits`` digits."""
    value = arb(ours)
    middle = mp.mpf(value.mid().str(90, radius=False))
    return value.is_finite() and abs(middle - theirs) <= mp.mpf(10) ** -digits * max(1, abs(theirs))


def disagreements(
    functions: Mapping[str, Apply], theirs: Mapping[str, Callable[..., Any]], orders: tuple[int, ...]
) -> set[str]:
    """The names whose values or derivatives by the first argument differ from mpmath's."""
    wrong = set()
    for name, places in POINTS.items():
        for place in places:
            if not all(agrees(functions[name], theirs[name], place, order) for order in orders):
                wrong.add(name)
    return wrong


def agrees(ours: Apply, theirs: Callable[..., Any], place: Arguments, order: int) -> bool:
    with scalars.precision(320), mp.workdps(150):
        first, *rest = (fmpq(*map(int, text.split("/"))) for text in place)
        value: jets.Value = first
        for level in range(order):
            value = jets.add(value, jets.unit(1 << level))
        result = ours([value, *rest], False)
        for level in range(order):
            result = jets.coefficient(result, 1 << level)
        others = [number(text) for text in place[1:]]
        truth = mp.diff(lambda x: theirs(x, *others), number(place[0]), order)
        return close(result, truth)


def test_the_evaluator_knows_every_function_of_the_grammar() -> None:
    assert set(FUNCTIONS) == set(GRAMMAR) == set(POINTS)


@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_functions_and_derivatives_agree_with_mpmath(order: int, oracle: Any) -> None:
    assert disagreements(FUNCTIONS, oracle.functions, (order,)) == set()


def _spoiled(name: str, change: dict[str, Any]) -> Mapping[str, Apply]:
    sound = FUNCTIONS[name]
    assert isinstance(sound, Analytic)
    return {**FUNCTIONS, name: replace(sound, **change)}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("erfc", {"ball": lambda x: (-x).erfc()}),
        ("erfc", {"series": lambda s: (-s).erfc()}),
        ("tanh", {"series": lambda s: 1 - 2 / (s.exp() + 1)}),
        ("digamma", {"series": lambda s: s.lgamma().derivative() * 2}),
        ("softplus", {"ball": lambda x: x.exp().log1p() + arb("1e-40")}),
        ("normcdf", {"ball": lambda x: (-x / arb(2).sqrt()).erfc() * (arb("1.0005") / 2)}),
        ("expit", {"exact": lambda q: fmpq(1) if q == 0 else None}),
    ],
)
def test_a_planted_error_in_a_function_is_caught(name: str, change: dict[str, Any], oracle: Any) -> None:
    assert disagreements(_spoiled(name, change), oracle.functions, (0, 1)) == {name}
