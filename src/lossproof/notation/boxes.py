"""Rectangles of characters with a line that formulas stand on: what two-dimensional print is made of.

 k               beside:  rows meet at the base line
───  +  1        above:   numerator, line, denominator
2⋅p              tall brackets, superscripts, limits of sums
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import reduce


def width_of(text: str) -> int:
    """How many columns of a terminal ``text`` takes: two for a character of East Asia, none for a mark above one."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(bool(unicodedata.combining(each)) for each in text)


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of one width; line number ``base`` is the one that stands on the base line."""

    lines: tuple[str, ...]
    base: int = 0

    @property
    def width(self) -> int:
        """In columns."""
        return width_of(self.lines[0])

    @property
    def height(self) -> int:
        """In lines."""
        return len(self.lines)

    def beside(self, other: Box) -> Box:
        """This box, then ``other``, on one base line."""
        above, below = max(self.base, other.base), max(self.height - self.base, other.height - other.base)
        left, right = self._padded(above, below), other._padded(above, below)
        return Box(tuple(a + b for a, b in zip(left, right, strict=True)), above)

    def _padded(self, above: int, below: int) -> list[str]:
        empty = " " * self.width
        return [empty] * (above - self.base) + list(self.lines) + [empty] * (below - self.height + self.base)

    def centred(self, width: int) -> tuple[str, ...]:
        """The lines in the middle of ``width`` columns."""
        left = (width - self.width) // 2
        return tuple(" " * left + line + " " * (width - self.width - left) for line in self.lines)


def text(characters: str) -> Box:
    """One line."""
    return Box((characters,))


def row(*boxes: Box) -> Box:
    """All of them beside each other."""
    return reduce(Box.beside, boxes)


def fraction(above: Box, below: Box) -> Box:
    """One over the other, with a line between them."""
    width = max(above.width, below.width) + 2
    return Box((*above.centred(width), "─" * width, *below.centred(width)), above.height)


def stacked(above: Box | None, middle: Box, below: Box | None) -> Box:
    """``middle`` on the base line with its limits above and below."""
    parts = [part for part in (above, middle, below) if part is not None]
    width = max(part.width for part in parts)
    lines = tuple(line for part in parts for line in part.centred(width))
    return Box(lines, (above.height if above is not None else 0) + middle.base)


def raised(base: Box, exponent: Box) -> Box:
    """``exponent`` above and to the right of ``base``."""
    blank = " " * exponent.width
    left = [" " * base.width] * exponent.height + list(base.lines)
    right = [*exponent.lines, *[blank] * base.height]
    return Box(tuple(a + b for a, b in zip(left, right, strict=True)), exponent.height + base.base)


_BRACKETS = {
    "[": ("⎡", "⎢", "⎣"),
    "]": ("⎤", "⎥", "⎦"),
    "(": ("⎛", "⎜", "⎝"),
    ")": ("⎞", "⎟", "⎠"),
    "|": ("│", "│", "│"),
}


def bracket(kind: str, box: Box) -> Box:
    """A bracket as tall as ``box``."""
    if box.height == 1:
        return text(kind)
    top, middle, bottom = _BRACKETS[kind]
    return Box((top, *[middle] * (box.height - 2), bottom), box.base)


def enclosed(box: Box, left: str = "(", right: str = ")") -> Box:
    """``box`` between brackets of its height."""
    return row(bracket(left, box), box, bracket(right, box))


def brace(rows: list[Box]) -> Box:
    """Lines below each other behind a curly brace, for cases."""
    width = max(each.width for each in rows)
    lines = [line + " " * (width - each.width) for each in rows for line in each.lines]
    if len(lines) == 1:
        return row(text("{ "), Box(tuple(lines)))
    while len(lines) < 3:
        lines.insert(1, " " * width)
    middle = (len(lines) - 1) // 2
    signs = ["⎧", *["⎪"] * (len(lines) - 2), "⎩"]
    signs[middle] = "⎨"
    return Box(tuple(f"{sign} {line}" for sign, line in zip(signs, lines, strict=True)), middle)


def root(box: Box) -> Box:
    """``box`` under a root sign."""
    over = "_" * (box.width + 1)
    signs = [" "] * (box.height - 1) + ["√"]
    return Box((f" {over}", *(f"{sign}{line} " for sign, line in zip(signs, box.lines, strict=True))), box.base + 1)
