"""Sums of the same terms over different ranges, brought to common ends.

    sum over 1..M-1 = sum over 0..M-1 - x[0]       where another sum of x[m] starts at 0
    sum over 0..M-1 = sum over 0..k-1 + sum over k..M-1       where another one starts at k

Ends that differ by a whole number form a class, which one of them stands for; between classes a range is split
where the order is proved. Every sum of one line then runs between the same points.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from lossproof.referee.sums.expressions import Range, key, spread, variables

Ends = tuple[sp.Expr, sp.Expr]
"""First index and one past the last."""


@dataclass(slots=True)
class Lines:
    """The ranges met for each line of terms, and the points that its ranges are to begin and end at."""

    met: dict[object, dict[Ends, None]] = field(default_factory=dict)
    points: dict[object, tuple[sp.Expr, ...]] = field(default_factory=dict)
    inward: set[object] = field(default_factory=set)

    def meet(self, line: object, r: Range, inward: bool = False) -> tuple[sp.Expr, ...]:
        """Note a range of a line; the points planned for it so far.

        Sums are widened to the outermost end of a class. Products are narrowed (``inward``) to the innermost, so
        that nothing is divided.
        """
        if any(symbol.name.startswith("_") for end in (r.low, r.high) for symbol in variables(end)):
            return ()  # an end that moves with an index further out is nobody else's end
        self.met.setdefault(line, {})[spread(r.low), spread(r.high + 1)] = None
        if inward:
            self.inward.add(line)
        return self.points.get(line, ())

    def plan(self) -> bool:
        """Choose the points of every line with several ranges; whether that changes anything."""
        planned = {
            line: points_of(tuple(ends), line in self.inward) for line, ends in self.met.items() if len(ends) > 1
        }
        changed = planned != self.points
        self.points = planned
        return changed


def points_of(ranges: tuple[Ends, ...], inward: bool) -> tuple[sp.Expr, ...]:
    """One point for each class of ends."""
    classes: list[dict[sp.Expr, sp.Rational]] = []
    for end in dict.fromkeys(end for ends in ranges for end in ends):
        for known in classes:
            distance = spread(end - next(iter(known)))
            if distance.is_Integer:
                known[end] = distance
                break
        else:
            classes.append({end: sp.S.Zero})
    starts = {low for low, _ in ranges}
    found = [(min if bool(known.keys() & starts) != inward else max)(known, key=known.__getitem__) for known in classes]
    return tuple(sorted(found, key=key))
