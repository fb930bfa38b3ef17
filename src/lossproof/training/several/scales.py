"""Parameters on the scale they are searched on: free where they have no ends, by logarithm where they have.

t = v          t = low + e^v          t = high - e^v          t = low + (high - low)/(1 + e^-v)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
        below, above = np.isfinite(self.low), np.isfinite(self.high)
        size = np.exp(np.clip(v, -FARTHEST, FARTHEST))
        share = 1 / (1 + 1 / size)
        width = np.where(below & above, self.high - self.low, 0.0)
        kinds = [below & above, below, above]
        floor, top = np.where(below, self.low, 0.0), np.where(above, self.high, 0.0)
        t = np.select(kinds, [floor + width * share, floor + size, top - size], v)
        first = np.select(kinds, [width * share * (1 - share), size, -size], 1.0)
        second = np.select(kinds, [width * share * (1 - share) * (1 - 2 * share), size, -size], 0.0)
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

    @property
    def bounded(self) -> NDArray[np.bool_]:
        """Which have an end (mask of p)."""
        return np.isfinite(self.low) | np.isfinite(self.high)


def ends_of(domains: Sequence[Domain]) -> Scales:
    """The scales of parameters that lie in these domains."""
    pairs = [_ends(domain) for domain in domains]
    return Scales(np.array([low for low, _ in pairs]), np.array([high for _, high in pairs]))


def _ends(domain: Domain) -> tuple[float, float]:
    low, high = (number(domain.low), number(domain.high)) if isinstance(domain, Interval) else (None, None)
    return -np.inf if low is None else low, np.inf if high is None else high
