"""Is what the author wrote a density? Its total over the support, in balls, at a few values of everything else.

counts      sum of P(y) for y = 0, 1, 2, ...            until the terms are too small to count
sizes       integral of P(y) by y = exp(pi/2*sinh(s))   trapezoids in s, once more with half the step
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from flint import arb, fmpq

from lossproof.models.reading import Reading
from lossproof.notation import free_names, substitute_tree, to_latex, walk
from lossproof.notation.assumptions import Domain, FiniteSet, IndexRange, Interval
from lossproof.notation.domains import exact_value
from lossproof.notation.tree import Call, Comparison, Indexed, Name, Node, Number
from lossproof.referee.balls import scalars
from lossproof.referee.balls.evaluate import compile_tree
from lossproof.referee.balls.scalars import Unusable
from lossproof.referee.balls.state import Scope

BITS = 400
PLACES = 3
MOST_COUNTS = 4_000
REACH = 5  # of s: exp(pi/2*sinh(5)) is 10^50
STEPS = 32  # trapezoids for each unit of s
TOLERANCE = 1e-6
SMALL = 1e-18


class Kind(StrEnum):
    """What the total was found to be."""

    ONE = "one"
    CONSTANT = "constant"  # the same at every place, and not 1: a factor was left out
    NO_DENSITY = "no density"  # it depends on the parameters
    OPEN = "open"  # not worked out


@dataclass(frozen=True)
class Total:
    """The total of a density over its target at some places, each to within ``error``."""

    kind: Kind
    values: tuple[float, ...] = ()
    error: float = 0.0
    places: tuple[Mapping[str, str], ...] = ()


OPEN = Total(Kind.OPEN)


def sentence(found: Total, reading: Reading, counts: bool) -> str:
    """What was found, for the reason of the line that states the density."""
    over = f"{'sum' if counts else 'integral'} over ${to_latex(Name(reading.target))}$"
    values = ", ".join(f"{value:.6g}" for value in dict.fromkeys(found.values))
    match found.kind:
        case Kind.ONE:
            places = f"at {len(found.values)} places " if found.places[0] else ""
            return f"Its {over} is 1, as worked out in balls {places}to within {max(found.error, 1e-15):.0e}."
        case Kind.CONSTANT:
            return f"Its {over} is {values}: a constant factor is left out, which moves no optimum."
        case Kind.NO_DENSITY if reading.columns:
            columns = ", ".join(f"${to_latex(Name(each))}$" for each in reading.columns)
            return (
                f"With {columns} fixed its {over} is not 1: it is what a row adds to a likelihood, as with censoring."
            )
        case Kind.NO_DENSITY:
            return f"Its {over} is not 1 but, from place to place, {values}: as it stands this is no density."
        case _:
            return f"Its {over} was not worked out."


class _NoElements:
    """A density of one sample has no indexed data."""

    root = None

    def element(self, name: str, indices: tuple[int, ...]) -> fmpq:
        raise Unusable("a range without a length")


def total(reading: Reading, domains: Mapping[str, Domain]) -> Total:
    """The total of the density of ``reading``; open where it cannot be worked out.

    ``domains`` are those of everything that the density holds.
    """
    tree = Call("exp", (reading.density,)) if reading.is_log else reading.density
    names = sorted(free_names(tree) - {reading.target})
    try:
        with scalars.precision(BITS):
            places = [_place(names, domains, number) for number in range(PLACES if names else 1)]
            found = [_total_at(tree, reading.target, domains, place) for place in places]
    except (Unusable, _Unknown):
        return OPEN
    values, errors = zip(*found, strict=True)
    error = max(errors)
    shown = tuple({name: str(value) for name, value in place.items()} for place in places)
    return Total(_kind(values, error), values, error, shown)


def _kind(values: tuple[float, ...], error: float) -> Kind:
    near = TOLERANCE + 4 * error
    if error > 1e-2:
        return Kind.OPEN
    if all(abs(value - 1) <= near for value in values):
        return Kind.ONE
    return Kind.CONSTANT if max(values) - min(values) <= near * max(values) else Kind.NO_DENSITY


class _Unknown(Exception):
    """A support or a domain that is not walked through here."""


def _place(names: list[str], domains: Mapping[str, Domain], number: int) -> dict[str, fmpq]:
    """A value for every name, each inside its domain; ``number`` says which."""
    return {name: _inside(domains.get(name, Interval()), number + shift) for shift, name in enumerate(names)}


def _inside(domain: Domain, number: int) -> fmpq:
    if isinstance(domain, FiniteSet):
        value = domain.values[number % len(domain.values)]
        return fmpq(value.numerator, value.denominator)
    if isinstance(domain, IndexRange):
        raise _Unknown
    low, high = _end(domain.low), _end(domain.high)
    if low is not None and high is not None:
        share = (fmpq(1, 3), fmpq(3, 5), fmpq(3, 4))[number % 3]
        return fmpq(low.floor() + 1) if domain.integer else low + (high - low) * share
    if domain.integer:
        return (low if low is not None else fmpq(0)) + 1 + number % 3
    away = (fmpq(1), fmpq(5, 3), fmpq(1, 2))[number % 3]
    if low is not None:
        return low + away
    if high is not None:
        return high - away
    return (fmpq(1, 2), fmpq(-2, 3), fmpq(0))[number % 3]


def _end(node: Node | None, place: Mapping[str, fmpq] | None = None) -> fmpq | None:
    """The number that an end of a domain is; _Unknown where it is none."""
    numbers: dict[Name | Indexed | str, Node] = {
        Name(name): Number(Fraction(int(value.p), int(value.q))) for name, value in (place or {}).items()
    }
    value = exact_value(None if node is None else substitute_tree(node, numbers))
    if node is not None and value is None:
        raise _Unknown
    return None if value is None else fmpq(value.numerator, value.denominator)


def _total_at(tree: Node, target: str, domains: Mapping[str, Domain], place: dict[str, fmpq]) -> tuple[float, float]:
    """The total with everything but the target fixed, and how far off it may be."""
    scope = Scope()
    run = compile_tree(tree, scope)

    def value(y: arb | fmpq) -> arb:
        return arb(run(scope.state({**place, target: y}, _NoElements())))  # type: ignore[arg-type]

    domain = domains.get(target, Interval())
    if isinstance(domain, FiniteSet):
        values = (value(fmpq(each.numerator, each.denominator)) for each in domain.values)
        return float(sum(values, arb(0)).mid()), 0.0
    if isinstance(domain, IndexRange):
        raise _Unknown
    low, high = _end(domain.low, place), _end(domain.high, place)
    if domain.integer:
        return _summed(value, low, high)
    masses = sum((value(each) for each in _mass_points(tree, target, low, high)), arb(0))
    integral, error = _integrated(value, low, high)
    return float(masses.mid()) + integral, error


def _mass_points(tree: Node, target: str, low: fmpq | None, high: fmpq | None) -> Iterator[fmpq]:
    """Values that a case of the density names, ``y == 0``: there it is a probability."""
    found = set()
    for part in walk(tree):
        if isinstance(part, Comparison) and part.operator == "==" and Name(target) in (part.left, part.right):
            other = exact_value(part.right if part.left == Name(target) else part.left)
            if other is not None and other not in found:
                found.add(other)
                yield fmpq(other.numerator, other.denominator)


def _summed(value: Callable[[fmpq], arb], low: fmpq | None, high: fmpq | None) -> tuple[float, float]:
    """P(low) + P(low + 1) + ..., until what comes is too small to count."""
    if low is None:
        raise _Unknown
    whole, last, term = arb(0), arb(0), arb(0)
    for number in range(MOST_COUNTS if high is None else int(high - low) + 1):
        last, term = term, value(low + number)
        whole += term
        if high is None and number > 8 and term < last and term < SMALL:
            return float(whole.mid()), float(term.mid()) * number
    return float(whole.mid()), 0.0 if high is not None else 1.0


def _integrated(value: Callable[[arb], arb], low: fmpq | None, high: fmpq | None) -> tuple[float, float]:
    """The integral over an interval by the double-exponential rule, and by how much half the step changed it."""
    rough, between = arb(0), arb(0)
    for number in range(-REACH * STEPS, REACH * STEPS + 1):
        s = arb(fmpq(number, STEPS))
        y, weight = _substituted(s, low, high)
        term = value(y) * weight
        if number % 2:
            between += term
        else:
            rough += term
    fine = (rough + between) / STEPS
    if not fine.is_finite():
        raise _Unknown
    return float(fine.mid()), abs(float((fine - 2 * rough / STEPS).mid())) + float(fine.rad())


def _substituted(s: arb, low: fmpq | None, high: fmpq | None) -> tuple[arb, arb]:
    """y and dy/ds: the ends of the interval lie at s = -oo and s = oo."""
    turn, rate = arb.pi() / 2 * s.sinh(), arb.pi() / 2 * s.cosh()
    if low is None and high is None:
        return turn.sinh(), turn.cosh() * rate
    if low is not None and high is not None:
        share = 1 / (1 + (-2 * turn).exp())
        other = 1 / (1 + (2 * turn).exp())
        return low + (high - low) * share, 2 * (high - low) * share * other * rate
    grown = turn.exp()
    if low is not None:
        return low + grown, grown * rate
    assert high is not None
    return high - grown, grown * rate
