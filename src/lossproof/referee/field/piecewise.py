"""Rules for functions that are different formulas in different places.

    Max(a, b)       = (a + b + |a - b|)/2         Min(a, b) = (a + b - |a - b|)/2
    |f^2 * g|       = f^2 * |g|                   Heaviside(x) = (1 + sign(x))/2
    Piecewise((a, c), (b, True))                  a where c is proved, b where it is refuted

Where the facts do not decide, the function becomes a kernel and the cases that would decide are wished for.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

import sympy as sp
from sympy.core.relational import Relational

from lossproof.notation.into_sympy import piecewise
from lossproof.referee.algebra.ratios import Kernel, Ratio
from lossproof.referee.facts.facts import Comparison
from lossproof.referee.field.exp_log import absolute, logarithm
from lossproof.referee.field.record import Undefined, unevaluated

if TYPE_CHECKING:
    from lossproof.referee.field.normal import Normaliser, Rule

_HALF = Fraction(1, 2)


def _abs(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument = n.ratio(expr.args[0])
    return n.note("absolute value of a product", unevaluated(sp.Abs, argument), absolute_ratio(n, argument))


def absolute_ratio(n: Normaliser, value: Ratio) -> Ratio:
    """|value|, factor by factor."""
    signs = n.ratio_signs(value)
    if signs <= {0, 1}:
        return value
    if signs <= {0, -1}:
        return -value
    content, factors = value.factors()
    result = n.table.number(abs(content))
    for factor, power in factors:
        part = Ratio(n.table, factor, n.table.one) if power % 2 == 0 else absolute(n, factor)
        result = result * part**power
    return result


def _extreme(n: Normaliser, expr: sp.Expr) -> Ratio:
    values = [n.ratio(argument) for argument in sorted(expr.args, key=sp.default_sort_key)]
    sign = 1 if expr.func is sp.Max else -1
    result = values[0]
    for value in values[1:]:
        distance = absolute_ratio(n, result - value).times(sign)
        result = (result + value + distance).times(_HALF)
    return n.note("Min or Max by absolute values", lambda: expr, result)


def _sign(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument = n.ratio(expr.args[0])
    return n.note("sign of a product", unevaluated(sp.sign, argument), sign_of(n, argument))


def sign_of(n: Normaliser, value: Ratio) -> Ratio:
    """sign(value), factor by factor: -1, 0 or 1."""
    signs = n.ratio_signs(value)
    if len(signs) == 1:
        return n.table.number(next(iter(signs)))
    content, factors = value.factors()
    result = n.table.number(1 if content > 0 else -1)
    for factor, power in factors:
        for _ in range(2 - power % 2):
            result = result * _factor_sign(n, factor)
    return result


def _factor_sign(n: Normaliser, factor: object) -> Ratio:
    signs = n.signs(factor)
    if len(signs) == 1:
        return n.table.number(next(iter(signs)))
    expr = n.table.to_expr(factor)
    switch = n.switch(factor)
    n.wish((switch, ">"), (switch, "=="), (-switch, ">"))
    place = n.table.place(("sign", str(factor)), lambda: Kernel("opaque", sp.sign(expr, evaluate=False)))
    n.table.relate(place, 3, n.table.unknowns[place])
    return Ratio(n.table, n.table.unknowns[place], n.table.one)


def _heaviside(n: Normaliser, expr: sp.Expr) -> Ratio:
    argument, one = n.ratio(expr.args[0]), n.table.number(1)
    after = (one + sign_of(n, argument)).times(_HALF)
    return n.note("Heaviside by sign", lambda: sp.Heaviside(argument.to_expr(), sp.S.Half), after)


def _delta(n: Normaliser, expr: sp.Expr) -> Ratio:
    difference = n.ratio(expr.args[0]) - n.ratio(expr.args[1])
    signs = n.ratio_signs(difference)
    if 0 not in signs:
        return n.note("delta of different indices", lambda: expr, n.table.number(0))
    if signs == {0}:
        return n.note("delta of equal indices", lambda: expr, n.table.number(1))
    inside = difference.to_expr()
    n.wish((inside, "=="), (inside, "!="))
    place = n.table.place(expr, lambda: Kernel("opaque", expr))
    n.table.relate(place, 2, n.table.unknowns[place])
    return Ratio(n.table, n.table.unknowns[place], n.table.one)


def _xlogy(n: Normaliser, expr: sp.Expr) -> Ratio:
    """xlogy(x, y) = x*log(y), and 0 where x = 0."""
    x, y = (n.ratio(argument) for argument in expr.args)
    before = unevaluated(expr.func, x, y)
    signs = n.ratio_signs(x)
    if signs == {0}:
        return n.note("xlogy at zero", before, n.table.number(0))
    if 0 not in signs or n.ratio_signs(y) == {1}:
        return n.note("xlogy written out", before, x * logarithm(n, y))
    inside = x.to_expr()
    n.wish((inside, "=="), (inside, "!="))
    return n.opaque(expr.func(inside, y.to_expr()))


def _piecewise(n: Normaliser, expr: sp.Expr) -> Ratio:
    """The first piece whose condition is not refuted, if it is proved."""
    open_pieces = []
    for value, condition in expr.args:
        holds = truth(n, condition)
        if holds is False:
            continue
        open_pieces.append((value, condition))
        if holds:
            break
    if not open_pieces:
        raise Undefined("no case applies")
    if len(open_pieces) == 1 and truth(n, open_pieces[0][1]):
        return n.note("piece that applies", lambda: expr, n.ratio(open_pieces[0][0]))
    return n.opaque(piecewise(open_pieces))


def truth(n: Normaliser, condition: sp.Basic) -> bool | None:
    """Does the condition hold under the facts? Comparisons that are open are wished for as cases."""
    if condition in (sp.true, sp.false):
        return bool(condition)
    if isinstance(condition, sp.And):
        return _all(truth(n, part) for part in condition.args)
    if isinstance(condition, sp.Or):
        found = _all(_negated(truth(n, part)) for part in condition.args)
        return _negated(found)
    if isinstance(condition, sp.Not):
        return _negated(truth(n, condition.args[0]))
    return _comparison_truth(n, condition) if isinstance(condition, Relational) else None


def _negated(holds: bool | None) -> bool | None:
    return None if holds is None else not holds


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    if False in found:
        return False
    return None if None in found else True


_Cases = tuple[frozenset[int], tuple[tuple[int, Comparison], ...]]
_COMPARISONS: dict[str, _Cases] = {
    "StrictGreaterThan": (frozenset({1}), ((1, ">"), (-1, ">="))),
    "GreaterThan": (frozenset({0, 1}), ((1, ">="), (-1, ">"))),
    "StrictLessThan": (frozenset({-1}), ((-1, ">"), (1, ">="))),
    "LessThan": (frozenset({-1, 0}), ((-1, ">="), (1, ">"))),
    "Equality": (frozenset({0}), ((1, "=="), (1, "!="))),
    "Unequality": (frozenset({-1, 1}), ((1, "=="), (1, "!="))),
}


def _comparison_truth(n: Normaliser, condition: sp.Basic) -> bool | None:
    difference = n.ratio(condition.lhs) - n.ratio(condition.rhs)
    wanted, cases = _COMPARISONS[type(condition).__name__]
    signs = n.ratio_signs(difference)
    if signs <= wanted:
        return True
    if not signs & wanted:
        return False
    inside = n.switch(difference.num) if difference.den.is_constant() else difference.to_expr()
    n.wish(*((sign * inside, comparison) for sign, comparison in cases))
    return None


RULES: dict[str, Rule] = {
    "Abs": _abs,
    **dict.fromkeys(("Max", "Min"), _extreme),
    "sign": _sign,
    "Heaviside": _heaviside,
    "KroneckerDelta": _delta,
    "xlogy": _xlogy,
    "Piecewise": _piecewise,
}
