"""Data that ship with scikit-learn, for the chapters whose own data a book may no longer use, or that are too large."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lossproof.errors import MissingExtra

Array = NDArray[np.float64]
SPLIT = 123  # the seed with which the book draws its test rows


class Rows(NamedTuple):
    """Measurements (M, d) with the names of their columns, and what is to be learnt (M,)."""

    X: Array
    y: Array
    names: tuple[str, ...]


def diabetes() -> Rows:
    """442 patients: the course of the disease a year later, and ten measurements in units of their spread.

    Efron, Hastie, Johnstone and Tibshirani, Least Angle Regression, 2004.
    """
    found = _datasets().load_diabetes()
    return Rows(found.data * np.sqrt(len(found.data)), found.target, tuple(found.feature_names))


def digits() -> Rows:
    """1797 digits written by hand, as 8 by 8 pixels from 0 to 1 (UCI, Optical Recognition of Handwritten Digits)."""
    found = _datasets().load_digits()
    return Rows(found.data / found.data.max(), found.target.astype(float), tuple(found.feature_names))


def drawn(rows: int, train: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Which rows are for training and which for the test, as the book draws them."""
    order = np.random.RandomState(SPLIT).permutation(rows)  # as scikit-learn's train_test_split does
    return order[rows - train :], order[: rows - train]


def _datasets() -> Any:
    try:
        from sklearn import datasets
    except ImportError as missing:
        sentence = "these data come with scikit-learn: pip install 'lossproof[sklearn]', or give your own with --data"
        raise MissingExtra(sentence) from missing
    return datasets
