"""What a module is written from: the formulas of one loss, and their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

KINDS = ("value", "slope", "curvature")
Matrix = tuple[tuple[sympy.Expr, ...], ...]


@dataclass(frozen=True)
class Component:
    """One scalar function: its kind, its place among several predictors (else empty), its formula."""

    kind: str  # one of KINDS: the place there is the order of the derivative
    place: tuple[int, ...]
    expr: sympy.Expr

    @property
    def name(self) -> str:
        """``slope``, or ``slope_1`` with several predictors."""
        return "_".join([self.kind, *map(str, self.place)])


def never(kind: str, call: Callable[..., Any]) -> bool:
    """Where nobody was asked, nothing is taken to be right in float32."""
    return False


@dataclass(frozen=True)
class Formulas:
    """What a module is written from: the forms that are computed, and those that were published.

    ``slopes`` has one entry a predictor, ``curvatures`` is the symmetric matrix; ``published`` holds
    the same components as the derivation has them.
    """

    name: str
    digest: str
    predictors: tuple[sympy.Symbol, ...]
    target: sympy.Symbol
    value: sympy.Expr
    slopes: tuple[sympy.Expr, ...]
    curvatures: Matrix
    published: tuple[Component, ...] = ()
    right_in_single: Callable[[str, Callable[..., Any]], bool] = never
    """Whether a function that computes one of `KINDS` in float32 itself is right."""
    columns: tuple[sympy.Symbol, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of the code has to know: that nobody judged it, where it is not to be trusted."""

    @property
    def arguments(self) -> tuple[sympy.Symbol, ...]:
        """What every function here takes: the predictors, the other observed columns, the target."""
        return (*self.predictors, *self.columns, self.target)

    def components(self) -> list[Component]:
        """value, slopes, and curvatures for p <= s."""
        return components(self.value, self.slopes, self.curvatures)


def components(value: sympy.Expr, slopes: tuple[sympy.Expr, ...], curvatures: Matrix) -> list[Component]:
    """Everything scalar in its order: the value, the slopes, the curvatures for p <= s."""
    q = len(slopes)
    listed = [Component("value", (), value)]
    listed += [Component("slope", (p,) if q > 1 else (), slopes[p]) for p in range(q)]
    pairs = [(p, s) for p in range(q) for s in range(p, q)]
    return listed + [Component("curvature", pair if q > 1 else (), curvatures[pair[0]][pair[1]]) for pair in pairs]
