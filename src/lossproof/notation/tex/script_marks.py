"""Scripts and primes put on the atom before them, and small questions about rows that are being read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.tokens import Token


def put_script(found: list[Atom], mark: str, row: Row, start: int, end: int) -> None:
    """``row`` below (``_``) or above (``^``) the last atom; primes in a superscript are primes."""
    if not found or found[-1].kind in {"operator", "relation", "separator", "align", "open"}:
        found.append(Atom("group", "", start, start, ((),)))
    atom = _unwrapped(found[-1])
    if mark == "_":
        found[-1] = replace(atom, sub=(atom.sub or ()) + row, end=end)
    elif row and all(part.kind == "prime" or part.primes for part in row):
        found[-1] = replace(atom, primes=atom.primes + sum(part.primes or 1 for part in row), end=end)
    else:
        found[-1] = replace(atom, sup=(atom.sup or ()) + row, end=end)


def _unwrapped(atom: Atom) -> Atom:
    """``{x}`` is ``x`` where something is put on it."""
    if atom.kind == "group" and atom.bare and len(atom.parts[0]) == 1:
        inside = atom.parts[0][0]
        if inside.sup is None and inside.kind in {"letter", "word"}:
            return replace(inside, start=atom.start, end=atom.end)
    return atom


def ungrouped(group: Atom) -> Row:
    return group.parts[0] if group.kind == "group" and group.bare else (group,)


def add_prime(found: list[Atom], token: Token) -> None:
    if found and found[-1].kind not in {"operator", "relation", "separator"}:
        found[-1] = replace(_unwrapped(found[-1]), primes=found[-1].primes + 1, end=token.end)
    else:
        found.append(Atom("prime", "'", token.start, token.end, primes=1))


def spells(row: Row, word: str) -> bool:
    return "".join(atom.text for atom in row).lower() == word


def trailing_letters(found: Sequence[Atom]) -> list[Atom]:
    """The bare letters side by side at the end of ``found``."""
    run: list[Atom] = []
    for atom in reversed(found):
        if atom.kind != "letter" or len(atom.text) != 1 or not atom.bare or (run and atom.end != run[0].start):
            break
        run.insert(0, atom)
    return run
