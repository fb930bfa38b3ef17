"""What the formulas of a claim say about where to look: its sizes, indices, numbers and kinks."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations

from flint import fmpq

from lossproof.functions.table import ARGUMENTS, FUNCTIONS
from lossproof.notation import tree
from lossproof.notation.assumptions import Assumptions, Domain, Group, IndexRange, Interval
from lossproof.notation.function_domains import domains
from lossproof.notation.traverse import Part, children, data_names, free_names, substitute_tree, walk
from lossproof.referee.balls.evaluate import compile_tree
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.scalars import Unusable
from lossproof.referee.balls.state import Key, Scope

_ARITHMETIC = (tree.Number, tree.Binary, tree.Negative)
_STEP = fmpq(1, 999)
_EVERYDAY = tuple(map(fmpq, (-2, -1, 0, 1, 2)))
_MOST_NUMBERS = 400
_MOST_KINKS = 24
_ZERO = tree.Number(Fraction(0))


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
    """The names that stand in ``[...]``."""
    places = [n for f in formulas for n in walk(f)]
    data = [index for n in places if isinstance(n, tree.Indexed) for index in n.indices]
    return frozenset[str]().union(*map(free_names, data))


def compared_whole(formulas: Iterable[tree.Node], assumptions: Assumptions) -> frozenset[str]:
    """The whole numbers that stand in ``delta``."""
    return frozenset(name for name in compared(formulas) if _is_integer(assumptions.scalar(name)))


def compared(formulas: Iterable[tree.Node]) -> frozenset[str]:
    """The names that stand in ``delta``."""
    places = [n for f in formulas for n in walk(f)]
    deltas = [a for n in places if isinstance(n, tree.Call) and n.function == "delta" for a in n.arguments]
    return frozenset(name for argument in deltas for name in free_names(argument))


def _is_integer(domain: Domain) -> bool:
    return isinstance(domain, IndexRange) or (isinstance(domain, Interval) and domain.integer)


def kinks(formulas: Iterable[tree.Node]) -> list[tree.Node]:
    """What is compared with 0 in the claim; under a sum, for the first term of it."""
    found = (
        substitute_tree(kink, firsts)
        for formula in formulas
        for part, firsts in _with_bound(formula, lambda reduction: reduction.low, {})
        for kink in _compared(part)
    )
    return [kink for kink in dict.fromkeys(found) if free_names(kink) or data_names(kink)][:_MOST_KINKS]


def ranges(formulas: Iterable[tree.Node]) -> list[IndexRange]:
    """The symbolic ranges of sums and products; one inside another for the last term of that."""
    found = (
        IndexRange(substitute_tree(part.low, lasts), substitute_tree(part.high, lasts))
        for formula in formulas
        for part, lasts in _with_bound(formula, lambda reduction: reduction.high, {})
        if isinstance(part, tree.Reduction)
    )
    return [each for each in dict.fromkeys(found) if free_names(each.low) | free_names(each.high)]


def depth(parts: Iterable[Part], definitions: Mapping[str, tree.Node]) -> int:
    """How many sums and products over symbolic ranges stand in one another, those in defined names among them."""
    return max((_depth(part, definitions) for part in parts), default=0)


def _depth(part: Part, definitions: Mapping[str, tree.Node]) -> int:
    if isinstance(part, tree.Name):
        others = {name: body for name, body in definitions.items() if name != part.name}
        return depth((definitions[part.name],), others) if part.name in definitions else 0
    is_symbolic = isinstance(part, tree.Reduction) and bool(free_names(part.low) | free_names(part.high))
    return is_symbolic + depth(children(part), definitions)


_Bound = dict[tree.Name | tree.Indexed | str, tree.Node]


def _with_bound(part: Part, end: Callable[[tree.Reduction], tree.Node], bound: _Bound) -> Iterator[tuple[Part, _Bound]]:
    """Everything in ``part``, each with a value for the indices that are bound there."""
    yield part, bound
    if isinstance(part, tree.Reduction):
        yield from _with_bound(part.body, end, {**bound, part.index: substitute_tree(end(part), bound)})
        below: tuple[Part, ...] = (part.low, part.high)
    elif isinstance(part, tree.Total):
        below = children(part)[1:]
    else:
        below = children(part)
    for child in below:
        yield from _with_bound(child, end, bound)


def calls_any(formulas: Iterable[tree.Node], functions: Container[str]) -> bool:
    """Whether one of the functions is called."""
    parts = (part for formula in formulas for part in walk(formula))
    return any(isinstance(part, tree.Call) and part.function in functions for part in parts)


def _compared(node: tree.Node | tree.Condition) -> list[tree.Node]:
    """What changes the form of ``node`` at its zeros, or takes it beyond the reals."""
    if isinstance(node, tree.Comparison):
        return [tree.Binary("-", node.left, node.right), *_undone(node.left, node.right)]
    if isinstance(node, tree.Binary) and node.operator == "^" and not _is_whole(node.right):
        return _beyond(node.left, _ZERO)
    if not isinstance(node, tree.Call):
        return []
    if FUNCTIONS[node.function].smooth:
        return _crossed(node)
    if len(node.arguments) == 1:
        return [node.arguments[0]]
    return [tree.Binary("-", left, right) for left, right in combinations(node.arguments, 2)]


def _undone(left: tree.Node, right: tree.Node) -> list[tree.Node]:
    """The difference of the arguments where both sides are one monotone function: exp(x) and exp(1)."""
    if not isinstance(left, tree.Call) or not isinstance(right, tree.Call) or left.function != right.function:
        return []
    (one, *_), (other, *_) = left.arguments, right.arguments
    return [tree.Binary("-", one, other)] if FUNCTIONS[left.function].monotone else []


def _beyond(argument: tree.Node, end: tree.Node) -> list[tree.Node]:
    """What an argument may cross; nothing where it is one quantity, whose values come up anyway."""
    if isinstance(argument, tree.Name | tree.Indexed):
        return []
    return [argument if end == _ZERO else tree.Binary("-", argument, end)]


def _crossed(node: tree.Call) -> list[tree.Node]:
    """The ends of the domain of a function: 0 for the argument of log, 0 and 1 for that of logit."""
    letters: _Bound = dict(zip(ARGUMENTS, node.arguments, strict=False))
    pairs = zip(node.arguments, domains(node.function), strict=False)
    ends = ((argument, end) for argument, domain in pairs for end in (domain.low, domain.high) if end is not None)
    return [kink for argument, end in ends for kink in _beyond(argument, substitute_tree(end, letters))]


def _is_whole(exponent: tree.Node) -> bool:
    return isinstance(exponent, tree.Number) and exponent.value.denominator == 1


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
