"""Paper to code: the quantities of a chapter, how they are printed, what is assumed of them, where they come first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lossproof.derivation import Script, Step
from lossproof.notation import data_names, free_names, to_latex, to_text, walk
from lossproof.notation.tree import Indexed, Name, Node, Reduction
from lossproof.site.assumed import Quantity, domain_latex


@dataclass(frozen=True, slots=True)
class Symbol:
    """One quantity: its text in scripts and claims, its LaTeX, its domain as LaTeX, the step that first has it.

    ``meaning`` is the step that says what it is: the one that names it, or else the one that first has it.
    """

    text: str
    latex: str
    domain: str
    first: Step
    meaning: Step


def symbols_of(chapter: Script) -> tuple[Symbol, ...]:
    """The free quantities of a chapter's formulas in the order in which they appear; bound indices are left out."""
    found: dict[tuple[str, int], Symbol] = {}
    # the first step that names a symbol comes last here, and stays
    named = {_place(step.defines.symbol): step for step in reversed(chapter.steps) if step.defines}
    for step in chapter.steps:
        for subject in _subjects(step):
            found.setdefault(_place(subject), _symbol(subject, step, named.get(_place(subject), step)))
    return tuple(found.values())


def quantities_in(step: Step) -> frozenset[Quantity]:
    """The quantities that occur in a step's formulas; ``yt`` and ``yt[m]`` are two."""
    formulas = [side for side in (step.left, step.claim, step.result_tree) if side is not None]
    scalars = {(name, False) for formula in formulas for name in free_names(formula)}
    return frozenset(scalars | {(name, True) for formula in formulas for name in data_names(formula)})


def _subjects(step: Step) -> Iterator[Name | Indexed]:
    formulas = [side for side in (step.left, step.claim, step.result_tree) if side is not None]
    everything = [term for formula in formulas for term in walk(formula)]
    counting = {term.index for term in everything if isinstance(term, Reduction)}
    indexed = [index for term in everything if isinstance(term, Indexed) for index in term.indices]
    counting |= {index.name for index in indexed if isinstance(index, Name)}
    for term in everything:
        if isinstance(term, Indexed) or (isinstance(term, Name) and term.name not in counting):
            yield term


def _place(subject: Name | Indexed) -> tuple[str, int]:
    return subject.name, len(subject.indices) if isinstance(subject, Indexed) else 0


def _symbol(subject: Name | Indexed, step: Step, meaning: Step) -> Symbol:
    assumptions = step.assumptions
    domain = assumptions.array(subject.name) if isinstance(subject, Indexed) else assumptions.scalar(subject.name)
    shown = _lettered(subject)
    return Symbol(to_text(shown), to_latex(shown), domain_latex(shown, domain), step, meaning)


def _lettered(subject: Name | Indexed) -> Node:
    """``P[0]`` speaks for every element: ``P[m]``."""
    if isinstance(subject, Indexed) and not all(isinstance(index, Name) for index in subject.indices):
        return Indexed(subject.name, tuple(Name(letter) for letter in "mij"[: len(subject.indices)]))
    return subject
