"""Which loss is meant: a `Loss`, a derivation that publishes one, or the name of a chapter."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from lossproof.errors import CallerError
from lossproof.lowering import Loss


def loss_of(given: Any) -> Loss:
    """The loss that ``given`` names, is or publishes; a chapter is read once for what its script holds.

    Raises CallerError for anything else, UnknownChapter for a name that no chapter has.
    """
    from lossproof.chapters.derivation import Derivation
    from lossproof.chapters.scripts import script

    if isinstance(given, str | Path):
        path = script(given)
        return _published(path, sha256(path.read_bytes()).hexdigest())
    if isinstance(given, Derivation):
        given = given.loss
    if not isinstance(given, Loss):
        raise CallerError(
            f"loss: {_shown(given)} was given; a Loss is needed, as in load('logistic_regression').loss, or the "
            "name of a chapter."
        )
    return _first_of(given)


@lru_cache(maxsize=64)
def _published(path: Path, content: str) -> Loss:
    from lossproof.chapters.scripts import load

    return load(path).loss


@lru_cache(maxsize=64)
def _first_of(loss: Loss) -> Loss:
    """A copy that stands for all equal losses: what is found out about it is found once, and not in the caller's."""
    return replace(loss)


def _shown(given: Any) -> str:
    return f"{repr(given)[:60]} ({type(given).__name__})"
