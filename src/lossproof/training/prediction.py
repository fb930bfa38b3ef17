"""What a model predicts: the target at which its loss has slope 0.

    yp(u) = the y with dl/du (u, y) = 0        slope a(u) + b(u) y:   yp = -a/b

For a loss that is a negative log-likelihood with a mean, the slope is linear in the target and its zero is that
mean: sigmoid(u) for cross entropy, exp(u) for Poisson counts.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy as sp

from lossproof.errors import CallerError
from lossproof.lowering import CompiledLoss, Loss
from lossproof.lowering.code.formula_code import function_of
from lossproof.lowering.numbers import named_numpy
from lossproof.training.arrays import Vector


def mean_expression(loss: Loss) -> sp.Expr | None:
    """yp as an expression in the predictor; None where the slope is not linear in the target."""
    if len(loss.predictors) > 1:
        return None
    slope, y = sp.expand(loss.slopes[0]), loss.target
    rate = sp.diff(slope, y)
    if rate == 0 or rate.has(y):
        return None
    return sp.factor_terms(-slope.subs(y, 0) / rate)


def mean_function(loss: Loss) -> Callable[[Vector], Vector]:
    """u (M,) -> yp (M,). Raises CallerError for a loss without a mean."""
    mean = mean_expression(loss)
    if mean is None:
        raise CallerError(f"the loss {loss.name} has no mean to predict; use linear_predictor(X).")
    function = function_of(loss.predictors, mean, {name: getattr(named_numpy, name) for name in named_numpy.__all__})

    def call(u: Vector) -> Vector:
        with np.errstate(all="ignore"):
            return np.array(np.broadcast_to(function(u), np.shape(u)), dtype=np.float64)

    return call


def compiled(loss: Loss) -> CompiledLoss:
    """The functions of a loss, compiled once in a process."""
    if loss.digest not in _COMPILED:
        _COMPILED[loss.digest] = loss.compile()
    return _COMPILED[loss.digest]


_COMPILED: dict[str, CompiledLoss] = {}
