"""A chapter to take along: the script as it is, and a notebook whose outputs are what its cells give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from lossproof.chapters.chapter import judge_chapter
from lossproof.chapters.scripts import load_chapter
from lossproof.site.chapter_notebook import taken_along
from lossproof.site.words import ENGLISH

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def taken() -> dict[str, str]:
    return taken_along(judge_chapter(load_chapter(ROOT / "derivations" / "coin.py")), ENGLISH)


def test_the_script_is_the_chapters_own(taken: dict[str, str]) -> None:
    assert taken["coin.py"] == (ROOT / "derivations" / "coin.py").read_text(encoding="utf-8")


def test_the_outputs_of_the_notebook_are_those_of_a_run(taken: dict[str, str]) -> None:
    written = json.loads(taken["coin.ipynb"])
    again = nbformat.reads(taken["coin.ipynb"], as_version=4)
    nbformat.validate(again)
    NotebookClient(again, timeout=600).execute()
    assert [outputs(cell) for cell in again.cells] == [outputs(cell) for cell in written["cells"]]


def outputs(cell: Any) -> list[Any]:
    """What a cell shows; how many verdicts came from the cache is no property of the chapter."""
    shown = [each.get("data") or each["text"].partition("\n  ")[0] for each in cell.get("outputs", [])]
    return [dict(each) if isinstance(each, dict) else each for each in shown]


def test_every_step_has_its_words_and_its_code(taken: dict[str, str]) -> None:
    cells = json.loads(taken["coin.ipynb"])["cells"]
    derivation = load_chapter(ROOT / "derivations" / "coin.py")
    titles = [
        cell["source"].partition("\n")[0].removeprefix("## ") for cell in cells if cell["cell_type"] == "markdown"
    ]
    assert titles[1:-1] == [step.title for step in derivation.steps]
    code = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    assert all(f"def {step.name}(" in code for step in derivation.steps)
    assert "__main__" not in code
