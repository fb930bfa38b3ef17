"""From a likelihood to a loss you can trust, read and run.

`import lossproof` is light: each public name is imported from its room when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_ROOM_OF = {
    "parse": "notation",
    "Derivation": "chapters",
    "load": "chapters",
    "equal": "referee",
    "Verdict": "referee",
    "Status": "referee",
    "Model": "models",
    "Loss": "lowering",
    "objective": "lowering",
    "fit": "training",
    "load_fit": "training",
    "separation": "training",
    "LossClassifier": "training",
    "LossRegressor": "training",
    "LossproofError": "errors",
    "CallerError": "errors",
    "RejectedText": "errors",
    "DerivationError": "errors",
    "UnknownChapter": "errors",
    "DataError": "errors",
    "MoveError": "errors",
    "RefutedLoss": "errors",
    "MissingExtra": "errors",
    "InternalError": "errors",
}

__all__ = ["__version__", *_ROOM_OF]


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'lossproof' has no attribute {name!r}")
    return getattr(import_module(f"lossproof.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)


if TYPE_CHECKING:
    from lossproof.chapters import Derivation as Derivation
    from lossproof.chapters import load as load
    from lossproof.lowering import Loss as Loss
    from lossproof.lowering import objective as objective
    from lossproof.models import Model as Model
    from lossproof.notation import parse as parse
    from lossproof.referee import Status as Status
    from lossproof.referee import Verdict as Verdict
    from lossproof.referee import equal as equal
    from lossproof.training import LossClassifier as LossClassifier
    from lossproof.training import LossRegressor as LossRegressor
    from lossproof.training import load_fit as load_fit
    from lossproof.training import separation as separation
    from lossproof.training.fit import fit as fit
