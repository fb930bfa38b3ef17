"""`lossproof check NOTE`: what is printed, as annotations, as a page, and what is said of files that are no notes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lossproof.cli import main

NOTE = (
    "# Logistic, 100 %, by hand\n\n$$ p = \\frac{1}{1+e^{-z}} $$\n\n$$ \\frac{dp}{dz} = p(1+p) $$ $$ q = \\foo z $$\n"
)


def checked(*arguments: str, github: str = "") -> Result:
    return CliRunner(env={"GITHUB_ACTIONS": github}).invoke(main, ["check", *arguments])


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "a,b 100%.md"
    path.write_text(NOTE, encoding="utf-8")
    return path


def test_a_wrong_line_is_told_with_numbers_and_the_right_form(note: Path) -> None:
    found = checked(str(note))
    assert found.exit_code == 1
    assert "5  WRONG  \\frac{dp}{dz} = p(1+p)" in found.output
    assert "at z = 0: 0.25 and 0.75" in found.output
    assert "right would be: p (1 - p)" in found.output
    assert "3 formulas: 1 definition, 1 wrong, 1 not understood." in found.output


def test_annotations_are_escaped_as_github_asks(note: Path) -> None:
    lines = [line for line in checked(str(note), github="true").output.splitlines() if line.startswith("::")]
    assert [line.split(" ")[0] for line in lines] == ["::error", "::notice"]
    assert "a%2Cb 100%25.md,line=5,title=WRONG::" in lines[0]
    assert "%0Aat z = 0: 0.25 and 0.75%0A" in lines[0]


def test_an_annotation_of_a_notebook_names_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "$(a+b)^2 = a^2+b^2$"}]}), "utf-8")
    assert "title=WRONG (cell 1%2C line 1)::" in checked(str(path), "--github").output


def test_the_copy_as_a_page_shows_what_is_wrong_without_hovering(note: Path, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    assert checked(str(note), "--html", str(page)).exit_code == 1
    text = page.read_text(encoding="utf-8")
    assert 'name="viewport"' in text
    assert "prefers-color-scheme: dark" in text
    assert "http" not in text
    assert text.count('<span class="told">') == 2
    assert "at z = 0: 0.25 and 0.75" in text.split('<span class="told">')[1]


def test_json_is_one_document(note: Path) -> None:
    found = json.loads(checked(str(note), "--json", github="true").output)
    assert found["ok"] is False
    assert found["files"][0]["formulas"][1]["links"][0]["nearest"] == "p (1 - p)"


FILES: dict[str, tuple[bytes, str]] = {
    "n.md": (b"caf\xe9 $a=b$", "is no text in UTF-8 (byte 4): save it in that encoding"),
    "n.ipynb": (b"no json", "is no notebook (JSON with a list of cells)"),
    "m.ipynb": (b'{"cells": 3}', "is no notebook (JSON with a list of cells)"),
    "big.md": (b"x" * 5_000_001, "is larger than 5 MB"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_note_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    content, sentence = FILES[name]
    (tmp_path / name).write_bytes(content)
    found = checked(str(tmp_path / name))
    assert (found.exit_code, sentence in str(found.output) + str(found.exception)) == (2, True)


def test_a_directory_and_a_file_that_is_missing_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "d.md").mkdir()
    for name, sentence in (("d.md", "is a directory"), ("missing.md", "does not exist")):
        found = checked(str(tmp_path / name))
        assert (found.exit_code, sentence in str(found.output) + str(found.exception)) == (2, True)


def test_a_file_that_is_no_note_hides_nothing_of_the_others(tmp_path: Path) -> None:
    for name, content in (
        ("a.md", b"\xff"),
        ("b.md", b"$a + a = 3a$"),
        ("sub/c.tex", b"$a + a = 2a$"),
        (".x/d.md", b""),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    for paths in ([str(tmp_path / name) for name in ("a.md", "b.md", "sub/c.tex")], [str(tmp_path)]):
        found = checked(*paths, "--github")
        assert found.exit_code == 2
        assert "WRONG  a + a = 3a" in found.output
        assert "right  a + a = 2a" in found.output
        assert "title=no note::" in found.output
        document = json.loads(CliRunner().invoke(main, ["check", *paths, "--json"]).stdout)
        assert [len(file["formulas"]) for file in document["files"]] == [0, 1, 1]
        assert "UTF-8" in document["files"][0]["error"]


def test_marks_of_other_systems_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "n.md"
    path.write_bytes(b"\xef\xbb\xbf# T\r\n\r\n$$(a+b)^2 = a^2+2ab+b^2$$\r\n")
    found = checked(str(path))
    assert found.exit_code == 0
    assert "3  right" in found.output
