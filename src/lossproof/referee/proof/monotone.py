"""The sign of a polynomial read off something simpler, through a strictly increasing function.

sign(exp(a) - exp(b)) = sign(a - b)           sign(log(f) - log(g)) = sign(f - g)     f, g > 0
"""

from __future__ import annotations

from lossproof.referee.algebra.ratios import Polynomial, Ratio, Table, fraction

_LARGEST_POWER = 8


def same_sign(table: Table, polynomial: Polynomial) -> Ratio | None:
    """Something simpler whose sign is that of ``polynomial``, or None."""
    kinds = {table.kernels[place].kind for place in table.used(polynomial)}
    if kinds == {"exp"} and len(polynomial) == 2:
        return _exponents(table, polynomial)
    if kinds == {"log"} and polynomial.total_degree() == 1:
        return _arguments(table, polynomial)
    return None


def _exponents(table: Table, polynomial: Polynomial) -> Ratio | None:
    """``a - b`` for ``exp(a) - exp(b)``."""
    exponent = table.number(0)
    for powers, coefficient in polynomial.terms():
        if abs(coefficient) != 1:
            return None
        for place in table.used(polynomial):
            exponent = exponent + table.kernels[place].inside.times(int(coefficient) * int(powers[place]))
    signs = {int(coefficient) for coefficient in polynomial.coeffs()}
    return exponent if signs == {1, -1} else None


def _arguments(table: Table, polynomial: Polynomial) -> Ratio | None:
    """The numerator of ``f^a*g^b - 1`` for ``a*log(f) + b*log(g)`` with positive f and g and whole a and b."""
    powers = [(term.index(1), fraction(c)) for term, c in polynomial.terms() if any(term)]
    if len(powers) < len(polynomial) or any(c.denominator != 1 or abs(c) > _LARGEST_POWER for _, c in powers):
        return None
    product = table.number(1)
    for place, power in powers:
        product = product * Ratio(table, table.kernels[place].inside, table.one) ** int(power)
    return Ratio(table, (product - table.number(1)).num, table.one)
