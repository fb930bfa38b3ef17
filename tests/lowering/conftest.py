"""The losses that the tests of this room share, written down here rather than taken from a chapter."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from lossproof.lowering import Loss
from lossproof.notation.functions import expit, logsumexp, normcdf, softplus

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


@pytest.fixture(scope="session")
def probit() -> Loss:
    """Published through the normal distribution, as a book would: overflows and cancels everywhere."""
    value = -(YT * sympy.log(normcdf(U)) + (1 - YT) * sympy.log(1 - normcdf(U)))
    return Loss("probit", (U,), YT, "0 <= yt <= 1", value, sympy.diff(value, U), sympy.diff(value, U, 2))


@pytest.fixture(scope="session")
def gamma() -> Loss:
    """yt exp(-u) + u: exp(-u) alone overflows where the product does not."""
    value = YT * sympy.exp(-U) + U
    return Loss("gamma", (U,), YT, "yt > 0", value, sympy.diff(value, U), sympy.diff(value, U, 2))


@pytest.fixture(scope="session")
def three_classes() -> Loss:
    """Softmax with class 0 at zero: two predictors, the target is the number of the class."""
    v = sympy.Symbol("v", real=True)
    mine = sympy.Piecewise((0, sympy.Eq(YT, 0)), (U, sympy.Eq(YT, 1)), (v, True))
    value = logsumexp(0, U, v) - mine
    slopes = tuple(sympy.diff(value, by) for by in (U, v))
    curvatures = tuple(tuple(sympy.diff(slope, by) for by in (U, v)) for slope in slopes)
    return Loss("three_classes", (U, v), YT, "yt in {0, 1, 2}", value, slopes, curvatures)


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(20_260_101)
