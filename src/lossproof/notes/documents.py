"""A note as formulas with their places and the words between them; what reads each kind of file is beside this one."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Stated:
    """Clauses as a comment, the front matter or a tag has them, and where that is: ``line 3``, ``cell 2, line 1``."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula as it stands in the file: ``start`` and ``end`` are the places of ``latex`` in the text scanned.

    ``line`` counts from 1, in the cell of a notebook if ``cell`` is given; ``display`` says that it stands apart.
    ``fault`` says why it is none that can be read: what opens it is never closed.
    ``words`` is what stands between the formula before and this one, ``clauses`` what a comment before it assumes.
    """

    latex: str
    start: int
    end: int
    line: int
    display: bool
    words: str = ""
    clauses: tuple[Stated, ...] = ()
    cell: int | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A file with its formulas in order; ``text`` is what places refer to, ``clauses`` hold for all of it.

    ``rest`` are the clauses behind the last formula.
    """

    name: str
    text: str
    formulas: tuple[Formula, ...]
    clauses: tuple[Stated, ...] = ()
    asks: bool = False
    rest: tuple[Stated, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """Line numbers of places in a text."""

    starts: tuple[int, ...] = field(default=(0,))

    @classmethod
    def of(cls, text: str) -> Lines:
        return cls((0, *(place + 1 for place, character in enumerate(text) if character == "\n")))

    def at(self, place: int) -> int:
        """The number of the line that holds ``place``, from 1."""
        return bisect_right(self.starts, place)
