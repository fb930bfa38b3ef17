"""The law of a target, read off its loss by sums and integrals, with SciPy's distributions as witnesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import scipy.stats as st
import sympy as sp

from lossproof.errors import CallerError
from lossproof.lowering import Loss
from lossproof.training.after.law import law_of
from lossproof.training.after.mean_of_rows import mean_of

U, V = sp.symbols("u v", real=True)
A = sp.Symbol("a", positive=True)
Y, SIZE, COUNT = sp.Symbol("y", real=True), sp.Symbol("y", positive=True), sp.Symbol("y", nonnegative=True)
TRIALS = sp.Symbol("n", positive=True)
Z = (Y - U) * sp.exp(-V)
LOG_NORMAL = -(Z**2) / 2 - V - sp.log(2 * sp.pi) / 2


def written(by: tuple[sp.Symbol, ...], target: sp.Symbol, where: str, loglik: Any, **more: Any) -> Loss:
    """The loss -loglik; its forms as they stand, for every predictor is called a parameter."""
    slopes = tuple(sp.diff(-loglik, each) for each in by)
    curvatures = tuple(tuple(sp.diff(slope, each) for each in by) for slope in slopes)
    names = tuple(each.name for each in by)
    return Loss("law", by, target, where, -loglik, slopes, curvatures, unchecked=True, parameters=names, **more)


class Case(NamedTuple):
    loss: Loss
    witness: Callable[..., Any]
    places: tuple[tuple[float, float], ...]
    digits: float


def _gamma() -> Any:
    return A * sp.log(A) - sp.loggamma(A) + (A - 1) * sp.log(SIZE) - A * (SIZE * sp.exp(-U) + U)


def _beta() -> Any:
    b = sp.exp(U)
    whole = sp.loggamma(A) + sp.loggamma(b) - sp.loggamma(A + b)
    return (A - 1) * sp.log(SIZE) + (b - 1) * sp.log(1 - SIZE) - whole


def _counts() -> Any:
    kernel = sp.loggamma(COUNT + A) - sp.loggamma(A) - sp.loggamma(COUNT + 1)
    return kernel + A * sp.log(A) + COUNT * U - (COUNT + A) * sp.log(A + sp.exp(U))


CASES = {
    "normal": Case(
        written((U, V), Y, "y real", LOG_NORMAL),
        lambda u, v: st.norm(u, np.exp(v)),
        ((0.3, 0.1), (1000.3, -6), (-2, 3), (0, -100)),
        1e-9,
    ),
    "cauchy": Case(
        written((U, V), Y, "y real", -sp.log(1 + Z**2) - V - sp.log(sp.pi)),
        lambda u, v: st.cauchy(u, np.exp(v)),
        ((0.3, 0.1), (1000.3, -6), (-2, 3)),
        1e-9,
    ),
    "gamma": Case(
        written((U, A), SIZE, "y > 0; a > 0", _gamma()),
        lambda u, a: st.gamma(a, scale=np.exp(u) / a),
        ((0.3, 0.1), (5, 300), (-2, 1), (40, 2)),
        1e-8,
    ),
    "beta": Case(
        written((U, A), SIZE, "0 < y < 1; a > 0", _beta()),
        lambda u, a: st.beta(a, np.exp(u)),
        ((0.3, 2), (0, 0.5), (1, 0.1), (6, 400)),
        1e-7,
    ),
    "negative binomial": Case(
        written((U, A), COUNT, "y integer >= 0; a > 0", _counts()),
        lambda u, a: st.nbinom(a, a / (a + np.exp(u))),
        ((0.3, 0.4), (5, 3), (-2, 10)),
        1e-8,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_tails_quantiles_and_means_are_those_of_scipy(name: str) -> None:
    loss, witness, places, digits = CASES[name]
    u = np.array(places, dtype=float).T
    law, other = law_of(loss, u, np.empty((len(places), 0))), witness(*u)
    for p in (1e-6, 0.3, 1 - 1e-6):
        y = other.ppf(p)
        below, at, above = law.tails(y)
        assert below + at == pytest.approx(other.cdf(y), rel=digits)
        assert above == pytest.approx(other.sf(y), rel=digits)
        assert law.quantile(p) == pytest.approx(y, rel=digits, abs=1e-8 * abs(other.ppf(0.8) - other.ppf(0.2)).min())
    if name != "cauchy":
        assert mean_of(loss, u, np.empty((len(places), 0))).value == pytest.approx(other.mean(), rel=digits, abs=1e-50)


def test_how_a_mean_moves_is_the_derivative_of_the_mean() -> None:
    loss, u, h = CASES["negative binomial"].loss, np.array([[0.3, 1.2], [0.7, 3.0]]), 1e-4
    none = np.empty((2, 0))
    found = mean_of(loss, u, none)
    assert found.slopes == pytest.approx(np.array([np.exp(u[0]), np.zeros(2)]), rel=1e-9, abs=1e-9)
    assert found.curvatures[0, 0] == pytest.approx(np.exp(u[0]), rel=1e-8)
    beta, place = CASES["beta"].loss, np.array([[0.3], [2.0]])
    exact = mean_of(beta, place, none[:1])
    for p in range(2):
        step = h * np.eye(2)[:, [p]]
        above, below = (mean_of(beta, place + sign * step, none[:1]) for sign in (1, -1))
        assert (above.value - below.value) / (2 * h) == pytest.approx(exact.slopes[p], rel=1e-6)
        assert (above.slopes - below.slopes) / (2 * h) == pytest.approx(exact.curvatures[p], rel=1e-6)


def test_what_is_censored_at_an_end_is_an_atom_there() -> None:
    loglik = sp.Piecewise((sp.log(sp.erfc(U * sp.exp(-V) / sp.sqrt(2)) / 2), sp.Eq(Y, 0)), (LOG_NORMAL, True))
    loss, u = written((U, V), Y, "y >= 0", loglik), np.array([[0.4, -0.5], [0.0, 0.3]])
    law, other = law_of(loss, u, np.empty((2, 0))), st.norm(u[0], np.exp(u[1]))
    below, at, above = law.tails(np.zeros(2))
    assert (below, at, above) == (pytest.approx(0), pytest.approx(other.cdf(0)), pytest.approx(other.sf(0)))
    below, at, above = law.tails(np.array([0.7, 0.2]))
    assert (below, at) == (pytest.approx(other.cdf([0.7, 0.2]), rel=1e-9), pytest.approx(0))
    assert law.quantile(0.2) == pytest.approx(np.maximum(0, other.ppf(0.2)), rel=1e-9)
    share, density = other.sf(0), other.pdf(0) * np.exp(2 * u[1])
    assert mean_of(loss, u, np.empty((2, 0))).value == pytest.approx(u[0] * share + density, rel=1e-9)


def test_the_last_value_of_a_row_may_be_one_of_its_columns() -> None:
    kernel = sp.loggamma(TRIALS + 1) - sp.loggamma(COUNT + 1) - sp.loggamma(TRIALS - COUNT + 1)
    loglik = kernel + COUNT * U - TRIALS * sp.log(1 + sp.exp(U)) + 0 * V
    loss = written((U, V), COUNT, "n integer >= 1; 0 <= y <= n; y integer", loglik, columns=(TRIALS,))
    n, y = np.array([[1.0], [12.0], [300.0]]), np.array([0.0, 5.0, 80.0])
    law, other = (
        law_of(loss, np.array([[0.3, -1.0, 0.1], [0.0] * 3]), n),
        st.binom(n[:, 0], 1 / (1 + np.exp([-0.3, 1.0, -0.1]))),
    )
    below, at, above = law.tails(y)
    assert (at, above) == (pytest.approx(other.pmf(y), rel=1e-9), pytest.approx(other.sf(y), rel=1e-9))
    assert below == pytest.approx(other.cdf(y - 1), rel=1e-9)
    assert law.quantile(0.9).tolist() == other.ppf(0.9).tolist()


def test_what_is_no_law_is_refused() -> None:
    u, none = np.array([[0.3], [0.5]]), np.empty((1, 0))
    with pytest.raises(CallerError, match="has no mean here"):
        mean_of(CASES["cauchy"].loss, u, none)
    halved = written((U, V), Y, "y real", LOG_NORMAL - sp.log(2))
    with pytest.raises(CallerError, match=r"add up to 0\.5 in row 0"):
        law_of(halved, u, none).tails(np.zeros(1))
    zeta = written((U, V), COUNT, "y integer >= 1", -(1 + sp.exp(U - 9)) * sp.log(COUNT) - V)
    with pytest.raises(CallerError, match="too many values"):
        law_of(zeta, u, none).quantile(0.5)
    open_ended = written((U, V), Y, "y integer", LOG_NORMAL)
    with pytest.raises(CallerError, match="no least value"):
        law_of(open_ended, u, none)
    with pytest.raises(CallerError, match="leaves its dispersion open"):
        law_of(Loss("line", (U,), Y, "y real", (U - Y) ** 2 / 2, U - Y, sp.Integer(1), dispersion="pearson"), u, none)
