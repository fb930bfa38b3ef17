"""A prime that is part of a name: ``h' = o \\tanh c'`` of a gate, ``k(x, x')`` of two points; no derivative.

\\partial c' below a sign, k(x, x')    names          y = x^2, y' = 2x           a derivative
x' = 2x where nothing defines x       a name         y' = w x' beside it        a name too
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lossproof.notation.tex.atom_looks import base_of, is_argument, rows_of
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.derivatives import is_derivative
from lossproof.notation.tex.known import KNOWN

PRIME = "prime"
"""What is added to the name, as an accent is."""
_LISTED = frozenset({",", ";", "|", "‖"})
_KNOWN = frozenset(name for name, _ in KNOWN)
Chain = tuple[Row, ...]


def prime_names_in(chains: Iterable[Chain]) -> frozenset[str]:
    """The letters that with a prime are names of their own, as the chains of a text tell together."""
    chains = [chain for chain in chains if chain]
    defined = {base_of(row[0]) for row in (chain[0] for chain in chains) if _is_alone(row) and not row[0].primes}
    functions = {base_of(before) for chain in chains for before in _called_left(chain[0])}
    functions |= _KNOWN & {base for chain in chains for side in chain[1:] for base in _called(side)}
    found = {base for chain in chains for side in chain for base in _evident(side)} - functions
    for chain in chains:
        left = chain[0]
        if _is_alone(left) and left[0].primes and base_of(left[0]) not in functions:
            found |= {base_of(left[0])} if base_of(left[0]) not in defined or left[0].sub is not None else set()
    while more := {base_of(chain[0][0]) for chain in chains if _goes_with(chain, found)} - found - functions:
        found |= more
    return frozenset(found)


def with_prime_names(row: Row, named: frozenset[str]) -> Row:
    """``row`` with the primes of these letters as a part of their names."""
    if not named or not row:
        return row
    following = (*row[1:], None)
    return tuple(_inside(atom, after, named) for atom, after in zip(row, following, strict=True))


def _inside(atom: Atom, after: Atom | None, named: frozenset[str]) -> Atom:
    is_name = bool(atom.primes) and base_of(atom) in named and not (after is not None and is_argument(after))
    if is_name:
        atom = replace(atom, primes=0, marks=(*atom.marks, *(PRIME,) * atom.primes))
    if not atom.parts and atom.sub is None and atom.sup is None:
        return atom
    parts = tuple(with_prime_names(part, named) for part in atom.parts)
    sub, sup = (None if part is None else with_prime_names(part, named) for part in (atom.sub, atom.sup))
    return replace(atom, parts=parts, sub=sub, sup=sup)


def _is_alone(row: Row) -> bool:
    return len(row) == 1 and row[0].kind in {"letter", "word"} and row[0].sup is None


def _called_left(row: Row) -> Iterator[Atom]:
    if len(row) == 2 and row[0].kind in {"letter", "word"} and is_argument(row[1]):
        yield row[0]


def _called(side: Row) -> Iterator[str]:
    for row in rows_of(side):
        yield from (
            base_of(one) for one, after in itertools.pairwise(row) if one.kind == "letter" and is_argument(after)
        )


def _evident(side: Row) -> Iterator[str]:
    """Letters with a prime that something is derived by, or that stand beside others as an argument."""
    for row in rows_of(side):
        for atom in row:
            if atom.kind == "frac" and is_derivative(atom):
                yield from (base_of(part) for part in atom.parts[1] if part.primes and part.kind == "letter")
            elif atom.kind == "bracket":
                yield from _arguments(atom.parts[0])


def _arguments(inside: Row) -> Iterator[str]:
    for place, atom in enumerate(inside):
        near: Sequence[Atom] = (*inside[max(place - 1, 0) : place], *inside[place + 1 : place + 2])
        if atom.primes and atom.kind == "letter" and near and all(_separates(each) for each in near):
            yield base_of(atom)


def _separates(atom: Atom) -> bool:
    return atom.kind == "separator" and atom.text in _LISTED


def _goes_with(chain: Chain, found: set[str]) -> bool:
    """``y' = w x'`` where x' is a name."""
    if not _is_alone(chain[0]) or not chain[0][0].primes:
        return False
    return any(atom.primes and base_of(atom) in found for side in chain[1:] for row in rows_of(side) for atom in row)
