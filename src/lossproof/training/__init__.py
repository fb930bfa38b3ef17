"""Room: who minimises, on how much data, and how sure the answer is.

fit -> Fit      separation -> Separation      LossClassifier, LossRegressor (scikit-learn)      train, book_run
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lossproof.training.fit import fit
from lossproof.training.result import Fit
from lossproof.training.separation import Separation, separation
from lossproof.training.solution import Outcome
from lossproof.training.store import load_fit
from lossproof.training.train import Training, book_run, train

if TYPE_CHECKING:
    from lossproof.training.estimators import LossClassifier, LossRegressor

__all__ = [
    "Fit",
    "LossClassifier",
    "LossRegressor",
    "Outcome",
    "Separation",
    "Training",
    "book_run",
    "fit",
    "load_fit",
    "separation",
    "train",
]

_NEED_SCIKIT_LEARN = ("LossClassifier", "LossRegressor")


def __getattr__(name: str) -> Any:
    if name not in _NEED_SCIKIT_LEARN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.estimators"), name)
