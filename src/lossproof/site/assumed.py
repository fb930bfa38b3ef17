r"""Assumptions as formulas: what stands in a ``where`` text, set as mathematics.

"yt[m] in {0, 1}"   ->   yt_{m} \in \{0, 1\}
"M integer >= 1"    ->   M \in \mathbb{Z},\ M \ge 1
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from lossproof.notation import data_names, free_names, parse_assumptions, to_latex
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval, Tie
from lossproof.notation.tree import Indexed, Name, Node, Number, Order

Quantity = tuple[str, bool]
"""A name, and whether it is that of indexed data."""

_ORDERS: dict[Order, str] = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "!=": r"\ne", "==": "="}
_BELOW = {True: "<", False: r"\le"}
_ABOVE = {True: ">", False: r"\ge"}


def clause_latex(clause: str) -> str:
    """One clause of a ``where`` text as LaTeX."""
    assumptions = parse_assumptions(clause)
    scalars = [domain_latex(Name(name), domain) for name, domain in assumptions.scalars.items()]
    arrays = [domain_latex(_element(name, assumptions), domain) for name, domain in assumptions.arrays.items()]
    groups = [_group(group) for group in assumptions.groups]
    ties = [_tie(tie) for tie in assumptions.ties]
    formulas = [f"{to_latex(data)} = {to_latex(body)}" for data, body in assumptions.formulas]
    definitions = [f"{to_latex(Name(name))} = {to_latex(body)}" for name, body in assumptions.definitions]
    return r",\ ".join([*scalars, *arrays, *groups, *ties, *formulas, *definitions])


def relevant(clauses: Iterable[str], quantities: frozenset[Quantity]) -> tuple[str, ...]:
    """Those clauses that speak of one of ``quantities``, in their order."""
    return tuple(clause for clause in clauses if _subjects(clause) & quantities)


def _subjects(clause: str) -> frozenset[Quantity]:
    assumptions = parse_assumptions(clause)
    grouped = ((name, group.low is not None) for group in assumptions.groups for name in group.members)
    defined = (*assumptions.scalars, *(name for name, _ in assumptions.definitions))
    sides = [(side, tie.letters) for tie in assumptions.ties for side in (tie.left, tie.right)]
    data = [*assumptions.arrays, *(data.name for data, _ in assumptions.formulas)]
    tied = {(name, False) for side, letters in sides for name in free_names(side) - set(letters)}
    tied |= {(name, True) for side, _ in sides for name in data_names(side)}
    return frozenset([*((name, False) for name in defined), *((name, True) for name in data), *grouped, *tied])


def _tie(tie: Tie) -> str:
    """``a + b = 1``, ``c_k < c_{k+1}``."""
    return f"{to_latex(tie.left)} {_ORDERS[tie.order]} {to_latex(tie.right)}"


def domain_latex(subject: Node, domain: Domain) -> str:
    """``subject`` with the values it may take."""
    return _domain(domain, to_latex(subject))


@singledispatch
def _domain(domain: Domain, subject: str) -> str:
    raise TypeError(f"no such domain: {domain!r}")


@_domain.register
def _(domain: Interval, subject: str) -> str:
    bounded = domain.low is not None or domain.high is not None
    parts = [
        *([rf"{subject} \in \mathbb{{Z}}"] if domain.integer else []),
        *([_bounds(domain, subject)] if bounded else []),
        *(rf"{subject} \ne {to_latex(value)}" for value in domain.excluded),
    ]
    return r",\ ".join(parts) or rf"{subject} \in \mathbb{{R}}"


@_domain.register
def _(domain: FiniteSet, subject: str) -> str:
    values = ", ".join(to_latex(Number(value)) for value in domain.values)
    return rf"{subject} \in \{{{values}\}}"


@_domain.register
def _(domain: IndexRange, subject: str) -> str:
    return rf"{subject} \in \{{{to_latex(domain.low)}, \dots, {to_latex(domain.high)}\}}"


def _bounds(domain: Interval, subject: str) -> str:
    """``0 < x \\le 1``, or ``x > 0`` where only one end is bounded from below."""
    if domain.high is None and domain.low is not None:
        return f"{subject} {_ABOVE[domain.low_open]} {to_latex(domain.low)}"
    left = "" if domain.low is None else f"{to_latex(domain.low)} {_BELOW[domain.low_open]} "
    right = "" if domain.high is None else f" {_BELOW[domain.high_open]} {to_latex(domain.high)}"
    return f"{left}{subject}{right}"


def _group(group: Group) -> str:
    """One-hot: zeros and a single one; simplex: positive; both sum to one."""
    if group.low is None or group.high is None:
        members = [to_latex(Name(name)) for name in group.members]
        each, total = ", ".join(members), " + ".join(members)
    else:
        each = to_latex(Indexed(group.members[0], (Name("k"),)))
        total = rf"\sum_{{k={to_latex(group.low)}}}^{{{to_latex(group.high)}}} {each}"
    values = r"\in \{0, 1\}" if group.kind == "one-hot" else "> 0"
    return rf"{each} {values},\ {total} = 1"


def _element(name: str, assumptions: Assumptions) -> Node:
    """``yt[m]`` as the clause writes it: a clause holds for every index, its letter is the author's."""
    return Indexed(name, tuple(Name(letter) for letter in assumptions.letters.get(name, ("m",))))
