"""Powers of a base that may be 0, whose exponents cannot be taken apart.

c * c^M = c^(M + 1)        sum of c^(i + M) = c^M * sum of c^i,  i >= 0, M >= 0
"""

from __future__ import annotations

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.defined import may_leave
from lossproof.referee.sums.expressions import spread, terms_of, variables
from lossproof.referee.sums.summation import Outcome, Summation


def powers_joined(factors: tuple[sp.Expr, ...], context: Context) -> sp.Expr | None:
    """``b^p*b^q = b^(p+q)`` for a base that may be 0: p, q >= 0, or one of them negative, which keeps b off 0."""
    bases = [f.base for f in factors if isinstance(f, sp.Pow) and not f.exp.is_Rational]
    for base in bases:
        same = [f for f in factors if f.as_base_exp()[0] == base]
        exponents = [f.as_base_exp()[1] for f in same]
        if len(same) < 2 or context.is_nonzero(base) or not all(context.is_integer(e) for e in exponents):
            continue
        if all(context.at_least_zero(e) is True for e in exponents) or any(context.less(e, 0) for e in exponents):
            return sp.Mul(base ** spread(sp.Add(*exponents)), *(f for f in factors if f not in same))
    return None


def constant_exponent_out(summation: Summation, context: Context) -> Outcome | None:
    """``b^(i+e) = b^e*b^i`` for exponents that are not negative, so that ``b^e`` can leave the sum over i."""
    inside = context.open(*summation.ranges)
    for factor in summation.factors:
        if not isinstance(factor, sp.Pow) or variables(factor.base) & summation.indices:
            continue
        moving = [term for term in terms_of(factor.exp) if variables(term) & summation.indices]
        fixed, rest = factor.exp - sp.Add(*moving), sp.Add(*moving)
        if not moving or fixed == 0 or not inside.is_integer(factor.exp):
            continue
        if not may_leave((factor.base,), summation.ranges, context):
            continue
        if inside.at_least_zero(fixed) is True and inside.at_least_zero(rest) is True:
            others = [f for f in summation.factors if f != factor]
            return ((factor.base ** spread(fixed), (summation.with_body((*others, factor.base**rest)),)),)
    return None
