"""What the chain over K classes is written with: its letters, its clauses, and the formulas that its lines share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import sympy as sp

from lossproof.derivation.samples import Sample
from lossproof.errors import CallerError, UnknownSign
from lossproof.models.board import Lines
from lossproof.models.class_forms import elements_first, in_probabilities, named, tidied
from lossproof.models.reading import ClassesOf, Reading
from lossproof.models.setting import Design, Setting
from lossproof.moves import take_log
from lossproof.notation import assumptions_text, from_sympy, parse_assumptions, substitute_tree, to_text, walk
from lossproof.notation.traverse import fresh_name
from lossproof.notation.tree import Call, Indexed, Name, Node, Reduction
from lossproof.referee.facts.facts import Facts
from lossproof.referee.prove import prove_positive

OWN = ("P", "Lk", "L", "l", "M", "m", "i", "h", "v")
"""The letters of the chain itself, where the author has not used them."""
DESIGN = ("w", "x", "N", "a", "b")


def setting_of_classes(reading: Reading) -> tuple[Setting, str]:
    """The letters for ``reading``, and every clause as text."""
    classes = reading.classes
    assert classes is not None
    bound = {part.index for part in walk(classes.probability) if isinstance(part, Reduction)}
    used = {reading.target, *reading.linear, classes.letter, classes.size, *bound}
    letters: dict[str, str] = {}
    for own in ("p", *OWN, *DESIGN):
        letters[own] = classes.name if own == "p" and classes.name else fresh_name(own, frozenset(used))
        used.add(letters[own])
    design = Design(*(letters.pop(own) for own in DESIGN))
    where = "; ".join((*assumptions_text(reading.assumptions), *_clauses(reading, letters, design)))
    return Setting(reading, letters, {reading.linear[0]: design}, parse_assumptions(where)), where


def _clauses(reading: Reading, own: dict[str, str], design: Design) -> Iterator[str]:
    classes = reading.classes
    assert classes is not None
    places = f"{to_text(classes.low)}..{to_text(classes.high)}"
    yield f"{reading.target}[{classes.letter}] one-hot over {places}; {own['p']}[{classes.letter}] > 0"
    yield f"{own['P']} > 0; {own['P']}[{own['m']}] > 0; {own['M']} integer >= 1; {design.last} integer >= 0"
    for letter in (classes.letter, own["i"], own["h"]):
        yield f"{letter} in {places}"
    for letter in (design.first, design.second):
        yield f"{letter} in 0..{design.last}"


@dataclass(frozen=True)
class Chain:
    """The lines that are being written, and the formulas that they are made of."""

    lines: Lines
    classes: ClassesOf
    target: str
    predictor: str

    @property
    def own(self) -> dict[str, str]:
        """The letters of the chain."""
        return self.lines.setting.letters

    @cached_property
    def log_probability(self) -> sp.Expr:
        """log(p[k]) as a sum. CallerError where a factor is not known to be positive."""
        script = self.lines.script.script
        facts = Facts(script.assumptions, script.letters.scope)
        whole = self.expression(self.classes.probability)
        positive = [part for part in _factors(whole) if prove_positive(part, facts) is not None]
        try:
            return take_log(whole, positive=positive)
        except UnknownSign as error:
            raise CallerError(
                f"density: nothing says that its factor {error.factor} is positive for every class"
            ) from error

    @cached_property
    def sample(self) -> Sample:
        """The same letters for sample m."""
        names = frozenset({self.own["p"], self.target, self.predictor})
        return Sample(self.own["m"], names, self.lines.script.script.letters.scope)

    def expression(self, tree: Node) -> sp.Expr:
        """``tree`` in the derivation's symbols."""
        return self.lines.expression(tree)

    def letter(self, own: str) -> str:
        """One of the chain's own letters; for "" the letter of a class."""
        return self.own[own] if own else self.classes.letter

    def element(self, name: str, letter: str = "") -> Indexed:
        """``p[k]``"""
        return Indexed(self.own.get(name, name), (Name(self.letter(letter)),))

    @property
    def ends(self) -> tuple[Node, Node]:
        """The first class and the last."""
        return self.classes.low, self.classes.high

    def over_classes(self, body: Node, kind: Literal["sum", "prod"] = "sum", letter: str = "") -> Reduction:
        """The sum over all classes, for ``letter`` in ``body``."""
        return Reduction(kind, body, self.letter(letter), *self.ends)

    def of(self, letter: str) -> sp.Expr:
        """p[i] in the predictors."""
        tree = substitute_tree(self.classes.probability, {self.classes.letter: Name(self.letter(letter))})
        return self.expression(tree)

    @cached_property
    def stable(self) -> Node:
        """p[k] without an overflow: the exponential of its logarithm, where it is one of exponentials."""
        tree = named(from_sympy(self.log_probability))
        spelled = any(isinstance(part, Reduction) and part.kind == "logsumexp" for part in walk(tree))
        return Call("exp", (tree,)) if spelled else self.classes.probability

    def written(self, expr: sp.Expr) -> Node:
        """The tree of ``expr``, with factors in the order in which they are written by hand."""
        return elements_first(self.lines.written(expr))

    def in_probabilities(self, expr: sp.Expr, *letters: str) -> sp.Expr | None:
        """``expr`` in p[i], where that leaves no predictor over."""
        places = {self.expression(self.element("p", letter)): self.of(letter) for letter in letters}
        return in_probabilities(expr, places, self.lines.script.script.letters.scope.data(self.predictor))

    def published(self, expr: sp.Expr, short: sp.Expr | None) -> Node:
        """``expr`` as it is to run: its form in probabilities, with their own that does not overflow put in."""
        if short is None:
            return named(self.written(tidied(expr)))
        return substitute_tree(self.written(short), {self.element("p"): self.stable})


def _factors(part: sp.Expr) -> list[sp.Expr]:
    """The factors of which a logarithm is taken, and what they are powers of."""
    if isinstance(part, sp.Mul):
        return [each for factor in part.args for each in _factors(factor)]
    return _factors(part.base) if isinstance(part, sp.Pow) and not isinstance(part, sp.exp) else [part]
