"""What the formulas of a claim say about where to look: its sizes, indices, numbers and kinks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from flint import fmpq

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import tree
from lossproof.notation.assumptions import Assumptions, Group, IndexRange
from lossproof.notation.traverse import Part, children, free_names, walk
from lossproof.referee.balls.evaluate import COSTLY, Key, Scope, compile_tree
from lossproof.referee.balls.points import Point
from lossproof.referee.balls.scalars import Unusable

_ARITHMETIC = (tree.Number, tree.Binary, tree.Negative)
_STEP = fmpq(1, 999)
_EVERYDAY = tuple(map(fmpq, (-2, -1, 0, 1, 2)))
_MOST_NUMBERS = 400
_MOST_KINKS = 24
_GAUSSIAN = {"erf", "erfc", "normcdf", "lognormcdf"}
_BITS_PER_UNIT = 3


def sizes(formulas: Iterable[tree.Node], assumptions: Assumptions) -> frozenset[str]:
    """The names in the ends of sums, of index ranges and of groups over a range."""
    ranges: list[tree.Reduction | IndexRange | Group] = [
        *(node for formula in formulas for node in walk(formula) if isinstance(node, tree.Reduction)),
        *(domain for domain in assumptions.scalars.values() if isinstance(domain, IndexRange)),
        *assumptions.groups,
    ]
    ends = [end for each in ranges for end in (each.low, each.high) if end is not None]
    found = frozenset(name for end in ends for name in free_names(end))
    return found - {name for name, domain in assumptions.scalars.items() if isinstance(domain, IndexRange)}


def indices(formulas: Iterable[tree.Node]) -> frozenset[str]:
    """The names that stand in ``[...]`` or in ``delta``."""
    places = [n for f in formulas for n in walk(f)]
    data = [index for n in places if isinstance(n, tree.Indexed) for index in n.indices]
    deltas = [a for n in places if isinstance(n, tree.Call) and n.function == "delta" for a in n.arguments]
    return frozenset(name for index in (*data, *deltas) for name in free_names(index))


def kinks(formulas: Iterable[tree.Node]) -> list[tree.Node]:
    """What is compared with 0 in the claim, as far as no index of a sum stands in it."""
    nodes = [node for formula in formulas for node in walk(formula)]
    bound = {node.index for node in nodes if isinstance(node, tree.Reduction)}
    found = dict.fromkeys(kink for node in nodes for kink in _compared(node))
    return [kink for kink in found if not free_names(kink) & bound][:_MOST_KINKS]


def _compared(node: tree.Node | tree.Condition) -> list[tree.Node]:
    if isinstance(node, tree.Comparison):
        return [tree.Binary("-", node.left, node.right)]
    if not isinstance(node, tree.Call) or FUNCTIONS[node.function].smooth:
        return []
    if len(node.arguments) == 1:
        return [node.arguments[0]]
    return [tree.Binary("-", left, right) for left, right in combinations(node.arguments, 2)]


def numbers(formulas: Iterable[tree.Node]) -> tuple[fmpq, ...]:
    """Numbers that stand in the claim, 10^7 among them, with their negatives and neighbours."""
    constants = (_constant(node) for formula in formulas for node in _largest_constants(formula))
    found: dict[fmpq, None] = {}
    for value in sorted({value for value in constants if value is not None}):
        found.update(dict.fromkeys((value, -value)))
        if value not in _EVERYDAY:
            near = (value + 1, value - 1, value + _STEP, value - _STEP, 2 * value, value / 2, 1 / value)
            found.update(dict.fromkeys(near))
    return tuple(found)[:_MOST_NUMBERS]


def deep_bits(formulas: Iterable[tree.Node], most: int) -> int:
    """The bits, at most ``most``, at which the numbers of a claim can make a difference: 1 - expit(c) is e^-c.

    A number for which more would be needed asks for none. 0 where nothing asks for any, and where a function
    of the gamma family would take minutes.
    """
    held = list(formulas)
    functions = {node.function for formula in held for node in walk(formula) if isinstance(node, tree.Call)}
    if functions & COSTLY.keys():
        return 0
    power = 2 if functions & _GAUSSIAN else 1
    constants = (_constant(node) for formula in held for node in _largest_constants(formula))
    wanted = (_BITS_PER_UNIT * int(abs(value).ceil()) ** power for value in constants if value is not None)
    return max((bits for bits in wanted if bits <= most), default=0)


def _largest_constants(part: Part) -> Iterator[tree.Node]:
    """The formulas without names that stand in no larger one: 10^7, but not 10 and 7."""
    if all(isinstance(inner, _ARITHMETIC) for inner in walk(part)) and isinstance(part, tree.Node):
        yield part
    else:
        for child in children(part):
            yield from _largest_constants(child)


def _constant(node: tree.Node) -> fmpq | None:
    """The value of a formula without names, where it is an exact rational."""
    scope = Scope()
    try:
        value = compile_tree(node, scope)(scope.state({}, Point({}, {}, _nothing)))
    except Unusable:
        return None
    return value if isinstance(value, fmpq) else None


def _nothing(point: Point, name: str, indices: Key) -> None:
    """No element of indexed data stands in a number."""
