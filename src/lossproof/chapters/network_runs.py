"""`lossproof train` for a chapter that publishes a network: handwritten digits, mini-batches, weights drawn at random.

The book's chapter 10 as it is laid out there (60,000 digits of 28 by 28 pixels), on the 1797 digits of 8 by 8 that ship
with scikit-learn: the test rows are drawn as the book draws its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lossproof.chapters.data_sets import digits, drawn
from lossproof.chapters.derivation import Derivation
from lossproof.errors import CallerError
from lossproof.lowering.arrays.program import Network
from lossproof.training.arrays import Matrix, Vector
from lossproof.training.mini_batches import Plan, Update, Weights, alike, first_weights, learn, one_hot
from lossproof.training.minimise.solution import State
from lossproof.training.progress import progress as bar

TRAINING_ROWS = 1347
CLASSES = 10
HIDDEN = 32
RATE = 0.5


def train_network(chapter: Derivation, asked: dict[str, Any], progress: bool | None = None) -> dict[str, Any]:
    """The run on the digits, as the fields of a `Training`; ``asked`` are those of a `Plan` that are not the usual.

    Raises RefutedLoss where a step of the program is refuted.
    """
    network = chapter.network
    data = digits()
    train, test = drawn(len(data.X), TRAINING_ROWS)
    layers = len(network.hidden_sizes)
    plan = Plan(**{"hidden": (HIDDEN,) * layers, "rate": RATE, **asked})
    weights = first_weights(network, plan, data.X.shape[1], CLASSES)
    truth, history = one_hot(data.y, CLASSES), []
    with _watched(chapter.name, plan, progress) as watch:
        for update in learn(network, data.X[train], truth[train], weights, plan):
            history.append(_entry(network, update, data.X[test], data.y[test]))
            watch(update)
            weights = update.weights
    return {
        "coefficients": _coefficients(weights),
        "loss": network.loss_and_gradients(data.X[train], truth[train], weights)[0],
        "iterations": plan.updates,
        "converged": False,
        "reason": _reason(network, weights, plan),
        "method": "gd",
        "history": history,
        "confusion": _confusion(network, weights, data.X[test], data.y[test]),
    }


@contextmanager
def _watched(title: str, plan: Plan, wanted: bool | None) -> Iterator[Any]:
    """What draws the bar: told of every update."""
    with bar(title, plan.updates, wanted) as watch:
        yield lambda update: watch(update.number, State(np.empty(0), update.loss, np.empty(0)))


def _entry(network: Network, update: Update, X: Matrix, labels: Vector) -> dict[str, float]:
    """The loss of the batch before the update; loss and accuracy on the test rows after it."""
    chances = network.predict(X, update.weights)
    own = chances[np.arange(len(labels)), labels.astype(int)]
    with np.errstate(divide="ignore"):
        test_loss = float(-np.log(own).mean())
    accuracy = float((chances.argmax(axis=1) == labels).mean())
    return {"iteration": update.number, "loss": update.loss, "test_loss": test_loss, "test_accuracy": accuracy}


def _confusion(network: Network, weights: Weights, X: Matrix, labels: Vector) -> list[list[int]]:
    found = np.zeros((CLASSES, CLASSES), dtype=int)
    np.add.at(found, (labels.astype(int), network.predict(X, weights).argmax(axis=1)), 1)
    return [[int(count) for count in row] for row in found]


def _coefficients(weights: Weights) -> dict[str, float]:
    """``v[1, 3]`` and its value, for every weight of every array."""
    return {
        f"{name}[{', '.join(str(k + 1) for k in place)}]": float(value)
        for name, array in weights.items()
        for place, value in np.ndenumerate(array)
    }


def _reason(network: Network, weights: Weights, plan: Plan) -> str:
    done = f"{plan.updates} updates on batches of {plan.batch} were done, as laid down"
    if not alike(network, weights):
        return done
    return f"{done}; it is stuck: all hidden nodes have the same weights, and equal weights stay equal"


def read_start(text: Any) -> dict[str, str]:
    """``start`` of a `Plan` from what was asked for. Raises CallerError."""
    if text is None:
        return {}
    if isinstance(text, str):
        return {"start": text}
    raise CallerError("--start: a network has too many weights to list; it starts from normal or from ones.")


def refuse_data(data: str | Path | None, others: dict[str, Any]) -> None:
    """CallerError for what only the other chapters take."""
    given = [name for name, value in {"data": data, **others}.items() if value is not None]
    if given:
        raise CallerError(f"--{given[0]}: a network is trained on the digits of scikit-learn; leave it out.")
