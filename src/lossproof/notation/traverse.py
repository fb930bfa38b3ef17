"""Walking through trees, the names that are free in them, and substitution that captures nothing.

A tree is made of nodes (values) and conditions; `children` and `rebuild` take one apart and put it together,
and are the only functions that know the fields of every class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Any, TypeVar

from lossproof.notation.tree import (
    Binary,
    Call,
    Cases,
    Comparison,
    Condition,
    Derivative,
    Indexed,
    Indicator,
    Junction,
    Name,
    Negative,
    Node,
    Reduction,
    Total,
)

Part = Node | Condition
P = TypeVar("P", Node, Condition)

_Apart = Callable[[Any], tuple[Part, ...]]
_Together = Callable[[Any, Sequence[Any]], Part]

_PARTS: dict[type, tuple[_Apart, _Together]] = {
    Indexed: (lambda n: n.indices, lambda n, c: Indexed(n.name, tuple(c))),
    Negative: (lambda n: (n.operand,), lambda n, c: Negative(*c)),
    Binary: (lambda n: (n.left, n.right), lambda n, c: Binary(n.operator, *c)),
    Call: (lambda n: n.arguments, lambda n, c: Call(n.function, tuple(c))),
    Reduction: (
        lambda n: (n.body, n.low, n.high),
        lambda n, c: Reduction(n.kind, c[0], n.index, c[1], c[2]),
    ),
    Total: (
        lambda n: (n.body, *(end for end in (n.low, n.high) if end is not None)),
        lambda n, c: Total(
            n.kind, c[0], n.index, None if n.low is None else c[1], None if n.high is None else c[len(c) - 1]
        ),
    ),
    Derivative: (lambda n: (n.body, n.variable), lambda n, c: Derivative(*c)),
    Cases: (
        lambda n: tuple(part for piece in n.pieces for part in piece),
        lambda n, c: Cases(tuple(zip(c[::2], c[1::2], strict=True))),
    ),
    Indicator: (lambda n: (n.condition,), lambda n, c: Indicator(*c)),
    Comparison: (lambda n: (n.left, n.right), lambda n, c: Comparison(n.operator, *c)),
    Junction: (lambda n: n.parts, lambda n, c: Junction(n.operator, tuple(c))),
}


def children(part: Part) -> tuple[Part, ...]:
    """The parts directly below, in the order written; for a `Reduction`: body, low, high."""
    found = _PARTS.get(type(part))
    return found[0](part) if found else ()


def rebuild(part: P, parts: Sequence[Part]) -> P:
    """``part`` with other children in the same order; bound index, operator and function stay."""
    found = _PARTS.get(type(part))
    return found[1](part, parts) if found else part  # type: ignore[return-value]


def walk(part: Part) -> Iterator[Part]:
    """``part`` and everything below it, parents first, left to right."""
    stack = [part]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def free_names(part: Part) -> frozenset[str]:
    """The scalars that are not bound by a sum or product: ``sum(p[m]*x, m, 0, M-1)`` has x and M."""
    return frozenset(name for name, is_data in _free(part) if not is_data)


def names_in_order(*parts: Part | None) -> tuple[str, ...]:
    """The free scalars in the order in which they are written, so that nothing depends on the alphabet."""
    found = ((part, free_names(part)) for part in parts if part is not None)
    written = (
        inner.name for part, free in found for inner in walk(part) if isinstance(inner, Name) and inner.name in free
    )
    return tuple(dict.fromkeys(written))


def data_names(part: Part) -> frozenset[str]:
    """The indexed data that occur: ``sum(p[m]*x, m, 0, M-1)`` has p."""
    return frozenset(name for name, is_data in _free(part) if is_data)


def _free(part: Part, bound: frozenset[str] = frozenset()) -> Iterator[tuple[str, bool]]:
    """The free scalars, and the data with True; ``bound`` are the indices of the sums around ``part``."""
    stack: list[Part] = [part]
    while stack:
        current = stack.pop()
        if isinstance(current, Name):
            if current.name not in bound:
                yield current.name, False
        elif isinstance(current, (Reduction, Total)):
            yield from _free(current.body, bound | {current.index})
            stack.extend(children(current)[1:])
        else:
            if isinstance(current, Indexed):
                yield current.name, True
            stack.extend(children(current))


@dataclass(frozen=True)
class _Replacement:
    """What replaces which: scalars by name, and indexed data by a template over its index letters.

    ``u[k]`` and ``u[m, k]`` are two kinds of data: a template is known by the name and the number of its letters.
    """

    scalars: dict[str, Node] = field(default_factory=dict)
    templates: dict[tuple[str, int], tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    elements: dict[Indexed, Node] = field(default_factory=dict)

    @cached_property
    def brings(self) -> frozenset[str]:
        """The free names that a replacement can bring under a bound index."""
        found: frozenset[str] = frozenset()
        for node in [*self.scalars.values(), *self.elements.values()]:
            found |= free_names(node)
        for letters, node in self.templates.values():
            found |= free_names(node) - set(letters)
        return found

    @property
    def looks_for(self) -> frozenset[str]:
        """The free names of what is to be replaced."""
        return frozenset(self.scalars).union(*map(free_names, self.elements))

    def without(self, name: str) -> _Replacement:
        if name not in self.scalars and not any(name in free_names(key) for key in self.elements):
            return self
        scalars = {key: node for key, node in self.scalars.items() if key != name}
        elements = {key: node for key, node in self.elements.items() if name not in free_names(key)}
        return _Replacement(scalars, self.templates, elements)


def substitute_tree(node: P, replacements: Mapping[Name | Indexed | str, Node]) -> P:
    """``node`` with scalars and indexed data replaced, all at once; bound indices are renamed, never captured.

    A key is a `Name` (or its text), an `Indexed` over letters such as ``P[m]``, which stands for every element
    and whose letters may occur in the replacement, or one element with other indices such as ``x[0]``.
    """
    return _substitute(node, _sorted_out(replacements))


def _sorted_out(replacements: Mapping[Name | Indexed | str, Node]) -> _Replacement:
    found = _Replacement()
    for key, node in replacements.items():
        if isinstance(key, str):
            found.scalars[key] = node
        elif isinstance(key, Name):
            found.scalars[key.name] = node
        elif letters := index_letters(key):
            found.templates[key.name, len(letters)] = (letters, node)
        else:
            found.elements[key] = node
    return found


def index_letters(data: Indexed) -> tuple[str, ...] | None:
    """The letters of ``q[i, j]``; None where an index is not a name or a letter comes twice."""
    letters = tuple(index.name for index in data.indices if isinstance(index, Name))
    return letters if len(set(letters)) == len(data.indices) else None


def _substitute(part: Any, replacement: _Replacement) -> Any:
    if isinstance(part, Name):
        return replacement.scalars.get(part.name, part)
    if isinstance(part, Reduction | Total):
        return _substitute_bound(part, replacement)
    parts = [_substitute(child, replacement) for child in children(part)]
    if isinstance(part, Derivative):
        return _keep_variable(part, parts)
    rebuilt = rebuild(part, parts)
    return _replace_data(part, rebuilt, replacement) if isinstance(part, Indexed) else rebuilt


def _keep_variable(part: Derivative, parts: list[Any]) -> Derivative:
    """A derivative by something that is no longer a variable would mean another thing."""
    if not isinstance(parts[1], Name | Indexed):
        raise ValueError(f"{part.variable} is what a derivative is taken by and cannot be replaced there")
    return Derivative(parts[0], parts[1])


def _replace_data(part: Indexed, rebuilt: Indexed, replacement: _Replacement) -> Node:
    if part in replacement.elements:
        return replacement.elements[part]
    found = replacement.templates.get((part.name, len(rebuilt.indices)))
    if found is None:
        return rebuilt
    letters, template = found
    inside = _Replacement(dict(zip(letters, rebuilt.indices, strict=True)))
    return _substitute(template, inside)


def _substitute_bound(part: Reduction | Total, replacement: _Replacement) -> Reduction | Total:
    low, high = (None if end is None else _substitute(end, replacement) for end in (part.low, part.high))
    inside = replacement.without(part.index)
    index, body = part.index, part.body
    if index in inside.brings:
        index = fresh_name(index, inside.brings | inside.looks_for | free_names(body))
        body = _substitute(body, _Replacement({part.index: Name(index)}))
    ends: dict[str, Any] = {"low": low, "high": high}
    return replace(part, body=_substitute(body, inside), index=index, **ends)


def fresh_name(name: str, taken: frozenset[str]) -> str:
    """``name`` with the smallest number that is not taken: ``m`` becomes ``m1``, ``m1`` becomes ``m2``."""
    stem = name.rstrip("0123456789")
    numbered = (f"{stem}{number}" for number in count(1))
    return name if name not in taken else next(other for other in numbered if other not in taken)
