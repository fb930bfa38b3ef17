"""Lines that several chapters have, found by their trees: what one of them assumes another may derive.

neural_network/loss (given)  =  softmax_regression/loss (follows)

Two steps have the same line where they say the same of the same name, sign by sign; nothing is typed by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Step
from lossproof.notation.tree import Node


@dataclass(frozen=True, slots=True)
class Place:
    """A step of a chapter."""

    chapter: Chapter
    step: Step


Elsewhere = Mapping[str, tuple[Place, ...]]
"""Step of a chapter -> the steps of other chapters with the same line."""


def shared(chapters: Iterable[Chapter]) -> tuple[tuple[Place, ...], ...]:
    """Each line that two chapters or more have, with the first step that has it in each of them."""
    found: dict[tuple[Node, str, Node], dict[str, Place]] = defaultdict(dict)
    for chapter in chapters:
        for step in chapter.steps.values():
            if step.left is not None and step.claim is not None:
                found[step.left, step.operator, step.claim].setdefault(chapter.name, Place(chapter, step))
    return tuple(tuple(places.values()) for places in found.values() if len(places) > 1)


def elsewhere(chapter: Chapter, lines: Iterable[tuple[Place, ...]]) -> dict[str, tuple[Place, ...]]:
    """What other chapters have of this one's lines."""
    found = {}
    for places in lines:
        for here in places:
            if here.chapter is chapter:
                found[here.step.name] = tuple(each for each in places if each.chapter is not chapter)
    return found
