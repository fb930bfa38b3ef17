"""What a minimiser is given, what it tells while it works, and what it hands back.

    problem -> one loop -> Solution

A `Problem` is a function of a vector with its derivatives, an `Outcome` says in a sentence why a minimiser
stopped, a `Solution` is where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypedDict

import numpy as np

from lossproof.training.arrays import Matrix, Vector


class Problem(Protocol):
    """A function of ``v`` (p,) to be minimised: the value, the gradient (p,), the Hessian (p, p)."""

    def value(self, v: Vector) -> float: ...

    def value_and_gradient(self, v: Vector) -> tuple[float, Vector]: ...

    def value_gradient_hessian(self, v: Vector) -> tuple[float, Vector, Matrix]: ...


class Outcome(StrEnum):
    """Why a minimiser stopped. ``converged`` tells whether the answer is a minimum."""

    STEP = "the next step would move no prediction by more than the tolerance"
    CERTAIN = "no parameter would move by more than a thousandth of its standard error"
    DIGITS = "the next step would change no digit that counts, and the curvature is positive in every direction"
    KINK = "the minimum lies at a kink, as the slopes on both sides of it show"
    ROUNDING = "no step lowers the loss by more than rounding: as exact as these numbers allow"
    NOT_UNIQUE = "a minimum was reached, but it is not the only one: columns depend on each other"
    ITERATIONS = "the iterations were used up before the tolerance was met"
    SEPARATED = "the data are separated: there is no finite minimum"
    STUCK = "no step along the search direction lowers the loss"
    NOT_FINITE = "the loss or its gradient is not finite here"
    CANCELS = "the loss cancels too many digits here for the answer to be relied on; write it so that it cancels less"
    INTERRUPTED = "interrupted from the keyboard: this is the best point so far"
    STOPPED = "the callback asked to stop"

    @property
    def converged(self) -> bool:
        return self in _CONVERGED


_CONVERGED = frozenset(
    {Outcome.STEP, Outcome.DIGITS, Outcome.KINK, Outcome.CERTAIN, Outcome.ROUNDING, Outcome.NOT_UNIQUE}
)


class Entry(TypedDict, total=False):
    """One line of a history: the state after the update of ``iteration`` (counted from 0).

    ``loss`` is the mean loss without a penalty, ``gradient`` the largest component of the gradient;
    the test fields are there when a test set is.
    """

    iteration: int
    loss: float
    gradient: float
    test_loss: float
    test_accuracy: float


@dataclass(frozen=True, slots=True)
class State:
    """A point with what is known there; ``hessian`` is None for methods that do without."""

    v: Vector
    value: float
    gradient: Vector
    hessian: Matrix | None = None

    @property
    def finite(self) -> bool:
        known = np.isfinite(self.value) and np.isfinite(self.gradient).all()
        return bool(known and (self.hessian is None or np.isfinite(self.hessian).all()))


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: after ``iterations``, or at the ``tolerance`` of the method."""

    iterations: int
    tolerance: float


Watch = Callable[[int, State], bool]
"""Told after every update; answers True when the work should stop."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Where a minimiser stopped, after how many updates, and why."""

    state: State
    iterations: int
    outcome: Outcome


Arrived = Callable[[Solution], "Solution | None"]
"""Whether the work may end here: the solution at the minimum, or None where this is none."""


def largest(v: Vector) -> float:
    """The largest component, without its sign."""
    return float(np.abs(v).max(initial=0.0))


def silent(iteration: int, state: State) -> bool:
    """The watch that says nothing and never stops."""
    return False
