"""What ``\\nabla`` is taken by where the sign does not say it: the one argument that the function was defined with.

E(w) = ...    \\nabla E  is  \\nabla_w E,    \\nabla\\nabla E  and  \\nabla^2 E  are  \\nabla_w^2 E
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from lossproof.notation.tex.atom_looks import base_of
from lossproof.notation.tex.atoms import Atom, Row


def arguments_of(chains: Iterable[Sequence[Row]]) -> dict[str, Atom]:
    """The functions that the left sides of ``chains`` define with one letter for an argument, always the same one."""
    found: dict[str, set[str]] = defaultdict(set)
    atoms: dict[str, Atom] = {}
    for sides in chains:
        values = [atom for atom in sides[0] if atom.kind != "text"] if len(sides) > 1 else []
        if len(values) != 2 or values[0].kind not in {"letter", "word"} or not values[0].bare:
            continue
        name, bracket = base_of(values[0]), values[1]
        inside = bracket.parts[0] if bracket.kind == "bracket" and bracket.text == "(" and bracket.bare else ()
        letter = inside[0] if len(inside) == 1 and inside[0].kind in {"letter", "word"} and inside[0].bare else None
        found[name].add(base_of(letter) if letter else "")
        if letter:
            atoms[name] = letter
    return {name: atoms[name] for name, letters in found.items() if len(letters) == 1 and name in atoms}


def with_variables(row: Row, arguments: Mapping[str, Atom]) -> Row:
    """``row`` with what each gradient is taken by below its sign."""
    found: list[Atom] = []
    for atom in row:
        atom = _inside(atom, arguments)
        before = found[-1] if found else None
        is_second = atom.kind == "nabla" and before is not None and before.kind == "nabla"
        if is_second and before is not None and atom.bare and before.bare:
            two = Atom("number", "2", before.end, before.end)
            found[-1] = replace(before, sup=(two,), end=atom.end)
            continue
        argument = arguments.get(base_of(atom)) if atom.kind in {"letter", "word"} and atom.bare else None
        if before is not None and before.kind == "nabla" and before.sub is None and argument is not None:
            found[-1] = replace(before, sub=(replace(argument, start=before.start, end=before.end),))
        found.append(atom)
    return tuple(found)


def _inside(atom: Atom, arguments: Mapping[str, Atom]) -> Atom:
    if not atom.parts and atom.sub is None and atom.sup is None:
        return atom
    parts = tuple(with_variables(part, arguments) for part in atom.parts)
    sub = None if atom.sub is None else with_variables(atom.sub, arguments)
    sup = None if atom.sup is None else with_variables(atom.sup, arguments)
    return replace(atom, parts=parts, sub=sub, sup=sup)
