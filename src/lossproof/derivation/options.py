"""The words that an author may say of a derivation and of its steps, and the hints where one of them is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from lossproof.errors import DerivationError
from lossproof.words.codes import Relation

OPTIONS = (
    *("claim", "relation", "title", "where", "of", "varying", "variable", "because", "values"),
    *("keywords", "picture"),
)
"""What the author of a step may say of it."""


def refuse_options(options: Iterable[str]) -> None:
    """DerivationError for an option that no step has."""
    for name in options:
        if name not in OPTIONS:
            near = get_close_matches(name, OPTIONS, n=1)
            hint = f"did you mean {near[0]}=?" if near else f"there are {', '.join(OPTIONS)}."
            raise DerivationError(f"A step has no option {name}=; {hint}")


def refuse_bare_decorator(given: object, decorator: str) -> None:
    """DerivationError for ``@chapter.step`` without parentheses, which hands the function itself over."""
    if callable(given):
        shown = "step()" if decorator == "step" else f'{decorator}("L = ...")'
        raise DerivationError(f"Write the decorator with its parentheses: @chapter.{shown}.")


def relation_named(relation: str) -> Relation:
    """DerivationError for a word that is no relation."""
    try:
        return Relation(relation)
    except ValueError:
        names = ", ".join(repr(str(each)) for each in Relation)
        raise DerivationError(f"There is no relation {relation!r}; the relations are {names}.") from None


def checked_name(name: Any) -> str:
    """The name of a derivation, which also names its script, its pages and its loss."""
    if isinstance(name, str) and re.fullmatch(r"[^\W\d][\w-]{0,99}", name):
        return name
    raise DerivationError(f"A derivation is called by letters, digits, _ and -, as in coin_2; {name!r} was given.")
