"""Rows that boosters learn from, and losses written down here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import sympy

from lossproof.lowering import Loss
from lossproof.notation.functions import logsumexp


@dataclass(frozen=True)
class Rows:
    """500 rows of three features, weights, and a target for each kind of model."""

    X: np.ndarray
    weights: np.ndarray
    targets: dict[str, np.ndarray]


@pytest.fixture(scope="session")
def rows() -> Rows:
    chance = np.random.default_rng(20_261_130)
    X = chance.normal(size=(500, 3))
    score = X @ [1.0, -0.5, 0.3]
    mean = np.exp(0.3 * score)
    targets = {
        "logistic_regression": (chance.uniform(size=500) < 1 / (1 + np.exp(-score))).astype(float),
        "poisson_regression": chance.poisson(mean).astype(float),
        "gamma_regression": chance.gamma(2.0, mean / 2) + 1e-3,
        "softmax": np.floor(3 * chance.uniform(size=500)) * (score > 0),
    }
    return Rows(X, chance.uniform(0.5, 2.0, 500), targets)


@pytest.fixture(scope="session")
def softmax() -> Loss:
    """Three classes, a predictor each: log sum_k e^u_k - u_y."""
    u = sympy.symbols("u0 u1 u2", real=True)
    y = sympy.Symbol("y", real=True)
    own = sympy.Piecewise((u[0], sympy.Eq(y, 0)), (u[1], sympy.Eq(y, 1)), (u[2], True))
    value = logsumexp(*u) - own
    slopes = tuple(sympy.diff(value, by) for by in u)
    curvatures = tuple(tuple(sympy.diff(slope, by) for by in u) for slope in slopes)
    return Loss("softmax", u, y, "y in {0, 1, 2}", value, slopes, curvatures)
