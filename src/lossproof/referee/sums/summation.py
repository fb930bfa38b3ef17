"""Sums of one monomial over symbolic ranges, and the interpreter that walks the table of rules.

A rule turns a `Summation` into a combination of simpler ones (or of none), or says that it does not apply:

    rule(summation, context) -> ((cofactor, (summation, ...)), ...) | None       sum of cofactor * product
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import sympy as sp

from lossproof.referee.sums.context import Context
from lossproof.referee.sums.expressions import Range, binder, factors_of, replace_free, variables
from lossproof.words.codes import RuleName


@dataclass(frozen=True, slots=True)
class Summation:
    """The sum of ``body`` over ``ranges``, outermost first; ``fresh``: the body is not in normal form yet."""

    body: sp.Expr
    ranges: tuple[Range, ...]
    fresh: bool = False

    @property
    def indices(self) -> frozenset[sp.Symbol]:
        """The bound indices."""
        return frozenset(r.index for r in self.ranges)

    @property
    def expr(self) -> sp.Expr:
        """The same as SymPy writes it."""
        if not self.ranges:
            return self.body
        return binder(sp.Sum, self.body, *(r.limit for r in reversed(self.ranges)))

    @property
    def factors(self) -> tuple[sp.Expr, ...]:
        """What is multiplied in the body."""
        return factors_of(self.body)

    def range_of(self, index: sp.Symbol) -> Range:
        """The range of one bound index."""
        return next(r for r in self.ranges if r.index == index)

    def without(self, index: sp.Symbol, replacement: sp.Expr) -> Summation:
        """One index less: put ``replacement`` for it."""
        body = replace_free(self.body, {index: replacement})
        rest = tuple(r for r in self.ranges if r.index != index)
        return Summation(body, _replaced(rest, {index: replacement}), True)

    def with_range(self, new: Range) -> Summation:
        """The same body with another range for one index."""
        return replace(self, ranges=tuple(new if r.index == new.index else r for r in self.ranges))

    def with_body(self, factors: Iterable[sp.Expr], fresh: bool = False) -> Summation:
        """Other factors over the same ranges."""
        return replace(self, body=sp.Mul(*factors), fresh=self.fresh or fresh)


def _replaced(ranges: Iterable[Range], replacement: Mapping[sp.Basic, sp.Basic]) -> tuple[Range, ...]:
    return tuple(Range(r.index, replace_free(r.low, replacement), replace_free(r.high, replacement)) for r in ranges)


Product = tuple[sp.Expr, tuple[Summation, ...]]
Outcome = tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rewriting of one sum; ``shows`` is the rule in one line."""

    name: RuleName
    shows: str
    apply: Callable[[Summation, Context], Outcome | None]


def alone(summation: Summation) -> Outcome:
    """The outcome that is one sum."""
    return ((sp.S.One, (summation,)),)


def as_expr(outcome: Outcome) -> sp.Expr:
    """The combination as an expression."""
    return sp.Add(*(sp.Mul(cofactor, *(s.expr for s in sums)) for cofactor, sums in outcome))


def split_factors(summation: Summation, index: sp.Symbol) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """The factors with and without ``index``."""
    having = [f for f in summation.factors if index in variables(f)]
    return having, [f for f in summation.factors if index not in variables(f)]
