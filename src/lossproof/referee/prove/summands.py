"""Sums as kernels: joining those over the same range, so that a summand can be proved zero by itself.

a*Sum(f, (i, 0, n)) + b*Sum(g, (j, 0, n))  =  Sum(a*f + b*g, (i, 0, n))
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import sympy as sp

from lossproof.referee.algebra.ratios import Polynomial, Ratio, Table
from lossproof.referee.facts.facts import Facts
from lossproof.referee.sums.expressions import replace_free, variables

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


def joined_summands(value: Ratio, facts: Facts) -> list[Joined]:
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
    return _by_range(table, parts, len(facts.ranges))


def absorbed(joined: list[Joined], facts: Facts) -> list[Joined]:
    """The remainder r taken into a sum of n >= 1 terms as r/n in each, where n stands in it; else as it was."""
    remainder = next((part for part in joined if not part.limits), None)
    for part in joined if remainder else ():
        count = _count(part, facts) if part.limits and remainder else None
        if count is not None and remainder and count.free_symbols & remainder.summand.free_symbols:
            whole = Joined(part.summand + remainder.summand / count, part.limits)
            return [whole if other is part else other for other in joined if other is not remainder]
    return joined


def _count(part: Joined, facts: Facts) -> sp.Expr | None:
    """How many terms are added, where no range moves with another index and none is empty."""
    indices = {index for index, _, _ in part.limits}
    lengths = [high - low + 1 for _, low, high in part.limits]
    fixed = all(not length.free_symbols & indices and facts.is_positive(length) for length in lengths)
    return sp.Mul(*lengths) if fixed else None


def symmetric(joined: list[Joined]) -> list[Joined]:
    """Of a sum over two indices in one range the mean of the summand and its mirror image; else as it was."""
    return [_mirrored(part) for part in joined]


def _mirrored(part: Joined) -> Joined:
    moving = {symbol for _, low, high in part.limits for symbol in variables(low) | variables(high)}
    for one, other in combinations(part.limits, 2):
        if one[1:] == other[1:] and not moving & {one[0], other[0]}:
            swapped = replace_free(part.summand, {one[0]: other[0], other[0]: one[0]})
            return Joined((part.summand + swapped) / 2, part.limits)
    return part


def _by_range(table: Table, parts: dict[int | None, Polynomial], depth: int) -> list[Joined]:
    joined: dict[_Ends, Joined] = {}
    for place, cofactor in parts.items():
        opened = Joined(sp.S.One, ()) if place is None else _opened(flat(table.kernels[place].expr), depth)
        ends = tuple((low, high) for _, low, high in opened.limits)
        known = joined[ends].summand if ends in joined else sp.S.Zero
        joined[ends] = Joined(known + table.to_expr(cofactor) * opened.summand, opened.limits)
    return list(joined.values())


def _opened(total: sp.Sum, depth: int) -> Joined:
    """The summand under index names that nothing else has, bound or free: ``_s0``, ``_s1`` ..."""
    names: dict[sp.Basic, sp.Basic] = {
        index: sp.Symbol(f"_s{depth + place}", integer=True) for place, index in enumerate(total.variables)
    }
    limits = tuple((names[i], replace_free(low, names), replace_free(high, names)) for i, low, high in total.limits)
    return Joined(replace_free(total.function, names), limits)


def flat(total: sp.Sum) -> sp.Sum:
    """Sums directly inside sums as one sum with several limits, the innermost first."""
    while isinstance(total.function, sp.Sum):
        total = sp.Sum(total.function.function, *total.function.limits, *total.limits)
    return total
