"""What a proof may cost, counted in work: the same claim ends in the same way on every machine, under any load.

One unit is a formula that a rule looked at for the first time, a term of a polynomial that came out, or a row of
linear reasoning. Ten to thirty thousand units take a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


class OutOfWork(Exception):
    """What this proof may cost is used up."""


@dataclass(slots=True)
class Work:
    """An account that everything in one proof is charged to."""

    allowed: float = inf
    spent: int = 0

    def spend(self, units: int = 1) -> None:
        """Charge ``units``; raises `OutOfWork` where more was spent than is allowed."""
        self.spent += units
        if self.spent > self.allowed:
            raise OutOfWork
