"""Partial fractions of one term, where they need no new denominators.

    1/(m*(m + 1)) = 1/m - 1/(m + 1)        E/(E + 1)^2 = 1/(E + 1) - 1/(E + 1)^2

Denominators in one kernel are parted by that kernel; of a denominator in several kernels the leading monomial
leaves the numerator. What is left is unique, so that sums of such terms are equal term by term.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import sympy as sp
from flint import fmpq, fmpq_poly

from lossproof.referee.sums.expressions import key, spread, terms_of
from lossproof.referee.sums.fractions import Kernel, Monomial, Ring, kernels_of, monomial


@lru_cache(maxsize=1 << 13)
def parted(term: sp.Expr) -> sp.Expr:
    """The term as a sum of terms in partial fractions; itself where it is one already."""
    m = monomial(term)
    divisors = sorted((base for base, n in m.compounds.items() if n < 0), key=lambda base: key(base, True))
    for divisor in divisors:
        kernels = kernels_of(divisor)
        step = _parted_by(m, *kernels) if len(kernels) == 1 else _leading_monomial_out(term, m, divisor)
        if step is not None:
            return sp.Add(*(parted(part) for part in terms_of(step)))
    return term


def _parted_by(m: Monomial, kernel: Kernel) -> sp.Expr | None:
    """Partial fractions in one kernel; None where there is one denominator in it and a numerator below its degree.

    None too where the degrees are too large for that.
    """
    alone = {base: -n for base, n in m.compounds.items() if kernels_of(base) == {kernel}}
    inside = {base: [monomial(part) for part in terms_of(base)] for base in alone}
    ring = Ring([m, *(part for parts in inside.values() for part in parts)])
    zeros = [0] * len(ring.kernels)
    modest = (ring.is_modest(inside[base], zeros, abs(n)) for base, n in alone.items())
    if not (ring.is_modest([m], zeros) and all(modest)):
        return None
    power = int(m.powers.get(kernel, sp.S.Zero) * ring.shares[kernel])
    divisors = [(_in_one_kernel(ring, base, kernel), n) for base, n in alone.items()]
    if len(divisors) == 1 and 0 <= power < divisors[0][0].degree():
        return None
    names: list[sp.Expr] = [*alone]
    if power < 0:
        divisors.append((fmpq_poly([0, 1]), -power))
        names.append(ring.power(kernel, 1))
    powers = (base ** (n * tail) for (base, tail), n in m.powers.items() if (base, tail) != kernel)
    others = (base**n for base, n in m.compounds.items() if base not in alone)
    rest = sp.Mul(m.coefficient, *powers, *others)
    return sp.Add(
        *(
            rest * _coefficient(c) * ring.power(kernel, place) * (names[k] ** -n if n else 1)
            for numerator, k, n in _pieces(max(power, 0), divisors)
            for place, c in enumerate(numerator.coeffs())
            if c != 0
        )
    )


def _in_one_kernel(ring: Ring, base: sp.Expr, kernel: Kernel) -> fmpq_poly:
    place = ring.kernels.index(kernel)
    polynomial = ring.polynomial([monomial(part) for part in terms_of(base)], [0] * len(ring.kernels))
    coefficients = {exponents[place]: c for exponents, c in polynomial.terms()}
    return fmpq_poly([coefficients.get(n, fmpq(0)) for n in range(max(coefficients) + 1)])


def _pieces(power: int, divisors: list[tuple[fmpq_poly, int]]) -> Iterator[tuple[fmpq_poly, int, int]]:
    """(numerator, which divisor, its exponent) of ``x^power / product(f^n)``; exponent 0: the polynomial part."""
    whole = fmpq_poly([1])
    for f, n in divisors:
        whole *= f**n
    quotient, remainder = divmod(fmpq_poly([0] * power + [1]), whole)
    yield quotient, 0, 0
    for k, (f, n) in enumerate(divisors):
        own = f**n
        _, inverse, _ = (whole // own).xgcd(own)
        digits = remainder * inverse % own
        for exponent in range(n, 0, -1):
            digits, digit = divmod(digits, f)
            yield digit, k, exponent


def _coefficient(value: fmpq) -> sp.Rational:
    return sp.Rational(int(value.p), int(value.q))


def _leading_monomial_out(term: sp.Expr, m: Monomial, divisor: sp.Expr) -> sp.Expr | None:
    """``L*g/(L + t) = g - t*g/(L + t)`` for the leading monomial L of a denominator that divides the numerator."""
    parts = [monomial(part) for part in terms_of(divisor)]
    ring = Ring(parts)
    polynomial = ring.polynomial(parts, [0] * len(ring.kernels))
    exponents, coefficient = next(iter(polynomial.terms()))
    leading = [(k, sp.Rational(n, ring.shares[k])) for k, n in zip(ring.kernels, exponents, strict=True) if n]
    if not leading or not all(m.powers.get(kernel, sp.S.Zero) >= n for kernel, n in leading):
        return None
    out = sp.Mul(_coefficient(coefficient), *(base ** (n * tail) for (base, tail), n in leading))
    rest = term / out
    others = sp.Add(*(part for part in terms_of(divisor) if part != out))
    return rest * divisor - spread(rest * others)
