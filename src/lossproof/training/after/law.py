"""The law of the target in each row, read off its loss: P(y) = exp(-l(u, y)), summed or integrated.

    tails(y)       P(Y < y), P(Y = y), P(Y > y)
    quantile(p)    the least y with P(Y <= y) >= p
    nodes()        values of y with the probability that each stands for

Nothing is declared: that the probabilities of a row add up to 1 is checked in every row, and where they do not (a
constant was left out, a censored row, a quasi-likelihood) the answer is a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import CallerError
from lossproof.lowering import Loss, family
from lossproof.lowering.validation import number
from lossproof.notation.assumptions import FiniteSet, Interval
from lossproof.notation.tree import Name
from lossproof.training.after.law_of_counts import Counts
from lossproof.training.after.law_of_sizes import Sizes
from lossproof.training.arrays import Matrix, Vector


class Law(Protocol):
    """The law of the target in M rows."""

    def tails(self, y: Vector) -> tuple[Vector, Vector, Vector]: ...

    def quantile(self, p: float) -> Vector: ...

    def nodes(self) -> Iterator[tuple[slice, Matrix, Matrix]]: ...


def law_of(loss: Loss, u: Matrix, columns: Matrix) -> Law:
    """The law at predictors u (q, M) and other columns (M, c). Raises CallerError where the loss is no likelihood."""
    if loss.dispersion != "fixed":
        raise CallerError(
            f"the loss {loss.name} leaves its dispersion open, so it says no probabilities; "
            "use a Model with the dispersion as a parameter, as Model.named('gamma') has it."
        )
    domain = loss.domain
    if isinstance(domain, FiniteSet):
        return Counts(loss, u, columns, np.array(sorted(map(float, domain.values))), None)
    if not isinstance(domain, Interval):
        raise CallerError(f"the target of {loss.name} has a domain whose values cannot be walked through.")
    if domain.integer:
        return _of_whole_numbers(loss, domain, u, columns)
    low, high = family.ends(domain)
    if loss.two_classes and not (domain.low_open or domain.high_open):
        return Counts(loss, u, columns, np.array([0.0, 1.0]), None)
    return Sizes(loss, u, columns, low, high)


def _of_whole_numbers(loss: Loss, domain: Interval, u: Matrix, columns: Matrix) -> Law:
    low = number(domain.low)
    if low is None:
        raise CallerError(f"the target of {loss.name} has no least value to count from.")
    first = np.floor(low) + 1 if domain.low_open and low == np.floor(low) else np.ceil(low)
    return Counts(loss, u, columns, np.array([first]), _last(loss, domain, columns) - domain.high_open)


def _last(loss: Loss, domain: Interval, columns: Matrix) -> NDArray[np.float64]:
    """The last value of each row (M,): a number, a column such as a number of trials, or infinity."""
    names = [column.name for column in loss.columns]
    if isinstance(domain.high, Name) and domain.high.name in names:
        return np.array(columns[:, names.index(domain.high.name)])
    high = number(domain.high)
    if domain.high is not None and high is None:
        raise CallerError(f"the target of {loss.name} has an end that is neither a number nor a column.")
    return np.full(len(columns), np.inf if high is None else high)
