"""A counterexample as text: exact rationals, lists for indexed data, decimals of both sides."""

from __future__ import annotations

from flint import acb, arb, fmpq

from lossproof.referee.balls import scalars
from lossproof.referee.balls.claim import DEEP, Claim, Finding, Outcome
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.scalars import Scalar
from lossproof.referee.verdict import Witness

_DIGITS = 17
_BITS = 4096


def witness(claim: Claim, point: Point, finding: Finding, principal: bool) -> Witness:
    """The counterexample as text, its values computed once more with more bits."""
    again = claim.at(point, principal, precisions=DEEP)
    best = again if again.outcome is Outcome.REFUTES else finding
    values = (best.left, best.right, best.difference)
    left, right, difference = (decimal(value) for value in values if value is not None)
    shown, firsts = readable(claim, point)
    return Witness(shown, left, right, difference, firsts)


def decimal(number: Scalar) -> str:
    """About 17 correct digits; a complex value as ``-0.5+3.14159j``."""
    with scalars.precision(_BITS):
        value = scalars.inexact(number)
        if isinstance(value, acb):
            imaginary = _digits(value.imag)
            return f"{_digits(value.real)}{'' if imaginary.startswith('-') else '+'}{imaginary}j"
        return _digits(value)


def _digits(value: fmpq | arb) -> str:
    if isinstance(value, fmpq) and value.q == 1 and abs(value.p) < 10**_DIGITS:
        return str(value)
    if not isinstance(value, fmpq) and value.contains(0):
        return "0"
    text: str = arb(value).str(_DIGITS, radius=False)
    mantissa, mark, exponent = text.partition("e")
    if "." in mantissa and not arb(value).rad() > 0:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + mark + exponent


def readable(claim: Claim, point: Point) -> tuple[dict[str, object], dict[str, object]]:
    """The point as text: scalars in the order of first use, then indexed data as lists; and where lists start.

    A list covers the touched range of an index; where it starts is said of those that do not start at 0. Two
    indices give a list of lists.
    """
    shown: dict[str, object] = {name: str(point.numbers[name]) for name in claim.scope.free}
    firsts: dict[str, object] = {}
    for name in dict.fromkeys(name for name, _ in point.elements):
        low, high = _corners(point, name)
        shown[name if name not in shown else f"{name}[]"] = _nested(point, name, low, high, ())
        if any(low):
            firsts[name] = str(low[0]) if len(low) == 1 else [str(index) for index in low]
    return shown, firsts


def _corners(point: Point, name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    keys = [key for other, key in point.elements if other == name]
    axes = list(zip(*keys, strict=True))
    return tuple(map(min, axes)), tuple(map(max, axes))


def _nested(
    point: Point, name: str, low: tuple[int, ...], high: tuple[int, ...], above: tuple[int, ...]
) -> list[object]:
    depth = len(above)
    places = [(*above, place) for place in range(low[depth], high[depth] + 1)]
    if depth + 1 < len(low):
        return [_nested(point, name, low, high, place) for place in places]
    return [str(point.element(name, place)) for place in places]
