"""Several columns of equations side by side: ``a &= b & c &= d`` says two things, and so does each line below it."""

from __future__ import annotations

from itertools import zip_longest

from lossproof.notation.tex.atoms import Atom, Row

_SPACES = frozenset({"quad", "qquad", "\n"})


def by_columns(row: Row) -> list[Row]:
    """The columns of an alignment one after the other, each with all of its lines; the row alone where it has one."""
    if not any(atom.kind == "align" for atom in row):
        return [row]
    lines = [_cells(line) for line in _cut(row, "separator", "\n")]
    if not any(map(_are_several, lines)):
        return [row]
    columns = zip_longest(*([*_columns(cells)] for cells in lines), fillvalue=())
    return [tuple(atom for part in column for atom in part) for column in columns]


def _cut(row: Row, kind: str, text: str) -> list[Row]:
    """The row before each mark; the mark begins the next part."""
    found: list[Row] = [()]
    for atom in row:
        if atom.kind == kind and atom.text == text:
            found.append((atom,))
        else:
            found[-1] = (*found[-1], atom)
    return found


def _cells(line: Row) -> list[Row]:
    return _cut(line, "align", "&")


def _columns(cells: list[Row]) -> list[Row]:
    """Every second mark parts two columns; so do two marks side by side. Each begins with the break of its line."""
    breaks = tuple(atom for atom in cells[0][:1] if atom.kind == "separator" and atom.text == "\n")
    found: list[Row] = []
    place = 0
    while place < len(cells):
        following = cells[place + 1] if place + 1 < len(cells) else ()
        if place and not _said(cells[place]) and _said(following) and not _goes_on(following):
            place += 1
            continue
        found.append((*(breaks if place else ()), *cells[place], *following))
        place += 2
    return found


def _are_several(cells: list[Row]) -> bool:
    """Whether a line has two equations: not one, ``a &=& b``, and not a chain, ``a &= b &= c``."""
    first, *others = _columns(cells)
    is_equation = _relates(first) and any(atom.kind != "relation" for atom in _said(cells[1] if cells[1:] else ()))
    return is_equation and any(_relates(column) and not _goes_on(column) for column in others)


def _said(cell: Row) -> list[Atom]:
    """What a cell holds but for marks and wide spaces."""
    return [atom for atom in cell if atom.kind != "align" and not (atom.kind == "separator" and atom.text in _SPACES)]


def _goes_on(cell: Row) -> bool:
    """Whether a cell begins with a relation or a sign: it continues what stands before."""
    first = next(iter(_said(cell)), None)
    return first is not None and first.kind in {"relation", "operator"}


def _relates(row: Row) -> bool:
    return any(atom.kind == "relation" for atom in row)
