"""Single bars behind a value: ``a|w|`` holds an absolute value, ``p(y|x)`` and ``f|_{x=0}`` do not."""

from __future__ import annotations

from collections.abc import Sequence

from lossproof.notation.tex.atoms import Atom


def absolute_behind(atoms: Sequence[Atom], place: int, opening: Atom | None) -> bool:
    """Whether the bar at ``place``, behind a value, opens an absolute value: one term follows, and another bar.

    ``opening`` is the bracket around; a condition stands in one and has a single bar, a place of evaluation a script.
    """
    bar = atoms[place]
    if bar.text != "|" or not bar.bare or (opening is not None and opening.text not in {"(", "["}):
        return False
    depth = 0
    for distance, atom in enumerate(atoms[place + 1 :]):
        depth += {"open": 1, "close": -1}.get(atom.kind, 0)
        if depth < 0 or (depth == 0 and atom.kind in {"relation", "separator", "align", "text"}):
            return False
        if depth == 0 and atom.kind == "bar":
            return atom.text == "|" and distance > 0
    return False
