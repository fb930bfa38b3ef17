"""Verdicts kept by content: the same question to the same referee is not judged twice.

The key is a hash of the question (claims, assumptions), of the sources of every room that takes part in the
answer, and of the versions of SymPy and python-flint. A verdict is kept as JSON of its parts, each with the name of
its class; only the classes of `VALUES` come out of a file.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from lossproof.errors import InternalError
from lossproof.notation import assumptions, tree
from lossproof.referee import verdict
from lossproof.referee.steps import mutants, report
from lossproof.referee.steps.report import StepVerdict
from lossproof.store import keep as keep_bytes
from lossproof.store import recall as recall_bytes
from lossproof.words import codes

PACKAGE = Path(__file__).resolve().parent.parent
ROOMS = ("functions", "notation", "words", "moves", "derivation", "referee")
CODES = Path("words") / "codes.py"
"""Of `words` a verdict holds the codes alone, and no sentence of any language."""
LIBRARIES = ("sympy", "python-flint")
KIND = "verdicts"
VALUES: tuple[ModuleType, ...] = (tree, assumptions, codes, verdict, mutants, report)
"""The modules whose dataclasses and enumerations a verdict is made of."""


def key_of(question: Any) -> str:
    """SHA-256 of a question made of frozen data, and of everything that the answer depends on."""
    return hashlib.sha256(f"{environment()}\n{question!r}".encode()).hexdigest()


@cache
def environment() -> str:
    """SHA-256 of the sources that take part in a verdict and of the versions of the libraries they call."""
    found = hashlib.sha256(repr([(name, version(name)) for name in LIBRARIES]).encode())
    for path in sorted(path.relative_to(PACKAGE) for room in ROOMS for path in (PACKAGE / room).rglob("*.py")):
        if path.parent != CODES.parent or path == CODES:
            found.update(f"{path}\0".encode() + (PACKAGE / path).read_bytes())
    return found.hexdigest()


def recall(key: str) -> StepVerdict | None:
    """The verdict kept under ``key``; None where there is none that can be trusted."""
    kept = recall_bytes(KIND, key)
    if kept is None:
        return None
    try:
        found = _value(json.loads(kept))
    except (ValueError, TypeError, KeyError):
        return None
    return found if isinstance(found, StepVerdict) else None


def keep(key: str, judged: StepVerdict) -> None:
    """Keep ``judged`` under ``key``."""
    keep_bytes(KIND, key, json.dumps(_data(judged), ensure_ascii=False).encode())


@cache
def _classes() -> dict[str, type]:
    found = (each for module in VALUES for each in vars(module).values() if isinstance(each, type))
    return {each.__name__: each for each in found if is_dataclass(each) or issubclass(each, Enum)}


def _data(value: Any) -> Any:
    """``value`` as JSON: what JSON has no form for is an object that names its class."""
    if type(value) in (str, int, float, bool, type(None)):
        return value
    if isinstance(value, tuple):
        return [_data(each) for each in value]
    if isinstance(value, list):
        return {"is": "list", "of": [_data(each) for each in value]}
    if isinstance(value, dict):
        return {"is": "dict", "of": [[_data(key), _data(each)] for key, each in value.items()]}
    if isinstance(value, Fraction):
        return {"is": "Fraction", "of": str(value)}
    kind = type(value)
    if _classes().get(kind.__name__) is not kind:
        raise InternalError(f"A verdict holds {value!r}, whose class is not among those that can be kept.")
    if isinstance(value, Enum):
        return {"is": kind.__name__, "of": value.value}
    return {"is": kind.__name__, "with": {each.name: _data(getattr(value, each.name)) for each in fields(value)}}


def _value(data: Any) -> Any:
    """What `_data` made ``data`` of."""
    if isinstance(data, list):
        return tuple(_value(each) for each in data)
    if not isinstance(data, dict):
        return data
    kind = data["is"]
    if kind == "dict":
        return {_value(key): _value(each) for key, each in data["of"]}
    if kind == "list":
        return [_value(each) for each in data["of"]]
    if kind == "Fraction":
        return Fraction(data["of"])
    made = _classes()[kind]
    return made(data["of"]) if "of" in data else made(**{name: _value(each) for name, each in data["with"].items()})
