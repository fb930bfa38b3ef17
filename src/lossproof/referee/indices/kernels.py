"""Functions of sums: exponentials, logarithms, powers. Each rule is sound under the facts where it stands.

exp(a + b) = exp(a)*exp(b)        log(p*f) = log(p) + log(f) for p > 0        (p*f)^a = p^a*f^a for p > 0
"""

from __future__ import annotations

from math import floor

import sympy as sp

from lossproof.referee.indices.context import Context
from lossproof.referee.indices.expressions import factors_of, replace_free, spread, terms_of
from lossproof.referee.indices.finite import finite_atoms, values
from lossproof.referee.indices.fractions import factored, inverse, numerator_and_divisors

_HIGHEST_POWER = 12
_LARGEST_FACTORED = 10**6


def exponential(expr: sp.Expr, context: Context) -> sp.Expr:
    """``exp(a + b) = exp(a)*exp(b)``, so that what is free of an index can leave its sum."""
    argument = context.argument(expr.args[0])
    return sp.Mul(*(sp.exp(term) for term in terms_of(argument)))


def logarithm(expr: sp.Expr, context: Context) -> sp.Expr:
    """``log(p^n*f) = n*log(p) + log(f)`` for every factor p that is proved positive."""
    content, factors = split(context.argument(expr.args[0]))
    sign = sp.S.One if content > 0 else sp.S.NegativeOne
    total, left = log_of_rational(abs(content)), [sign]
    for factor, exponent in factors:
        if is_positive(factor, context):
            total += exponent * _log_of_positive(factor)
        else:
            left.append(factor**exponent)
    rest = sp.Mul(*left)
    return total if rest == 1 else total + sp.log(spread(rest) if rest.is_Mul else rest)


def _log_of_positive(factor: sp.Expr) -> sp.Expr:
    base, exponent = factor.as_base_exp()
    if base == sp.E:
        return exponent
    return sp.Add(*(term * sp.log(base) for term in terms_of(exponent)))


def log_of_rational(value: sp.Rational) -> sp.Expr:
    """``log(12) = 2*log(2) + log(3)``; large numbers stay whole."""
    if max(value.p, value.q) > _LARGEST_FACTORED:
        return sp.log(value)
    above, below = sp.factorint(value.p), sp.factorint(value.q)
    parts = [n * sp.log(p) for p, n in above.items()] + [-n * sp.log(p) for p, n in below.items()]
    return sp.Add(*parts)


def split(expr: sp.Expr) -> tuple[sp.Rational, list[tuple[sp.Expr, sp.Rational]]]:
    """``expr = content * product(factor^n)``, numerator and denominator in irreducible factors."""
    numerator, below = numerator_and_divisors(expr)
    content, factors = factored(numerator)
    return content, [*factors, *((base, sp.Integer(-n)) for base, n in below.items())]


def is_positive(expr: sp.Expr, context: Context) -> bool:
    """Whether ``expr > 0`` is proved, in every case of the finite quantities in it."""
    if context.is_positive(expr):
        return True
    atom = next(iter(sorted(finite_atoms(expr, context), key=str)), None)
    if atom is None or atom == expr:
        return False
    cases = (spread(replace_free(expr, {atom: point})) for point in values(atom, context) or ())
    return all(is_positive(case, context) for case in cases)


def power(expr: sp.Expr, context: Context) -> sp.Expr:
    """Whole powers are multiplied out or inverted; others are split over positive factors and over sums."""
    base, exponent = context.argument(expr.base), context.normal(expr.exp)
    if exponent.is_Integer and abs(exponent) <= _HIGHEST_POWER:
        return whole_power(base, int(exponent), context)
    if isinstance(base, sp.exp):
        return sp.exp(base.args[0] * exponent)
    content, factors = split(base)
    if context.is_integer(exponent):
        return sp.Mul(_parted(content, exponent), *(_parted(f, n * exponent) for f, n in factors))
    outside, inside = [], [sp.S.One if content > 0 else sp.S.NegativeOne]
    for factor, n in [(abs(content), sp.S.One), *factors]:
        if is_positive(factor, context):
            outside.append(_parted(factor, n * exponent))
        else:
            inside.append(factor**n)
    rest = sp.Mul(*inside)
    return sp.Mul(*outside) if rest == 1 else sp.Mul(*outside, _parted(spread(rest), exponent))


def _parted(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    """``f^(a + b) = f^a*f^b``; of a rational power of a sum the whole part is taken out."""
    if base == 1:
        return sp.S.One
    if exponent.is_Rational and base.is_Add and not exponent.is_Integer:
        return base ** floor(exponent) * base ** (exponent - floor(exponent))
    return sp.Mul(*(base**term for term in terms_of(spread(exponent))))


def whole_power(base: sp.Expr, exponent: int, context: Context) -> sp.Expr:
    """``base^n`` for a whole n; a denominator is split into irreducible factors."""
    if exponent >= 0:
        return base**exponent
    return inverse(base, -exponent)


def is_single(expr: sp.Expr) -> bool:
    """Whether nothing is multiplied or added in ``expr``."""
    return len(terms_of(expr)) == 1 and len(factors_of(expr)) == 1
