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

import lossproof


@pytest.fixture(scope="session")
def logistic() -> Any:
    """The loss of the chapter: cross entropy in the linear predictor."""
    return lossproof.load("logistic_regression").loss


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
