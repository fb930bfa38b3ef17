"""The letters of a derived derivation, and what is assumed of each of them.

mu = exp(u)   ->   mu > 0; mu[m] > 0; P > 0; P[m] > 0; M integer >= 1
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import sympy as sp

from lossproof.models.reading import Reading, put_in
from lossproof.models.tidy import rebuilt
from lossproof.notation import Scope, assumptions_text, substitute_tree, to_sympy
from lossproof.notation.assumptions import REAL, Assumptions, Domain, FiniteSet, IndexRange, Interval
from lossproof.notation.domains import exact_value
from lossproof.notation.evaluated import evaluated
from lossproof.notation.traverse import fresh_name
from lossproof.notation.tree import Indexed, Name, Node, Number
from lossproof.referee.facts.facts import Facts
from lossproof.referee.prove import prove_nonnegative, prove_positive

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
OWN = ("P", "Lk", "L", "l", "M", "m", "k", "v", "Prior", "Post", "R")
"""The letters of the chain itself, where the author has not used them."""


class Design(NamedTuple):
    """The letters of a linear predictor: weights, features, the number of the last of them, and two that count them."""

    weights: str
    features: str
    last: str
    first: str
    second: str


DESIGNS = (Design("w", "x", "N", "i", "j"), Design("b", "z", "K", "g", "h"), Design("c", "s", "Q", "a", "f"))
"""For each linear predictor in turn; of more there are w1, x1, ..."""


@dataclass(frozen=True)
class Setting:
    """A reading with the letters that the chain adds; ``assumptions`` speak of scalars."""

    reading: Reading
    letters: dict[str, str]
    designs: dict[str, Design]
    assumptions: Assumptions

    @cached_property
    def scope(self) -> Scope:
        """Symbols to compute with. What is observed is any real number of its interval.

        Of ``loggamma(y + 1)`` with a whole y SymPy makes ``log(gamma(y + 1))``.
        """
        real = {name: as_real(domain) for name, domain in self.assumptions.scalars.items()}
        return Scope(Assumptions(scalars=real))

    @cached_property
    def facts(self) -> Facts:
        """What is known of each scalar."""
        return Facts(self.assumptions, Scope(self.assumptions))

    @cached_property
    def shares(self) -> frozenset[sp.Symbol]:
        """The quantities that lie between 0 and 1."""
        return frozenset(
            self.scope.symbol(name)
            for name, domain in self.assumptions.scalars.items()
            if exact_value(getattr(as_real(domain), "high", None)) == 1
        )

    def expression(self, tree: Node) -> sp.Expr:
        """``tree`` in SymPy."""
        return evaluated(to_sympy(tree, self.scope))

    @property
    def many(self) -> sp.Symbol:
        """The number of samples."""
        return sp.Symbol(self.letters["M"], integer=True, positive=True)

    @property
    def sampled(self) -> tuple[str, ...]:
        """What every sample has of its own: observed columns, means, linear predictors."""
        return (*self.reading.observed, *self.reading.means, *self.reading.linear)

    def of_sample(self, expr: sp.Expr) -> sp.Expr:
        """``expr`` said of sample m: ``y[m]`` for ``y``."""
        m = self.scope.index(self.letters["m"])
        return rebuilt(expr, {self.scope.symbol(name): self.scope.data(name)[m] for name in self.sampled})

    def tree_of_sample(self, tree: Node) -> Node:
        """The same of a tree."""
        m = Name(self.letters["m"])
        return substitute_tree(tree, {name: Indexed(name, (m,)) for name in self.sampled})

    def where(self) -> str:
        """Every clause, of scalars and of data, as text."""
        arrays = {
            name: self._domain_of_sample(domain)
            for name, domain in self.assumptions.scalars.items()
            if name in self.sampled
        }
        letters: dict[str, tuple[str, ...]] = dict.fromkeys(arrays, (self.letters["m"],))
        both = replace(self.assumptions, arrays=arrays, letters=letters)
        return "; ".join((*assumptions_text(both), *self._own_clauses()))

    def _own_clauses(self) -> Iterator[str]:
        own = self.letters
        yield f"{own['P']} > 0; {own['P']}[{own['m']}] > 0; {own['M']} integer >= 1"
        for each in self.designs.values():
            yield f"{each.last} integer >= 0; {each.first} in 0..{each.last}; {each.second} in 0..{each.last}"

    def _domain_of_sample(self, domain: Domain) -> Domain:
        if isinstance(domain, FiniteSet):
            return domain
        low, high = (None if end is None else self.tree_of_sample(end) for end in (domain.low, domain.high))
        if isinstance(domain, IndexRange):
            return domain if low is None or high is None else IndexRange(low, high)
        return replace(domain, low=low, high=high)


def setting(reading: Reading) -> Setting:
    """The letters for ``reading``, and its assumptions with the domains of its means."""
    used = {*reading.observed, *reading.means, *reading.predictors}
    letters = {}
    for own in OWN:
        letters[own] = fresh_name(own, frozenset(used))
        used.add(letters[own])
    designs = {}
    for number, name in enumerate(reading.linear):
        chosen = []
        for letter in DESIGNS[number % len(DESIGNS)]:
            chosen.append(fresh_name(letter, frozenset(used)))
            used.add(chosen[-1])
        designs[name] = Design(*chosen)
    return Setting(reading, letters, designs, _with_means(reading))


def _with_means(reading: Reading) -> Assumptions:
    """The assumptions, with what the formula of a mean shows where no clause speaks of it."""
    scalars = dict(reading.assumptions.scalars)
    for name, formula in reading.means.items():
        if name not in scalars:
            domain = shown_domain(put_in(formula, reading.means), reading.assumptions)
            scalars |= {name: domain} if domain != REAL else {}
    return replace(reading.assumptions, scalars=scalars)


def shown_domain(formula: Node, assumptions: Assumptions) -> Domain:
    """Where ``formula`` is proved to lie: between 0 and 1, above 0, from 0 on, or anywhere."""
    facts = Facts(assumptions, Scope(assumptions))
    value = to_sympy(formula, facts.scope)
    if prove_positive(value, facts) is None:
        return Interval(low=ZERO) if prove_nonnegative(value, facts) is not None else REAL
    below = prove_positive(sp.Add(1, sp.Mul(-1, value, evaluate=False), evaluate=False), facts) is not None
    return Interval(ZERO, ONE, True, True) if below else Interval(low=ZERO, low_open=True)


def as_real(domain: Domain) -> Domain:
    """The interval of real numbers around a domain."""
    match domain:
        case FiniteSet(values):
            return Interval(Number(min(values)), Number(max(values)))
        case IndexRange(low, high):
            return Interval(low, high)
    return replace(domain, integer=False)
