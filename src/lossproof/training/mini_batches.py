"""A network trained as a textbook does it: mini-batches in a random order, a fixed rate, weights to start from.

w <- w - rate dL/dw        on a batch of rows; an epoch is once through all of them
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import CallerError, DataError, counted
from lossproof.lowering.arrays.program import Network
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.minimise.task import as_number

Weights = dict[str, NDArray[np.float64]]
STARTS = ("normal", "ones")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is laid down by: the size of a batch, how many updates, the rate, and what is random.

    ``hidden`` are the numbers of hidden nodes, a number a layer. ``start``: "normal" draws matrices from a bell curve
    of variance 2/n, n the length of a row, and sets constants to 0; "ones" is 1 everywhere.
    """

    hidden: tuple[int, ...]
    batch: int = 64
    updates: int = 2_000
    rate: float = 0.1
    seed: int = 123
    start: str = "normal"

    def __post_init__(self) -> None:
        for name in ("batch", "updates", "seed"):
            if not isinstance(value := getattr(self, name), int) or value < (name != "seed"):
                raise CallerError(f"{name}: {value!r} was given; a whole number from 1 is needed")
        if not 0 < as_number("rate", self.rate) < np.inf:
            raise CallerError(f"rate: {self.rate!r} was given; a number above 0 is needed")
        if self.start not in STARTS:
            raise CallerError(f"start: {self.start!r} was given; a network starts from {' or '.join(STARTS)}")
        if not self.hidden or not all(isinstance(nodes, int) and nodes >= 1 for nodes in self.hidden):
            raise CallerError(f"hidden: {self.hidden!r} was given; a number of nodes from 1 is needed for each layer")


@dataclass(frozen=True, slots=True)
class Update:
    """After an update: its number from 0, the loss of its batch before it, and the weights."""

    number: int
    loss: float
    weights: Weights


def one_hot(labels: Vector, classes: int) -> Matrix:
    """(M, K) with the 1 where the label says. DataError for what is no label 0..K-1."""
    found = labels.astype(int)
    if (found != labels).any() or found.min(initial=0) < 0 or found.max(initial=0) >= classes:
        raise DataError(f"y: the labels of {classes} classes are 0 to {classes - 1}, in whole numbers")
    return np.eye(classes)[found]


def first_weights(network: Network, plan: Plan, measurements: int, classes: int) -> Weights:
    """The weights to start from. Raises CallerError where ``plan`` has not a number for each hidden layer."""
    lengths = network.lengths(measurements, classes, plan.hidden)
    shapes = {name: tuple(lengths[letter] for letter in axes) for name, axes in network.parameters.items()}
    if plan.start == "ones":
        return {name: np.ones(shape) for name, shape in shapes.items()}
    random = np.random.default_rng(plan.seed)
    return {name: _drawn(random, shape) for name, shape in shapes.items()}


def _drawn(random: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    if len(shape) < 2:
        return np.zeros(shape)
    return random.normal(scale=np.sqrt(2 / shape[-1]), size=shape)


def learn(network: Network, X: Matrix, truth: Matrix, weights: Weights, plan: Plan) -> Iterator[Update]:
    """Every update of the run, one after the other, over X (M, D) with one-hot ``truth`` (M, K).

    DataError where the loss is no number any more: the rate is too large.
    """
    for number, rows in enumerate(_batches(len(X), plan)):
        loss, gradients = network.loss_and_gradients(X[rows], truth[rows], weights)
        if not np.isfinite(loss):
            raise DataError(
                f"rate: with {plan.rate:g} the loss is no number after {counted(number, 'update')}; try a tenth of it"
            )
        weights = {name: weights[name] - plan.rate * gradients[name] for name in weights}
        yield Update(number, loss, weights)


def _batches(rows: int, plan: Plan) -> Iterator[NDArray[np.intp]]:
    """Row numbers, batch after batch: the rows in a new order every epoch; the rest of an epoch is left out."""
    random, size, done = np.random.default_rng([plan.seed, 1]), min(plan.batch, rows), 0
    while done < plan.updates:
        order = random.permutation(rows)
        for start in range(0, rows - size + 1, size):
            if done < plan.updates:
                done += 1
                yield order[start : start + size]


def alike(network: Network, weights: Mapping[str, NDArray[np.float64]]) -> bool:
    """Whether all hidden nodes have the same weights, and so always will."""
    first = next(name for name, axes in network.parameters.items() if len(axes) == 2)
    rows = weights[first]
    return len(rows) > 1 and bool((rows == rows[0]).all())
