"""Pieces bring formulas and figures into hand-written pages; a wrong one is refused with a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lossproof import Derivation, moves
from lossproof.chapters.chapter import Chapter
from lossproof.derivation import Relation
from lossproof.errors import CallerError
from lossproof.referee.verdict import Status
from lossproof.site.figures import chapter_figures
from lossproof.site.piece_context import Context
from lossproof.site.pieces import PIECES, with_pieces
from lossproof.site.symbols import symbols_of
from lossproof.site.words import ENGLISH

WITH_WORDS = {"equation", "line", "evidence", "generated", "source", "results"}
MEASURED = {
    "claims": 125,
    "right": {"proved": 60, "corroborated": 1, "rejected": 2},
    "wrong": {"refuted": 63, "undecided": 1},
    "corroborated": ["e7"],
    "not_good": ["w9"],
    "median_seconds": 0.0421,
    "slowest_seconds": 3.21,
    "versions": {"sympy": "1.14.0"},
}


@pytest.fixture
def context(make_chapter: Callable[..., Chapter], tmp_path: Path) -> Context:
    return Context((make_chapter(),), ENGLISH, "folder/page.md", tmp_path)


def test_a_formula_comes_from_its_step(context: Context) -> None:
    page = with_pieces("before\n\n{{ equation sample logarithm }}\n\nafter", context)
    assert page.startswith("before\n\n$$\n")
    assert r"\log" in page
    assert page.endswith("$$\n\nafter")


def test_a_line_links_to_its_page_from_where_it_stands(context: Context) -> None:
    assert "(../chapters/sample/logarithm.md)" in with_pieces("{{ line sample logarithm }}", context)


def test_the_source_of_a_step_is_the_script_s(context: Context) -> None:
    assert "    return take_log(product)\n````" in with_pieces("{{ source sample logarithm }}", context)


def test_evidence_is_that_of_the_verdict(context: Context) -> None:
    text = with_pieces("{{ evidence sample logarithm }}", context)
    assert "2 named rules" in text
    assert "64 points" in text
    assert "10 / 10" in text


@pytest.mark.parametrize("name", sorted(PIECES.keys() - WITH_WORDS))
def test_every_piece_that_needs_no_words_can_be_made(context: Context, name: str) -> None:
    assert with_pieces(f"{{{{ {name} }}}}", context).strip()


@pytest.mark.parametrize(
    ("piece", "sentence"),
    [
        ("{{ nonsense }}", "no piece is called `nonsense`"),
        ("{{ equation nowhere product }}", "no chapter `nowhere`; there are `sample`"),
        ("{{ equation sample nowhere }}", "no step `nowhere`"),
        ("{{ equation sample }}", "too many or too few words"),
        ("{{ versions please }}", "too many or too few words"),
    ],
)
def test_a_wrong_piece_is_refused_and_says_where_it_stands(context: Context, piece: str, sentence: str) -> None:
    with pytest.raises(CallerError, match=r"folder/page\.md") as raised:
        with_pieces(piece, context)
    assert sentence in str(raised.value)


def test_braces_inside_a_line_are_left_alone(context: Context) -> None:
    assert with_pieces("write `{{ versions }}` on a line", context) == "write `{{ versions }}` on a line"


def test_steps_and_mutants_are_counted_and_summed(context: Context) -> None:
    figures = chapter_figures(context.chapters[0])
    assert figures.statuses[Status.PROVED] == 1
    assert figures.statuses[Status.GIVEN] == 1
    assert (figures.tried, figures.dropped, figures.refuted) == (12, 2, 10)
    table = with_pieces("{{ checked }}", context)
    assert "| **Together** | **1** | **1** | **1** | **12** | **2** | **10** |" in table


def test_the_benchmark_is_quoted_with_what_it_got_wrong(context: Context, tmp_path: Path) -> None:
    results = tmp_path / "benchmarks" / "results"
    results.mkdir(parents=True)
    (results / "claims.json").write_text(json.dumps(MEASURED))
    text = with_pieces("{{ claims }}", context)
    assert "| right claims | 63 | 60 | 1 | 0 | 0 | 2 |" in text
    assert "| wrong claims | 64 | 0 | 0 | 63 | 1 | 0 |" in text
    assert "0.04 s" in text
    assert "`e7`" in text
    assert "`w9`" in text
    assert "sympy 1.14.0" in text


def test_tables_of_a_benchmark_are_included_under_the_page_s_headings(context: Context, tmp_path: Path) -> None:
    results = tmp_path / "benchmarks" / "results"
    results.mkdir(parents=True)
    (results / "kernels.md").write_text("# Kernels\n\n## Speed\n\n| a |\n| --- |\n| 1 |\n")
    text = with_pieces("{{ results kernels }}", context)
    assert text == "## Kernels\n\n### Speed\n\n| a |\n| --- |\n| 1 |"
    assert "`python benchmarks/training.py`" in with_pieces("{{ results training }}", context)


def test_the_words_of_relations_and_the_moves_are_those_that_the_code_takes(context: Context) -> None:
    listed = re.findall(r'^\| `"([^"]+)"` \|', with_pieces("{{ relation_words }}", context), re.MULTILINE)
    assert listed == [str(each) for each in Relation]
    called = re.findall(r"^\| `(\w+)\(", with_pieces("{{ moves }}", context), re.MULTILINE)
    assert called == moves.__all__
    assert "`take_log(expr, positive=())`" in with_pieces("{{ moves }}", context)


def test_a_symbol_is_explained_by_the_step_that_names_it(context: Context) -> None:
    assert re.search(r"\| `Lk` \|.*\| \[The product\]\(\S+\) \|", with_pieces("{{ symbols }}", context))
    derivation = Derivation("sample")
    derivation.record("used", None, relation=Relation.GIVEN, claim="f = p + 1")
    derivation.record("named", None, relation=Relation.GIVEN, claim="p = q/2")
    (p,) = (symbol for symbol in symbols_of(derivation) if symbol.text == "p")
    assert (p.first.name, p.meaning.name) == ("used", "named")


def test_figures_that_were_not_measured_are_not_made_up(context: Context) -> None:
    assert "python benchmarks/claims.py" in with_pieces("{{ claims }}", context)


def test_tables_far_below_say_how_much_room_they_take(context: Context) -> None:
    """A browser lays them out when a reader comes near: so many rows as it says, a table a chapter."""
    (chapter,), page = context.chapters, with_pieces("{{ symbols }}", context)
    (rows,) = re.findall(r'<div class="lp-far" style="--lp-rows: (\d+)" markdown>', page)
    assert int(rows) == len(symbols_of(chapter.derivation)) == page.count("\n| $")
