"""The nearest right form of a wrong right side: one change of it that makes the link hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, islice
from typing import Any

from lossproof.errors import LossproofError
from lossproof.functions.table import FUNCTIONS
from lossproof.notation import walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Binary, Call, Name, Negative, Node, Number, Reduction
from lossproof.notes.assuming import Claim
from lossproof.notes.note_letters import shown_latex, shown_tree
from lossproof.referee import judge_claim
from lossproof.referee.steps.mutants import mutants
from lossproof.referee.verdict import Status

MAX_TRIED = 40
MAX_LOST = 40
TWO = Number(Fraction(2))


def nearest_form(
    claim: Claim,
    right: Node,
    assumptions: Sequence[Assumptions],
    put_in: Callable[[Node], Node],
    letters: frozenset[str] | None = None,
) -> str | None:
    """The LaTeX of a right side that differs from ``right`` in one place and equals the left side, if there is one.

    A change is one of those by which a mistake is made: a sign, a factor, a term, an exponent, a range. What holds a
    letter that the note, whose letters are ``letters``, does not have is not shown; None stands for any letter.
    """
    calls: dict[Node, Node] = {}
    masked = _masked(right, calls)
    unmasked = {name: call for call, name in calls.items()}
    if letters is not None and shown_tree(right, letters) is None:
        return None
    for supposed in assumptions:
        for changed in chain(islice(_wrong_versions(masked), MAX_TRIED), islice(_lost(masked), MAX_LOST)):
            tree = _unmasked(changed, unmasked)
            try:
                verdict = judge_claim(claim.left, put_in(tree), supposed)
            except (LossproofError, ValueError):
                continue
            if verdict.status is Status.PROVED:
                plain = _with_plain_signs(tree)
                shown = plain if letters is None else shown_tree(plain, letters)
                return None if shown is None else shown_latex(shown)
    return None


def _wrong_versions(node: Node) -> Iterator[Node]:
    for mutant in mutants(node):
        yield mutant.tree


def _lost(node: Node) -> Iterator[Node]:
    """``node`` with something put in that may have been lost at one place: a factor n or 2, a power, a logarithm."""
    sizes = sorted(
        {part.high.name for part in walk(node) if isinstance(part, Reduction) and isinstance(part.high, Name)}
    )
    yield from _everywhere(node, [Name(size) for size in sizes])


def _everywhere(part: Any, sizes: Sequence[Node]) -> Iterator[Any]:
    yield from _grown(part, sizes)
    if isinstance(part, Number):
        return
    below = children(part)
    for place, child in enumerate(below):
        for other in _everywhere(child, sizes):
            yield rebuild(part, [*below[:place], other, *below[place + 1 :]])


def _grown(part: Any, sizes: Sequence[Node]) -> Iterator[Node]:
    """A term times a size or over it, twice or half of it; a factor squared, or its logarithm."""
    match part:
        case Binary("+", Binary("^", one, Number(value=2)), Binary("^", other, Number(value=2))):
            cross = Binary("*", Binary("*", TWO, one), other)
            yield Binary("+", Binary("+", part.left, cross), part.right)
            yield Binary("+", Binary("-", part.left, cross), part.right)
        case Binary("+" | "-", left, right):
            for factor in (*sizes, TWO):
                yield Binary(part.operator, left, Binary("*", factor, right))
                yield Binary(part.operator, Binary("*", factor, left), right)
        case Binary("*", left, right):
            for grown in (lambda x: Call("log", (x,)), lambda x: Binary("^", x, TWO)):
                yield Binary("*", left, grown(right))
                yield Binary("*", grown(left), right)
        case Binary("/", left, right):
            yield Binary("/", left, Binary("^", right, TWO))
            yield Binary("/", left, Binary("*", TWO, right))


def _with_plain_signs(node: Any) -> Any:
    """Two signs that cancel out are left out, which a change of a sign may leave behind."""
    node = rebuild(node, [_with_plain_signs(child) for child in children(node)])
    if not isinstance(node, Negative):
        return node
    inside, factors = node.operand, []
    while isinstance(inside, Binary) and inside.operator in "*/":
        factors.append((inside.operator, inside.right))
        inside = inside.left
    if not isinstance(inside, Negative):
        return node
    found = inside.operand
    for operator, right in reversed(factors):
        found = Binary(operator, found, right)
    return found


def _masked(node: Any, calls: dict[Node, Node]) -> Any:
    """``node`` with a name for each call of a function of the note: mistakes are made around it, not of it."""
    if isinstance(node, Call) and node.function not in FUNCTIONS:
        return calls.setdefault(node, Name(f"call_{len(calls)}"))
    return rebuild(node, [_masked(child, calls) for child in children(node)])


def _unmasked(node: Any, shown: dict[Node, Node]) -> Any:
    if node in shown:
        return shown[node]
    return rebuild(node, [_unmasked(child, shown) for child in children(node)])
