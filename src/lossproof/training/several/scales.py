"""Parameters on the scale they are searched on: free where they have no ends, by logarithm where they have.

t = v          t = low + e^v          t = high - e^v          t = low + (high - low)/(1 + e^-v)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lossproof.lowering.validation import number
from lossproof.notation.assumptions import Domain, Interval
from lossproof.training.arrays import Vector

FARTHEST = 700.0  # where e^v is still a float


@dataclass(frozen=True, eq=False)
class Scales:
    """``low`` and ``high`` (p,), infinite where a parameter has no such end."""

    low: Vector
    high: Vector

    def outer(self, v: Vector) -> tuple[Vector, Vector, Vector]:
        """t, dt/dv and d2t/dv2, each (p,)."""
        t, first, second = np.array(v), np.ones(v.size), np.zeros(v.size)
        for j in self._places:
            t[j], first[j], second[j] = _bent(float(v[j]), float(self.low[j]), float(self.high[j]))
        return t, first, second

    def inner(self, t: Vector) -> Vector:
        """v (p,) for t inside of its ends."""
        below, above = np.isfinite(self.low), np.isfinite(self.high)
        with np.errstate(all="ignore"):
            return np.select(
                [below & above, below, above],
                [np.log(t - self.low) - np.log(self.high - t), np.log(t - self.low), np.log(self.high - t)],
                t,
            )

    @cached_property
    def bounded(self) -> NDArray[np.bool_]:
        """Which have an end (mask of p)."""
        return np.isfinite(self.low) | np.isfinite(self.high)

    @cached_property
    def _places(self) -> list[int]:
        return np.flatnonzero(self.bounded).tolist()


def _bent(v: float, low: float, high: float) -> tuple[float, float, float]:
    """t, dt/dv and d2t/dv2 of one parameter with an end."""
    size = math.exp(min(max(v, -FARTHEST), FARTHEST))
    if math.isinf(high):
        return low + size, size, size
    if math.isinf(low):
        return high - size, -size, -size
    share, width = 1 / (1 + 1 / size), high - low
    slope = width * share * (1 - share)
    return low + width * share, slope, slope * (1 - 2 * share)


def ends_of(domains: Sequence[Domain]) -> Scales:
    """The scales of parameters that lie in these domains."""
    pairs = [_ends(domain) for domain in domains]
    return Scales(np.array([low for low, _ in pairs]), np.array([high for _, high in pairs]))


def _ends(domain: Domain) -> tuple[float, float]:
    low, high = (number(domain.low), number(domain.high)) if isinstance(domain, Interval) else (None, None)
    return -np.inf if low is None else low, np.inf if high is None else high
