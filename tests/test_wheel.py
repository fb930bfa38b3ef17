"""What is handed out: the wheel, made from the source archive, works away from the checkout and says its types."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "tests" / "typed_program.py"


def run(*command: str, cwd: Path, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as a wheel holds it; the wheel was made from the unpacked source archive."""
    work = tmp_path_factory.mktemp("wheel")
    run("-m", "hatchling", "build", "-t", "sdist", "-d", str(work), cwd=ROOT)
    with tarfile.open(next(work.glob("*.tar.gz"))) as archive:
        archive.extractall(work, filter="data")
    source = next(each for each in work.iterdir() if each.is_dir())
    run("-m", "hatchling", "build", "-t", "wheel", "-d", str(work), cwd=source)
    wheel, folder = next(work.glob("*.whl")), work / "installed"
    run("-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), str(wheel), cwd=work)
    return folder


def test_the_wheel_holds_all_that_the_checkout_runs_on(installed: Path) -> None:
    package = ROOT / "src" / "lossproof"
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    ours = {path.relative_to(package) for path in files}
    theirs = {path.relative_to(installed / "lossproof") for path in (installed / "lossproof").rglob("*")}
    assert ours <= theirs
    assert (installed / "lossproof" / "py.typed").is_file()
    scripts = {path.name for path in (ROOT / "derivations").glob("*.py")}
    assert scripts <= {path.name for path in (installed / "lossproof" / "derivations").glob("*.py")}


def test_the_wheel_finds_and_judges_its_chapters(installed: Path, tmp_path: Path) -> None:
    code = (
        "import lossproof; from lossproof.chapters import chapters; print(lossproof.__file__);"
        "print(*sorted(chapters())); print(lossproof.equal('a + a', '2*a').status)"
    )
    where, names, status = run("-c", code, cwd=tmp_path, PYTHONPATH=str(installed)).splitlines()
    assert Path(where).is_relative_to(installed)
    assert names.split() == sorted(path.stem for path in (ROOT / "derivations").glob("[a-z]*.py"))
    assert status == "proved"


def test_a_program_of_a_user_is_typed() -> None:
    said = run("-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(PROGRAM), cwd=ROOT)
    assert "error" not in said
    assert 'Revealed type is "lossproof.words.codes.Status"' in said


def test_a_program_of_a_user_is_typed_for_pyright_too() -> None:
    said = run("-m", "pyright", "--pythonpath", sys.executable, str(PROGRAM), cwd=ROOT)
    assert 'Type of "verdict.status" is "Status"' in said
