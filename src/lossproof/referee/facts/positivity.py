"""Signs of polynomials in bounded unknowns.

    x in [a, oo)   x = a + t                 x in (-oo, b]   x = b - t
    x in [a, b]    x = (a + b t)/(1 + t)     t >= 0 everywhere

If no coefficient is negative after the substitution the polynomial is not negative, provided that unbounded
unknowns stand in even powers only; it is positive if at every corner (t = 0, t = oo) some term is positive. It is not
negative either where means of its positive terms cover the others: `means`.
A quadratic polynomial in an unbounded unknown has one sign if its discriminant says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from flint import fmpq

from lossproof.referee.algebra.ratios import Polynomial, Table, TooLarge, factored
from lossproof.referee.facts.bounds import Bounds
from lossproof.referee.facts.means import is_covered

EVERY_SIGN = frozenset({-1, 0, 1})
_MOST_TERMS = 400
_MOST_CORNERS = 243
_DEEPEST = 3
_Term = tuple[tuple[int, ...], fmpq]


@dataclass(frozen=True, slots=True)
class _Parameter:
    """How one unknown was replaced: can t be 0, can it be infinite, is it an unbounded unknown?"""

    degree: int
    may_vanish: bool = False
    may_end: bool = False
    unbounded: bool = False

    @property
    def corners(self) -> tuple[str, ...]:
        """The places where terms can vanish: inside, at t = 0, at t = oo."""
        return ("inside", *(["zero"] if self.may_vanish else []), *(["end"] if self.may_end else []))

    def survives(self, power: int, corner: str) -> bool:
        """Is t^power (over (1+t)^degree) positive at the corner?"""
        return {"inside": True, "zero": power == 0, "end": power == self.degree}[corner]


def polynomial_signs(table: Table, polynomial: Polynomial, bounds: dict[int, Bounds], depth: int = 0) -> frozenset[int]:
    """The signs that ``polynomial`` can have when its unknowns lie within ``bounds``."""
    content, factors = factored(polynomial)
    if len(factors) == 1 and factors[0][1] == 1:
        return _irreducible_signs(table, polynomial, bounds, depth)
    possible = {1 if content > 0 else -1}
    for factor, power in factors:
        signs = _irreducible_signs(table, factor, bounds, depth)
        signs = frozenset(s * s for s in signs) if int(power) % 2 == 0 else signs
        possible = {s * t for s in possible for t in signs}
    return frozenset(possible)


def _irreducible_signs(table: Table, polynomial: Polynomial, bounds: dict[int, Bounds], depth: int) -> frozenset[int]:
    found = EVERY_SIGN
    for sign in (1, -1):
        lower = _lower_sign(table, polynomial * sign, bounds)
        if lower is not None:
            found &= frozenset(sign * s for s in range(lower, 2))
    if len(found) > 1 and depth < _DEEPEST:
        found &= _quadratic_signs(table, polynomial, bounds, depth)
    return found


def _lower_sign(table: Table, polynomial: Polynomial, bounds: dict[int, Bounds]) -> int | None:
    """1 if the polynomial is proved positive, 0 if it is proved non-negative, None otherwise."""
    try:
        shifted, parameters = _substituted(table, polynomial, bounds)
    except TooLarge:
        return None
    places = list(parameters)
    terms = [(tuple(powers[place] for place in places), coefficient) for powers, coefficient in shifted.terms()]
    kinds = [parameters[place] for place in places]
    negative = [each for each in terms if each[1] < 0 or _may_be_negative(each[0], kinds)]
    if negative:
        return _sign_of_means([each for each in terms if each not in negative], negative)
    corners = [kind.corners for kind in kinds]
    if _count(corners) > _MOST_CORNERS:
        return 0
    alive = all(
        any(all(k.survives(p, c) for k, p, c in zip(kinds, powers, corner, strict=True)) for powers, _ in terms)
        for corner in product(*corners)
    )
    return 1 if alive else 0


def _sign_of_means(positive: list[_Term], negative: list[_Term]) -> int | None:
    """0 where means of the positive terms cover the others, taken at their largest; None otherwise."""
    sizes = [
        [(tuple(map(int, powers)), abs(Fraction(int(c.p), int(c.q)))) for powers, c in part]
        for part in (positive, negative)
    ]
    return 0 if is_covered(*sizes) else None


def _may_be_negative(powers: tuple[int, ...], kinds: list[_Parameter]) -> bool:
    return any(kind.unbounded and power % 2 for kind, power in zip(kinds, powers, strict=True))


def _count(corners: list[tuple[str, ...]]) -> int:
    total = 1
    for corner in corners:
        total *= len(corner)
    return total


def _substituted(
    table: Table, polynomial: Polynomial, bounds: dict[int, Bounds]
) -> tuple[Polynomial, dict[int, _Parameter]]:
    parameters: dict[int, _Parameter] = {}
    degrees = polynomial.degrees()
    for place in table.used(polynomial):
        between, degree = bounds.get(place, Bounds()), int(degrees[place])
        if between.low is None and between.high is None:
            parameters[place] = _Parameter(degree, may_vanish=True, unbounded=True)
        elif between.low is not None and between.high is not None:
            polynomial = _between(table, polynomial, place, between.low, between.high)
            parameters[place] = _Parameter(degree, not between.low_open, not between.high_open)
        else:
            slope = 1 if between.low is not None else -1
            end, is_open = (between.low, between.low_open) if slope == 1 else (between.high, between.high_open)
            polynomial = _shifted(table, polynomial, place, end or Fraction(0), slope)
            parameters[place] = _Parameter(degree, not is_open)
        if len(polynomial) > _MOST_TERMS:
            raise TooLarge("too many terms after substitution")
    return polynomial, parameters


def _shifted(table: Table, polynomial: Polynomial, place: int, end: Fraction, slope: int) -> Polynomial:
    """x = end + slope*t"""
    if end == 0 and slope == 1:
        return polynomial
    inner = table.unknowns[place] * slope + fmpq(end.numerator, end.denominator)
    return sum((c * inner**k for k, c in table.coefficients(polynomial, place).items()), table.zero)


def _between(table: Table, polynomial: Polynomial, place: int, low: Fraction, high: Fraction) -> Polynomial:
    """x = (low + high*t)/(1 + t), times (1 + t)^degree"""
    t = table.unknowns[place]
    above = t * fmpq(high.numerator, high.denominator) + fmpq(low.numerator, low.denominator)
    degree = int(polynomial.degrees()[place])
    parts = table.coefficients(polynomial, place).items()
    return sum((c * above**k * (t + 1) ** (degree - k) for k, c in parts), table.zero)


def _quadratic_signs(table: Table, polynomial: Polynomial, bounds: dict[int, Bounds], depth: int) -> frozenset[int]:
    """a x^2 + b x + c with b^2 < 4 a c has the sign of a; with b^2 <= 4 a c that sign or 0."""
    degrees = polynomial.degrees()
    for place in table.used(polynomial):
        if degrees[place] != 2:
            continue
        parts = table.coefficients(polynomial, place)
        a, b, c = (parts.get(k, table.zero) for k in (2, 1, 0))
        leading = polynomial_signs(table, a, bounds, depth + 1)
        if len(leading) != 1 or leading == {0}:
            continue
        discriminant = polynomial_signs(table, b * b - 4 * a * c, bounds, depth + 1)
        if discriminant <= {-1, 0}:
            return leading if discriminant == {-1} else leading | {0}
    return EVERY_SIGN
