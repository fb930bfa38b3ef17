"""Induction on the end of a range: E(low) = 0 and E(n + 1) - E(n) = 0 for every n >= low.

    sum(1/(t + j), j, 0, n-1) = digamma(t + n) - digamma(t)         n >= 0: 0 = 0, and both grow by 1/(t + n)

The chain from ``low`` to ``n`` must not break: E has a value at every step of it, or at none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from lossproof.notation import free_names
from lossproof.referee.facts.facts import Facts
from lossproof.referee.prove.case_split import free_atoms
from lossproof.referee.prove.unevaluated import put_in
from lossproof.referee.sums.defined import defined_along
from lossproof.referee.sums.expressions import BINDERS, variables


@dataclass(frozen=True, slots=True)
class Induction:
    """What is to be shown to be zero: the difference of two steps, and the expression at the low end."""

    name: sp.Symbol
    low: sp.Integer
    step: sp.Expr
    start: sp.Expr


def inductions(expr: sp.Expr, facts: Facts) -> Iterator[Induction]:
    """One for every size that a range in ``expr`` ends with and that nothing else in the facts depends on."""
    sizes = (atom for atom in free_atoms(expr) if atom.is_Symbol and _ends_a_range(atom, expr))
    for n in sorted(sizes, key=sp.default_sort_key):
        low = _least(n, facts)
        if low is not None and defined_along(expr, n, facts):
            step = sp.Add(put_in(expr, {n: n + 1}), -expr, evaluate=False)
            yield Induction(n, low, step, put_in(expr, {n: low}))


def _ends_a_range(n: sp.Symbol, expr: sp.Expr) -> bool:
    return any(n in variables(high) for part in expr.atoms(*BINDERS) for _, _, high in part.limits)


def _least(n: sp.Symbol, facts: Facts) -> sp.Integer | None:
    """The least value of a whole number without an upper bound that stands in no other clause and in no case."""
    low, high = facts.atom_bounds(n).low, facts.atom_bounds(n).high
    if low is None or high is not None or not facts.is_integer(n) or facts.excluded(n) or _is_bound_up(n, facts):
        return None
    return sp.Integer(low.numerator) if low.denominator == 1 else None


def _is_bound_up(n: sp.Symbol, facts: Facts) -> bool:
    said = [end for ends in facts.ranges.values() for end in ends] + [inside for inside, _ in facts.conditions]
    said += [demand for demand, _ in facts.constraints(n)]
    others = {symbol for inside in said if n in inside.free_symbols for symbol in inside.free_symbols}
    named = {name for domain in _domains(facts, n) for name in domain}
    return bool(others - {n}) or any(n in inside.free_symbols for inside, _ in facts.conditions) or n.name in named


def _domains(facts: Facts, n: sp.Symbol) -> Iterator[set[str]]:
    """The names in the clauses of everything else."""
    declared = {**facts.assumptions.scalars, **facts.assumptions.arrays}
    for name, domain in declared.items():
        ends = [getattr(domain, side, None) for side in ("low", "high")]
        ends += getattr(domain, "excluded", ())
        yield from (set(free_names(end)) for end in ends if end is not None and name != n.name)
    for group in facts.assumptions.groups:
        yield from (set(free_names(end)) for end in (group.low, group.high) if end is not None)
    yield from (set(free_names(side)) for tie in facts.assumptions.ties for side in (tie.left, tie.right))
