"""A vector whose components a claim writes one by one: their number is its size where the note says none."""

from __future__ import annotations

from lossproof.notation import walk
from lossproof.notation.tree import Indexed, Name, Node, Number, Reduction


def written_size(left: Node, right: Node, letters: frozenset[str]) -> tuple[str, Number] | None:
    """The size that some sum over components ends at, and the last component that is written; None without them.

    ``letters`` are those of the note: a size that has a letter there is any number.
    """
    parts = [part for side in (left, right) for part in walk(side)]
    sums = [part for part in parts if isinstance(part, Reduction) and isinstance(part.high, Name)]
    sizes = {part.high.name for part in sums if isinstance(part.high, Name)} - letters
    summed = {
        (inner.name, len(inner.indices))
        for part in sums
        for inner in walk(part.body)
        if isinstance(inner, Indexed) and inner.indices[-1:] == (Name(part.index),)
    }
    written = {
        part.indices[-1] for part in parts if isinstance(part, Indexed) and (part.name, len(part.indices)) in summed
    }
    numbers = [index for index in written if isinstance(index, Number)]
    if len(sizes) != 1 or not numbers or min(index.value for index in numbers) < 1:
        return None
    return sizes.pop(), max(numbers, key=lambda index: index.value)
