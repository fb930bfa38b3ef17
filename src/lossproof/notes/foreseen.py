"""Definitions that follow what uses them: ``\\alpha = \\ln\\frac{1-\\epsilon}{\\epsilon}`` with ``\\epsilon = ...``.

What stands behind "where", "with" or "here", or later in the same formula, names something in the formula before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lossproof.notation.domains import exact_value
from lossproof.notation.tree import Name, Node
from lossproof.notes.chain_parts import letters_of
from lossproof.notes.definitions import Definition, definition_of
from lossproof.notes.documents import Formula
from lossproof.notes.places import Place
from lossproof.notes.statements import Statement

if TYPE_CHECKING:
    from lossproof.notes.meaning import Book

MOST_WORDS = 80
"""How many characters may stand between a formula and the "where" of what it uses."""
MOST_AFTER = 4
_WHERE = re.compile(r"\b(?:where|with|here|given|letting)\b|ただし|ここで|其中|여기서|donde", re.IGNORECASE)
_OPENER = re.compile(r"(?:\$+|\\+[(\[])\s*\Z")
_ENDS = re.compile(r"[.。!?]\s|[。！？]|:\s*\Z")


def foresee(book: Book, number: int) -> None:
    """Let ``book`` know the definitions that formula ``number`` uses and that stand behind it."""
    used: frozenset[str] | None = None
    listed: list[Definition] = []
    for place, formula, statement in _behind(book, number):
        if statement.relations[:1] != ("=",) or not statement.sides[0]:
            continue
        if used is None:
            used = _with_bodies(book, _used(book, number))
        definition = _definition(book, place, formula, statement)
        if definition is None:
            continue
        solves = {held.name for held in listed if definition.name in letters_of(held.body)} | _named(book, number)
        listed.append(definition)
        if letters_of(definition.body) & solves:
            continue
        if definition.name not in used or _is_held(book, definition, place == number):
            continue
        used |= letters_of(definition.body)
        book.definitions.add(definition)
        book.seen |= {definition.name} | letters_of(definition.body)
        book.foreseen.add((definition.name, definition.line))


def _with_bodies(book: Book, names: frozenset[str]) -> frozenset[str]:
    """``names`` and those that they stand for."""
    for _ in range(MOST_AFTER):
        bodies = [held.body for held in book.definitions.held if held.name in names]
        names = names.union(*map(letters_of, bodies))
    return names


def _named(book: Book, number: int) -> frozenset[str]:
    """What a formula names first: ``z = g(p)`` behind ``p = f(z)`` solves for z and defines nothing else."""
    first = [side for statement in book.parsed[number].statements[:1] for side in book.usual(statement)][:1]
    return frozenset(node.name for node in first if isinstance(node, Name))


def _is_held(book: Book, definition: Definition, same: bool) -> bool:
    """Whether a name stands for something already; a number gives way to the number that its own formula ends with.

    A number that another formula gives to a letter is a case, not what the letter stands for.
    """
    if not same and _is_value(definition.body):
        return True
    held = book.definitions.of(definition.name)
    anew = same and held is not None and None not in (exact_value(held.body), exact_value(definition.body))
    return held is not None and not anew


def _behind(book: Book, number: int) -> Iterator[tuple[int, Formula, Statement]]:
    """The later statements of one formula, and those of the formulas behind it that say where its names come from."""
    yield from ((number, book.formulas[number], statement) for statement in book.parsed[number].statements[1:])
    says_where = False
    for place in range(number + 1, min(number + 1 + MOST_AFTER, len(book.formulas))):
        formula = book.formulas[place]
        words = _OPENER.sub("", formula.words)
        says_where = _speaks_of_before(words) or (says_where and _ENDS.search(words) is None)
        if len(words) > MOST_WORDS or "\n\n" in words.strip() or not says_where:
            return
        yield from ((place, formula, statement) for statement in book.parsed[place].statements)


def _is_value(body: Node) -> bool:
    """Whether a letter is only given a number: that is a case of the formula, not what its letter stands for."""
    return exact_value(body) is not None


def _speaks_of_before(words: str) -> bool:
    """``with`` in a sentence of its own speaks of what comes next: "For example, with y = 1"."""
    found = _WHERE.search(words)
    is_apart = found is not None and _ENDS.search(words[: found.start()]) is not None
    return found is not None and not (is_apart and found.group().lower() in {"with", "given", "letting"})


def _used(book: Book, number: int) -> frozenset[str]:
    """The names in the first statement of a formula, its left side when it is a name left out."""
    nodes = [side for statement in book.parsed[number].statements[:1] for side in book.usual(statement)]
    plain = nodes[1:] if nodes and isinstance(nodes[0], Name) else nodes
    return frozenset[str]().union(*(letters_of(node) for node in plain))


def _definition(book: Book, place: int, formula: Formula, statement: Statement) -> Definition | None:
    nodes: list[Node] = book.usual(statement)
    if len(nodes) < 2 or not isinstance(nodes[0], Name):
        return None
    line = Place(book.note, formula).place(statement.sides[1])[1]
    found = definition_of(nodes[0], book.sizes.filled(place, nodes[1]), line)
    return None if found is None or letters_of(nodes[0]) & letters_of(nodes[1]) else found
