"""Whether the clauses on single quantities leave anything of the group that binds them together.

    simplex   every member in (0, 1), or in (0, 1] where it may be alone; the least sum < 1 < the greatest sum
    one-hot   some member can be 1, and all others 0

Only ends that are numbers are looked at: what depends on names shows when points are sought.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from lossproof.errors import RejectedText
from lossproof.notation.assumptions import Assumptions, Domain, FiniteSet, Group, IndexRange, Interval
from lossproof.notation.domains import combine, exact_value
from lossproof.notation.tree import Node, Number

_ZERO, _ONE = Number(Fraction(0)), Number(Fraction(1))
_EMPTY = "No point satisfies the {} clause together with the others on {}."


def refuse_empty_group(group: Group, assumptions: Assumptions) -> None:
    """`RejectedText` where no values of the members satisfy the clauses on each of them and the group's."""
    length = _length(group)
    known = [_known(domain) for domain in _domains(group, assumptions)]
    try:
        members = [combine(domain, _each(group.kind, length)) for domain in known]
    except RejectedText:
        members = []
    if not members or length == 0 or not _POSSIBLE[group.kind](members, length):
        raise RejectedText(_EMPTY.format(group.kind, ", ".join(group.members)))


def _domains(group: Group, assumptions: Assumptions) -> list[Domain]:
    """What is known of each member; over a range, of any element."""
    if group.low is not None:
        return [assumptions.array(group.members[0])]
    return [assumptions.scalar(member) for member in group.members]


def _length(group: Group) -> int | None:
    """How many members there are; None where names stand in the range."""
    if group.low is None:
        return len(group.members)
    low, high = exact_value(group.low), exact_value(group.high)
    return None if low is None or high is None else max(0, int(high - low) + 1)


def _known(domain: Domain) -> Domain:
    """The domain without the ends that have names in them."""
    if isinstance(domain, FiniteSet):
        return domain
    if isinstance(domain, IndexRange):
        domain = Interval(domain.low, domain.high, integer=True)
    excluded = tuple(node for node in domain.excluded if exact_value(node) is not None)
    return replace(domain, low=_number(domain.low), high=_number(domain.high), excluded=excluded)


def _number(end: Node | None) -> Node | None:
    return None if exact_value(end) is None else end


def _each(kind: str, length: int | None) -> Domain:
    if kind == "one-hot":
        return FiniteSet((Fraction(0), Fraction(1)))
    return Interval(_ZERO, _ONE, low_open=True, high_open=length is not None and length > 1)


def _can_sum_to_one(members: Sequence[Domain], length: int | None) -> bool:
    if length is None:
        return True
    times = length if len(members) == 1 else 1
    least, least_open = _total([_end(domain, 0) for domain in members])
    greatest, greatest_open = _total([_end(domain, 1) for domain in members])
    least, greatest = times * least, times * greatest
    return (least < 1 or (least == 1 and not least_open)) and (greatest > 1 or (greatest == 1 and not greatest_open))


def _end(domain: Domain, side: int) -> tuple[Fraction, bool]:
    """The least (side 0) or greatest (side 1) value, and whether it does not belong."""
    if isinstance(domain, FiniteSet):
        return (min(domain.values), max(domain.values))[side], False
    assert isinstance(domain, Interval)
    end = exact_value((domain.low, domain.high)[side])
    assert end is not None
    return end, (domain.low_open, domain.high_open)[side]


def _total(ends: Sequence[tuple[Fraction, bool]]) -> tuple[Fraction, bool]:
    return sum((end for end, _ in ends), Fraction(0)), any(is_open for _, is_open in ends)


def _can_be_one_hot(members: Sequence[Domain], length: int | None) -> bool:
    values = [domain.values for domain in members if isinstance(domain, FiniteSet)]
    forced = sum(0 not in each for each in values) * (length or 1 if len(values) == 1 else 1)
    return forced <= 1 and any(1 in each for each in values)


_POSSIBLE = {"simplex": _can_sum_to_one, "one-hot": _can_be_one_hot}
