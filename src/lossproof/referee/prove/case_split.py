"""Going through cases: which cases would decide an expression, and the expression in each of them.

yt in {0, 1}           yt = 0; yt = 1
(t1, t2) one-hot       t1 = 1, t2 = 0; t1 = 0, t2 = 1
Abs(x - y)             x - y >= 0; x - y <= 0
delta(i, k)            i = k; i != k
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import sympy as sp

from lossproof.notation import tree
from lossproof.notation.assumptions import Tie
from lossproof.notation.traverse import names_in_order
from lossproof.referee.facts.facts import Comparison, Facts
from lossproof.referee.facts.tied import element_ties, tied_difference
from lossproof.referee.field.normal import Split
from lossproof.referee.prove.rule_text import spoken
from lossproof.referee.prove.unevaluated import put_in
from lossproof.referee.sums.expressions import variables
from lossproof.words.codes import Said, Way

_FLIPPED: dict[str, tree.Order] = {">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Case:
    """An expression in one case: the facts narrowed, what the case fixes put in.

    ``said`` are the facts before the fixed quantities were put in: with them the step itself can be checked.
    """

    expr: sp.Expr
    facts: Facts
    said: Facts | None = None


NO_CASES = Way.CASES(conditions=())


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases that together cover everything the facts leave open; ``said`` names them."""

    parts: tuple[Case, ...] = ()
    said: Said = NO_CASES


def split_cases(split: Split, expr: sp.Expr, facts: Facts) -> Cases:
    """The cases of one wished-for split that the facts leave possible."""
    found = [sign_case(expr, facts, inside, comparison) for inside, comparison in split]
    conditions = tuple(_sign_condition(inside, comparison) for inside, comparison in split)
    return Cases(tuple(case for case in found if not case.facts.is_impossible()), Way.CASES(conditions=conditions))


def sign_case(expr: sp.Expr, facts: Facts, inside: sp.Expr, comparison: Comparison) -> Case:
    """The case ``inside comparison 0``; what is both >= 0 and <= 0 is 0, and solved for an atom if possible.

    What is not 0 and known not to be negative is positive.
    """
    if comparison == ">=" and facts.is_nonpositive(inside):
        comparison = "=="
    if comparison == "!=" and facts.is_nonnegative(inside):
        comparison = ">"
    if comparison == "==" and (solved := solved_for_atom(inside, expr, facts)):
        atom, value = solved
        return Case(put_in(expr, {atom: value}), facts.with_value(atom, value))
    return Case(expr, facts.with_condition(inside, comparison))


def _sign_condition(inside: sp.Expr, comparison: Comparison) -> tree.Condition | str:
    flipped = inside.could_extract_minus_sign() and comparison in _FLIPPED
    return _condition(-inside if flipped else inside, _FLIPPED[comparison] if flipped else comparison, 0)


def _condition(expr: sp.Expr, order: tree.Order, value: int) -> tree.Condition | str:
    left = spoken(expr)
    if isinstance(left, str):
        return f"{left} {order} {value}"
    return tree.Comparison(order, left, tree.Number(Fraction(value)))


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


def value_cases(expr: sp.Expr, facts: Facts) -> Cases:
    """The cases of a one-hot group, or of one atom with finitely many values."""
    atoms = sorted(free_atoms(expr), key=sp.default_sort_key)
    for atom in atoms:
        group = facts.group(atom)
        if group and group.kind == "one-hot" and group.low is None:
            members = [facts.scope.symbol(name) for name in group.members]
            is_one = (_condition(one, "==", 1) for one in members)
            hot = [{member: sp.Integer(member == one) for member in members} for one in members]
            return _fixed_cases(expr, facts, hot, Way.CASES(conditions=tuple(is_one)))
    few = [(len(values), place) for place, atom in enumerate(atoms) if (values := facts.values(atom))]
    if not few:
        return Cases()
    atom = atoms[min(few)[1]]
    values = facts.values(atom) or ()
    said = Way.CASES_OF_VALUES(name=spoken(atom), values=tuple(map(spoken, values)))
    return _fixed_cases(expr, facts, [{atom: v} for v in values], said)


def depends_on_values(expr: sp.Expr, facts: Facts) -> bool:
    """Does an atom with finitely many values stand in ``expr``?"""
    return any(facts.values(atom) for atom in free_atoms(expr))


def _fixed_cases(expr: sp.Expr, facts: Facts, choices: list[dict[sp.Expr, sp.Expr]], said: Said) -> Cases:
    found = (_fixed(expr, facts, choice) for choice in choices)
    return Cases(tuple(case for case in found if not case.facts.is_impossible()), said)


def _fixed(expr: sp.Expr, facts: Facts, values: dict[sp.Expr, sp.Expr]) -> Case:
    said = facts
    for atom, value in values.items():
        facts = facts.with_value(atom, value)
        said = said.with_condition(atom - value, "==")
    return Case(put_in(expr, values), facts, said)


def class_case(expr: sp.Expr, facts: Facts) -> Cases:
    """One-hot data over a range is 1 at one class and 0 elsewhere: t[j] = delta(j, c), T[m, j] too for one m."""
    for element in sorted(expr.atoms(sp.Indexed), key=sp.default_sort_key):
        group = facts.named_group(element)
        if group and group.kind == "one-hot" and _is_one_free_row(element, expr):
            low, high = facts.group_range(group)
            hot = sp.Symbol(f"_class_{element.base.label}", integer=True)
            row = _Row(element.base, element.indices[:-1], low, high, hot)
            case = Case(row.put_into(expr, facts), facts.with_range(hot, low, high))
            return Cases((case,), Way.CLASS_OF(data=str(element.base.label))) if case.expr != expr else Cases()
    return Cases()


def _is_one_free_row(element: sp.Indexed, expr: sp.Expr) -> bool:
    """Whether ``expr`` looks at a single row of the data, and at one that no sum runs over: one class speaks for it."""
    rows = {other.indices[:-1] for other in expr.atoms(sp.Indexed) if other.base == element.base}
    running = {limit[0] for inner in expr.atoms(sp.Sum, sp.Product) for limit in inner.limits}
    return len(rows) == 1 and not running & set().union(*(index.free_symbols for index in element.indices[:-1]))


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of one-hot data, whose class is the index ``hot`` in low..high."""

    data: sp.IndexedBase
    leading: tuple[sp.Expr, ...]
    low: sp.Expr
    high: sp.Expr
    hot: sp.Symbol

    def put_into(self, expr: sp.Expr, facts: Facts) -> sp.Expr:
        """``expr`` with delta(j, hot) for every element of the row whose index is proved to be in the range."""
        if isinstance(expr, sp.Indexed):
            return sp.KroneckerDelta(expr.indices[-1], self.hot) if self._holds(expr, facts) else expr
        for index, low, high in reversed(expr.limits) if isinstance(expr, sp.Sum | sp.Product) else ():
            facts = facts.with_range(index, low, high)
        return expr.func(*(self.put_into(argument, facts) for argument in expr.args)) if expr.args else expr

    def _holds(self, element: sp.Indexed, facts: Facts) -> bool:
        *leading, last = element.indices
        inside = facts.is_nonnegative(last - self.low) and facts.is_nonnegative(self.high - last)
        return element.base == self.data and tuple(leading) == self.leading and bool(inside)


def without_last_probability(expr: sp.Expr, facts: Facts) -> sp.Expr:
    """Scalars of a simplex: the last one written as 1 minus the others."""
    for group in facts.assumptions.groups:
        if group.kind == "simplex" and group.low is None:
            *others, last = (facts.scope.symbol(name) for name in group.members)
            expr = put_in(expr, {last: 1 - sp.Add(*others)})
    return expr


def with_equations(expr: sp.Expr, facts: Facts) -> sp.Expr:
    """Equations between quantities put in: the last scalar that stands linearly in one, or a whole sum."""
    for tie in facts.assumptions.ties:
        if tie.order == "==" and not tie.letters:
            difference = sp.expand(tied_difference(tie, facts.scope))
            names = [facts.scope.symbol(name) for name in reversed(names_in_order(tie.left, tie.right))]
            whole = sorted(difference.atoms(sp.Sum), key=sp.default_sort_key)
            elements = sorted(free_atoms(difference) - set(names), key=sp.default_sort_key)
            expr = _put_in_equation(expr, difference, [*whole, *elements, *names])
        elif tie.order == "==":
            expr = _one_of_two(expr, tie, facts)
    return expr


def _one_of_two(expr: sp.Expr, tie: Tie, facts: Facts) -> sp.Expr:
    """Of two elements that an equation says to be equal, as A[i, j] and A[j, i], the second."""
    here = sorted((atom for atom in free_atoms(expr) if isinstance(atom, sp.Indexed)), key=sp.default_sort_key)
    for element, other in combinations(here, 2):
        pair = {element - other, other - element}
        if any(difference in pair for difference, _ in element_ties(element, tie, facts.scope)):
            expr = put_in(expr, {element: other})
    return expr


def _put_in_equation(expr: sp.Expr, difference: sp.Expr, candidates: Sequence[sp.Expr]) -> sp.Expr:
    for atom in candidates:
        slope = difference.coeff(atom)
        rest = sp.expand(difference - slope * atom)
        if slope.is_Rational and slope != 0 and not rest.has(atom):
            return _replaced(expr, atom, -rest / slope)
    return expr


def _replaced(expr: sp.Expr, atom: sp.Expr, value: sp.Expr) -> sp.Expr:
    if not isinstance(atom, sp.Sum):
        return put_in(expr, {atom: value})
    return expr.replace(lambda part: isinstance(part, sp.Sum) and part.dummy_eq(atom), lambda part: value)


def free_atoms(expr: sp.Basic) -> set[sp.Expr]:
    """Symbols and elements of indexed data in ``expr`` that no sum or product binds."""
    bound = {index for node in expr.atoms(sp.Sum, sp.Product) for index in node.variables}
    return {atom for atom in _atoms(expr) if not variables(atom) & bound}


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
