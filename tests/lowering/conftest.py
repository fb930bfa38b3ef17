"""The losses that the tests of this room share, written down here rather than taken from a chapter."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from lossproof.lowering import Loss
from lossproof.notation.functions import expit, softplus

U, YT = sympy.symbols("u yt", real=True)


def logistic_loss(name: str = "logistic") -> Loss:
    """Published as a book would: forms that cancel at yt = 1."""
    return Loss(name, (U,), YT, "0 <= yt <= 1", softplus(U) - YT * U, expit(U) - YT, expit(U) * (1 - expit(U)))


@pytest.fixture(scope="session")
def logistic() -> Loss:
    return logistic_loss()


@pytest.fixture(scope="session")
def poisson() -> Loss:
    """exp(u) - yt u: no upper end of the target, results that overflow."""
    return Loss("poisson", (U,), YT, "yt integer >= 0", sympy.exp(U) - YT * U, sympy.exp(U) - YT, sympy.exp(U))


@pytest.fixture(scope="session")
def gaussian() -> Loss:
    return Loss("gaussian", (U,), YT, "yt real", (U - YT) ** 2 / 2, U - YT, sympy.Integer(1))


@pytest.fixture(scope="session")
def two_predictors() -> Loss:
    """A Gaussian with mean u and log standard deviation s, both linear predictors."""
    s = sympy.Symbol("s", real=True)
    value = s + (YT - U) ** 2 * sympy.exp(-2 * s) / 2
    slopes = tuple(sympy.diff(value, by) for by in (U, s))
    curvatures = tuple(tuple(sympy.diff(slope, by) for by in (U, s)) for slope in slopes)
    return Loss("location_scale", (U, s), YT, "yt real", value, slopes, curvatures)


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(20_260_101)
