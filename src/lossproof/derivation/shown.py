"""What a script says of how its lines are shown; nothing of it is judged.

main="likelihood log_likelihood loss"     the lines that a reader follows first
chapter.part("The loss")                  a heading: the steps after it stand below it
keywords="log loss; BCE"                  other words that people search a step by
picture="tangent"                         what is drawn of it; the site knows the names
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossproof.errors import DerivationError

if TYPE_CHECKING:
    from lossproof.derivation.step import Step


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of the chapter that a step stands in, the words it is searched by, the pictures of it."""

    part: str = ""
    keywords: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()


def shown(part: str, keywords: str, picture: str) -> Shown:
    """``keywords`` are separated by semicolons, the names in ``picture`` by spaces."""
    return Shown(part, words_of(keywords), tuple(picture.split()))


def words_of(keywords: str) -> tuple[str, ...]:
    """Each of the words or phrases between the semicolons."""
    return tuple(word for each in keywords.split(";") if (word := " ".join(each.split())))


def main_line(names: str, steps: Mapping[str, Step], derivation: str) -> tuple[Step, ...]:
    """The steps that ``names`` lists. DerivationError for one that is not there or stands before the one above it."""
    listed = names.split()
    for name in listed:
        if name not in steps:
            raise DerivationError(f"The main line of derivation `{derivation}` names `{name}`, which is no step of it.")
    places = [list(steps).index(name) for name in listed]
    if places != sorted(set(places)):
        raise DerivationError(f"The main line of derivation `{derivation}` is not in the order of its steps: {names}.")
    return tuple(steps[name] for name in listed)
