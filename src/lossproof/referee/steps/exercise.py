"""Which wrong versions of a claim make a reader think: few, of different kinds, each as people write it down.

(yp - yt)/(yp*(1 - yp))      dropped: yp - yt      one minus: (1 - yp - yt)/(yp*(1 - yp))      sign: -(yp - yt)/(...)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from lossproof.notation import walk
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Binary, Call, Negative, Node, Number
from lossproof.referee.steps.mutants import ONE, Mutant
from lossproof.words.codes import Mistake

OPTIONS = 3

# What people get wrong first; the others are asked where these do not occur.
ORDER = (
    Mistake.AVERAGE,
    Mistake.SIGN,
    Mistake.COMPLEMENT,
    Mistake.DROPPED,
    Mistake.FRACTION,
    Mistake.SWAPPED,
    Mistake.INDEX,
    Mistake.CASES,
    Mistake.RANGE,
    Mistake.FUNCTION,
    Mistake.POWER,
    Mistake.CONSTANT,
)


def options(claim: Node, wrong: Iterable[Mutant], most: int = OPTIONS) -> tuple[Mutant, ...]:
    """Up to ``most`` of the wrong versions, of as many kinds as there are, the likeliest slip of each kind first."""
    tidy = (replace(mutant, tree=tidied(mutant.tree)) for mutant in wrong)
    likely = sorted(tidy, key=lambda each: (_oddness(each.tree, claim), _changed(each.tree, claim)))
    by_kind: dict[Mistake, list[Mutant]] = {}
    for mutant in likely:  # the order is stable: of two that are as likely the first stays first
        by_kind.setdefault(mutant.kind, []).append(mutant)
    kinds = [by_kind[kind] for kind in ORDER if kind in by_kind]
    kinds.sort(key=lambda found: _oddness(found[0].tree, claim) > 0)
    in_turn = (found[place] for place in range(most) for found in kinds if place < len(found))
    return tuple(islice(in_turn, most))


def tidied(tree: Node) -> Node:
    """The same formula without a minus before a minus and without a factor 1."""
    tree = rebuild(tree, [tidied(child) if isinstance(child, Node) else child for child in children(tree)])
    match tree:
        case Negative(operand) if (turned := _without_minus(operand)) is not None:
            return turned
        case Binary("*", left, Number(value)) if value == 1:
            return left
    return tree


def _without_minus(tree: Node) -> Node | None:
    """``x`` for ``-x``, ``x*y`` for ``-x*y``; None where no minus stands in front."""
    match tree:
        case Negative(operand):
            return operand
        case Binary("*" | "/", left, right) if (turned := _without_minus(left)) is not None:
            return Binary(tree.operator, turned, right)
    return None


def _oddness(tree: Node, claim: Node) -> int:
    """How much there is in ``tree``, and not in the claim, that no person would write."""
    return len(set(_odd_places(tree)) - set(_odd_places(claim)) - {Binary("-", ONE, term) for term in _turned(claim)})


def _changed(tree: Node, claim: Node) -> int:
    """How much longer or shorter than the claim it is."""
    return abs(_length(tree) - _length(claim))


def _odd_places(tree: Node) -> Iterator[Node]:
    """``--x``, ``a + -b``, ``(-x)^2``, ``log(-x)``, ``1 - 1``, ``x/x``: what a rule makes, and a person would see.

    So is ``1 - n`` of what is no probability; `_oddness` excuses what the claim has as ``1 - p`` or ``p`` in turn. And
    a minus before the whole of a sum or product that has none is seen at once.
    """
    if isinstance(tree, Negative) and isinstance(tree.operand, Binary):
        yield tree
    for part in walk(tree):
        match part:
            case Negative(Negative()) | Binary(_, _, Negative()) | Binary("^", Negative(), _) | Call(_, (Negative(),)):
                yield part
            case Binary(_, Number(), Number()) | Binary("^", Number(), _) | Binary("*", Number(), _):
                yield part
            case Binary("+", _, Number()) if part is tree:
                yield part
            case Binary("-", Number(value), term) if value == 1:
                yield Binary("-", ONE, term)
            case Binary("-" | "/", left, right) if left == right:
                yield part


def _turned(claim: Node) -> frozenset[Node]:
    """The terms that the claim has as ``1 - term``."""
    return frozenset(
        part.right for part in walk(claim) if isinstance(part, Binary) and part.operator == "-" and part.left == ONE
    )


def _length(tree: Node) -> int:
    return sum(1 for part in walk(tree) if not children(part))
