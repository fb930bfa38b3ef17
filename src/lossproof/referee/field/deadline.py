"""A bound on time without signals: work asks now and then whether it may go on."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic


class OutOfTime(Exception):
    """The time for this proof is used up."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment (of the monotonic clock) at which work stops."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """``seconds`` from now."""
        return cls(monotonic() + seconds)

    def check(self) -> None:
        """Raise `OutOfTime` when the moment has passed."""
        if monotonic() > self.at:
            raise OutOfTime
