"""Sums as kernels: joining those over the same range, so that a summand can be proved zero by itself.

a*Sum(f, (i, 0, n)) + b*Sum(g, (j, 0, n))  =  Sum(a*f + b*g, (i, 0, n))
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from lossproof.referee.algebra.ratios import Polynomial, Ratio, Table
from lossproof.referee.facts import Facts

_Ends = tuple[tuple[sp.Expr, sp.Expr], ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """A summand that must be zero for every choice of its indices; without limits, a remainder."""

    summand: sp.Expr
    limits: tuple[tuple[sp.Symbol, sp.Expr, sp.Expr], ...]

    def facts(self, facts: Facts) -> Facts:
        """The facts with every index in its range, the outermost first."""
        for index, low, high in reversed(self.limits):
            facts = facts.with_range(index, low, high)
        return facts

    @property
    def expr(self) -> sp.Expr:
        """The sum as a whole."""
        return sp.Sum(self.summand, *self.limits) if self.limits else self.summand


def joined_summands(value: Ratio) -> list[Joined]:
    """The numerator as one sum per range plus a remainder; [] where it holds no sum."""
    table = value.table
    sums = [place for place in table.used(value.num) if isinstance(table.kernels[place].expr, sp.Sum)]
    if not sums:
        return []
    parts: dict[int | None, Polynomial] = {}
    for powers, coefficient in value.num.terms():
        chosen = next((place for place in sums if powers[place] == 1), None)
        rest = powers if chosen is None else (*powers[:chosen], 0, *powers[chosen + 1 :])
        part = table.context.from_dict({rest: coefficient})
        parts[chosen] = parts.get(chosen, table.zero) + part
    return _by_range(table, parts)


def absorbed(joined: list[Joined], facts: Facts) -> list[Joined]:
    """The remainder r taken into a sum of n >= 1 terms as r/n in each, where n stands in it; else as it was."""
    remainder = next((part for part in joined if not part.limits), None)
    for part in joined if remainder else ():
        if len(part.limits) == 1 and remainder:
            _, low, high = part.limits[0]
            length = high - low + 1
            if length.free_symbols & remainder.summand.free_symbols and facts.is_positive(length):
                whole = Joined(part.summand + remainder.summand / length, part.limits)
                return [whole if other is part else other for other in joined if other is not remainder]
    return joined


def _by_range(table: Table, parts: dict[int | None, Polynomial]) -> list[Joined]:
    joined: dict[_Ends, Joined] = {}
    for place, cofactor in parts.items():
        factor = table.to_expr(cofactor)
        if place is None:
            joined[()] = Joined(factor, ())
            continue
        total = _flat(table.kernels[place].expr)
        ends = tuple((low, high) for _, low, high in total.limits)
        if ends in joined:
            renamed = {ours[0]: theirs[0] for ours, theirs in zip(total.limits, joined[ends].limits, strict=True)}
            summand = joined[ends].summand + factor * total.function.xreplace(renamed)
            joined[ends] = Joined(summand, joined[ends].limits)
        else:
            joined[ends] = Joined(factor * total.function, tuple(tuple(limit) for limit in total.limits))
    return list(joined.values())


def _flat(total: sp.Sum) -> sp.Sum:
    """Sums directly inside sums as one sum with several limits, the innermost first."""
    while isinstance(total.function, sp.Sum):
        total = sp.Sum(total.function.function, *total.function.limits, *total.limits)
    return total
