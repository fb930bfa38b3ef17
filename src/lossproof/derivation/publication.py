"""Which steps of a derivation become code: the loss of one sample with its slope and curvature."""

from __future__ import annotations

from dataclasses import dataclass

Steps = str | tuple["Steps", ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """Step names. With several predictors ``slope`` is a tuple and ``curvature`` a tuple of tuples of names."""

    value: str
    slope: Steps
    curvature: Steps
    predictors: tuple[str, ...]
    target: str
    target_domain: str

    def names(self) -> tuple[str, ...]:
        """Every step name once, in the order value, slope, curvature."""
        return tuple(dict.fromkeys(_flat((self.value, self.slope, self.curvature))))


def _flat(steps: Steps) -> list[str]:
    return [steps] if isinstance(steps, str) else [name for part in steps for name in _flat(part)]
