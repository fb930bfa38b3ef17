"""Where an expression is a smooth function of a variable that runs through an interval.

On an interval a differentiable function whose derivative is zero is constant; a value at one point settles it.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from lossproof.functions.table import FUNCTIONS
from lossproof.notation.assumptions import Interval
from lossproof.notation.functions import called, demands
from lossproof.notation.traverse import names_in_order
from lossproof.referee.facts.facts import Comparison, Facts
from lossproof.referee.prove.case_split import free_atoms
from lossproof.referee.prove.unevaluated import put_in

_SIGNS: dict[Comparison, frozenset[int]] = {
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
    "==": frozenset({0}),
    "!=": frozenset({-1, 1}),
}


def variables_of_smooth(expr: sp.Expr, facts: Facts) -> Iterator[sp.Symbol]:
    """The real scalars of an interval in which ``expr`` is differentiable, all other quantities being fixed."""
    for atom in sorted(free_atoms(expr), key=sp.default_sort_key):
        if atom.is_Symbol and _runs_through_interval(atom, facts) and is_smooth(expr, facts):
            yield atom


def _runs_through_interval(symbol: sp.Symbol, facts: Facts) -> bool:
    domain = facts.domain(symbol)
    whole = facts.is_integer(symbol) or facts.group(symbol) or facts.values(symbol)
    return isinstance(domain, Interval) and not whole and not _is_cut(symbol, facts)


def _is_cut(symbol: sp.Symbol, facts: Facts) -> bool:
    """May a clause or a case leave more than one piece? What is linear in ``symbol`` and no ``!=`` leaves one."""
    if any(symbol.name in names_in_order(tie.left, tie.right) for tie in facts.assumptions.ties):
        return True
    unequal = [symbol] if facts.excluded(symbol) else []
    unequal += [value for other in facts.assumptions.scalars for value in facts.excluded(facts.scope.symbol(other))]
    unequal += [inside for inside, comparison in facts.conditions if comparison == "!="]
    demands = [inside for inside, comparison in facts.conditions if comparison != "!="]
    demands += [demand for demand, _ in (*facts.constraints(symbol), *facts.coupled())]
    return any(symbol in inside.free_symbols for inside in unequal) or not all(
        _is_linear(demand, symbol) for demand in demands
    )


def _is_linear(expr: sp.Expr, symbol: sp.Symbol) -> bool:
    slope = sp.expand(expr).coeff(symbol)
    rest = sp.expand(expr - slope * symbol)
    return symbol not in slope.free_symbols | rest.free_symbols


def is_smooth(expr: sp.Expr, facts: Facts) -> bool:
    """Is ``expr`` proved to be defined and differentiable wherever the facts hold?"""
    if expr.is_Symbol or expr.is_number or isinstance(expr, sp.Indexed):
        return True
    found = called(expr)
    if found is not None:
        smooth = FUNCTIONS[found[0]].smooth and all(facts.is_positive(demand) is True for demand, _ in demands(*found))
    else:
        smooth = expr.is_Add or expr.is_Mul or (expr.is_Pow and _is_smooth_power(expr, facts))
    return smooth and all(is_smooth(argument, facts) for argument in expr.args)


def _is_smooth_power(expr: sp.Expr, facts: Facts) -> bool:
    if expr.exp.is_Integer:
        return bool(expr.exp >= 0) or facts.is_nonzero(expr.base) is True
    return facts.is_positive(expr.base) is True


def starting_points(variable: sp.Symbol, facts: Facts) -> Iterator[sp.Expr]:
    """Simple numbers, and points 1 off an end, proved to lie in the domain whatever the other quantities are."""
    for value in (sp.S.Zero, sp.S.One, sp.S.Half, -sp.S.One, *_off_the_ends(variable, facts)):
        if is_allowed(variable, value, facts):
            yield value


def _off_the_ends(variable: sp.Symbol, facts: Facts) -> Iterator[sp.Expr]:
    """For every demand ``variable - end >= 0`` the point ``end + 1``, for ``end - variable >= 0`` ``end - 1``."""
    for demand, _ in facts.constraints(variable):
        slope = sp.expand(demand).coeff(variable)
        if slope in (1, -1):
            yield variable - slope * demand + slope


def is_allowed(variable: sp.Symbol, value: sp.Expr, facts: Facts) -> bool:
    """Does every clause and condition on ``variable`` hold at ``value``, all other quantities being as they are?"""
    said = [(inside, comparison) for inside, comparison in facts.conditions if variable in inside.free_symbols]
    said += [(demand, ">" if strict else ">=") for demand, strict in (*facts.constraints(variable), *facts.coupled())]
    return all(
        facts.signs(put_in(inside, {variable: value})) <= _SIGNS[comparison]
        for inside, comparison in said
        if variable in inside.free_symbols
    )
