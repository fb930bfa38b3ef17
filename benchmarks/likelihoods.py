"""Likelihoods of several predictors beside other tools, as ratios of processor time in one run.

    python benchmarks/likelihoods.py

NB2, Weibull with censoring and zero-inflated Poisson at 500 and 100,000 rows: a refit of the same shape by `fit`, by
SciPy's BFGS with numeric slopes on the same likelihood, and by statsmodels where it has the model. Writes
benchmarks/results/likelihoods.json. ``digits`` is in how many a tool's parameters agree with those of `fit`, whose own
are held against exact figures by tests/training/test_several.py.
"""

from __future__ import annotations

import json
import platform
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import statsmodels.api as sm
import sympy
from scipy import optimize, special

import lossproof

RESULT = Path(__file__).resolve().parent / "results" / "likelihoods.json"
SIZES, REPEATS = (500, 100_000), 3
U, V = sympy.symbols("u v", real=True)
COUNT, TIME = sympy.Symbol("y", nonnegative=True), sympy.Symbol("t", positive=True)
EVENT, THETA = sympy.Symbol("d", real=True), sympy.Symbol("theta", positive=True)
TRUE = np.array([0.5, -0.3, 0.2, 1.0])
Fitted = Callable[[], np.ndarray]


def written(name: str, by: tuple[Any, ...], target: Any, where: str, loglik: Any, **more: Any) -> lossproof.Loss:
    """The loss -loglik with its derivatives."""
    slopes = tuple(sympy.diff(-loglik, each) for each in by)
    curvatures = tuple(tuple(sympy.diff(slope, each) for each in by) for slope in slopes)
    return lossproof.Loss(name, by, target, where, -loglik, slopes, curvatures, parameters=(by[1].name,), **more)


def negative_binomial(X: np.ndarray, design: np.ndarray, random: np.random.Generator) -> dict[str, Fitted]:
    gamma, log = sympy.loggamma, sympy.log
    kernel = gamma(COUNT + THETA) - gamma(THETA) - gamma(COUNT + 1) + THETA * log(THETA) + COUNT * U
    where = "y integer >= 0; theta > 0"
    loss = written("nb2", (U, THETA), COUNT, where, kernel - (THETA + COUNT) * log(THETA + sympy.exp(U)))
    y = random.negative_binomial(2.0, 2 / (2 + np.exp(design @ TRUE))).astype(float)

    def value(w: np.ndarray) -> float:
        u, theta = design @ w[:-1], np.exp(w[-1])
        first = special.gammaln(y + theta) - special.gammaln(theta) - special.gammaln(y + 1) + theta * w[-1] + y * u
        return -float(np.mean(first - (theta + y) * np.logaddexp(w[-1], u)))

    def theirs() -> np.ndarray:
        found = sm.NegativeBinomial(y, design).fit(disp=0).params
        return np.append(found[:-1], 1 / found[-1])

    return {
        "lossproof": lambda: lossproof.fit(loss, X, y).params,
        "scipy": by_bfgs(value, np.exp),
        "statsmodels": theirs,
    }


def weibull(X: np.ndarray, design: np.ndarray, random: np.random.Generator) -> dict[str, Fitted]:
    z = (sympy.log(TIME) - U) * sympy.exp(-V)
    loglik = EVENT * (z - V - sympy.log(TIME)) - sympy.exp(z)
    loss = written("weibull", (U, V), TIME, "t > 0; d in {0, 1}", loglik, columns=(EVENT,))
    t = np.exp(design @ TRUE) * random.exponential(size=len(X)) ** 0.6
    end = np.quantile(t, 0.8)
    d, t = (t < end).astype(float), np.minimum(t, end)

    def value(w: np.ndarray) -> float:
        scaled = (np.log(t) - design @ w[:-1]) * np.exp(-w[-1])
        return -float(np.mean(d * (scaled - w[-1] - np.log(t)) - np.exp(scaled)))

    ours: Fitted = lambda: lossproof.fit(loss, X, {"t": t, "d": d}).params  # noqa: E731
    return {"lossproof": ours, "scipy": by_bfgs(value, lambda v: v)}


def zero_inflated(X: np.ndarray, design: np.ndarray, random: np.random.Generator) -> dict[str, Fitted]:
    share = sympy.log(1 + sympy.exp(V))
    none = sympy.log(sympy.exp(V) + sympy.exp(-sympy.exp(U))) - share
    some = COUNT * U - sympy.exp(U) - sympy.loggamma(COUNT + 1) - share
    loglik = sympy.Piecewise((none, sympy.Eq(COUNT, 0)), (some, True))
    loss = written("zip", (U, V), COUNT, "y integer >= 0", loglik)
    y = np.where(random.random(len(X)) < 0.3, 0, random.poisson(np.exp(design @ TRUE))).astype(float)

    def value(w: np.ndarray) -> float:
        u, v = design @ w[:-1], w[-1]
        counts = y * u - np.exp(u) - special.gammaln(y + 1)
        return -float(np.mean(np.where(y == 0, np.logaddexp(v, -np.exp(u)), counts) - np.logaddexp(0, v)))

    def theirs() -> np.ndarray:
        found = sm.ZeroInflatedPoisson(y, design).fit(disp=0, maxiter=100).params
        return np.append(found[1:], found[0])

    return {
        "lossproof": lambda: lossproof.fit(loss, X, y).params,
        "scipy": by_bfgs(value, lambda v: v),
        "statsmodels": theirs,
    }


def by_bfgs(value: Callable[[np.ndarray], float], back: Callable[[float], float]) -> Fitted:
    """SciPy from zeros; the last parameter comes back from its scale."""

    def run() -> np.ndarray:
        found = optimize.minimize(value, np.zeros(TRUE.size + 1), method="BFGS", options={"gtol": 1e-8}).x
        return np.append(found[:-1], back(found[-1]))

    return run


def measured(tools: dict[str, Fitted]) -> dict[str, dict[str, float]]:
    """Processor seconds of the best of `REPEATS`, after a first time that is not counted, and the digits in common."""
    exact, rows = tools["lossproof"](), {}
    for name, run in tools.items():
        seconds = []
        for _ in range(REPEATS):
            begin = time.process_time()
            found = run()
            seconds.append(time.process_time() - begin)
        apart = float(np.max(np.abs(found - exact) / np.abs(exact)))
        rows[name] = {"seconds": min(seconds), "digits": round(float(-np.log10(max(apart, 1e-17))), 1)}
    return rows


def main() -> None:
    """Measure, print and write."""
    warnings.simplefilter("ignore")
    table: dict[str, Any] = {}
    for make in (negative_binomial, weibull, zero_inflated):
        for size in SIZES:
            random = np.random.default_rng(size)
            X = random.normal(size=(size, 3))
            rows = measured(make(X, np.column_stack([X, np.ones(size)]), random))
            table[f"{make.__name__} {size}"] = rows
            for tool, row in rows.items():
                ratio = row["seconds"] / rows["lossproof"]["seconds"]
                print(
                    f"{make.__name__:18} {size:7} {tool:12} {row['seconds']:9.4f} s  {ratio:7.2f}  {row['digits']:5.1f}"
                )
    packages = {name: version(name) for name in ("numpy", "scipy", "statsmodels", "sympy", "numba")}
    RESULT.write_text(
        json.dumps({"machine": platform.processor(), "versions": packages, "rows": table}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
