"""What is stated in clauses: --where, the front matter, comments and tags; each holds, or is refused with its place.

A clause that cannot be read, or that leaves no value together with those before it, is never passed over. A definition
``a = 5`` names a for all formulas after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lossproof.errors import RejectedText
from lossproof.notation import free_names, parse_assumptions
from lossproof.notation.tex import is_latex, latex_where
from lossproof.notation.traverse import data_names
from lossproof.notation.tree import Name, Node
from lossproof.notes.definitions import Definition, definition_of
from lossproof.notes.documents import Note, Stated


def refuse_unfit(note: Note, where: str) -> None:
    """`RejectedText` for the first clause that does not hold with those before it; one of the note names its place."""
    parse_assumptions(where)
    before = latex_where(where)
    for stated in stated_in(note):
        before = "; ".join(text for text in (before, _fitting(stated, before, note.name)) if text.strip())


def stated_in(note: Note) -> Iterator[Stated]:
    """Every clause of a note in the order in which they come to hold."""
    yield from note.clauses
    for formula in note.formulas:
        yield from formula.clauses
    yield from note.rest


def _fitting(stated: Stated, before: str, name: str) -> str:
    """``stated`` as plain clauses; `RejectedText` where it is none or contradicts ``before``."""
    place = f"{name}, {stated.place}: "
    try:
        parse_assumptions(stated.text)
        plain = latex_where(stated.text) if is_latex(stated.text) else stated.text
    except RejectedText as error:
        raise RejectedText(place + error.sentence, error.text or stated.text, error.position) from error
    if _is_repeated(plain, before):
        return ""
    start = f"{before}; " if before.strip() else ""
    try:
        parse_assumptions(start + plain)
    except RejectedText as error:
        position = max((error.position or 0) - len(start), 0)
        raise RejectedText(place + error.sentence, plain, position) from error
    return plain


def _is_repeated(plain: str, before: str) -> bool:
    """Whether the same has been stated word by word: a definition may stand before several formulas."""
    return set(plain_clauses(plain)) <= set(plain_clauses(before))


def plain_clauses(text: str) -> list[str]:
    """The clauses of ``text`` one by one, LaTeX as text of the grammar."""
    return [clause.strip() for clause in latex_where(text).split(";") if clause.strip()]


def definitions_in(clauses: Sequence[str]) -> Iterator[Definition]:
    """What clauses that fit together define."""
    found = parse_assumptions("; ".join(clauses))
    pairs: list[tuple[Node, Node]] = [(Name(name), body) for name, body in found.definitions]
    for left, body in (*pairs, *found.formulas):
        definition = definition_of(left, body, 0)
        if definition is not None:
            yield definition


def names_in(clauses: Sequence[str]) -> frozenset[str]:
    """The names that clauses speak of: nothing that holds them is unheard of."""
    found = parse_assumptions("; ".join(clauses))
    bodies = [body for _, body in (*found.definitions, *found.formulas)]
    bodies += [data for data, _ in found.formulas]
    bodies += [side for tie in found.ties for side in (tie.left, tie.right)]
    named = {*found.scalars, *found.arrays, *(name for name, _ in found.definitions)}
    named |= {member for group in found.groups for member in group.members}
    return frozenset(named).union(*(free_names(body) | data_names(body) for body in bodies))
