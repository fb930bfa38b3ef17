"""A chapter is found by name or by path; a script that does not run says where."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lossproof.chapters import chapters, load, load_all
from lossproof.errors import CallerError, DerivationError, MoveError, UnknownChapter
from lossproof.site.book import read_book

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
        ("import not_there\n", "bad.py, line 1: ModuleNotFoundError"),
        ("from lossproof import Derivation\nd = Derivation('d')\n\nd.main()\n", "line 4: it ends the program"),
        ("from lossproof import Derivation\nd = Derivation('d')\nd.given('x = ')(lambda: None)\n", "bad.py, line 3: "),
        (
            "from lossproof import Derivation\nd = Derivation('d')\nd.publish_loss(value='l')\n",
            "the steps that are the loss",
        ),
        ("from lossproof import load\nload('gone_chapter')\n", "line 2: There is no chapter"),
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


REFUSED = '''
from lossproof import Derivation
from lossproof.moves import differentiate

refused = Derivation("refused", where="x real; y real")

@refused.step(claim="1")
def slope():
    """There is no y in x."""
    x, y = refused.symbols("x y")
    return differentiate(x, y)
'''


def test_a_move_that_refuses_names_file_line_and_step(folder: Path) -> None:
    (folder / "refused.py").write_text(REFUSED)
    with pytest.raises(MoveError, match=r"refused.py, line 11: In step `slope` of derivation `refused`: y does not"):
        load("refused.py")


def test_a_broken_script_hides_no_other(folder: Path) -> None:
    scripts = folder / "derivations"
    (scripts / "broken.py").write_text("import not_there\n")
    (scripts / "refused.py").write_text(REFUSED)
    loaded, broken = load_all([scripts / name for name in ("broken.py", "mine.py", "refused.py")])
    assert [each.name for each in loaded] == ["mine"]
    assert {path.name: type(error) for path, error in broken.items()} == {
        "broken.py": DerivationError,
        "refused.py": MoveError,
    }


@pytest.mark.parametrize(
    ("line", "advice"),
    [("x^2", "with **"), ("np.log(x)", "use SymPy's function"), ("1 if x > 0 else 2", "Piecewise")],
)
def test_a_usual_slip_in_python_comes_with_advice(folder: Path, line: str, advice: str) -> None:
    script = folder / "derivations" / "mine.py"
    text = f"import numpy as np\nimport sympy as sp\nx = sp.Symbol('x', real=True)\n{line}\n"
    script.write_text(text)
    with pytest.raises(DerivationError, match=r"mine.py, line 4: TypeError: .*") as caught:
        load(script)
    assert advice in str(caught.value)


def test_two_scripts_of_one_derivation_are_an_error_that_names_both(folder: Path) -> None:
    other = folder / "derivations" / "other.py"
    other.write_text(SCRIPT.format(claim="2*x"))
    loaded, broken = load_all(sorted((folder / "derivations").glob("*.py")))
    assert [each.name for each in loaded] == ["mine"]
    (sentence,) = map(str, broken.values())
    assert "mine.py" in sentence
    assert "other.py" in sentence


def test_a_chapter_that_is_found_by_its_file_has_its_name(folder: Path) -> None:
    (folder / "derivations" / "mine.py").rename(folder / "derivations" / "bend.py")
    with pytest.raises(DerivationError, match=r"call the script mine.py, or write Derivation\('bend'\)"):
        load("bend")
    assert load(folder / "derivations" / "bend.py").name == "mine"
    with pytest.raises(DerivationError, match=r"mine\.py"):
        read_book(folder / "derivations")


def test_the_steps_before_the_one_that_fails_are_there(folder: Path) -> None:
    script = folder / "derivations" / "mine.py"
    script.write_text(SCRIPT.format(claim="x + x").replace("if __name__", "raise KeyError('k')\nif __name__"))
    assert load_all([script])[0] == ()
    (partly,), broken = load_all([script], partly=True)
    assert [step.name for step in partly.steps] == ["double"]
    assert list(broken) == [script]
