"""Why a text was not read, in the reader's language.

An error says its sentence in English wherever it is raised. A language has a table of these sentences, each with its
own, where ``{0}``, ``{1}`` stand for what is filled in: "This name is longer than {0} characters.". What is filled in
is looked up in its turn; what the table does not have stays in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from lossproof.errors import CallerError, InternalError, RejectedText
from lossproof.site.words import Words

HOLE = re.compile(r"\{(\d*)(?:!r)?\}")


def refusal(error: CallerError | InternalError, words: Words) -> str:
    """The sentence of ``error``, and the place in the text with a caret under it where it has one."""
    sentence = error.sentence if isinstance(error, RejectedText) else str(error)
    return in_language(sentence, words.refused) + str(error).removeprefix(sentence)


def in_language(sentence: str, table: Mapping[str, str]) -> str:
    """The sentence as ``table`` has it."""
    if (known := table.get(sentence)) is not None:
        return known
    for english, shape in _shapes(tuple(table)):
        if found := shape.fullmatch(sentence):
            filled = [in_language(each, table) for each in found.groups()]
            return _filled(table[english], dict(zip(_holes(english), filled, strict=True)))
    return sentence


@lru_cache(maxsize=8)
def _shapes(sentences: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    """The sentences with holes as patterns, those with the most words of their own first."""
    with_holes = sorted((each for each in sentences if HOLE.search(each)), key=len, reverse=True)
    return [(each, re.compile(_pattern(each), re.DOTALL)) for each in with_holes]


def _pattern(sentence: str) -> str:
    """Each hole as a group; of two with the same number the second repeats what the first has."""
    pieces, last = [], 0
    for hole in HOLE.finditer(sentence):
        pieces += [re.escape(sentence[last : hole.start()]), "(.*?)"]
        last = hole.end()
    return "".join([*pieces, re.escape(sentence[last:])])


def _holes(sentence: str) -> list[str]:
    """The numbers of the holes; one without a number has its place."""
    return [hole[1] or str(place) for place, hole in enumerate(HOLE.finditer(sentence))]


def _filled(sentence: str, values: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hole: values.get(hole[1], hole[0]).strip(), sentence)
