"""Sign analysis: can an expression be negative, zero, positive under the facts?

Ways are tried from cheap to dear; each only ever takes a sign away that is impossible: bounds by interval
arithmetic, conditions of the case, linear reasoning, polynomials in bounded unknowns.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

import sympy as sp

from lossproof.referee.algebra.linear import Constraint, constraint, contradictory
from lossproof.referee.algebra.plain import plain_ratio, proportional
from lossproof.referee.algebra.ratios import Table, TooLarge
from lossproof.referee.facts.bounds import bounds
from lossproof.referee.facts.positivity import EVERY_SIGN, polynomial_signs

if TYPE_CHECKING:
    from lossproof.referee.facts.facts import Facts


def signs(expr: sp.Expr, facts: Facts) -> frozenset[int]:
    """Which of -1, 0, 1 the sign of ``expr`` can be."""
    known = facts.memory.signs
    if expr not in known:
        facts.work.spend()
        known[expr] = _signs(expr, facts) if facts.is_real(expr) else EVERY_SIGN
    return known[expr]


def _signs(expr: sp.Expr, facts: Facts) -> frozenset[int]:
    found = bounds(expr, facts).signs
    if expr.is_number:
        return found
    for way in (excluded_signs, linear_signs, algebraic_signs):
        if len(found) <= 1:
            break
        found = way(expr, found, facts)
    return found


def excluded_signs(expr: sp.Expr, possible: frozenset[int], facts: Facts) -> frozenset[int]:
    """0 is not possible for what a clause ``x != a`` or a case ``e != 0`` excludes."""
    atoms = (atom for atom in expr.free_symbols if atom.is_Symbol or isinstance(atom, sp.Indexed))
    unequal = [atom - value for atom in atoms for value in facts.excluded(atom)]
    unequal += [condition for condition, comparison in facts.conditions if comparison == "!="]
    known = any(proportional(expr, other) for other in unequal if expr.free_symbols == other.free_symbols)
    return possible - {0} if known else possible


def algebraic_signs(expr: sp.Expr, possible: frozenset[int], facts: Facts) -> frozenset[int]:
    """The signs of the irreducible factors, each by all ways; of one factor as a polynomial in bounded unknowns."""
    table = Table()
    try:
        value = plain_ratio(expr, table)
    except (TooLarge, ZeroDivisionError):
        return possible
    facts.work.spend(len(value.num) + len(value.den))
    if value.is_zero:
        return frozenset({0})
    content, factors = value.factors()
    if len(factors) == 1 and factors[0][1] == 1:
        between = {place: bounds(kernel.expr, facts) for place, kernel in enumerate(table.kernels)}
        return possible & polynomial_signs(table, value.num, between)
    found = {1 if content > 0 else -1}
    for factor, power in factors:
        found = {s * t for s in found for t in _power_signs(signs(table.to_expr(factor), facts), power)}
    return possible & found


def _power_signs(base: frozenset[int], power: int) -> frozenset[int]:
    base = base - {0} if power < 0 else base
    return base if power % 2 else frozenset(s * s for s in base)


def linear_signs(expr: sp.Expr, possible: frozenset[int], facts: Facts) -> frozenset[int]:
    """The signs among ``possible`` that linear facts do not contradict."""
    known = linear_facts(expr, facts)
    facts.work.spend(len(known))
    found = _not_contradicted(expr, possible, known)
    if len(found) > 1 and (products := product_facts(expr, facts)):
        facts.work.spend(len(products))
        found = _not_contradicted(expr, found, [*known, *products])
    return found


def _not_contradicted(expr: sp.Expr, possible: frozenset[int], known: list[Constraint]) -> frozenset[int]:
    return frozenset(s for s in possible if not contradictory([*known, *_assumed(expr, s)]))


def _assumed(expr: sp.Expr, sign: int) -> list[Constraint]:
    if sign == 0:
        return [constraint(expr, False), constraint(-expr, False)]
    return [constraint(sign * expr, True)]


def linear_facts(expr: sp.Expr, facts: Facts) -> list[Constraint]:
    """Linear constraints on the monomials of ``expr``: domains, conditions of the case, bounds."""
    found: list[Constraint] = []
    for condition, comparison in facts.conditions:
        if comparison != "!=":
            found.append(_tightened(constraint(condition, comparison == ">"), facts))
        if comparison == "==":
            found.append(constraint(-condition, False))
    found += [constraint(tied, strict) for tied, strict in (*facts.coupled(), *facts.tied(expr))]
    seen: set[sp.Expr] = set()
    todo = [monomial for row in [constraint(expr, False), *found] for monomial, _ in row.terms]
    while todo:
        monomial = todo.pop()
        if monomial in seen:
            continue
        seen.add(monomial)
        rows = _monomial_facts(monomial, facts)
        found += rows
        todo += [other for row in rows for other, _ in row.terms]
    return found


def product_facts(expr: sp.Expr, facts: Facts) -> list[Constraint]:
    """``x*(y - z) > 0`` for x > 0 and y > z: products of two demands whose monomials are those of ``expr``."""
    monomials = {monomial for monomial, _ in constraint(expr, False).terms if not monomial.is_Symbol}
    atoms = sorted({atom for monomial in monomials for atom in _factors(monomial)}, key=sp.default_sort_key)
    demands = [demand for atom in atoms for demand in facts.constraints(atom)]
    demands += [(inside, comparison == ">") for inside, comparison in facts.conditions if comparison in (">", ">=")]
    rows = []
    for (one, is_strict), (other, is_too) in combinations(dict.fromkeys(demands), 2):
        if _may_meet(one, other, monomials):
            row = constraint(sp.expand_mul(one * other), is_strict and is_too)
            if all(monomial.is_Symbol or monomial in monomials for monomial, _ in row.terms):
                rows.append(row)
    return rows


def _factors(monomial: sp.Expr) -> list[sp.Expr]:
    return [factor for factor in sp.Mul.make_args(monomial) if factor.is_Symbol or isinstance(factor, sp.Indexed)]


def _may_meet(one: sp.Expr, other: sp.Expr, monomials: set[sp.Expr]) -> bool:
    """Does a monomial have its symbols from both, one of which is more than a symbol against 0?"""
    left, right = one.free_symbols, other.free_symbols
    several = one.is_Add or other.is_Add
    return several and any(
        left & monomial.free_symbols and right & monomial.free_symbols and monomial.free_symbols <= left | right
        for monomial in monomials
    )


def _monomial_facts(monomial: sp.Expr, facts: Facts) -> list[Constraint]:
    """The domain of an atom, with ends that may be formulas; numeric bounds of anything else."""
    if monomial.is_Symbol or isinstance(monomial, sp.Indexed):
        rows = [constraint(expr, strict) for expr, strict in facts.constraints(monomial)]
        if facts.is_integer(monomial):
            rows = [_tightened(row, facts) for row in rows]
    else:
        rows = []
    between = bounds(monomial, facts)
    if between.low is not None:
        rows.append(Constraint(((monomial, Fraction(1)),), -between.low, between.low_open))
    if between.high is not None:
        rows.append(Constraint(((monomial, Fraction(-1)),), between.high, between.high_open))
    return rows


def _tightened(row: Constraint, facts: Facts) -> Constraint:
    """``a > 0`` between integers is ``a - 1 >= 0``."""
    whole = row.constant.denominator == 1 and all(
        coefficient.denominator == 1 and facts.is_integer(monomial) for monomial, coefficient in row.terms
    )
    return Constraint(row.terms, row.constant - 1, False) if row.strict and whole else row
