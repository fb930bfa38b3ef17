"""The binomial theorem and its moments.

sum of a^y*b^(n-y)/(y!*(n-y)!)            = (a + b)^n/n!                                          n >= 0
sum of y^k*a^y*b^(n-y)/(y!*(n-y)!)        = sum over j of S(k,j)*a^j*(a + b)^(n-j)*n*(n-1)*../n!  a + b != 0

S(k,j) are Stirling's numbers of the second kind: y^k is a combination of y*(y-1)*..*(y-j+1).
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from sympy.functions.combinatorial.numbers import stirling

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import total
from lossproof.referee.sums.expressions import Range, base_and_exponent, spread, variables
from lossproof.referee.sums.summation import Outcome, Summation

_HIGHEST_MOMENT = 6


@dataclass(frozen=True, slots=True)
class Term:
    """``y^power * up^y * down^(n-y) / (y!*(n-y)!)``"""

    power: int
    up: sp.Expr
    down: sp.Expr


def theorem(summation: Summation, context: Context) -> Outcome | None:
    """The sum over all y = 0..n in closed form."""
    if len(summation.ranges) != 1:
        return None
    (r,) = summation.ranges
    term = _term(summation, r) if r.low == 0 and context.at_least_zero(r.high) is True else None
    if term is None or term.power > _HIGHEST_MOMENT or not all(total(v, context) for v in (term.up, term.down)):
        return None
    both = term.up + term.down
    if term.power and not context.is_nonzero(both):
        return None
    return ((sp.exp(-sp.loggamma(r.high + 1)) * _moment(term, both, r.high), ()),)


def _moment(term: Term, both: sp.Expr, n: sp.Expr) -> sp.Expr:
    if term.power == 0:
        return both**n
    return sp.Add(
        *(
            stirling(term.power, j) * sp.Mul(*(n - i for i in range(j))) * term.up**j * both ** (n - j)
            for j in range(1, term.power + 1)
        )
    )


def _term(summation: Summation, r: Range) -> Term | None:
    """The summand taken apart; None for any other."""
    power, up, down, below = 0, sp.S.One, sp.S.One, []
    for factor in summation.factors:
        base, exponent = base_and_exponent(factor)
        if base == r.index and exponent > 0:
            power += int(exponent)
        elif (place := _factorial_below(factor)) is not None:
            below.append(place)
        elif (bases := _bases(factor, r)) is not None:
            up, down = up * bases[0], down * bases[1]
        else:
            return None
    whole = len(below) == 2 and {*below} == {r.index, spread(r.high - r.index)}
    return Term(power, up, down) if whole else None


def _factorial_below(factor: sp.Expr) -> sp.Expr | None:
    """The z of ``1/z!``, which is written ``exp(-loggamma(z + 1))``."""
    if isinstance(factor, sp.exp) and isinstance(-factor.args[0], sp.loggamma):
        return spread((-factor.args[0]).args[0] - 1)
    return None


def _bases(factor: sp.Expr, r: Range) -> tuple[sp.Expr, sp.Expr] | None:
    """(a, b) for ``a^y*b^(n-y)``, of which one is 1."""
    base, exponent = factor.as_base_exp()
    exponent = spread(exponent)
    rate = exponent.coeff(r.index)
    rest = spread(exponent - rate * r.index)
    if rate == 0 or r.index in variables(base) | variables(rate) | variables(rest):
        return None
    if rest == 0:
        return base**rate, sp.S.One
    return (sp.S.One, base**-rate) if spread(rest + rate * r.high) == 0 else None
