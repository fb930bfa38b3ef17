"""Rational functions over kernels, exact and fast: the field in which identities are decided.

    num / den   with num, den polynomials over Q in kernels: yp, exp(z), log(yp), sqrt(2*pi) ...

Kernels are treated as independent unknowns, except for the relations on record: ``kernel^q = polynomial``
(sqrt(2)^2 = 2, |x|^2 = x^2). If the numerator of a difference is the zero polynomial the difference is zero
wherever it is defined. Polynomial arithmetic is FLINT's (fmpq_mpoly).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

import sympy as sp
from flint import Ordering, fmpq, fmpq_mpoly_ctx

Polynomial = Any  # flint.fmpq_mpoly, which has no type stubs
_MOST_TERMS = 4000
_LARGEST_DEGREE = 400  # FLINT cannot be interrupted, and ends the process where it wants more memory than there is


class TooLarge(Exception):
    """The polynomials outgrow their bounds: not proved in this way."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """One unknown of the field. ``kind`` says what ``inside`` is:

    "atom" (nothing inside), "exp" (the exponent, a Ratio), "log" and "abs" (a Polynomial f, the kernel being
    log|f| or |f|), "root" (the radicand and q), "fine" (x and d, the kernel being x^(1/d)), "opaque" (nothing
    the algebra looks into).
    """

    kind: str
    expr: sp.Expr
    inside: Any = None


class Table:
    """The kernels met so far and the polynomial ring they span; it only grows, up to ``size``."""

    def __init__(self, size: int = 48) -> None:
        self.context = fmpq_mpoly_ctx.get(tuple(f"g{i}" for i in range(size)), Ordering.degrevlex)
        self.unknowns = self.context.gens()
        self.kernels: list[Kernel] = []
        self.relations: dict[int, tuple[int, Polynomial]] = {}
        self._places: dict[object, int] = {}
        self.one = self.context.constant(1)
        self.zero = self.context.constant(0)

    def place(self, key: object, make: Callable[[], Kernel]) -> int:
        """The number of the kernel known by ``key``; made and entered at its first use."""
        if key not in self._places:
            kernel = make()
            if len(self.kernels) == len(self.unknowns):
                raise TooLarge("more kernels than the ring has unknowns")
            self._places[key] = len(self.kernels)
            self.kernels.append(kernel)
        return self._places[key]

    def kernel(self, key: object, make: Callable[[], Kernel]) -> Ratio:
        """The kernel known by ``key`` as an element of the field."""
        return Ratio(self, self.unknowns[self.place(key, make)], self.one)

    def relate(self, place: int, exponent: int, value: Polynomial) -> None:
        """Put ``kernel^exponent = value`` on record."""
        self.relations[place] = (exponent, value)

    def number(self, value: Fraction | int) -> Ratio:
        """A rational number as an element of the field."""
        value = Fraction(value)
        return Ratio(self, self.context.constant(fmpq(value.numerator, value.denominator)), self.one)

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """``polynomial`` with every relation used, so that no kernel stands above its exponent."""
        changed = bool(self.relations)
        while changed:
            degrees, changed = polynomial.degrees(), False
            for place, (exponent, value) in self.relations.items():
                if degrees[place] >= exponent:
                    polynomial, changed = self._lowered(polynomial, place, exponent, value), True
                    break
        return polynomial

    def _lowered(self, polynomial: Polynomial, place: int, exponent: int, value: Polynomial) -> Polynomial:
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for powers, coefficient in polynomial.terms():
            times, left = divmod(powers[place], exponent)
            powers = (*powers[:place], left, *powers[place + 1 :])
            parts.setdefault(times, {})[powers] = coefficient
        found = sum((self.context.from_dict(part) * value**times for times, part in parts.items()), self.zero)
        return _bounded(found)

    def coefficients(self, polynomial: Polynomial, place: int) -> dict[int, Polynomial]:
        """The coefficients of the powers of one unknown."""
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for powers, coefficient in polynomial.terms():
            rest = (*powers[:place], 0, *powers[place + 1 :])
            parts.setdefault(int(powers[place]), {})[rest] = coefficient
        return {power: self.context.from_dict(part) for power, part in parts.items()}

    def to_expr(self, polynomial: Polynomial) -> sp.Expr:
        """The polynomial as a SymPy expression."""
        return sp.Add(*(self.term_expr(powers, c) for powers, c in polynomial.terms()))

    def term_expr(self, powers: tuple[int, ...], coefficient: fmpq) -> sp.Expr:
        """One term as a SymPy expression."""
        factors = [power_of(self.kernels[i].expr, int(power)) for i, power in enumerate(powers) if power]
        return sp.Mul(sp.Rational(int(coefficient.p), int(coefficient.q)), *factors)

    def used(self, polynomial: Polynomial) -> Iterator[int]:
        """The numbers of the kernels that stand in ``polynomial``."""
        return (place for place, degree in enumerate(polynomial.degrees()) if degree > 0)

    def single(self, polynomial: Polynomial) -> Kernel | None:
        """The kernel that ``polynomial`` consists of, if it is just one unknown."""
        if len(polynomial) != 1 or polynomial.total_degree() != 1 or polynomial.leading_coefficient() != 1:
            return None
        return self.kernels[next(self.used(polynomial))]


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """``num/den`` in lowest terms, the leading coefficient of ``den`` being 1."""

    table: Table
    num: Polynomial
    den: Polynomial

    @property
    def is_zero(self) -> bool:
        return bool(self.num.is_zero())

    @property
    def key(self) -> str:
        """Equal for equal ratios of one table, and only for these."""
        return f"{self.num}/{self.den}"

    @property
    def constant(self) -> Fraction | None:
        """The rational number that this is, or None."""
        if not (self.num.is_constant() and self.den.is_constant()):
            return None
        return fraction(self.num.leading_coefficient()) if not self.num.is_zero() else Fraction(0)

    def __add__(self, other: Ratio) -> Ratio:
        if self.den == other.den:
            return ratio(self.table, self.num + other.num, self.den)
        shared = _shared(self.den, other.den)
        left, right = self.den / shared, other.den / shared
        return ratio(self.table, self.num * right + other.num * left, self.den * right)

    def __neg__(self) -> Ratio:
        return Ratio(self.table, -self.num, self.den)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + -other

    def __mul__(self, other: Ratio) -> Ratio:
        return ratio(self.table, self.num * other.num, self.den * other.den)

    def __truediv__(self, other: Ratio) -> Ratio:
        return ratio(self.table, self.num * other.den, self.den * other.num)

    def __pow__(self, exponent: int) -> Ratio:
        if _power_terms(self.num, exponent) + _power_terms(self.den, exponent) > _MOST_TERMS:
            raise TooLarge(f"a sum to the power {exponent}")
        if exponent < 0:
            return ratio(self.table, self.den**-exponent, self.num**-exponent)
        return ratio(self.table, self.num**exponent, self.den**exponent)

    def times(self, factor: Fraction | int) -> Ratio:
        """The rational multiple."""
        factor = Fraction(factor)
        return Ratio(self.table, self.num * fmpq(factor.numerator, factor.denominator), self.den)

    def terms(self) -> Iterator[tuple[Fraction, Ratio]]:
        """``self = sum(coefficient * term)``: one term of the numerator over the denominator each."""
        for powers, coefficient in self.num.terms():
            monomial = self.table.context.from_dict({powers: fmpq(1)})
            yield fraction(coefficient), ratio(self.table, monomial, self.den)

    def factors(self) -> tuple[Fraction, list[tuple[Polynomial, int]]]:
        """``self = content * product(f^n)``: irreducible f over Z; n is negative in the denominator."""
        content, above = factored(self.num)
        unit, below = factored(self.den)
        found = [(f, int(n)) for f, n in above] + [(f, -int(n)) for f, n in below]
        return fraction(content) / fraction(unit), found

    def to_expr(self) -> sp.Expr:
        """The ratio as a SymPy expression."""
        return sp.Mul(self.table.to_expr(self.num), power_of(self.table.to_expr(self.den), -1))


def power_of(expr: sp.Expr, power: int) -> sp.Expr:
    """``expr^power``; SymPy pushes the power into the pieces of a Piecewise and may never end."""
    return sp.Pow(expr, power, evaluate=not isinstance(expr, sp.Piecewise))


def fraction(value: fmpq) -> Fraction:
    """The same rational number in Python's own type."""
    return Fraction(int(value.p), int(value.q))


def ratio(table: Table, num: Polynomial, den: Polynomial) -> Ratio:
    """``num/den`` with relations used and common factors cancelled; ZeroDivisionError when den is zero."""
    num, den = _rational_below(table, table.reduced(_bounded(num)), table.reduced(_bounded(den)))
    if den.is_zero():
        raise ZeroDivisionError("a denominator is identically zero")
    if num.is_zero():
        return Ratio(table, num, table.one)
    if not den.is_constant():
        shared = _shared(num, den)
        if not shared.is_constant():
            num, den = num / shared, den / shared
    leading = den.leading_coefficient()
    return Ratio(table, num / leading, den / leading)


def _power_terms(polynomial: Polynomial, exponent: int) -> int:
    """How many terms a power of a sum can have: choose(exponent + terms - 1, exponent)."""
    return comb(abs(exponent) + len(polynomial) - 1, abs(exponent)) if len(polynomial) else 1


def factored(polynomial: Polynomial) -> tuple[fmpq, list[tuple[Polynomial, int]]]:
    """Content and irreducible factors over Z with their exponents; `TooLarge` where the degrees are."""
    content, factors = _modest(polynomial).factor()
    return content, factors


def _shared(one: Polynomial, other: Polynomial) -> Polynomial:
    """The greatest common divisor."""
    return _modest(one).gcd(_modest(other))


def _modest(polynomial: Polynomial) -> Polynomial:
    if len(polynomial) > 1 and max(polynomial.degrees(), default=0) > _LARGEST_DEGREE:
        raise TooLarge("a polynomial of a degree too large to be taken apart")
    return polynomial


def _bounded(polynomial: Polynomial) -> Polynomial:
    if len(polynomial) > _MOST_TERMS:
        raise TooLarge(f"a polynomial with {len(polynomial)} terms")
    return polynomial


def _rational_below(table: Table, num: Polynomial, den: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Roots out of the denominator: 1/r = r^(q-1)/r^q; 1/(a + b r) = (a - b r)/(a^2 - b^2 r^2)."""
    for place, (exponent, _) in table.relations.items():
        degree = den.degrees()[place]
        if not degree or table.kernels[place].kind != "root":
            continue
        partner = _partner(table, den, place, exponent)
        if partner is not None:
            below = table.reduced(den * partner)
            if not below.is_zero():
                num, den = table.reduced(_bounded(num * partner)), below
    return num, den


def _partner(table: Table, den: Polynomial, place: int, exponent: int) -> Polynomial | None:
    powers = [term[place] for term in den.monoms()]
    if min(powers) == max(powers):
        return table.unknowns[place] ** (exponent - powers[0])
    if exponent != 2:
        return None
    flipped = {term: (-c if term[place] else c) for term, c in den.terms()}
    return table.context.from_dict(flipped)
