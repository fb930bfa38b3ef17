"""The versions that `make oldest` installs are the oldest that the package says it takes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_oldest_versions_are_those_of_the_package() -> None:
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    said = dict(re.match(r"([\w-]+)>=([\d.]+)", each).groups() for each in needs)
    pinned = dict(
        line.split("==") for line in (ROOT / "constraints-oldest.txt").read_text().splitlines() if "==" in line
    )
    assert pinned.keys() == said.keys()
    for name, version in pinned.items():
        assert _numbers(version) == _numbers(said[name]), name


def _numbers(version: str) -> list[int]:
    numbers = [int(each) for each in version.split(".")]
    return numbers + [0] * (3 - len(numbers))
