"""Rules for sin, cos, atan and asin.

cos(a + b) + i*sin(a + b) = (cos(a) + i*sin(a))*(cos(b) + i*sin(b))
sin(x)^2                  = 1 - cos(x)^2
cos(pi*n), sin(pi*n)      = (-1)^n, 0      n an integer
atan(-x)                  = -atan(x)         asin(-x) = -asin(x)
sin(asin(x))              = x                tan(atan(x)) = x
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.referee.algebra.ratios import Kernel, Ratio
from lossproof.referee.field.exp_log import root
from lossproof.referee.field.record import NotProved, unevaluated
from lossproof.referee.field.special import leads_negative

if TYPE_CHECKING:
    from lossproof.referee.field.normal import Normaliser, Rule

_LARGEST_MULTIPLE = 24
_HALF = Fraction(1, 2)
Point = tuple[Ratio, Ratio]
"""A point of the unit circle: cosine and sine of an angle."""


def _sin(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument = n.ratio(expr.args[0])
    return n.note("sine of a sum", unevaluated(sp.sin, argument), on_circle(n, argument)[1])


def _cos(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument = n.ratio(expr.args[0])
    return n.note("cosine of a sum", unevaluated(sp.cos, argument), on_circle(n, argument)[0])


def on_circle(n: Normaliser, angle: Ratio) -> Point:
    """(cos, sin) of an angle, term by term."""
    point = n.table.number(1), n.table.number(0)
    for coefficient, term in angle.terms():
        point = _product(point, _term(n, coefficient, term))
    return point


def _product(a: Point, b: Point) -> Point:
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def _term(n: Normaliser, coefficient: Fraction, term: Ratio) -> Point:
    """(cos, sin) of coefficient*term from the kernels cos(term/d), sin(term/d); exact for multiples of pi."""
    inside = term.to_expr()
    if inside == sp.pi:
        angle = sp.Rational(coefficient.numerator, coefficient.denominator) * sp.pi
        return n.ratio(sp.cos(angle)), n.ratio(sp.sin(angle))
    if coefficient.denominator == 1 and n.facts.is_integer(inside / sp.pi):
        return _half_turns(n, int(coefficient), inside / sp.pi)
    divisor = n.fineness.divisor(("cos", inside), coefficient.denominator)
    multiple = int(coefficient * divisor)
    if abs(multiple) > _LARGEST_MULTIPLE:
        raise NotProved(f"the multiple {multiple} of an angle is too large")
    known = _of_inverse(n, inside) if divisor == 1 else None
    cosine, sine = known or _kernels(n, inside / divisor, term)
    point = n.table.number(1), n.table.number(0)
    for _ in range(abs(multiple)):
        point = _product(point, (cosine, sine if multiple > 0 else -sine))
    return point


def _kernels(n: Normaliser, angle: sp.Expr, term: Ratio) -> Point:
    cosine = n.opaque(sp.cos(angle, evaluate=False))
    place = n.table.place(("sin", term.key), lambda: Kernel("opaque", sp.sin(angle, evaluate=False)))
    n.table.relate(place, 2, n.table.one - cosine.num**2)
    return cosine, Ratio(n.table, n.table.unknowns[place], n.table.one)


def _of_inverse(n: Normaliser, angle: sp.Expr) -> Point | None:
    """(sqrt(1 - x^2), x) for asin(x); (1, x)/sqrt(1 + x^2) for atan(x)."""
    if not isinstance(angle, sp.asin | sp.atan):
        return None
    x, one = n.ratio(angle.args[0]), n.table.number(1)
    if isinstance(angle, sp.asin):
        return root(n, one - x * x, _HALF), x
    length = root(n, one + x * x, _HALF)
    return one / length, x / length


def _half_turns(n: Normaliser, coefficient: int, times: sp.Expr) -> Point:
    """cos(k*pi*t) = (-1)^(k*t) and sin(k*pi*t) = 0 for whole k and t."""
    cosine = n.table.number(1) if coefficient % 2 == 0 else n.ratio(sp.Pow(-1, times, evaluate=False))
    return cosine, n.table.number(0)


def _inverse(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument = n.ratio(expr.args[0])
    if argument.is_zero:
        return argument
    sign = -1 if leads_negative(argument) else 1
    value = expr.func(argument.times(sign).to_expr())
    kernel = n.opaque(value) if isinstance(value, expr.func) else n.ratio(value)
    return n.note("an inverse of an odd function is odd", unevaluated(expr.func, argument), kernel.times(sign))


RULES: dict[str, Rule] = {"sin": _sin, "cos": _cos, **dict.fromkeys(("atan", "asin"), _inverse)}
