"""Terms written out one by one around dots: ``w_0 + w_1 x + \\cdots + w_M x^M`` are elements of w, powers of x.

The last term is the pattern; each term before the dots must be what it says of 0, 1, 2 or 1, 2, 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal

from lossproof.notation.tex.atom_looks import base_of, is_transposed, rows_of
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.conventions import Conventions
from lossproof.notation.traverse import children, rebuild, substitute_tree, walk
from lossproof.notation.tree import Binary, Indexed, Name, Node, Number, Reduction

_ZERO, _ONE = Number(Fraction(0)), Number(Fraction(1))


def with_listed(conventions: Conventions, rows: Sequence[Row]) -> Conventions:
    """``conventions`` with names as data that carry numbers before dots and a letter behind them."""
    found: set[str] = set()
    for row in (row for whole in rows for row in rows_of(whole)):
        places = [place for place, atom in enumerate(row) if atom.kind == "dots"]
        if places:
            before = {base_of(atom) for atom in row[: places[0]] if _below(atom) == "number"}
            found |= before & {base_of(atom) for atom in row[places[-1] :] if _below(atom) == "letter"}
    if not found:
        return conventions
    arrays, below = conventions.arrays | found, conventions.subscripted | found
    return replace(conventions, arrays=arrays, subscripted=below, indexed=True)


def _below(atom: Atom) -> str:
    """What kind of thing stands alone below a letter; nothing where it is transposed."""
    only = atom.sub[0] if atom.kind == "letter" and atom.sub is not None and len(atom.sub) == 1 else None
    return only.kind if only is not None and only.bare and not is_transposed(atom) else ""


def listed(given: Sequence[Node], last: Node, letter: str, kind: Literal["sum", "prod"]) -> Reduction | None:
    """The sum or product whose terms are ``given`` and so on to ``last``; None where they follow no such pattern."""
    if len(given) < 2:
        return None
    for end in _ends(last):
        template = substitute_tree(last, {end: Name(letter)})
        for low in (0, 1):
            terms = [_worked(substitute_tree(template, {letter: _number(low + step)})) for step in range(len(given))]
            if terms == [_worked(node) for node in given]:
                return Reduction(kind, template, letter, _number(low), end)
    return None


def _ends(last: Node) -> list[Name]:
    """The names that stand as an index or an exponent of the last term."""
    inside = [index for part in walk(last) if isinstance(part, Indexed) for index in part.indices]
    inside += [part.right for part in walk(last) if isinstance(part, Binary) and part.operator == "^"]
    return list(dict.fromkeys(node for node in inside if isinstance(node, Name)))


def _number(value: int) -> Number:
    return Number(Fraction(value))


def _worked(node: Any) -> Any:
    """``node`` without powers of 0 and 1 and without factors of 1, as people write the first terms."""
    node = rebuild(node, [_worked(child) for child in children(node)])
    if not isinstance(node, Binary):
        return node
    if node.operator == "^" and node.right in (_ZERO, _ONE):
        return _ONE if node.right == _ZERO else node.left
    if node.operator == "*" and _ONE in (node.left, node.right):
        return node.right if node.left == _ONE else node.left
    return node.left if node.operator == "/" and node.right == _ONE else node
