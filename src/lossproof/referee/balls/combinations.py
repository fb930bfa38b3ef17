"""The combinations of finitely many options, in an order that changes everything early."""

from __future__ import annotations

from math import gcd


class Combinations:
    """Every combination once in ``total`` numbers: ``{"yt": 2, "class": 3}`` has six."""

    def __init__(self, options: dict[str, int]) -> None:
        self.options = options
        self.total = 1
        for count in options.values():
            self.total *= count
        self.stride = _coprime_near(self.total * 0.618, self.total)

    def choice(self, number: int) -> dict[str, int]:
        """Which option each name takes in combination ``number``."""
        rest = (number * self.stride + number // self.total) % self.total
        chosen = {}
        for name, count in self.options.items():
            rest, chosen[name] = divmod(rest, count)
        return chosen


def _coprime_near(wanted: float, total: int) -> int:
    stride = max(1, round(wanted))
    while gcd(stride, total) != 1:
        stride += 1
    return stride
