"""Verdicts kept by content: the same question to the same referee is not judged twice.

The key is a hash of the question (claims, assumptions), of the sources of every room that takes part in the
answer, and of the versions of SymPy and python-flint. A file that cannot be read, or that answers another
question, counts as absent; a folder that cannot be written means that nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lossproof.referee.steps.report import MutantCount, Part, StepVerdict
from lossproof.referee.verdict import Evidence, Rule, Status, Verdict, Witness

PACKAGE = Path(__file__).resolve().parent.parent
ROOMS = ("notation", "derivation", "moves", "referee")
LIBRARIES = ("sympy", "python-flint")
FOLDER = Path(".lossproof") / "cache"


def key_of(question: Any) -> str:
    """SHA-256 of a question made of frozen data, and of everything that the answer depends on."""
    return hashlib.sha256(f"{environment()}\n{question!r}".encode()).hexdigest()


@cache
def environment() -> str:
    """SHA-256 of the sources that take part in a verdict and of the versions of the libraries they call."""
    found = hashlib.sha256(repr([(name, version(name)) for name in LIBRARIES]).encode())
    for path in sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")):
        found.update(f"{path.relative_to(PACKAGE)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def recall(key: str, folder: Path = FOLDER) -> StepVerdict | None:
    """The verdict kept under ``key``; None where there is none that can be trusted."""
    try:
        kept = json.loads(_file(key, folder).read_text(encoding="utf-8"))
        return _step_verdict(kept["verdict"]) if kept["key"] == key else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def keep(key: str, verdict: StepVerdict, folder: Path = FOLDER) -> None:
    """Write ``verdict`` under ``key``, whole or not at all."""
    text = json.dumps({"key": key, "verdict": asdict(verdict)}, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, _file(key, folder))
    except OSError:
        return


def _file(key: str, folder: Path) -> Path:
    return folder / f"{key}.json"


def _step_verdict(kept: dict[str, Any]) -> StepVerdict:
    return StepVerdict(
        verdict=_verdict(kept["verdict"]),
        parts=tuple(Part(part["obligation"], _verdict(part["verdict"])) for part in kept["parts"]),
        mutants=MutantCount(**{**kept["mutants"], "survived": tuple(kept["mutants"]["survived"])}),
    )


def _verdict(kept: dict[str, Any]) -> Verdict:
    witness = kept["witness"]
    return Verdict(
        status=Status(kept["status"]),
        method=kept["method"],
        evidence=_evidence(kept["evidence"]),
        witness=None if witness is None else Witness(**witness),
    )


def _evidence(kept: dict[str, Any]) -> Evidence:
    rules = tuple(Rule(**rule) for rule in kept["rules"])
    return Evidence(rules, kept["points"], kept["radius"], tuple(kept["assumptions"]), kept["failure"])
