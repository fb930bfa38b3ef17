"""Where the pieces of a Piecewise meet: may its derivative be taken piece by piece?

    d Piecewise((a, x > 0), (b, True)) = Piecewise((a', x > 0), (b', True))      yes
    d Piecewise((a, x^2 <= 0), (b, True))                                        no: at 0 it is b' or nothing

What a condition compares with 0 is affine in the variable, or its slope is not 0 where it vanishes: it crosses 0,
and touches it nowhere. At such a point a derivative, if there is one, is that of each piece that holds on one side.
So the piece that holds at the point has to be one of these two; no two conditions change at the same point unless
one is a multiple of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

import sympy as sp
from sympy.core.relational import Relational

from lossproof.referee.facts.facts import Facts
from lossproof.referee.sums.expressions import replace_free, spread, variables

_MOST_COMPARISONS = 6
_HIGHEST_DEGREE = 4
_SIGNS: dict[type, frozenset[int]] = {
    sp.Eq: frozenset({0}),
    sp.Ne: frozenset({-1, 1}),
    sp.Ge: frozenset({0, 1}),
    sp.Gt: frozenset({1}),
    sp.Le: frozenset({-1, 0}),
    sp.Lt: frozenset({-1}),
}
Slope = Callable[[sp.Expr], sp.Expr]
Truth = dict[sp.Basic, bool]


@dataclass(frozen=True, slots=True)
class Switch:
    """What moving comparisons compare with 0, with its slope; ``factors`` says which multiple each compares."""

    inside: sp.Expr
    slope: sp.Expr
    factors: tuple[tuple[sp.Basic, int], ...]

    def truth(self, sign: int) -> Truth:
        """The comparisons where ``inside`` has the sign."""
        return {comparison: sign * factor in _SIGNS[type(comparison)] for comparison, factor in self.factors}


def goes_by_pieces(expr: sp.Piecewise, slope: Slope, depends: Callable[[sp.Basic], bool], facts: Facts) -> bool:
    """Whether, wherever ``expr`` has a derivative, it is that of the piece which holds there; False: not known."""
    comparisons = {part for _, condition in expr.args for part in condition.atoms(Relational)}
    moving = [c for c in comparisons if depends(c) and facts.is_nonzero(_compared(c)) is not True]
    if not moving:
        return True
    if len(comparisons) > _MOST_COMPARISONS or any(type(c) not in _SIGNS for c in comparisons):
        return False
    switches = _switches(sorted(moving, key=sp.default_sort_key), slope, depends, facts)
    still = sorted(comparisons - {*moving}, key=sp.default_sort_key)
    return switches is not None and all(_is_reached(expr, switch, switches, still, facts) for switch in switches)


def _compared(comparison: sp.Basic) -> sp.Expr:
    return spread(comparison.args[0] - comparison.args[1])


def _switches(
    moving: list[sp.Basic], slope: Slope, depends: Callable[[sp.Basic], bool], facts: Facts
) -> list[Switch] | None:
    """The comparisons by what they compare; None where one may touch 0, or two may change at the same point."""
    found: list[Switch] = []
    for comparison in moving:
        inside = _compared(comparison)
        same = next((k for k, known in enumerate(found) if _sign_of_ratio(inside, known.inside)), None)
        if same is None:
            if not _crosses(inside, slope, depends, facts):
                return None
            found.append(Switch(inside, slope(inside), ((comparison, 1),)))
        else:
            factor = _sign_of_ratio(inside, found[same].inside)
            factors = (*found[same].factors, (comparison, factor))
            found[same] = Switch(found[same].inside, found[same].slope, factors)
    apart = (_apart(one, other, depends, facts) for one, other in combinations(found, 2))
    return found if all(apart) else None


def _sign_of_ratio(one: sp.Expr, other: sp.Expr) -> int:
    """The sign of the number that ``one/other`` is; 0 where it is none."""
    ratio = one / other
    if not ratio.is_Rational and one.is_Add and other.is_Add:
        ratio = next(iter(one.args)) / next(iter(other.args))
        ratio = ratio if ratio.is_Rational and spread(one - ratio * other) == 0 else sp.nan
    return (1 if ratio > 0 else -1) if ratio.is_Rational and ratio != 0 else 0


def _crosses(inside: sp.Expr, slope: Slope, depends: Callable[[sp.Basic], bool], facts: Facts) -> bool:
    """Whether ``inside``, where it is 0 and moves at all, has another sign on each side."""
    bends = sorted((part for part in inside.atoms(sp.Abs) if depends(part)), key=sp.default_sort_key)
    if bends:  # |h| is h or -h, and neither where h = 0
        part = bends[0]
        without = facts.is_nonzero(spread(replace_free(inside, {part: sp.S.Zero}))) is True
        ways = (spread(replace_free(inside, {part: sign * part.args[0]})) for sign in (1, -1))
        return without and all(_crosses(way, slope, depends, facts) for way in ways)
    rate = slope(inside)
    if inside.atoms(sp.Max, sp.Min, sp.Piecewise, sp.sign, sp.Heaviside, sp.KroneckerDelta, sp.Derivative) or depends(
        rate
    ):
        return _is_simple_root(inside, rate, facts)
    return True


def _is_simple_root(inside: sp.Expr, rate: sp.Expr, facts: Facts) -> bool:
    if facts.is_nonzero(rate) is True or facts.with_condition(inside, "==").is_nonzero(rate) is True:
        return not inside.atoms(sp.Max, sp.Min, sp.Piecewise, sp.sign, sp.Heaviside, sp.KroneckerDelta)
    return any(_has_simple_roots(inside, variable, facts) for variable in _only(inside, rate))


def _only(inside: sp.Expr, rate: sp.Expr) -> Iterator[sp.Symbol]:
    """The variable of a polynomial of low degree in one symbol with numbers or symbols as coefficients."""
    powers = [p for p in inside.atoms(sp.Pow) if not (p.exp.is_Integer and 0 < p.exp <= _HIGHEST_DEGREE)]
    if not powers and not inside.atoms(sp.Function, sp.Indexed, sp.Sum, sp.Product):
        yield from sorted(variables(rate), key=str)


def _has_simple_roots(inside: sp.Expr, variable: sp.Symbol, facts: Facts) -> bool:
    polynomial = inside.as_poly(variable)
    if polynomial is None or not 2 <= polynomial.degree() <= _HIGHEST_DEGREE:
        return False
    return facts.is_nonzero(polynomial.discriminant()) is True


def _apart(one: Switch, other: Switch, depends: Callable[[sp.Basic], bool], facts: Facts) -> bool:
    """Whether the two are never 0 at the same point."""
    ratio = one.slope / other.slope if other.slope != 0 else sp.S.Zero
    if ratio.is_Rational and facts.is_nonzero(spread(one.inside - ratio * other.inside)) is True:
        return True
    return facts.with_condition(one.inside, "==").is_nonzero(other.inside) is True


def _is_reached(
    expr: sp.Piecewise, switch: Switch, switches: list[Switch], still: list[sp.Basic], facts: Facts
) -> bool:
    """Whether the piece at a zero of the switch is that of one side, whatever the other comparisons say."""
    others = [other for other in switches if other is not switch]
    signs = [(-1, 1) if facts.is_nonzero(other.slope) is True else (-1, 0, 1) for other in others]
    for choice in product(*signs, *[(False, True)] * len(still)):
        truth: Truth = dict(zip(still, choice[len(others) :], strict=True))  # type: ignore[arg-type]
        for other, sign in zip(others, choice, strict=False):
            truth |= other.truth(int(sign))
        left, here, right = (_piece(expr, truth | switch.truth(sign)) for sign in (-1, 0, 1))
        if here not in (left, right):
            return False
    return True


def _piece(expr: sp.Piecewise, truth: Truth) -> int | None:
    """Which piece holds; None where none does."""
    return next((k for k, (_, condition) in enumerate(expr.args) if _holds(condition, truth)), None)


def _holds(condition: sp.Basic, truth: Truth) -> bool:
    if condition in (sp.true, sp.false):
        return bool(condition)
    if isinstance(condition, Relational):
        return truth[condition]
    parts = [_holds(part, truth) for part in condition.args]
    return {sp.And: all, sp.Or: any, sp.Not: lambda inside: not all(inside)}[condition.func](parts)
