"""What the tests of this room share: the loss of the logistic chapter, and data with known answers."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import lossproof
from lossproof.lowering import Loss


@pytest.fixture(scope="session")
def logistic() -> Any:
    """The loss of the chapter: cross entropy in the linear predictor."""
    return lossproof.load("logistic_regression").loss


@pytest.fixture(scope="session")
def squares() -> Any:
    """Half the squared distance, written by hand."""
    u, yt = sp.symbols("u yt", real=True)
    return Loss("squares", (u,), yt, "yt real", (u - yt) ** 2 / 2, u - yt, sp.Integer(1))


@pytest.fixture(scope="session")
def softmax() -> Any:
    """Cross entropy over three classes, written by hand: log(sum e^u_k) - u_yt."""
    u, yt = sp.symbols("u0:3", real=True), sp.Symbol("yt", integer=True, nonnegative=True)
    largest = sp.Max(*u)
    powers = [sp.exp(x - largest) for x in u]
    own = [sp.Piecewise((1, sp.Eq(yt, k)), (0, True)) for k in range(3)]
    p = [power / sp.Add(*powers) for power in powers]
    return Loss(
        name="three_classes",
        predictors=u,
        target=yt,
        target_domain="yt integer; 0 <= yt <= 2",
        value=largest + sp.log(sp.Add(*powers)) - sum(o * x for o, x in zip(own, u, strict=True)),
        slope=tuple(p[k] - own[k] for k in range(3)),
        curvature=tuple(tuple(p[k] * (int(k == j) - p[j]) for j in range(3)) for k in range(3)),
    )


@pytest.fixture(scope="session")
def digits() -> Callable[[Any, Any], float]:
    """How many digits agree in the worst entry; an exact 0 is compared absolutely."""

    def agreeing(computed: Any, exact: Any) -> float:
        exact = np.array(exact, dtype=float)
        error = np.abs(np.asarray(computed) - exact) / np.where(np.abs(exact) > 1e-15, np.abs(exact), 1.0)
        return float(-np.log10(np.maximum(error, 1e-17)).min())

    return agreeing


@pytest.fixture
def clicks() -> tuple[np.ndarray, np.ndarray]:
    """A sample (400, 3) that overlaps, with y in {0, 1}."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(400, 3))
    return X, (rng.random(400) < 1 / (1 + np.exp(-(X @ [1.0, -2.0, 0.5] + 0.3)))).astype(float)


@dataclass(frozen=True)
class GivenTable:
    """A CSV file of the reference data."""

    names: tuple[str, ...]
    values: np.ndarray

    def __getitem__(self, name: str) -> np.ndarray:
        return self.values[:, self.names.index(name)]


@pytest.fixture(scope="session")
def given_table(reference_data: Path) -> Callable[[str], GivenTable]:
    def read(name: str) -> GivenTable:
        with (reference_data / name).open(newline="") as stream:
            header, *rows = csv.reader(stream)
        return GivenTable(tuple(header), np.array(rows, dtype=float))

    return read


@pytest.fixture(scope="session")
def given_json(reference_data: Path) -> Callable[[str], Any]:
    return lambda name: json.loads((reference_data / name).read_text())
