"""Letters below that tell a few things apart and run through nothing: ``x_a``, ``x_p``, ``x_n`` of a triplet.

Anchor, positive, negative are three vectors; as indices a, p and n could be the same number, and a derivative by one
of them would hold the others too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lossproof.notation.tex.atoms import Atom


def told_apart(atoms: Iterable[Atom], bound: frozenset[str], usual: frozenset[str]) -> frozenset[str]:
    """The letters (with their accents) of which several stand with one letter below, one of them no ``usual`` index.

    None of these letters is ``bound`` by a sum, and no letter has anything else below it.
    """
    below: dict[str, set[str]] = defaultdict(set)
    others: set[str] = set()
    for atom in atoms:
        if atom.kind != "letter":
            continue
        base, sub = atom.text + "".join(atom.marks), atom.sub or ()
        if len(sub) == 1 and sub[0].kind == "letter" and sub[0].bare and sub[0].text not in bound and not atom.sup:
            below[base].add(sub[0].text)
        elif sub or atom.sup:
            others.add(base)
    return frozenset(
        base for base, letters in below.items() if len(letters) > 2 and letters - usual and base not in others
    )
