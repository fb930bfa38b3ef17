"""Every named family, fitted once: its maximum and standard errors against 30 digits of a density written anew.

The density here is another form of the same thing, in mpmath. At the fit's parameters its score and its observed
information are worked out by differences at 60 digits, which say how far off the maximum still is, and what the
standard errors are.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import mpmath as mp
import numpy as np
import pytest

import lossproof
from lossproof.models import FAMILIES, Model

ROWS = 40
DIGITS = 14.0  # measured: 14.5 and more
Row = dict[str, float]
LogDensity = Callable[..., Any]

mp_log, mp_exp = mp.log, mp.exp


class Case(NamedTuple):
    """log P of one row by its predictors and what is observed; the row as data; designs other than features for u."""

    log_density: LogDensity
    observed: Callable[[np.random.Generator, np.ndarray], dict[str, np.ndarray]]
    designs: tuple[str, ...] = ("u",)


def bell(z: Any) -> Any:
    return -z * z / 2 - mp_log(2 * mp.pi) / 2


def upper(z: Any) -> Any:
    return mp.erfc(z / mp.sqrt(2)) / 2


def logit(z: Any) -> Any:
    return 1 / (1 + mp_exp(-z))


def poisson(mu: Any, y: Any) -> Any:
    return y * mp_log(mu) - mu - mp.loggamma(y + 1)


def negative_binomial(u: Any, theta: Any, y: Any) -> Any:
    share = theta / (theta + mp_exp(u))
    return mp_log(mp.rf(theta, y) / mp.factorial(y)) + theta * mp_log(share) + y * mp_log(1 - share)


def binomial(p: Any, n: Any, y: Any) -> Any:
    return mp_log(mp.binomial(n, y)) + y * mp_log(p) + (n - y) * mp_log(1 - p)


def ordered(cdf: Callable[[Any], Any], u: Any, a: Any, b: Any, y: Any) -> Any:
    ends = [mp.mpf(0), cdf(a - u), cdf(a + mp_exp(b) - u), mp.mpf(1)]
    return mp_log(ends[int(y) + 1] - ends[int(y)])


def tobit(u: Any, s: Any, y: Any) -> Any:
    return mp_log(upper(u / s)) if y == 0 else bell((y - u) / s) - mp_log(s)


def weibull(u: Any, k: Any, y: Any, d: Any) -> Any:
    z = k * (mp_log(y) - u)
    return d * (mp_log(k) - mp_log(y) + z) - mp_exp(z)


def log_normal(u: Any, s: Any, y: Any, d: Any) -> Any:
    z = (mp_log(y) - u) / s
    return bell(z) - mp_log(s * y) if d else mp_log(upper(z))


def gamma(u: Any, a: Any, y: Any) -> Any:
    rate = a * mp_exp(-u)
    return a * mp_log(rate) + (a - 1) * mp_log(y) - rate * y - mp.loggamma(a)


def beta(u: Any, phi: Any, y: Any) -> Any:
    a, b = phi * logit(u), phi * logit(-u)
    return mp.loggamma(phi) - mp.loggamma(a) - mp.loggamma(b) + (a - 1) * mp_log(y) + (b - 1) * mp_log(1 - y)


def student(u: Any, s: Any, nu: Any, y: Any) -> Any:
    front = mp.loggamma((nu + 1) / 2) - mp.loggamma(nu / 2) - mp_log(nu * mp.pi) / 2 - mp_log(s)
    return front - (nu + 1) / 2 * mp.log1p(((y - u) / s) ** 2 / nu)


def normal(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    return {"y": u + random.normal(size=u.size)}


def heavy(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    return {"y": u + 0.5 * random.standard_t(2.5, u.size)}


def counts(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    return {"y": random.negative_binomial(1.5, 1.5 / (1.5 + np.exp(u))).astype(float)}


def zeros(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    return {"y": random.poisson(np.exp(u)) * (random.random(u.size) < 0.7).astype(float)}


def above_zero(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    return {"y": 1.0 + random.poisson(np.exp(u))}


def sizes(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    return {"y": np.exp(u) * random.gamma(2.0, 0.5, u.size)}


def rain(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    return {**sizes(random, u), "y": np.where(random.random(u.size) < 0.2, 0.0, np.exp(u)), "p": np.full(u.size, 1.5)}


def shares(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    p = 1 / (1 + np.exp(-u))
    return {"y": random.beta(4 * p, 4 * (1 - p))}


def trials(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    n = random.integers(1, 9, u.size)
    return {"y": random.binomial(n, 1 / (1 + np.exp(-u))).astype(float), "n": n.astype(float)}


def answers(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    return {"y": np.digitize(u + random.logistic(size=u.size), [0.0, 1.5]).astype(float)}


def times(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    t = np.exp(u) * random.exponential(size=u.size) ** 0.6
    return {"y": np.minimum(t, 3.0), "d": (t < 3.0).astype(float)}


def spans(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    t = np.exp(u) * random.exponential(size=u.size) ** 0.6
    return {"low": 0.6 * t, "y": 1.3 * t + 0.1}


def cut(random: np.random.Generator, u: np.ndarray) -> dict[str, np.ndarray]:
    return {"y": np.maximum(0.0, u + random.normal(size=u.size))}


CASES = {
    "gaussian": Case(lambda u, v, y: bell((y - u) / mp.sqrt(v)) - mp_log(v) / 2, normal),
    "gaussian_heteroscedastic": Case(lambda u, r, y: bell((y - u) * mp_exp(-r / 2)) - r / 2, normal, ("u", "r")),
    "logistic_errors": Case(lambda u, s, y: -mp_log(4 * s * mp.cosh((y - u) / (2 * s)) ** 2), heavy),
    "cauchy": Case(lambda u, s, y: mp_log(s / (mp.pi * (s * s + (y - u) ** 2))), heavy),
    "student_t": Case(student, heavy),
    "poisson": Case(lambda u, y: poisson(mp_exp(u), y), counts),
    "negative_binomial": Case(negative_binomial, counts),
    "negative_binomial_modelled": Case(lambda u, r, y: negative_binomial(u, mp_exp(r), y), counts),
    "zero_inflated_poisson": Case(
        lambda u, v, y: mp_log((logit(v) if y == 0 else 0) + logit(-v) * mp_exp(poisson(mp_exp(u), y))), zeros
    ),
    "hurdle_poisson": Case(
        lambda u, v, y: (
            mp_log(logit(v)) if y == 0 else mp_log(logit(-v)) + poisson(mp_exp(u), y) - mp_log(-mp.expm1(-mp_exp(u)))
        ),
        zeros,
    ),
    "zero_truncated_poisson": Case(lambda u, y: poisson(mp_exp(u), y) - mp_log(-mp.expm1(-mp_exp(u))), above_zero),
    "gamma": Case(gamma, sizes),
    "inverse_gaussian": Case(
        lambda u, lam, y: mp_log(lam / (2 * mp.pi * y**3)) / 2 - lam * (y * mp_exp(-u) - 1) ** 2 / (2 * y), sizes
    ),
    "tweedie": Case(lambda u, y, p: y * mp_exp((1 - p) * u) / (1 - p) - mp_exp((2 - p) * u) / (2 - p), rain),
    "beta": Case(beta, shares),
    "binomial_logit": Case(lambda u, y, n: binomial(logit(u), n, y), trials),
    "binomial_probit": Case(lambda u, y, n: binomial(upper(-u), n, y), trials),
    "binomial_cloglog": Case(lambda u, y, n: binomial(-mp.expm1(-mp_exp(u)), n, y), trials),
    "binomial_cauchit": Case(lambda u, y, n: binomial(mp.mpf(1) / 2 + mp.atan(u) / mp.pi, n, y), trials),
    "ordered_logit": Case(lambda u, a, b, y: ordered(logit, u, a, b, y), answers, ()),
    "ordered_probit": Case(lambda u, a, b, y: ordered(lambda z: upper(-z), u, a, b, y), answers, ()),
    "exponential_survival": Case(lambda u, y, d: -d * u - y * mp_exp(-u), times),
    "weibull_survival": Case(weibull, times),
    "weibull_interval": Case(
        lambda u, k, y, low: mp_log(mp_exp(-((low * mp_exp(-u)) ** k)) - mp_exp(-((y * mp_exp(-u)) ** k))), spans
    ),
    "log_normal_survival": Case(log_normal, times),
    "tobit": Case(tobit, cut),
}


def fitted(name: str) -> tuple[lossproof.Fit, np.ndarray, dict[str, np.ndarray], dict[str, Any]]:
    random = np.random.default_rng(len(name))
    x = random.normal(size=(ROWS, 1))
    case, loss = CASES[name], replace(Model.named(name).loss, unchecked=True)  # what is judged, test_model has
    observed = case.observed(random, 0.4 + 0.6 * x[:, 0])
    design = {symbol.name: x if symbol.name in case.designs else None for symbol in loss.predictors}
    if not case.designs:  # the thresholds are the intercept
        design = {"u": x, "a": None, "b": None}
    return lossproof.fit(loss, design, observed, intercept=bool(case.designs)), x, observed, design


def total(name: str, fit: lossproof.Fit, x: np.ndarray, observed: dict[str, np.ndarray], design: dict[str, Any]) -> Any:
    """The log-likelihood as a function of the parameters, in the order of ``fit.names``."""
    slopes = [letter for letter, matrix in design.items() if matrix is not None]
    one = len(design) == 1
    places = {}
    for letter in design:
        own = [k for k, each in enumerate(fit.names) if each == letter or each.startswith(f"{letter}: ") or one]
        places[letter] = own

    def predictor(letter: str, row: int, w: Any) -> Any:
        own = [w[k] for k in places[letter]]
        if letter not in slopes:
            return own[0]
        return own[0] * mp.mpf(float(x[row, 0])) + (own[1] if len(own) > 1 else 0)

    rows = [{key: mp.mpf(float(values[row])) for key, values in observed.items()} for row in range(ROWS)]

    def loglik(*w: Any) -> Any:
        u = lambda row: {letter: predictor(letter, row, w) for letter in design}  # noqa: E731
        return mp.fsum(CASES[name].log_density(**u(row), **rows[row]) for row in range(ROWS))

    return loglik


def derivatives(f: Any, w: list[Any]) -> tuple[Any, Any]:
    """Score (p,) and second derivatives (p, p), by central differences with a step of 1e-15 at 60 digits."""
    h, p = mp.mpf(10) ** -15, len(w)

    def at(*steps: tuple[int, int]) -> Any:
        moved = list(w)
        for place, sign in steps:
            moved[place] += sign * h
        return f(*moved)

    centre = f(*w)
    up, down = [at((k, 1)) for k in range(p)], [at((k, -1)) for k in range(p)]
    score = mp.matrix([(up[k] - down[k]) / (2 * h) for k in range(p)])
    second = mp.matrix(p, p)
    for k in range(p):
        second[k, k] = (up[k] - 2 * centre + down[k]) / h**2
    for j, k in itertools.combinations(range(p), 2):
        mixed = at((j, 1), (k, 1)) - up[j] - up[k] + 2 * centre - down[j] - down[k] + at((j, -1), (k, -1))
        second[j, k] = second[k, j] = mixed / (2 * h**2)
    return score, second


def digits(name: str) -> tuple[float, float]:
    """In how many digits parameters and standard errors are right, the fewest of each."""
    fit, x, observed, design = fitted(name)
    assert fit.converged, fit.reason
    with mp.workdps(60):
        w = [mp.mpf(float(each)) for each in fit.params]
        score, second = derivatives(total(name, fit, x, observed, design), w)
        step = mp.lu_solve(-second, score)
        covariance = (-second) ** -1
        apart = max(abs(step[k] / w[k]) for k in range(len(w)))
        errors = [mp.sqrt(covariance[k, k]) for k in range(len(w))]
        wrong = max(abs(mp.mpf(float(fit.standard_errors[k])) / errors[k] - 1) for k in range(len(w)))
        return tuple(float(-mp.log10(max(each, mp.mpf(10) ** -17))) for each in (apart, wrong))  # type: ignore[return-value]


@pytest.mark.parametrize("name", CASES)
def test_a_family_is_fitted_to_fourteen_digits(name: str) -> None:
    assert min(digits(name)) >= DIGITS


def test_every_family_is_tried() -> None:
    """But for absolute values, which have no curvature, and K classes, which have a test of their own."""
    assert set(CASES) == {*FAMILIES} - {"laplace", "multinomial"}
