"""Judged under names of the referee's own, so that no verdict depends on the alphabet.

    claim  ->  its names numbered in the order in which they are written  ->  verdict  ->  the author's names

SymPy orders terms, and so proofs, by the names in them. Under the numbered names two claims that differ in their
names alone are the same question, with the same proof, the same points and the same counterexample.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from lossproof.errors import LossproofError
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.renaming import Renaming, names_assumed, names_bounding, names_written
from lossproof.notation.traverse import fresh_name
from lossproof.notation.tree import Condition, Node
from lossproof.referee.balls import Given
from lossproof.referee.prove.rule_text import index_names
from lossproof.referee.verdict import Evidence, Rule, Verdict, Witness
from lossproof.words.codes import Said

_NUMBERED = re.compile(r"\bv_[a-z]+")
_STEM = re.compile(r"(v_[a-z]+)(.+)")

Judge = Callable[[Sequence[Node], Assumptions, Sequence[Given], Renaming], Verdict]
"""What answers a question of formulas, clauses and conditions, told under which names it is asked."""


def under_numbered_names(
    judge: Judge, nodes: Sequence[Node], assumptions: Assumptions, given: Sequence[Given] = ()
) -> Verdict:
    """What ``judge`` says of the question under numbered names, in the author's names.

    A question that cannot be asked is asked in the author's own names, so that the error speaks of them.
    """
    numbered = Renaming.in_order(_names(nodes, assumptions, given))
    asked = tuple(map(numbered.of, nodes)), numbered.assumptions(assumptions)
    try:
        verdict = judge(*asked, [_given(each, numbered) for each in given], numbered)
    except LossproofError:
        return judge(nodes, assumptions, given, Renaming({}))
    return Speaker(numbered.inverse).verdict(verdict)


def _names(nodes: Iterable[Node], assumptions: Assumptions, given: Iterable[Given]) -> Iterator[str]:
    yield from names_written(*nodes)
    yield from names_assumed(assumptions)
    for each in given:
        yield from (*names_written(each.body), *each.letters, *names_bounding(each.domain))


def _given(given: Given, numbered: Renaming) -> Given:
    return Given(numbered.of(given.body), tuple(map(numbered.name, given.letters)), numbered.domain(given.domain))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Verdicts in the author's names."""

    back: Renaming

    def verdict(self, verdict: Verdict) -> Verdict:
        """The verdict, its evidence and its counterexample."""
        witness = verdict.witness
        return replace(
            verdict,
            ways=tuple(map(self.value, verdict.ways)),
            evidence=self._evidence(verdict.evidence),
            witness=None if witness is None else self._witness(witness),
        )

    def value(self, value: Any) -> Any:
        """An argument of something said."""
        if isinstance(value, Said):
            return replace(value, values=tuple(map(self.value, value.values)))
        if isinstance(value, tuple):
            return tuple(map(self.value, value))
        if isinstance(value, Node | Condition):
            return self._names_of(value).of(value)
        return self.text(value) if type(value) is str else value

    def text(self, text: str) -> str:
        """Text with the author's names."""
        return _NUMBERED.sub(lambda found: self.back.name(found[0]), text)

    def _evidence(self, evidence: Evidence) -> Evidence:
        return replace(
            evidence,
            rules=tuple(map(self._rule, evidence.rules)),
            assumptions=tuple(map(self.text, evidence.assumptions)),
            failure=self.text(evidence.failure),
        )

    def _rule(self, rule: Rule) -> Rule:
        names = self._names_of(rule.before, rule.after)
        return replace(rule, before=names.of(rule.before), after=names.of(rule.after))

    def _witness(self, witness: Witness) -> Witness:
        point, firsts = (
            {self.text(name): value for name, value in held.items()} for held in (witness.point, witness.firsts)
        )
        return replace(witness, point=point, firsts=firsts)

    def _names_of(self, *parts: Node | Condition) -> Renaming:
        """The author's names, and for what the proof named itself others, where the author has them already."""
        written = names_written(*parts)
        names = {name: self.back.names[name] for name in written if name in self.back.names}
        taken = set(names.values())
        for name in written:
            if name not in names:
                names[name] = self._own(name, taken)
                taken.add(names[name])
        return Renaming(names)

    def _own(self, name: str, taken: set[str]) -> str:
        """A name that the proof made: ``v_ab1`` is made of ``v_ab``, and a letter is any letter."""
        if made := _STEM.fullmatch(name):
            return fresh_name(f"{self.back.name(made[1])}{made[2]}", frozenset(taken))
        return next(letter for letter in chain((name,), index_names()) if letter not in taken)
