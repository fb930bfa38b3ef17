"""How many bits deep a value may hide: e^-1000 beside 1 is 1443 bits away, and fewer bits do not see it.

    exp(x), expit(x), softplus(x), ...    |x| / log 2
    tanh(x)                               2|x| / log 2
    erf(x), erfc(x)                       x² / log 2
    normcdf(x), lognormcdf(x)             x² / (2 log 2)
    a^b                                   |b · log₂ a|

An upper estimate of the order of magnitude; what the bits then show is decided by balls alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, isfinite, log2
from types import MappingProxyType

from flint import acb, arb

from lossproof.functions.table import FUNCTIONS
from lossproof.referee.balls.scalars import Scalar, inexact

# Beyond it a value is not looked for at all.
UNREACHABLE = 1 << 62
_PER_UNIT = 1.4427
_FAR = 1e100
_SMALL_EXPONENT = 32


def _magnitude(number: Scalar) -> float:
    """|number| as a float, at most inf."""
    number = inexact(number)
    if isinstance(number, acb):
        number = number.real
    try:
        return abs(float(number) if isinstance(number, arb) else int(number.p) / int(number.q))
    except OverflowError:
        return inf


def _bits(value: float) -> int:
    return int(value) + 1 if isfinite(value) and value < UNREACHABLE else UNREACHABLE


def _growing(factor: float, power: int) -> Callable[[Scalar], int]:
    return lambda x: _bits(factor * _PER_UNIT * min(_magnitude(x), _FAR) ** power)


HIDES: Mapping[str, Callable[[Scalar], int]] = MappingProxyType(
    {row.name: _growing(*row.fades) for row in FUNCTIONS.values() if row.fades}
)


def hidden_by_power(base: Scalar, exponent: Scalar) -> int:
    """The bits between 1 and base ^ exponent; 0 where the exponent is small."""
    times = _magnitude(exponent)
    if times <= _SMALL_EXPONENT:
        return 0
    size = _magnitude(base)
    return _bits(times * abs(log2(size))) if 0 < size < inf else 0
