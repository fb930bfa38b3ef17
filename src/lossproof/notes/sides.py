"""One side of a chain as it was read."""

from __future__ import annotations

from dataclasses import dataclass

from lossproof.notation.tex.atoms import Row
from lossproof.notation.tex.readings import NotUnderstood, Reading
from lossproof.notation.tree import Node

Way = Reading[Node]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a chain: its readings, or why it has none; its LaTeX and its line."""

    ways: tuple[Way, ...]
    latex: str
    line: int
    start: int
    end: int
    error: NotUnderstood | None = None
    row: Row = ()

    @property
    def node(self) -> Node:
        """The usual reading."""
        return self.ways[0].value
