"""Polynomials and fractions over kernels: factors, one denominator, cancelling.

    cancelled(1/x + 1/(1 - x)) = -1/(x*(x - 1))       one numerator, spread over irreducible denominators
    factored(a*x + a*y)        = 1, [(a, 1), (x + y, 1)]

A kernel is whatever is neither a sum, a product nor a whole power: x, w[k], exp(z), log(x), sqrt(x), Sum(...).
Powers of one kernel go together (exp(z) and exp(2*z), sqrt(x) and x). Kernels are ordered by name with the
names of bound indices hidden, so that the sign of a denominator does not depend on how an index is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import lcm
from typing import Any

import sympy as sp
from flint import Ordering, fmpq, fmpq_mpoly_ctx

from lossproof.referee.sums.expressions import factors_of, key, spread, terms_of

Polynomial = Any  # flint.fmpq_mpoly, which has no type stubs
Kernel = tuple[sp.Expr, sp.Expr]  # base and the exponent without its rational coefficient
_MOST_TERMS = 400
_LARGEST_DEGREE = 240  # FLINT cannot be interrupted, and ends the process where it wants more memory than there is


@dataclass(frozen=True, slots=True)
class Monomial:
    """``coefficient * product(base^(power*tail)) * product(sum^n)``: one term, taken apart."""

    coefficient: sp.Rational
    powers: Mapping[Kernel, sp.Rational]
    compounds: Mapping[sp.Expr, int]


@lru_cache(maxsize=1 << 15)
def monomial(term: sp.Expr) -> Monomial:
    """Take one term apart; factors that are sums stand in ``compounds``."""
    coefficient: sp.Expr = sp.S.One
    powers: dict[Kernel, sp.Rational] = {}
    compounds: dict[sp.Expr, int] = {}
    for factor in factors_of(term):
        base, exponent = factor.as_base_exp()
        if factor.is_Rational:
            coefficient *= factor
        elif base.is_Add and exponent.is_Integer:
            compounds[base] = compounds.get(base, 0) + int(exponent)
        else:
            number, tail = exponent.as_coeff_Mul(rational=True)
            powers[base, tail] = powers.get((base, tail), sp.S.Zero) + number
    return Monomial(coefficient, powers, compounds)


class Ring:
    """The polynomials in the kernels of some monomials, each kernel to the smallest power that occurs."""

    def __init__(self, monomials: Iterable[Monomial]) -> None:
        monomials = tuple(monomials)
        found = {kernel for m in monomials for kernel in m.powers}
        self.kernels = sorted(found, key=_order)
        self.shares = {k: lcm(*(int(m.powers[k].q) for m in monomials if k in m.powers)) for k in self.kernels}
        self.context = fmpq_mpoly_ctx.get(tuple(f"g{i}" for i in range(max(1, len(found)))), Ordering.lex)

    def lowest(self, monomials: Iterable[Monomial]) -> list[int]:
        """The smallest exponent of each kernel, to be divided out."""
        exponents = [self._exponents(m) for m in monomials]
        return [min(column) for column in zip(*exponents, strict=True)]

    def is_modest(self, monomials: Iterable[Monomial], lowest: list[int], times: int = 1) -> bool:
        """Whether a polynomial over ``product(kernel^lowest)``, to the power ``times``, can be taken apart quickly."""
        spans = (e - low for m in monomials for e, low in zip(self._exponents(m), lowest, strict=True))
        return max(map(abs, spans), default=0) * times <= _LARGEST_DEGREE

    def polynomial(self, monomials: Iterable[Monomial], lowest: list[int]) -> Polynomial:
        """The sum of the monomials over ``product(kernel^lowest)``."""
        total: dict[tuple[int, ...], fmpq] = {}
        for m in monomials:
            exponents = tuple(e - low for e, low in zip(self._exponents(m), lowest, strict=True)) or (0,)
            total[exponents] = total.get(exponents, fmpq(0)) + fmpq(int(m.coefficient.p), int(m.coefficient.q))
        return self.context.from_dict(total)

    def _exponents(self, m: Monomial) -> list[int]:
        return [int(m.powers.get(k, sp.S.Zero) * self.shares[k]) for k in self.kernels]

    def expression(self, polynomial: Polynomial, lowest: list[int] | None = None) -> sp.Expr:
        """The polynomial times ``product(kernel^lowest)`` as a SymPy expression, multiplied out."""
        shift = lowest or [0] * len(self.kernels)
        return sp.Add(*(self._term(exponents, c, shift) for exponents, c in polynomial.terms()))

    def _term(self, exponents: tuple[int, ...], coefficient: fmpq, shift: list[int]) -> sp.Expr:
        powers = (self.power(k, e + s) for k, e, s in zip(self.kernels, exponents, shift, strict=False))
        return sp.Mul(sp.Rational(int(coefficient.p), int(coefficient.q)), *powers)

    def power(self, kernel: Kernel, exponent: int) -> sp.Expr:
        """The kernel's smallest power, to the ``exponent``."""
        base, tail = kernel
        return base ** (sp.Rational(exponent, self.shares[kernel]) * tail)


def _order(kernel: Kernel) -> tuple[bool, str, str, str, str]:
    """Elements of data first: of c[k]/(c[k] + z) the numerator goes out, whatever c and z are called."""
    base, tail = kernel
    plain = not (base.has(sp.Indexed) or tail.has(sp.Indexed))
    return plain, key(base, True), key(tail, True), key(base), key(tail)


@lru_cache(maxsize=1 << 13)
def factored(expr: sp.Expr) -> tuple[sp.Rational, tuple[tuple[sp.Expr, sp.Rational], ...]]:
    """``content * product(factor^n)`` of a sum of monomials; kernels are factors too, with negative n allowed."""
    monomials = [monomial(term) for term in terms_of(expr)]
    if any(m.compounds for m in monomials) or len(monomials) > _MOST_TERMS or expr == 0:
        return sp.S.One, ((expr, sp.S.One),)
    ring = Ring(monomials)
    lowest = ring.lowest(monomials)
    if not ring.is_modest(monomials, lowest):
        return sp.S.One, ((expr, sp.S.One),)
    content, found = ring.polynomial(monomials, lowest).factor()
    factors = [
        (base**tail, sp.Rational(e, ring.shares[base, tail]))
        for (base, tail), e in zip(ring.kernels, lowest, strict=True)
        if e
    ]
    for polynomial, exponent in found:
        unit, primitive = _primitive(polynomial)
        content *= unit ** int(exponent)
        factors.append(_named(ring, primitive, int(exponent)))
    return sp.Rational(int(content.p), int(content.q)), _gathered(factors)


def _named(ring: Ring, polynomial: Polynomial, exponent: int) -> tuple[sp.Expr, sp.Rational]:
    """A factor that is one kernel goes by the kernel's own name, not by its smallest power."""
    expr = ring.expression(polynomial)
    m = monomial(expr) if not expr.is_Add else None
    if m is None or len(m.powers) != 1:
        return expr, sp.Integer(exponent)
    ((base, tail), power), *_ = m.powers.items()
    return base**tail, power * exponent


def _gathered(factors: Iterable[tuple[sp.Expr, sp.Rational]]) -> tuple[tuple[sp.Expr, sp.Rational], ...]:
    total: dict[sp.Expr, sp.Rational] = {}
    for factor, exponent in factors:
        total[factor] = total.get(factor, sp.S.Zero) + exponent
    ordered = sorted(total.items(), key=lambda item: (key(item[0], True), key(item[0])))
    return tuple((factor, exponent) for factor, exponent in ordered if exponent)


def _primitive(polynomial: Polynomial) -> tuple[fmpq, Polynomial]:
    """``unit * primitive``: whole coefficients without a common divisor, the leading one positive."""
    coefficients = polynomial.coeffs()
    below = lcm(*(int(c.q) for c in coefficients))
    above = sp.igcd(*(int(c.p) * below // int(c.q) for c in coefficients))
    unit = fmpq(int(above), below) * (1 if polynomial.leading_coefficient() > 0 else -1)
    return unit, polynomial / unit


def compound(expr: sp.Expr) -> bool:
    """Whether a term of ``expr`` is divided by a sum."""
    return any(n < 0 for term in terms_of(expr) for n in monomial(term).compounds.values())


@lru_cache(maxsize=1 << 15)
def kernels_of(expr: sp.Expr) -> frozenset[Kernel]:
    """The kernels in a sum of monomials."""
    return frozenset(kernel for term in terms_of(expr) for kernel in monomial(term).powers)


def is_simple(m: Monomial) -> bool:
    """Whether no two denominators of a term, a kernel to a negative power being one, have a kernel in common."""
    met: set[Kernel] = {kernel for kernel, n in m.powers.items() if n < 0}
    for base, n in m.compounds.items():
        inside = kernels_of(base)
        if n < 0 and met & inside:
            return False
        met |= inside if n < 0 else set()
    return True


@lru_cache(maxsize=1 << 13)
def cancelled(expr: sp.Expr) -> sp.Expr:
    """``expr`` over one denominator, in lowest terms, as a sum of its numerator's terms over the denominator.

    Denominators are irreducible polynomials in the kernels, as `inverse` makes them. Where no term has two
    denominators with a kernel in common, terms in partial fractions cannot cancel and are left as they are.
    """
    monomials = [monomial(term) for term in terms_of(expr)]
    if all(is_simple(m) for m in monomials):
        return expr
    below: dict[sp.Expr, int] = {}
    for m in monomials:
        for base, n in m.compounds.items():
            below[base] = max(below.get(base, 0), -n)
    inside = {base: [monomial(term) for term in terms_of(base)] for base in below}
    if any(m.compounds for parts in inside.values() for m in parts):
        return expr
    return _over(monomials, below, inside) or expr


def _over(
    monomials: list[Monomial], below: dict[sp.Expr, int], inside: dict[sp.Expr, list[Monomial]]
) -> sp.Expr | None:
    """The monomials over one denominator; None where the polynomials would be too large."""
    ring = Ring([*monomials, *(m for parts in inside.values() for m in parts)])
    zeros = [0] * len(ring.kernels)
    lowest = [min(0, e) for e in ring.lowest(monomials)]
    modest = (ring.is_modest(inside[base], zeros, n) for base, n in below.items())
    if not (ring.is_modest(monomials, lowest) and all(modest)):
        return None
    polynomials = {base: ring.polynomial(parts, zeros) for base, parts in inside.items()}
    total = ring.context.constant(0)
    for m in monomials:
        part = ring.polynomial([m], lowest)
        for base, n in below.items():
            part *= polynomials[base] ** (n + m.compounds.get(base, 0))
        total += part
    for base in below:
        below[base], total = _lowest_terms(total, polynomials[base], below[base])
    divisor = sp.Mul(*(base**-n for base, n in below.items()))
    return sp.Add(*(term * divisor for term in terms_of(ring.expression(total, lowest))))


def _lowest_terms(total: Polynomial, divisor: Polynomial, times: int) -> tuple[int, Polynomial]:
    while times and not total.is_zero():
        quotient, remainder = divmod(total, divisor)
        if not remainder.is_zero():
            break
        times, total = times - 1, quotient
    return times, total


def numerator_and_divisors(expr: sp.Expr) -> tuple[sp.Expr, dict[sp.Expr, int]]:
    """``expr = numerator / product(divisor^n)`` with sums as divisors; monomials stay in the numerator."""
    whole = cancelled(expr)
    below: dict[sp.Expr, int] = {}
    for term in terms_of(whole):
        for base, n in monomial(term).compounds.items():
            below[base] = max(below.get(base, 0), -n)
    over = sp.Mul(*(base**n for base, n in below.items()))
    return sp.Add(*(spread(term * over) for term in terms_of(whole))), below


def inverse(expr: sp.Expr, times: int = 1) -> sp.Expr:
    """``expr^-times`` as a product of powers of irreducible factors."""
    numerator, below = numerator_and_divisors(expr)
    content, factors = factored(numerator)
    above = spread(sp.Mul(*(base ** (n * times) for base, n in below.items())))
    divisor = sp.Mul(content**-times, *(factor ** (-n * times) for factor, n in factors))
    return sp.Add(*(term * divisor for term in terms_of(above)))
