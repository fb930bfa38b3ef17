"""A finite sum is never negative where none of its terms is: the term, for one index, with data as numbers.

Sum(p[k]*log(p[k]/q[k]) - p[k] + q[k], (k, 1, K))      p*log(p/q) - p + q >= 0 for all p, q > 0
Sum(p[k]*log(p[k]/q[k]), (k, 1, K))                    plus the sum of q[k] - p[k], which is 0 where both add up to 1
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import sympy as sp

from lossproof.notation import Scope
from lossproof.notation.assumptions import REAL, Domain, Interval
from lossproof.notation.scope import DataLabel
from lossproof.notation.traverse import fresh_name
from lossproof.notation.tree import Number
from lossproof.referee.facts.facts import Facts
from lossproof.referee.prove.case_split import free_atoms
from lossproof.referee.prove.summands import Joined, flat
from lossproof.referee.prove.unevaluated import put_in

_POSITIVE = Interval(low=Number(Fraction(0)), low_open=True)


def without_positive_factors(expr: sp.Expr, facts: Facts) -> sp.Expr:
    """What is left of a single product of the sign of ``expr``: 1/M in front of a sum turns no sign."""
    terms = [term for term in sp.Add.make_args(expr) if sp.Mul(*_factors(term)) != 0]
    if len(terms) != 1:
        return expr
    factors = _factors(terms[0])
    return sp.Mul(*(factor for factor in factors if factor.has(sp.Sum) or facts.is_positive(factor) is not True))


def one_sum(expr: sp.Expr) -> sp.Sum | None:
    """``a*Sum(f, ...) + b*Sum(g, ...)`` over one range as a single sum; None where something stands outside of it."""
    whole: sp.Sum | None = None
    for term in sp.Add.make_args(expr):
        factors = _factors(term)
        sums = [factor for factor in factors if isinstance(factor, sp.Sum)]
        if not sums and sp.Mul(*factors) == 0:
            continue
        inside = flat(sums[0]) if len(sums) == 1 else None
        if inside is None or (whole is not None and inside.limits != whole.limits):
            return None
        part = sp.Mul(*(factor for factor in factors if factor is not sums[0]), inside.function)
        whole = sp.Sum(part if whole is None else whole.function + part, *inside.limits)
    return whole


def _factors(term: sp.Expr) -> list[sp.Expr]:
    """The factors of ``term``, also of a product that stands in it as it was written."""
    return [one for each in term.args for one in _factors(each)] if term.is_Mul else [term]


def opened(total: sp.Sum) -> Joined:
    """The terms of a sum."""
    return Joined(total.function, tuple((index, low, high) for index, low, high in total.limits))


def balanced(total: sp.Sum, facts: Facts) -> Iterator[sp.Sum]:
    """The same sum with ``q[k] - p[k]`` in each term, for two simplexes in it that add up to 1 over a range of it."""
    inside = opened(total).facts(facts)
    for index in total.variables:
        for one, other in permutations(_members(total.function, index, inside), 2):
            yield sp.Sum(total.function + one - other, *total.limits)


def _members(term: sp.Expr, index: sp.Symbol, facts: Facts) -> list[sp.Indexed]:
    """The elements of simplexes in ``term`` whose last index is ``index`` and runs through the whole simplex."""
    found = []
    for element in sorted(term.atoms(sp.Indexed), key=sp.default_sort_key):
        group = facts.group(element)
        if group is None or group.kind != "simplex" or group.low is None:
            continue
        *leading, last = element.indices
        alone = not any(index in other.free_symbols for other in leading)
        if last == index and alone and facts.group_range(group) == facts.ranges[index]:
            found.append(element)
    return found


def with_data_as_numbers(expr: sp.Expr, facts: Facts) -> tuple[sp.Expr, Facts]:
    """``p`` for ``p[k]``, any number that the clauses on ``p[k]`` allow: what holds for all of them holds for each."""
    elements = sorted((atom for atom in free_atoms(expr) if isinstance(atom, sp.Indexed)), key=sp.default_sort_key)
    known, domains = (
        {symbol.name for symbol in expr.free_symbols if not isinstance(symbol, DataLabel)}
        | facts.assumptions.scalars.keys(),
        {},
    )
    names: dict[sp.Expr, str] = {}
    for element in elements:
        names[element] = fresh_name(str(element.base.label), frozenset({*known, *names.values()}))
        domains[names[element]] = _domain(element, facts)
    assumptions = replace(facts.assumptions, scalars={**facts.assumptions.scalars, **domains})
    scope = Scope(assumptions)
    inside = Facts(assumptions, scope, facts.ranges, facts.conditions, facts.fixed, facts.kinks, facts.work)
    return put_in(expr, {element: scope.symbol(name) for element, name in names.items()}), inside


def _domain(element: sp.Indexed, facts: Facts) -> Domain:
    """What is said of every element of the data; of a member of a simplex, that it is positive."""
    domain = facts.domain(element)
    return _POSITIVE if domain == REAL and facts.is_positive(element) is True else domain
