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
    """The loss of the chapter, for three classes."""
    return lossproof.load("softmax_regression").loss.of(3)


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
