"""The code on hand-written pages runs and answers what the page says."""

from __future__ import annotations

import doctest
import re
import runpy
from pathlib import Path

import click
import numpy as np
import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPTIONS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.REPORT_ONLY_FIRST_FAILURE


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return re.findall(rf"^```` {language}\n(.*?)^````$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def failures(text: str, name: str) -> int:
    """How many examples of a doctest answer something else than the text says."""
    example = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    return doctest.DocTestRunner(optionflags=OPTIONS).run(example).failed


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_examples_answer_what_the_page_says(page: Path) -> None:
    assert failures("\n".join(blocks(page, "pycon")), page.name) == 0


def test_a_wrong_answer_on_a_page_would_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures(">>> 1 + 1\n3\n", "planted") == 1


def test_the_three_lines_of_the_start_page_run(tmp_path: Path) -> None:
    (code,) = blocks(DOCS / "index.md", "python")
    script = tmp_path / "three_lines.py"
    script.write_text(code)
    data = {"X": np.array([[0.0], [1.0], [2.0], [3.0]]), "y": np.array([0.0, 1.0, 0.0, 1.0])}
    fit = runpy.run_path(str(script), init_globals=data)["fit"]
    assert fit.converged


def test_the_site_s_commands_are_there() -> None:
    from lossproof.cli import main

    text = "\n".join(block for page in DOCS.rglob("*.md") for block in blocks(page, "sh"))
    named = set(re.findall(r"^lossproof (\w+)", text, re.MULTILINE))
    assert named
    assert named <= set(main.list_commands(click.Context(main)))
