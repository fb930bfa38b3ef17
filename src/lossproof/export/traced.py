"""Straight code of a loss, recorded by running its NumPy functions on symbols instead of numbers.

    trace(lambda x: np.exp(-np.absolute(x)), ["x"])  ->  t0 = absolute(x); t1 = negative(t0); t2 = exp(t1)

What is recorded is what NumPy would have computed, operation by operation, equal ones once: the same formula, the
same order, so the same number wherever the elementary functions are as good. A `Language` writes a trace in another
language, from one table of operations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lossproof.errors import InternalError
from lossproof.lowering import Loss
from lossproof.lowering.code.folder import load_module
from lossproof.lowering.code.loss_formulas import Component
from lossproof.lowering.code.modules import numpy_module


@dataclass(frozen=True)
class Node:
    """One recorded value: an argument, a number, or an operation on earlier values (their places)."""

    operation: str
    of: tuple[int, ...] = ()
    number: float = 0.0
    name: str = ""


@dataclass
class Record:
    """The nodes of one function in the order computed; equal nodes are one."""

    nodes: list[Node] = field(default_factory=list)
    places: dict[Any, int] = field(default_factory=dict)

    def enter(self, node: Node) -> int:
        """The place of ``node``, which is entered where it is new; zeros of either sign are two numbers."""
        key = (node, math.copysign(1.0, node.number), math.isnan(node.number))
        if key not in self.places:
            self.places[key] = len(self.nodes)
            self.nodes.append(node)
        return self.places[key]

    def of(self, value: Any) -> int:
        """The place of a traced value or of a plain number."""
        return value.place if isinstance(value, Traced) else self.enter(Node("number", number=float(value)))


class Traced(np.lib.mixins.NDArrayOperatorsMixin):
    """A scalar that writes down what is done with it: operators, NumPy's functions, SciPy's, and `where`."""

    def __init__(self, record: Record, place: int) -> None:
        self.record, self.place = record, place

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return NotImplemented
        return self._entered(ufunc.__name__, inputs)

    def __array_function__(self, function: Any, types: Any, inputs: tuple[Any, ...], options: Any) -> Any:
        if function is not np.where or options or len(inputs) != 3:
            return NotImplemented
        return self._entered("where", inputs)

    def __bool__(self) -> bool:
        raise InternalError("A formula branches on a value; straight code cannot be written from it.")

    def _entered(self, operation: str, inputs: Iterable[Any]) -> Traced:
        places = tuple(self.record.of(each) for each in inputs)
        return Traced(self.record, self.record.enter(Node(operation, places)))


@dataclass(frozen=True)
class Trace:
    """A function as straight code: its nodes, and the place of what it returns."""

    arguments: tuple[str, ...]
    nodes: tuple[Node, ...]
    result: int


def trace(function: Callable[..., Any], arguments: Iterable[str]) -> Trace:
    """What ``function`` computes from arguments of these names; what the result does not rest on is left out."""
    record, names = Record(), tuple(arguments)
    symbols = [Traced(record, record.enter(Node("argument", name=name))) for name in names]
    return _needed(names, record.nodes, record.of(function(*symbols)))


def _needed(names: tuple[str, ...], nodes: list[Node], result: int) -> Trace:
    """Without the nodes that the result does not rest on; every other keeps its order."""
    wanted = {result}
    for place in reversed(range(result + 1)):
        if place in wanted:
            wanted.update(nodes[place].of)
    kept = {place: number for number, place in enumerate(sorted(wanted))}
    moved = [replace(nodes[place], of=tuple(kept[each] for each in nodes[place].of)) for place in kept]
    return Trace(names, tuple(moved), kept[result])


@dataclass(frozen=True)
class Language:
    """How operations, numbers and assignments are written. ``{0}``, ``{1}`` stand for the operands."""

    operations: Mapping[str, str]
    number: Callable[[float], str]
    line: str
    truth_line: str

    def body(self, traced: Trace) -> tuple[list[str], str]:
        """The lines that compute a trace, and the name of its result."""
        names: list[str] = []
        lines: list[str] = []
        for place, node in enumerate(traced.nodes):
            if node.operation in ("argument", "number"):
                names.append(node.name or self.number(node.number))
                continue
            text = self._written(node, names)
            names.append(f"t{place}")
            lines.append((self.truth_line if node.operation in TRUTHS else self.line).format(f"t{place}", text))
        return lines, names[traced.result]

    def _written(self, node: Node, names: list[str]) -> str:
        if node.operation not in self.operations:
            raise InternalError(f"The operation {node.operation!r} cannot be written in this language.")
        return self.operations[node.operation].format(*(names[place] for place in node.of))


TRUTHS = frozenset(
    {
        *("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"),
        *("bitwise_and", "bitwise_or", "invert", "logical_and", "logical_or", "logical_not"),
        *("isnan", "isfinite", "isinf"),
    }
)
"""Operations whose result is true or false."""


@dataclass(frozen=True)
class Branch:
    """Two ways to the same value: ``near`` where ``inside`` holds, ``far`` elsewhere; each may branch again."""

    inside: Trace
    near: Way
    far: Way


Way = Trace | Branch
NOT_A_NUMBER = Trace((), (Node("number", number=math.nan),), 0)
"""In place of what only lossproof's own balls compute."""


@dataclass(frozen=True)
class Piece:
    """One scalar function of a loss, value, ``slope_1`` ..., and how it is computed."""

    component: Component
    way: Way


def pieces(loss: Loss, arguments: Iterable[str]) -> list[Piece]:
    """Every component of the computed loss as straight code in arguments of these names."""
    module, names = vars(load_module(numpy_module(loss.computed, alone=True), "numpy")), tuple(arguments)
    return [
        Piece(component, _way(code_name(component, len(loss.predictors)), module, names))
        for component in loss.computed.components()
    ]


def code_name(component: Component, q: int) -> str:
    """What the function is called in generated modules."""
    return "value_of" if component.kind == "value" and q > 1 else component.name


def _way(name: str, module: Mapping[str, Any], arguments: tuple[str, ...]) -> Way:
    if f"{name}_inside" in module:
        inside = trace(module[f"{name}_inside"], arguments)
        return Branch(inside, *(_way(f"{name}_{side}", module, arguments) for side in ("near", "far")))
    straight = module[name].__name__ == name
    return trace(module[name], arguments) if straight else replace(NOT_A_NUMBER, arguments=arguments)
