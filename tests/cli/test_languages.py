"""The words of chapters in another language from the command line, and the site in several."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

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


def test_build_makes_every_language_and_tells_each_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[list[str], str]] = []

    def call(command: list[str], env: dict[str, str], **options: Any) -> int:
        called.append((command[4:], env.get("SITE_URL", "")))
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "SITE_URL", "https://x.org/")
    for name in ("mkdocs.yml", "mkdocs.ja.yml"):
        (tmp_path / name).write_text("")
    assert run("build").exit_code == 0
    site = tmp_path / "site"
    assert called == [
        (["--strict", "--config-file", "mkdocs.yml", "--site-dir", str(site)], "https://x.org/"),
        (["--strict", "--config-file", "mkdocs.ja.yml", "--site-dir", str(site / "ja")], "https://x.org/ja/"),
    ]
    assert run("serve", "--language", "ja").exit_code == 0
    assert "mkdocs.ja.yml" in called[-1][0]
    refused = CliRunner().invoke(main, ["serve", "--language", "xx"])
    assert refused.exit_code == 2
    assert "there is no mkdocs.xx.yml" in refused.output
