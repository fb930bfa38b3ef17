"""What is told of a claim in the letters of the note alone: those that the reader chose are left out or said in words.

A component of a vector has the letter c, sums over components have l_1 and so on, sizes that no formula gives have a
letter of their own: none of them stands in the note, and none is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lossproof.notation import to_latex, walk
from lossproof.notation.tex.matrices import LETTERS
from lossproof.notation.traverse import children, rebuild
from lossproof.notation.tree import Indexed, Name, Node, Reduction
from lossproof.referee.verdict import Witness

COMPONENT = dict(zip(LETTERS, ("component", "second component"), strict=True))
_CHOSEN = re.compile(r"(?:component2?|l(?:_?\d+)?)\Z|\?")
_ACCENTED = re.compile(r"\\mathit\{([A-Za-z])(hat|bar|tilde|vec|dot)\}")
_PRIMED = re.compile(r"\\mathit\{([A-Za-z])prime\}")
_MARKED = re.compile(r"\b(pi|lambda|e)_(?!\w)")
"""A name that belongs to the grammar or to Python, and the mark by which it is told apart."""
_OVER = re.compile(r" over 1\.\.(\w+)$")


def letters_of_note(nodes: Iterable[Node], written: frozenset[str]) -> frozenset[str]:
    """The letters of the formulas ``nodes`` but those that the reader chose; ``written`` are the letters as typed."""
    return frozenset(letter for letter in letters_in(nodes) if letter in written or not _CHOSEN.match(letter))


def letters_in(nodes: Iterable[Node]) -> frozenset[str]:
    """Every letter of some formulas, those of sums too."""
    parts = [part for node in nodes for part in walk(node)]
    bound = {part.index for part in parts if isinstance(part, Reduction)}
    return frozenset(bound | {part.name for part in parts if isinstance(part, Name | Indexed)})


def shown_witness(witness: Witness | None, letters: frozenset[str]) -> Witness | None:
    """The counterexample without letters that the note does not have; which component it is stays."""
    if witness is None:
        return None
    point = {_told(name, letters): value for name, value in witness.point.items()}
    firsts = {name: value for name, value in witness.firsts.items() if name in letters}
    return replace(witness, point={name: value for name, value in point.items() if name}, firsts=firsts)


def _told(name: str, letters: frozenset[str]) -> str:
    if name.removesuffix("[]") in letters:
        return _MARKED.sub(r"\1", name)
    return COMPONENT.get(name, "")


def shown_tree(tree: Node, letters: frozenset[str]) -> Node | None:
    """``-(y - p)`` for the component ``-(y[c] - p[c])``; None where a letter that the note does not have remains."""
    found: Node = _whole(tree) if LETTERS[0] not in letters else tree
    return found if letters_in([found]) <= letters else None


def _whole(node: Any) -> Any:
    if isinstance(node, Indexed) and node.indices[-1:] == (Name(LETTERS[0]),):
        rest = node.indices[:-1]
        return Indexed(node.name, rest) if rest else Name(node.name)
    return rebuild(node, [_whole(child) for child in children(node)])


def shown_latex(tree: Node) -> str:
    """The LaTeX of a formula with accents as notes have them: ``\\hat{y}`` of the name yhat."""
    return _PRIMED.sub(r"\1'", _ACCENTED.sub(r"\\\2{\1}", to_latex(tree)))


def shown_clause(clause: str, letters: frozenset[str]) -> str:
    """``y one-hot`` where the number of classes has no letter in the note."""
    clause = _MARKED.sub(r"\1", clause)
    found = _OVER.search(clause)
    return clause[: found.start()] if found and found.group(1) not in letters else clause
