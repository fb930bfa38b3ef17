"""The sign of a polynomial read off something simpler, through a strictly increasing function.

sign(exp(a) - exp(b))         = sign(a - b)                    a, b real
sign(T + a*log(f) + b*log(g)) = sign(exp(T)*f^a*g^b - 1)       f, g > 0, T real, a and b whole
sign(c*sqrt(a) + d)           = sign(c) if c^2*a > d^2, sign(d) if c^2*a < d^2
sign(c*a^(1/q) + d)           = sign(c^q*a + d^q)                q odd

Beyond the reals the exponential is not one to one, exp(2*pi*i) = 1: nothing is read through it there.
"""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.referee.algebra.ratios import Kernel, Polynomial, Ratio
from lossproof.referee.field.exp_log import exponential

if TYPE_CHECKING:
    from lossproof.referee.field.normal import Normaliser

_LARGEST_POWER = 8
_ODD_ROOTS = (3, 5)


def same_sign(n: Normaliser, polynomial: Polynomial) -> Ratio | None:
    """Something simpler whose sign is that of ``polynomial``, or None."""
    if not n.is_real(polynomial):
        return None
    kernels = [n.table.kernels[place] for place in n.table.used(polynomial)]
    kinds = {kernel.kind for kernel in kernels}
    if kinds == {"exp"} and len(polynomial) == 2:
        return _exponents(n, polynomial)
    roots = [place for place in n.table.used(polynomial) if _is_root(n.table.kernels[place])]
    if roots and (found := _greater_part(n, polynomial, roots[-1])):  # the last one made holds the others
        return found
    logs = [kernel for kernel in kernels if kernel.kind == "log"]
    if logs and not any(isinstance(kernel.expr.args[0], sp.Abs) for kernel in logs):
        return exponentiated(n, polynomial)
    return None


def _is_root(kernel: Kernel) -> bool:
    return bool(kernel.kind == "root" and (kernel.inside[1] == 2 or kernel.inside[1] in _ODD_ROOTS))


def _greater_part(n: Normaliser, polynomial: Polynomial, place: int) -> Ratio | None:
    """Of ``c*r + d``, r the root at ``place``, the part that is larger in size, or what compares the two."""
    parts = n.table.coefficients(polynomial, place)
    if not parts.keys() <= {0, 1}:
        return None
    c, d = (Ratio(n.table, parts.get(power, n.table.zero), n.table.one) for power in (1, 0))
    radicand, order = n.table.kernels[place].inside
    if order in _ODD_ROOTS:
        return c**order * radicand + d**order
    distance = c * c * radicand - d * d
    larger = n.ratio_signs(distance)
    if larger in ({1}, {-1}):
        return c if larger == {1} else d
    of_root, of_rest = n.ratio_signs(c), n.ratio_signs(d)
    if of_root == {1} and of_rest <= {-1, 0}:
        return distance
    return -distance if of_root == {-1} and of_rest <= {0, 1} else None


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
