"""Linear reasoning: does a > b follow from linear facts? (Fourier-Motzkin elimination, exact)

    0 <= k, k <= n  ==>  n >= 0        x > y, y > z  ==>  x - z > 0

A monomial that is not linear (``x*y``, ``exp(z)``) is a variable of its own here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import sympy as sp

_MOST = 120
_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Constraint:
    """``sum(coefficient*monomial) + constant >= 0``, or ``> 0`` when strict."""

    terms: tuple[tuple[sp.Expr, Fraction], ...]
    constant: Fraction
    strict: bool


@lru_cache(maxsize=1 << 14)
def constraint(expr: sp.Expr, strict: bool) -> Constraint:
    """``expr >= 0`` (or ``> 0``) as a linear constraint on the monomials of ``expr``."""
    constant = Fraction(0)
    terms: dict[sp.Expr, Fraction] = {}
    for monomial, coefficient in sp.expand_mul(expr).as_coefficients_dict().items():
        if not coefficient.is_Rational:
            monomial, coefficient = monomial * coefficient, sp.S.One
        value = Fraction(int(coefficient.p), int(coefficient.q))
        if monomial is sp.S.One:
            constant += value
        else:
            terms[monomial] = terms.get(monomial, Fraction(0)) + value
    return Constraint(tuple(terms.items()), constant, strict)


def contradictory(constraints: Iterable[Constraint]) -> bool:
    """True when no assignment of the monomials satisfies all constraints; False when not known."""
    return _contradictory(tuple(dict.fromkeys(constraints)))


@lru_cache(maxsize=1 << 12)
def _contradictory(constraints: tuple[Constraint, ...]) -> bool:
    """`contradictory`, remembered: much the same is asked inside every sum over the same range."""
    rows = list(constraints)
    while rows:
        if any(_is_false(row) for row in rows):
            return True
        rows = [row for row in rows if row.terms]
        if not rows or len(rows) > _MOST:
            return False
        rows = _eliminated(rows, _cheapest(rows))
    return False


def _is_false(row: Constraint) -> bool:
    return not row.terms and (row.constant < 0 or (row.strict and row.constant == 0))


def _cheapest(rows: Sequence[Constraint]) -> sp.Expr:
    """The monomial whose elimination makes the fewest new rows."""
    counts: dict[sp.Expr, list[int]] = {}
    for row in rows:
        for monomial, coefficient in row.terms:
            counts.setdefault(monomial, [0, 0])[coefficient > 0] += 1
    return min(counts, key=lambda monomial: counts[monomial][0] * counts[monomial][1])


def _eliminated(rows: Sequence[Constraint], monomial: sp.Expr) -> list[Constraint]:
    slopes = [(row, _coefficient(row, monomial)) for row in rows]
    others = [row for row, slope in slopes if not slope]
    below = [(row, slope) for row, slope in slopes if slope > 0]
    above = [(row, -slope) for row, slope in slopes if slope < 0]
    combined = [_combined(low, fall, high, rise) for low, rise in below for high, fall in above]
    return list(dict.fromkeys(others + combined))


def _coefficient(row: Constraint, monomial: sp.Expr) -> Fraction:
    return next((coefficient for each, coefficient in row.terms if each == monomial), _NONE)


def _combined(a: Constraint, wa: Fraction, b: Constraint, wb: Fraction) -> Constraint:
    """``wa*a + wb*b`` for positive weights."""
    terms = {monomial: wa * coefficient for monomial, coefficient in a.terms}
    for monomial, coefficient in b.terms:
        terms[monomial] = terms.get(monomial, Fraction(0)) + wb * coefficient
    kept = tuple((monomial, coefficient) for monomial, coefficient in terms.items() if coefficient)
    return Constraint(kept, wa * a.constant + wb * b.constant, a.strict or b.strict)
