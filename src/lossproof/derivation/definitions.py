"""What the names in a formula stand for: ``L``, ``yp``, ``u[m]`` replaced by what earlier steps said they are.

diff(ce, u)   with   ce = -log(yp),  yp = expit(u)   is   diff(-log(expit(u)), u)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from functools import reduce
from itertools import count
from typing import Any, TypeVar

from lossproof.derivation.step import Definition
from lossproof.errors import DerivationError
from lossproof.notation import Derivative, Indexed, Name, Node, Reduction, free_names, walk
from lossproof.notation.tree import Condition

Place = tuple[str, int]  # a name with its number of indices: yt and yt[m] are two quantities
Tree = TypeVar("Tree", bound=Node | Condition)


def unfold(node: Node, definitions: Iterable[Definition], keep: frozenset[Place] = frozenset()) -> Node:
    """``node`` with every defined name replaced, also inside what replaces it; bound indices never capture.

    ``keep`` names places that stay as they are: what a derivative is taken by.
    """
    table = {place(each): each for each in definitions if place(each) not in keep}
    for _ in range(len(table) + 1):
        unfolded = _put(node, table)
        if unfolded == node:
            return node
        node = unfolded
    raise DerivationError(f"The definitions of {', '.join(sorted(name for name, _ in table))} go round in a circle.")


def place(definition: Definition) -> Place:
    """The name that ``definition`` defines, with its number of indices."""
    return definition.name, len(definition.indices)


def differentiated(node: Node) -> frozenset[Place]:
    """The quantities that a derivative somewhere in ``node`` is taken by."""
    return frozenset(_place_of(part.variable) for part in walk(node) if isinstance(part, Derivative))


def _place_of(variable: Name | Indexed) -> Place:
    return variable.name, len(variable.indices) if isinstance(variable, Indexed) else 0


def _put(tree: Tree, table: Mapping[Place, Definition]) -> Tree:
    """``tree`` with the names of ``table`` replaced once, everywhere at the same time."""
    if not table:
        return tree
    match tree:
        case Name(name) if (name, 0) in table:
            return table[name, 0].body  # type: ignore[return-value]
        case Indexed(name, indices) if (name, len(indices)) in table:
            return _instance(table[name, len(indices)], indices, table)  # type: ignore[return-value]
        case Reduction():
            return _put_below(tree, table)  # type: ignore[return-value]
        case Derivative(body, variable):
            return Derivative(_put(body, table), _with_indices(variable, table))  # type: ignore[return-value]
    return _over_children(tree, lambda child: _put(child, table))


def _instance(definition: Definition, indices: tuple[Node, ...], table: Mapping[Place, Definition]) -> Node:
    """``u[m] = w*x[m]`` at ``u[3]``: ``w*x[3]``."""
    actual = [_put(index, table) for index in indices]
    formal = zip(definition.indices, actual, strict=True)
    return _put(definition.body, {(name, 0): Definition(name, (), index) for name, index in formal})


def _put_below(node: Reduction, table: Mapping[Place, Definition]) -> Reduction:
    """Inside a sum its index is bound: it hides a definition of the same name and gives way to a free one."""
    inner = {key: value for key, value in table.items() if key != (node.index, 0)}
    arriving = reduce(frozenset.union, (_free(each) for each in inner.values()), frozenset())
    index, body = node.index, node.body
    if index in arriving:
        index = _fresh(index, arriving | free_names(body))
        body = _put(body, {(node.index, 0): Definition(node.index, (), Name(index))})
    return Reduction(node.kind, _put(body, inner), index, _put(node.low, table), _put(node.high, table))


def _with_indices(variable: Name | Indexed, table: Mapping[Place, Definition]) -> Name | Indexed:
    if isinstance(variable, Name):
        return variable
    return Indexed(variable.name, tuple(_put(index, table) for index in variable.indices))


def _free(definition: Definition) -> frozenset[str]:
    return frozenset(free_names(definition.body)) - set(definition.indices)


def _fresh(name: str, taken: frozenset[str]) -> str:
    return next(new for new in (f"{name}{i}" for i in count(1)) if new not in taken)


def _over_children(tree: Tree, function: Callable[[Any], Any]) -> Tree:
    """``tree`` with ``function`` applied to the formulas and conditions directly below it."""

    def over(value: Any) -> Any:
        if isinstance(value, Node | Condition):
            return function(value)
        return tuple(map(over, value)) if isinstance(value, tuple) else value

    return replace(tree, **{field.name: over(getattr(tree, field.name)) for field in fields(tree)})  # type: ignore[type-var, arg-type]
