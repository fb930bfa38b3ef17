"""How fast and how accurate the generated code is, side by side with other ways to the same numbers.

    python benchmarks/kernels.py [--rounds N] [--scale S] [--points N] [--threads N]

Every contender computes mean loss and gradient (then also the Hessian) of logistic regression for the same data.
In each round each contender has its turn, a few calls in a row as a minimiser makes them, so that a busy moment
of the machine hits all of them; the medians are compared. The floor is the time to read X once: the faster of
``np.sum`` and a sum in two threads. JAX takes part where it is installed, in float64. Writes
benchmarks/results/kernels.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import sympy

import lossproof

RESULT = Path(__file__).resolve().parent / "results" / "kernels.md"
SHAPES = ((1_000_000, 3), (1_000_000, 10), (500_000, 50), (100_000, 300))
HESSIAN_SHAPES = ((1_000_000, 3), (1_000_000, 10), (200_000, 50), (50_000, 300))
SIZES_OF_THE_SECOND_TEXTBOOK = (10, 20, 40, 80)
PACKAGES = (
    *("lossproof", "numba", "numpy", "scipy", "scikit-learn", "glum", "statsmodels"),
    *("jax", "sympy", "python-flint"),
)

Run = Callable[[], Any]


@dataclass(frozen=True)
class Data:
    """One logistic problem: X (M, d), y (M,), and the coefficients at which everything is evaluated."""

    X: np.ndarray
    y: np.ndarray
    w: np.ndarray


def problem(rows: int, columns: int) -> Data:
    random = np.random.default_rng(columns)
    X = random.standard_normal((rows, columns))
    w = random.standard_normal(columns) / np.sqrt(columns)
    return Data(X, (random.random(rows) < 1 / (1 + np.exp(-X @ w))).astype(float), w)


# Contenders: what one evaluation costs, everything that can be prepared being prepared.


def ours(data: Data, hessian: bool, threads: int) -> Run:
    objective = replace(lossproof.objective(logistic(), data.X, data.y), threads=threads)
    method = objective.value_gradient_hessian if hessian else objective.value_and_gradient
    return lambda: method(data.w)


def by_hand(data: Data, hessian: bool, threads: int) -> Run:
    """What a careful person writes in NumPy: stable, vectorised, whole arrays at a time."""

    def run() -> tuple[Any, ...]:
        u = data.X @ data.w
        e = np.exp(-np.abs(u))
        value = np.mean(np.maximum(u, 0) - data.y * u + np.log1p(e))
        p = np.where(u >= 0, 1, e) / (1 + e)
        gradient = data.X.T @ (p - data.y) / len(u)
        if not hessian:
            return value, gradient
        return value, gradient, (data.X * (e / (1 + e) ** 2)[:, None]).T @ data.X / len(u)

    return run


def as_printed(data: Data, hessian: bool, threads: int) -> Run:
    """The formula as the book prints it, through lambdify: overflows, but is what one gets without care."""
    yt, yp = sympy.symbols("yt yp")
    ce = -(yt * sympy.log(yp) + (1 - yt) * sympy.log(1 - yp))
    value = sympy.lambdify((yt, yp), ce)
    slope = sympy.lambdify((yt, yp), sympy.simplify(sympy.diff(ce, yp)) * yp * (1 - yp))
    curvature = sympy.lambdify(yp, yp * (1 - yp))

    def run() -> tuple[Any, ...]:
        p = 1 / (1 + np.exp(-(data.X @ data.w)))
        found = value(data.y, p).mean(), data.X.T @ slope(data.y, p) / len(p)
        return (*found, (data.X.T * curvature(p)) @ data.X / len(p)) if hessian else found

    return run


def scikit_learn(data: Data, hessian: bool, threads: int) -> Run:
    """The compiled loss inside scikit-learn's LogisticRegression, with its own threads."""
    from sklearn._loss import HalfBinomialLoss
    from sklearn.linear_model._linear_loss import LinearModelLoss

    loss = LinearModelLoss(base_loss=HalfBinomialLoss(), fit_intercept=False)
    if hessian:
        return lambda: loss.gradient_hessian(data.w, data.X, data.y, n_threads=threads)
    return lambda: loss.loss_gradient(data.w, data.X, data.y, n_threads=threads)


def with_jax(data: Data, hessian: bool, threads: int) -> Run:
    """``jit`` of the mean of the stable loss, differentiated by JAX; float64."""
    import jax
    import jax.numpy as jnp

    with_float64()
    X, y, w = (jax.device_put(part) for part in (data.X, data.y, data.w))

    def mean(w: Any, X: Any, y: Any) -> Any:
        u = X @ w
        return jnp.mean(jnp.maximum(u, 0) - y * u + jnp.log1p(jnp.exp(-jnp.abs(u))))

    gradient = jax.value_and_grad(mean)
    evaluate = jax.jit((lambda *a: (*gradient(*a), jax.hessian(mean)(*a))) if hessian else gradient)
    return lambda: jax.block_until_ready(evaluate(w, X, y))


def with_float64() -> None:
    import jax

    jax.config.update("jax_enable_x64", True)


def reading_alone(data: Data, hessian: bool, threads: int) -> Run:
    return lambda: np.sum(data.X)


def reading_in_threads(data: Data, hessian: bool, threads: int) -> Run:
    parts, pool = np.array_split(data.X, threads), ThreadPoolExecutor(threads)
    return lambda: list(pool.map(np.sum, parts))


CONTENDERS: dict[str, Callable[[Data, bool, int], Run]] = {
    "lossproof": ours,
    "NumPy by hand": by_hand,
    "lambdify as printed": as_printed,
    "scikit-learn": scikit_learn,
    "JAX jit": with_jax,
    "read X (np.sum)": reading_alone,
    "read X (threads)": reading_in_threads,
}


def logistic() -> lossproof.Loss:
    return lossproof.load("logistic_regression").loss


def taking_part() -> dict[str, Callable[[Data, bool, int], Run]]:
    missing = {"JAX jit"} if importlib.util.find_spec("jax") is None else set()
    return {name: build for name, build in CONTENDERS.items() if name not in missing}


def medians(runs: dict[str, Run], rounds: int, warm: int = 2, calls: int = 3) -> dict[str, float]:
    """Seconds a call: rounds in which everybody has a turn of ``warm`` calls that do not count and ``calls`` that do.

    A minimiser calls again and again, so that is what is timed. The first calls of a turn pay for what the one
    before left behind: data pushed out of the cache, threads that spin or sleep.
    """
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            for _ in range(warm):
                run()
            times[name] += [_seconds(run) for _ in range(calls)]
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def _seconds(run: Run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def timed(shapes: tuple[tuple[int, int], ...], hessian: bool, options: argparse.Namespace) -> Iterator[list[str]]:
    """One row a shape: milliseconds of each contender, and how many times ours they take."""
    for rows, columns in shapes:
        data = problem(max(1000, int(rows * options.scale)), columns)
        runs = {name: build(data, hessian, options.threads) for name, build in taking_part().items()}
        seconds = medians(runs, options.rounds)
        floor = min(seconds.pop("read X (np.sum)"), seconds.pop("read X (threads)"))
        ours = seconds["lossproof"]
        cells = [f"{value * 1e3:.2f} ({value / ours:.1f})" for value in seconds.values()]
        yield [f"({len(data.X)}, {columns})", *cells, f"{floor * 1e3:.2f}", f"{ours / floor:.2f}"]
        print("  " + "  ".join([f"{rows} x {columns}:", *cells, f"floor {floor * 1e3:.2f} ms"]), file=sys.stderr)


def timing_table(shapes: tuple[tuple[int, int], ...], hessian: bool, options: argparse.Namespace) -> str:
    names = [name for name in taking_part() if not name.startswith("read")]
    return table(["(M, d)", *names, "read X once", "ours / read"], timed(shapes, hessian, options))


def substitution_table() -> str:
    """The way of the second textbook: every point substituted into the likelihood before it is differentiated."""
    rows = []
    for size in SIZES_OF_THE_SECOND_TEXTBOOK:
        data = problem(size, 1)
        start = time.perf_counter()
        b0, b1 = sympy.symbols("b0 b1")
        terms = zip(data.X[:, 0].tolist(), data.y.tolist(), strict=True)
        joint = sum(_log_term(b0 + b1 * x, y) for x, y in terms)
        for by in (b0, b1):
            sympy.lambdify((b0, b1), sympy.diff(joint, by))
        theirs, start = time.perf_counter() - start, time.perf_counter()
        lossproof.objective(logistic(), np.column_stack([data.X, np.ones(size)]), data.y).value_and_gradient([0, 0])
        rows.append([str(size), f"{theirs * 1e3:.0f}", f"{(time.perf_counter() - start) * 1e3:.1f}"])
    return table(["M", "points substituted, ms", "lossproof, ms"], rows)


def _log_term(u: sympy.Expr, y: float) -> sympy.Expr:
    p = 1 / (1 + sympy.exp(-u))
    return sympy.log(p if y else 1 - p)


FIRST_CALL = """
import time, numpy as np, lossproof
loss = lossproof.load("logistic_regression").loss
X, y = np.ones(({rows}, 3)), np.ones({rows})
start = time.perf_counter()
lossproof.objective(loss, X, y).value_and_gradient([0.0, 0.0, 0.0])
print(time.perf_counter() - start)
"""


def first_call_table() -> str:
    """Seconds of the first evaluation in a new process, with nothing kept and with the kept code."""
    rows = []
    for size in (1_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "LOSSPROOF_CACHE_DIR": folder}
            command = [sys.executable, "-c", FIRST_CALL.format(rows=size)]
            done = [subprocess.run(command, env=environment, capture_output=True, text=True, check=True) for _ in "ab"]
        rows.append([str(size), *(f"{float(run.stdout):.2f}" for run in done)])
    return table(["M", "compiling, s", "from the kept code, s"], rows)


def accuracy_table(points: int) -> str:
    """The certificates of the back ends: largest error in units in the last place, and where."""
    rows = [
        [name, row.format, row.function, f"{row.ulp:.3g}", ", ".join(map(repr, row.point)), str(row.points)]
        for name, certificate in certificates(points)
        for row in certificate.rows
    ]
    return table(["back end", "format", "function", "largest error, ulp", "at (u, yt)", "points"], rows)


def certificates(points: int) -> Iterator[tuple[str, Any]]:
    """JAX replaces subnormal numbers by 0, so it is also measured without them."""
    yield "numba", logistic().accuracy("numba", points)
    yield "numpy", logistic().accuracy("numpy", points)
    if "JAX jit" in taking_part():
        with_float64()
        yield "jax", logistic().accuracy("jax", points)
        yield "jax, normal numbers", logistic().accuracy("jax", points, subnormal=False)


def table(head: list[str], rows: Any) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def versions() -> str:
    found = [f"{name} {version(name)}" for name in PACKAGES if importlib.util.find_spec(MODULE.get(name, name))]
    return (
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        + ", ".join(found)
    )


MODULE = {"scikit-learn": "sklearn", "python-flint": "flint"}


def report(options: argparse.Namespace) -> str:
    """The whole Markdown page."""
    times = "milliseconds, in brackets how many times ours"
    return "\n\n".join(
        [
            "# Kernels",
            f"{versions()}; {options.threads} threads for everybody; medians of {options.rounds} interleaved rounds.",
            f"## Loss and gradient ({times})",
            timing_table(SHAPES, False, options),
            f"## Loss, gradient and Hessian ({times})",
            timing_table(HESSIAN_SHAPES, True, options),
            "## The points substituted into the formula, as the second textbook does it",
            substitution_table(),
            "## The first call",
            first_call_table(),
            "## Accuracy",
            accuracy_table(options.points),
        ]
    )


def with_threads(count: int) -> None:
    """Starts over where the libraries would not read the number of threads from the environment in time."""
    names = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    if any(os.environ.get(name) != str(count) for name in names):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **dict.fromkeys(names, str(count))})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="rounds in which every contender has a turn")
    parser.add_argument("--scale", type=float, default=1.0, help="fraction of the rows of each shape")
    parser.add_argument("--points", type=int, default=100_000, help="points of the accuracy certificates")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    with_threads(options.threads)
    text = report(options)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
