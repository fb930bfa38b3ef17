"""What the formulas of a claim say about where to look: its sizes, indices, numbers and kinks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import combinations

from flint import fmpq

from lossproof.functions.table import ARGUMENTS, FUNCTIONS
from lossproof.notation import tree
from lossproof.notation.assumptions import Assumptions, Domain, Group, IndexRange, Interval
from lossproof.notation.function_domains import domains
from lossproof.notation.traverse import Part, children, data_names, free_names, substitute_tree, walk
from lossproof.referee.balls.evaluate import compile_tree, nodes_in
from lossproof.referee.balls.point import Point
from lossproof.referee.balls.scalars import Unusable
from lossproof.referee.balls.state import Key, Scope

_ARITHMETIC = (tree.Number, tree.Binary, tree.Negative)
_STEP = fmpq(1, 999)
_EVERYDAY = tuple(map(fmpq, (-2, -1, 0, 1, 2)))
_MOST_NUMBERS = 400
_MOST_KINKS = 24
_ZERO = tree.Number(Fraction(0))


class Formula:
    """What one formula says, each found when it is first asked for: `look` gives the same one for the same formula.

    Of a claim and all its wrong versions one side is the same.
    """

    def __init__(self, node: tree.Node) -> None:
        self.node = node

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Everything in it, as `walk` meets it."""
        return tuple(walk(self.node))

    @cached_property
    def names(self) -> frozenset[str]:
        """The scalars that are free in it."""
        return free_names(self.node)

    @cached_property
    def nodes(self) -> int:
        """What it costs to evaluate it once, sums counted as one term."""
        return nodes_in(self.node)

    @cached_property
    def depth(self) -> int:
        """How many sums and products over symbolic ranges stand in one another; defined names count for nothing."""
        return _depth(self.node, {})

    @cached_property
    def in_brackets(self) -> frozenset[str]:
        """The names that stand in ``[...]``."""
        data = [index for part in self.parts if isinstance(part, tree.Indexed) for index in part.indices]
        return frozenset[str]().union(*map(free_names, data))

    @cached_property
    def in_delta(self) -> frozenset[str]:
        """The names that stand in ``delta``."""
        calls = (part for part in self.parts if isinstance(part, tree.Call) and part.function == "delta")
        return frozenset[str]().union(*(free_names(argument) for call in calls for argument in call.arguments))

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions that are called."""
        return frozenset(part.function for part in self.parts if isinstance(part, tree.Call))

    @cached_property
    def is_endless(self) -> bool:
        """Whether there is a sum or integral without end."""
        return any(isinstance(part, tree.Total) for part in self.parts)

    @cached_property
    def kinks(self) -> tuple[tree.Node, ...]:
        """What is compared with 0; under a sum, for the first term of it."""
        within = _with_bound(self.node, lambda reduction: reduction.low, {})
        found = (substitute_tree(kink, firsts) for part, firsts in within for kink in _compared(part))
        return tuple(kink for kink in dict.fromkeys(found) if free_names(kink) or data_names(kink))

    @cached_property
    def ranges(self) -> tuple[IndexRange, ...]:
        """The symbolic ranges of sums and products; one inside another for the last term of that."""
        found = (
            IndexRange(substitute_tree(part.low, lasts), substitute_tree(part.high, lasts))
            for part, lasts in _with_bound(self.node, lambda reduction: reduction.high, {})
            if isinstance(part, tree.Reduction)
        )
        return tuple(each for each in dict.fromkeys(found) if free_names(each.low) | free_names(each.high))

    @cached_property
    def constants(self) -> frozenset[fmpq]:
        """The rational numbers that stand in it, 10^7 and not 10 and 7."""
        found = (_constant(node) for node in dict.fromkeys(_largest_constants(self.node)))
        return frozenset(value for value in found if value is not None)


@lru_cache(maxsize=512)
def look(node: tree.Node) -> Formula:
    """What a formula says about where to look."""
    return Formula(node)


def sizes(formulas: Iterable[Formula], assumptions: Assumptions) -> frozenset[str]:
    """The names in the ends of sums, of index ranges and of groups over a range."""
    ranges: list[tree.Reduction | IndexRange | Group] = [
        *(part for formula in formulas for part in formula.parts if isinstance(part, tree.Reduction)),
        *(domain for domain in assumptions.scalars.values() if isinstance(domain, IndexRange)),
        *assumptions.groups,
    ]
    ends = dict.fromkeys(end for each in ranges for end in (each.low, each.high) if end is not None)
    found = frozenset(name for end in ends for name in free_names(end))
    return found - {name for name, domain in assumptions.scalars.items() if isinstance(domain, IndexRange)}


def indices(formulas: Iterable[Formula]) -> frozenset[str]:
    """The names that stand in ``[...]``."""
    return frozenset[str]().union(*(formula.in_brackets for formula in formulas))


def compared_whole(formulas: Iterable[Formula], assumptions: Assumptions) -> frozenset[str]:
    """The whole numbers that stand in ``delta``."""
    return frozenset(name for name in compared(formulas) if _is_integer(assumptions.scalar(name)))


def compared(formulas: Iterable[Formula]) -> frozenset[str]:
    """The names that stand in ``delta``."""
    return frozenset[str]().union(*(formula.in_delta for formula in formulas))


def _is_integer(domain: Domain) -> bool:
    return isinstance(domain, IndexRange) or (isinstance(domain, Interval) and domain.integer)


def kinks(formulas: Iterable[Formula]) -> list[tree.Node]:
    """What is compared with 0 in the claim; under a sum, for the first term of it."""
    return list(dict.fromkeys(kink for formula in formulas for kink in formula.kinks))[:_MOST_KINKS]


def ranges(formulas: Iterable[Formula]) -> list[IndexRange]:
    """The symbolic ranges of sums and products; one inside another for the last term of that."""
    return list(dict.fromkeys(each for formula in formulas for each in formula.ranges))


def depth(formulas: Iterable[Formula], definitions: Mapping[str, tree.Node]) -> int:
    """How many sums and products over symbolic ranges stand in one another, those in defined names among them."""
    return max((_depth(each.node, definitions) if definitions else each.depth for each in formulas), default=0)


def _depth(part: Part, definitions: Mapping[str, tree.Node]) -> int:
    if isinstance(part, tree.Name):
        others = {name: body for name, body in definitions.items() if name != part.name}
        return _depth(definitions[part.name], others) if part.name in definitions else 0
    is_symbolic = isinstance(part, tree.Reduction) and bool(free_names(part.low) | free_names(part.high))
    return is_symbolic + max((_depth(child, definitions) for child in children(part)), default=0)


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


def calls_any(formulas: Iterable[Formula], functions: Set[str]) -> bool:
    """Whether one of the functions is called."""
    return any(not formula.functions.isdisjoint(functions) for formula in formulas)


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


def numbers(formulas: Iterable[Formula]) -> tuple[fmpq, ...]:
    """Numbers that stand in the claim, 10^7 among them, with their negatives and neighbours."""
    found: dict[fmpq, None] = {}
    for value in sorted(frozenset[fmpq]().union(*(formula.constants for formula in formulas))):
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
