"""A chapter is found by name or by path; a script that does not run says where."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lossproof.derivation import chapters, load
from lossproof.errors import CallerError, DerivationError, UnknownChapter

SCRIPT = '''
from lossproof import Derivation

mine = Derivation("mine", where="x real")

@mine.step(claim="{claim}")
def double():
    """Twice."""
    return 2 * mine.symbols("x")

if __name__ == "__main__":
    mine.main()
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "derivations").mkdir()
    (tmp_path / "derivations" / "mine.py").write_text(SCRIPT.format(claim="x + x"))
    return tmp_path


def test_a_chapter_of_the_working_directory_is_found_by_name(folder: Path) -> None:
    derivation = load("mine")
    assert derivation.name == "mine"
    assert derivation.path == folder / "derivations" / "mine.py"
    assert "mine" in chapters()


def test_the_chapters_of_the_project_are_found_from_anywhere(folder: Path) -> None:
    assert {"coin", "logistic_regression"} <= chapters().keys()


def test_a_script_is_loaded_by_its_path(folder: Path) -> None:
    assert load(folder / "derivations" / "mine.py").name == "mine"
    with pytest.raises(UnknownChapter, match="no script"):
        load("gone.py")


def test_an_edit_within_the_same_second_is_seen(folder: Path) -> None:
    script = folder / "derivations" / "mine.py"
    before = load("mine").step("double").claim_text
    stamp = script.stat()
    script.write_text(SCRIPT.format(claim="x + 1"))
    os.utime(script, (stamp.st_atime, stamp.st_mtime))
    assert (before, load("mine").step("double").claim_text) == ("x + x", "x + 1")
    assert not (folder / "derivations" / "__pycache__").exists()


def test_an_unknown_chapter_gets_a_suggestion(folder: Path) -> None:
    with pytest.raises(UnknownChapter, match="did you mean mine"):
        load("mien")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\nraise KeyError('k')\n", "line 2: KeyError"),
        ("x = (\n", "SyntaxError"),
        ("x = 1\n", "holds no derivations"),
        ("from lossproof import Derivation\na, b = Derivation('a'), Derivation('b')\n", "holds 2 derivations"),
    ],
)
def test_a_script_that_is_no_derivation_says_why(folder: Path, text: str, sentence: str) -> None:
    (folder / "bad.py").write_text(text)
    with pytest.raises(DerivationError, match=sentence) as caught:
        load("bad.py")
    assert isinstance(caught.value, CallerError)


@pytest.mark.parametrize(("claim", "code"), [("x + x", 0), ("x + 1", 1)])
def test_a_script_runs_alone_and_its_exit_code_tells(folder: Path, claim: str, code: int) -> None:
    script = folder / "derivations" / "mine.py"
    script.write_text(SCRIPT.format(claim=claim))
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == code, run.stdout + run.stderr
    (row,) = (line for line in run.stdout.splitlines() if " double " in line)
    assert ("refuted" in row) == (code == 1)
