"""What is known about each quantity while a claim is judged, as three-valued answers.

    facts = Facts(assumptions, scope)             0 < yp < 1; k in 0..M-1
    facts.is_positive(1 - yp)      -> True
    facts.is_positive(yp - 2)      -> False
    facts.is_positive(u)           -> None         not known
    facts.with_range(m, 0, M - 1)                  inside a sum over m
    facts.with_condition(z, ">")                   inside the case z > 0

An answer True holds at every point that satisfies the assumptions and at which the expression is defined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from typing import Literal

import sympy as sp

from lossproof.notation import Scope, free_names, to_sympy
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval
from lossproof.notation.tree import Node
from lossproof.referee.algebra.linear import contradictory
from lossproof.referee.facts.bounds import ALL, Bounds, bounds
from lossproof.referee.facts.reality import is_real
from lossproof.referee.facts.signs import linear_facts, signs
from lossproof.referee.facts.tied import Tied, scalar_ties, ties_around
from lossproof.referee.facts.work import Work

Comparison = Literal[">", ">=", "==", "!="]


class Kinks(Enum):
    """What a derivative in a claim is taken to be where something in it switches, as |x| does at 0."""

    MEAN = "the mean of both sides"
    LEFT_OUT = "nothing, where the slope jumps"
    FIRST = "the slope on one side: of two that are equal, the first wins in Max and Min"
    SECOND = "the slope on the other side"


@dataclass(slots=True)
class Memory:
    """Answers that facts have given; other facts begin with none."""

    bounds: dict[sp.Expr, Bounds] = field(default_factory=dict)
    signs: dict[sp.Expr, frozenset[int]] = field(default_factory=dict)
    places: dict[sp.Expr, bool] = field(default_factory=dict)
    reality: dict[sp.Expr, bool] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Facts:
    """Assumptions, the ranges of bound indices, and the conditions of the case at hand.

    ``ranges`` maps an index to (low, high), both included; ``conditions`` are pairs (expr, comparison) that
    say how ``expr`` compares with 0; ``fixed`` are the atoms that the case determines, with their values, and
    that therefore stand nowhere any more. Every ``with_...`` returns new facts.
    ``kinks`` says what is asked of points at which a derivative in the claim has no value.
    What answers cost is charged to ``work``.
    """

    assumptions: Assumptions
    scope: Scope
    ranges: dict[sp.Symbol, tuple[sp.Expr, sp.Expr]] = field(default_factory=dict)
    conditions: tuple[tuple[sp.Expr, Comparison], ...] = ()
    fixed: tuple[tuple[sp.Expr, sp.Expr], ...] = ()
    kinks: Kinks = Kinks.MEAN
    work: Work = field(default_factory=Work, repr=False)
    memory: Memory = field(default_factory=Memory, repr=False)

    def signs(self, expr: sp.Expr) -> frozenset[int]:
        """Which of -1, 0, 1 the sign of ``expr`` can be; empty where nothing satisfies the facts."""
        return signs(sp.sympify(expr, strict=True), self)

    def is_real(self, expr: sp.Expr) -> bool:
        """Is ``expr`` proved to be real wherever it has a value? What is not has every sign here."""
        return is_real(sp.sympify(expr, strict=True), self)

    def is_positive(self, expr: sp.Expr) -> bool | None:
        """expr > 0"""
        return self._among(expr, {1})

    def is_negative(self, expr: sp.Expr) -> bool | None:
        """expr < 0"""
        return self._among(expr, {-1})

    def is_nonnegative(self, expr: sp.Expr) -> bool | None:
        """expr >= 0"""
        return self._among(expr, {0, 1})

    def is_nonpositive(self, expr: sp.Expr) -> bool | None:
        """expr <= 0"""
        return self._among(expr, {-1, 0})

    def is_nonzero(self, expr: sp.Expr) -> bool | None:
        """expr != 0"""
        return self._among(expr, {-1, 1})

    def is_zero(self, expr: sp.Expr) -> bool | None:
        """expr == 0"""
        return self._among(expr, {0})

    def _among(self, expr: sp.Expr, wanted: set[int]) -> bool | None:
        possible = self.signs(expr)
        if possible <= wanted:
            return True
        return None if possible & wanted else False

    def is_integer(self, expr: sp.Expr) -> bool | None:
        """Is ``expr`` always an integer? None where that is not known."""
        expr = sp.sympify(expr, strict=True)
        if expr.is_Symbol or isinstance(expr, sp.Indexed):
            return self._atom_is_integer(expr)
        if expr.is_Add or expr.is_Mul or (expr.is_Pow and self.bounds(expr.exp).signs <= {0, 1}):
            return True if all(self.is_integer(argument) for argument in expr.args) else None
        return True if expr.is_integer else False if expr.is_Number else None

    def index_range(self, index: sp.Expr) -> tuple[sp.Expr, sp.Expr] | None:
        """(low, high) of a bound index or of an index declared by ``k in low..high``."""
        if index in self.ranges:
            return self.ranges[index]
        domain = self.domain(index)
        return (self._expr(domain.low), self._expr(domain.high)) if isinstance(domain, IndexRange) else None

    def domain(self, atom: sp.Expr) -> Domain:
        """The declared domain of a symbol or of an element of indexed data."""
        if isinstance(atom, sp.Indexed):
            return self.assumptions.array(atom.base.name)
        return self.assumptions.scalar(atom.name) if atom not in self.ranges else Interval(integer=True)

    def values(self, atom: sp.Expr) -> tuple[sp.Rational, ...] | None:
        """The finitely many values of ``atom``: a declared set, a one-hot member, a short integer interval."""
        if not (atom.is_Symbol or isinstance(atom, sp.Indexed)) or atom in self.ranges:
            return None
        domain = self.domain(atom)
        if isinstance(domain, FiniteSet):
            found: list[Fraction] = list(domain.values)
        elif (group := self.group(atom)) and group.kind == "one-hot":
            found = [Fraction(0), Fraction(1)]
        else:
            found = self._few_integers(atom)
        return tuple(sp.Rational(v.numerator, v.denominator) for v in sorted(found)) or None

    def _few_integers(self, atom: sp.Expr, most: int = 6) -> list[Fraction]:
        between = self.atom_bounds(atom)
        if not self._atom_is_integer(atom) or between.low is None or between.high is None:
            return []
        first, last = -((-between.low) // 1), between.high // 1
        return [Fraction(n) for n in range(first, last + 1)] if last - first < most else []

    def is_impossible(self) -> bool:
        """Do the conditions of the case contradict each other or the assumptions?"""
        return contradictory(linear_facts(sp.S.Zero, self))

    def group(self, atom: sp.Expr) -> Group | None:
        """The one-hot or simplex group of a scalar, or of an element whose index is proved to be in the range."""
        group = self.named_group(atom)
        return group if group is None or group.low is None or self._is_within(atom, group) else None

    def _is_within(self, element: sp.Indexed, group: Group) -> bool:
        if element not in self.memory.places:
            self.memory.places[element] = False  # a condition on the element itself says nothing about its index
            place, (low, high) = element.indices[-1], self.group_range(group)
            inside = self.is_nonnegative(place - low) and self.is_nonnegative(high - place)
            self.memory.places[element] = bool(inside and self.is_integer(place))
        return self.memory.places[element]

    def named_group(self, atom: sp.Expr) -> Group | None:
        """The group that the name of ``atom`` stands in, wherever an element of it lies."""
        indexed = isinstance(atom, sp.Indexed)
        name = atom.base.name if indexed else atom.name
        for group in self.assumptions.groups:
            if name in group.members and indexed == (group.low is not None):
                return group
        return None

    def group_range(self, group: Group) -> tuple[sp.Expr, sp.Expr]:
        """(low, high) of a group of indexed data."""
        if group.low is None or group.high is None:
            raise ValueError("a group of scalars has no range")
        return self._expr(group.low), self._expr(group.high)

    def bounds(self, expr: sp.Expr) -> Bounds:
        """Between which numbers ``expr`` lies."""
        return bounds(sp.sympify(expr, strict=True), self)

    def atom_bounds(self, atom: sp.Expr) -> Bounds:
        """The numeric bounds of a symbol or an element of indexed data, from its domain and the case."""
        found = self._declared_bounds(atom)
        for expr, comparison in self.conditions:
            found = found.meet(_condition_bounds(expr, comparison, atom))
        return _integer_bounds(found) if self._atom_is_integer(atom) else found

    def _declared_bounds(self, atom: sp.Expr) -> Bounds:
        if atom in self.ranges:
            low, high = self.ranges[atom]
            return Bounds(self.bounds(low).low, self.bounds(high).high)
        if group := self.group(atom):
            return Bounds(Fraction(0), Fraction(1), group.kind == "simplex", self._is_several(group))
        domain = self.domain(atom)
        if isinstance(domain, FiniteSet):
            return Bounds(min(domain.values), max(domain.values))
        low, high = self._interval(domain)
        below = ALL if low is None else self.bounds(low)
        above = ALL if high is None else self.bounds(high)
        low_open, high_open = _openness(domain)
        return Bounds(below.low, above.high, low_open or below.low_open, high_open or above.high_open)

    def _interval(self, domain: Interval | IndexRange) -> tuple[sp.Expr | None, sp.Expr | None]:
        low = None if domain.low is None else self._expr(domain.low)
        return low, None if domain.high is None else self._expr(domain.high)

    def _is_several(self, group: Group) -> bool:
        """A simplex of one member is the number 1; of two or more, each member is below 1."""
        return group.kind == "simplex" and len(group.members) > 1

    def constraints(self, atom: sp.Expr) -> Iterator[tuple[sp.Expr, bool]]:
        """What the domain of ``atom`` says, as pairs (expr, strict): expr >= 0, or expr > 0 when strict."""
        if atom in self.ranges:
            low, high = self.ranges[atom]
            yield from ((atom - low, False), (high - atom, False))
            return
        if (group := self.group(atom)) and group.low is None:
            rest = sp.Integer(1) - sp.Add(*(self.scope.symbol(name) for name in group.members))
            yield from ((rest, False), (-rest, False))
        domain = self.domain(atom)
        if not isinstance(domain, FiniteSet):
            (low_end, high_end), (low_open, high_open) = self._interval(domain), _openness(domain)
            if low_end is not None:
                yield atom - low_end, low_open
            if high_end is not None:
                yield high_end - atom, high_open

    def coupled(self) -> Iterator[tuple[sp.Expr, bool]]:
        """The constraints of scalars whose domain refers to other quantities: k <= n says something of n."""
        yield from _as_constraints(scalar_ties(self.assumptions, self.scope))
        for name, domain in self.assumptions.scalars.items():
            if not isinstance(domain, FiniteSet) and any(free_names(end) for end in (domain.low, domain.high) if end):
                yield from self.constraints(self.scope.symbol(name))

    def tied(self, expr: sp.Expr) -> Iterator[tuple[sp.Expr, bool]]:
        """What ties say of the elements in ``expr``, and of those that they are tied to: c[j-1] < c[j] < c[j+1]."""
        if any(tie.letters for tie in self.assumptions.ties):
            met = set[sp.Indexed]().union(*(e.atoms(sp.Indexed) for e in (expr, *(c for c, _ in self.conditions))))
            elements = sorted(met, key=sp.default_sort_key)
            yield from _as_constraints(ties_around(elements, self.assumptions, self.scope))

    def excluded(self, atom: sp.Expr) -> tuple[sp.Expr, ...]:
        """The values that a clause ``x != value`` takes out of the domain of ``atom``."""
        domain = self.domain(atom)
        return tuple(self._expr(v) for v in domain.excluded) if isinstance(domain, Interval) else ()

    def _atom_is_integer(self, atom: sp.Expr) -> bool | None:
        if atom in self.ranges:
            return True
        domain = self.domain(atom)
        if isinstance(domain, FiniteSet):
            return all(value.denominator == 1 for value in domain.values)
        if (group := self.group(atom)) and group.kind == "one-hot":
            return True
        return True if isinstance(domain, IndexRange) or domain.integer or atom.is_integer else None

    def _expr(self, node: Node) -> sp.Expr:
        return to_sympy(node, self.scope)

    def with_work(self, allowed: int) -> Facts:
        """The same facts with an account of their own."""
        return replace(self, work=Work(allowed), memory=Memory())

    def with_range(self, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> Facts:
        """The same facts with ``index`` running through low..high, both included."""
        ranges = {**self.ranges, index: (sp.sympify(low, strict=True), sp.sympify(high, strict=True))}
        return replace(self, ranges=ranges, memory=Memory())

    def with_condition(self, expr: sp.Expr, comparison: Comparison) -> Facts:
        """The same facts where also ``expr comparison 0``."""
        conditions = (*self.conditions, (sp.sympify(expr, strict=True), comparison))
        return replace(self, conditions=conditions, memory=Memory())

    def with_value(self, atom: sp.Expr, value: sp.Expr) -> Facts:
        """The same facts in the case ``atom = value``."""
        narrowed = self.with_condition(atom - value, "==")
        return replace(narrowed, fixed=(*self.fixed, (atom, value)))

    def renamed(self, names: dict[sp.Symbol, sp.Symbol]) -> Facts:
        """The same facts with other names for bound indices."""
        ranges = {
            names.get(index, index): (low.xreplace(names), high.xreplace(names))
            for index, (low, high) in self.ranges.items()
        }
        conditions = tuple((expr.xreplace(names), comparison) for expr, comparison in self.conditions)
        fixed = tuple((atom.xreplace(names), value.xreplace(names)) for atom, value in self.fixed)
        return replace(self, ranges=ranges, conditions=conditions, fixed=fixed, memory=Memory())


def _as_constraints(ties: Iterable[Tied]) -> Iterator[tuple[sp.Expr, bool]]:
    """Pairs (expr, strict): expr >= 0, or expr > 0 when strict; an equation is two of them."""
    for difference, order in ties:
        if order in {">", ">=", "=="}:
            yield difference, order == ">"
        if order in {"<", "<=", "=="}:
            yield -difference, order == "<"


def _openness(domain: Interval | IndexRange) -> tuple[bool, bool]:
    return (domain.low_open, domain.high_open) if isinstance(domain, Interval) else (False, False)


def _condition_bounds(expr: sp.Expr, comparison: Comparison, atom: sp.Expr) -> Bounds:
    """What a condition that is linear in ``atom`` alone says about it."""
    slope = expr.coeff(atom)
    rest = expr - slope * atom
    if comparison == "!=" or not (slope.is_Rational and slope != 0 and rest.is_Rational):
        return ALL
    at = Fraction(str(-rest / slope))
    if comparison == "==":
        return Bounds(at, at)
    is_open = comparison == ">"
    return Bounds(at, None, is_open) if slope > 0 else Bounds(None, at, False, is_open)


def _integer_bounds(found: Bounds) -> Bounds:
    """The bounds that integers inside ``found`` keep to; integer ends are attained."""
    low, high = found.low, found.high
    if low is not None:
        low = low + 1 if found.low_open and low.denominator == 1 else Fraction(-((-low) // 1))
    if high is not None:
        high = high - 1 if found.high_open and high.denominator == 1 else Fraction(high // 1)
    return Bounds(low, high)
