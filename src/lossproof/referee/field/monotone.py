"""The sign of a polynomial read off something simpler, through a strictly increasing function.

sign(exp(a) - exp(b))         = sign(a - b)
sign(T + a*log(f) + b*log(g)) = sign(exp(T)*f^a*g^b - 1)       f, g > 0, a and b whole
"""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.referee.algebra.ratios import Polynomial, Ratio
from lossproof.referee.field.exp_log import exponential

if TYPE_CHECKING:
    from lossproof.referee.field.normal import Normaliser

_LARGEST_POWER = 8


def same_sign(n: Normaliser, polynomial: Polynomial) -> Ratio | None:
    """Something simpler whose sign is that of ``polynomial``, or None."""
    kernels = [n.table.kernels[place] for place in n.table.used(polynomial)]
    kinds = {kernel.kind for kernel in kernels}
    if kinds == {"exp"} and len(polynomial) == 2:
        return _exponents(n, polynomial)
    logs = [kernel for kernel in kernels if kernel.kind == "log"]
    if logs and not any(isinstance(kernel.expr.args[0], sp.Abs) for kernel in logs):
        return exponentiated(n, polynomial)
    return None


def _exponents(n: Normaliser, polynomial: Polynomial) -> Ratio | None:
    """``a - b`` for ``exp(a) - exp(b)``."""
    exponent = n.table.number(0)
    for powers, coefficient in polynomial.terms():
        if abs(coefficient) != 1:
            return None
        for place in n.table.used(polynomial):
            exponent = exponent + n.table.kernels[place].inside.times(int(coefficient) * int(powers[place]))
    signs = {int(coefficient) for coefficient in polynomial.coeffs()}
    return exponent if signs == {1, -1} else None


def exponentiated(n: Normaliser, polynomial: Polynomial) -> Ratio | None:
    """``exp(T)*f^a*g^b - 1``, after a positive multiple that makes a and b whole; None where a log is a factor."""
    value = Ratio(n.table, polynomial, n.table.one)
    logs = [place for place in n.table.used(polynomial) if n.table.kernels[place].kind == "log"]
    if any(any(powers[place] for place in logs) and sum(powers) > 1 for powers in polynomial.monoms()):
        return None
    coefficients = [coefficient for coefficient, _ in value.terms()]
    multiple = lcm(*(coefficient.denominator for coefficient in coefficients))
    if any(abs(multiple * coefficient) > _LARGEST_POWER for coefficient in coefficients):
        return None
    return exponential(n, value.times(multiple)) - n.table.number(1)
