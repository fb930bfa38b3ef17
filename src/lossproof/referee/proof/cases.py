"""Going through cases: which cases would decide an expression, and the expression in each of them.

yt in {0, 1}           yt = 0; yt = 1
(t1, t2) one-hot       t1 = 1, t2 = 0; t1 = 0, t2 = 1
Abs(x - y)             x - y >= 0; x - y <= 0
delta(i, k)            i = k; i != k
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from lossproof.referee.facts import Comparison, Facts
from lossproof.referee.proof.normal import Split

_SYMBOLS = {">": "> 0", ">=": ">= 0", "==": "= 0", "!=": "!= 0"}


@dataclass(frozen=True, slots=True)
class Case:
    """An expression in one case: the facts narrowed, what the case fixes put in; ``label`` names it."""

    expr: sp.Expr
    facts: Facts
    label: str


def split_cases(split: Split, expr: sp.Expr, facts: Facts) -> list[Case]:
    """The cases of one wished-for split that the facts leave possible."""
    found = (_sign_case(expr, facts, inside, comparison) for inside, comparison in split)
    return [case for case in found if not case.facts.is_impossible()]


def _sign_case(expr: sp.Expr, facts: Facts, inside: sp.Expr, comparison: Comparison) -> Case:
    if comparison == ">=" and facts.is_nonpositive(inside):
        comparison = "=="
    narrowed = facts.with_condition(inside, comparison)
    label = f"{inside} {_SYMBOLS[comparison]}"
    if comparison == "==" and (solved := solved_for_atom(inside, expr, facts)):
        expr = expr.xreplace(dict([solved]))
        narrowed = facts.with_value(*solved)
        label = f"{solved[0]} = {solved[1]}"
    return Case(expr, narrowed, label)


def solved_for_atom(inside: sp.Expr, expr: sp.Expr, facts: Facts) -> tuple[sp.Expr, sp.Expr] | None:
    """``inside = 0`` solved for an atom that stands in it linearly; free atoms are preferred."""
    candidates = []
    for atom in free_atoms(inside) & free_atoms(expr):
        slope = sp.expand(inside).coeff(atom)
        rest = sp.expand(inside - slope * atom)
        if slope.is_Rational and slope != 0 and not rest.has(atom):
            candidates.append((_constrainedness(atom, facts), str(atom), atom, -rest / slope))
    return min(candidates)[2:] if candidates else None


def _constrainedness(atom: sp.Expr, facts: Facts) -> int:
    """0 for a real number without a clause, more for what is bound by clauses."""
    return 2 * len(list(facts.constraints(atom))) + bool(facts.values(atom)) + bool(facts.is_integer(atom))


def value_cases(expr: sp.Expr, facts: Facts) -> list[Case]:
    """The cases of a one-hot group, or of one atom with finitely many values; [] when there is none."""
    atoms = sorted(free_atoms(expr), key=sp.default_sort_key)
    for atom in atoms:
        group = facts.group(atom)
        if group and group.kind == "one-hot" and group.low is None:
            members = [facts.scope.symbol(name) for name in group.members]
            return [_hot_case(expr, facts, members, hot) for hot in members]
    few = [(len(values), i) for i, atom in enumerate(atoms) if (values := facts.values(atom))]
    if not few:
        return []
    atom = atoms[min(few)[1]]
    return [_fixed(expr, facts, {atom: value}) for value in facts.values(atom) or ()]


def _hot_case(expr: sp.Expr, facts: Facts, members: list[sp.Symbol], hot: sp.Symbol) -> Case:
    case = _fixed(expr, facts, {member: sp.Integer(member == hot) for member in members})
    return Case(case.expr, case.facts, f"{hot} = 1")


def _fixed(expr: sp.Expr, facts: Facts, values: dict[sp.Expr, sp.Expr]) -> Case:
    for atom, value in values.items():
        facts = facts.with_value(atom, value)
    label = ", ".join(f"{atom} = {value}" for atom, value in values.items())
    return Case(expr.xreplace(values), facts, label)


def without_last_probability(expr: sp.Expr, facts: Facts) -> sp.Expr:
    """Scalars of a simplex: the last one written as 1 minus the others."""
    for group in facts.assumptions.groups:
        if group.kind == "simplex" and group.low is None:
            *others, last = (facts.scope.symbol(name) for name in group.members)
            expr = expr.xreplace({last: 1 - sp.Add(*others)})
    return expr


def free_atoms(expr: sp.Basic) -> set[sp.Expr]:
    """Symbols and elements of indexed data in ``expr`` that no sum or product binds."""
    bound = {index for node in expr.atoms(sp.Sum, sp.Product) for index in node.variables}
    return {atom for atom in _atoms(expr) if not atom.free_symbols & bound}


def _atoms(expr: sp.Basic) -> Iterator[sp.Expr]:
    if isinstance(expr, sp.Indexed):
        yield expr
        for index in expr.indices:
            yield from _atoms(index)
    elif expr.is_Symbol:
        yield expr
    else:
        for argument in expr.args:
            yield from _atoms(argument)
