"""What is seen of an atom, or of a row of atoms, by itself: an index, a range, an argument, a counted letter."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from lossproof.notation.tex.atoms import Atom, Row

USUAL_INDICES = frozenset("ijklmn")


COMPONENTS = frozenset("cdpqr")
"""Letters that count components where something shows that they do: ``x_{nd}``, ``\\partial w_d`` of a vector w."""


def walk_atoms(row: Row) -> Iterator[Atom]:
    """Every atom of a row, those inside and around others too."""
    stack = list(reversed(row))
    while stack:
        atom = stack.pop()
        yield atom
        for part in (*atom.parts, atom.sub or (), atom.sup or ()):
            stack.extend(part)


def rows_of(row: Row) -> Iterator[Row]:
    """The row and every row inside it."""
    stack = [row]
    while stack:
        current = stack.pop()
        yield current
        for atom in current:
            stack.extend(part for part in (*atom.parts, atom.sub or (), atom.sup or ()) if part)


def base_of(atom: Atom) -> str:
    """A letter or word with its accents, without scripts."""
    return atom.text + "".join(atom.marks)


def function_name(atom: Atom) -> str:
    """The name by which a function is known: a letter above belongs to it, as in ``p^m(x)``."""
    above = atom.sup or ()
    letter = above[0].text if len(above) == 1 and above[0].kind == "letter" else ""
    return f"{base_of(atom)}^{letter}" if letter else base_of(atom)


def may_be_index(row: Row) -> bool:
    letters = [atom.text for atom in row if atom.kind in {"letter", "word"}]
    return all(letter in USUAL_INDICES | COMPONENTS for letter in letters)


def names_gate(row: Row) -> bool:
    """``i = \\sigma(...)``: a usual index that is the value of a function."""
    if len(row) < 4 or row[0].text not in USUAL_INDICES or not row[0].bare or row[1].text != "=":
        return False
    return row[2].kind == "function" or (row[2].text == "sigma" and row[3].kind == "bracket")


def terms_alone(row: Row) -> Iterator[Atom]:
    """The letters that are a term of their own, as both of ``z - t``."""
    values = [atom for atom in row if atom.kind not in {"text", "align"}]
    for place, atom in enumerate(values):
        near = [*values[max(place - 1, 0) : place], *values[place + 1 : place + 2]]
        if atom.kind == "letter" and all(other.kind == "operator" and other.text in "+-" for other in near):
            yield atom


def has_letter_below(atom: Atom) -> bool:
    """``x_i``, of which a norm is taken: the i says which vector it is."""
    below = atom.sub or ()
    return len(below) == 1 and below[0].kind == "letter" and below[0].bare


def is_counted(atom: Atom) -> bool:
    """``x^{(i)}``: a letter in parentheses above says which of several vectors it is."""
    above = atom.sup or ()
    is_bracket = len(above) == 1 and above[0].kind == "bracket" and above[0].text == "("
    return is_bracket and above[0].parts[0][:1] != ()


def is_varied_pi(row: Row, place: int) -> bool:
    atom, before = row[place], row[place - 1] if place else None
    if atom.text != "pi" or atom.kind != "letter" or not atom.bare:
        return False
    if before is not None and (before.kind == "partial" or before.text == "d"):
        return len(row) == 2
    is_rest = place > 1 and before is not None and before.text == "-" and row[place - 2].text == "1"
    is_named = place == 0 and len(row) > 1 and row[1].text in {"=", ":=", "in"} and row[1].kind == "relation"
    is_number = len(row) > 2 and row[2].kind == "number" and row[2].text.startswith("3.")
    return is_rest or (is_named and not is_number)


def is_before_letter(row: Row, place: int) -> bool:
    """A bare sign before a letter, elsewhere than at the beginning of a part of a fraction such as ``\\delta L``."""
    following = row[place + 1] if place + 1 < len(row) else None
    return row[place].bare and following is not None and following.kind == "letter" and len(row) > 2


def side_by_side(row: Row) -> Iterator[tuple[Atom, Atom]]:
    values = [atom for atom in row if atom.kind != "text"]
    return itertools.pairwise(values)


def is_applied(before: Atom, after: Atom) -> bool:
    """``Xw``, ``X^\\top y``: a capital letter without an index, and a small one that is no usual factor."""
    is_matrix = is_capital(before) and (before.sup is None or is_transposed(before))
    small = after.kind == "letter" and after.sub is None and (after.sup is None or is_transposed(after))
    return is_matrix and small and (after.text.islower() or after.text == "Y") and after.text not in _FACTORS


def is_capital(atom: Atom) -> bool:
    return atom.kind == "letter" and atom.text.isupper() and atom.sub is None


_FACTORS = frozenset({"lambda", "alpha", "eta", "sigma", "gamma", "tau", "d", "pi", "e"})


def has_index(atom: Atom) -> bool:
    return atom.sub is not None or (atom.sup is not None and not is_transposed(atom))


def defines(atom: Atom | None) -> bool:
    return atom is not None and (atom.kind == "align" or (atom.kind == "relation" and atom.text in {"=", ":="}))


def bound_letters(atom: Atom) -> tuple[str, ...]:
    """The letters that a big operator binds: ``i`` of ``i=1``, ``k`` of ``k \\ne i``, both of ``i,j``."""
    if atom.text not in {"sum", "prod"} or not atom.sub:
        return ()
    found = [atom.sub[0].text] if atom.sub[0].kind == "letter" else []
    for before, after in zip(atom.sub, atom.sub[1:], strict=False):
        if before.kind == "separator" and after.kind == "letter":
            found.append(after.text)
    return tuple(found)


def is_range(row: Row) -> bool:
    """``i = 1, \\dots, n`` or ``i \\in \\{1, \\dots, n\\}``."""
    if len(row) < 3 or row[0].kind != "letter" or not row[0].bare or row[1].kind != "relation":
        return False
    inside = row[2].parts[0] if row[2].kind == "bracket" else row[2:]
    behind = [before for before, atom in itertools.pairwise(inside) if atom.kind == "dots"]
    return row[1].text in {"=", "in"} and any(before.kind in {"separator", "number", "text"} for before in behind)


def is_transposed(atom: Atom) -> bool:
    """``w^T``, ``w^\\top``, ``X'`` is not."""
    above = atom.sup or ()
    while len(above) == 1 and above[0].kind == "group":
        above = above[0].parts[0]
    return (
        len(above) == 1
        and above[0].bare
        and above[0].kind in {"letter", "word"}
        and above[0].text in {"T", "top", "t"}
        and (above[0].text != "t" or atom.font == "bold")
    )


def is_argument(atom: Atom) -> bool:
    """A bracket that can only be the argument of a function: one name, or several things side by side."""
    if atom.kind != "bracket" or atom.text != "(":
        return False
    inside = atom.parts[0]
    if any(part.kind == "separator" and part.text in {",", ";", "|", "‖"} for part in inside):
        return True
    return is_family(atom) or (len(inside) == 1 and inside[0].kind in {"letter", "word"})


def is_family(bracket: Atom) -> bool:
    """``((x_k)_{k \\in ...})``: all elements side by side."""
    inside = bracket.parts[0]
    return len(inside) == 1 and inside[0].kind == "bracket" and inside[0].sub is not None and inside[0].sup is None


def is_inverted(atom: Atom) -> bool:
    """Whether ``-1`` stands above."""
    return "".join(part.text for part in atom.sup or ()) == "-1"


def says_neither(atom: Atom, after: Atom | None) -> bool:
    """``\\Phi^{-1}(p)``, ``\\sigma^2(x)``: a function or a factor; ``\\sigma^2(1 - r)`` is a variance."""
    if atom.sup is None or after is None or after.kind != "bracket" or after.text != "(":
        return False
    return base_of(atom) != "sigma" or is_inverted(atom) or is_argument(after)


def is_applied_bare(row: Row, atom: Atom) -> bool:
    """``\\sigma`` of ``\\log\\sigma z``: between a function and a letter."""
    place = next((n for n, each in enumerate(row) if each is atom), 0)
    between = 0 < place < len(row) - 1 and row[place - 1].kind == "function" and row[place + 1].kind == "letter"
    return between and atom.bare and base_of(atom) == "sigma"


def superscript_index(atom: Atom, indices: frozenset[tuple[str, str]]) -> bool:
    above = atom.sup or ()
    if len(above) != 1:
        return False
    if above[0].kind == "bracket":
        inside = above[0].parts[0]
        return bool(inside) and all(part.kind in {"letter", "number", "operator"} for part in inside)
    return above[0].kind == "letter" and (base_of(atom), above[0].text) in indices


def in_index(row: Row) -> bool:
    return len(row) == 1


def is_bound_place(row: Row) -> bool:
    """Whether a row is what stands below a sum: ``i=1``, ``k \\ne i``, ``i, j``."""
    return (len(row) > 1 and (row[1].kind == "relation" or row[1].kind == "separator")) or all(
        atom.kind in {"letter", "number", "separator"} or atom.text in "+-" for atom in row
    )
