"""The nearest right form of a wrong right side: one change of it that makes the link hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import chain, islice
from typing import Any

from lossproof.errors import LossproofError
from lossproof.functions.table import FUNCTIONS
from lossproof.notation import complete_assumptions, put_in_formulas, walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Binary, Call, Name, Negative, Node, Number, Reduction
from lossproof.notes.assuming import Claim
from lossproof.notes.note_letters import shown_latex, shown_tree
from lossproof.referee import judge_claim
from lossproof.referee.balls import agree_or_refute
from lossproof.referee.steps.mutants import mutants
from lossproof.referee.verdict import Status

MAX_TRIED = 40
MAX_LOST = 40
MOST_NODES = 8_000
"""How many nodes the trees that are tried for one wrong line have together, those of the left side counted anew."""
FEW_POINTS = 2
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
    versions = chain(islice(_wrong_versions(masked), MAX_TRIED), islice(_lost(masked), MAX_LOST))
    trees = (_unmasked(changed, unmasked) for changed in versions)
    open_ones = list(_not_refuted(claim.left, _with_names(trees, put_in), assumptions[-1]))
    for supposed in assumptions:
        for tree, whole in open_ones:
            if _is_proved(claim.left, whole, supposed):
                plain = _with_plain_signs(tree)
                shown = plain if letters is None else shown_tree(plain, letters)
                return None if shown is None else shown_latex(shown)
    return None


def _with_names(trees: Iterable[Node], put_in: Callable[[Node], Node]) -> Iterator[tuple[Node, Node]]:
    """Each tree, and what it is with the names of the note put in; those of which it cannot be are left out."""
    for tree in trees:
        with suppress(LossproofError, ValueError):
            yield tree, put_in(tree)


def _not_refuted(left: Node, trees: Iterable[tuple[Node, Node]], supposed: Assumptions) -> Iterator[tuple[Node, Node]]:
    """The trees that a few points do not tell from ``left``, as long as the work on them lasts.

    ``supposed`` is the most that is supposed: what it refutes is refuted under less too.
    """
    spent, size = 0, _size(left)
    for tree, whole in trees:
        spent += size + _size(whole)
        if spent > MOST_NODES:
            return
        with suppress(LossproofError, ValueError):
            assumptions, (one, other) = put_in_formulas(supposed, left, whole)
            completed = complete_assumptions(assumptions, one, other)
            if agree_or_refute(one, other, completed, points=FEW_POINTS, minimise=False).witness is None:
                yield tree, whole


def _size(node: Node) -> int:
    return sum(1 for _ in walk(node))


def _is_proved(left: Node, right: Node, supposed: Assumptions) -> bool:
    try:
        return judge_claim(left, right, supposed).status is Status.PROVED
    except (LossproofError, ValueError):
        return False


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
    """The sign of a first term; a term times or over a size, twice or half of it; a factor squared or its logarithm."""
    match part:
        case Binary("+", Binary("^", one, Number(value=2)), Binary("^", other, Number(value=2))):
            cross = Binary("*", Binary("*", TWO, one), other)
            yield Binary("+", Binary("+", part.left, cross), part.right)
            yield Binary("+", Binary("-", part.left, cross), part.right)
        case Binary("+" | "-", left, right):
            if not isinstance(left, Negative):
                yield Binary(part.operator, Negative(left), right)
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
