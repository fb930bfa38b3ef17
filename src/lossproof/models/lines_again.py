"""A derivation that was derived before, from what is kept on disk: its lines, recorded again as they were.

    Model("mu^y*exp(-mu)/factorial(y)", ...)  ->  key  ->  [[name, result as text, what was said of the step], ...]

The key names the model and everything that its derivation depends on: the sources of every room that takes part and
the versions of SymPy and python-flint. What is kept is text in the grammar of claims; it is read as nothing else, and
the referee judges what was read as it judges any line. Only what comes back as the same lines is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sympy as sp

from lossproof import store
from lossproof.derivation import Relation, Script, Step
from lossproof.errors import CallerError
from lossproof.notation import to_text
from lossproof.referee.cache import environment

if TYPE_CHECKING:
    from lossproof.chapters.derivation import Derivation

KIND = "derivations"
PACKAGE = Path(__file__).resolve().parent.parent
PUBLISHES = ("publish_loss", "publish_classes")
ROOMS = ("models", "chapters/derivation.py")
"""What takes part beside the rooms that a verdict depends on."""


@dataclass(frozen=True)
class Log:
    """A script that writes down what it is told: every line, and what is published at the end."""

    script: Script
    lines: list[list[Any]] = field(default_factory=list)
    published: dict[str, Any] = field(default_factory=dict)

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.script.steps

    def step(self, name: str) -> Step:
        return self.script.step(name)

    def record(self, name: str, result: sp.Expr | None, **said: Any) -> Step:
        step = self.script.record(name, result, **said)
        self.lines.append([name, None if result is None else to_text(step.result_tree), said])
        return step

    def publish_loss(self, **said: Any) -> None:
        self._publish("publish_loss", said)

    def publish_classes(self, **said: Any) -> None:
        self._publish("publish_classes", said)

    def _publish(self, kind: str, said: dict[str, Any]) -> None:
        getattr(self.script, kind)(**said)
        self.published.update({"kind": kind, "said": said})


def recalled(key: str, empty: Callable[..., Derivation]) -> Derivation | None:
    """The derivation with the lines that are kept under ``key``, from an ``empty`` one; None where there are none."""
    data = store.recall(KIND, key)
    if data is None:
        return None
    with suppress(ValueError, TypeError, KeyError, CallerError):
        return _again(data, empty)
    return None


def kept(key: str, log: Log, empty: Callable[..., Derivation]) -> Derivation | None:
    """The derivation that ``log`` was told, read back from what is now kept under ``key``; None where it is another.

    A result that SymPy writes otherwise when it is read, 2*(a + b) as 2*a + 2*b, stands as it was read.
    """
    with suppress(ValueError, TypeError, KeyError, CallerError):
        told = [*log.lines]
        first = _again(_written(log, told), empty)
        for line, step in zip(told, first.steps, strict=True):
            line[1] = None if line[1] is None else to_text(step.result_tree)
        second = _again(data := _written(log, told), empty)
        if all(map(_same, first.steps, second.steps)) and all(map(_same_line, first.steps, log.steps)):
            store.keep(KIND, key, data)
            return first
    return None


def _written(log: Log, lines: list[list[Any]]) -> bytes:
    return json.dumps({"where": log.script.where, "lines": lines, "published": log.published}).encode()


def key_of(*said: Any) -> str:
    """A key for what a model ``said``, frozen data, and for everything that its derivation depends on."""
    return f"{_environment()}\n{said!r}"


@cache
def _environment() -> str:
    found = hashlib.sha256(environment().encode())
    for room in ROOMS:
        place = PACKAGE / room
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(f"{path.relative_to(PACKAGE)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def _again(data: bytes, empty: Callable[..., Derivation]) -> Derivation:
    kept = json.loads(data)
    derivation = empty(where=kept["where"])
    for name, result, said in kept["lines"]:
        said["relation"] = Relation(said.get("relation", Relation.EQUAL))
        derivation.record(name, None if result is None else derivation.expression(result), **said)
    published = kept["published"]
    if published["kind"] not in PUBLISHES:
        raise ValueError(published["kind"])
    getattr(derivation, published["kind"])(**{name: _in_tuples(value) for name, value in published["said"].items()})
    return derivation


def _in_tuples(value: Any) -> Any:
    return tuple(map(_in_tuples, value)) if isinstance(value, list) else value


def _same(one: Step, other: Step) -> bool:
    """Whether two steps are the same; the symbols of their results may know more or less of themselves."""
    return _same_line(one, other) and (str(one.result), one.result_tree) == (str(other.result), other.result_tree)


def _same_line(one: Step, other: Step) -> bool:
    """Whether two steps say the same, however their results are written."""
    names = [each.name for each in fields(Step) if each.name not in ("result", "result_tree")]
    return all(getattr(one, name) == getattr(other, name) for name in names)
