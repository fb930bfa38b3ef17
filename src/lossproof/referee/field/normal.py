"""The normal form of an expression: a rational function of kernels that are independent of each other.

    log(yp/(1 - yp))        ->  L1 - L2              L1 = log(yp), L2 = log(1 - yp)
    1/(1 + exp(-z))         ->  E/(E + 1)            E = exp(z)
    loggamma(y + 1)         ->  G + log(y)           G = loggamma(y), y > 0

The walk goes bottom-up; each function of the grammar has one rule (`rules.RULES`), keyed by the name of its SymPy
class, which turns normal forms of the arguments into a normal form. A rule is right wherever the function is
defined, or asks the facts first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import lcm

import sympy as sp

from lossproof.referee.algebra.ratios import Kernel, Polynomial, Ratio, Table
from lossproof.referee.facts.facts import Comparison, Facts
from lossproof.referee.facts.positivity import EVERY_SIGN, polynomial_signs
from lossproof.referee.field.monotone import same_sign
from lossproof.words.codes import RuleName


class Refined(Exception):
    """A kernel has to be split finer (exp(z) into exp(z/2) squared): normalise once more from the start."""


@dataclass(slots=True)
class Fineness:
    """How fine kernels are: exp(t/d) and f^(1/d) for the d on record; grows until nothing asks for more."""

    divisors: dict[object, int] = field(default_factory=dict)

    def divisor(self, key: object, wanted: int) -> int:
        """The divisor on record for ``key``; raises `Refined` when it is not a multiple of ``wanted``."""
        known = self.divisors.setdefault(key, wanted)
        if known % wanted:
            self.divisors[key] = lcm(known, wanted)
            raise Refined
        return known


Split = tuple[tuple[sp.Expr, Comparison], ...]
"""Cases that cover everything: each a pair (expr, comparison with 0)."""


@dataclass(frozen=True, slots=True)
class Note:
    """One rule at work, kept in the field until somebody asks for its text."""

    name: RuleName
    before: Callable[[], sp.Expr]
    after: Ratio


class Normaliser:
    """Normal forms under fixed facts; kernels, notes and wished-for case splits pile up as it works."""

    def __init__(self, facts: Facts, rules: Mapping[str, Rule], fineness: Fineness) -> None:
        self.facts = facts
        self.rules = rules
        self.fineness = fineness
        self.table = Table()
        self.notes: list[Note] = []
        self.splits: dict[Split, None] = {}
        self._forms: dict[sp.Expr, Ratio] = {}
        self._signs: dict[str, frozenset[int]] = {}
        self._real: dict[int, bool] = {}

    def ratio(self, expr: sp.Expr) -> Ratio:
        """The normal form of ``expr``; `NotProved` where there is none."""
        found = self._forms.get(expr)
        if found is None:
            self.facts.work.spend()
            rule = self.rules.get(expr.func.__name__)
            found = self._forms[expr] = rule(self, expr) if rule else self.opaque(expr)
            self.facts.work.spend(len(found.num) + len(found.den))
        return found

    def expr(self, expr: sp.Expr) -> sp.Expr:
        """The normal form of ``expr`` as a SymPy expression."""
        return self.ratio(expr).to_expr()

    def opaque(self, expr: sp.Expr, kind: str = "opaque") -> Ratio:
        """``expr`` as a kernel of which the algebra knows nothing; x = (x^(1/d))^d where roots of x >= 0 occur."""
        divisor = self.fineness.divisors.setdefault(expr, 1)
        if divisor == 1 or self.facts.is_nonnegative(expr) is not True:
            return self.table.kernel(expr, lambda: Kernel(kind, expr))
        fine = sp.Pow(expr, sp.Rational(1, divisor))
        return self.table.kernel(expr, lambda: Kernel("fine", fine, (expr, divisor))) ** divisor

    def is_real(self, polynomial: Polynomial) -> bool:
        """Is every kernel in ``polynomial`` proved to be real wherever it has a value?"""
        return all(self._is_real_kernel(place) for place in self.table.used(polynomial))

    def _is_real_kernel(self, place: int) -> bool:
        if place not in self._real:
            kernel = self.table.kernels[place]
            rule = _REAL_KERNELS.get(kernel.kind)
            self._real[place] = rule(self, kernel) if rule else self.facts.is_real(kernel.expr)
        return self._real[place]

    def signs(self, polynomial: Polynomial) -> frozenset[int]:
        """The signs that a polynomial in the kernels can have: every one where a kernel may not be real."""
        if not self.is_real(polynomial):
            return EVERY_SIGN
        key = str(polynomial)
        if key not in self._signs:
            found = self.facts.signs(self.table.to_expr(polynomial))
            if len(found) > 1:
                between = {i: self.facts.bounds(self.table.kernels[i].expr) for i in self.table.used(polynomial)}
                found &= polynomial_signs(self.table, polynomial, between)
            if len(found) > 1 and (simpler := same_sign(self, polynomial)):
                found &= self.ratio_signs(simpler)
            self._signs[key] = found
        return self._signs[key]

    def ratio_signs(self, value: Ratio) -> frozenset[int]:
        """The signs that a ratio can have where it is defined: products of the signs of its factors."""
        if value.is_zero:
            return frozenset({0})
        if not (self.is_real(value.num) and self.is_real(value.den)):
            return EVERY_SIGN
        content, factors = value.factors()
        possible = {1 if content > 0 else -1}
        for factor, power in factors:
            signs = self.signs(factor)
            signs = signs - {0} if power < 0 else signs
            signs = frozenset(s * s for s in signs) if power % 2 == 0 else signs
            possible = {s * t for s in possible for t in signs}
        if len(possible) > 1:
            possible &= self.facts.signs(value.to_expr())
        if len(possible) > 1 and len(factors) > 1 and (simpler := self._with_simpler_factors(value, factors)):
            possible &= self.ratio_signs(simpler)
        return frozenset(possible)

    def _with_simpler_factors(self, value: Ratio, factors: list[tuple[Polynomial, int]]) -> Ratio | None:
        """The product with simpler factors of the same signs: x*(exp(x) - 1) has the sign of x*x."""
        simpler = [(factor, power, same_sign(self, factor)) for factor, power in factors]
        if not any(found for _, _, found in simpler):
            return None
        product = self.table.number(1 if value.factors()[0] > 0 else -1)
        for factor, power, found in simpler:
            product = product * (found or Ratio(self.table, factor, self.table.one)) ** (1 + (power + 1) % 2)
        return product

    def note(self, name: RuleName, before: Callable[[], sp.Expr], after: Ratio) -> Ratio:
        """Keep a note of a rule; gives back ``after``."""
        self.notes.append(Note(name, before, after))
        return after

    def switch(self, polynomial: Polynomial) -> sp.Expr:
        """The expression by whose sign cases are told apart when the sign of ``polynomial`` is open."""
        simpler = same_sign(self, polynomial)
        return simpler.to_expr() if simpler else self.table.to_expr(polynomial)

    def wish(self, *cases: tuple[sp.Expr, Comparison]) -> None:
        """Remember that the expression would become simpler by going through these cases."""
        self.splits.setdefault(cases)


_REAL_KERNELS: dict[str, Callable[[Normaliser, Kernel], bool]] = {
    "exp": lambda n, kernel: n.is_real(kernel.inside.num) and n.is_real(kernel.inside.den),
    "log": lambda n, kernel: n.is_real(kernel.inside),
    "log of": lambda n, kernel: False,
    "root": lambda n, kernel: n.ratio_signs(kernel.inside[0]) <= {0, 1},
}
"""Kernels whose parts the field knows better than the facts do."""

Rule = Callable[[Normaliser, sp.Expr], Ratio]
