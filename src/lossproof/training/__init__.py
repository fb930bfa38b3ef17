"""Room: who minimises, on how much data, and how sure the answer is.

fit -> Fit      separation -> Separation      LossClassifier, LossRegressor (scikit-learn)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lossproof.training.existence.separation import Separation, separation
from lossproof.training.fit import fit
from lossproof.training.minimise.solution import Outcome
from lossproof.training.result import Fit
from lossproof.training.saved import load_fit

if TYPE_CHECKING:
    from lossproof.training.estimators import LossClassifier, LossRegressor

__all__ = [
    "Fit",
    "LossClassifier",
    "LossRegressor",
    "Outcome",
    "Separation",
    "fit",
    "load_fit",
    "separation",
]

_NEED_SCIKIT_LEARN = ("LossClassifier", "LossRegressor")


def __getattr__(name: str) -> Any:
    if name not in _NEED_SCIKIT_LEARN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.estimators"), name)
