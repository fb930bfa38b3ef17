"""What one evaluation reads and counts, and where the names of a formula live in it.

Names are resolved once, when a formula is compiled: a bound index has its own slot, so nothing is captured; a defined
name is its formula, in place. Total work is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from flint import fmpq

from lossproof.notation import tree
from lossproof.referee.balls.irrational import Root
from lossproof.referee.balls.jets import Value
from lossproof.referee.balls.scalars import ZERO, TooLarge

Key = tuple[int, ...]
Run = Callable[["State"], Value]
Placed = tuple["Shape", tuple[int, ...]]
"""The shape of a formula, and the slots of the indices around it that stand in it."""

Known = dict[tuple[object, ...], Value]

_DEEPEST_DERIVATIVE = 8
WORK_AT_ONE_POINT = 400_000


class Elements(Protocol):
    """Where the elements of indexed data come from; ``root`` is the irrational number that values may be made of."""

    root: Root | None

    def element(self, name: str, indices: Key) -> Value:
        """The number at ``name[indices]``, chosen when it is first asked for."""


class State:
    """What one evaluation reads and counts; ``moved`` holds the elements that a `diff` is moving.

    ``most`` is how many nodes may be spent. ``hidden`` is how many bits a value may lie below another that it was
    added to (e^-1000 beside 1), ``ranges`` how many reductions over a symbolic range were met, ``filled`` how many
    of them had terms. ``known`` are the values found so far, by the shape of the formula and the indices in it;
    ``moving`` has for each `diff`, the innermost last, what it moves (as in `Shape.reads`) and the values of what
    reads that. ``whole`` is the same as ``slots``, as int where an index is there and else None; ``spans`` are
    the ends of ranges that stay the same.
    """

    __slots__ = (
        "analytic",
        "elements",
        "filled",
        "hidden",
        "known",
        "level",
        "most",
        "moved",
        "moving",
        "principal",
        "ranges",
        "root",
        "slots",
        "spans",
        "spent",
        "whole",
    )

    def __init__(self, slots: list[Value], elements: Elements, principal: bool, most: int = WORK_AT_ONE_POINT) -> None:
        self.slots = slots
        self.elements = elements
        self.moved: dict[tuple[str, Key], Value] = {}
        self.known: Known = {}
        self.spans: dict[object, tuple[int, int]] = {}
        self.moving: list[tuple[str, Known]] = []
        self.whole: list[int | None] = [None] * len(slots)
        self.level = 0
        self.spent = 0
        self.principal = principal
        self.analytic = False
        self.most = most
        self.hidden = 0
        self.ranges = 0
        self.filled = 0
        self.root: Root | None = elements.root

    def element(self, name: str, indices: Key) -> Value:
        """The number at ``name[indices]``, moving where a `diff` moves it."""
        moved = self.moved.get((name, indices)) if self.moved else None
        return self.elements.element(name, indices) if moved is None else moved

    def count(self, slot: int, index: int) -> None:
        """Let the index of a sum be ``index``."""
        self.slots[slot], self.whole[slot] = fmpq(index), index

    def put(self, slot: int, value: Value) -> None:
        """Put something in a slot that is not the value of an index."""
        self.slots[slot], self.whole[slot] = value, None

    def grow(self, slots: int) -> None:
        """Have at least so many slots."""
        missing = slots - len(self.slots)
        self.slots += [ZERO] * missing
        self.whole += [None] * missing

    def spend(self, nodes: int) -> None:
        """Count nodes about to be evaluated, as jets under a `diff`; raises TooLarge at the bound."""
        work = nodes * 3**self.level
        if self.spent + work > self.most:
            raise TooLarge("more terms than are evaluated at one point")
        self.spent += work

    def hide(self, bits: int) -> None:
        """Note that a difference may lie so many bits deep."""
        self.hidden = max(self.hidden, bits)

    def fresh_unit(self) -> int:
        """The bit of a unit that no enclosing `diff` uses."""
        if self.level >= _DEEPEST_DERIVATIVE:
            raise TooLarge("more nested derivatives than are evaluated")
        self.level += 1
        return 1 << (self.level - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A formula but for the names of the indices around it; ``reads`` are the free names, and ``x[]`` for data.

    One object for one shape (`same_shape`).
    """

    reads: frozenset[str]


@dataclass(slots=True)
class Scope:
    """Where names live: one slot for each free name, shared by both sides, and one for each bound index.

    ``shapes`` are those met so far in all scopes of a claim, ``runs`` what has been compiled, ``placed`` the parts
    whose shape is known by their identity, ``inner`` the scopes inside sums and definitions.
    """

    definitions: Mapping[str, tree.Node] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=dict)
    arrays: dict[str, int] = field(default_factory=dict)
    bound: dict[str, int] = field(default_factory=dict)
    expanding: tuple[str, ...] = ()
    counter: list[int] = field(default_factory=lambda: [0])
    shapes: dict[object, Shape] = field(default_factory=dict)
    runs: dict[Placed, Run] = field(default_factory=dict)
    placed: dict[int, tuple[object, Placed]] = field(default_factory=dict)
    inner: dict[object, tuple[object, Scope, int]] = field(default_factory=dict)

    def slot(self, name: str) -> int:
        """The slot of a name, made when it is first met."""
        if name in self.bound:
            return self.bound[name]
        if name not in self.free:
            self.free[name] = self.fresh()
        return self.free[name]

    def fresh(self) -> int:
        """A slot that nothing uses."""
        self.counter[0] += 1
        return self.counter[0] - 1

    def inside(self, index: str, part: object = None) -> tuple[Scope, int]:
        """The scope of a reduction's body, and the slot of its index; the same each time for the same ``part``."""
        kept = None if part is None else self.inner.get(id(part))
        if kept is not None:
            return kept[1:]
        slot = self.fresh()
        inner = self._with({**self.bound, index: slot}, self.expanding)
        if part is not None:
            self.inner[id(part)] = part, inner, slot
        return inner, slot

    def definition(self, name: str) -> tuple[Scope, tree.Node] | None:
        """The formula that the free name stands for, with the scope to read it in."""
        if name in self.bound or name in self.expanding or name not in self.definitions:
            return None
        if name not in self.inner:
            self.inner[name] = None, self._with({}, (*self.expanding, name)), 0
        return self.inner[name][1], self.definitions[name]

    def state(
        self,
        numbers: Mapping[str, Value],
        elements: Elements,
        principal: bool = False,
        most: int = WORK_AT_ONE_POINT,
    ) -> State:
        """A state with ``numbers`` in their slots."""
        slots: list[Value] = [ZERO] * self.counter[0]
        for name, slot in self.free.items():
            slots[slot] = numbers[name]
        return State(slots, elements, principal, most)

    def early_state(self, numbers: Mapping[str, Value], elements: Elements) -> State:
        """A state in which names that have no number yet are 0."""
        slots: list[Value] = [ZERO] * self.counter[0]
        for name, number in numbers.items():
            slots[self.free[name]] = number
        return State(slots, elements, principal=False)

    def _with(self, bound: dict[str, int], expanding: tuple[str, ...]) -> Scope:
        shared = self.definitions, self.free, self.arrays
        return Scope(*shared, bound, expanding, self.counter, self.shapes, self.runs)
