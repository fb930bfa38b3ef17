"""The words of chapters in another language from the command line, and the site in several."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lossproof.cli import main

SCRIPT = '''"""A line."""

from lossproof import Derivation

mine = Derivation("mine", title="Mine", where="a > 0")
mine.part("All")


@mine.given("f = 2*a", title="Twice")
def doubled():
    """As it is."""
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "derivations" / "ja").mkdir(parents=True)
    (tmp_path / "derivations" / "mine.py").write_text(SCRIPT)
    return tmp_path / "derivations" / "ja"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def test_what_is_missing_is_named_and_printed_to_be_translated(folder: Path) -> None:
    missing = run("texts", str(folder))
    assert (missing.exit_code, missing.output) == (1, "mine has no text\nmine/doubled has no text\n")
    template = CliRunner().invoke(main, ["texts", str(folder), "--template"]).stdout
    assert "part All: All" in template
    assert "As it is." in template
    (folder / "mine.md").write_text(template)
    done = run("texts", str(folder))
    assert (done.exit_code, done.output) == (0, "")


def test_a_text_is_old_until_it_is_accepted(folder: Path) -> None:
    (folder / "mine.md").write_text(
        "# mine\ntitle: M\npart All: 全\n\n行。\n\n## doubled\ndigest: 0\ntitle: 二倍\n\nそのまま。\n"
    )
    assert "mine/doubled: its text is older" in run("texts", str(folder), "mine").output
    assert run("texts", str(folder), "--accept").exit_code == 0
    assert (folder / "mine.md").read_text().count("digest: ") == 2
    script = folder.parent / "mine.py"
    script.write_text(SCRIPT.replace("As it is.", "As it was."))
    assert run("texts", str(folder)).output.startswith("mine/doubled: its text is older")


MKDOCS = """
import os, sys
from pathlib import Path

asked = sys.argv[1:]
place = Path(asked[asked.index("--site-dir") + 1] if "--site-dir" in asked else "served")
place.mkdir(parents=True, exist_ok=True)
(place / "index.html").write_text(asked[asked.index("--config-file") + 1] + " " + os.environ["SITE_URL"])
"""


def test_build_makes_every_language_and_tells_each_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a MkDocs that writes down how it is called."""
    (tmp_path / "mkdocs").mkdir()
    (tmp_path / "mkdocs" / "__init__.py").touch()
    (tmp_path / "mkdocs" / "__main__.py").write_text(MKDOCS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "SITE_URL", "https://x.org/")
    for name in ("mkdocs.yml", "mkdocs.ja.yml"):
        (tmp_path / name).write_text("")
    assert run("build").exit_code == 0
    assert (tmp_path / "site" / "index.html").read_text() == "mkdocs.yml https://x.org/"
    assert (tmp_path / "site" / "ja" / "index.html").read_text() == "mkdocs.ja.yml https://x.org/ja/"
    assert not list(tmp_path.glob(".site-*"))
    assert run("serve", "--language", "ja").exit_code == 0
    assert (tmp_path / "served" / "index.html").read_text().startswith("mkdocs.ja.yml")
    refused = CliRunner().invoke(main, ["serve", "--language", "xx"])
    assert refused.exit_code == 2
    assert "there is no mkdocs.xx.yml" in refused.output
