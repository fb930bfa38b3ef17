"""Wrong versions of a claim, made systematically: a check that lets one pass is no check.

    -(1/M)*sum(log(P[m]), m, 0, M-1)

    sign        (1/M)*sum(log(P[m]), m, 0, M-1)          average     -(1)*sum(log(P[m]), m, 0, M-1)
    range       -(1/M)*sum(log(P[m]), m, 1, M-1)         function    -(1/M)*sum(P[m], m, 0, M-1)

A kind of mistake is a rule from one place of the tree to the wrong versions of that place; `RULES` is walked
over every place. Which mutants are tried is a fixed spread over kinds and places, so that a count can be
compared with yesterday's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, zip_longest
from typing import Any

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import free_names, walk
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Binary, Call, Cases, Derivative, Indexed, Name, Negative, Node, Number, Reduction
from lossproof.words.codes import Mistake

ONE = Number(Fraction(1))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong version of a claim and the kind of mistake it makes."""

    kind: Mistake
    tree: Node


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rules need to know of the whole claim: its sizes, its other quantities, its free names."""

    sizes: tuple[str, ...]
    scalars: tuple[str, ...]
    arrays: tuple[tuple[str, int], ...]
    indices: frozenset[str]


def mutants(claim: Node) -> tuple[Mutant, ...]:
    """Every wrong version of ``claim``, all different, one of each kind in turn: a cut anywhere leaves a spread."""
    setting = _setting(claim)
    by_kind = {kind: list(_distinct(claim, _everywhere(claim, rule, setting))) for kind, rule in RULES.items()}
    for kind, rule in WHOLE.items():
        by_kind[kind] = list(_distinct(claim, [*rule(claim, setting), *by_kind.get(kind, ())]))
    columns = ([Mutant(kind, tree) for tree in _spread(found)] for kind, found in by_kind.items())
    in_turn = (mutant for row in zip_longest(*columns) for mutant in row if mutant is not None)
    found: dict[Node, Mutant] = {}
    for mutant in in_turn:
        found.setdefault(mutant.tree, mutant)
    return tuple(found.values())


def near(claim: Node) -> Iterator[Mutant]:
    """Formulas one slip away from ``claim``: its wrong versions, and what it may be a wrong version of."""
    yield from mutants(claim)
    setting = _setting(claim)
    for kind, rule in UNDONE.items():
        yield from (Mutant(kind, tree) for tree in _distinct(claim, _everywhere(claim, rule, setting)))


def _setting(claim: Node) -> Setting:
    free, parts = set(free_names(claim)), list(walk(claim))
    ends = [end for part in parts if isinstance(part, Reduction) for end in (part.low, part.high)]
    inside = [index for part in parts if isinstance(part, Indexed) for index in part.indices]
    sizes = {part.name for end in ends for part in walk(end) if isinstance(part, Name)} & free
    positions = {part.name for index in inside for part in walk(index) if isinstance(part, Name)}
    scalars = {part.name for part in parts if isinstance(part, Name)} & free - sizes - positions
    arrays = {(part.name, len(part.indices)) for part in parts if isinstance(part, Indexed)}
    bound = {part.index for part in parts if isinstance(part, Reduction)}
    return Setting(tuple(sorted(sizes)), tuple(sorted(scalars)), tuple(sorted(arrays)), frozenset(bound | positions))


Rule = Callable[[Any, Setting], Iterator[Node]]


def _signs(node: Node, setting: Setting) -> Iterator[Node]:
    match node:
        case Negative(operand):
            yield operand
        case Binary("+", left, right):
            yield Binary("-", left, right)
        case Binary("-", left, right):
            yield Binary("+", left, right)
        case Call(function, (argument,)):
            yield Call(function, (Negative(argument),))


def _constants(node: Node, setting: Setting) -> Iterator[Node]:
    if isinstance(node, Number):
        yield Number(node.value + 1)
        if node.value:
            yield Number(2 * node.value)


def _dropped(node: Node, setting: Setting) -> Iterator[Node]:
    match node:
        case Binary("+" | "*", left, right):
            yield left
            yield right
        case Binary("-", left, right):
            yield left
            yield Negative(right)
        case Binary("/" | "^", left, _):
            yield left


def _averages(node: Node, setting: Setting) -> Iterator[Node]:
    match node:
        case Binary("/", left, Name(size)) if size in setting.sizes:
            yield left
            yield Binary("/", left, Binary("^", Name(size), Number(Fraction(2))))


def _averages_of_all(claim: Node, setting: Setting) -> Iterator[Node]:
    for size in setting.sizes:
        yield Binary("*", Binary("/", ONE, Name(size)), claim)


def _signs_of_all(claim: Node, setting: Setting) -> Iterator[Node]:
    yield Negative(claim)


def _constants_of_all(claim: Node, setting: Setting) -> Iterator[Node]:
    yield Binary("*", Number(Fraction(2)), claim)
    yield Binary("+", claim, ONE)


def _ranges(node: Node, setting: Setting) -> Iterator[Node]:
    if isinstance(node, Reduction):
        yield replace(node, low=Binary("+", node.low, ONE))
        yield replace(node, high=Binary("-", node.high, ONE))
        yield replace(node, high=Binary("+", node.high, ONE))


def _powers(node: Node, setting: Setting) -> Iterator[Node]:
    if isinstance(node, Binary) and node.operator == "^":
        yield replace(node, left=node.right, right=node.left)


def _fractions(node: Node, setting: Setting) -> Iterator[Node]:
    match node:
        case Binary("/", left, right):
            yield Binary("/", right, left)
            yield Binary("*", left, right)
        case Binary("*", left, right):
            yield Binary("/", left, right)


def _complements(node: Node, setting: Setting) -> Iterator[Node]:
    match node:
        case Binary("-", Number(value), right) if value == 1:
            yield right
        case Name(name) if name in setting.scalars:
            yield Binary("-", ONE, node)
        case Indexed():
            yield Binary("-", ONE, node)


def _swapped_at(node: Node, setting: Setting) -> Iterator[Node]:
    match node:
        case Name(name) if name in setting.scalars:
            yield from (Name(other) for other in setting.scalars if other != name)
        case Indexed(name, indices):
            yield from (
                Indexed(other, indices) for other, arity in setting.arrays if other != name and arity == len(indices)
            )


def _swapped_all(claim: Node, setting: Setting) -> Iterator[Node]:
    """yt <-> yp everywhere at once."""
    for first, second in combinations(setting.scalars, 2):
        yield _exchanged(claim, first, second, Name)
    for (first, arity), (second, other) in combinations(setting.arrays, 2):
        if arity == other:
            yield _exchanged(claim, first, second, Indexed)


def _indices(node: Node, setting: Setting) -> Iterator[Node]:
    if not isinstance(node, Indexed):
        return
    if len(node.indices) > 1:
        yield replace(node, indices=node.indices[::-1])
    for place, index in enumerate(node.indices):
        names = {part.name for part in walk(index) if isinstance(part, Name)}
        wrong = [Name(other) for other in sorted(setting.indices - names)] + [Binary("+", index, ONE)]
        yield from (replace(node, indices=_put(node.indices, place, other)) for other in wrong)


def _functions(node: Node, setting: Setting) -> Iterator[Node]:
    match node:
        case Call(function, (argument,)):
            yield argument
            yield Call(FUNCTIONS[function].mistaken_for, (argument,))
        case Reduction("sum", _, _, _, _):
            yield replace(node, kind="prod")
        case Reduction("prod", _, _, _, _):
            yield replace(node, kind="sum")


def _cases(node: Node, setting: Setting) -> Iterator[Node]:
    if isinstance(node, Cases) and len(node.pieces) > 1:
        values = [value for value, _ in node.pieces]
        turned = zip([*values[1:], values[0]], (condition for _, condition in node.pieces), strict=True)
        yield Cases(tuple(turned))


REACHED: dict[type, int] = {Reduction: 1, Indexed: 0, Derivative: 1}  # only these first children have rules

RULES: dict[Mistake, Rule] = {
    Mistake.SIGN: _signs,
    Mistake.AVERAGE: _averages,
    Mistake.SWAPPED: _swapped_at,
    Mistake.COMPLEMENT: _complements,
    Mistake.DROPPED: _dropped,
    Mistake.RANGE: _ranges,
    Mistake.CONSTANT: _constants,
    Mistake.INDEX: _indices,
    Mistake.FUNCTION: _functions,
    Mistake.FRACTION: _fractions,
    Mistake.POWER: _powers,
    Mistake.CASES: _cases,
}
WHOLE: dict[Mistake, Rule] = {
    Mistake.SIGN: _signs_of_all,
    Mistake.AVERAGE: _averages_of_all,
    Mistake.SWAPPED: _swapped_all,
    Mistake.CONSTANT: _constants_of_all,
}


def _range_back(node: Node, setting: Setting) -> Iterator[Node]:
    if isinstance(node, Reduction):
        yield replace(node, low=_one_less(node.low))
        yield replace(node, low=_one_less(node.low), high=Binary("-", node.high, ONE))
        yield replace(node, low=Binary("+", node.low, ONE), high=Binary("+", node.high, ONE))


def _constant_back(node: Node, setting: Setting) -> Iterator[Node]:
    if isinstance(node, Number):
        yield Number(node.value - 1)
        yield Number(node.value / 2)


def _index_back(node: Node, setting: Setting) -> Iterator[Node]:
    if isinstance(node, Indexed):
        for place, index in enumerate(node.indices):
            yield replace(node, indices=_put(node.indices, place, _one_less(index)))


def _function_back(node: Node, setting: Setting) -> Iterator[Node]:
    if isinstance(node, Indexed) or (isinstance(node, Name) and node.name in setting.scalars):
        yield Call("log", (node,))
        yield Call("exp", (node,))


def _one_less(node: Node) -> Node:
    """``m`` for ``m + 1``, 0 for 1."""
    match node:
        case Binary("+", left, Number(value)) if value == 1:
            return left
        case Number(value):
            return Number(value - 1)
    return Binary("-", node, ONE)


UNDONE: dict[Mistake, Rule] = {
    Mistake.RANGE: _range_back,
    Mistake.CONSTANT: _constant_back,
    Mistake.INDEX: _index_back,
    Mistake.FUNCTION: _function_back,
}


def _everywhere(part: Any, rule: Rule, setting: Setting) -> Iterator[Any]:
    """``part`` with one place below it, or itself, replaced by a wrong version."""
    yield from rule(part, setting)
    below = children(part)
    for place in range(REACHED.get(type(part), len(below))):
        wrongs = _everywhere(below[place], rule, setting)
        yield from (rebuild(part, _put(below, place, wrong)) for wrong in wrongs)


def _exchanged(part: Any, first: str, second: str, kind: type) -> Any:
    """``part`` with the quantities ``first`` and ``second`` exchanged."""
    other = {first: second, second: first}
    found: Any = rebuild(part, [_exchanged(child, first, second, kind) for child in children(part)])
    return replace(found, name=other[found.name]) if isinstance(part, kind) and found.name in other else found


def _put(parts: tuple[Any, ...], place: int, part: Any) -> tuple[Any, ...]:
    return (*parts[:place], part, *parts[place + 1 :])


def _distinct(claim: Node, trees: Any) -> Iterator[Node]:
    return (tree for tree in dict.fromkeys(trees) if tree != claim)


def _spread(found: list[Node]) -> list[Node]:
    """The same trees, far ones first: the ends, then the middle, so that a cut still covers the claim."""
    if len(found) < 3:
        return found
    middle = len(found) // 2
    return [found[0], found[-1], *_spread(found[1:-1][middle - 1 :] + found[1:-1][: middle - 1])]
