"""The record of a proof: which rule turned what into what, under which facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import sympy as sp

from lossproof.referee.algebra.ratios import Ratio
from lossproof.referee.facts.facts import Facts
from lossproof.words.codes import RuleName, Said


@dataclass(frozen=True, slots=True)
class Application:
    """One rule at work: ``before = after`` wherever ``facts`` hold and ``before`` is defined."""

    name: RuleName
    before: sp.Expr
    after: sp.Expr
    facts: Facts


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that an expression is zero (or not negative): rules in the order used, and the ways it went.

    ``applications`` carry the expressions and facts of each rule for the spot checks; `rule_text.rules_of` writes
    them as formulas.
    """

    applications: tuple[Application, ...]
    ways: tuple[Said, ...]


def unevaluated(function: Callable[..., sp.Expr], *arguments: Ratio) -> Callable[[], sp.Expr]:
    """``function`` of normal forms, as it stands, for the record."""
    return lambda: function(*(argument.to_expr() for argument in arguments), evaluate=False)


class NotProved(Exception):
    """This way does not lead to a proof; never an error that a user sees."""


class Undefined(NotProved):
    """The expression is defined nowhere under the facts at hand."""


@dataclass(slots=True)
class Record:
    """Rules used so far, each once."""

    applications: dict[tuple[RuleName, sp.Expr, sp.Expr], Application] = field(default_factory=dict)
    ways: dict[Said, None] = field(default_factory=dict)

    def add(self, name: RuleName, before: sp.Expr, after: sp.Expr, facts: Facts) -> None:
        """Enter one application; what changes nothing is left out."""
        if before != after:
            self.applications.setdefault((name, before, after), Application(name, before, after, facts))

    def say(self, way: Said, first: bool = False) -> None:
        """Enter a part of how the proof went."""
        self.ways = {way: None, **self.ways} if first and way not in self.ways else {**self.ways, way: None}

    def proof(self) -> Proof:
        """What was recorded, closed."""
        return Proof(tuple(self.applications.values()), tuple(self.ways))
