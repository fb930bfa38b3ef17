"""Slopes off their kinks: where a derivative has no value, nothing is asked of it.

    d Max(0, x)              = (1 + turn(x))/2                 turn(x): 1 for x > 0, -1 for x < 0
    d sum of |f(m)|          = sum of turn(f(m))*f'(m)

At a zero of f that moves, turn(f) is the sign on the one side or on the other. A slope ``a + b*turn(f)`` has a value
there if and only if b = 0. With several turns that may meet their zeros at the same point this holds of each of them
if all jumps ``b*f'`` have one sign: then none makes up for another.

Where that is not known, every turn may be taken from one side, as texts on machine learning do: where nothing switches
while it moves, that is the slope, and there alone a derivative has a value here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sympy as sp

from lossproof.notation.into_sympy import piecewise
from lossproof.referee.facts.facts import Facts, Kinks
from lossproof.referee.sums.expressions import binder, factors_of, key, rebuilt, spread, terms_of


class Turn(sp.Function):
    """The sign of ``f``, which moves at the rate ``f'``; it leaves `off_kinks` for good.

    The third argument is the sign at a zero of ``f`` that makes the first one win of two that are equal.
    """

    nargs = 3


class Tangled(Exception):
    """The slope is no polynomial in its turns."""


@dataclass(slots=True)
class Jumps:
    """By how much a slope jumps where its turns do, each under the facts there; ``many``: a sum runs over them."""

    found: list[tuple[sp.Expr, Facts]] = field(default_factory=list)
    many: bool = False

    def never_cancel(self) -> bool:
        """Does one jump alone, or each of several, keep the slope from having a value?"""
        if len(self.found) == 1 and not self.many:
            return True
        return all(facts.is_nonnegative(jump) for jump, facts in self.found) or all(
            facts.is_nonpositive(jump) for jump, facts in self.found
        )


def turn(inside: sp.Expr, rate: sp.Expr, first: int = 1) -> sp.Expr:
    """The sign of ``inside``, known to move at ``rate``."""
    return sp.sign(inside) if rate == 0 else Turn(inside, rate, first)


def off_kinks(slope: sp.Expr, facts: Facts) -> sp.Expr:
    """``slope`` with 1/0 where a turn at its zero makes it jump; with signs, where that is not known to be right."""
    if not slope.has(Turn):
        return slope
    if facts.kinks is not Kinks.LEFT_OUT:
        return plain(slope) if _opposed(slope) else from_one_side(slope, facts.kinks is Kinks.FIRST)
    slope, jumps = slope.replace(Turn, lambda inside, rate, _: Turn(inside, rate, 1)), Jumps()
    try:
        found = _resolved(slope, facts, sp.S.One, jumps)
    except Tangled:
        return plain(slope)
    return found if jumps.never_cancel() else plain(slope)


def plain(expr: sp.Basic) -> sp.Basic:
    """Signs for turns."""
    if isinstance(expr, Turn):
        return sp.sign(plain(expr.args[0]))
    return rebuilt(expr, tuple(map(plain, expr.args))) if expr.has(Turn) else expr


def from_one_side(expr: sp.Basic, first: bool) -> sp.Basic:
    """1 or -1 for each turn, at its zero what makes the first of two equal ones win, or the second."""
    if not isinstance(expr, Turn):
        return rebuilt(expr, tuple(from_one_side(part, first) for part in expr.args)) if expr.has(Turn) else expr
    inside, sign, upper = from_one_side(expr.args[0], first), 1, first == (expr.args[2] == 1)
    if inside.could_extract_minus_sign():
        inside, sign, upper = -inside, -1, not upper
    is_above = (sp.Ge if upper else sp.Gt)(inside, 0, evaluate=False)
    return sign * (2 * piecewise([(sp.S.One, is_above), (sp.S.Zero, sp.true)]) - 1)


def _opposed(slope: sp.Expr) -> bool:
    """Do two turns always meet their zeros together, from other sides? One side of each is no slope of anything."""
    signs = {(spread(sign * one.args[0]), sign * one.args[2]) for one in slope.atoms(Turn) for sign in (1, -1)}
    return any((inside, -first) in signs for inside, first in signs)


def _resolved(slope: sp.Expr, facts: Facts, outside: sp.Expr, jumps: Jumps) -> sp.Expr:
    """A sum of terms, ``outside`` being what stands before it."""
    terms = terms_of(spread(slope))
    turns = sorted({f for term in terms for f in factors_of(term) if isinstance(f, Turn)}, key=key)
    values = {}
    for one in turns:
        share = plain(sp.Add(*(term / one for term in terms if one in factors_of(term))))
        jumps.found.append((plain(outside * share * one.args[1]), facts))
        values[one] = _value(one.args[0], share)
    return sp.Add(*(_term(term, values, facts, outside, jumps) for term in terms))


def _term(term: sp.Expr, values: Mapping[sp.Expr, sp.Expr], facts: Facts, outside: sp.Expr, jumps: Jumps) -> sp.Expr:
    simple = sp.Mul(*(values.get(f, f) for f in factors_of(term) if f in values or not f.has(Turn)))
    others = [f for f in factors_of(term) if f not in values and f.has(Turn)]
    if not others:
        return simple
    if len(others) > 1 or not isinstance(others[0], sp.Sum) or any(f in values for f in factors_of(term)):
        raise Tangled
    (total,) = others
    for index, low, high in reversed(total.limits):
        facts = facts.with_range(index, low, high)
    jumps.many = True
    return simple * binder(sp.Sum, _resolved(total.function, facts, outside * simple, jumps), *total.limits)


def _value(inside: sp.Expr, share: sp.Expr) -> sp.Expr:
    """The sign of ``inside`` where it is not 0 or its share of the slope is."""
    above, below = (kind(inside, 0, evaluate=False) for kind in (sp.Gt, sp.Lt))
    still = (sp.S.Zero, sp.Eq(share, 0, evaluate=share.is_number))
    return piecewise([(sp.S.One, above), (sp.S.NegativeOne, below), still, (1 / inside, sp.true)])
