"""A formula cut into statements: chains ``a = b = c``, side conditions, words; each side with its place.

Rows of an alignment and displays that begin with ``=`` continue the chain before. Commas, wide spaces, arrows and words
separate statements; ``(i \\ne j)`` and ``\\text{if } y = 0`` are conditions of the statement before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lossproof.errors import RejectedText
from lossproof.notation.tex.abbreviations import Macros, defines_only, latex_tokens
from lossproof.notation.tex.atom_looks import USUAL_INDICES, is_range
from lossproof.notation.tex.atoms import Atom, Row
from lossproof.notation.tex.brackets import matched, repairs
from lossproof.notation.tex.rows import latex_atoms
from lossproof.notes.columns import by_columns

MAX_LINKS = 400
MAX_REPAIRS = 60
MAX_REPAIRED = 12_000
"""How many atoms the repaired versions of one line have together: of a long line fewer places are tried."""
CUTS = frozenset({",", ";", "quad", "qquad", ".", ":", "、"})
_DEFINES = re.compile(r"\s*\\(?:(?:re|provide)?newcommand|def|DeclareMathOperator|DeclarePairedDelimiter)\b")
ARROWS = frozenset(
    ["Rightarrow", "Longrightarrow", "implies", "Leftrightarrow", "Longleftrightarrow", "iff", "therefore", "because"]
)


@dataclass(frozen=True, slots=True)
class Statement:
    """``sides[0] relations[0] sides[1] ...``; a first side that is empty continues the chain before.

    ``condition`` says that it restricts what stands before it.
    ``other`` are the statement's sides where a bracket was lost, one for each place where it may belong.
    ``span`` is where it stands in the formula, with its relations.
    """

    sides: tuple[Row, ...]
    relations: tuple[str, ...]
    condition: bool = False
    other: tuple[tuple[Row, ...], ...] = ()
    span: tuple[int, int] = (0, 0)

    @property
    def start(self) -> int:
        return min((side[0].start for side in self.sides if side), default=0)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The statements of a formula, or why it could not be taken apart; and the abbreviations known after it."""

    statements: tuple[Statement, ...]
    macros: Macros
    error: RejectedText | None = None


def statements_of(latex: str, macros: Macros) -> Parsed:
    """The statements of one formula."""
    try:
        _, known = latex_tokens(latex, macros)
    except RejectedText as error:
        return Parsed((), macros, None if _DEFINES.match(latex) and defines_only(latex) else error)
    try:
        return Parsed(tuple(_statements(latex_atoms(latex, macros), latex)), known)
    except RejectedText as error:
        return Parsed((), known, error)


def _statements(atoms: Row, latex: str) -> Iterator[Statement]:
    try:
        rows = [matched(atoms, latex)]
    except RejectedText:
        yield from _repaired(atoms, latex)
        return
    for row in rows:
        yield from cut(row)


def _repaired(atoms: Row, latex: str) -> Iterator[Statement]:
    """Each line on its own: where its brackets do not match, every place for the one that is lost or too many."""
    for line in _lines(atoms):
        try:
            yield from cut(matched(line, latex))
        except RejectedText as error:
            ways = list(_ways(line, latex, error.position or 0))
            if not ways:
                raise error
            yield from _joined(ways)


def _lines(atoms: Row) -> list[Row]:
    found: list[Row] = [()]
    for atom in atoms:
        if atom.kind == "separator" and atom.text == "\n":
            found.append((atom,))
        else:
            found[-1] = (*found[-1], atom)
    return found


def _ways(line: Row, latex: str, fault: int) -> Iterator[list[Statement]]:
    most = min(MAX_REPAIRS, MAX_REPAIRED // (len(line) + 1))
    for repaired in islice(repairs(line, fault), most):
        try:
            yield list(cut(matched(repaired, latex)))
        except RejectedText:
            continue


def _joined(ways: Sequence[list[Statement]]) -> list[Statement]:
    """The first way, with the others of the same shape as what may have been meant."""
    first = ways[0]
    alike = [way for way in ways[1:] if [len(s.sides) for s in way] == [len(s.sides) for s in first]]
    return [
        replace(statement, other=tuple(dict.fromkeys(way[number].sides for way in alike)))
        for number, statement in enumerate(first)
    ]


def cut(row: Row) -> Iterator[Statement]:
    """The statements of a row whose brackets are matched."""
    for column in by_columns(_opened(row)):
        for piece, is_condition in _pieces(column):
            statement = _chain(piece)
            if statement is not None:
                yield replace(statement, condition=statement.condition or is_condition)


def _opened(row: Row) -> Row:
    """A row out of braces that hold all of it."""
    while len(row) == 1 and row[0].kind == "group" and row[0].bare:
        row = row[0].parts[0]
    found: list[Atom] = []
    for atom in row:
        is_boxed = atom.kind == "group" and atom.bare and any(part.kind == "relation" for part in atom.parts[0])
        found.extend(atom.parts[0] if is_boxed else (atom,))
    return tuple(found)


def _pieces(row: Row) -> Iterator[tuple[Row, bool]]:
    """The row cut at separators and words; a piece behind "if" or in parentheses is a condition."""
    piece: list[Atom] = []
    is_condition = False
    for place, atom in enumerate(row):
        if _separates(row, place, piece):
            yield tuple(piece), is_condition
            piece, is_condition = [], _begins_condition(atom)
        elif _restricts(atom, piece):
            yield tuple(piece), is_condition
            piece, is_condition = [atom], True
        elif not _is_dropped(row, place, piece):
            piece.append(atom)
    yield tuple(piece), is_condition


def _restricts(atom: Atom, piece: Sequence[Atom]) -> bool:
    """``x \\ (i \\ne k)``: a bracket behind a space that says of which elements something holds."""
    is_apart = bool(piece) and piece[-1].end < atom.start and piece[-1].kind in {"letter", "bracket", "group", "frac"}
    if not is_apart or piece[-1].text in {"I", "delta", "chi"}:
        return False
    inside = atom.parts[0] if atom.kind == "bracket" and atom.bare else ()
    return len(inside) == 3 and inside[1].kind == "relation" and _between_indices(inside)


def _is_dropped(row: Row, place: int, piece: Sequence[Atom]) -> bool:
    """Marks of alignment, wide spaces at the beginning of a line, and separators before anything is said."""
    atom = row[place]
    if atom.kind == "separator" and not piece:
        return atom.text in CUTS | ARROWS | {"\n"}
    return atom.kind == "align" or (_is_space(atom) and _begins_line(row, place))


def _begins_condition(atom: Atom) -> bool:
    words = atom.text.lower()
    return atom.kind in {"text", "word"} and any(word in words.split() for word in ("if", "for", "when", "where"))


def _separates(row: Row, place: int, piece: Sequence[Atom]) -> bool:
    atom = row[place]
    if atom.kind == "text" and atom.text.strip():
        return True
    if atom.kind == "word" and atom.text.lower() in {"if", "where", "and", "for", "when", "otherwise"}:
        return True
    if atom.kind == "relation" and atom.text == "<-":
        return _relates(piece) and _relates(row[place + 1 :])  # a = b \\Leftarrow c = d: no update
    if atom.kind != "separator":
        return False
    if atom.text in ARROWS:
        return True
    if atom.text == "\n":
        return _ends_line(row, place, piece)
    if _is_space(atom) and _begins_line(row, place):
        return False
    if atom.text in CUTS:
        return bool(piece) and not _is_listed(row, place, piece)
    return False


def _relates(row: Sequence[Atom]) -> bool:
    return any(atom.kind == "relation" and atom.text == "=" for atom in row)


def _ends_line(row: Row, place: int, piece: Sequence[Atom]) -> bool:
    """A new line begins a statement unless it goes on with a relation or a sign, or the old one ended with one."""
    line = _line_from(row, place + 1)
    following = next((atom for atom in line if not _is_space(atom)), None)
    if following is None or not piece or _has_own_left(line, piece):
        return True
    goes_on = following.kind == "relation" or (following.kind == "operator" and following.text in "+-*/")
    return not goes_on and piece[-1].kind not in {"relation", "operator"}


def _line_from(row: Row, start: int) -> Row:
    """The atoms from ``start`` to the end of their line."""
    ends = (place for place in range(start, len(row)) if row[place].kind == "separator" and row[place].text == "\n")
    return row[start : next(ends, len(row))]


def _is_space(atom: Atom) -> bool:
    return atom.kind == "align" or (atom.kind == "separator" and atom.text in {"quad", "qquad"})


def _begins_line(row: Row, place: int) -> bool:
    """Whether nothing but marks of alignment and wide spaces stands before ``place`` in its line."""
    before = next((atom for atom in reversed(row[:place]) if not _is_space(atom)), None)
    return before is None or (before.kind == "separator" and before.text == "\n")


def _has_own_left(line: Row, piece: Sequence[Atom]) -> bool:
    """``-f(x) &= ...`` below a whole statement has a left side of its own; ``&- f(x)`` has an empty left cell."""
    left = next((line[:place] for place, atom in enumerate(line) if atom.kind == "relation"), ())
    cell = next((left[:place] for place, atom in enumerate(left) if atom.kind == "align"), left)
    first = next((atom for atom in cell if not _is_space(atom)), None)
    is_negative = first is not None and first.kind == "operator" and first.text == "-"
    return is_negative and any(atom.kind == "relation" for atom in piece)


def _is_listed(row: Row, place: int, piece: Sequence[Atom]) -> bool:
    """A comma inside ``i = 1, \\dots, n`` or ``\\sigma_1, \\sigma_2 > 0``."""
    if row[place].text not in {",", ";"}:
        return False
    rest = row[place + 1 :]
    next_kind = rest[0].kind if rest else ""
    if next_kind == "dots" or (piece and piece[-1].kind == "dots"):
        return True
    behind = next((atom for atom in rest if atom.kind != "number" and atom.text not in {",", ";"}), None)
    if piece and piece[-1].kind == next_kind == "number" and behind is not None and behind.kind == "dots":
        return True  # x = 0, 1, 2, \\dots
    has_relation = any(atom.kind == "relation" for atom in piece)
    signs = [atom.text for atom in rest if atom.kind == "relation"]
    names = all(atom.kind in {"letter", "word", "separator"} for atom in piece)
    return not has_relation and names and bool(signs) and signs[0] in {">", "<", ">=", "<=", "in"}


def _chain(piece: Row) -> Statement | None:
    """The sides and relations of one piece; None where it is empty."""
    while piece and piece[-1].kind == "separator":
        piece = piece[:-1]
    if not piece:
        return None
    if is_range(piece):
        return Statement((piece,), ("range",))
    if len(piece) == 3 and piece[1].kind == "relation" and _between_indices(piece):
        return replace(_sides(piece), condition=True)
    inside = piece[0].parts[0] if len(piece) == 1 and piece[0].kind == "bracket" and piece[0].bare else ()
    if inside and any(atom.kind == "relation" for atom in inside):
        return replace(_sides(inside), condition=True)
    return _sides(piece)


def _between_indices(piece: Row) -> bool:
    """``i \\ne j`` and ``i = j``: they say of which elements the statement before speaks."""
    letters = all(atom.kind == "letter" and atom.bare and atom.text in USUAL_INDICES for atom in (piece[0], piece[2]))
    return letters and piece[1].text in {"!=", "="}


def _sides(piece: Row) -> Statement:
    if sum(atom.kind == "relation" for atom in piece) > MAX_LINKS:
        raise RejectedText(f"This chain has more than {MAX_LINKS} links.")
    sides: list[Row] = [()]
    relations: list[str] = []
    for atom in piece:
        if atom.kind == "relation":
            sides.append(())
            relations.append(atom.text)
        else:
            sides[-1] = (*sides[-1], atom)
    span = piece[0].start, max(atom.end for atom in piece)
    return Statement(tuple(_trimmed(side) for side in sides), tuple(relations), span=span)


def _trimmed(side: Row) -> Row:
    """A side without line breaks and commas at its ends."""
    while side and side[0].kind in {"separator", "align"}:
        side = side[1:]
    while side and side[-1].kind in {"separator", "align"}:
        side = side[:-1]
    return side
