"""What a step rests on, computed from the steps that each function's arguments name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lossproof.derivation.claims import named_by
from lossproof.derivation.definitions import place
from lossproof.derivation.step import UNCHECKED, Definition, Step
from lossproof.errors import DerivationError
from lossproof.notation import Indexed, Name, Node, free_names, walk

Place = tuple[str, int]


def ancestors(names: Iterable[str], steps: Mapping[str, Step]) -> tuple[str, ...]:
    """``names`` and everything below them, in the order of the derivation."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            step = steps[name]
            waiting += [*step.uses, *([step.of] if step.of else [])]
    return tuple(name for name in steps if name in found)


def definitions_in_force(names: Iterable[str], steps: Mapping[str, Step]) -> tuple[Definition, ...]:
    """What the steps ``names`` and those below them say that a symbol is.

    DerivationError when two of them speak of the same symbol: a formula would then have two meanings.
    """
    found: dict[Place, tuple[str, Definition]] = {}
    for name in ancestors(names, steps):
        definition = defines(steps, name)
        if definition is None:
            continue
        other, _ = found.setdefault(place(definition), (name, definition))
        if other != name:
            raise DerivationError(
                f"Steps `{other}` and `{name}` each say what `{definition.name}` is, and one step rests on both."
            )
    return tuple(definition for _, definition in found.values())


def defines(steps: Mapping[str, Step], name: str) -> Definition | None:
    """The symbol that step ``name`` gives a meaning to: its left side, where no step before it uses that symbol.

    A modelling assumption says what a symbol is even where it was used before (``yp = sigmoid(u)``).
    """
    step = steps[name]
    symbol = named_by(step.left)
    if symbol is None or step.claim is None or step.operator != "=":
        return None
    if step.relation not in UNCHECKED and is_used((symbol[0], len(symbol[1])), _before(steps, name)):
        return None
    return Definition(*symbol, step.claim)


def is_used(symbol: Place, steps: Iterable[Step]) -> bool:
    """Whether one of ``steps`` has ``symbol`` in its claim or in its result."""
    return any(symbol in places(tree) for step in steps for tree in _trees(step))


def places(node: Node) -> frozenset[Place]:
    """The free quantities in ``node``: names with their number of indices."""
    free = free_names(node)
    return frozenset(
        (part.name, len(part.indices) if isinstance(part, Indexed) else 0)
        for part in walk(node)
        if isinstance(part, Name | Indexed) and part.name in free
    )


def _before(steps: Mapping[str, Step], name: str) -> list[Step]:
    order = list(steps)
    return [steps[each] for each in order[: order.index(name)]]


def _trees(step: Step) -> list[Node]:
    return [tree for tree in (step.left, step.claim, step.result_tree) if tree is not None]
