"""Likelihoods of several predictors beside other tools, as ratios of processor time in one run.

    python benchmarks/likelihoods.py

NB2, Weibull with censoring and zero-inflated Poisson at 500 and 100,000 rows: a refit of the same shape by `fit`, by
SciPy's BFGS with numeric slopes on the same likelihood, by statsmodels where it has the model, and, where JAX and
optimistix are installed, by a damped Newton method on JAX's derivatives and by optimistix (BFGS, then Newton on the
slope), both compiled before the clock starts. Writes benchmarks/results/likelihoods.json.

``digits`` is in how many a tool's parameters agree with those of `fit`, whose own are held against exact figures by
tests/training/test_several.py.
"""

from __future__ import annotations

import json
import platform
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import statsmodels.api as sm
import sympy
from scipy import optimize, special

import lossproof

RESULT = Path(__file__).resolve().parent / "results" / "likelihoods.json"
SIZES, REPEATS, STEPS = (500, 100_000), 9, 60
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

    def in_jax(w: Any, data: Any, special: Any, np: Any) -> Any:
        design, y = data
        u, theta = design @ w[:-1], np.exp(w[-1])
        first = special.gammaln(y + theta) - special.gammaln(theta) - special.gammaln(y + 1) + theta * w[-1] + y * u
        return -np.mean(first - (theta + y) * np.logaddexp(w[-1], u))

    return {
        "lossproof": lambda: lossproof.fit(loss, X, y).params,
        "scipy": by_bfgs(value, np.exp),
        "statsmodels": theirs,
        **by_jax(in_jax, (design, y), np.exp),
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

    def in_jax(w: Any, data: Any, special: Any, np: Any) -> Any:
        design, t, d = data
        scaled = (np.log(t) - design @ w[:-1]) * np.exp(-w[-1])
        return -np.mean(d * (scaled - w[-1] - np.log(t)) - np.exp(scaled))

    ours: Fitted = lambda: lossproof.fit(loss, X, {"t": t, "d": d}).params  # noqa: E731
    return {"lossproof": ours, "scipy": by_bfgs(value, lambda v: v), **by_jax(in_jax, (design, t, d), lambda v: v)}


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

    def in_jax(w: Any, data: Any, special: Any, np: Any) -> Any:
        design, y = data
        u, v = design @ w[:-1], w[-1]
        counts = y * u - np.exp(u) - special.gammaln(y + 1)
        return -np.mean(np.where(y == 0, np.logaddexp(v, -np.exp(u)), counts) - np.logaddexp(0, v))

    def theirs() -> np.ndarray:
        found = sm.ZeroInflatedPoisson(y, design).fit(disp=0, maxiter=100).params
        return np.append(found[1:], found[0])

    return {
        "lossproof": lambda: lossproof.fit(loss, X, y).params,
        "scipy": by_bfgs(value, lambda v: v),
        "statsmodels": theirs,
        **by_jax(in_jax, (design, y), lambda v: v),
    }


def by_bfgs(value: Callable[[np.ndarray], float], back: Callable[[float], float]) -> Fitted:
    """SciPy from zeros; the last parameter comes back from its scale."""

    def run() -> np.ndarray:
        found = optimize.minimize(value, np.zeros(TRUE.size + 1), method="BFGS", options={"gtol": 1e-8}).x
        return np.append(found[:-1], back(found[-1]))

    return run


def by_jax(value: Callable[..., Any], data: Any, back: Callable[[float], float]) -> dict[str, Fitted]:
    """Newton on JAX's derivatives, and optimistix, from zeros; nothing of what is not installed.

    The data are arguments, as a refit needs it: what is compiled knows their shapes alone.
    """
    try:
        jax = import_module("jax")
    except ImportError:
        return {}
    jax.config.update("jax_enable_x64", True)
    names = import_module("jax.scipy.special"), import_module("jax.numpy")
    data = tuple(map(jax.numpy.asarray, data))

    def loss(w: Any, data: Any) -> Any:
        return value(w, data, *names)

    slope, curvature, size = jax.jit(jax.grad(loss)), jax.jit(jax.hessian(loss)), jax.jit(loss)

    def newton() -> np.ndarray:
        w = np.zeros(TRUE.size + 1)
        now = float(size(w, data))
        for _ in range(STEPS):
            g, rate = np.asarray(slope(w, data)), 1.0
            values, vectors = np.linalg.eigh(np.asarray(curvature(w, data)))
            s = -vectors @ ((vectors.T @ g) / np.maximum(np.abs(values), 1e-8))
            while not (new := float(size(w + rate * s, data))) <= now + 1e-13 * abs(now) and rate > 1e-8:
                rate /= 2
            w, now = w + rate * s, new
            if np.abs(rate * s).max() <= 1e-14:
                break
        return np.append(w[:-1], back(w[-1]))

    return {"jax newton": newton, **by_optimistix(jax, loss, data, back)}


def by_optimistix(jax: Any, loss: Callable[..., Any], data: Any, back: Callable[[float], float]) -> dict[str, Fitted]:
    """BFGS from zeros, then Newton on the slope."""
    try:
        optimistix = import_module("optimistix")
    except ImportError:
        return {}
    near, exact = optimistix.BFGS(rtol=1e-6, atol=1e-6), optimistix.Newton(rtol=1e-15, atol=1e-15)

    @jax.jit
    def found(begin: Any, data: Any) -> Any:
        start = optimistix.minimise(loss, near, begin, data, max_steps=500, throw=False).value
        return optimistix.root_find(jax.grad(loss), exact, start, data, max_steps=30, throw=False).value

    def run() -> np.ndarray:
        w = np.asarray(found(jax.numpy.zeros(TRUE.size + 1), data))
        return np.append(w[:-1], back(w[-1]))

    return {"optimistix": run}


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
    names = ("numpy", "scipy", "statsmodels", "sympy", "numba", "jax", "optimistix")
    packages = {name: version(name) for name in names if find_spec(name) is not None}
    RESULT.write_text(
        json.dumps({"machine": platform.processor(), "versions": packages, "rows": table}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
