"""Where sums without written ends end: at the size of the data that they run over.

A letter that is an index of data in one place has the range of that place; what shares a letter in one formula, or a
place of the same data in two, has one size. A class of places takes the ends that some sum over it has; where no sum
has any it runs from 1 to a size of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lossproof.notation.traverse import Part, children, rebuild
from lossproof.notation.tree import Binary, Derivative, Indexed, Name, Node, Number, Reduction

UNKNOWN = "?"
SIZES = {"i": "n", "j": "n", "k": "K", "m": "M", "l": "d", "t": "T", "n": "N", "s": "S", "c": "K"}
"""How the size that belongs to an index is usually called."""
USEFUL = "kmintlj"
"""Letters that tell what they count, the clearest first."""

COUNTS = frozenset({"n", "m", "k", "b", "l"})
"""Letters, small or capital, that usually say how many things a mean is taken of."""

Place = tuple[str, str, int]
"""``("data", name, position)`` or ``("letter", letter, number of the formula)``.

Positions count from the last index, -1, so that a vector's component has one place with and without a sample's index.
"""


@dataclass
class Classes:
    """Places that have one size: a letter in a formula, or a position of data."""

    parent: dict[Place, Place] = field(default_factory=dict)
    ends: dict[Place, list[tuple[Node, Node]]] = field(default_factory=lambda: defaultdict(list))
    means: dict[Place, Name] = field(default_factory=dict)

    def root(self, place: Place) -> Place:
        while (up := self.parent.get(place, place)) != place:
            place = up
        return place

    def join(self, one: Place, other: Place) -> None:
        one, other = self.root(one), self.root(other)
        if one != other:
            self.parent[one] = other

    def range_of(self, place: Place) -> tuple[Node, Node] | None:
        """The first written ends in the class of ``place``; whole ranges before those that leave one out.

        Where no ends are written, a mean tells: ``\\frac1N \\sum_i x_i`` is one of N things.
        """
        root = self.root(place)
        found = [ends for held, all_ends in self.ends.items() if self.root(held) == root for ends in all_ends]
        plain = [ends for ends in found if isinstance(ends[1], Name | Number)]
        counted = [(Number(Fraction(1)), size) for held, size in self.means.items() if self.root(held) == root]
        return next(iter(plain or found or counted), None)


def data_of(nodes: Sequence[Node], bound: frozenset[str]) -> frozenset[str]:
    """The data that carry an index over which some sum runs, or one of those that usually count samples."""
    letters = bound | {"i", "n", "m", "k"}
    return frozenset(
        part.name
        for node in nodes
        for part in _parts(node)
        if isinstance(part, Indexed)
        and any(isinstance(index, Name) and index.name in letters for index in part.indices)
    )


def with_ends(nodes: Sequence[Node]) -> list[Node]:
    """The formulas of one text with every end that is not written filled in."""
    sizes = Sizes(list(enumerate(nodes)))
    return [sizes.filled(number, node) for number, node in enumerate(nodes)]


class Sizes:
    """The sizes that the formulas of one text tell; formulas of one number share their letters."""

    def __init__(self, numbered: Sequence[tuple[int, Node]]) -> None:
        self.classes = Classes()
        whole = _samples([node for _, node in numbered])
        for number, node in numbered:
            _collect(node, number, self.classes, whole)
        self.names = _Names(self.classes, _taken([node for _, node in numbered]))

    def say(self, data: str, low: Node, high: Node, position: int = -1) -> None:
        """The range of an index of data, the last one if no position is given, as an assumption says it."""
        self.classes.ends["data", data, position].append((low, high))

    def alike(self, one: str, other: str) -> bool:
        """Whether the last indices of two data run over the same range, as the formulas that hold both tell."""
        return self.share(one, -1, other, -1)

    def share(self, one: str, position: int, other: str, other_position: int) -> bool:
        """The same of any two places, counted from the last index, -1."""
        return self.classes.root(("data", one, position)) == self.classes.root(("data", other, other_position))

    def filled(self, number: int, node: Node) -> Node:
        """``node`` with every end that is not written filled in."""
        found: Node = _filled(node, number, self.classes, self.names)
        return found

    def range_of(self, data: str, position: int, letter: str) -> tuple[Node, Node]:
        """The range of one index of data, whose position counts from the last one, -1."""
        place = "data", data, position
        found = self.classes.range_of(place)
        return found or (Number(Fraction(1)), self.names.of(place, letter))


def _parts(node: Part) -> list[Part]:
    found, stack = [], [node]
    while stack:
        part = stack.pop()
        found.append(part)
        stack.extend(children(part))
    return found


def letter_place(number: int, letter: str) -> Place:
    return "letter", letter, number


def _samples(nodes: Sequence[Node]) -> frozenset[tuple[str, str]]:
    """The names and letters of which ``x[i]`` is a whole vector: ``x[i, j]`` has the letter first, and never last."""
    pairs = [part for node in nodes for part in _parts(node) if isinstance(part, Indexed) and len(part.indices) == 2]
    first, last = ({(part.name, str(part.indices[place])) for part in pairs} for place in (0, 1))
    return frozenset(first - last)


def _collect(node: Node, number: int, classes: Classes, whole: frozenset[tuple[str, str]]) -> None:
    for part in _parts(node):
        if isinstance(part, Indexed):
            only = part.indices[0] if len(part.indices) == 1 else None
            is_whole = only is not None and (part.name, str(only)) in whole
            for position, index in enumerate(part.indices, -len(part.indices) - is_whole):
                if isinstance(index, Name):
                    classes.join(("data", part.name, position), letter_place(number, index.name))
        elif isinstance(part, Reduction) and not _is_unknown(part.high):
            classes.ends[letter_place(number, part.index)].append((part.low, part.high))
        elif isinstance(part, Binary) and (mean := _mean(part)) is not None:
            classes.means.setdefault(letter_place(number, mean[0]), mean[1])


def _mean(part: Binary) -> tuple[str, Name] | None:
    """The letter and the size of ``1/N sum_i ...`` and ``(sum_i ...)/N``, whose sum has no ends."""
    if part.operator == "*" and isinstance(part.left, Binary) and part.left.operator == "/":
        total, below = part.right, part.left.right
    elif part.operator == "/":
        total, below = part.left, part.right
    else:
        return None
    if isinstance(below, Binary) and below.operator == "*" and isinstance(below.left, Number):
        below = below.right
    if not isinstance(total, Reduction) or total.kind != "sum" or not _is_unknown(total.high):
        return None
    return (total.index, below) if isinstance(below, Name) and below.name.lower() in COUNTS else None


def _taken(nodes: Sequence[Node]) -> frozenset[str]:
    """The letters that sums run through, and the data: neither can be the end of a sum."""
    parts = [part for node in nodes for part in _parts(node)]
    bound = {part.index for part in parts if isinstance(part, Reduction)}
    return frozenset(bound | {part.name for part in parts if isinstance(part, Indexed)})


def _is_unknown(node: Node) -> bool:
    return isinstance(node, Name) and node.name.startswith(UNKNOWN)


class _Names:
    """Names for sizes that no formula gives: the usual one of the letter, the same for all of a class."""

    def __init__(self, classes: Classes, taken: frozenset[str]) -> None:
        self.classes = classes
        self.taken = taken
        self.given: dict[Place, str] = {}

    def of(self, place: Place, letter: str) -> Name:
        root = self.classes.root(place)
        if root not in self.given:
            self.given[root] = self.free(self.usual_letter(root, letter))
        return Name(self.given[root])

    def usual_letter(self, root: Place, letter: str) -> str:
        """The letter of a class that says most: k counts classes, i samples."""
        places = [place for place in self.classes.parent if self.classes.root(place) == root]
        held = [name for kind, name, _ in [*places, root] if kind == "letter"]
        return min([*held, letter], key=lambda one: USEFUL.find(one[0]) % len(SIZES))

    def free(self, letter: str) -> str:
        usual = SIZES.get(letter[0], letter[0].upper())
        used = self.taken.union(self.given.values())
        for name in (usual, usual.upper(), f"{usual}1", f"{usual}2", f"{usual}3"):
            if name not in used:
                return name
        return f"{usual}{len(used) + 4}"


def _filled(part: Any, number: int, classes: Classes, names: _Names) -> Any:
    parts = [_filled(child, number, classes, names) for child in children(part)]
    if isinstance(part, Derivative) and not isinstance(parts[1], Name | Indexed):
        return part
    if not isinstance(part, Reduction) or not _is_unknown(part.high):
        return rebuild(part, parts)
    body, low, _ = parts
    place = letter_place(number, part.index)
    ends = classes.range_of(place)
    if ends is None:
        return Reduction(part.kind, body, part.index, low, names.of(place, part.index))
    is_default = part.low == Number(Fraction(1))
    return Reduction(part.kind, body, part.index, ends[0] if is_default else low, ends[1])
