"""The formulas of a file are found where they stand, whatever delimiters it has, and nothing else is taken for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lossproof.errors import CallerError
from lossproof.notes import note_of, read_note
from lossproof.notes.documents import Stated


def found(text: str, suffix: str = ".md") -> list[tuple[int, bool, str]]:
    return [(formula.line, formula.display, formula.latex.strip()) for formula in note_of(text, "n", suffix).formulas]


DELIMITERS = {
    "$x+1$": (False, "x+1"),
    "$$x+1$$": (True, "x+1"),
    r"\(x+1\)": (False, "x+1"),
    r"\[x+1\]": (True, "x+1"),
    r"\\(x+1\\)": (False, "x+1"),
    r"\\[x+1\\]": (True, "x+1"),
    "$`x+1`$": (False, "x+1"),
    "```math\nx+1\n```": (True, "x+1"),
    r"\begin{align}x&=1\end{align}": (True, r"\begin{align}x&=1\end{align}"),
    "![x](https://latex.codecogs.com/svg.latex?x&plus;1)": (True, "x&plus;1"),
    "![x](https://latex.codecogs.com/svg.latex?%5Cfrac%7Ba%7D%7Bb%7D)": (True, r"\frac{a}{b}"),
}


@pytest.mark.parametrize("text", DELIMITERS)
def test_every_delimiter_is_known(text: str) -> None:
    assert [(display, latex) for _, display, latex in found(f"Words.\n\n{text}\n\nMore.")] == [DELIMITERS[text]]


NOT_FORMULAS = [
    "It costs $5 and then $6.",
    "`$x$` is code.",
    "```py\n$x = 1$\n```",
    "~~~\n$$y$$\n~~~",
    "<!-- $x$ -->",
    r"An escaped \$x\$.",
    "$ x$ and $y $",
    "---\ntitle: $x$\n---\nwords",
    "one $\n\n$ two",
]


@pytest.mark.parametrize("text", NOT_FORMULAS)
def test_code_money_and_comments_are_no_formulas(text: str) -> None:
    assert found(text) == []


def test_lines_are_counted_from_one() -> None:
    assert found("a\n\n$x$ and\n$$\ny\n$$\n") == [(3, False, "x"), (5, True, "y")]


def test_a_comment_assumes_for_the_formula_behind_it() -> None:
    note = note_of("<!-- lossproof: 0 < p < 1; y in {0,1} -->\n$x$ $y$", "n", ".md")
    assert [formula.clauses for formula in note.formulas] == [(Stated("0 < p < 1; y in {0,1}", "line 1"),), ()]


@pytest.mark.parametrize(("front", "asks", "clauses"), [("check", True, ()), ("check; p > 0", True, ("p > 0",))])
def test_front_matter_asks_for_a_check(front: str, asks: bool, clauses: tuple[str, ...]) -> None:
    note = note_of(f"---\ntitle: a\nlossproof: {front}\n---\n$x$", "n", ".md")
    assert (note.asks, note.clauses) == (asks, tuple(Stated(clause, "line 3") for clause in clauses))


def test_front_matter_may_list_its_clauses() -> None:
    note = note_of("---\nlossproof:\n  - p > 0\n  - q > 0\n---\n$x$", "n", ".md")
    assert note.clauses == (Stated("p > 0", "line 3"), Stated("q > 0", "line 4"))


def test_clauses_before_no_formula_are_kept() -> None:
    assert note_of("$x$\n<!-- lossproof:\n p > 0 -->", "n", ".md").rest == (Stated("p > 0", "line 3"),)
    cells = [
        {"cell_type": "markdown", "source": ["<!-- lossproof: p > 0 -->"], "metadata": {"tags": ["lossproof: q > 0"]}},
        {"cell_type": "markdown", "source": ["$x$"]},
    ]
    (formula,) = note_of(json.dumps({"cells": cells}), "n", ".ipynb").formulas
    assert formula.clauses == (Stated("q > 0", "tag of cell 1"), Stated("p > 0", "cell 1, line 1"))


def test_pages_scripts_and_tags_are_passed_over() -> None:
    text = '<script>var a = "$x$";</script><p>\\(a<sub>1</sub>\\)</p><script type="math/tex; mode=display">b</script>'
    assert [latex.split() for _, _, latex in found(text, ".html")] == [["a", "1"], ["b"]]


@pytest.mark.parametrize("words", ["words of a page ", "<p>a</p>", "ここは文章です。"])
def test_a_price_far_away_opens_no_formula(words: str) -> None:
    assert found(f"It costs $5 {words * 1_000} and $x$", ".html") == [(1, False, "x")]


def test_tex_comments_and_listings_are_passed_over_and_abbreviations_kept() -> None:
    text = "\\newcommand{\\yh}{\\hat y}\n% $a$\n\\begin{verbatim}$b$\\end{verbatim}\n$c$ 5\\% $d$"
    assert [latex for _, _, latex in found(text, ".tex")] == [r"\newcommand{\yh}{\hat y}", "c", "d"]


def test_a_notebook_has_its_markdown_cells_read() -> None:
    cells = [
        {"cell_type": "code", "source": ["$x$"]},
        {"cell_type": "markdown", "source": ["words\n", "$y$"], "metadata": {"tags": ["lossproof: y > 0"]}},
    ]
    (formula,) = note_of(json.dumps({"cells": cells}), "n", ".ipynb").formulas
    assert (formula.cell, formula.line, formula.latex) == (2, 2, "y")
    assert formula.clauses == (Stated("y > 0", "tag of cell 2"),)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match=r"no\.md does not exist"):
        read_note(tmp_path / "no.md")
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CallerError, match="UTF-8"):
        read_note(tmp_path / "bad.md")
    with pytest.raises(CallerError, match="notebook"):
        note_of("{}", "n", ".ipynb")


HOSTILE = ["$ ", "\\( ", "\\begin{align}", "`", "<!--", "<script>", "$a\n", "![a", "$$ ", "$", "\n```", "\\$", "$\\"]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("suffix", [".md", ".html", ".tex"])
def test_long_texts_of_opening_marks_come_to_an_end(piece: str, suffix: str) -> None:
    many = piece * (50_000 // len(piece))
    closed = f"{many} and then come words \\) \\] $ \\end{{align}}"
    assert all(len(note_of(text, "n", suffix).formulas) <= 50_000 for text in (many, closed))


@pytest.mark.parametrize("asks", [": check\n", ":\n  check: true\n", ":\n  - check\n"])
def test_front_matter_may_name_its_clauses(asks: str) -> None:
    lines = f"lossproof{asks}  where: q > 0\n  p > 0\ntitle: a\n"
    note = note_of(f"---\n{lines}---\n$x$", "n", ".md")
    first = asks.count("\n") + 2
    assert (note.asks, note.clauses) == (True, (Stated("q > 0", f"line {first}"), Stated("p > 0", f"line {first + 1}")))
