"""How large a formula is, and how large its numbers could become, found without computing one of them.

Every node gets a `Measure` from the measures of its parts, so the reader refuses ``3^20^6`` where it stands.
For a number ``v`` built up from literals,

    height  bounds the bits of a fraction equal to ``v``, numerator and denominator together (0: no fraction)
    high    bounds  log2 |v|  from above, and  low  from below

and for a formula with names in it ``high`` is that of its largest number and ``degree`` bounds the power to
which a name is raised. The bounds are estimates on the safe side, not interval arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from lossproof.errors import RejectedText
from lossproof.functions.table import FUNCTIONS, Growth
from lossproof.notation.traverse import Part, children
from lossproof.notation.tree import Binary, Call, Constant, Indexed, Name, Negative, Number, Reduction

MAX_DEPTH = 100
MAX_NODES = 2_000
MAX_PARTS = 100
MAX_BITS = 10_000.0
MAX_MAGNITUDE = 100_000.0
MAX_DEGREE = 1_000.0
MAX_EXPONENT_BITS = 110.0
MAX_INDEX = math.log2(1_000_000)
MAX_GAMMA = math.log2(1_000)
UNKNOWN_LOW = -64.0
"""How near to zero a number that is no fraction is taken to come, as log2."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Depth, nodes and direct children, and the bounds on numbers described at the head of this module."""

    depth: int = 1
    nodes: int = 1
    width: int = 0
    symbolic: bool = True
    exact: bool = False
    height: float = 0.0
    high: float = -math.inf
    low: float = 0.0
    degree: float = 1.0


Limit = tuple[Callable[[Measure], bool], str]
NUMBERS: tuple[Limit, ...] = (
    (lambda m: m.height > MAX_BITS, f"This number could need more than {int(MAX_BITS * 0.30103)} digits."),
    (lambda m: m.high > MAX_MAGNITUDE, f"This number could exceed 10^{int(MAX_MAGNITUDE * 0.30103)}."),
    (lambda m: m.degree > MAX_DEGREE, f"A power (or product) of more than {int(MAX_DEGREE)} is too large."),
)
"""What no formula may contain, wherever it comes from."""
ALL: tuple[Limit, ...] = (
    (lambda m: m.depth > MAX_DEPTH, f"This formula is nested or continued over more than {MAX_DEPTH} levels."),
    (lambda m: m.nodes > MAX_NODES, f"This formula has more than {MAX_NODES} parts."),
    (lambda m: m.width > MAX_PARTS, f"More than {MAX_PARTS} things stand side by side here."),
    *NUMBERS,
)
"""What text may contain: a result that SymPy computed can be larger than what anybody would type."""


def measure(part: Part, parts: Sequence[Measure], limits: Sequence[Limit] = ALL) -> Measure:
    """The measure of ``part`` from those of its children, in order; `RejectedText` where a limit is crossed."""
    numbers = _NUMBERS.get(type(part), _mixed)(part, parts)
    depth = 1 + max((m.depth for m in parts), default=0)
    nodes = 1 + sum(m.nodes for m in parts)
    found = replace(numbers, depth=depth, nodes=nodes, width=len(parts))
    for crossed, sentence in limits:
        if crossed(found):
            raise RejectedText(sentence)
    return found


Known = Mapping[tuple[type, str], Measure]
"""Measures of what stands for a name or for indexed data: ``(Name, "x")`` or ``(Indexed, "p")``."""
NOTHING_KNOWN: Known = {}


def measure_tree(part: Part, known: Known = NOTHING_KNOWN, limits: Sequence[Limit] = ALL) -> Measure:
    """`measure` of a whole tree, as if what is ``known`` of some names had been put in for them."""
    if isinstance(part, Name | Indexed) and (type(part), part.name) in known:
        return known[type(part), part.name]
    return measure(part, [measure_tree(child, known, limits) for child in children(part)], limits)


def measure_values(values: Iterable[Fraction]) -> Measure:
    """The measure that holds for each of some numbers."""
    each = [_exact(value) for value in values]
    return Measure(
        symbolic=False,
        exact=True,
        height=max(m.height for m in each),
        high=max(m.high for m in each),
        low=min(m.low for m in each),
    )


def _two_to(exponent: float) -> float:
    return 2.0 ** min(exponent, 1_000.0)


def _exact(value: Fraction) -> Measure:
    height = float(value.numerator.bit_length() + value.denominator.bit_length())
    if value == 0:
        return Measure(symbolic=False, exact=True, height=height)
    size = math.log2(abs(value.numerator)) - math.log2(value.denominator)
    return Measure(symbolic=False, exact=True, height=height, high=size, low=size)


def _fraction(exact: bool, height: float, high: float, low: float) -> Measure:
    """A number computed from others; its height means something only where all of them are fractions."""
    return Measure(symbolic=False, exact=exact, height=height if exact else 0.0, high=high, low=low)


def _inexact(high: float, low: float = UNKNOWN_LOW) -> Measure:
    """A number of size 2^low to 2^high that is no fraction."""
    return Measure(symbolic=False, high=high, low=low)


def _largest(parts: Sequence[Measure]) -> float:
    return max((m.high for m in parts), default=-math.inf)


def _spread(parts: Sequence[Measure]) -> float:
    """A bound of ``|log2 |v||`` over the parts that are numbers."""
    return max((abs(end) for m in parts for end in (m.high, m.low) if math.isfinite(end)), default=0.0)


def _symbolic(parts: Sequence[Measure]) -> bool:
    return any(m.symbolic for m in parts)


def _mixed(part: Any, parts: Sequence[Measure]) -> Measure:
    """Names, cases, conditions: the largest number and the largest power among the parts."""
    if parts and not _symbolic(parts):
        return _inexact(_largest(parts))
    return Measure(high=_largest(parts), degree=max((m.degree for m in parts), default=1.0))


def _binary(part: Binary, parts: Sequence[Measure]) -> Measure:
    left, right = parts
    if part.operator == "^":
        return _power(left, right)
    if not _symbolic(parts):
        return _ARITHMETIC[part.operator](left, right)
    degree = left.degree + right.degree if part.operator in "*/" else max(left.degree, right.degree)
    if left.symbolic != right.symbolic:
        degree = left.degree if left.symbolic else right.degree
    return Measure(high=_largest(parts), degree=degree)


def _indexed(part: Indexed, parts: Sequence[Measure]) -> Measure:
    if _largest(parts) > MAX_INDEX:
        raise RejectedText("The numbers in an index are limited to 1 000 000.")
    return Measure(high=_largest(parts))


def _sum(left: Measure, right: Measure) -> Measure:
    exact, height, high = left.exact and right.exact, left.height + right.height + 1, _largest((left, right)) + 1
    low = -height if exact else UNKNOWN_LOW
    return _fraction(exact, height, high, low)


def _product(left: Measure, right: Measure) -> Measure:
    exact = left.exact and right.exact
    return _fraction(exact, left.height + right.height, left.high + right.high, left.low + right.low)


def _quotient(left: Measure, right: Measure) -> Measure:
    return _product(left, replace(right, high=-right.low, low=-right.high))


_ARITHMETIC = {"+": _sum, "-": _sum, "*": _product, "/": _quotient}


def _power(base: Measure, exponent: Measure) -> Measure:
    """``base^exponent``: the bits are those of the base times the exponent's size."""
    if exponent.symbolic:
        return Measure(high=_largest((base, exponent)), degree=max(base.degree, exponent.degree))
    if exponent.exact and exponent.height > MAX_EXPONENT_BITS:
        raise RejectedText("This exponent is a number with too many digits.")
    times = _two_to(exponent.high)
    if base.symbolic:
        return Measure(high=base.high, degree=max(1.0, base.degree * times))
    exact = base.exact and exponent.exact
    size = _spread((base,)) * times
    return _fraction(exact, base.height * max(times, 1.0), size, -size)


def _call(part: Call, parts: Sequence[Measure]) -> Measure:
    if part.function not in FUNCTIONS:  # one of a note's own, that nothing was put in for
        raise RejectedText(f"{part.function!r} is no function that is known here.")
    growth = FUNCTIONS[part.function].growth
    if growth.is_like_gamma and _largest(parts) > MAX_GAMMA:
        raise RejectedText(f"The numbers inside {part.function}(...) are limited to 1000.")
    if _symbolic(parts):
        return Measure(high=_largest(parts), degree=max(m.degree for m in parts))
    return _GROWTH[growth](parts)


def _exponential(parts: Sequence[Measure]) -> Measure:
    bits = _two_to(_largest(parts)) * math.log2(math.e)
    return _inexact(bits, -bits)


def _gamma(parts: Sequence[Measure]) -> Measure:
    largest = max(_largest(parts), 1.0)
    return _inexact(_two_to(largest) * largest)


def _binomial(parts: Sequence[Measure]) -> Measure:
    n, k = (_two_to(m.high) for m in parts)
    return _inexact(min(n + k, k * math.log2(n + k + 1.0)))


_GROWTH: dict[Growth, Callable[[Sequence[Measure]], Measure]] = {
    Growth.BOUNDED: lambda parts: _inexact(2.0),
    Growth.LOGARITHMIC: lambda parts: _inexact(math.log2(_spread(parts) + 1.0)),
    Growth.SLOW: lambda parts: _inexact(max(_largest(parts), 0.0) + math.log2(len(parts) + 1)),
    Growth.SQUARE: lambda parts: _inexact(2.0 * max(_largest(parts), 1.5)),
    Growth.EXPONENTIAL: _exponential,
    Growth.GAMMA: _gamma,
    Growth.LOG_GAMMA: lambda parts: _inexact(2.0 * max(_largest(parts), 1.5)),
    Growth.BINOMIAL: _binomial,
}


def _reduction(part: Reduction, parts: Sequence[Measure]) -> Measure:
    """A product over a range of numbers is a power with as many factors; sums grow by their length."""
    body, low, high = parts
    if low.symbolic or high.symbolic or part.kind != "prod":
        return Measure(high=_largest(parts), degree=max(m.degree for m in parts))
    times = 2.0 * _two_to(_largest((low, high)))
    return Measure(high=max(body.high, 0.0) * times, degree=body.degree * times)


_NUMBERS: dict[type, Callable[[Any, Sequence[Measure]], Measure]] = {
    Number: lambda part, parts: _exact(part.value),
    Constant: lambda part, parts: _inexact(2.0, 1.0),
    Negative: lambda part, parts: parts[0],
    Binary: _binary,
    Call: _call,
    Indexed: _indexed,
    Reduction: _reduction,
}
