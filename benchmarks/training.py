"""How long whole fits take, side by side with other libraries, to the same loss.

    python benchmarks/training.py [--rounds N] [--scale S] [--threads N] [--mapped ROWS]

Logistic regression with an intercept and no penalty. The target is the best mean loss that anybody reaches; for each
contender the loosest tolerance is taken that gets within 1e-9 of it (relative), and then everybody is timed with
that, in turn in each round, so that a busy moment of the machine hits all of them; medians are compared. Our
defaults (ten digits) are timed beside it, without and with standard errors. glum takes part where it is installed.
``--mapped`` also fits a memory-mapped float32 file of so many rows and 10 features and reports the peak of its own
(anonymous) memory. Writes benchmarks/results/training.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

import lossproof

sys.path.insert(0, str(Path(__file__).resolve().parent))

from kernels import medians, table, versions, with_threads

RESULT = Path(__file__).resolve().parent / "results" / "training.md"
SHAPES = ((1_000_000, 10), (300_000, 50), (50_000, 200))
TOLERANCES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14)
SAME_LOSS = 1e-9

Coefficients = np.ndarray
Fit = Callable[["Data", float], Coefficients]


@dataclass(frozen=True)
class Data:
    """One problem: X (M, d) and y (M,)."""

    X: np.ndarray
    y: np.ndarray

    def loss(self, w: Coefficients) -> float:
        """The mean loss at w, the intercept last."""
        u = self.X @ w[:-1] + w[-1]
        return float(np.mean(np.logaddexp(0, u) - self.y * u))


def problem(rows: int, columns: int) -> Data:
    random = np.random.default_rng(columns)
    X = random.standard_normal((rows, columns))
    w = random.standard_normal(columns) / np.sqrt(columns)
    return Data(X, (random.random(rows) < 1 / (1 + np.exp(-X @ w - 0.3))).astype(float))


# Contenders: coefficients with the intercept last, at a tolerance of their own kind.


def ours(data: Data, tolerance: float) -> Coefficients:
    return lossproof.fit(logistic(), data.X, data.y, tolerance=tolerance).params


def scikit_learn(solver: str) -> Fit:
    def run(data: Data, tolerance: float) -> Coefficients:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=np.inf, solver=solver, tol=tolerance, max_iter=1000).fit(data.X, data.y)
        return np.append(model.coef_[0], model.intercept_)

    return run


def glum(data: Data, tolerance: float) -> Coefficients:
    from glum import GeneralizedLinearRegressor

    model = GeneralizedLinearRegressor(family="binomial", alpha=0, gradient_tol=tolerance, max_iter=1000)
    model.fit(data.X, data.y)
    return np.append(model.coef_, model.intercept_)


def statsmodels(data: Data, tolerance: float) -> Coefficients:
    from statsmodels.api import Logit

    design = np.column_stack([data.X, np.ones(len(data.y))])
    return np.asarray(Logit(data.y, design).fit(disp=0, tol=tolerance, maxiter=100).params)


CONTENDERS: dict[str, Fit] = {
    "lossproof": ours,
    "scikit-learn newton-cholesky": scikit_learn("newton-cholesky"),
    "scikit-learn lbfgs": scikit_learn("lbfgs"),
    "glum": glum,
    "statsmodels": statsmodels,
}


DEFAULTS: dict[str, Callable[[Data], Any]] = {
    "ours, default tolerance": lambda data: lossproof.fit(logistic(), data.X, data.y),
    "the same with standard errors": lambda data: lossproof.fit(logistic(), data.X, data.y).standard_errors,
}


@cache
def logistic() -> lossproof.Loss:
    return lossproof.load("logistic_regression").loss


def taking_part() -> dict[str, Fit]:
    missing = {name for name in ("glum", "statsmodels") if importlib.util.find_spec(name) is None}
    return {name: run for name, run in CONTENDERS.items() if name not in missing}


def loosest(data: Data) -> dict[str, tuple[float, float]]:
    """For everybody the loosest tolerance that reaches the best loss, and the relative excess that it leaves."""
    reached = {
        name: [(tolerance, data.loss(run(data, tolerance))) for tolerance in TOLERANCES]
        for name, run in taking_part().items()
    }
    best = min(loss for tried in reached.values() for _, loss in tried)
    found = {}
    for name, tried in reached.items():
        enough = [(tolerance, loss / best - 1) for tolerance, loss in tried if loss <= best * (1 + SAME_LOSS)]
        found[name] = enough[0] if enough else (TOLERANCES[-1], tried[-1][1] / best - 1)
    return found


def row(shape: tuple[int, int], options: argparse.Namespace) -> list[str]:
    """Milliseconds of each contender with how many times ours, and the excess of its loss."""
    data = problem(max(2000, int(shape[0] * options.scale)), shape[1])
    settings = loosest(data)
    runs = {name: partial(run, data, settings[name][0]) for name, run in taking_part().items()}
    usual = {name: partial(run, data) for name, run in DEFAULTS.items()}
    seconds = medians({**runs, **usual}, options.rounds, warm=1, calls=1)
    by_default = [f"{seconds.pop(name) * 1e3:.0f}" for name in usual]
    mine = seconds["lossproof"]
    others = min(value for name, value in seconds.items() if name != "lossproof")
    cells = [
        f"{value * 1e3:.0f} ({value / mine:.1f}; {settings[name][0]:g}, {settings[name][1]:.0e})"
        for name, value in seconds.items()
    ]
    print(f"  {data.X.shape}: {dict(zip(seconds, cells, strict=True))}", file=sys.stderr)
    return [str(data.X.shape), *cells, f"{others / mine:.1f}", *by_default]


MAPPED = """
import sys, time, threading
import numpy as np
import lossproof
rows, folder = int(sys.argv[1]), sys.argv[2]
loss = lossproof.load("logistic_regression").loss
X = np.load(folder + "/X.npy", mmap_mode="r")
y = np.load(folder + "/y.npy", mmap_mode="r")
lossproof.fit(loss, np.array(X[:5000]), np.array(y[:5000]))

def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("RssAnon")).split()[1]) / 1024

peak, done = [anonymous()], []

def look():
    while not done:
        peak.append(anonymous())
        time.sleep(0.02)

thread = threading.Thread(target=look)
thread.start()
start = time.perf_counter()
found = lossproof.fit(loss, X, y)
seconds = time.perf_counter() - start
done.append(True)
thread.join()
print(seconds, max(peak), peak[0], found.iterations, found.converged)
"""


def mapped_table(rows: int) -> str:
    """A fit of a file: seconds, passes over it, peak of anonymous memory."""
    with tempfile.TemporaryDirectory() as folder:
        write_file(Path(folder), rows)
        command = [sys.executable, "-c", MAPPED, str(rows), folder]
        runs = {
            name: subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
            for name in ("first", "second")
        }
    head = ["run", "seconds", "iterations", "converged", "peak anonymous, MiB", "before the fit, MiB", "file, GB"]
    return table(head, [[name, *_figures(out), f"{rows * 44 / 1e9:.1f}"] for name, out in runs.items()])


def _figures(out: list[str]) -> list[str]:
    seconds, peak, before, iterations, converged = out
    return [f"{float(seconds):.1f}", iterations, converged, f"{float(peak):.0f}", f"{float(before):.0f}"]


def write_file(folder: Path, rows: int) -> None:
    """X (rows, 10) and y (rows,) in float32, a piece at a time."""
    X = np.lib.format.open_memmap(folder / "X.npy", mode="w+", dtype=np.float32, shape=(rows, 10))
    y = np.lib.format.open_memmap(folder / "y.npy", mode="w+", dtype=np.float32, shape=(rows,))
    random = np.random.default_rng(0)
    w = np.linspace(-1, 1, 10, dtype=np.float32)
    for start in range(0, rows, 1_000_000):
        part = random.standard_normal((min(1_000_000, rows - start), 10), dtype=np.float32)
        X[start : start + len(part)] = part
        y[start : start + len(part)] = random.random(len(part)) < 1 / (1 + np.exp(-part @ w))
    X.flush()
    y.flush()


def report(options: argparse.Namespace) -> str:
    names = list(taking_part())
    explained = "in brackets: how many times ours; the tolerance it needs, and the excess of its loss that is left"
    parts = [
        "# Training",
        f"{versions()}; {options.threads} threads; medians of {options.rounds} interleaved rounds.",
        f"## Milliseconds to the same loss ({explained})",
        table(["(M, d)", *names, "best of the others / ours", *DEFAULTS], [row(shape, options) for shape in SHAPES]),
    ]
    if options.mapped:
        parts += [f"## A memory-mapped float32 file of {options.mapped} rows", mapped_table(options.mapped)]
    return "\n\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="fraction of the rows of each shape")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--mapped", type=int, default=0, metavar="ROWS")
    options = parser.parse_args()
    with_threads(options.threads)
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    text = report(options)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text + "\n", encoding="utf-8")
    print(text)
    print(f"({time.perf_counter() - start:.0f} s)", file=sys.stderr)


if __name__ == "__main__":
    main()
