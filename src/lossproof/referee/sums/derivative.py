"""Derivatives that are right for sums, products and indexed data.

    d/dw[k] sum of w[j]*x[j] = sum of delta(j, k)*x[j]      = x[k] for k in the range
    d/dw[k] prod of f(j)     = prod of f(j) * sum of f'(j)/f(j)   for f > 0

A rule for each type of node; kinks (|x| at 0, ties of Max) are outside the domain. SymPy's ``diff`` is not used
on sums: it loses what a bound index says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import sympy as sp
from sympy.core.function import ArgumentIndexError

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.functions import KINKED, Named, called, slope_of
from lossproof.notation.into_sympy import piecewise
from lossproof.referee.facts.facts import Facts, Kinks
from lossproof.referee.sums.expressions import binder, fresh_index, replace_free, slope, spread, terms_of, variables
from lossproof.referee.sums.slopes_off_kinks import off_kinks, turn
from lossproof.referee.sums.where_pieces_meet import goes_by_pieces


def differentiate(expr: sp.Expr, variable: sp.Expr, facts: Facts) -> sp.Expr:
    """``d expr / d variable`` for a scalar or an element ``w[k]``, ``W[i, j]`` of data.

    Deltas that meet a sum over their index are carried out where ``facts`` place the index in the range.
    What depends on the variable in a way without a rule (a bound of a sum) stays an unevaluated Derivative.
    """
    return off_kinks(_derivative(expr, variable, facts), facts)


def _derivative(expr: sp.Expr, variable: sp.Expr, facts: Facts) -> sp.Expr:
    if not depends(expr, variable):
        return sp.S.Zero
    rule = _RULES.get(type(expr), _chain)
    return rule(expr, variable, facts)


def depends(expr: sp.Basic, variable: sp.Expr) -> bool:
    """Whether ``variable`` may occur in ``expr``: the symbol, or an element of the same data."""
    if isinstance(variable, sp.Symbol):
        return variable in variables(expr)
    return any(element.base == variable.base for element in expr.atoms(sp.Indexed))


def _itself(expr: sp.Symbol, variable: sp.Expr, facts: Facts) -> sp.Expr:
    return sp.S.One


def _element(expr: sp.Indexed, variable: sp.Expr, facts: Facts) -> sp.Expr:
    """``dw[j]/dw[k] = delta(j, k)``, for every index of the data."""
    if isinstance(variable, sp.Symbol) or len(expr.indices) != len(variable.indices):
        return sp.S.Zero
    pairs = zip(expr.indices, variable.indices, strict=True)
    return sp.Mul(*(sp.KroneckerDelta(spread(a), spread(b)) for a, b in pairs))


def _add(expr: sp.Add, variable: sp.Expr, facts: Facts) -> sp.Expr:
    return sp.Add(*(_derivative(term, variable, facts) for term in expr.args))


def _mul(expr: sp.Mul, variable: sp.Expr, facts: Facts) -> sp.Expr:
    factors = expr.args
    parts = []
    for place, factor in enumerate(factors):
        slope_of_factor = _derivative(factor, variable, facts)
        if slope_of_factor != 0:
            parts.append(sp.Mul(*factors[:place], slope_of_factor, *factors[place + 1 :]))
    return sp.Add(*parts)


def _power(expr: sp.Pow, variable: sp.Expr, facts: Facts) -> sp.Expr:
    """``d b^e = e*b^(e-1)*db + log(b)*b^e*de``; b^0 = 1 has the slope 0 at b = 0 too, where 0*b^(-1) has no value."""
    base, exponent = expr.base, expr.exp
    by_base = _derivative(base, variable, facts)
    by_exponent = _derivative(exponent, variable, facts)
    found = sp.S.Zero
    if by_base != 0:
        slope_in_base = exponent * base ** (exponent - 1) * by_base
        found += slope_in_base if _keeps_domain(base, exponent, facts) else _unless_zero(exponent, slope_in_base)
    if by_exponent != 0:
        found += sp.log(base) * expr * by_exponent
    return found


def _keeps_domain(base: sp.Expr, exponent: sp.Expr, facts: Facts) -> bool:
    return bool(exponent.is_number) or facts.is_nonzero(exponent) is True or facts.is_nonzero(base) is True


def _unless_zero(switch: sp.Expr, value: sp.Expr) -> sp.Expr:
    """``value``, and 0 where ``switch`` is 0."""
    return piecewise([(value, sp.Ne(switch, 0)), (sp.S.Zero, sp.true)])


def _chain(expr: sp.Expr, variable: sp.Expr, facts: Facts) -> sp.Expr:
    """``d f(a, b) = f_1*da + f_2*db``"""
    parts = []
    for place, argument in enumerate(expr.args):
        inside = _derivative(argument, variable, facts)
        if inside != 0:
            partial = _partial(expr, place)
            if partial is None:
                return sp.Derivative(expr, variable)
            parts.append(partial * inside)
    return sp.Add(*parts)


def _partial(expr: sp.Expr, place: int) -> sp.Expr | None:
    rule, found = _PARTIALS.get(expr.func.__name__), called(expr)
    if rule is not None:
        return rule(expr.args, place)
    if found is not None and found[1] == expr.args[: len(found[1])] and FUNCTIONS[found[0]].derivative:
        return slope_of(expr, place)
    try:
        return expr.fdiff(place + 1)
    except (ArgumentIndexError, AttributeError):
        return None


def _wins(arguments: tuple[sp.Expr, ...], place: int, sign: int) -> sp.Expr:
    """1 where the argument at ``place`` is the largest (sign 1) or smallest (sign -1), 0 where it is not.

    Arguments are compared one after the other, so that among equal ones the shares add up to 1.
    """
    largest = sp.Max if sign > 0 else sp.Min
    half, here = sp.Rational(1, 2), arguments[place]
    shares = [sp.Heaviside(sign * (here - other), half) for other in arguments[place + 1 :]]
    if place:
        before = largest(*arguments[:place], evaluate=False) if place > 1 else arguments[0]
        shares.append(sp.Heaviside(sign * (here - before), half))
    return sp.Mul(*shares)


def _absolute(expr: sp.Abs, variable: sp.Expr, facts: Facts) -> sp.Expr:
    (inside,) = expr.args
    rate = _derivative(inside, variable, facts)
    return _turn(inside, variable, facts) * rate if facts.kinks is not Kinks.MEAN else sp.sign(inside) * rate


def _by_definition(expr: Named, variable: sp.Expr, facts: Facts) -> sp.Expr:
    return _derivative(expr.definition(), variable, facts)


def _turn(inside: sp.Expr, variable: sp.Expr, facts: Facts, first: int = 1) -> sp.Expr:
    return turn(inside, spread(_derivative(inside, variable, replace(facts, kinks=Kinks.MEAN))), first)


def _extreme(expr: sp.Expr, variable: sp.Expr, facts: Facts) -> sp.Expr:
    """``d max(a, b) = a' where a > b, b' where b > a``, one argument after the other."""
    if facts.kinks is Kinks.MEAN:
        return _chain(expr, variable, facts)
    sign, half = (1 if isinstance(expr, sp.Max) else -1), sp.Rational(1, 2)
    value, *others = expr.args
    rate = _derivative(value, variable, facts)
    for other in others:
        change = _derivative(other, variable, facts)
        first = sign * _turn(value - other, variable, facts, sign)
        rate = half * (1 + first) * rate + half * (1 - first) * change
        value = expr.func(value, other, evaluate=False)
    return rate


def _slope_of_xlogy(arguments: tuple[sp.Expr, ...], place: int) -> sp.Expr:
    """log(y) by x; x/y by y, and 0 where x = 0: xlogy(0, y) is 0 for every y."""
    x, y = arguments
    return sp.log(y) if place == 0 else _unless_zero(x, x / y)


_PARTIALS: dict[str, Callable[[tuple[sp.Expr, ...], int], sp.Expr]] = {
    "Max": lambda arguments, place: _wins(arguments, place, 1),
    "Min": lambda arguments, place: _wins(arguments, place, -1),
    "xlogy": _slope_of_xlogy,
}


def _delta(expr: sp.KroneckerDelta, variable: sp.Expr, facts: Facts) -> sp.Expr:
    """0 where the two differ; nothing is known where they meet."""
    differ = facts.is_nonzero(spread(expr.args[0] - expr.args[1])) is True
    return sp.S.Zero if differ else sp.Derivative(expr, variable)


def _piecewise(expr: sp.Piecewise, variable: sp.Expr, facts: Facts) -> sp.Expr:
    """Piece by piece, where each piece holds on one side of every point at which it holds."""
    steady = _without_single_points(expr, variable, facts)
    if not isinstance(steady, sp.Piecewise):
        return _derivative(steady, variable, facts)

    def rate(inside: sp.Expr) -> sp.Expr:
        return spread(_derivative(inside, variable, facts))

    if not goes_by_pieces(steady, rate, lambda part: depends(part, variable), facts):
        return sp.Derivative(expr, variable)
    return _deltas_outside([(_derivative(value, variable, facts), condition) for value, condition in steady.args])


def _deltas_outside(pieces: list[tuple[sp.Expr, sp.Basic]]) -> sp.Expr:
    """The pieces with the deltas that all of them have as a factor in front, so that a sum can pick its term."""
    factors = [set(sp.Mul.make_args(value)) for value, _ in pieces if value != 0]
    common = set.intersection(*factors) if factors else set()
    shared = [f for f in sorted(common, key=sp.default_sort_key) if isinstance(f, sp.KroneckerDelta)]
    return sp.Mul(*shared, piecewise((value / sp.Mul(*shared), condition) for value, condition in pieces))


def _without_single_points(expr: sp.Piecewise, variable: sp.Expr, facts: Facts) -> sp.Expr:
    """The same but at single points: there a derivative, if there is one, is that of what is on both sides."""
    moved = (part for _, condition in expr.args for part in condition.atoms(sp.Eq, sp.Ne) if depends(part, variable))
    single = {}
    for part in moved:
        rate = spread(_derivative(part.args[0] - part.args[1], variable, facts))
        if not depends(rate, variable) and facts.is_nonzero(rate) is True:
            single[part] = sp.true if isinstance(part, sp.Ne) else sp.false
    return piecewise((value, condition.xreplace(single)) for value, condition in expr.args) if single else expr


def _nested(expr: sp.Derivative, variable: sp.Expr, facts: Facts) -> sp.Expr:
    facts, body = replace(facts, kinks=Kinks.MEAN), expr.expr
    for inner, times in expr.variable_count:
        for _ in range(int(times)):
            body = _derivative(body, inner, facts)
    return sp.Derivative(body, variable) if body.has(sp.Derivative) else _derivative(body, variable, facts)


def _opened(expr: sp.Expr, variable: sp.Expr) -> sp.Expr:
    """The same sum or product with bound indices that do not occur in ``variable``."""
    taken = variables(variable)
    clashing = [index for index, _, _ in expr.limits if index in taken]
    if not clashing:
        return expr
    names = {index: fresh_index(index, (expr, variable)) for index in clashing}
    function = replace_free(expr.function, names)
    limits = [
        (names.get(index, index), replace_free(low, names), replace_free(high, names))
        for index, low, high in expr.limits
    ]
    return binder(type(expr), function, *limits)


def _sum(expr: sp.Sum, variable: sp.Expr, facts: Facts) -> sp.Expr:
    if any(depends(end, variable) for limit in expr.limits for end in limit[1:]):
        return sp.Derivative(expr, variable)
    opened = _opened(expr, variable)
    inside = facts
    for index, low, high in reversed(opened.limits):
        inside = inside.with_range(index, low, high)
    body = _derivative(opened.function, variable, inside)
    return sp.Add(*(_collapsed(term, opened.limits, facts) for term in terms_of(spread(body))))


def _collapsed(term: sp.Expr, limits: tuple[sp.Tuple, ...], facts: Facts) -> sp.Expr:
    """The sum of one term; a delta whose index is proved to be in the range picks its term."""
    for factor in sp.Mul.make_args(term):
        if not isinstance(factor, sp.KroneckerDelta):
            continue
        difference = spread(factor.args[0] - factor.args[1])
        for place, (index, low, high) in enumerate(limits):
            rate = slope(difference, index)
            if rate in (1, -1) and _is_fixed(index, limits):
                value = spread(index - rate * difference)
                if _within(value, low, high, limits[place + 1 :], facts):
                    rest = replace_free(term / factor, {index: value})
                    return _collapsed(rest, (*limits[:place], *limits[place + 1 :]), facts)
    return binder(sp.Sum, term, *limits) if limits else term


def _is_fixed(index: sp.Symbol, limits: tuple[sp.Tuple, ...]) -> bool:
    return not any(index in variables(end) for limit in limits for end in limit[1:])


def _within(value: sp.Expr, low: sp.Expr, high: sp.Expr, outer: tuple[sp.Tuple, ...], facts: Facts) -> bool:
    """Whether ``low <= value <= high`` is proved; ``value`` may only use indices that are bound further out."""
    for index, first, last in reversed(outer):
        facts = facts.with_range(index, first, last)
    return all(facts.is_nonnegative(spread(e)) is True for e in (value - low, high - value))


def _product(expr: sp.Product, variable: sp.Expr, facts: Facts) -> sp.Expr:
    """``d prod f = prod f * sum f'/f`` for f > 0; else the sum over i of f'(i) times the products around it."""
    if any(depends(end, variable) for limit in expr.limits for end in limit[1:]):
        return sp.Derivative(expr, variable)
    opened = _opened(expr, variable)
    *inner, limit = opened.limits
    body = binder(sp.Product, opened.function, *inner) if inner else opened.function
    index, low, high = limit
    inside = facts.with_range(index, low, high)
    rate = _derivative(body, variable, inside)
    if inside.is_positive(body) is True:
        return expr * _sum_of(rate / body, limit, facts)
    other = fresh_index(index, (opened, variable, rate))
    around = replace_free(body, {index: other})
    before = binder(sp.Product, around, (other, low, index - 1))
    after = binder(sp.Product, around, (other, index + 1, high))
    return _sum_of(rate * before * after, limit, facts)


def _sum_of(body: sp.Expr, limit: sp.Tuple, facts: Facts) -> sp.Expr:
    terms = terms_of(spread(body))
    return sp.Add(*(_collapsed(term, (limit,), facts) for term in terms))


_RULES: dict[type, Callable[..., sp.Expr]] = {
    **dict.fromkeys(KINKED, _by_definition),
    sp.Symbol: _itself,
    sp.Abs: _absolute,
    **dict.fromkeys((sp.Max, sp.Min), _extreme),
    sp.Indexed: _element,
    sp.Add: _add,
    sp.Mul: _mul,
    sp.Pow: _power,
    sp.KroneckerDelta: _delta,
    sp.Piecewise: _piecewise,
    sp.Derivative: _nested,
    sp.Sum: _sum,
    sp.Product: _product,
}
