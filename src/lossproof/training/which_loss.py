"""Which loss is meant: a `Loss`, a derivation that publishes one, or the name of a chapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from lossproof.errors import CallerError, DataError
from lossproof.lowering import Loss
from lossproof.lowering.classes import ClassLoss


def loss_of_data(given: Any, y: Any) -> Loss:
    """`loss_of`, for as many classes as the labels ``y`` (M,) name where the loss leaves that open.

    Raises DataError for labels that are not all in one place.
    """
    loss = loss_of(given)
    if isinstance(loss, Loss):
        return loss
    if isinstance(y, str) or hasattr(y, "dask") or not (isinstance(y, Sequence) or hasattr(y, "__array__")):
        raise DataError(
            f"y: {_shown(y)} was given; the labels lie elsewhere, so say how many classes there are:"
            f" load({loss.name!r}).loss.of(3)"
        )
    return loss.of_labels(y)


def labels_of_data(given: Any, y: Any) -> Any:
    """The labels as the loss of `loss_of_data` counts them, from 0; what is no label stays as it is."""
    loss = loss_of(given)
    return y if isinstance(loss, Loss) else loss.from_zero(y)


def loss_of(given: Any) -> Loss | ClassLoss:
    """The loss that ``given`` names, is or publishes; a chapter is read once for what its script holds.

    Raises CallerError for anything else, UnknownChapter for a name that no chapter has.
    """
    from lossproof.chapters.derivation import Derivation
    from lossproof.chapters.scripts import script

    if isinstance(given, str | Path):
        path = script(given)
        return _published(path, sha256(path.read_bytes()).hexdigest())
    if isinstance(given, Derivation) or hasattr(given, "derive"):
        given = given.loss
    if not isinstance(given, (Loss, ClassLoss)):
        raise CallerError(
            f"loss: {_shown(given)} was given; a Loss is needed, as in load('logistic_regression').loss, or the "
            "name of a chapter."
        )
    return _first_of(given)


@lru_cache(maxsize=64)
def _published(path: Path, content: str) -> Loss | ClassLoss:
    from lossproof.chapters.scripts import load

    return load(path).loss


@lru_cache(maxsize=64)
def _first_of(loss: Loss | ClassLoss) -> Loss | ClassLoss:
    """A copy that stands for all equal losses: what is found out about it is found once, and not in the caller's."""
    return replace(loss)


def _shown(given: Any) -> str:
    return f"{repr(given)[:60]} ({type(given).__name__})"
