"""An equation with letters for parts that stand in it twice: where it holds for any numbers, it holds for these.

    sum(-exp(sum(w[j]*x[m, j], j, 1, d))*c[m], m, 1, M) = -sum(exp(sum(w[j]*x[m, j], j, 1, d))*c[m], m, 1, M)
    sum(-exp(part1[m])*c[m], m, 1, M)                   = -sum(exp(part1[m])*c[m], m, 1, M)

Only a part that has a real value wherever its names have one becomes a letter, so that nothing is said of fewer points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from lossproof.functions.table import FUNCTIONS
from lossproof.notation import tree
from lossproof.notation.traverse import Part, children, free_names, rebuild, walk
from lossproof.referee.balls.same_shape import placed
from lossproof.referee.balls.state import Scope, Shape

_ALWAYS = tree.Number | tree.Constant | tree.Name | tree.Indexed | tree.Negative | tree.Indicator | tree.Condition
_DATA_OR_CALLS = (tree.Indexed, tree.Call)


def with_letters(before: tree.Node, after: tree.Node, taken: Collection[str]) -> tuple[tree.Node, tree.Node] | None:
    """Both sides with letters that are not ``taken`` for what stands in them twice; None where nothing does.

    What holds of the sides need not hold for any numbers: log(p*q) = log(p) + log(q) is right for positive p and q.
    """
    sides = before, after
    if any(isinstance(part, tree.Derivative | tree.Total) for side in sides for part in walk(side)):
        return None  # a letter would not move with what moves
    parts, scope = _Parts.of(sides), _scope_of(sides)
    met = Counter(shape for side in sides for shape in parts.shapes(side, scope))
    free = (name for number in count(1) if (name := f"part{number}") not in taken)
    parts.letters = {shape: next(free) for shape, times in met.items() if times > 1}
    return (parts.lettered(before, scope), parts.lettered(after, scope)) if parts.letters else None


def _scope_of(sides: tuple[tree.Node, ...]) -> Scope:
    """A scope in which the names of places, m in x[m, j], are like the indices of sums around both sides."""
    data = (part for side in sides for part in walk(side) if isinstance(part, tree.Indexed))
    places = [place for each in data for place in each.indices]
    free = frozenset[str]().union(*map(free_names, sides))
    names = sorted({part.name for place in places for part in walk(place) if isinstance(part, tree.Name)} & free)
    return Scope(bound={name: slot for slot, name in enumerate(names)}, counter=[len(names)])


@dataclass(slots=True)
class _Parts:
    """The parts of two formulas that may stand for any number, by their identity, and letters by shape."""

    free: set[int] = field(default_factory=set)
    letters: dict[Shape, str] = field(default_factory=dict)

    @classmethod
    def of(cls, sides: tuple[tree.Node, ...]) -> _Parts:
        parts = cls()
        for side in sides:
            parts.look_at(side)
        return parts

    def look_at(self, part: Part) -> tuple[bool, bool]:
        """Whether a part always has a real value, and whether data or a function stand in it."""
        seen = [self.look_at(child) for child in children(part)]
        has_value = _has_value(part) and all(each for each, _ in seen)
        says_much = isinstance(part, _DATA_OR_CALLS) or any(much for _, much in seen)
        if has_value and says_much and _may_be_any_number(part):
            self.free.add(id(part))
        return has_value, says_much

    def shapes(self, part: Part, scope: Scope) -> Iterator[Shape]:
        """The shapes of all parts that may become letters, parts of parts too."""
        if id(part) in self.free:
            yield placed(part, scope)[0]
        for child, inner in _below(part, scope):
            yield from self.shapes(child, inner)

    def lettered(self, part: Any, scope: Scope) -> Any:
        """The part with the outermost of its parts that have letters replaced by these."""
        if id(part) in self.free:
            shape, slots = placed(part, scope)
            if shape in self.letters:
                names = {slot: name for name, slot in scope.bound.items()}
                indices = tuple(tree.Name(names[slot]) for slot in slots)
                letter = self.letters[shape]
                return tree.Indexed(letter, indices) if indices else tree.Name(letter)
        below = [self.lettered(child, inner) for child, inner in _below(part, scope)]
        return rebuild(part, below) if below else part


def _below(part: Part, scope: Scope) -> Iterator[tuple[Part, Scope]]:
    """The parts below, each with the scope that it stands in; none of an element of data, whose places are numbers."""
    if isinstance(part, tree.Indexed):
        return
    if isinstance(part, tree.Reduction):
        yield part.body, scope.inside(part.index, part)[0]
        yield from ((end, scope) for end in (part.low, part.high))
        return
    yield from ((child, scope) for child in children(part))


def _has_value(part: Part) -> bool:
    """Whether a part has a real value wherever what is directly in it has one."""
    match part:
        case tree.Binary("/", _, tree.Number(below)):
            return below != 0
        case tree.Binary("^", _, tree.Number(power)):
            return power.denominator == 1 and power >= 0
        case tree.Binary(operator):
            return operator in ("+", "-", "*")
        case tree.Call(function):
            return all(clause.strip().endswith(" real") for clause in FUNCTIONS[function].where.split(";"))
        case tree.Reduction(kind):
            return kind in ("sum", "prod")
        case tree.Cases(pieces):
            return isinstance(pieces[-1][1], tree.Truth)
    return isinstance(part, _ALWAYS)


def _may_be_any_number(part: Part) -> bool:
    """Whether nothing is seen at once of the values of a part; e^x is positive, an indicator 0 or 1."""
    if isinstance(part, tree.Call):
        return FUNCTIONS[part.function].image == "f real"
    return isinstance(part, tree.Binary | tree.Negative | tree.Reduction)
