"""A function that a note uses and never defines, ``a = g(z)``: what everybody means by such a letter is tried.

g(z) = 1/(1 + e^{-z})    tanh z    the normal distribution function    e^z

A link that holds for one of them holds if the function is that one, which the note does not say. One that holds the
function on both sides and fails for each of them is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from lossproof.notation.tree import Call, Name
from lossproof.notes.definitions import Definition
from lossproof.notes.judging import GOOD, Outcome
from lossproof.referee.verdict import Status

LETTERS = frozenset({"g", "f", "h", "s", "S", "phi", "varphi", "a", "act", "activation"})
_ARGUMENT = Name("z")
USUAL = {
    "the logistic function": Call("expit", (_ARGUMENT,)),
    "the hyperbolic tangent": Call("tanh", (_ARGUMENT,)),
    "the normal distribution function": Call("normcdf", (_ARGUMENT,)),
    "the exponential function": Call("exp", (_ARGUMENT,)),
}


def meanings(name: str) -> Iterator[tuple[str, Definition]]:
    """What a letter may stand for, in words and as a definition; nothing for one that is no usual function."""
    if name in LETTERS:
        yield from ((words, Definition(name, body, (_ARGUMENT,))) for words, body in USUAL.items())


def by_meaning(name: str, both_sides: bool, judge: Callable[[Definition], Outcome | None]) -> Outcome | None:
    """The verdict with ``name`` as one of the usual functions; None where that decides nothing."""
    wrong: list[Outcome] = []
    for words, definition in meanings(name):
        outcome = judge(definition)
        if outcome is None:
            return None
        if outcome.status in GOOD:
            return replace(outcome, assumed=(*outcome.assumed, f"{name} is {words}"))
        if outcome.status is Status.REFUTED:
            wrong.append(replace(outcome, said=(*outcome.said, f"{name} as {words}")))
    return wrong[0] if both_sides and len(wrong) == len(USUAL) else None
