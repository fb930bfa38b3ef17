"""Where each step of a chapter stands on its map: rows from top to bottom, what is used above what uses it.

A step stands below everything that it uses; the main line runs down the middle; a row that is full is left for the
next one. Places are whole numbers, so that the same chapter gives the same map everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """Each node's row, and its place in the row; ``width`` is the number of places of the widest row."""

    places: dict[str, tuple[int, float]]
    rows: int
    width: int


def layout(graph: Mapping[str, Sequence[str]], main: Sequence[str], most: int) -> Layout:
    """``graph`` is node -> the nodes it uses, in an order in which what is used comes first."""
    above = {name: list(uses) for name, uses in graph.items()}
    for before, after in pairwise(main):
        above[after].append(before)
    rows = _rows(above, set(main), most)
    width = max(len(row) for row in rows)
    x = {name: float(place) for row in rows for place, name in enumerate(_centred(row, main, lambda name: 0.0))}
    beneath: dict[str, list[str]] = {name: [] for name in graph}
    for name, uses in above.items():
        for used in uses:
            beneath[used].append(name)
    for sweep in range(SWEEPS):
        near = above if sweep % 2 == 0 else beneath
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wish = {name: _mean([x[other] for other in near[name]], x[name]) for name in row}
            ordered = _centred(row, main, wish.__getitem__)
            start = _start(ordered, main, width)
            x.update({name: start + place for place, name in enumerate(ordered)})
    return Layout({name: (number, x[name]) for number, row in enumerate(rows) for name in row}, len(rows), width)


def _rows(above: Mapping[str, Sequence[str]], main: set[str], most: int) -> list[list[str]]:
    row_of: dict[str, int] = {}
    rows: list[list[str]] = []
    for name, uses in above.items():
        row = max((row_of[used] + 1 for used in uses), default=0)
        while row < len(rows) and (len(rows[row]) >= most or (name in main and main & set(rows[row]))):
            row += 1
        while row >= len(rows):
            rows.append([])
        rows[row].append(name)
        row_of[name] = row
    return rows


def _centred(row: Sequence[str], main: Sequence[str], wish: Callable[[str], float]) -> list[str]:
    """The row by its wishes, with a node of the main line in its middle."""
    ordered = sorted(row, key=wish)  # stable
    middle = next((name for name in ordered if name in main), None)
    if middle is not None:
        ordered.remove(middle)
        ordered.insert(len(ordered) // 2, middle)
    return ordered


def _start(row: Sequence[str], main: Sequence[str], width: int) -> float:
    """Where the row begins: around its main node, or in the middle."""
    middle = next((place for place, name in enumerate(row) if name in main), None)
    centre = (width - 1) / 2
    start = centre - (len(row) - 1) / 2 if middle is None else centre - middle
    return min(max(start, 0.0), float(width - len(row)))


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
