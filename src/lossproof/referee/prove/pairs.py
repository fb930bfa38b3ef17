"""Products of two sums over one range as one sum over pairs, whose terms come in mirror images.

sum a^2 * sum b^2 - (sum a*b)^2      = sum over i, j of (a[i]*b[j] - a[j]*b[i])^2/2
M*sum x^2 - (sum x)^2                = sum over i, j of (x[i] - x[j])^2/2              where 1 is sum of 1/M
sum p*z^2 - (sum p*z)^2              = sum over i, j of p[i]*p[j]*(z[i] - z[j])^2/2    where 1 is sum of p
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from lossproof.referee.algebra.ratios import Ratio
from lossproof.referee.facts.facts import Facts
from lossproof.referee.prove.summands import Joined, flat
from lossproof.referee.sums.expressions import binder, replace_free

_Ends = tuple[sp.Expr, sp.Expr]


@dataclass(frozen=True, slots=True)
class Pairs:
    """What is summed over all pairs of indices, each pair beside its mirror image; ``whole`` is the same as a sum."""

    joined: Joined

    @property
    def whole(self) -> sp.Expr:
        """The sum over the pairs."""
        return binder(sp.Sum, self.joined.summand, *self.joined.limits)


def in_pairs(value: Ratio, facts: Facts) -> Iterator[Pairs]:
    """The numerator as a sum over pairs, with 1 as a sum over the range in the ways that there are."""
    table = value.table
    sums = {place: flat(table.kernels[place].expr) for place in _sums(value)}
    ends = {total.limits[0][1:] for total in sums.values()}
    if len(ends) != 1 or any(len(total.limits) > 1 for total in sums.values()):
        return
    ((low, high),) = ends
    terms = [(powers, number, [p for p in sums for _ in range(powers[p])]) for powers, number in value.num.terms()]
    if max(len(chosen) for _, _, chosen in terms) != 2:
        return
    depth = len(facts.ranges)
    pair = [sp.Symbol(f"_s{depth + place}", integer=True) for place in range(2)]
    for one in _ones((low, high), value, facts):
        bodies = {place: (total.variables[0], total.function) for place, total in sums.items()}
        summand = sp.S.Zero
        for powers, number, chosen in terms:
            rest = table.context.from_dict({tuple(0 if p in sums else n for p, n in enumerate(powers)): number})
            parts = [*(bodies[place] for place in chosen), *[one] * (2 - len(chosen))]
            placed = (replace_free(body, {index: i}) for (index, body), i in zip(parts, pair, strict=True))
            summand += table.to_expr(rest) * sp.Mul(*placed)
        mirrored = replace_free(summand, {pair[0]: pair[1], pair[1]: pair[0]})
        yield Pairs(Joined((summand + mirrored) / 2, tuple((i, low, high) for i in pair)))


def _sums(value: Ratio) -> list[int]:
    return [p for p in value.table.used(value.num) if isinstance(value.table.kernels[p].expr, sp.Sum)]


def _ones(ends: _Ends, value: Ratio, facts: Facts) -> Iterator[tuple[sp.Symbol, sp.Expr]]:
    """(index, body) of sums over the range that are 1."""
    low, high = ends
    index = sp.Symbol("_one", integer=True)
    if facts.is_positive(high - low + 1):
        yield index, 1 / (high - low + 1)
    elements = set().union(*(value.table.kernels[p].expr.atoms(sp.Indexed) for p in _sums(value)))
    for base in sorted({e.base for e in elements if len(e.indices) == 1}, key=str):
        group = facts.named_group(base[low])
        if group is not None and group.kind == "simplex" and facts.group_range(group) == ends:
            yield index, base[index]
