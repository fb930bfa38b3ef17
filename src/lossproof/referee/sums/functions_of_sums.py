"""Exponentials and powers of sums. Each rule is sound under the facts where it stands.

exp(a + b) = exp(a)*exp(b)        (p*f)^a = p^a*f^a for p > 0
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.deltas import delta
from lossproof.referee.sums.expressions import key, replace_free, spread, terms_of
from lossproof.referee.sums.finite import MOST_ATOMS, finite_atoms, values
from lossproof.referee.sums.fractions import factored, inverse, numerator_and_divisors
from lossproof.referee.sums.groups import at_a_member

_HIGHEST_POWER = 12


def exponential(expr: sp.Expr, context: Context) -> sp.Expr:
    """``exp(a + b) = exp(a)*exp(b)``, so that what is free of an index can leave its sum."""
    argument = context.argument(expr.args[0])
    found = sp.Mul(*(sp.exp(term) for term in terms_of(argument)))
    return context.note("exponential of a sum", sp.exp(argument), found)


def sign_of(content: sp.Rational) -> sp.Expr:
    """1 or -1."""
    return sp.S.One if content > 0 else sp.S.NegativeOne


@dataclass(frozen=True, slots=True)
class Factor:
    """``base^exponent``, and whether the base is proved positive."""

    base: sp.Expr
    exponent: sp.Rational
    positive: bool


def split(expr: sp.Expr, context: Context) -> tuple[sp.Rational, list[Factor]]:
    """``expr = content * product(factor^n)``; a factor that is proved negative is turned round."""
    numerator, below = numerator_and_divisors(expr)
    content, found = factored(numerator)
    factors = []
    for base, exponent in [*found, *((base, sp.Integer(-n)) for base, n in below.items())]:
        turned = exponent.is_Integer and is_positive(-base, context)
        content = content * (-1) ** exponent if turned else content
        factors.append(Factor(-base if turned else base, exponent, turned or is_positive(base, context)))
    return content, factors


def is_positive(expr: sp.Expr, context: Context) -> bool:
    """Whether ``expr > 0`` is proved, in every case of the finite quantities in it."""
    if context.is_positive(expr):
        return True
    member = at_a_member(expr, context)
    if member is not None:
        return is_positive(*member)
    atoms = sorted(set(finite_atoms(expr, context)), key=key)
    if not atoms or len(atoms) > MOST_ATOMS or expr in atoms:
        return False
    cases = (spread(replace_free(expr, {atoms[0]: point})) for point in values(atoms[0], context) or ())
    return all(is_positive(case, context) for case in cases)


def power(expr: sp.Expr, context: Context) -> sp.Expr:
    """Whole powers are multiplied out or inverted; others are split over positive factors and over sums."""
    base, exponent = context.argument(expr.base), context.normal(expr.exp)
    if exponent.is_Integer and abs(exponent) <= _HIGHEST_POWER:
        return base**exponent if exponent >= 0 else inverse(base, -int(exponent))
    if isinstance(base, sp.exp) and (context.facts.is_real(base.args[0]) or context.is_integer(exponent)):
        return sp.exp(base.args[0] * exponent)
    return context.note("power of a product", base**exponent, _split_power(base, exponent, context))


def _split_power(base: sp.Expr, exponent: sp.Expr, context: Context) -> sp.Expr:
    whole = context.is_integer(exponent)
    if base == 0 and whole and context.at_least_zero(exponent) is True:
        return delta(exponent, sp.S.Zero, context)
    content, factors = split(base, context)
    outside, inside = [_power_of_positive(abs(content), exponent, context)], [sign_of(content)]
    for factor in factors:
        if factor.positive:
            outside.append(_power_of_positive(factor.base, factor.exponent * exponent, context))
        elif whole:
            outside.append(_power_of_any(factor.base, factor.exponent * exponent, context))
        else:
            inside.append(factor.base**factor.exponent)
    rest = sp.Mul(*inside)
    return sp.Mul(*outside) if rest == 1 else sp.Mul(*outside, _power_of_any(spread(rest), exponent, context))


def _parted(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    """``f^(a + b) = f^a*f^b``; of a rational power of a sum the whole part is taken out."""
    if base == 1:
        return sp.S.One
    if exponent.is_Rational and base.is_Add and not exponent.is_Integer:
        return base ** floor(exponent) * base ** (exponent - floor(exponent))
    return sp.Mul(*(base**term for term in terms_of(spread(exponent))))


def _power_of_any(base: sp.Expr, exponent: sp.Expr, context: Context) -> sp.Expr:
    """``b^(p+q) = b^p*b^q`` only where b is not 0, for 0^(M-1) is not 0^M/0."""
    may_part = exponent.is_Rational or context.is_nonzero(base)
    return _parted(base, exponent) if may_part else base ** spread(exponent)


def _power_of_positive(base: sp.Expr, exponent: sp.Expr, context: Context) -> sp.Expr:
    """``p^a = exp(a*log(p))`` unless a is a number."""
    if exponent.is_Rational or base == 1:
        return _parted(base, exponent)
    return context.normal(sp.exp(exponent * sp.log(base)))
