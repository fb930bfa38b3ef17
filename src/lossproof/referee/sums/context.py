"""What a rule may ask: the facts where it stands, the open ranges, order of integers, and the record of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sympy as sp

from lossproof.referee.facts.facts import Facts
from lossproof.referee.sums.expressions import (
    Range,
    as_piecewise,
    bracketed,
    slope,
    spread,
    temporary,
    variables,
)
from lossproof.referee.sums.fractions import cancelled
from lossproof.referee.sums.lines import Lines
from lossproof.words.codes import RuleName

Normalise = Callable[[sp.Expr, Facts], sp.Expr]


class GivenUp(Exception):
    """The normal form is not reached: more rules than the budget allows, or a division by zero on the way."""


@dataclass(frozen=True, slots=True)
class RuleApplication:
    """One rule at work: ``before = after`` for indices in ``ranges`` (outermost first), sound by itself."""

    name: RuleName
    before: sp.Expr
    after: sp.Expr
    ranges: tuple[Range, ...] = ()


@dataclass(slots=True)
class Recorder:
    """Collects every application of a rule, in order and without repetition."""

    applications: dict[RuleApplication, None] = field(default_factory=dict)

    def record(self, name: RuleName, before: sp.Expr, after: sp.Expr, ranges: tuple[Range, ...] = ()) -> None:
        """Remember ``before -> after`` unless nothing changed."""
        if before != after:
            self.applications[RuleApplication(name, as_piecewise(before), as_piecewise(after), ranges)] = None


@dataclass(slots=True)
class Session:
    """What one call of the normal form shares: its memory, its budget, its record."""

    normalise: Normalise
    walk: Callable[[sp.Expr, Context], sp.Expr]
    recorder: Recorder | None = None
    budget: int = 6000
    depth: int = 0
    normal_forms: dict[tuple[sp.Expr, tuple[Range, ...]], sp.Expr] = field(default_factory=dict)
    facts: dict[tuple[Range, ...], Facts] = field(default_factory=dict)
    orders: dict[tuple[sp.Expr, tuple[Range, ...]], bool | None] = field(default_factory=dict)
    lines: Lines = field(default_factory=Lines)

    def spend(self) -> None:
        """Pay for one rule; raises `GivenUp` when nothing is left of what one normal form may cost."""
        self.budget -= 1
        if self.budget < 0:
            raise GivenUp("too many rules")

    @contextmanager
    def deeper(self, deepest: int) -> Iterator[None]:
        """One level further in; raises `GivenUp` where the levels do not end."""
        self.depth += 1
        try:
            if self.depth > deepest:
                raise GivenUp("too deep")
            yield
        finally:
            self.depth -= 1


@dataclass(frozen=True, slots=True)
class Context:
    """A place in an expression: the facts at the outside and the ranges of the sums that surround it."""

    outside: Facts
    session: Session
    ranges: tuple[Range, ...] = ()

    @property
    def facts(self) -> Facts:
        """The facts here, with every open index in its range."""
        known = self.session.facts
        if self.ranges not in known:
            facts = self.outside
            for r in self.ranges:
                facts = facts.with_range(r.index, r.low, r.high)
            known[self.ranges] = facts
        return known[self.ranges]

    def normal(self, expr: sp.Expr) -> sp.Expr:
        """The normal form of ``expr`` at this place."""
        return self.session.walk(expr, self)

    def is_nonzero(self, expr: sp.Expr) -> bool:
        """Is ``expr != 0`` proved here?"""
        return self.facts.is_nonzero(expr) is True

    def note(self, name: RuleName, before: sp.Expr, after: sp.Expr) -> sp.Expr:
        """Put ``before -> after`` on record; gives back ``after``."""
        if self.session.recorder is not None:
            self.session.recorder.record(name, before, after, self.ranges)
        return after

    def argument(self, expr: sp.Expr) -> sp.Expr:
        """The normal form of a summand or of a function's argument: scalar algebra too, over one denominator."""
        first = self.normal(expr)
        if not needs_scalar_algebra(first):
            return first
        second = self.normal(self.session.normalise(first, self.facts))
        whole = cancelled(second)
        return second if whole == second else self.normal(whole)

    def open(self, *ranges: Range) -> Context:
        """The place inside sums over ``ranges``."""
        return Context(self.outside, self.session, (*self.ranges, *ranges))

    def fresh(self, taken: tuple[Range, ...] = ()) -> sp.Symbol:
        """A temporary index that neither an open range nor one of ``taken`` uses."""
        used = {r.index for r in (*self.ranges, *taken)}
        number = len(self.ranges) + len(taken)
        while temporary(number) in used:
            number += 1
        return temporary(number)

    def at_least_zero(self, expr: sp.Expr) -> bool | None:
        """Is ``expr >= 0`` here? None where that is not known."""
        expr = spread(expr)
        if expr.is_Rational:
            return bool(expr >= 0)
        place = (expr, self.ranges)
        known = self.session.orders
        if place not in known:
            known[place] = self.facts.is_nonnegative(expr)
        return known[place]

    def less(self, a: sp.Expr, b: sp.Expr) -> bool | None:
        """Is ``a < b`` for integers a and b?"""
        return self.at_least_zero(b - a - 1)

    def is_positive(self, expr: sp.Expr) -> bool:
        """Is ``expr > 0`` proved here?"""
        return bool(expr.is_Rational and expr > 0) or self.facts.is_positive(expr) is True

    def is_integer(self, expr: sp.Expr) -> bool:
        """Is ``expr`` proved to be an integer here?"""
        return self.facts.is_integer(expr) is True

    def is_affine_integer(self, expr: sp.Expr) -> bool:
        """Whether ``expr`` is an integer combination of integers: something an index can be compared with."""
        return self.is_integer(expr) and all(slope(expr, v) is not None for v in variables(expr))


def needs_scalar_algebra(expr: sp.Expr) -> bool:
    """Whether more than a polynomial in data, deltas and sums stands in ``expr``."""
    if expr.is_Symbol or expr.is_Rational or isinstance(expr, sp.Indexed | sp.Sum | sp.KroneckerDelta):
        return False
    if expr.is_Add or expr.is_Mul or (expr.is_Pow and expr.exp.is_Integer and not expr.base.is_Add):
        return any(needs_scalar_algebra(argument) for argument in expr.args)
    return bracketed(expr) is None
