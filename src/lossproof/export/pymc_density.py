"""A loss as a log-density for PyMC: minus the loss of each row, with its derivatives to the second order.

    -value --grad--> -slope --grad--> -curvature

Each of the three is an operation of PyTensor that runs the NumPy functions of the loss, so that what a sampler sees is
what was judged, number for number; PyTensor differentiates nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import grad_not_implemented
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op

from lossproof.errors import CallerError
from lossproof.lowering import Loss

Array = np.ndarray
Chosen = tuple[int, ...]
"""By which predictors the loss was differentiated: () is its value, (0,) a slope, (0, 1) an entry of the curvature."""


class Rows(Op):
    """One component of the loss at predictors and target of one shape, as an operation of PyTensor."""

    __props__ = ("digest", "chosen")

    def __init__(self, loss: Loss, functions: Any, chosen: Chosen = ()) -> None:
        self.loss, self.functions, self.chosen, self.digest = loss, functions, chosen, loss.digest

    def make_node(self, *given: Any) -> Apply:
        """Predictors, in their order, and the target."""
        return Apply(self, list(given), [given[0].type()])

    def perform(self, node: Apply, inputs: list[Array], outputs: list[list[Array]]) -> None:
        """The numbers, by NumPy."""
        *predictors, y = inputs
        u = np.stack(predictors, -1).reshape(-1, len(predictors)) if len(predictors) > 1 else predictors[0].reshape(-1)
        kind = ("value", "slope", "curvature")[len(self.chosen)]
        found = getattr(self.functions, kind)(u, y.reshape(-1))
        entry = found[(slice(None), *self.chosen)] if len(predictors) > 1 else found
        outputs[0][0] = np.asarray(entry, dtype=float).reshape(y.shape)

    def grad(self, inputs: list[Any], gradients: list[Any]) -> list[Any]:
        """By each predictor the next component; none by the target, and none of the third order."""
        q = len(inputs) - 1
        if len(self.chosen) == 2:
            return [grad_not_implemented(self, place, each) for place, each in enumerate(inputs)]
        pulled = [gradients[0] * Rows(self.loss, self.functions, (*self.chosen, p))(*inputs) for p in range(q)]
        return [*pulled, grad_not_implemented(self, q, inputs[-1])]

    def infer_shape(self, fgraph: Any, node: Apply, shapes: list[Any]) -> list[Any]:
        """That of the first predictor."""
        return [shapes[0]]


def pymc_log_density(loss: Loss) -> Callable[..., Any]:
    """``logp(y, *predictors)``, as ``pymc.CustomDist("y", *predictors, logp=logp, observed=y)`` calls it.

    Predictors and target are broadcast against each other; a scalar predictor holds for every row. CallerError where
    it is called with another number of predictors.
    """
    whole, names = Rows(loss, loss.compile("numpy")), [symbol.name for symbol in loss.predictors]

    def logp(y: Any, *predictors: Any) -> Any:
        if len(predictors) != len(names):
            raise CallerError(f"logp: y and {', '.join(names)} are needed; {len(predictors)} predictors were given.")
        given = [pt.as_tensor_variable(each).astype("float64") for each in (*predictors, y)]
        return -whole(*pt.broadcast_arrays(*given))

    return logp
