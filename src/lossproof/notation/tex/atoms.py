"""What LaTeX is made of, as TeX sees a formula: rows of atoms, a nucleus with what stands below and above it.

    \\hat y_i^{(t)}    Atom("letter", "y", marks=("hat",), sub=(i,), sup=(bracket ( t )))

An atom knows nothing of mathematics: whether ``x^i`` is a power or an index is for the grammar to say.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_NESTING = 60

Row = tuple["Atom", ...]


@dataclass(frozen=True, slots=True)
class Atom:
    """One nucleus with its scripts; ``start`` and ``end`` are places in the text.

    ``kind`` is "letter", "word", "number", "function", "group", "bracket", "open", "close", "bar", "frac", "sqrt",
    "environment", "operator", "relation", "separator", "align", "big", "partial", "nabla", "dots", "text", "beyond".
    ``parts`` are the rows inside; the cells of an environment are atoms of the kind "cell".
    """

    kind: str
    text: str
    start: int
    end: int
    parts: tuple[Row, ...] = ()
    sub: Row | None = None
    sup: Row | None = None
    primes: int = 0
    marks: tuple[str, ...] = ()
    font: str = ""

    @property
    def bare(self) -> bool:
        """Whether nothing stands around the nucleus."""
        return self.sub is None and self.sup is None and not self.primes and not self.marks
