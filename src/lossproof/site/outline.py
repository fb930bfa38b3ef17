"""How a chapter is read: its main line, its parts, and the checks that stand beside the lines that they check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Relation, Step

_CHECKS = frozenset({Relation.DERIVED, Relation.EQUAL, Relation.EQUAL_ON, Relation.SPECIAL})


@dataclass(frozen=True, slots=True)
class Line:
    """A step with the checks of it: steps that nothing rests on and that say it once more in another way."""

    step: Step
    checks: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading; the heading is empty where the script names none."""

    heading: str
    lines: tuple[Line, ...]


def main_line(chapter: Chapter) -> tuple[Step, ...]:
    """The steps that the script names as its main line."""
    return chapter.derivation.main_line


def sections(chapter: Chapter) -> tuple[Section, ...]:
    """The parts of the chapter in the order of its steps, checks behind the lines that they check."""
    hosts = _hosts(chapter)
    found = []
    for heading, steps in groupby(chapter.steps.values(), key=lambda step: step.shown.part):
        lines = tuple(
            Line(step, tuple(chapter.steps[name] for name, host in hosts.items() if host == step.name))
            for step in steps
            if step.name not in hosts
        )
        found.append(Section(heading, lines))
    return tuple(section for section in found if section.lines)


def _hosts(chapter: Chapter) -> dict[str, str]:
    """A check -> the line that it checks; nothing is a check where the script names no main line."""
    main = {step.name for step in main_line(chapter)}
    if not main:
        return {}
    published = chapter.derivation.publication.names() if chapter.derivation.publication else ()
    steps = list(chapter.steps.values())
    needed = {*main, *published, *(name for step in steps for name in (*step.uses, step.of))}
    checks = {step.name: step.of or step.uses[0] for step in steps if _is_check(step) and step.name not in needed}
    same_part = {name: host for name, host in checks.items() if _part(chapter, name) == _part(chapter, host)}
    return {name: host for name, host in same_part.items() if host not in same_part}


def _is_check(step: Step) -> bool:
    return step.relation in _CHECKS and bool(step.uses)


def _part(chapter: Chapter, name: str) -> str:
    return chapter.steps[name].shown.part


def below(name: str, steps: Sequence[Step]) -> frozenset[str]:
    """The names of the steps that a step rests on, all the way down."""
    uses = {step.name: step.uses for step in steps}
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for used in uses[waiting.pop()]:
            if used not in found:
                found.add(used)
                waiting.append(used)
    return frozenset(found)
