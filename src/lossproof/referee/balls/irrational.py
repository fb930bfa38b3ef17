"""Irrational numbers that are known exactly: polynomials in one number t, of which something is known.

    t = sqrt(2)     t^2 - 2 = 0       so (t^2 - 2)^2 is 0, and not a ball around 0
    t = log(60)     exp(t) = 60       so exp(t) - 60 is 0
    t = pi          t is pi           so pi - t is 0

Whatever else is done to such a number is done to a ball around it. That such a polynomial is 0 is never wrong: it is
0 modulo an equation that t satisfies. That it is not 0 is left to balls.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Any

from flint import acb, arb, ctx, fmpq, fmpq_poly

from lossproof.notation import tree

if TYPE_CHECKING:
    from lossproof.referee.balls.scalars import Scalar

Polynomial = Any  # fmpq_poly: flint ships no types
LARGEST_DEGREE = 64
_LONGEST = 4096
_LEAST_BITS = 128
_CALL = re.compile(r"\w+\([^()]*\)")


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """The number t. ``enclosure`` gives a ball around it at the precision in force.

    ``modulus`` is an irreducible polynomial that is 0 there, ``node`` a formula for t, ``function`` one whose value at
    t is the rational ``value`` and ``inverse`` the one whose value there is t; each where there is one. ``text`` says
    what t is.
    """

    enclosure: Callable[[], arb]
    text: str
    node: tree.Node | None = None
    modulus: Polynomial = None
    function: str = ""
    value: fmpq | None = None
    inverse: str = ""

    @property
    def number(self) -> Exact:
        """t itself."""
        return Exact(fmpq_poly([0, 1]), self)

    def image(self, function: str, number: fmpq) -> Exact | None:
        """The value of a function of a rational number, where it is made of t: log(60), a square root of 8."""
        if self.inverse and function == self.inverse and number == self.value:
            return self.number
        return self.root_of(number) if function == "sqrt" else None

    def root_of(self, number: fmpq) -> Exact | None:
        """The square root of a rational number, where it is a multiple of t + c or of a power of t."""
        if self.modulus is None or number <= 0:
            return None
        degree = self.modulus.degree()
        centre = self.modulus[degree - 1] / (degree * self.modulus[degree])
        for poly in (fmpq_poly([centre, 1]), *(fmpq_poly([0] * power + [1]) for power in range(1, degree))):
            square = Exact.of(poly * poly, self)
            rational = exact_root(number / square) if isinstance(square, fmpq) and square > 0 else None
            if rational is not None:
                found = Exact(poly * rational, self)
                return found if found > 0 else -found
        return None


def exact_root(number: fmpq) -> fmpq | None:
    """√q where that is rational, else None (q >= 0)."""
    above, below = isqrt(int(number.p)), isqrt(int(number.q))
    if above * above == number.p and below * below == number.q:
        return fmpq(above, below)
    return None


class Exact:
    """A polynomial in t that is not constant, as a number; arithmetic with other numbers gives what is known of it."""

    __slots__ = ("poly", "root")
    q = 0
    """No whole number has this denominator."""

    def __init__(self, poly: Polynomial, root: Root) -> None:
        self.poly = poly
        self.root = root

    @staticmethod
    def of(poly: Polynomial, root: Root) -> Scalar:
        """The number: a rational where the polynomial is constant, a ball where it has grown too long."""
        if root.modulus is not None:
            poly = poly % root.modulus
        if poly.degree() <= 0:
            return fmpq(poly[0])
        made = Exact(poly, root)
        is_long = poly.degree() > LARGEST_DEGREE or max(abs(c).height_bits() for c in poly.coeffs()) > _LONGEST
        return made.ball() if is_long else made

    def ball(self) -> arb:
        """A ball around the number, at the precision in force."""
        t, value = self.root.enclosure(), arb(0)
        for coefficient in reversed(self.poly.coeffs()):
            value = value * t + arb(coefficient)
        return value

    def image(self, function: str) -> Scalar | None:
        """The value of a function, where that is known exactly."""
        is_itself = self.poly == fmpq_poly([0, 1])
        return self.root.value if is_itself and function == self.root.function else None

    def is_zero(self) -> bool:
        """A polynomial that is not constant is never exactly 0."""
        return False

    def is_finite(self) -> bool:
        """Always: it is a number."""
        return True

    def contains(self, number: int) -> bool:
        """Whether the ball does."""
        return bool(self.ball().contains(number))

    def _joined(self, other: Any, operate: Callable[[Any, Any], Any]) -> Any:
        if isinstance(other, Exact):
            return Exact.of(operate(self.poly, other.poly), self.root)
        if isinstance(other, fmpq | int):
            return Exact.of(operate(self.poly, fmpq_poly([fmpq(other)])), self.root)
        return operate(self.ball(), other) if isinstance(other, arb | acb) else NotImplemented

    def __add__(self, other: Any) -> Any:
        return self._joined(other, lambda left, right: left + right)

    def __sub__(self, other: Any) -> Any:
        return self._joined(other, lambda left, right: left - right)

    def __rsub__(self, other: Any) -> Any:
        return self._joined(other, lambda left, right: right - left)

    def __mul__(self, other: Any) -> Any:
        return self._joined(other, lambda left, right: left * right)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Exact:
        return Exact(-self.poly, self.root)

    def inverse(self) -> Scalar:
        """1/number: exact where t is algebraic."""
        if self.root.modulus is None:
            return 1 / self.ball()
        _, found, _ = self.poly.xgcd(self.root.modulus)
        return Exact.of(found, self.root)

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Exact):
            return self * other.inverse()
        return self._joined(other, lambda left, right: left / _as_number(right))

    def __rtruediv__(self, other: Any) -> Any:
        return other * self.inverse()

    def __pow__(self, exponent: int) -> Any:
        if exponent < 0:
            return self.inverse() ** -exponent
        found: Any = fmpq(1)
        for digit in f"{exponent:b}":
            found = found * found
            found = found * self if digit == "1" else found
        return found

    def __abs__(self) -> arb:
        return abs(self.ball())

    def _difference(self, other: Any) -> Any:
        kept, ctx.prec = ctx.prec, max(ctx.prec, _LEAST_BITS)
        try:
            found = self - other
            return found.ball() if isinstance(found, Exact) else found
        finally:
            ctx.prec = kept

    def __lt__(self, other: Any) -> bool:
        return bool(self._difference(other) < 0)

    def __gt__(self, other: Any) -> bool:
        return bool(self._difference(other) > 0)

    def __le__(self, other: Any) -> bool:
        return bool(self._difference(other) <= 0)

    def __ge__(self, other: Any) -> bool:
        return bool(self._difference(other) >= 0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact) and self.root is other.root and bool(self.poly == other.poly)

    def __hash__(self) -> int:
        return hash((*self.poly.coeffs(), id(self.root)))

    def __str__(self) -> str:
        """A formula: ``sqrt(2)``, ``1/2*log(60)``."""
        terms = [
            _term(coefficient, power, self.root.text)
            for power, coefficient in enumerate(self.poly.coeffs())
            if coefficient
        ]
        return " + ".join(reversed(terms)).replace("+ -", "- ")


def _as_number(poly: Any) -> Any:
    """Division of a polynomial is by the number that a constant one is."""
    return fmpq(poly[0]) if isinstance(poly, fmpq_poly) else poly


def _term(coefficient: fmpq, power: int, text: str) -> str:
    if power == 0:
        return str(coefficient)
    if power == coefficient == 1:
        return text
    base = text if text.isidentifier() or (power == 1 and _CALL.fullmatch(text)) else f"({text})"
    base = base if power == 1 else f"{base}^{power}"
    return {fmpq(1): base, fmpq(-1): f"-{base}"}.get(coefficient, f"{coefficient}*{base}")
