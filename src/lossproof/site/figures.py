"""What is known about how far the verdicts can be trusted, in numbers: counted at build or read from a result file."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lossproof.chapters.chapter import Chapter
from lossproof.referee.verdict import Status

# What decides a verdict besides lossproof itself.
_LIBRARIES = ("lossproof", "sympy", "python-flint")


@dataclass(frozen=True, slots=True)
class ChapterFigures:
    """One chapter: how many steps have which status, what became of the mutants of its claims."""

    name: str
    title: str
    statuses: dict[Status, int]
    tried: int
    dropped: int
    refuted: int


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """A collection of claims of others, judged by ``benchmarks/claims.py``: counts by status, times in seconds."""

    claims: int
    right: dict[str, int]
    wrong: dict[str, int]
    corroborated: tuple[str, ...]
    not_good: tuple[str, ...]
    median_seconds: float
    slowest_seconds: float
    versions: dict[str, str]


def chapter_figures(chapter: Chapter) -> ChapterFigures:
    """The figures of a checked derivation."""
    report, mutants = chapter.report, chapter.report.mutants
    statuses = {status: report.count(status) for status in Status}
    return ChapterFigures(chapter.name, chapter.title, statuses, mutants.tried, mutants.dropped, mutants.refuted)


def claim_figures(path: Path) -> ClaimFigures | None:
    """What the benchmark wrote at ``path``; None where it has not been run."""
    if not path.is_file():
        return None
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return ClaimFigures(
        data["claims"],
        data["right"],
        data["wrong"],
        tuple(data["corroborated"]),
        tuple(data["not_good"]),
        data["median_seconds"],
        data["slowest_seconds"],
        data["versions"],
    )


def versions() -> dict[str, str]:
    """The versions that gave the verdicts of this build."""
    return {"Python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}}
