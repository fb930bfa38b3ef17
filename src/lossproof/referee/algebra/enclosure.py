"""A number written in elementary functions, enclosed between two rationals by arb.

    enclosure(exp(1) - 2)      = (0.7182818284590452.., 0.7182818284590453..)
    enclosure(1 - erf(30))     = (2.56e-393, 2.57e-393)         more bits where fewer leave the sign open
    enclosure(exp(exp(40)))    = (2^16383, no bound)            too large to be written down

SymPy's own evaluation takes minutes over numbers such as 1 - exp(-10^300), or gives up with an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce

import sympy as sp
from flint import arb, ctx, fmpq, fmpz

from lossproof.notation.functions import called
from lossproof.notation.worked_out import Arithmetic

_PRECISIONS = (128, 512, 2048)
_SHOWN_BITS = 80
_LARGEST_EXPONENT = 1 << 14


Ends = tuple[Fraction | None, Fraction | None]
NO_BOUND: Ends = (None, None)


def enclosure(number: sp.Expr) -> Ends | None:
    """(low, high) around the number, equal where it is known exactly, else strictly around it; None: no bound there.

    None instead of a pair for what is too large, or has a function in it that is not in the table; what has no
    value, as far as can be seen, has no bound.
    """
    try:
        return _between(lambda: _ball(number))
    except KeyError:
        return None


def value(function: str, at: Fraction) -> Ends:
    """The same for the value of a function of one argument at a rational number."""
    try:
        return _between(lambda: _value(function, _rational(at.numerator, at.denominator))) or NO_BOUND
    except KeyError:
        return NO_BOUND


def _between(evaluate: Callable[[], arb]) -> Ends | None:
    """The ends of the ball at the first precision at which it does not hold 0; None where it has none."""
    saved, ball = ctx.prec, arb("nan")
    try:
        for bits in _PRECISIONS:
            ctx.prec = bits
            ball = evaluate()
            if ball.is_finite() and (ball.is_zero() or not ball.contains(0)):
                break
        if ball.is_finite():
            return _ends(ball)
        return NO_BOUND if ball.is_nan() else None
    except (ValueError, OverflowError, ZeroDivisionError):
        return NO_BOUND
    finally:
        ctx.prec = saved


def _ends(ball: arb) -> Ends:
    if ball.is_exact():
        mantissa, exponent = (int(part) for part in ball.man_exp())
        if mantissa.bit_length() + abs(exponent) <= 2 * _LARGEST_EXPONENT:
            exact = _dyadic(mantissa, exponent)
            return exact, exact
    return _outside(ball.lower(), -1), _outside(ball.upper(), 1)


def _outside(end: arb, side: int) -> Fraction | None:
    """A short rational strictly below or above; what is tiny is put next to 0, beyond what is huge is no bound."""
    mantissa, exponent = (int(part) for part in end.man_exp())
    surplus = mantissa.bit_length() - _SHOWN_BITS
    size, sign = mantissa.bit_length() + exponent, (mantissa > 0) - (mantissa < 0)
    if mantissa and size < -_LARGEST_EXPONENT:
        return Fraction(sign + side, 1 << _LARGEST_EXPONENT)
    if size > _LARGEST_EXPONENT:
        return None if sign == side else Fraction(sign << (_LARGEST_EXPONENT - 1))
    shortened = mantissa >> surplus if surplus > 0 else mantissa << -surplus
    return _dyadic(shortened + side * (1 + (surplus > 0)), exponent + surplus)


def _dyadic(mantissa: int, exponent: int) -> Fraction:
    return Fraction(mantissa) * Fraction(2) ** exponent


def _rational(numerator: int, denominator: int) -> arb:
    return arb(fmpq(numerator, denominator))


def _ball(number: sp.Expr) -> arb:
    """The number in the precision in force; KeyError for what is not in the table."""
    if number.is_Rational:
        return _rational(int(number.p), int(number.q))
    rule = _NODES.get(type(number))
    if rule is not None:
        return rule(number)
    found = called(number)
    if found is None:
        raise KeyError(number)
    return _value(found[0], *map(_ball, found[1]))


def _product(number: sp.Mul) -> arb:
    total = arb(1)
    for factor in number.args:
        total *= _ball(factor)
    return total


def _power(number: sp.Pow) -> arb:
    base, exponent = _ball(number.base), number.exp
    if exponent.is_Integer:
        return base ** fmpz(int(exponent))
    if not base > 0:
        raise ValueError("a power of a number that is not known to be positive")
    return base.sqrt() if exponent == sp.S.Half else base ** _ball(exponent)


_NODES: Mapping[type, Callable[[sp.Expr], arb]] = {
    sp.Add: lambda number: sum(map(_ball, number.args), arb(0)),
    sp.Mul: _product,
    sp.Pow: _power,
    type(sp.pi): lambda number: arb.pi(),
    type(sp.E): lambda number: arb.const_e(),
}


def _value(function: str, *arguments: arb) -> arb:
    """By arb itself where it has the function, else by the table's definition."""
    rule = _BY_ARB.get(function) or getattr(arb, function, None)
    return rule(*arguments) if rule else _ARB.defined(function, arguments)


def _trigamma(x: arb) -> arb:
    if not x > 0:
        raise ValueError("the zeta function of a number that is not known to be positive")
    return arb(2).zeta(x)


_ARB: Arithmetic[arb] = Arithmetic(lambda number: _rational(number.numerator, number.denominator), _value)
_BY_ARB: Mapping[str, Callable[..., arb]] = {
    "Abs": abs,
    "Max": lambda *values: reduce(arb.max, values),
    "Min": lambda *values: reduce(arb.min, values),
    "loggamma": arb.lgamma,
    "trigamma": _trigamma,
}
