"""What a letter with its scripts is: a name, an element of data, a power of one of them.

\\hat y_{true}         yhat_true                 x_j^{(i)}      x[i, j]
\\sigma_p^2            sigma_p ^ 2               a^L_j          aL[j]
w^T                   w, transposed             x_1            x1, or x[1] where x_i occurs
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lossproof.errors import RejectedText
from lossproof.notation.names import check_variable
from lossproof.notation.tex.atom_looks import COMPONENTS, USUAL_INDICES, base_of, is_transposed
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.conventions import Conventions
from lossproof.notation.tex.moments import word_above
from lossproof.notation.tex.readings import NotUnderstood

_SIGNS = {"*": "star", "+": "plus", "-": "minus"}
"""What signs below a letter are called: ``\\lambda_+`` and ``\\lambda_-``."""
STARS = frozenset({"*", "⋆", "†", "∗", "+"})


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name, the rows of its indices (those written above come first), the exponent, and marks on it."""

    name: str
    indices: tuple[Row, ...]
    exponent: Row | None = None
    transposed: bool = False
    primes: int = 0


class _Below(NamedTuple):
    """A subscript sorted out: what belongs to the name, and what is an index."""

    name: str
    indices: tuple[Row, ...]


def symbol_of(atom: Atom, conventions: Conventions) -> Symbol:
    """The symbol that a letter or word atom is under the conventions of its text."""
    base = _base(atom, conventions)
    below = _subscript(atom, conventions)
    name = base + below.name
    above = atom.sup
    if above is None:
        return Symbol(_good(name), below.indices, primes=atom.primes)
    if is_transposed(atom):
        return Symbol(_good(name), below.indices, transposed=True, primes=atom.primes)
    index, part, exponent = _superscript(atom, above, conventions)
    return Symbol(_good(name + part), index + below.indices, exponent, primes=atom.primes)


def _base(atom: Atom, conventions: Conventions) -> str:
    script = atom.font in {"script", "fraktur", "double"} and atom.text in conventions.scripts
    text = atom.text.rstrip("_") if atom.marks or atom.sub else atom.text
    return (
        ("lambda_" if text == "lambda" and not atom.sub and not atom.marks else text)
        + ("script" if script else "")
        + "".join(atom.marks)
    )


def _good(name: str) -> str:
    """``name`` as the text grammar has it; what belongs to Python gets the mark that Python itself uses."""
    if name in {"lambda", "pi_", "e_"}:
        return f"{name}_"
    try:
        return name if name in {"pi", "e"} else check_variable(name)
    except RejectedText:
        try:
            return check_variable(f"{name}_")
        except RejectedText as error:
            raise NotUnderstood(error.sentence) from error


def _subscript(atom: Atom, conventions: Conventions) -> _Below:
    row = _plain(atom.sub or ())
    if not row:
        return _Below("", ())
    cut = next((place for place, part in enumerate(row) if part.text == ";"), None)
    if cut is not None:
        spelled, _ = _name_part(tuple(part for part in row[:cut] if part.kind != "separator"), conventions)
        return _Below(spelled, tuple(_pieces(row[cut + 1 :])))
    name, indices = "", list[Row]()
    for piece in _pieces(row):
        if _is_index(atom, piece, conventions):
            indices.append(piece)
        elif _is_run_of_indices(piece, conventions):
            indices.extend((letter,) for letter in piece)
        else:
            part, inner = _name_part(piece, conventions)
            name += part
            indices.extend(inner)
    return _Below(name, tuple(indices))


def _plain(row: Row) -> Row:
    """A row out of the braces or the brackets that hold all of it."""
    while len(row) == 1 and row[0].kind in {"group", "bracket"} and row[0].bare:
        row = row[0].parts[0]
    return row


def _pieces(row: Row) -> list[Row]:
    found: list[Row] = [()]
    for atom in row:
        if atom.kind == "separator" and atom.text in {",", ";"}:
            found.append(())
        elif not (atom.kind == "text" and not atom.text.strip()):
            found[-1] = (*found[-1], atom)
    return [piece for piece in found if piece]


def _is_index(atom: Atom, piece: Row, conventions: Conventions) -> bool:
    base = base_of(atom)
    first = piece[0]
    if len(piece) == 1 and first.kind == "number":
        return base in conventions.subscripted and "." not in first.text
    if len(piece) == 1 and first.kind == "letter" and first.bare:
        return _is_letter_index(atom, first, conventions)
    return len(piece) > 1 and _is_sum_of_indices(piece)


def _is_letter_index(atom: Atom, letter: Atom, conventions: Conventions) -> bool:
    base = base_of(atom)
    if base in conventions.told_apart:
        return False
    if letter.text in conventions.bound or letter.text in USUAL_INDICES - conventions.labels:
        return True
    is_component = base in conventions.vectors & conventions.whole - conventions.families and letter.text in COMPONENTS
    return is_component or (base in conventions.arrays and len(letter.text) == 1 and letter.text not in {"T"})


def _is_sum_of_indices(piece: Row) -> bool:
    """``i-1``, ``K+1``: letters and numbers with signs between them."""
    values, signs = piece[::2], piece[1::2]
    return (
        len(piece) % 2 == 1
        and all(sign.kind == "operator" and sign.text in "+-" for sign in signs)
        and all(value.kind == "number" or (value.kind == "letter" and value.bare) for value in values)
    )


def _is_run_of_indices(piece: Row, conventions: Conventions) -> bool:
    letters = conventions.bound | (USUAL_INDICES - conventions.labels)
    if any(atom.text in letters for atom in piece):
        letters |= conventions.labels | COMPONENTS  # beside an index: e_{ik} of vectors k_j, x_{nd}
    return (
        len(piece) > 1
        and all(
            (atom.kind == "letter" and atom.text in letters and atom.bare)
            or (atom.kind == "number" and len(atom.text) == 1)
            for atom in piece
        )
        and any(atom.kind == "letter" for atom in piece)
    )


def _name_part(piece: Row, conventions: Conventions) -> tuple[str, list[Row]]:
    """A subscript that belongs to the name; ``true_i`` inside one carries an index of its own."""
    text, indices = "", list[Row]()
    for atom in piece:
        if atom.kind in {"letter", "word", "number"} and "." not in atom.text:
            text += atom.text.strip("_") + "".join(atom.marks)
            indices.extend(piece for piece in _pieces(_plain(atom.sub or ())))
            if atom.sup is not None:
                raise NotUnderstood("A power inside a subscript is not understood.", atom.start)
        elif atom.kind in {"bracket", "group"}:
            inner, more = _name_part(tuple(part for part in atom.parts[0] if part.kind != "separator"), conventions)
            text += inner.removeprefix("_")
            indices.extend(more)
        elif atom.kind == "text" and atom.text.isascii() and atom.text.replace(" ", "").isalnum():
            text += atom.text.replace(" ", "")
        elif atom.kind == "operator" and atom.text in _SIGNS and (atom.text == "*" or len(piece) == 1):
            text += _SIGNS[atom.text]
        elif atom.kind == "function":
            text += atom.text
        else:
            raise NotUnderstood("This subscript is not understood.", atom.start)
    return (text if text.isdecimal() and len(piece) == 1 else f"_{text}"), indices


def _superscript(atom: Atom, above: Row, conventions: Conventions) -> tuple[tuple[Row, ...], str, Row | None]:
    """Indices, what belongs to the name, and the exponent that a superscript holds."""
    if word := word_above(above, atom):
        return (), f"_{word}", None
    if len(above) == 1:
        only = above[0]
        if only.kind == "bracket" and only.text in {"(", "["} and only.bare:
            return _bracketed(only, conventions)
        if only.kind == "letter" and only.bare:
            return _letter_above(atom, only, conventions)
        if only.text in STARS and only.kind == "operator":
            return (), "_star", None
        if only.kind == "bracket" and only.text in {"(", "["} and _is_plain_index(only):
            index, part, _ = _bracketed(only, conventions)
            return index, part, only.sup
    if len(above) == 2 and above[0].kind == "bracket" and _is_plain_index(above[0]) and above[1].kind == "number":
        index, part, _ = _bracketed(above[0], conventions)
        return index, part, above[1:]
    return (), "", above


def _is_plain_index(bracket: Atom) -> bool:
    return len(bracket.parts[0]) == 1 and bracket.parts[0][0].kind == "letter" and bracket.parts[0][0].bare


def _bracketed(bracket: Atom, conventions: Conventions) -> tuple[tuple[Row, ...], str, Row | None]:
    """``^{(i)}`` is an index; ``^{[l]}``, a layer, belongs to the name unless a sum runs over it."""
    pieces = _pieces(bracket.parts[0])
    is_layer = bracket.text == "["
    letters = [piece[0].text for piece in pieces if len(piece) == 1 and piece[0].kind == "letter"]
    if is_layer and not any(letter in conventions.bound for letter in letters):
        text = "".join(atom.text for piece in pieces for atom in piece if atom.text.isalnum())
        return (), text if text.isdecimal() else f"_{text}", None
    if not all(_is_sum_of_indices(piece) for piece in pieces):
        return (), "", (bracket,)
    if letters and not any(letter in conventions.bound | USUAL_INDICES for letter in letters):
        return (), f"_{''.join(letters)}", None
    return tuple(pieces), "", None


def _letter_above(atom: Atom, letter: Atom, conventions: Conventions) -> tuple[tuple[Row, ...], str, Row | None]:
    """A bare letter above: a layer, an index where a sum runs over it and it is no number itself, else a power."""
    text = letter.text
    layer = text in {"l", "L"} and text not in conventions.bound
    if layer and (atom.sub is not None or base_of(atom) in conventions.arrays):
        return (), text if text == "L" else f"_{text}", None
    if (base_of(atom), text) in conventions.above:
        return ((letter,),), "", None
    return (), "", (letter,)
