"""A polynomial is not negative where means of its positive terms cover its negative ones.

    1 + x^4*y^2 + x^2*y^4 - 3*x^2*y^2        the mean of the first three is at least x^2*y^2
    a^3 + b^3 + c^3 - 3*a*b*c                for a, b, c >= 0

The weighted arithmetic mean is at least the geometric one: with y_i > 0 and sum(y_i) = v, sum(y_i*m_i) is at least v
times the product of the m_i^(y_i/v). At a point where all monomials are 1 the terms are shared out among the negative
ones so that the exponents fit; that is a linear programme, solved in fractions. Another point is tried by scaling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from lossproof.referee.algebra.shares import shares

Powers = tuple[int, ...]
Terms = Sequence[tuple[Powers, Fraction]]
_MOST_POSITIVE, _MOST_NEGATIVE, _MOST_UNKNOWNS = 16, 4, 5
_SCALES = (Fraction(1, 2), Fraction(2), Fraction(3), Fraction(1, 3))


def is_covered(positive: Terms, negative: Terms) -> bool:
    """Is sum(positive) >= sum(negative), where the unknowns of all are not negative? Coefficients are positive."""
    if not 0 < len(negative) <= _MOST_NEGATIVE or not 0 < len(positive) <= _MOST_POSITIVE:
        return False
    count = len(negative[0][0])
    if count > _MOST_UNKNOWNS or not all(_is_between(powers, positive) for powers, _ in negative):
        return False
    return any(_covers(_at(point, positive), _at(point, negative)) for point in _points(count))


def _points(count: int) -> Iterator[tuple[Fraction, ...]]:
    ones = [Fraction(1)] * count
    yield tuple(ones)
    for place in range(count if count <= 2 else 0):
        yield from ((*ones[:place], scale, *ones[place + 1 :]) for scale in _SCALES)


def _is_between(powers: Powers, positive: Terms) -> bool:
    """Whether no power is larger, or smaller, than in all positive terms."""
    columns = zip(*(each for each, _ in positive), strict=True)
    return all(min(column) <= power <= max(column) for power, column in zip(powers, columns, strict=True))


def _at(point: Sequence[Fraction], terms: Terms) -> Terms:
    """The terms in the unknowns over their values at a point."""
    found = []
    for powers, coefficient in terms:
        for value, power in zip(point, powers, strict=True):
            coefficient *= value**power
        found.append((powers, coefficient))
    return found


def _covers(positive: Terms, negative: Terms) -> bool:
    """Can the positive coefficients be shared out so that each negative monomial is the mean of its shares?"""
    if sum(value for _, value in positive) < sum(value for _, value in negative):
        return False
    rows: list[list[Fraction]] = []
    right: list[Fraction] = []
    width = len(positive) * (len(negative) + 1)  # the last of each is what is left over

    def demand(weights: dict[int, Fraction], value: Fraction) -> None:
        rows.append([weights.get(place, Fraction(0)) for place in range(width)])
        right.append(value)

    for i, (_, value) in enumerate(positive):
        demand({i + len(positive) * j: Fraction(1) for j in range(len(negative) + 1)}, value)
    for j, (powers, value) in enumerate(negative):
        places = range(len(positive) * j, len(positive) * (j + 1))
        demand(dict.fromkeys(places, Fraction(1)), value)
        for axis, power in enumerate(powers):
            weights = {place: Fraction(positive[i][0][axis]) for i, place in enumerate(places)}
            demand(weights, value * power)
    return shares(rows, right) is not None
