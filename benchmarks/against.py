"""Whether kernels and whole fits of this tree are slower than those of another one, say a checkout of an older commit.

    python benchmarks/against.py TREE [--rounds N] [--loss NAME]

One process for each tree; in turns, each evaluates the same problem a few times, so that a busy moment of the machine
hits both, and the one that begins changes from round to round. Counted is the processor time: of the thread alone, and
of a whole fit (`fit` with its standard errors, at default settings) that of the process. The least of all times says
what the code costs; the last column is what two processes of the other tree differ by, the noise with which that is
known. Prints a table and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

HERE = Path(__file__).resolve().parents[1]
FIT = "fit"
METHODS = ("value", "value_and_gradient", "value_gradient_hessian", FIT)
SHAPES = ((200, 3), (20_000, 3), (200_000, 3), (20_000, 10), (50_000, 50), (5_000, 300))
ENTRIES = 1_000_000  # of X, which are read in about one turn
FIT_READS = 20  # evaluations that a whole fit is about as long as
MOST_CALLS = 50


class Problem(NamedTuple):
    """One method of one objective, or a whole fit: X is (rows, columns)."""

    rows: int
    columns: int
    method: str

    @property
    def calls(self) -> int:
        """How many evaluations make a turn."""
        reads = FIT_READS if self.method == FIT else 1
        return max(5 // reads + 1, min(MOST_CALLS, ENTRIES // (self.rows * self.columns * reads)))


class Tree:
    """A process with the package of one tree, which evaluates what it is asked for."""

    def __init__(self, root: Path, loss: str) -> None:
        if not (root / "src" / "lossproof").is_dir():
            raise SystemExit(f"{root} is no checkout of lossproof: it has no src/lossproof")
        threads = dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(root), "--loss", loss, "--evaluates"],
            env={**os.environ, **threads, "PYTHONPATH": str(root / "src")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def seconds(self, problem: Problem) -> list[float]:
        """The times of one turn."""
        asked, answer = self._process.stdin, self._process.stdout
        assert asked
        assert answer
        print(json.dumps(problem), file=asked, flush=True)
        if not (line := answer.readline()):
            raise SystemExit("a process ended before it answered; what it said stands above")
        return list(json.loads(line))

    def close(self) -> None:
        self._process.communicate()


def evaluate(root: Path, loss_name: str) -> None:
    """Answers each line of stdin, a problem, by the seconds of each evaluation of one turn."""
    import lossproof

    if not Path(lossproof.__file__).is_relative_to(root):
        raise SystemExit(f"{lossproof.__file__} was imported in the place of {root}")
    loss, objectives = lossproof.load(str(root / "derivations" / f"{loss_name}.py")).loss, {}
    for line in sys.stdin:
        problem = Problem(*json.loads(line))
        shape, random = (problem.rows, problem.columns), np.random.default_rng(problem.columns)
        X, w = random.standard_normal(shape), random.standard_normal(problem.columns) / np.sqrt(problem.columns)
        y = (random.random(problem.rows) < 1 / (1 + np.exp(-X @ w))).astype(float)
        if shape not in objectives:
            objectives = {shape: replace(lossproof.objective(loss, X, y), threads=1)}
        if problem.method == FIT:
            call, clock = partial(lossproof.fit, loss, X, y), time.process_time
        else:
            call, clock = partial(getattr(objectives[shape], problem.method), w), time.thread_time
        call(), call()  # the first pays for what the other tree left behind
        print(json.dumps([_seconds(call, clock) for _ in range(problem.calls)]), flush=True)


def _seconds(call: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    call()
    return clock() - start


def compared(problem: Problem, trees: Sequence[Tree], rounds: int) -> list[str]:
    """A row of the table: least and median of the trees, and by how much the second and third differ from the first."""
    times: list[list[float]] = [[] for _ in trees]
    for number in range(rounds):
        turns = list(zip(trees, times, strict=True))
        for tree, found in turns[number % len(turns) :] + turns[: number % len(turns)]:
            found += tree.seconds(problem)
    least, middle = [min(found) for found in times], [statistics.median(found) for found in times]
    cells = [f"{side[which] * 1e3:.4f}" for side in (least, middle) for which in (0, 1)]
    more = [f"{100 * (side[which] / side[0] - 1):+.1f} %" for which in (1, 2) for side in (least, middle)]
    return [f"({problem.rows}, {problem.columns})", problem.method, *cells, *more]


HEAD = (
    *("(M, d)", "method", "other, least ms", "this, least ms", "other, median ms", "this, median ms"),
    *("this, least", "this, median", "other again, least", "other again, median"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path, help="the root of the other checkout")
    parser.add_argument("--rounds", type=int, default=30, help="rounds in which every process has a turn")
    parser.add_argument("--loss", default="logistic_regression", help="a script in derivations; targets are 0 and 1")
    parser.add_argument("--evaluates", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.evaluates:
        evaluate(options.tree, options.loss)
        return
    trees = [Tree(root, options.loss) for root in (options.tree.resolve(), HERE, options.tree.resolve())]
    print("| " + " | ".join(HEAD) + " |\n|" + " --- |" * len(HEAD), flush=True)
    for shape in SHAPES:
        for method in METHODS:
            rounds = options.rounds if method != FIT else -(-options.rounds // 3)
            print("| " + " | ".join(compared(Problem(*shape, method), trees, rounds)) + " |", flush=True)
    for tree in trees:
        tree.close()


if __name__ == "__main__":
    main()
