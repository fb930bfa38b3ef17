"""Rules for the gamma family and the error function.

loggamma(x + n) = loggamma(x) + log(x) + ... + log(x + n - 1)     x > 0
loggamma(2*x)   = loggamma(x) + loggamma(x + 1/2) + (2*x - 1)*log(2) - log(pi)/2        x > 0
loggamma(1 - x) = log(pi) - log(sin(pi*x)) - loggamma(x)          0 < x < 1
gamma(x)        = exp(loggamma(x))                                x > 0
erfc(-x)        = 2 - erfc(x)
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.referee.algebra.ratios import Ratio, fraction
from lossproof.referee.field.exp_log import exponential, log_number, logarithm
from lossproof.referee.field.record import unevaluated

if TYPE_CHECKING:
    from lossproof.referee.field.normal import Normaliser, Rule

_MOST_SHIFTS = 12
_LEAST_CONSTANT = 3
_SMALL_FACTORIAL = 200
_FACTORIALS_APART = 64


def lowered(n: Normaliser, argument: Ratio) -> tuple[Ratio, list[Ratio]]:
    """(x, [x, x+1, ..., x+k-1]) with argument = x + k, x as small as it is proved positive."""
    steps: list[Ratio] = []
    for _ in range(_MOST_SHIFTS):
        below = argument - n.table.number(1)
        if n.ratio_signs(below) != {1}:
            break
        steps.append(below)
        argument = below
    return argument, steps


def _loggamma(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument = n.ratio(expr.args[0])
    return n.note("recurrence of log-gamma", unevaluated(sp.loggamma, argument), log_gamma(n, argument))


def log_gamma(n: Normaliser, argument: Ratio) -> Ratio:
    """loggamma in its lowest form; small whole and half numbers in full, large ones from a multiple of 64."""
    number = argument.constant
    if number is not None and number > 0 and number.denominator == 1:
        return _log_factorial(n, int(number) - 1)
    argument, steps = lowered(n, argument)
    total = n.table.number(0)
    for step in steps:
        total = total + logarithm(n, step)
    if argument.constant == Fraction(1, 2):
        return total + _log_pi(n).times(Fraction(1, 2))
    return total + _lowest_log_gamma(n, argument)


def _log_factorial(n: Normaliser, number: int) -> Ratio:
    """log(n!), from log(m!) for a large m with few numbers between."""
    start = 0 if number < _SMALL_FACTORIAL else number - number % _FACTORIALS_APART
    between = log_number(n, Fraction(prod(range(start + 1, number + 1))))
    return between + n.opaque(sp.loggamma(sp.Integer(start + 1), evaluate=False)) if start else between


def _lowest_log_gamma(n: Normaliser, argument: Ratio) -> Ratio:
    """Duplication for an argument 2*x, reflection for 1 - x between 0 and 1; else a kernel."""
    one = n.table.number(1)
    if _is_twice(argument) and n.ratio_signs(argument) == {1}:
        half = argument.times(Fraction(1, 2))
        parts = log_gamma(n, half) + log_gamma(n, half + one.times(Fraction(1, 2)))
        return parts + (argument - one) * log_number(n, Fraction(2)) - _log_pi(n).times(Fraction(1, 2))
    if _is_reflected(n, argument):
        sine = n.ratio(sp.sin(sp.pi * (one - argument).to_expr(), evaluate=False))
        return _log_pi(n) - logarithm(n, sine) - log_gamma(n, one - argument)
    return n.opaque(sp.loggamma(argument.to_expr(), evaluate=False))


def _is_reflected(n: Normaliser, argument: Ratio) -> bool:
    """Of x and 1 - x, both positive, the one that is to go."""
    below = n.table.number(1) - argument
    return leads_negative(argument) and n.ratio_signs(argument) == n.ratio_signs(below) == {1}


def _is_twice(argument: Ratio) -> bool:
    """Is the argument a polynomial whose coefficients, apart from the constant, are even numbers?"""
    if argument.constant is not None or not argument.den.is_constant():
        return False
    moving = [fraction(c) for powers, c in argument.num.terms() if any(powers)]
    return all(c.denominator == 1 and c.numerator % 2 == 0 for c in moving)


def _log_pi(n: Normaliser) -> Ratio:
    return logarithm(n, n.ratio(sp.pi))


def _gamma(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument = n.ratio(expr.args[0])
    return n.note("gamma as exponential of log-gamma", unevaluated(sp.gamma, argument), gamma(n, argument))


def gamma(n: Normaliser, argument: Ratio) -> Ratio:
    """gamma(x): exp(loggamma(x)) for x > 0; else gamma(x) = gamma(x+1)/x up to a constant term of 3 at least.

    Going up keeps the domain as it is; going down, gamma(x) = (x-1)*gamma(x-1), would lose x = 1.
    """
    if n.ratio_signs(argument) == {1}:
        return exponential(n, log_gamma(n, argument))
    divisor, one = n.table.number(1), n.table.number(1)
    while _LEAST_CONSTANT - _MOST_SHIFTS <= constant_term(argument) < _LEAST_CONSTANT:
        divisor = divisor * argument
        argument = argument + one
    return n.opaque(sp.gamma(argument.to_expr())) / divisor


def constant_term(argument: Ratio) -> Fraction:
    """The constant term of a polynomial; that of a true fraction counts as large."""
    if not argument.den.is_constant():
        return Fraction(_LEAST_CONSTANT)
    if argument.is_zero:
        return Fraction(0)
    last = min(argument.num.terms(), key=lambda term: sum(term[0]))
    return Fraction(0) if any(last[0]) else fraction(last[1])


def _binomial(n: Normaliser, expr: sp.Expr) -> Ratio:
    top, bottom = (n.ratio(argument) for argument in expr.args)
    one, rest = n.table.number(1), top - bottom
    before = unevaluated(sp.binomial, top, bottom)
    if (k := bottom.constant) is not None and k.denominator == 1 and 0 <= k <= _MOST_SHIFTS:
        return n.note("binomial coefficient as a product", before, _falling(n, top, int(k)))
    if all(n.ratio_signs(part + one) == {1} for part in (top, bottom, rest)):
        after = gamma(n, top + one) / (gamma(n, bottom + one) * gamma(n, rest + one))
        return n.note("binomial coefficient by gammas", before, after)
    return n.opaque(sp.binomial(top.to_expr(), bottom.to_expr()))


def _falling(n: Normaliser, top: Ratio, k: int) -> Ratio:
    result = n.table.number(1)
    for j in range(k):
        result = result * (top - n.table.number(j)).times(Fraction(1, j + 1))
    return result


def _polygamma(n: Normaliser, expr: sp.Expr) -> Ratio:
    """psi_k(x+1) = psi_k(x) + (-1)^k k!/x^(k+1)"""
    order = {"digamma": 0, "trigamma": 1}.get(expr.func.__name__)
    order = int(expr.args[0]) if order is None else order
    found = poly_gamma(n, order, n.ratio(expr.args[-1]))
    return n.note("recurrence of polygamma", lambda: expr, found)


def poly_gamma(n: Normaliser, order: int, argument: Ratio) -> Ratio:
    """psi_k in its lowest form."""
    argument, steps = lowered(n, argument)
    total = n.table.number(0)
    for step in steps:
        total = total + (step ** -(order + 1)).times(int((-1) ** order * sp.factorial(order)))
    return total + _lowest_poly_gamma(n, order, argument)


def _lowest_poly_gamma(n: Normaliser, order: int, argument: Ratio) -> Ratio:
    """The derivatives of duplication and reflection; else a kernel.

    psi_k(2*x) = (psi_k(x) + psi_k(x + 1/2))/2^(k+1), and log(2) for k = 0
    psi(1 - x) = psi(x) + pi*cos(pi*x)/sin(pi*x)         psi_1(1 - x) = (pi/sin(pi*x))^2 - psi_1(x)
    """
    one = n.table.number(1)
    if _is_twice(argument) and n.ratio_signs(argument) == {1}:
        half = argument.times(Fraction(1, 2))
        both = poly_gamma(n, order, half) + poly_gamma(n, order, half + one.times(Fraction(1, 2)))
        mean = both.times(Fraction(1, 2 ** (order + 1)))
        return mean if order else mean + log_number(n, Fraction(2))
    if order <= 1 and _is_reflected(n, argument):
        mirrored = one - argument
        angle, pi = sp.pi * mirrored.to_expr(), n.ratio(sp.pi)
        sine, cosine = (n.ratio(function(angle, evaluate=False)) for function in (sp.sin, sp.cos))
        if order == 0:
            return poly_gamma(n, 0, mirrored) + pi * cosine / sine
        return (pi / sine) ** 2 - poly_gamma(n, 1, mirrored)
    rest = sp.polygamma(order, argument.to_expr())
    return n.opaque(rest) if isinstance(rest, sp.polygamma) else n.ratio(rest)


def _euler_gamma(n: Normaliser, expr: sp.Expr) -> Ratio:
    """digamma(1) = -EulerGamma, for which the grammar has no word of its own."""
    return -n.opaque(sp.polygamma(0, 1, evaluate=False))


def _erfc(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument = n.ratio(expr.args[0])
    return n.note("reflection of erfc", unevaluated(sp.erfc, argument), erfc(n, argument))


def erfc(n: Normaliser, argument: Ratio) -> Ratio:
    """erfc with an argument whose leading coefficient is positive."""
    if argument.is_zero:
        return n.table.number(1)
    if leads_negative(argument):
        return n.table.number(2) - erfc(n, -argument)
    return n.opaque(sp.erfc(argument.to_expr(), evaluate=False))


def leads_negative(argument: Ratio) -> bool:
    """Of x and -x exactly one leads with a negative coefficient: the choice of sign for odd functions."""
    return bool(argument.num.leading_coefficient() < 0)


def _consecutive(n: Normaliser, factor: sp.Expr, limits: tuple[sp.Tuple, ...]) -> tuple[Ratio, Ratio] | None:
    """(a + c, b + c + 1) for ``factor = i + c``, i from a to b, where a + c > 0 and a <= b + 1."""
    if len(limits) != 1:
        return None
    index, low, high = limits[0]
    shift = factor - index
    if index in shift.free_symbols:
        return None
    first, after = n.ratio(low + shift), n.ratio(high + shift + 1)
    return (first, after) if n.ratio_signs(first) == {1} and n.ratio_signs(after - first) <= {0, 1} else None


def _product(n: Normaliser, expr: sp.Expr) -> Ratio:
    """prod(i + c, i, a, b) = gamma(b + c + 1)/gamma(a + c); else a kernel."""
    ends = _consecutive(n, expr.function, expr.limits)
    if ends is None:
        return n.opaque(expr)
    after = gamma(n, ends[1]) / gamma(n, ends[0])
    return n.note("product of consecutive numbers", lambda: expr, after)


def _sum(n: Normaliser, expr: sp.Expr) -> Ratio:
    """sum(log(i + c), i, a, b) = loggamma(b + c + 1) - loggamma(a + c); else a kernel."""
    body = expr.function
    ends = _consecutive(n, body.args[0], expr.limits) if isinstance(body, sp.log) else None
    if ends is None:
        return n.opaque(expr)
    after = log_gamma(n, ends[1]) - log_gamma(n, ends[0])
    return n.note("sum of logarithms of consecutive numbers", lambda: expr, after)


RULES: dict[str, Rule] = {
    "loggamma": _loggamma,
    "gamma": _gamma,
    "EulerGamma": _euler_gamma,
    "binomial": _binomial,
    **dict.fromkeys(("polygamma", "digamma", "trigamma"), _polygamma),
    "erfc": _erfc,
    "Product": _product,
    "Sum": _sum,
}
