"""Names that nothing introduces: quantities of a claim that no line below it has, clauses on what no step has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from lossproof.derivation.graph import ancestors
from lossproof.derivation.step import UNCHECKED, Origin, Step
from lossproof.derivation.unfolding import Quantity, quantities, quantity
from lossproof.notation import data_names, free_names, walk
from lossproof.notation.assumptions import Assumptions
from lossproof.notation.tree import Node, Reduction
from lossproof.words.codes import Said, StepName, Way


def unknown_names(step: Step, steps: Mapping[str, Step], node: Node | None) -> tuple[Said, ...]:
    """What is to be said of each quantity of ``node``, a side of the claim, that no line below ``step`` introduces."""
    if node is None or step.relation in UNCHECKED:
        return ()
    below = [steps[name] for name in ancestors([*step.uses, *([step.of] if step.of else [])], steps)]
    known = frozenset[Quantity]().union(*(_quantities(each) for each in below))
    if step.origin is Origin.DERIVED:
        known |= quantities(step.result_tree)
    if step.defines is not None:
        known |= {quantity(step.defines.symbol)}
    spoken_of = spoken_for(step.assumptions)
    return tuple(
        _said(name, steps, {other for other, _ in known} | spoken_of)
        for name, count in sorted(quantities(node))
        if (name, count) not in known and name not in spoken_of
    )


def _said(name: str, steps: Mapping[str, Step], known: set[str]) -> Said:
    """The name with the step that says what it is, or with the name that may be meant."""
    for step in steps.values():
        if step.defines is not None and step.defines.symbol.name == name:
            return Way.NAME_OF_A_STEP_APART(name=name, step=StepName(step.name))
    other = steps.get(name) or steps.get(name.lower())
    near = [other.defines.symbol.name] if other is not None and other.defines is not None else nearest(name, known)
    return Way.UNKNOWN_NAME_NEAR(name=name, near=near[0]) if near else Way.UNKNOWN_NAME(name=name)


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The name that may be meant: letters apart, or the same in other cases."""
    among = sorted(set(known) - {name})
    return get_close_matches(name, among, n=1) or [each for each in among if each.lower() == name.lower()]


def spoken_for(assumptions: Assumptions) -> set[str]:
    """Every name that a clause speaks of."""
    members = (name for group in assumptions.groups for name in group.members)
    sides = ((side, tie.letters) for tie in assumptions.ties for side in (tie.left, tie.right))
    tied = (name for side, letters in sides for name in (free_names(side) | data_names(side)) - set(letters))
    defined = (name for name, _ in assumptions.definitions)
    return {*assumptions.scalars, *assumptions.arrays, *members, *tied, *defined}


def idle_names(assumptions: Assumptions, steps: Iterable[Step]) -> Iterator[str]:
    """The names in clauses that no formula of any step has."""
    steps = tuple(steps)
    bound = {name for step in steps for node in _trees(step) for name in _letters(node)}
    yield from sorted(spoken_for(assumptions) - names_met(steps) - bound)


def names_met(steps: Iterable[Step]) -> set[str]:
    """The names of all quantities in the formulas of ``steps``."""
    return {name for step in steps for name, _ in _quantities(step)}


def _quantities(step: Step) -> frozenset[Quantity]:
    return frozenset[Quantity]().union(*map(quantities, _trees(step)))


def _trees(step: Step) -> list[Node]:
    return [node for node in (step.left, step.claim, step.result_tree) if node is not None]


def _letters(node: Node) -> set[str]:
    """The indices that sums count by: a clause may say where an index runs."""
    return {part.index for part in walk(node) if isinstance(part, Reduction)}
