"""What a step rests on, computed from the steps that each function's arguments name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lossproof.derivation.claims import Statement, named_by
from lossproof.derivation.step import UNCHECKED, Definition, Step
from lossproof.derivation.unfolding import Quantity, quantities, quantity
from lossproof.errors import DerivationError
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Indexed, Name, Node
from lossproof.words.codes import Relation


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
    """What the steps ``names`` and those below them say that a symbol is; a restatement counts, not what it restates.

    DerivationError when two of them speak of the same symbol without the one resting on the other: a formula
    would then have two meanings.
    """
    found: dict[Quantity, str] = {}
    for name in ancestors(names, steps):
        definition = steps[name].defines
        if definition is None:
            continue
        other = found.setdefault(quantity(definition.symbol), name)
        if other != name and not in_force(definition.symbol, steps[name].definitions):
            raise DerivationError(
                f"Steps `{other}` and `{name}` each say what `{definition.symbol.name}` is, and one step rests on both."
            )
        found[quantity(definition.symbol)] = name
    return tuple(definition for name in found.values() if (definition := steps[name].defines))


def in_force(symbol: Name | Indexed, definitions: Iterable[Definition]) -> bool:
    """Whether ``definitions`` say what ``symbol`` is."""
    return any(quantity(symbol) == quantity(each.symbol) for each in definitions)


def names_known(assumptions: Assumptions, steps: Iterable[Step]) -> tuple[str, ...]:
    """The names that clauses speak of or that steps define."""
    defined = (step.defines.symbol.name for step in steps if step.defines is not None)
    return (*assumptions.scalars, *assumptions.arrays, *defined)


def is_new(step: Step) -> bool:
    """Whether the left side is a symbol that nothing below the step has named yet."""
    return step.defines is not None and not in_force(step.defines.symbol, step.definitions)


def is_tied(step: Step) -> bool:
    """Whether something besides its function says how the line follows: that can be judged without the function."""
    if step.relation is Relation.AT_LEAST or step.of is not None:
        return True
    return step.left is not None and not is_new(step)


def defines(
    statement: Statement, relation: Relation, definitions: tuple[Definition, ...], earlier: Iterable[Step]
) -> Definition | None:
    """The symbol that a claim gives a meaning to: its left side, where it is new, or where it is restated.

    A modelling assumption says what a symbol is even where it was used before (``yp = sigmoid(u)``).
    """
    symbol = named_by(statement.left)
    if symbol is None or statement.right is None or statement.operator != "=":
        return None
    if relation not in UNCHECKED and not in_force(symbol, definitions) and is_used(symbol, earlier):
        return None
    return Definition(symbol, statement.right)


def is_used(symbol: Name | Indexed, steps: Iterable[Step]) -> bool:
    """Whether one of ``steps`` has ``symbol`` in its claim or in its result."""
    return any(quantity(symbol) in quantities(tree) for step in steps for tree in _trees(step))


def _trees(step: Step) -> list[Node]:
    return [tree for tree in (step.left, step.claim, step.result_tree) if tree is not None]
