"""What a reader may ask in the box: two sides, how they are said to stand to each other, and what is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Asks(StrEnum):
    """How the two sides are said to stand to each other."""

    EQUAL = "="
    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"
    CONVEX = "convex"  # the left side, which curves along a line by the right one
    SAME_OPTIMUM = "same optimum"

    @property
    def varies(self) -> bool:
        """Whether it is asked of quantities that vary, which have to be named."""
        return self in (Asks.CONVEX, Asks.SAME_OPTIMUM)


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim as text; ``varying`` are the names, separated by commas, in which it is convex or has its optimum."""

    lhs: str
    rhs: str
    where: str
    relation: Asks = Asks.EQUAL
    varying: str = ""
