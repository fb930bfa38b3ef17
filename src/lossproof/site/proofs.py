"""The rules of a proof as a page lists them: by obligation, each once, and without what says nothing.

A - A -> 0        both sides of the claim are the same formula: the section says so and lists no rule
A - 0 -> A        left out
A - 0 -> B        A -> B
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lossproof.notation.tree import Binary, Number
from lossproof.referee.steps.report import Part, StepVerdict
from lossproof.referee.verdict import Rule

_ZERO = Number(Fraction(0))


@dataclass(frozen=True, slots=True)
class Row:
    """A rule at work and how often it was, with the same formulas."""

    rule: Rule
    count: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    """The rules of one obligation (None where the proof is of nothing else).

    ``same`` says that the two sides were one formula to begin with; rows that an earlier section has are left out.
    """

    part: Part | None
    rows: tuple[Row, ...]
    same: bool = False


def sections(judged: StepVerdict) -> tuple[Section, ...]:
    """The proof of a step, a section an obligation that has any."""
    parts = judged.parts or (None,)
    rules = [part.verdict.evidence.rules if part else judged.verdict.evidence.rules for part in parts]
    told = [() if _same(each) else tuple(_telling(each)) for each in rules]
    times = Counter(rule for each in told for rule in each)
    first = _each_once(told)
    return tuple(
        Section(part, tuple(Row(rule, times[rule]) for rule in new), _same(own))
        for part, new, own in zip(parts, first, rules, strict=True)
        if own
    )


def rows(rules: Iterable[Rule]) -> tuple[Row, ...]:
    """A list of rules, each once with its count."""
    return tuple(Row(rule, count) for rule, count in Counter(_telling(rules)).items())


def _each_once(lists: Sequence[tuple[Rule, ...]]) -> list[tuple[Rule, ...]]:
    seen: set[Rule] = set()
    found = []
    for rules in lists:
        found.append(tuple(rule for rule in dict.fromkeys(rules) if rule not in seen))
        seen.update(rules)
    return found


def _same(rules: tuple[Rule, ...]) -> bool:
    """Whether all that these rules bring to zero are differences of one formula with itself."""
    ends = [rule for rule in rules if rule.after == _ZERO]
    return bool(ends) and all(_of_itself(rule) for rule in ends)


def _telling(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        shown = _without_zero(rule)
        if shown.before != shown.after and not _of_itself(shown):
            yield shown


def _of_itself(rule: Rule) -> bool:
    tree = rule.before
    return rule.after == _ZERO and isinstance(tree, Binary) and tree.operator == "-" and tree.left == tree.right


def _without_zero(rule: Rule) -> Rule:
    tree = rule.before
    if isinstance(tree, Binary) and tree.operator == "-" and tree.right == _ZERO and tree.left != _ZERO:
        return replace(rule, before=tree.left)
    return rule
